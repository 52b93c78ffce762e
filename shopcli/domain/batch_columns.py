"""Reads whole columns of cells at the speed of C, or leaves them to be read one by one.

What is taken here is read exactly as `domain.batch.cell` reads it (a test compares them); a column
with anything out of the ordinary is not taken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shopcli.domain.batch import CLEAR_TEXT, Column, Grammar, Value, cell
from shopcli.domain.errors import ShopError
from shopcli.domain.text import IDENTIFIER_LENGTH_MAX, KEY_LENGTH_MAX, NAME_LENGTH_MAX

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOT_IDENTIFIER = re.compile(r"[^A-Za-z0-9._\-\n]")
_NOT_DIGIT = re.compile(r"[^0-9\n]")
_DIGITS_SAFE = 12
"""So many digits and the most decimals a currency has stay below the largest amount."""

_SAMPLE = 64
_LENGTH_MAX = {
    "sku": IDENTIFIER_LENGTH_MAX,
    "user": IDENTIFIER_LENGTH_MAX,
    "key": KEY_LENGTH_MAX,
    "text": NAME_LENGTH_MAX,
}


def read_column(column: Column, cells: Sequence[str], rules: Grammar) -> list[Value] | None:
    """The values of a column, or None where a cell is wrong or out of the ordinary.

    Args:
        column: Which one.
        cells: None of them holds a line end.
        rules: Currency and zone.
    """
    if len(set(cells[:_SAMPLE])) * 2 <= min(len(cells), _SAMPLE):
        distinct = set(cells)
        if len(distinct) * 4 <= len(cells):
            return _by_distinct(column, cells, distinct, rules)
    together = "\n".join(cells)
    lengths = list(map(len, cells))
    if min(lengths) == 0:
        return None
    if column.form in {"amount", "count"}:
        return _numbers(column, cells, together, max(lengths), rules)
    longest = _LENGTH_MAX.get(column.form)
    if longest is None or max(lengths) > longest or CLEAR_TEXT in together:
        return None
    if column.form in {"sku", "user"}:
        return None if _NOT_IDENTIFIER.search(together) else list(cells)
    if not (together.isascii() and together.replace("\n", "").isprintable()):
        return None
    is_trimmed = not (
        "\n " in together or " \n" in together or together[0] == " " or together[-1] == " "
    )
    return list(cells) if is_trimmed or column.form == "key" else None


def _by_distinct(
    column: Column, cells: Sequence[str], distinct: set[str], rules: Grammar
) -> list[Value] | None:
    try:
        values = {text: cell(column, text, rules) for text in distinct}
    except ShopError:
        return None
    return list(map(values.__getitem__, cells))


def _numbers(
    column: Column, cells: Sequence[str], together: str, longest: int, rules: Grammar
) -> list[Value] | None:
    if longest > _DIGITS_SAFE or _NOT_DIGIT.search(together):
        return None
    numbers = list(map(int, cells))
    if column.form == "amount" and rules.exponent:
        unit = 10**rules.exponent
        numbers = [number * unit for number in numbers]
    if min(numbers) < column.least or max(numbers) > column.most:
        return None
    return list(numbers)
