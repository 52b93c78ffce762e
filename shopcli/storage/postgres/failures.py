"""Translates Postgres errors to the shop's; never repeats a bound value or a password.

An error says what happened to one transaction; whether others committed is not known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.errors import (
    Busy,
    DatabaseUnreachable,
    InvalidInput,
    NotAllowed,
    NotAShop,
    OutcomeUnknown,
    ReadOnly,
    ShopError,
)
from shopcli.storage.failures import (
    RETIRED_SQLSTATE,
    ConstraintViolated,
    ReadConflict,
    SerializationFailure,
    TableMissing,
    retired,
)
from shopcli.storage.postgres.waiting import NoAnswer

if TYPE_CHECKING:
    import psycopg

NOT_NULL_VIOLATION = "23502"
_GIVEN_WAY = frozenset({"40001", "40P01"})
_LOCK_HELD = "55P03"
_CANCELLED = "57014"
_READ_ONLY = "25006"
_DENIED = "42501"
_TABLE_MISSING = frozenset({"42P01", "42703"})
_PREPARED_ELSEWHERE = frozenset({"26000", "42P05"})
_DAMAGED = frozenset({"XX001", "XX002"})
_TOO_MANY_CONNECTIONS = "53300"
_DISK_FULL = "53100"
_OUT_OF_RESOURCES = "53"
_SERVER_GOING_AWAY = ("08", "57P")
_LAST_WORDS = frozenset({"FATAL", "PANIC"})


def tells_of_a_rollback(error: psycopg.Error, *, is_lost: bool) -> bool:
    """Whether an error proves that the transaction did not commit.

    It does if the connection is alive: either nothing was sent, or the server has replied, and an
    error of the server after a commit ends the connection.
    """
    state = error.sqlstate or ""
    return not (
        is_lost
        or state.startswith(_SERVER_GOING_AWAY)
        or error.diag.severity_nonlocalized in _LAST_WORDS
    )


def translated(
    error: psycopg.Error, display: str, *, is_lost: bool, login: str | None = None
) -> Exception:
    """The error to raise for a driver's error; the driver's own if it is a bug in the shop.

    Only for transactions that did not commit.

    Args:
        error: The driver's.
        display: The address without a password.
        is_lost: Whether the connection is broken.
        login: The user of the connection, if there is one.
    """
    if isinstance(error, NoAnswer):
        return no_answer(display, error)
    state = error.sqlstate or ""
    if state == RETIRED_SQLSTATE:
        return retired(display, error.diag.message_detail or "")
    if state.startswith("23"):
        return ConstraintViolated(constraint_name(error))
    if state in _GIVEN_WAY:
        return SerializationFailure(state)
    if state in _TABLE_MISSING:
        return TableMissing(error.diag.message_primary or state)
    if state == _DENIED:
        return denied(error.diag.message_primary or state, login)
    if is_lost or state.startswith(_SERVER_GOING_AWAY):
        return unreachable(display)
    return _about_database(state, display) or _about_server(state) or error


def _about_database(state: str, display: str) -> ShopError | None:
    if state == _READ_ONLY:
        return read_only(display)
    if state in _DAMAGED:
        return damaged(display)
    return None


def _about_server(state: str) -> ShopError | None:
    if state == _LOCK_HELD:
        return busy()
    if state == _CANCELLED:
        return took_too_long()
    if state == _DISK_FULL:
        return DatabaseUnreachable(
            "The disk of the database server is full.", details={"reason": "server_disk_full"}
        )
    if state == _TOO_MANY_CONNECTIONS:
        return Busy(
            "The database server has no connection left.", details={"reason": "no_connection"}
        )
    if state.startswith(_OUT_OF_RESOURCES):
        return Busy("The database server has run out of memory.", details={"reason": "no_memory"})
    if state in _PREPARED_ELSEWHERE:
        return InvalidInput(
            "The connection pooler in front of the database keeps no prepared statements.",
            details={"reason": "pooler"},
        )
    return None


def constraint_name(error: psycopg.Error) -> str:
    """The name of the constraint that refused; for a missing value, the column."""
    diagnosis = error.diag
    if error.sqlstate == NOT_NULL_VIOLATION:
        return f"nn_{diagnosis.table_name}_{diagnosis.column_name}"
    return diagnosis.constraint_name or "unknown"


def connect_failed(error: psycopg.Error, display: str) -> Exception:
    """The error for a failed connection; libpq gives no code for it, only a text."""
    text = str(error)
    if 'database "' in text and "does not exist" in text:
        return NotAShop(
            "There is no database at {database}.",
            details={"database": display, "reason": "no_database"},
        )
    if (
        "too many clients" in text
        or "too many connections" in text
        or "remaining connection" in text
        or "no more connections" in text  # a PgBouncer's words
    ):
        return Busy(
            "The database server has no connection left.", details={"reason": "no_connection"}
        )
    if "permission denied for database" in text:
        return NotAllowed(
            "The login at {database} may not use that database.",
            details={
                "role": None,
                "verb": "open",
                "database": display,
                "reason": "connect_right",
            },
        )
    if "authentication failed" in text or "no password supplied" in text or 'role "' in text:
        return DatabaseUnreachable(
            "The database server did not accept the login for {database}.",
            details={"database": display, "reason": "login"},
        )
    return _not_proven(text, display) or unreachable(display)


def _not_proven(text: str, display: str) -> ShopError | None:
    """The error if the server cannot prove who it is, or nobody can judge its proof."""
    if "root certificate file" in text:
        return InvalidInput(
            "The certificates to know the server of {database} by cannot be read.",
            details={"database": display, "field": "db", "reason": "no_authority"},
        )
    if "does not support SSL" in text:
        return DatabaseUnreachable(
            "The database server of {database} does not encrypt, as its sslmode asks.",
            details={"database": display, "reason": "no_encryption"},
        )
    if "does not match host name" in text:
        return DatabaseUnreachable(
            "What answers at {database} has the certificate of another host.",
            details={"database": display, "reason": "other_certificate"},
        )
    if "certificate" in text:
        return DatabaseUnreachable(
            "What answers at {database} does not prove who it is: its certificate is expired, or"
            " of an authority that is not trusted here.",
            details={"database": display, "reason": "untrusted_certificate"},
        )
    return None


def busy() -> Busy:
    """The error where others held rows or locks for longer than the bound."""
    return Busy("Others kept the database busy.", details={"reason": "locks"})


def took_too_long() -> Busy:
    """The error where the server ended a statement at its time limit or on request."""
    return Busy("The database took too long and was stopped.", details={"reason": "wait_max"})


def conflict() -> ReadConflict:
    """The error where a stand-by server cancelled a read to replay changes of its primary."""
    return ReadConflict(
        "The database ended the read to make way for changes.", details={"reason": "read_conflict"}
    )


def no_answer(display: str, error: NoAnswer) -> DatabaseUnreachable:
    """The error where the server stayed silent and nothing was being committed."""
    return DatabaseUnreachable(
        "The database server of {database} does not answer ({error}).",
        details={"database": display, "error": str(error), "reason": "no_answer"},
    )


def unreachable(display: str) -> DatabaseUnreachable:
    """The error where there is no connection, or it broke and nothing was being committed."""
    return DatabaseUnreachable(
        "The database server of {database} cannot be reached.",
        details={"database": display, "reason": "out_of_reach"},
    )


def read_only(display: str) -> ReadOnly:
    """The error where the server is a stand-by or set to read only."""
    return ReadOnly(
        "The database {database} takes no writes.",
        details={"database": display, "reason": "stand_by"},
    )


def denied(what: str, login: str | None) -> NotAllowed:
    """The error where the login lacks a right; the server's text names the table, but no value."""
    return NotAllowed(
        "The login {role} may not do this in the database: {denied}.",
        details={"role": login, "verb": None, "denied": what, "reason": "database_right"},
    )


def damaged(display: str) -> NotAShop:
    """The error where the server found damaged pages."""
    return NotAShop(
        "The database {database} is damaged.",
        details={"damaged": True, "database": display, "reason": "damaged_server"},
    )


def outcome_unknown(key: str | None) -> OutcomeUnknown:
    """The error where the reply to a commit was lost or came too late."""
    return OutcomeUnknown(
        "The database was lost while it made the change; that may or may not have happened.",
        details={"key": key, **({} if key else {"reason": "no_key"})},
    )


def not_replicated(key: str | None) -> OutcomeUnknown:
    """The error where the server committed, but no stand-by confirmed: a failover could lose it."""
    return OutcomeUnknown(
        "The change was made, but no stand-by server has confirmed it in time:"
        " should the server be lost now, the change is lost with"
        " it.",
        details={"key": key, **({} if key else {"reason": "no_key"})},
    )


def bad_address() -> InvalidInput:
    """The error where libpq cannot parse the address; libpq's text could show a password."""
    return InvalidInput(
        "The postgresql:// address is not understood.", details={"reason": "libpq_address"}
    )
