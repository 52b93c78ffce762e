"""Parses database addresses; opens nothing and never shows a password."""

from __future__ import annotations

import os
from typing import NamedTuple

from shopcli.domain.addresses import (
    COMPANION_SUFFIXES,
    POSTGRES_SCHEMES,
    SQLITE_SCHEME,
    display,
    fault_of_path,
    postgres_fault,
)
from shopcli.domain.errors import InvalidInput

PREPARE_OPTION = "prepare_threshold"
PREPARE_DEFAULT = 1


class SqliteAddress(NamedTuple):
    """A SQLite file, by its absolute path."""

    path: str

    @property
    def display(self) -> str:
        """The path; nothing in it is secret."""
        return self.path


class PostgresAddress(NamedTuple):
    """A Postgres database, by the connection string given to libpq.

    `prepare_threshold` is how often a statement runs before the server prepares it; None: never.
    None is the default behind a connection pooler, because few poolers keep prepared statements.
    """

    conninfo: str
    prepare_threshold: int | None = PREPARE_DEFAULT
    prepare_threshold_pooled: int | None = None

    def __repr__(self) -> str:
        return f"PostgresAddress({self.display!r})"

    @property
    def display(self) -> str:
        """The address with every password replaced by `***`."""
        return display(self.conninfo)


Address = SqliteAddress | PostgresAddress


def parse_address(text: str) -> Address:
    """The database an address names.

    Args:
        text: A path (`~` is the home directory), `sqlite:///relative`, `sqlite:////absolute`, or
            any `postgresql://` form libpq takes; `?prepare_threshold=none` switches prepared
            statements off, a number switches them on behind a pooler too.

    Raises:
        InvalidInput: Any other kind of address, or one without a file.
    """
    if not text.strip() or "\0" in text:
        raise InvalidInput(
            "The database address is empty or holds a NUL character.", details=_address()
        )
    scheme = next((scheme for scheme in POSTGRES_SCHEMES if text.startswith(scheme)), None)
    if scheme is not None:
        return _postgres(text[len(scheme) :])
    path = text.removeprefix(SQLITE_SCHEME)
    why = fault_of_path(path)
    if why is not None:
        raise InvalidInput(
            "The database address {database} cannot be used. {why:noun}",
            details=_address(database=display(text), why=why),
        )
    return _sqlite(path, is_url=path != text)


def _address(**details: str) -> dict[str, object]:
    return {**details, "reason": "address"}


def _sqlite(path: str, *, is_url: bool) -> SqliteAddress:
    if is_url and "?" in path:
        raise InvalidInput(
            "A sqlite:/// address takes no options after '?'.", details={"reason": "sqlite_options"}
        )
    if not path or path == ":memory:" or path.endswith(("/", os.sep)):
        raise InvalidInput(
            "The database address names no file; a shop in memory is not possible.",
            details=_address(),
        )
    if path.endswith(COMPANION_SUFFIXES):
        raise InvalidInput(
            "{database} is the name of a file that belongs to a database beside it.",
            details={"database": display(path), "reason": "companion_file"},
        )
    absolute = os.path.abspath(os.path.expanduser(path))  # noqa: PTH100, PTH111  # pathlib: 3 ms
    if absolute.startswith("//"):
        # POSIX keeps two leading slashes, and SQLite would read the next part as a host.
        absolute = absolute[1:]
    return SqliteAddress(absolute)


def _postgres(rest: str) -> PostgresAddress:
    why = postgres_fault(rest)
    if why is not None:
        raise InvalidInput(
            "The address of the Postgres database cannot be used. {why:noun}",
            details={"why": why, "reason": "postgres_address"},
        )
    authority, query = _split_query(rest)
    kept: list[str] = []
    threshold: int | None = PREPARE_DEFAULT
    pooled: int | None = None
    for option in query.split("&") if query else ():
        name, _, value = option.partition("=")
        if name == PREPARE_OPTION:
            threshold = pooled = _prepare_threshold(value)
        else:
            kept.append(option)
    options = f"?{'&'.join(kept)}" if kept else ""
    return PostgresAddress(f"postgresql://{authority}{options}", threshold, pooled)


def _prepare_threshold(value: str) -> int | None:
    if value.lower() == "none":
        return None
    if value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004 - fits 32 bits
        return int(value)
    raise InvalidInput(
        "{option} in the database address is neither a whole number nor 'none'.",
        details={"option": PREPARE_OPTION, "reason": "prepare_threshold"},
    )


def _split_query(rest: str) -> tuple[str, str]:
    """The part before the options, and the options; a '?' in front of an '@' is credentials."""
    slash = max(rest.find("/", rest.find("@") + 1), 0) if "@" in rest.partition("/")[0] else 0
    mark = rest.find("?", max(slash, rest.partition("/")[0].rfind("@") + 1))
    return (rest, "") if mark < 0 else (rest[:mark], rest[mark + 1 :])
