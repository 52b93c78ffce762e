"""What each Postgres error means to the shop; must never repeat a bound value or a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.errors import (
    Busy,
    DatabaseUnreachable,
    InvalidInput,
    NotAShop,
    OutcomeUnknown,
    ReadOnly,
    ShopError,
)
from shopcli.storage.failures import ConstraintViolated, SerializationFailure, TableMissing

if TYPE_CHECKING:
    import psycopg

NOT_NULL_VIOLATION = "23502"
_GIVEN_WAY = frozenset({"40001", "40P01"})
_WAITED_TOO_LONG = frozenset({"55P03", "57014"})
_READ_ONLY = frozenset({"25006", "42501"})
_TABLE_MISSING = frozenset({"42P01", "42703"})
_PREPARED_ELSEWHERE = frozenset({"26000", "42P05"})
_DAMAGED = frozenset({"XX001", "XX002"})
_TOO_MANY_CONNECTIONS = "53300"
_DISK_FULL = "53100"
_SERVER_GOING_AWAY = ("08", "57P")


def translated(error: psycopg.Error, display: str, *, is_lost: bool) -> Exception:
    """The error to raise for a driver's error; the driver's own if it tells of a bug of ours.

    Only for errors before COMMIT: each answer promises that nothing changed.
    """
    state = error.sqlstate or ""
    if state.startswith("23"):
        return ConstraintViolated(constraint_name(error))
    if state in _GIVEN_WAY:
        return SerializationFailure(state)
    if state in _WAITED_TOO_LONG:
        return busy()
    if state == _DISK_FULL:
        return DatabaseUnreachable(
            "The disk of the database server is full; nothing was changed.",
            fix="Free some space there and try again.",
        )
    if state in _READ_ONLY:
        return read_only(display)
    if state in _TABLE_MISSING:
        return TableMissing(error.diag.message_primary or state)
    if state in _DAMAGED:
        return damaged(display)
    if is_lost or state.startswith(_SERVER_GOING_AWAY):
        return unreachable(display)
    return _about_connections(state) or error


def _about_connections(state: str) -> ShopError | None:
    if state == _TOO_MANY_CONNECTIONS:
        return Busy("The database server has no connection left.", fix="Try again in a moment.")
    if state in _PREPARED_ELSEWHERE:
        return InvalidInput(
            "The connection pooler in front of the database keeps no prepared statements.",
            fix="Write prepare_threshold=none into the database address.",
        )
    return None


def constraint_name(error: psycopg.Error) -> str:
    """The name of the constraint that refused; for a missing value, the column."""
    diagnosis = error.diag
    if error.sqlstate == NOT_NULL_VIOLATION:
        return f"nn_{diagnosis.table_name}_{diagnosis.column_name}"
    return diagnosis.constraint_name or "unknown"


def connect_failed(error: psycopg.Error, display: str) -> Exception:
    """What a failed attempt to connect means; libpq gives no code for it, only a text."""
    text = str(error)
    if 'database "' in text and "does not exist" in text:
        return NotAShop(
            f"There is no database at {display}.",
            fix="Make the database first (createdb), then run `shop init`.",
        )
    if (
        "too many clients" in text
        or "too many connections" in text
        or "remaining connection" in text
    ):
        return Busy("The database server has no connection left.", fix="Try again in a moment.")
    if "authentication failed" in text or "no password supplied" in text or 'role "' in text:
        return DatabaseUnreachable(
            f"The database server did not accept the login for {display}.",
            fix="Check user and password of the address, PGPASSWORD or the password file.",
        )
    return unreachable(display)


def busy() -> Busy:
    """Others held rows or locks for longer than the bound."""
    return Busy("Others kept the database busy; nothing was changed.", fix="Try again in a moment.")


def unreachable(display: str) -> DatabaseUnreachable:
    """No connection, or one that broke before COMMIT was sent."""
    return DatabaseUnreachable(
        f"The database server of {display} cannot be reached; nothing was changed.",
        fix="Check that the server runs and that the address is right, then try again.",
    )


def read_only(display: str) -> ReadOnly:
    """A stand-by server, or a login without the right to write."""
    return ReadOnly(
        f"The database {display} takes no writes from this login; nothing was changed.",
        fix="Use the address of the primary server, and a login that may write.",
    )


def damaged(display: str) -> NotAShop:
    """Pages on the server's disk contradict each other."""
    return NotAShop(
        f"The database {display} is damaged.",
        fix="Stop using it and restore the latest backup; then run `shop verify`.",
        details={"damaged": True},
    )


def outcome_unknown(key: str | None) -> OutcomeUnknown:
    """The connection broke after the change was sent for commit."""
    return OutcomeUnknown(
        "The database was lost while the change was committed; it may or may not have happened.",
        fix="Repeat the command with the same key: it cannot happen twice.",
        details={"key": key},
    )


def bad_address() -> InvalidInput:
    """Libpq does not understand the address; its own message could show a password."""
    return InvalidInput(
        "The postgresql:// address is not understood.",
        fix="Give postgresql://user@host/database, with options after '?'.",
    )
