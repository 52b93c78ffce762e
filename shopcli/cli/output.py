"""The one owner of standard output: data only, in the format that is wanted; never a remark.

JSON carries integers in minor units; all other formats have major units. Whatever comes from the
database is made inert on its way out.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, TextIO, get_args, get_type_hints

from shopcli.cli.formats import Wanted
from shopcli.cli.json_text import json_text
from shopcli.domain.amounts import format_major
from shopcli.domain.encoding import as_json, public_key
from shopcli.domain.errors import InvalidInput
from shopcli.domain.ids import ID_LENGTH
from shopcli.domain.moments import rfc3339
from shopcli.domain.money import Minor
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shopcli.cli.terminal import Column

ID_KEYS = frozenset({"id", "order", "entry"})
BYTE_ORDER_MARK = "\ufeff"
"""What tells spreadsheets that a file is UTF-8."""

_TO_THE_MINUTE = len("2026-11-22 09:30")
ENDING_LENGTH = 8
"""Characters of an id that tables show a person; any unique ending can be typed."""


def counted(count: int, one: str) -> str:
    """A count with its noun, for a person."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


class Output:
    """Writes answers to one stream.

    Args:
        wanted: How the line wants its answer written.
        stream: Where to write; None is standard output at the time of writing.
    """

    def __init__(self, wanted: Wanted | None = None, stream: TextIO | None = None) -> None:
        self.wanted = wanted or Wanted()
        self.exponent = 0
        """Decimals of the shop's currency; set when a shop is opened."""
        self.currency = ""
        """ISO 4217 code of the shop's currency; set when a shop is opened."""
        self.timezone = "UTC"
        """Zone in which people are shown times; set when a shop is opened."""
        self._stream = stream
        self._has_begun = False

    @property
    def stream(self) -> TextIO:
        """Where answers go."""
        return self._stream if self._stream is not None else sys.stdout

    @property
    def as_json(self) -> bool:
        """Whether answers are JSON."""
        return self.wanted.as_json

    @property
    def form(self) -> str:
        """The format of this answer: the one that is wanted, else by what the stream is."""
        if self.wanted.form is not None:
            return self.wanted.form
        if self.as_json:
            return "json"
        return "table" if self.stream.isatty() else "tsv"

    @property
    def is_table(self) -> bool:
        """Whether the answer is tables and sentences, for a person."""
        return self.form == "table"

    @property
    def is_drawn(self) -> bool:
        """Whether the answer is laid out as tables, plain or of Markdown."""
        return self.form in {"table", "md"}

    @property
    def for_people(self) -> bool:
        """Whether a person reads tables and sentences on a terminal."""
        return self.is_table and self.stream.isatty()

    def record(self, record: object, *lines: str) -> None:
        """Answer with one record.

        Args:
            record: A frozen record or a mapping with the public keys.
            lines: The text for a person.
        """
        form, money = self.form, money_fields(type(record))
        if self.as_json:
            self.document(record)
        elif form == "table":
            self.lines(*lines)
        elif form == "md":
            self._markdown_record(record, money)
        else:
            self._cells(list(_keys(record)), [record], money)

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
            keys: The public keys, or the class of record that has them; the header of TSV and CSV.
            columns: The columns of a person's table; all of the keys if there are none.
            document: The JSON document, if it is not the list itself.
        """
        names = list(keys) if not isinstance(keys, type) else list(_keys(keys))
        money = money_fields(keys) if isinstance(keys, type) else frozenset()
        form = self.form
        if form == "json":
            self.document(document if document is not None else list(rows))
        elif form == "jsonl":
            self._json_lines(rows, has_money=bool(money))
        elif form in {"table", "md"}:
            self._table(rows, columns or _columns_of(names), money)
        else:
            self._cells(names, rows, money)

    def paper(
        self,
        head: Sequence[str],
        rows: Sequence[object],
        columns: Sequence[Column],
        money: frozenset[str],
        foot: Sequence[str],
    ) -> None:
        """Answer a person with a table between lines of text, as a receipt is.

        Args:
            head: Lines above the table.
            rows: Records or mappings.
            columns: The columns of the table.
            money: The keys whose values are amounts.
            foot: Lines below the table.
        """
        if self.form == "md":
            from shopcli.cli.markdown import escaped  # only where it is asked for

            self.write("".join(f"{escaped(line)}\n\n" for line in head))
            self._table(rows, columns, money)
            self.write("".join(f"\n{escaped(line)}\n" for line in foot))
        else:
            self.lines(*head, "")
            self._table(rows, columns, money)
            self.lines("", *foot)

    def document(self, value: object) -> None:
        """Answer with one JSON document."""
        indent = 2 if self.form == "json" and self.stream.isatty() else None
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

    def line(self, record: object, sentence: str = "") -> None:
        """Answer with one record of a stream: a JSON line, a sentence, or a row below a header."""
        form = self.form
        if self.as_json:
            self.write(json_text(as_json(record), self.stream) + "\n")
        elif form == "table":
            self.lines(sentence)
        else:
            keys, money = list(_keys(record)), money_fields(type(record))
            row = [self.cell(k, _value(record, k), is_money=k in money) for k in keys]
            if form == "md":
                from shopcli.cli.markdown import table  # only where it is asked for

                head, rule, line = table(keys, [False] * len(keys), [row]).splitlines()
                self.write(f"{line}\n" if self._has_begun else f"{head}\n{rule}\n{line}\n")
            else:
                join = self._joiner()
                self.write("" if self._has_begun else f"{join(keys)}\n")
                self.write(f"{join(row)}\n")

    def money(self, amount: int) -> str:
        """An amount for a person: major units with thousands separators."""
        sign = "-" if amount < 0 else ""
        whole, point, decimals = format_major(abs(amount), self.exponent).partition(".")
        return f"{sign}{int(whole):,}{point}{decimals}"

    def moment(self, moment: datetime) -> str:
        """A time for a person: in the shop's zone, to the minute, or to the second if asked for."""
        return self._local(moment)[: None if self.wanted.times == "local" else _TO_THE_MINUTE]

    def _local(self, moment: datetime) -> str:
        from shopcli.domain.moments import zone  # the zone's rules are read only for a person

        return moment.astimezone(zone(self.timezone)).strftime("%Y-%m-%d %H:%M:%S")

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
        if money_fields(type(value)):
            return self._parts(value, self.shown)
        if isinstance(value, dict):
            return _mapped(value, lambda one: self.shown("", one, is_money=is_money))
        text = self._joined(key, value)
        if key == "state":
            return text.replace("_", " ")
        return text[-ENDING_LENGTH:] if key in ID_KEYS and len(text) == ID_LENGTH else text

    def cell(self, key: str, value: object, *, is_money: bool = False) -> str:
        """Format the value of a key for TSV and CSV; it holds no tab or line end."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return format_major(value, self.exponent) if is_money else str(value)
        if isinstance(value, datetime):
            return self._local(value) if self.wanted.times == "local" else rfc3339(value)
        if money_fields(type(value)):
            text = self._parts(value, self.cell)
        elif isinstance(value, dict):
            text = _mapped(value, lambda one: self.cell("", one, is_money=is_money))
        else:
            text = inert(self._joined(key, value))
        if self.form == "csv":
            from shopcli.domain.batch.text import escape_formula  # only where it is asked for

            return escape_formula(text)
        return text

    def _parts(self, record: object, shown: Callable[..., str]) -> str:
        """An amount with its count, within a record: NAME=VALUE of each field."""
        money = money_fields(type(record))
        keys = _keys(record)
        parts = (f"{key}={shown(key, _value(record, key), is_money=key in money)}" for key in keys)
        return " ".join(parts)

    def write(self, text: str) -> None:
        """Write and flush; a closed pipe is no error.

        Raises:
            Unwritable: The text could not be written, as on a full disk.
        """
        if self.wanted.bom and not self._has_begun and self.form in {"csv", "tsv"}:
            text = BYTE_ORDER_MARK + text
        self._has_begun = self._has_begun or bool(text)
        with self._writing():
            self.stream.write(text)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Flush what the block writes; what `write` says of failures holds."""
        try:
            yield
            self.stream.flush()
        except OSError as error:
            let_go_of(self.stream)
            if error.errno != errno.EPIPE:
                raise unwritable(error) from None

    def _cells(self, keys: Sequence[str], rows: Sequence[object], money: frozenset[str]) -> None:
        columns, join = [(key, key in money) for key in keys], self._joiner()
        text = [join(keys)]
        text += [
            join([self.cell(key, _value(row, key), is_money=is_money) for key, is_money in columns])
            for row in rows
        ]
        self.write("\n".join(text) + "\n")

    def _joiner(self) -> Callable[[Sequence[str]], str]:
        """Joins the cells of a line; those of TSV hold no tab or line end, so need no quotes."""
        if self.form != "csv":
            return "\t".join
        from shopcli.domain.batch.text import join_cells  # only where it is asked for

        return lambda cells: join_cells(cells, "csv")

    def _json_lines(self, rows: Sequence[object], *, has_money: bool) -> None:
        more = {"currency": self.currency} if has_money else {}
        self.write("".join(json_text({**as_json(row), **more}, self.stream) + "\n" for row in rows))

    def _table(
        self, rows: Sequence[object], columns: Sequence[Column], money: frozenset[str]
    ) -> None:
        from shopcli.cli import terminal  # only for a person

        def shown(key: str, value: object) -> str:
            return self.shown(key, value, is_money=key in money)

        def currency_of(key: str) -> str:
            return self.currency if key in money else ""

        if self.form == "md":
            self.write(terminal.markdown_table(rows, columns, shown, currency_of=currency_of))
        elif not self.stream.isatty():
            self.write(terminal.plain_table(rows, columns, shown, currency_of=currency_of))
        else:
            left_out: list[str] = []
            with self._writing():
                left_out = terminal.draw_table(
                    self.stream, rows, columns, shown, currency_of=currency_of
                )
            left_out = [title for title in left_out if title]  # a column without one is a picture
            if left_out:
                from shopcli.cli.problems import remark  # which writes to standard error

                remark(f"The terminal is too narrow for: {', '.join(left_out)}.")

    def _markdown_record(self, record: object, money: frozenset[str]) -> None:
        from shopcli.cli.markdown import table  # only where it is asked for

        def told(key: str, value: object) -> str:
            if key in ID_KEYS:
                return inert("" if value is None else value)
            text = self.shown(key, value, is_money=key in money)
            is_amount = key in money and value is not None
            return f"{text} {self.currency}".strip() if is_amount else text

        rows = [(key.replace("_", " "), told(key, _value(record, key))) for key in _keys(record)]
        self.write(table(("", ""), (False, False), rows))

    def _joined(self, key: str, value: object) -> str:
        """A value with parts: lines and refunds as SKU:QUANTITY, plain ones joined, else JSON."""
        if not isinstance(value, (list, tuple)):
            return self._as_one(value)
        if key == "refunds":
            value = [line for refund in value for line in refund.lines]
        if key in {"lines", "refunds"}:
            return " ".join(f"{line.sku}:{line.quantity}" for line in value)
        if any(is_dataclass(item) for item in value):
            return json_text(as_json(value), self.stream)
        return "; ".join(map(self._as_one, value))

    def _as_one(self, value: object) -> str:
        if isinstance(value, datetime):
            return self._local(value) if self.wanted.times == "local" else rfc3339(value)
        return json_text(as_json(value), self.stream) if is_dataclass(value) else str(value)


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


def _mapped(values: dict[str, object], shown: Callable[[object], str]) -> str:
    """A mapping in one cell: NAME=VALUE, set apart by blanks; a text with blanks in quotes."""
    return " ".join(f"{inert(name)}={_quoted(shown(value))}" for name, value in values.items())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if set(text) & set(' "=') else text


def _columns_of(keys: Sequence[str]) -> list[Column]:
    from shopcli.cli.terminal import Column  # only for a person

    return [Column(key, wraps=True) for key in keys]


def _keys(record: object) -> tuple[str, ...]:
    if isinstance(record, dict):
        return tuple(record)
    # A record, or the class of one.
    return tuple(public_key(field.name) for field in fields(record))  # type: ignore[arg-type]  # any


def _value(row: object, key: str) -> object:
    if isinstance(row, dict):
        return row.get(key)
    return getattr(row, key) if hasattr(row, key) else getattr(row, f"{key}_")
