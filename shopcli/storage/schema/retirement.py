"""Retires a shop: triggers on every table refuse all changes, whoever has it open, at once.

A retired shop can be read. Open processes need not look for it, so nothing is slower because of it.
On Postgres making a trigger waits for transactions that write, so what is read afterwards has all
that was sold; on SQLite only one writes anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.storage.failures import RETIRED, RETIRED_SQLSTATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import MetaData

    from shopcli.storage.session import Dialect, Session

FUNCTION = "shop_refuse_retired"

_ALEMBIC = "alembic_version"
_CHANGES = ("INSERT", "DELETE", "UPDATE")
"""In the order in which Postgres tells them."""

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = '{RETIRED_SQLSTATE}', MESSAGE = 'retired',
    DETAIL = COALESCE((SELECT retired_to FROM shop_copy), '');
END $$
"""

_NOTE = "UPDATE shop_copy SET retired_to = :to, retired_at = :at"
_READ = "SELECT retired_to FROM shop_copy WHERE retired_at IS NOT NULL"


def retired_to(session: Session) -> str | None:
    """Where a retired shop has moved; None where it is not retired."""
    row = session.row(_READ)
    return None if row is None else str(row[0])


def retire(session: Session, to: str, at: int) -> None:
    """Let no change happen any more.

    Args:
        session: The transaction that does it.
        to: Where the shop is from now on, without a password.
        at: Microseconds since 1970.
    """
    if session.dialect == "postgres":
        # In the order in which sales touch them, and before the rows that others may hold.
        names = ", ".join(table.name for table in _tables().sorted_tables)
        session.change(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
    session.change(_NOTE, {"to": to, "at": at})
    for statement in statements(session.dialect, to):
        session.change(statement)


def unretire(session: Session) -> None:
    """Let changes happen again."""
    for name, table in _names(session.dialect):
        on_table = f" ON {table}" if session.dialect == "postgres" else ""
        session.change(f"DROP TRIGGER IF EXISTS {name}{on_table}")
    if session.dialect == "postgres":
        session.change(f"DROP FUNCTION IF EXISTS {FUNCTION}()")
    session.change(_NOTE, {"to": None, "at": None})


def functions(session: Session) -> Iterator[str]:
    """The statements that make the functions of a retired shop anew; none where it is not one."""
    if session.dialect == "postgres" and retired_to(session) is not None:
        yield _FUNCTION


def statements(dialect: Dialect, to: str) -> Iterator[str]:
    """The statements that make what refuses changes of a retired shop."""
    if dialect == "postgres":
        yield _FUNCTION
    for _, _, statement in triggers(dialect, to):
        yield statement


def triggers(dialect: Dialect, to: str) -> Iterator[tuple[str, str, str]]:
    """Table, name and statement of each trigger of a retired shop."""
    for name, table in _names(dialect):
        yield table, name, _trigger(dialect, name, table, to)


def _tables() -> MetaData:
    from shopcli.storage.schema.tables import metadata  # SQLAlchemy, not to ask `retired_to`

    return metadata


def _names(dialect: Dialect) -> Iterator[tuple[str, str]]:
    """The name and the table of each trigger."""
    for table in (*_tables().tables, _ALEMBIC):
        if dialect == "postgres":
            yield f"tr_{table}_retired", table
        else:
            for change in _CHANGES:
                yield f"tr_{table}_retired_{change.lower()}", table


def _trigger(dialect: Dialect, name: str, table: str, to: str) -> str:
    if dialect == "postgres":
        return (
            f"CREATE TRIGGER {name} BEFORE {' OR '.join(_CHANGES)} OR TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
        )
    change = name.rpartition("_")[2].upper()
    told = f"{RETIRED}{to}".replace("'", "''")
    return (
        f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW"
        f" BEGIN SELECT RAISE(ABORT, '{told}'); END"
    )
