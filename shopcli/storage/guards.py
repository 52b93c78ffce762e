"""Which constraints, indexes and triggers a shop should have, and which of them it lacks.

Reads the catalogue of the live database; compares names, and on SQLite also the triggers' text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shopcli.storage.tables import metadata
from shopcli.storage.triggers import triggers

if TYPE_CHECKING:
    from shopcli.storage.session import Dialect, Session

_SQLITE_OBJECTS = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
_SQLITE_STRICT = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 1"
_CONSTRAINT_NAME = re.compile(r"CONSTRAINT\s+\"?(\w+)\"?\s+(?:CHECK|UNIQUE|PRIMARY|FOREIGN)")

_POSTGRES_CONSTRAINTS = """
SELECT k.conname FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = current_schema()::regnamespace AND k.convalidated
"""
_POSTGRES_INDEXES = """
SELECT i.relname FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
WHERE i.relnamespace = current_schema()::regnamespace AND x.indisvalid
"""
_POSTGRES_TRIGGERS = """
SELECT t.tgname FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled IN ('O', 'A')
"""


def missing_guards(session: Session) -> list[str]:
    """The guards that should be there and are not, by name; STRICT as `strict <table>`.

    Source: docs of SQLite (the schema table) and of Postgres (system catalogues).
    """
    wanted = expected_guards(session.dialect)
    found = _found_on_sqlite(session) if session.dialect == "sqlite" else _found(session)
    return sorted(wanted - found)


def expected_guards(dialect: Dialect) -> set[str]:
    """Every guard of the schema of this release."""
    wanted: set[str] = set()
    for table in metadata.tables.values():
        wanted.update(str(constraint.name) for constraint in table.constraints)
        wanted.update(str(index.name) for index in table.indexes)
        if dialect == "sqlite":
            wanted.add(f"strict {table.name}")
    wanted.update(trigger.name for trigger in triggers(dialect))
    return wanted


def _found(session: Session) -> set[str]:
    queries = (_POSTGRES_CONSTRAINTS, _POSTGRES_INDEXES, _POSTGRES_TRIGGERS)
    return {row[0] for query in queries for row in session.rows(query)}


def _found_on_sqlite(session: Session) -> set[str]:
    found = {f"strict {row[0]}" for row in session.rows(_SQLITE_STRICT)}
    texts = {trigger.name: trigger.statement("sqlite") for trigger in triggers("sqlite")}
    for kind, name, _, sql in session.rows(_SQLITE_OBJECTS):
        if kind == "table":
            found.update(_CONSTRAINT_NAME.findall(sql))
        elif kind == "index" or texts.get(name) == sql:
            found.add(name)
    if session.rows("PRAGMA foreign_keys") != [(1,)]:
        found = {name for name in found if not name.startswith("fk_")}
    return found
