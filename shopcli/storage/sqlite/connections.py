"""Opens connections to a shop's SQLite file, checks their settings and keeps idle ones.

Never creates a file, and opens it only through SQLite: closing any other descriptor of the file
would drop the locks that SQLite holds on it. `stat` checks what can be checked without opening.
"""

from __future__ import annotations

import os
import stat
from functools import partial
from itertools import chain, count
from typing import TYPE_CHECKING

from shopcli.domain.errors import Busy, Internal, NoShop, NotAShop
from shopcli.storage.lock_waits import wait_until
from shopcli.storage.session import STREAMED_COUNT
from shopcli.storage.sqlite import failures as sqlite_failures
from shopcli.storage.sqlite.library import sqlite_library
from shopcli.storage.sqlite.queue import WriterQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from shopcli.storage.session import Dialect, Parameters, Row, Session
    from shopcli.storage.sqlite.library import Connection

SETTINGS = (
    ("foreign_keys", 1),
    ("recursive_triggers", 1),  # otherwise REPLACE removes rows without firing triggers
    ("trusted_schema", 0),
    ("cell_size_check", 1),
)
"""Set on each new connection and read back: SQLite ignores settings it does not support."""

SYNCHRONOUS = {"wal": 2, "delete": 3}
"""FULL for WAL; EXTRA for DELETE, because only it flushes the folder of the deleted journal."""
SYNCHRONOUS_NAMES = ("OFF", "NORMAL", "FULL", "EXTRA")

WAL_SIZE_LIMIT_BYTES = 16 * 1024 * 1024
IDLE_COUNT_MAX = 16
_PLAIN = b"/._-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CACHED_STATEMENTS = 256

_FORGOTTEN: list[object] = []
"""Connections made before a fork: the child must neither use nor close them."""


class Revision:
    """A number that is another one after each commit, whichever connection of a pool is asked."""

    __slots__ = ("_numbers", "number")

    def __init__(self) -> None:
        self._numbers = count(1)
        self.number = 0

    def advance(self) -> None:
        """Take the next number, also of several threads at once."""
        self.number = next(self._numbers)


class SqliteSession:
    """Runs statements on a connection; `sqlite.transactions` begins and ends transactions."""

    __slots__ = ("_counters", "_execute", "connection", "is_lasting", "queue", "revision")

    dialect: Dialect = "sqlite"

    def __init__(self, connection: Connection, queue: WriterQueue, *, is_lasting: bool) -> None:
        self.connection = connection
        self.queue = queue
        self.is_lasting = is_lasting
        self.revision = Revision()
        self._counters: tuple[object, ...] = ()
        self._execute = connection.execute

    def revised(self, *counters: object) -> int:
        """The number of the revision, another one if the counters of this connection changed.

        Whatever was committed since a connection was asked changes its own counters, so what
        another of the pool was told counts for all. One that was never asked changes it once.
        """
        if counters != self._counters:
            self._counters = counters
            self.revision.advance()
        return self.revision.number

    def close(self) -> None:
        """Close the connection and leave the queue."""
        self.connection.close()
        self.queue.close()

    @property
    def reading(self) -> SqliteSession:
        """This session, because reads are in the same transaction."""
        return self

    def rows(self, statement: str, parameters: Parameters = {}) -> list[Row]:  # noqa: B006 - read
        """All rows of a query, or of a change with RETURNING."""
        return self._execute(statement, parameters).fetchall()

    def stream(self, statement: str, parameters: Parameters = {}) -> Iterator[Row]:  # noqa: B006 - read
        """The rows of a query, some at a time."""
        some = partial(self._execute(statement, parameters).fetchmany, STREAMED_COUNT)
        return chain.from_iterable(iter(some, []))

    def row(self, statement: str, parameters: Parameters = {}) -> Row | None:  # noqa: B006 - read
        """The first row, or None."""
        # Fetch all rows, because COMMIT fails while a RETURNING has unread ones.
        rows = self._execute(statement, parameters).fetchall()
        return rows[0] if rows else None

    def change(self, statement: str, parameters: Parameters = {}) -> int:  # noqa: B006 - read
        """The number of rows a change touched."""
        return self._execute(statement, parameters).rowcount

    def change_many(self, statement: str, parameters: Iterable[Parameters]) -> int:
        """The number of rows touched over all parameter sets."""
        return max(0, self.connection.executemany(statement, parameters).rowcount)


class SqlitePool:
    """Idle connections to one file, the last used first; thread-safe."""

    __slots__ = (
        "_identity", "_idle", "_path", "_process_id", "_revision", "_timeout_seconds", "check_new",
    )  # fmt: skip

    def __init__(self, path: str, timeout_seconds: float) -> None:
        self._path = path
        self._timeout_seconds = timeout_seconds
        self._idle: list[SqliteSession] = []
        self._process_id = os.getpid()
        self._identity: tuple[int, int] | None = None
        self._revision = Revision()
        self.check_new: Callable[[Session], None] | None = None
        """Judges each new connection; it raises what `take` is to raise."""

    def take(self) -> SqliteSession:
        """An idle connection to the file now at the path, or a new one.

        Raises:
            NoShop: The file is missing or empty.
            NotAShop: It is not a database.
            ReadOnly: The permissions allow no access.
        """
        if self._process_id != os.getpid():
            self._forget()
        identity = identity_of(self._path)
        if identity != self._identity:
            # Another file replaced it: idle connections would write to the old one.
            self.close()
            self._identity = identity
        try:
            return self._idle.pop()
        except IndexError:
            return self._new()

    def give_back(self, session: SqliteSession) -> None:
        """Keep the connection for the next user, or close it."""
        if session.is_lasting and len(self._idle) < IDLE_COUNT_MAX:
            self._idle.append(session)
        else:
            session.close()

    def close(self) -> None:
        """Close all idle connections."""
        while self._idle:
            try:
                self._idle.pop().close()
            except IndexError:  # another thread took the last one
                return

    def _new(self) -> SqliteSession:
        session = open_session(self._path, self._timeout_seconds)
        session.revision = self._revision
        if self.check_new is None:
            return session
        try:
            check_when_free(session, self.check_new, self._path, self._timeout_seconds)
        except BaseException:
            session.close()
            raise
        return session

    def _forget(self) -> None:
        _FORGOTTEN.append(self._idle)
        self._idle = []
        self._process_id = os.getpid()


def identity_of(path: str) -> tuple[int, int]:
    """The device and number of the file at a path.

    Raises:
        NoShop: The file is missing or empty.
        NotAShop: It is a folder or device.
        ReadOnly: The permissions of a folder above it allow no access.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 - importing pathlib costs a command 3 ms
    except (FileNotFoundError, NotADirectoryError):
        raise no_shop(path) from None
    except OSError as error:
        raise sqlite_failures.unreadable(path) from error
    if not stat.S_ISREG(status.st_mode):
        raise NotAShop("{database} is not a file.", details={"database": path, "reason": "no_file"})
    if not status.st_size:
        raise no_shop(path)
    return status.st_dev, status.st_ino


def no_shop(path: str) -> NoShop:
    """The error where the file is missing or has no tables."""
    return NoShop("There is no shop at {database}.", details={"database": path})


def open_session(path: str, timeout_seconds: float) -> SqliteSession:
    """A new connection to an existing file, with its settings checked.

    Raises:
        Busy: Others held the file for longer than the timeout.
        NotAShop: It is not a database, or damaged.
        ReadOnly: The permissions allow no access.
    """
    try:
        return _open(path, "mode=rw", timeout_seconds, is_lasting=True)
    except sqlite_library().module.Error as error:
        code = sqlite_failures.primary_code(error)
        unwritable = (sqlite_failures.SQLITE_CANTOPEN, sqlite_failures.SQLITE_READONLY)
        if code in unwritable and os.access(path, os.R_OK) and not os.path.exists(f"{path}-wal"):  # noqa: PTH110 - as above
            # A shop in WAL mode in a read-only folder: nothing can write it, so it is immutable.
            return _open(path, "mode=ro&immutable=1", timeout_seconds, is_lasting=False)
        raise sqlite_failures.translated(error, path, writing=False) from error


def check_when_free(
    session: SqliteSession,
    check: Callable[[Session], None],
    path: str,
    timeout_seconds: float,
) -> None:
    """Let a check read; waits while others hold the file."""

    def is_checked() -> bool:
        try:
            check(session)
        except sqlite_library().module.Error as error:
            if sqlite_failures.primary_code(error) == sqlite_failures.SQLITE_BUSY:
                return False
            raise sqlite_failures.translated(error, path, writing=False) from error
        return True

    if not wait_until(is_checked, timeout_seconds):
        raise sqlite_failures.busy()


def connect_file(path: str, mode: str, timeout_seconds: float) -> Connection:
    """A connection without settings, by the SQLite library of this process."""
    quoted = "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in os.fsencode(path))
    connection: Connection = sqlite_library().module.connect(
        f"file:{quoted}?{mode}",
        uri=True,
        timeout=timeout_seconds,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=CACHED_STATEMENTS,
    )
    return connection


def prepare(connection: Connection, path: str) -> None:
    """Make the settings of a new connection and read them back.

    Raises:
        Internal: This SQLite does not support one of them.
        Busy: The file's journal mode is unsafe with this SQLite, and cannot be changed now.
        Exception: The driver's errors.
    """
    try:
        _make_settings(connection, path)
    except UnicodeDecodeError as error:
        # The driver cannot word the error, which quotes the damaged text of a definition.
        malformed = sqlite_library().module.DatabaseError(sqlite_failures.MALFORMED)
        raise malformed from error


def _make_settings(connection: Connection, path: str) -> None:
    for name, wanted in SETTINGS:
        _set(connection, name, wanted)
    connection.execute(f"PRAGMA journal_size_limit={WAL_SIZE_LIMIT_BYTES}")
    journal_mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if journal_mode == "wal" and sqlite_library().journal_mode == "DELETE":
        _leave_wal(connection, path)
        journal_mode = "delete"
    _set(connection, "synchronous", SYNCHRONOUS.get(journal_mode, SYNCHRONOUS["delete"]))


def _set(connection: Connection, name: str, wanted: int) -> None:
    connection.execute(f"PRAGMA {name}={wanted}")
    found = connection.execute(f"PRAGMA {name}").fetchone()
    if found != (wanted,):
        raise Internal(
            "This SQLite does not take the setting {name}={wanted}: {found}.",
            details={"name": name, "wanted": str(wanted), "found": str(found)},
        )


def _leave_wal(connection: Connection, path: str) -> None:
    """Change the file to the DELETE journal, which is safe with every SQLite; it stays so."""
    library = sqlite_library()
    try:
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except library.module.OperationalError as error:
        if sqlite_failures.primary_code(error) == sqlite_failures.SQLITE_READONLY:
            return  # only reading, which is safe
        mode = "wal"
    if mode != "delete":
        raise Busy(
            "Others use {database} in WAL mode, which the SQLite of this process ({version})"
            " cannot do safely.",
            details={"database": path, "version": library.version, "reason": "wal"},
        )


def _open(path: str, mode: str, timeout_seconds: float, *, is_lasting: bool) -> SqliteSession:
    # SQLite's own timeout is 0, because its waiting is not fair; the caller retries.
    connection = connect_file(path, mode, timeout_seconds=0)

    def is_prepared() -> bool:
        try:
            prepare(connection, path)
        except sqlite_library().module.Error as error:
            if sqlite_failures.primary_code(error) != sqlite_failures.SQLITE_BUSY:
                raise
            return False
        return True

    try:
        is_usable = wait_until(is_prepared, timeout_seconds)
    except BaseException:
        connection.close()
        raise
    if not is_usable:
        connection.close()
        raise sqlite_failures.busy()
    return SqliteSession(connection, WriterQueue(path), is_lasting=is_lasting)
