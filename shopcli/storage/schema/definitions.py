"""What every table, column, constraint, index, trigger and procedure is: as this release makes it.

A definition is compared in a form of its own, because databases and migrations write the same thing
in different words. On SQLite both sides are the texts of CREATE statements.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from shopcli.storage.postgres import procedures
from shopcli.storage.schema import triggers
from shopcli.storage.schema.expressions import Form, condition, tokens
from shopcli.storage.schema.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Column, Table

    from shopcli.storage.session import Dialect

Definitions = dict[str, Form]
"""Name of what it is -> its form. Columns are `column TABLE.NAME`, procedures `NAME()`."""

_FUNCTION = re.compile(
    r"FUNCTION\s+(?:\w+\.)?(?P<name>\w+)\s*\((?P<arguments>.*?)\)\s+RETURNS\s+(?P<result>\w+)"
    r"\s+LANGUAGE\s+(?P<language>\w+).*?AS\s+\$\$(?P<source>.*)\$\$",
    re.DOTALL | re.IGNORECASE,
)


PINNED = "pinned"


class Function(NamedTuple):
    """What a function of Postgres is."""

    arguments: str
    result: str
    language: str
    source: str
    searches: str = PINNED
    """The search path it runs with: `PINNED`, or its settings where they are others."""

    def form(self) -> Form:
        """Its form; the text of its body counts to the letter."""
        head = (tokens(self.arguments), tokens(self.result), self.language)
        return (*head, self.source, self.searches)


@lru_cache(maxsize=2)
def expected(dialect: Dialect) -> Mapping[str, Form]:
    """Every definition of the schema of this release."""
    found: Definitions = {}
    for table in metadata.tables.values():
        if dialect == "sqlite":
            found |= of_sqlite_table(table.name, str(CreateTable(table).compile(dialect=_SQLITE)))
        else:
            found |= _of_postgres_table(table)
        for index in table.indexes:
            text = str(CreateIndex(index).compile(dialect=_DIALECTS[dialect]))
            found[str(index.name)] = index_form(text)
    for trigger in triggers.triggers(dialect):
        found[trigger.name] = trigger_form(trigger.statement(dialect))
    found |= {f"{name}()": function.form() for name, function in _functions(dialect)}
    return found


def _functions(dialect: Dialect) -> Iterator[tuple[str, Function]]:
    for statement in (*triggers.statements(dialect), *procedures.statements(dialect)):
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


def of_sqlite_table(table: str, text: str) -> Definitions:
    """The definitions within the text of a CREATE TABLE of SQLite."""
    items, tail = _split(tokens(text))
    found: Definitions = {}
    for item in items:
        if item[0] == "constraint" and len(item) > 2:  # noqa: PLR2004 - a name and what it is
            found[item[1]] = constraint_form(item[2:])
        else:
            found[f"column {table}.{item[0]}"] = item[1:]
    if "strict" in tail:
        found[f"strict {table}"] = ("strict",)
    return found


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


def _of_postgres_table(table: Table) -> Definitions:
    text = str(CreateTable(table).compile(dialect=_POSTGRES))
    found = {
        name: form for name, form in of_sqlite_table(table.name, text).items() if " " not in name
    }
    for column in table.columns:
        found[f"column {table.name}.{column.name}"] = _postgres_column(column)
    return found


def _postgres_column(column: Column[object]) -> Form:
    kind = tokens(column.type.compile(dialect=_POSTGRES))
    collation = kind[-1] if "collate" in kind else ""
    default: str | None = None
    if column.server_default is not None:
        default = str(getattr(column.server_default, "arg", ""))
    elif column is column.table.autoincrement_column:
        # SQLAlchemy makes every whole number that is a key a serial one.
        default = _SERIAL
    return column_form(kind[0], collation, is_required=not column.nullable, default=default)


def column_form(kind: str, collation: str, *, is_required: bool, default: str | None) -> Form:
    """A column of Postgres."""
    if collation == "default":
        collation = ""
    needed = "not null" if is_required else "null"
    if default is not None and default.startswith(_SERIAL):
        default = _SERIAL
    return (kind, collation.lower(), needed, "" if default is None else condition(default))


def constraint_form(found: tuple[str, ...]) -> Form:
    """A constraint, of the tokens after its name."""
    if found[0] == "check":
        inner, tail = _split(found)
        return ("check", condition(" ".join(_again(inner))), tail)
    # Postgres names the schema of another table where it is not searched.
    return tuple(_unqualified(found))


def _again(items: list[tuple[str, ...]]) -> Iterator[str]:
    for number, item in enumerate(items):
        if number:
            yield ","
        yield from item


def _unqualified(found: tuple[str, ...]) -> Iterator[str]:
    for place, word in enumerate(found):
        is_schema = found[place + 1 : place + 2] == (".",) and word not in {"new", "old"}
        if not is_schema and not (word == "." and found[place - 1] not in {"new", "old"}):
            yield word


def index_form(text: str) -> Form:
    """An index, of its CREATE statement."""
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
        # How full pages are kept is the operator's to choose.
        del found[found.index("with") :]
    return (tuple(found), where)


def trigger_form(text: str) -> Form:
    """A trigger, of its CREATE statement."""
    found = tuple(_unqualified(tokens(text)))
    if "when" not in found:
        return found
    place = found.index("when")
    inner, tail = _split(found[place:])
    return (found[:place], condition(" ".join(_again(inner))), tail)
