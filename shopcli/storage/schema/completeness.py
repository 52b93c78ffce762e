"""Which constraints, indexes, triggers and procedures a shop lacks, or has in another form.

Reads the catalogue of the live database and nothing else; needs no right to write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.storage.schema.definitions import (
    PINNED,
    Definitions,
    Function,
    column_form,
    constraint_form,
    expected,
    index_form,
    of_sqlite_table,
    trigger_form,
)
from shopcli.storage.schema.expressions import tokens
from shopcli.storage.schema.tables import metadata

if TYPE_CHECKING:
    from shopcli.storage.session import Dialect, Session

_SQLITE_OBJECTS = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
_OF_SHOP = "c.relnamespace = pg_catalog.quote_ident(current_schema())::regnamespace"
_POSTGRES_TABLES = f"""
SELECT c.relname, c.relpersistence::text, c.relrowsecurity,
       ARRAY(SELECT r.rulename::text FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid)
FROM pg_catalog.pg_class c WHERE {_OF_SHOP} AND c.relkind = 'r'
"""
_POSTGRES_COLUMNS = f"""
SELECT c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       COALESCE(l.collname, ''), a.attnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid)
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE {_OF_SHOP} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
_POSTGRES_CONSTRAINTS = f"""
SELECT k.conname, pg_catalog.pg_get_constraintdef(k.oid)
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
WHERE {_OF_SHOP} AND k.contype IN ('c', 'f', 'p', 'u')
"""
_POSTGRES_INDEXES = """
SELECT c.relname, pg_catalog.pg_get_indexdef(x.indexrelid)
FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid
WHERE c.relnamespace = pg_catalog.quote_ident(current_schema())::regnamespace AND x.indisvalid
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = x.indexrelid
                                                           AND k.contype IN ('p', 'u'))
"""
_POSTGRES_TRIGGERS = f"""
SELECT t.tgname, c.relname, pg_catalog.pg_get_triggerdef(t.oid),
       p.pronamespace = c.relnamespace
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
WHERE {_OF_SHOP} AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
"""
_POSTGRES_FUNCTIONS = f"""
SELECT p.proname, pg_catalog.pg_get_function_arguments(p.oid),
       pg_catalog.pg_get_function_result(p.oid), l.lanname, p.prosrc,
       CASE WHEN p.proconfig = ARRAY['search_path=' || current_setting('search_path')]
            THEN '{PINNED}' ELSE COALESCE(p.proconfig::text, '') END
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = pg_catalog.quote_ident(current_schema())::regnamespace
  AND p.proname LIKE 'shop\\_%'
"""


class Object(NamedTuple):
    """A row of SQLite's table of everything."""

    kind: str
    name: str
    table: str
    text: str


class Found(NamedTuple):
    """What a database has."""

    definitions: Definitions
    strangers: list[str]
    """What can change or hide the rows of the shop and is not of its making."""


def missing_guards(session: Session) -> list[str]:
    """The guards that should be there and are not, by name; STRICT as `strict <table>`."""
    wanted, found = expected(session.dialect), _found(session).definitions
    return sorted(wanted.keys() - found.keys())


def changed_guards(session: Session) -> list[str]:
    """The guards that are there by their name, but are something else; and what is not ours."""
    found = _found(session)
    changed = [
        f"{name} is not as this release makes it"
        for name, form in expected(session.dialect).items()
        if found.definitions.get(name, form) != form
    ]
    return sorted(changed) + sorted(found.strangers)


def expected_guards(dialect: Dialect) -> set[str]:
    """The names of all definitions of the schema of this release."""
    return set(expected(dialect))


def _found(session: Session) -> Found:
    return _found_on_sqlite(session) if session.dialect == "sqlite" else _found_on_postgres(session)


def _found_on_sqlite(session: Session) -> Found:
    found: Definitions = {}
    strangers: list[str] = []
    for one in map(Object._make, session.rows(_SQLITE_OBJECTS)):
        if one.kind == "table":
            found |= of_sqlite_table(one.name, one.text)
        elif one.kind == "index":
            found[one.name] = index_form(one.text)
        elif one.kind == "trigger":
            found[one.name] = trigger_form(one.text)
            strangers += _strange_trigger(session, one.name, one.table)
    if session.rows("PRAGMA foreign_keys") != [(1,)]:
        found = {name: form for name, form in found.items() if not name.startswith("fk_")}
    return Found(found, strangers)


def _strange_trigger(session: Session, name: str, table: str) -> list[str]:
    is_strange = table in metadata.tables and name not in expected(session.dialect)
    return [f"trigger {name} on {table} is not the shop's"] if is_strange else []


def _found_on_postgres(session: Session) -> Found:
    found: Definitions = {}
    strangers: list[str] = []
    for table, column, kind, collation, is_required, default in session.rows(_POSTGRES_COLUMNS):
        found[f"column {table}.{column}"] = column_form(
            kind, collation, is_required=is_required, default=default
        )
    for name, text in session.rows(_POSTGRES_CONSTRAINTS):
        found[name] = constraint_form(tokens(text))
    for name, text in session.rows(_POSTGRES_INDEXES):
        found[name] = index_form(text)
    for name, table, text, is_ours in session.rows(_POSTGRES_TRIGGERS):
        found[name] = trigger_form(text) if is_ours else "another schema's function"
        strangers += _strange_trigger(session, name, table)
    for name, *function in session.rows(_POSTGRES_FUNCTIONS):
        found[f"{name}()"] = Function._make(function).form()
    for table, persistence, hides_rows, rules in session.rows(_POSTGRES_TABLES):
        if table in metadata.tables:
            strangers += [f"rule {rule} on {table} is not the shop's" for rule in rules]
            if persistence != "p":
                strangers.append(f"{table} does not survive a crash of the server")
            if hides_rows:
                strangers.append(f"{table} hides rows from some logins")
    return Found(found, strangers)
