"""The one owner of standard output: data only, as JSON, TSV or for a person; never a remark.

JSON carries integers in minor units; TSV and people get major units. Whatever comes from the
database is made inert on its way out.
"""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import fields, is_dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, TextIO, get_args, get_type_hints

from shopcli.cli.json_text import json_text
from shopcli.domain.amounts import format_major
from shopcli.domain.encoding import as_json
from shopcli.domain.errors import InvalidInput
from shopcli.domain.ids import ID_LENGTH
from shopcli.domain.moments import rfc3339
from shopcli.domain.money import Minor
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli.cli.terminal import Column

ID_KEYS = frozenset({"id", "order", "entry"})
ENDING_LENGTH = 8
"""Characters of an id that tables show a person; any unique ending can be typed."""


def counted(count: int, one: str) -> str:
    """A count with its noun, for a person."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


class Output:
    """Writes answers to one stream.

    Args:
        as_json: Write each answer as one JSON document.
        stream: Where to write; None is standard output at the time of writing.
    """

    def __init__(self, *, as_json: bool, stream: TextIO | None = None) -> None:
        self.as_json = as_json
        self.exponent = 0
        """Decimals of the shop's currency; set when a shop is opened."""
        self.currency = ""
        """ISO 4217 code of the shop's currency; set when a shop is opened."""
        self.timezone = "UTC"
        """Zone in which people are shown times; set when a shop is opened."""
        self._stream = stream

    @property
    def stream(self) -> TextIO:
        """Where answers go."""
        return self._stream if self._stream is not None else sys.stdout

    @property
    def for_people(self) -> bool:
        """Whether a person reads the output on a terminal."""
        return not self.as_json and self.stream.isatty()

    def record(self, record: object, *lines: str) -> None:
        """Answer with one record.

        Args:
            record: A frozen record or a mapping with the public keys.
            lines: The text for a person.
        """
        if self.as_json:
            self.document(record)
        elif self.for_people:
            self.lines(*lines)
        else:
            self._tsv(list(_keys(record)), [record], money_fields(type(record)))

    def rows(
        self,
        rows: Sequence[object],
        keys: Sequence[str] | type,
        columns: Sequence[Column],
        *,
        document: object = None,
    ) -> None:
        """Answer with a list.

        Args:
            rows: Records or mappings.
            keys: The public keys, or the class of record that has them; the header of TSV.
            columns: The columns of a person's table.
            document: The JSON document, if it is not the list itself.
        """
        if self.as_json:
            self.document(document if document is not None else list(rows))
            return
        money = money_fields(keys) if isinstance(keys, type) else frozenset()
        if self.for_people:
            from shopcli.cli.terminal import draw_table  # Rich, only for a person

            left_out = draw_table(
                self.stream,
                rows,
                columns,
                lambda key, value: self.shown(key, value, is_money=key in money),
                currency_of=lambda key: self.currency if key in money else "",
            )
            if left_out:
                from shopcli.cli.problems import remark  # which writes to standard error

                remark(f"The terminal is too narrow for: {', '.join(left_out)}.")
        else:
            names = list(keys) if not isinstance(keys, type) else [f.name for f in fields(keys)]
            self._tsv(names, rows, money)

    def document(self, value: object) -> None:
        """Answer with one JSON document."""
        indent = 2 if self.stream.isatty() else None
        self.write(json_text(as_json(value), self.stream, indent=indent) + "\n")

    def lines(self, *lines: str) -> None:
        """Answer a person with lines of text; each is made inert."""
        self.write("".join(f"{inert(line)}\n" for line in lines))

    def text(self, text: str) -> None:
        """Answer with text of our own, unchanged, for people and programs alike."""
        if self.as_json:
            self.document({"text": text})
        else:
            self.write(text + "\n")

    def line(self, record: object) -> None:
        """Answer with one record of a stream: a JSON line, or a line of text."""
        if self.as_json:
            self.write(json_text(as_json(record), self.stream) + "\n")
        else:
            keys = _keys(record)
            money = money_fields(type(record))
            cells = (self.cell(k, _value(record, k), is_money=k in money) for k in keys)
            self.write("\t".join(cells) + "\n")

    def money(self, amount: int) -> str:
        """An amount for a person: major units with thousands separators."""
        sign = "-" if amount < 0 else ""
        whole, point, decimals = format_major(abs(amount), self.exponent).partition(".")
        return f"{sign}{int(whole):,}{point}{decimals}"

    def moment(self, moment: datetime) -> str:
        """A time for a person: in the shop's zone, to the minute."""
        from shopcli.domain.moments import zone  # the zone's rules are read only for a person

        return moment.astimezone(zone(self.timezone)).strftime("%Y-%m-%d %H:%M")

    def exact_moment(self, moment: datetime) -> str:
        """The same to the second, or to the microsecond where it has any."""
        from shopcli.domain.moments import zone  # as above

        return moment.astimezone(zone(self.timezone)).replace(tzinfo=None).isoformat(" ")

    def shown(self, key: str, value: object, *, is_money: bool = False) -> str:
        """Format the value of a key for a person."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int):
            return self.money(value) if is_money else str(value)
        if isinstance(value, datetime):
            return self.moment(value)
        text = _joined(key, value, self.stream)
        if key == "state":
            return text.replace("_", " ")
        return text[-ENDING_LENGTH:] if key in ID_KEYS and len(text) == ID_LENGTH else text

    def cell(self, key: str, value: object, *, is_money: bool = False) -> str:
        """Format the value of a key for TSV; it holds no tab or line end."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return format_major(value, self.exponent) if is_money else str(value)
        if isinstance(value, datetime):
            return rfc3339(value)
        return inert(_joined(key, value, self.stream))

    def write(self, text: str) -> None:
        """Write and flush; a closed pipe is no error.

        Raises:
            Unwritable: The text could not be written, as on a full disk.
        """
        try:
            self.stream.write(text)
            self.stream.flush()
        except OSError as error:
            let_go_of(self.stream)
            if error.errno != errno.EPIPE:
                raise unwritable(error) from None

    def _tsv(self, keys: Sequence[str], rows: Sequence[object], money: frozenset[str]) -> None:
        columns = [(key, key in money) for key in keys]
        text = ["\t".join(keys)]
        text += [
            "\t".join(
                self.cell(key, _value(row, key), is_money=is_money) for key, is_money in columns
            )
            for row in rows
        ]
        self.write("\n".join(text) + "\n")


_MONEY_FIELDS: dict[type, frozenset[str]] = {}
"""Kept by class: to evaluate its hints takes a quarter of a line of a script."""


def money_fields(kind: type) -> frozenset[str]:
    """The fields of a record class whose type is `Minor`, or allows it: amounts of money."""
    if not is_dataclass(kind):
        return frozenset()
    if kind not in _MONEY_FIELDS:
        hints = get_type_hints(kind, include_extras=True)
        _MONEY_FIELDS[kind] = frozenset(
            name for name, hint in hints.items() if hint == Minor or Minor in get_args(hint)
        )
    return _MONEY_FIELDS[kind]


def span(seconds: float) -> str:
    """A duration for a person, in its two largest units: `7 d 14 h`."""
    whole = int(seconds)
    units = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
    for (length, unit), (below, smaller) in pairwise(units):
        if whole >= length:
            rest = whole % length // below
            return f"{whole // length} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{whole} s"


class Unwritable(InvalidInput):
    """Standard output could not be written to, as on a full disk."""


def unwritable(error: OSError) -> Unwritable:
    """The problem of an answer that could not be written."""
    if error.errno == errno.EBADF:
        return Unwritable(
            "The answer could not be written: standard output is closed.",
            details={"reason": "closed_output"},
        )
    return Unwritable(
        "The answer could not be written: {why}.",
        details={"why": error.strerror, "reason": "unwritable"},
    )


def let_go_of(stream: TextIO) -> None:
    """Redirect a stream whose pipe is closed to the null device, so that no later flush fails."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)
    except (OSError, ValueError):
        return


def _joined(key: str, value: object, stream: TextIO) -> str:
    """A value with parts in one cell: lines as SKU:QUANTITY, plain ones joined, else JSON."""
    if not isinstance(value, (list, tuple)):
        return _as_one(value, stream)
    if key == "lines":
        return " ".join(f"{line.sku}:{line.quantity}" for line in value)
    if any(is_dataclass(item) for item in value):
        return json_text(as_json(value), stream)
    return "; ".join(_as_one(item, stream) for item in value)


def _as_one(value: object, stream: TextIO) -> str:
    if isinstance(value, datetime):
        return rfc3339(value)
    return json_text(as_json(value), stream) if is_dataclass(value) else str(value)


def _keys(record: object) -> tuple[str, ...]:
    if isinstance(record, dict):
        return tuple(record)
    return tuple(field.name for field in fields(record))  # type: ignore[arg-type]  # a record


def _value(row: object, key: str) -> object:
    if isinstance(row, dict):
        return row.get(key)
    return getattr(row, key)
