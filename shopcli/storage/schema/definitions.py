"""The definition of every table, column, constraint, index, trigger and procedure of this release.

Definitions are compared in a normal form, because databases and migrations write the same thing in
different ways. On SQLite both sides are the texts of CREATE statements.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from shopcli.storage.postgres import procedures
from shopcli.storage.schema import retirement, triggers
from shopcli.storage.schema.expressions import Form, condition, tokens
from shopcli.storage.schema.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Column, Table

    from shopcli.storage.session import Dialect


class Key(NamedTuple):
    """What identifies a definition: constraints and triggers are unique only within a table."""

    table: str
    """Empty for a function."""

    name: str
    """`column TABLE.NAME` for a column, `NAME()` for a function."""


class Piece(NamedTuple):
    """One definition."""

    kind: str
    """One of: column, constraint, index, trigger, function, form (a table's options)."""

    key: Key
    form: Form


_UNNAMED = frozenset({"check", "foreign", "primary", "unique"})
"""The first word of a constraint without a name."""

_FUNCTION = re.compile(
    r"FUNCTION\s+(?:\w+\.)?(?P<name>\w+)\s*\((?P<arguments>.*?)\)\s+RETURNS\s+(?P<result>\w+)"
    r"\s+LANGUAGE\s+(?P<language>\w+).*?AS\s+\$\$(?P<source>.*)\$\$",
    re.DOTALL | re.IGNORECASE,
)


PINNED = "pinned"
DEFAULT_BEHAVIOUR = "fvf"
"""The default: the caller's rights, called on NULL, volatile."""


class Function(NamedTuple):
    """The definition of a Postgres function."""

    arguments: str
    result: str
    language: str
    source: str
    searches: str = PINNED
    """The search path it runs with: `PINNED`, or its own settings if they differ."""

    behaviour: str = DEFAULT_BEHAVIOUR
    """Letters for whose rights it runs with, NULL, volatility, and whether it returns a set."""

    def form(self) -> Form:
        """Its normal form; the body is compared exactly."""
        head = (tokens(self.arguments), tokens(self.result), self.language)
        return (*head, self.source, self.searches, self.behaviour)


@lru_cache(maxsize=2)
def expected(dialect: Dialect) -> Mapping[Key, Form]:
    """Every definition of this release's schema."""
    return {piece.key: piece.form for piece in _pieces(dialect)}


def _pieces(dialect: Dialect) -> Iterator[Piece]:
    for table in metadata.tables.values():
        if dialect == "sqlite":
            text = str(CreateTable(table).compile(dialect=_SQLITE))
            yield from of_sqlite_table(table.name, text)
        else:
            yield from _of_postgres_table(table)
        for index in table.indexes:
            text = str(CreateIndex(index).compile(dialect=_DIALECTS[dialect]))
            yield Piece("index", Key(table.name, str(index.name)), index_form(text))
    for trigger in triggers.triggers(dialect):
        form = trigger_form(trigger.statement(dialect))
        yield Piece("trigger", Key(trigger.table, trigger.name), form)
    of_all = (*triggers.statements(dialect), *procedures.statements(dialect))
    for name, function in _functions(of_all):
        yield Piece("function", Key("", f"{name}()"), function.form())


def of_retired_shop(dialect: Dialect, to: str) -> dict[Key, Form]:
    """The definitions that a retired shop has beside those of every shop."""
    found = {
        Key("", f"{name}()"): function.form()
        for name, function in _functions(retirement.statements(dialect, to))
    }
    for table, name, statement in retirement.triggers(dialect, to):
        found[Key(table, name)] = trigger_form(statement)
    return found


def _functions(statements: Iterable[str]) -> Iterator[tuple[str, Function]]:
    for statement in statements:
        made = _FUNCTION.search(statement)
        if made and "CREATE TRIGGER" not in statement[: made.start()]:
            yield (
                made["name"],
                Function(made["arguments"], made["result"], made["language"], made["source"]),
            )


_SERIAL = "nextval"
_SQLITE = sqlite.dialect()
_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
_DIALECTS = {"sqlite": _SQLITE, "postgres": _POSTGRES}


def of_sqlite_table(table: str, text: str) -> Iterator[Piece]:
    """The definitions in the text of an SQLite CREATE TABLE."""
    items, tail = _split(tokens(text))
    for item in items:
        if item[0] == "constraint" and len(item) > 2:  # noqa: PLR2004 - a name and what it is
            yield Piece("constraint", Key(table, item[1]), constraint_form(item[2:]))
        elif item[0] in _UNNAMED:
            name = f"the nameless {' '.join(item)}"
            yield Piece("constraint", Key(table, name), constraint_form(item))
        else:
            yield Piece("column", Key(table, f"column {table}.{item[0]}"), item[1:])
    for word, form in (("strict", "strict"), ("without", "without rowid")):
        if word in tail:
            yield Piece("form", Key(table, f"{form} {table}"), form)


def _split(found: tuple[str, ...]) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    """The parts between the outermost brackets, and what follows them."""
    items: list[list[str]] = [[]]
    depth = 0
    for place, word in enumerate(found):
        if word == ")":
            depth -= 1
            if depth == 0:
                return [tuple(item) for item in items if item], found[place + 1 :]
        if depth == 1 and word == ",":
            items.append([])
        elif depth:
            items[-1].append(word)
        if word == "(":
            depth += 1
    return [], ()


def _of_postgres_table(table: Table) -> Iterator[Piece]:
    text = str(CreateTable(table).compile(dialect=_POSTGRES))
    yield from (piece for piece in of_sqlite_table(table.name, text) if piece.kind == "constraint")
    for column in table.columns:
        key = Key(table.name, f"column {table.name}.{column.name}")
        yield Piece("column", key, _postgres_column(column))


def _postgres_column(column: Column[object]) -> Form:
    kind = tokens(column.type.compile(dialect=_POSTGRES))
    collation = kind[-1] if "collate" in kind else ""
    default: str | None = None
    if column.server_default is not None:
        default = str(getattr(column.server_default, "arg", ""))
    elif column is column.table.autoincrement_column:
        # SQLAlchemy makes every integer primary key serial.
        default = _SERIAL
    return column_form(kind[0], collation, is_required=not column.nullable, default=default)


def column_form(
    kind: str, collation: str, *, is_required: bool, default: str | None, made: str = ""
) -> Form:
    """The normal form of a Postgres column.

    Args:
        kind: Its type.
        collation: Its collation.
        is_required: Whether it is NOT NULL.
        default: The expression of its default, or the one it is generated from.
        made: Postgres's letter for a generated or identity column; empty for others.
    """
    if collation == "default":
        collation = ""
    needed = "not null" if is_required else "null"
    if default is not None and default.startswith(_SERIAL):
        default = _SERIAL
    return (kind, collation.lower(), needed, "" if default is None else condition(default), made)


def constraint_form(found: tuple[str, ...]) -> Form:
    """The normal form of a constraint, from the tokens after its name."""
    if found[0] == "check":
        inner, tail = _split(found)
        return ("check", condition(" ".join(_rejoined(inner))), tail)
    # Postgres writes another table's schema if it is not in the search path.
    return tuple(_unqualified(found))


def _rejoined(items: list[tuple[str, ...]]) -> Iterator[str]:
    for number, item in enumerate(items):
        if number:
            yield ","
        yield from item


def _unqualified(found: tuple[str, ...]) -> Iterator[str]:
    for place, word in enumerate(found):
        is_schema = found[place + 1 : place + 2] == (".",) and word not in {"new", "old"}
        if not is_schema and not (word == "." and found[place - 1] not in {"new", "old"}):
            yield word


@lru_cache(maxsize=256)
def index_form(text: str) -> Form:
    """The normal form of an index, from its CREATE statement."""
    found = list(_unqualified(tokens(text)))
    if "using" in found and found[found.index("using") + 1] == "btree":
        place = found.index("using")
        del found[place : place + 2]
    where: Form = ""
    if "where" in found:
        place = found.index("where")
        where = condition(" ".join(found[place + 1 :]))
        del found[place:]
    if "with" in found:
        # Storage parameters such as fillfactor are the operator's choice.
        del found[found.index("with") :]
    return (tuple(found), where)


def can_refuse(form: Form) -> bool:
    """Whether an index can refuse a row: it is unique, or its expression can fail."""
    words = form[0]
    is_plain = words[:2] == ("create", "index") and words[2:].count("(") == 1
    return not is_plain or form[1] != ""


@lru_cache(maxsize=256)
def trigger_form(text: str) -> Form:
    """The normal form of a trigger, from its CREATE statement."""
    found = tuple(_unqualified(tokens(text)))
    if "when" not in found:
        return found
    place = found.index("when")
    if found[place + 1] != "(":
        return found  # not as this release makes it: all of it would have to be in brackets
    inner, tail = _split(found[place:])
    return (found[:place], condition(" ".join(_rejoined(inner))), tail)
