"""Compares the tables, triggers and procedures of a shop with those of this release.

Reads only the catalogue of the live database; needs no right to write.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from shopcli.storage.schema.catalogue import Found, found_on_postgres
from shopcli.storage.schema.definitions import (
    Key,
    Piece,
    can_refuse,
    expected,
    index_form,
    of_retired_shop,
    of_sqlite_table,
    trigger_form,
)
from shopcli.storage.schema.retirement import retired_to
from shopcli.storage.schema.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shopcli.storage.schema.expressions import Form
    from shopcli.storage.session import Dialect, Session

_SQLITE_OBJECTS = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"

_SAYS_IT_IS_RETIRED = Key("shop_copy", "column shop_copy.retired_at")


class Object(NamedTuple):
    """A row of `sqlite_schema`."""

    kind: str
    name: str
    table: str
    text: str


class Guards(NamedTuple):
    """How the definitions of a shop differ from this release's."""

    missing: list[str]
    """Their names; a missing STRICT is `strict <table>`."""
    changed: list[str]
    """Those that exist but differ, and those that this release does not have."""


def compared_guards(session: Session) -> Guards:
    """Read all definitions of a shop and compare them."""
    found = _found(session)
    return Guards(_missing(session, found), _changed(session, found))


def _missing(session: Session, found: Found) -> list[str]:
    there = {piece.key for piece in found.pieces}
    return sorted(key.name for key in _wanted(session, found) if key not in there)


def _changed(session: Session, found: Found) -> list[str]:
    wanted = _wanted(session, found)
    changed = _altered(wanted, found)
    seen: set[Key] = set()
    for piece in found.pieces:
        if piece.key in wanted:
            if piece.key in seen:
                changed.add(f"{piece.key.name} is there more than once")
            seen.add(piece.key)
        elif piece.key.table in metadata.tables and not _affects_only_speed(piece):
            changed.add(_unexpected(piece))
    return sorted(changed) + sorted(found.problems)


def _altered(wanted: Mapping[Key, Form], found: Found) -> set[str]:
    return {
        f"{piece.key.name} is not as this release makes it"
        for piece in found.pieces
        if piece.form != wanted.get(piece.key, piece.form)
    }


def broken_guards(session: Session) -> list[str]:
    """The definitions of this release that a shop lacks, or has otherwise.

    What somebody has put beside them breaks none.
    """
    found = _found(session)
    missing = [f"{name} is missing" for name in _missing(session, found)]
    return missing + sorted(_altered(_wanted(session, found), found))


def expected_guards(dialect: Dialect) -> set[str]:
    """The names of all definitions of this release's schema."""
    return {key.name for key in expected(dialect)}


def _wanted(session: Session, found: Found) -> Mapping[Key, Form]:
    """What the shop should have: more where it is retired."""
    of_all = expected(session.dialect)
    if all(piece.key != _SAYS_IT_IS_RETIRED for piece in found.pieces):
        return of_all
    to = retired_to(session)
    return of_all if to is None else {**of_all, **of_retired_shop(session.dialect, to)}


def _affects_only_speed(piece: Piece) -> bool:
    """Whether it affects only how fast rows are found."""
    return piece.kind == "index" and not can_refuse(piece.form)


def _unexpected(piece: Piece) -> str:
    if piece.kind in {"column", "form"}:
        return f"{piece.key.name} is not the shop's"
    return f"{piece.kind} {piece.key.name} on {piece.key.table} is not the shop's"


def _found(session: Session) -> Found:
    if session.dialect == "postgres":
        return found_on_postgres(session)
    pieces = list(_pieces_on_sqlite(session))
    if session.rows("PRAGMA foreign_keys") != [(1,)]:
        pieces = [piece for piece in pieces if not piece.key.name.startswith("fk_")]
    return Found(pieces, [])


def _pieces_on_sqlite(session: Session) -> Iterator[Piece]:
    for one in map(Object._make, session.rows(_SQLITE_OBJECTS)):
        yield from _pieces_of(one)


@lru_cache(maxsize=1024)  # a process that verifies again meets the same texts
def _pieces_of(one: Object) -> tuple[Piece, ...]:
    if one.kind == "table":
        return tuple(of_sqlite_table(one.name, one.text))
    if one.kind == "index":
        return (Piece("index", Key(one.table, one.name), index_form(one.text)),)
    if one.kind == "trigger":
        return (Piece("trigger", Key(one.table, one.name), trigger_form(one.text)),)
    return ()
