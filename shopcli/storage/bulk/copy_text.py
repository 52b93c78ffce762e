r"""Formats rows as text for COPY of Postgres, a whole column at a time because that is faster.

Source: PostgreSQL manual, COPY, "Text Format": a tab between values, `\N` for NULL, escapes.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NULL = "\\N"
_ROWS_AT_ONCE = 2000
_SEPARATOR = "\x00"
"""Separates values while they are escaped; Postgres stores no text that contains it."""

_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))


def lines_to_copy(
    columns: Sequence[str], rows: Iterable[tuple[Any, ...]], last: tuple[str | int | None, ...]
) -> Iterator[str]:
    """The lines of a COPY, in blocks of many rows.

    Args:
        columns: Names of the columns; `body`, a text or bytes, is stored as bytes, a `coupon_code`
            of "" as NULL.
        rows: Texts, integers, bytes and None.
        last: The values of further columns, the same in every row.
    """
    following = iter(rows)
    end = "".join("\t" + _escaped([value])[0] for value in last) + "\n"
    width = 2 * len(columns)
    while part := list(islice(following, _ROWS_AT_ONCE)):
        pieces = ["\t"] * (len(part) * width)
        for place, values in enumerate(zip(*part, strict=True)):
            pieces[2 * place :: width] = _column(columns[place], values)
        pieces[width - 1 :: width] = [end] * len(part)
        yield "".join(pieces)


def _column(name: str, values: tuple[Any, ...]) -> list[str]:
    if name == "body":
        return [f"\\\\x{_bytes(value).hex()}" for value in values]
    if name == "coupon_code":
        return _escaped([value or None for value in values])
    return _escaped(values)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _escaped(values: Sequence[str | int | None]) -> list[str]:
    kinds = set(map(type, values))
    if type(None) in kinds:
        texts = iter(_escaped([value for value in values if value is not None]))
        return [_NULL if value is None else next(texts) for value in values]
    if str not in kinds:
        return list(map(str, values))
    together = _SEPARATOR.join(map(str, values))
    for mark, escape in _ESCAPES:
        if mark in together:
            together = together.replace(mark, escape)
    return together.split(_SEPARATOR)
