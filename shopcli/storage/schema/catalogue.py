"""Reads the definitions of a shop's tables and functions from the catalogue of Postgres.

Each query works on every release from 13 on; `definitions` and `expressions` normalise what
releases write differently.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from shopcli.storage.schema.definitions import (
    PINNED,
    Function,
    Key,
    Piece,
    column_form,
    constraint_form,
    index_form,
    trigger_form,
)
from shopcli.storage.schema.expressions import tokens
from shopcli.storage.schema.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.storage.schema.expressions import Form
    from shopcli.storage.session import Session

_OF_SHOP = "c.relnamespace = pg_catalog.quote_ident(current_schema())::regnamespace"
_TABLES = f"""
SELECT c.relname, c.relpersistence::text, c.relrowsecurity,
       EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)),
       EXISTS (SELECT FROM pg_catalog.pg_trigger t
               WHERE t.tgrelid = c.oid AND t.tgisinternal AND t.tgenabled NOT IN ('O', 'A')),
       ARRAY(SELECT r.rulename::text FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid)
FROM pg_catalog.pg_class c WHERE {_OF_SHOP} AND c.relkind = 'r'
"""
_COLUMNS = f"""
SELECT c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       COALESCE(l.collname, ''), a.attnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid),
       a.attgenerated::text || a.attidentity::text
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE {_OF_SHOP} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
# From 18 on a NOT NULL is a constraint too. It is compared with its column, unless it is NOT VALID
# and so does not hold for old rows. Constraint triggers are compared as triggers.
_CONSTRAINTS = f"""
SELECT c.relname, k.conname, pg_catalog.pg_get_constraintdef(k.oid),
       k.confrelid = 0 OR other.relnamespace = c.relnamespace
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
LEFT JOIN pg_catalog.pg_class other ON other.oid = k.confrelid
WHERE {_OF_SHOP} AND k.contype <> 't' AND (k.contype <> 'n' OR NOT k.convalidated)
"""
_INDEXES = f"""
SELECT c.relname, i.relname, pg_catalog.pg_get_indexdef(x.indexrelid)
FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
WHERE {_OF_SHOP} AND x.indisvalid AND x.indisready
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = x.indexrelid
                                                           AND k.contype IN ('p', 'u', 'x'))
"""
_TRIGGERS = f"""
SELECT c.relname, t.tgname, pg_catalog.pg_get_triggerdef(t.oid), p.pronamespace = c.relnamespace
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
WHERE {_OF_SHOP} AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
"""
_FUNCTIONS = f"""
SELECT p.proname, pg_catalog.pg_get_function_arguments(p.oid),
       pg_catalog.pg_get_function_result(p.oid), l.lanname, p.prosrc,
       CASE WHEN p.proconfig = ARRAY['search_path=' || current_setting('search_path')]
            THEN '{PINNED}' ELSE COALESCE(p.proconfig::text, '') END,
       CASE WHEN p.prosecdef THEN 'd' ELSE '' END || CASE WHEN p.proisstrict THEN 't' ELSE 'f' END
       || p.provolatile::text || p.prokind::text
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = pg_catalog.quote_ident(current_schema())::regnamespace
  AND p.proname LIKE 'shop\\_%'
"""
_FIRES = "SELECT current_setting('session_replication_role')"


class TableRow(NamedTuple):
    """What can affect a table's rows besides its columns and constraints."""

    name: str
    persistence: str
    hides_rows: bool
    has_relatives: bool
    lets_references_pass: bool
    rules: list[str]


class Found(NamedTuple):
    """The definitions that a database has."""

    pieces: list[Piece]
    problems: list[str]
    """Problems, in words, that can change or hide rows and are not definitions."""


def found_on_postgres(session: Session) -> Found:
    """Every definition in the shop's schema."""
    return Found(list(_pieces(session)), list(_problems(session)))


def _pieces(session: Session) -> Iterator[Piece]:
    for table, column, kind, collation, is_required, default, made in session.rows(_COLUMNS):
        form = column_form(kind, collation, is_required=is_required, default=default, made=made)
        yield Piece("column", Key(table, f"column {table}.{column}"), form)
    for table, name, text, is_ours in session.rows(_CONSTRAINTS):
        of_constraint = _constraint_form(text) if is_ours else "another schema's table"
        yield Piece("constraint", Key(table, name), of_constraint)
    for table, name, text in session.rows(_INDEXES):
        yield Piece("index", Key(table, name), index_form(text))
    for table, name, text, is_ours in session.rows(_TRIGGERS):
        of_trigger = trigger_form(text) if is_ours else "another schema's function"
        yield Piece("trigger", Key(table, name), of_trigger)
    for name, *function in session.rows(_FUNCTIONS):
        yield Piece("function", Key("", f"{name}()"), Function._make(function).form())


@lru_cache(maxsize=1024)  # a process that verifies again meets the same texts
def _constraint_form(text: str) -> Form:
    return constraint_form(tokens(text))


def _problems(session: Session) -> Iterator[str]:
    if session.rows(_FIRES) != [("origin",)]:
        yield "triggers and foreign keys do not fire: session_replication_role is not origin"
    for table in map(TableRow._make, session.rows(_TABLES)):
        if table.name in metadata.tables:
            yield from _problems_of(table)


def _problems_of(table: TableRow) -> Iterator[str]:
    for rule in table.rules:
        yield f"rule {rule} on {table.name} is not the shop's"
    if table.persistence != "p":
        yield f"{table.name} does not survive a crash of the server"
    if table.hides_rows:
        yield f"{table.name} hides rows from some logins"
    if table.has_relatives:
        yield f"{table.name} shares rows with another table (INHERITS)"
    if table.lets_references_pass:
        yield f"{table.name} lets references to nothing pass: its system triggers are off"
