"""Completes words of a line from a table, without importing the commands.

`words.tsv` holds a row for each word, option and argument of the command line, in Typer's order; a
test compares it with the commands, and the answers with Typer's own. Imports no command and no
Typer: that takes longer than TAB may.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shopcli.cli.completion.names import Kind, Offers

ROOT = "shop"
FILE = os.path.join(os.path.dirname(__file__), "words.tsv")  # noqa: PTH118, PTH120  # pathlib costs 3 ms


class Row(NamedTuple):
    """One row of the table.

    `kind` is word (a command), argument, arguments (any number), option (a value follows) or flag.
    """

    command: str
    kind: str
    names: tuple[str, ...]
    is_hidden: bool
    values: str
    """Kind of value that completes it, as of `names.offered`; empty for none."""
    help: str


class Asked(NamedTuple):
    """A value to complete: its kind, and the address of the shop (None where not given)."""

    kind: Kind
    database: str | None
    incomplete: str
    before: str
    """The argument before it; empty where there is none."""


class _Reading(NamedTuple):
    """The complete words of a line, parsed for one command."""

    rows: list[Row]
    given: dict[Row, str]
    rest: list[str]


def following(words: list[str], incomplete: str) -> Offers | Asked:
    """Completions of the incomplete word.

    Args:
        words: The complete words after `shop`.
        incomplete: The beginning of the next one.
    """
    known = table()
    command, reading = ROOT, _read(known, ROOT, words)
    database = _database(reading)
    while reading.rest and (longer := f"{command} {reading.rest[0]}") in known:
        command, reading = longer, _read(known, longer, reading.rest[1:])
        database = _database(reading) or database
    if incomplete == "=":
        incomplete = ""
    elif "=" in incomplete and incomplete[0] == "-":
        name, _, incomplete = incomplete.partition("=")
        words = [*words, name]
    if "--" in words or incomplete[:1] != "-":
        row = _wanting(reading, words)
        if row is not None:
            before = [value for row, value in reading.given.items() if row.kind == "argument"]
            asked = (database, incomplete, before[-1] if before else "")
            return Asked(row.values, *asked) if row.values else []  # type: ignore[arg-type]  # the test of the table knows the kinds
    return [
        (name, row.help)
        for row in reading.rows
        if not row.is_hidden and (row.kind == "word" or _is_wanted(row, reading, incomplete))
        for name in row.names
        if name.startswith(incomplete)
    ]


def table() -> dict[str, list[Row]]:
    """The rows of each command."""
    rows: dict[str, list[Row]] = {}
    with open(FILE, encoding="utf-8") as lines:  # noqa: PTH123  # as above
        next(lines)
        for line in lines:
            command, kind, names, hidden, values, help_ = line.rstrip("\n").split("\t")
            row = Row(command, kind, tuple(names.split()), hidden == "hidden", values, help_)
            rows.setdefault(command, []).append(row)
    return rows


def _read(known: dict[str, list[Row]], command: str, words: list[str]) -> _Reading:
    """Parse words as Typer does for completion: stop at the first mistake."""
    rows = known[command]
    options = {name: row for row in rows if row.kind in {"option", "flag"} for name in row.names}
    is_group = any(row.kind == "word" for row in rows)
    given: dict[Row, str] = {}
    left: list[str] = []
    ahead = words[::-1]
    while ahead:
        word = ahead.pop()
        if word == "--":
            break
        if word[:1] == "-" and len(word) > 1:
            if not _read_option(options, word, ahead, given):
                return _Reading(rows, given, left)
        elif is_group:
            ahead.append(word)
            break
        else:
            left.append(word)
    left += ahead[::-1]
    for row in rows:
        if row.kind == "argument" and left:
            given[row] = left.pop(0)
    return _Reading(rows, given, left)


def _read_option(
    options: dict[str, Row], word: str, ahead: list[str], given: dict[Row, str]
) -> bool:
    """Parse an option and its value from the words after it; return whether it is valid."""
    name, has_value, value = word.partition("=")
    row = options.get(name) if len(name) > 2 else options.get(word)  # noqa: PLR2004  # -u
    if row is not None:
        if has_value:
            if row.kind == "flag":
                return False
            ahead.append(value)
        return _take(row, ahead, given)
    if word[:2] == "--":
        return False
    for place, letter in enumerate(word[1:], start=2):
        row = options.get(f"-{letter}")
        if row is None:
            return False
        if row.kind == "option":
            if word[place:]:
                ahead.append(word[place:])
            return _take(row, ahead, given)
        given[row] = ""
    return True


def _take(row: Row, ahead: list[str], given: dict[Row, str]) -> bool:
    if row.kind == "flag":
        given[row] = ""
    elif ahead:
        given[row] = ahead.pop()
    else:
        return False
    return True


def _database(reading: _Reading) -> str | None:
    for row, value in reading.given.items():
        if "--db" in row.names:
            return value or None
    return None


def _wanting(reading: _Reading, words: list[str]) -> Row | None:
    """The option that needs the next word as its value, else the argument that takes it."""
    for row in reading.rows:
        if row.kind == "option" and words and words[-1] in row.names:
            return row
    for row in reading.rows:
        if row.kind == "arguments" or (row.kind == "argument" and row not in reading.given):
            return row
    return None


def _is_wanted(row: Row, reading: _Reading, incomplete: str) -> bool:
    """Whether to offer an option: only once a dash is typed, and if it is not given yet."""
    begun = incomplete != "" and not incomplete[0].isalnum()
    return begun and row.kind in {"option", "flag"} and row not in reading.given
