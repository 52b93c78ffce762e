"""Opens connections to Postgres, checks their settings and runs statements."""

from __future__ import annotations

import math
import re
import select
import time
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import PipelineAborted
from psycopg.pq import ConnStatus
from psycopg.types.numeric import Int8Dumper

from shopcli.domain.errors import Internal, NotAShop
from shopcli.storage.postgres import failures as postgres_failures
from shopcli.storage.postgres import search_path
from shopcli.storage.postgres.hosts import answering_first
from shopcli.storage.postgres.waiting import LONG_SECONDS, BoundedConnection
from shopcli.storage.session import STREAMED_COUNT, ServerTime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from psycopg.abc import Buffer

    from shopcli.storage.addresses import PostgresAddress
    from shopcli.storage.session import Dialect, Parameters, Row

CONNECT_SECONDS_MAX = 5.0
"""Bound on connecting to one host, even where the bound on the whole is longer."""

IDLE_TIMEOUT_SECONDS = 60
"""Bound on an idle transaction, in case its client hangs; long reads have none."""

_SERVER_SHARE = 0.9
"""The server's time limit as a share of the client's: only the server's error tells the outcome."""

CONNECTION_DEFAULTS = {
    "application_name": "shop",
    # Detects a silent server within half a minute.
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}

# The frequent statements find their rows by index and are planned once; the planner's estimates for
# small or new tables make them two times slower. Reports get the planner's full choice back, and a
# plan for their own window: a plan for any window takes eight times as long (measured: top 5 of
# 100,000 lines in 19 against 2.3 ms). Parallel workers take longer to start than a report takes.
_ALTERNATIVES = ("enable_hashjoin", "enable_mergejoin", "enable_seqscan")
HOT_PLANS = {
    **dict.fromkeys(_ALTERNATIVES, "off"),
    "plan_cache_mode": "force_generic_plan",
    "random_page_cost": "0.1",
    "cpu_tuple_cost": "1",
}
REPORT_PLANS = {
    **dict.fromkeys(_ALTERNATIVES, "on"),
    "plan_cache_mode": "force_custom_plan",
    "max_parallel_workers_per_gather": "0",
}

ALL_PLANS = {"jit": "off"}

_DURABILITY = "synchronous_commit"
DURABLE = {_DURABILITY: "on"}
"""Makes commits durable where they are not; stricter settings are kept."""
_IS_NOT_DURABLE = (
    f"pg_catalog.current_setting('{_DURABILITY}') OPERATOR(pg_catalog.=) CAST('off' AS text)"
)

_STATEMENTS_MAX = 2000

_READ_BACK = """
SELECT current_setting('synchronous_commit'), current_setting('server_encoding'),
       current_setting('default_transaction_isolation'), pg_backend_pid(),
       CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)
"""


class IntegralLoader(Loader):
    """Reads NUMERIC as int where possible, so sums of integers are int on both databases."""

    def load(self, data: Buffer) -> int | Decimal:
        """The number that a text holds."""
        text = bytes(data).decode("ascii")
        return int(text) if text.lstrip("-").isdigit() else Decimal(text)


class _Translations(dict[str, bytes]):
    """A cache: statements with `:name` parameters -> the same in psycopg's form."""

    def __missing__(self, statement: str) -> bytes:
        if len(self) >= _STATEMENTS_MAX:
            self.clear()
        translation = self[statement] = translate(statement).encode()
        return translation


_TOKENS = re.compile(
    r"""'(?:[^']|'')*' | "[^"]*" | --[^\n]* | /\*.*?\*/ | ::
        | :(?P<name>[A-Za-z_][A-Za-z0-9_]*) | %""",
    re.VERBOSE | re.DOTALL,
)


def translate(statement: str) -> str:
    """A statement with `:name` parameters, as psycopg's `%(name)s`.

    Quoted texts, comments and `::type` stay unchanged, except that every `%` is doubled.
    """

    def token(match: re.Match[str]) -> str:
        name = match["name"]
        return f"%({name})s" if name else match[0].replace("%", "%%")

    return _TOKENS.sub(token, statement)


_TRANSLATIONS = _Translations()


class PostgresSession:
    """Runs statements on a connection; `storage.postgres.blocks` begins and ends transactions.

    It reuses one cursor: making one costs as much as a small statement.
    """

    __slots__ = (
        "_around", "_cursor", "_execute", "_has_unread_bytes", "connection", "is_behind_pooler",
        "run", "search_path",
    )  # fmt: skip

    dialect: Dialect = "postgres"

    def __init__(
        self, connection: BoundedConnection, *, is_behind_pooler: bool, search_path: str
    ) -> None:
        self.connection = connection
        self.is_behind_pooler = is_behind_pooler
        self.search_path = search_path
        self.run = connection.round_trip
        self._cursor = connection.cursor()
        self._execute = self._cursor.execute
        self._around = connection.cursor()
        self._has_unread_bytes = _unread_bytes_test(connection.fileno())

    def rows(self, statement: str, parameters: Parameters = {}) -> list[Row]:  # noqa: B006 - read
        """All rows of a query, or of a change with RETURNING."""
        return self._execute(_TRANSLATIONS[statement], parameters).fetchall()

    def stream(self, statement: str, parameters: Parameters = {}) -> Iterator[Row]:  # noqa: B006 - read
        """The rows of a query, some at a time."""
        self._execute(_TRANSLATIONS[statement], parameters)
        some = partial(self._cursor.fetchmany, STREAMED_COUNT)
        return chain.from_iterable(iter(some, []))

    def row(self, statement: str, parameters: Parameters = {}) -> Row | None:  # noqa: B006 - read
        """The first row, or None."""
        return self._execute(_TRANSLATIONS[statement], parameters).fetchone()

    def change(self, statement: str, parameters: Parameters = {}) -> int:  # noqa: B006 - read
        """The number of rows a change touched."""
        return self._execute(_TRANSLATIONS[statement], parameters).rowcount

    def change_many(self, statement: str, parameters: Iterable[Parameters]) -> int:
        """The number of rows touched over all parameter sets, sent together."""
        self._cursor.executemany(_TRANSLATIONS[statement], parameters)
        return max(0, self._cursor.rowcount)

    def in_one_trip(
        self, before: Iterable[bytes], statement: str, parameters: Parameters, after: bytes
    ) -> psycopg.Cursor[Row]:
        """Send a statement together with those around it, and wait once for all.

        The server skips the rest once one has failed, so what comes `after` has not happened then.
        """
        try:
            with self.connection.pipeline():
                for step in before:
                    self._around.execute(step)
                self._execute(_TRANSLATIONS[statement], parameters)
                self._around.execute(after)
        except psycopg.Error as error:
            raise _first_failure(error) from None
        return self._cursor

    @property
    def reading(self) -> PostgresSession:
        """This session, because reads are in the same transaction."""
        return self

    @property
    def is_lost(self) -> bool:
        """Whether the connection is known to be broken."""
        return self.connection.pgconn.status != ConnStatus.OK

    def is_alive(self) -> bool:
        """Whether the server has not closed the connection while it was idle.

        It costs a round trip only where unread bytes have arrived, as when the server closes it.
        """
        if not self._has_unread_bytes():
            return not self.is_lost
        try:
            self.run(b"")
        except psycopg.Error:
            return False
        return not self.is_lost

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _first_failure(error: BaseException) -> BaseException:
    """The failure for which the server skipped what was sent after it."""
    while isinstance(error, PipelineAborted) and error.__context__ is not None:
        error = error.__context__
    return error


class Bounds(NamedTuple):
    """How long to wait, in seconds."""

    lock: float
    """For a lock, a free connection, and one host to connect to."""
    answer: float
    """For any reply of the server."""


class Opened(NamedTuple):
    """A new connection, and the server's clock."""

    session: PostgresSession
    server_time: ServerTime


def open_session(address: PostgresAddress, bounds: Bounds) -> Opened:
    """A new connection whose settings were made and read back.

    Raises:
        DatabaseUnreachable: The server does not answer, or refuses the login.
        NotAShop: The database does not exist, cannot hold a shop, or several schemas hold one.
        Busy: The server has no free connection.
        InvalidInput: Libpq cannot parse the address.
    """
    connection = _connect(address, bounds, autocommit=True)
    try:
        prepared = _prepare(connection, address, bounds)
    except BaseException:
        connection.close()
        raise
    behind_pooler = prepared.is_behind_pooler
    connection.prepare_threshold = _prepare_threshold(address, behind_pooler=behind_pooler)
    session = PostgresSession(
        connection, is_behind_pooler=behind_pooler, search_path=prepared.search_path
    )
    return Opened(session, prepared.server_time)


def open_connection(
    address: PostgresAddress, bounds: Bounds, *, autocommit: bool = True
) -> BoundedConnection:
    """A connection without the shop's settings, for schema changes and notices.

    Raises as `open_session`. Callers that use tables must pin the search path.
    """
    connection = _connect(address, bounds, autocommit=autocommit)
    try:
        behind_pooler = is_behind_pooler(connection)
    except psycopg.Error as error:
        connection.close()
        raise postgres_failures.unreachable(address.display) from error
    connection.prepare_threshold = _prepare_threshold(address, behind_pooler=behind_pooler)
    return connection


def _prepare_threshold(address: PostgresAddress, *, behind_pooler: bool) -> int | None:
    return address.prepare_threshold_pooled if behind_pooler else address.prepare_threshold


def _connect(address: PostgresAddress, bounds: Bounds, *, autocommit: bool) -> BoundedConnection:
    """A connection without settings that returns integers as int."""
    try:
        options = {**CONNECTION_DEFAULTS, **conninfo_to_dict(address.conninfo)}
        if not all(map(_is_port, str(options.get("port", "")).split(","))):
            raise postgres_failures.bad_address()
        host_count = str(options.get("host", "")).count(",") + 1
        host_seconds = min(bounds.lock, CONNECT_SECONDS_MAX, bounds.answer / host_count)
        options = {
            "connect_timeout": max(2, math.ceil(host_seconds)),  # the library knows no shorter one
            **answering_first(options, host_seconds),
            "client_encoding": "UTF8",
        }
        connection = BoundedConnection.connect(make_conninfo("", **options), autocommit=autocommit)
    except (psycopg.ProgrammingError, UnicodeError):  # the second: a host that can be no name
        raise postgres_failures.bad_address() from None
    except psycopg.OperationalError as error:
        raise postgres_failures.connect_failed(error, address.display) from error
    connection.wait_max_seconds = bounds.answer
    connection.adapters.register_loader("numeric", IntegralLoader)
    # Otherwise an integer's size decides its type, and so which prepared statement it needs.
    connection.adapters.register_dumper(int, Int8Dumper)
    return connection


def _is_port(text: str) -> bool:
    """Whether libpq can use it as a port; empty is its default."""
    return not text or (text.isascii() and text.isdigit() and 0 < int(text[:9]) < 2**16)


def waiting_bounds(bounds: Bounds) -> dict[str, str]:
    """The settings that bound all waits in the server, even without its client."""
    return {
        "lock_timeout": _milliseconds(min(bounds.lock, bounds.answer * _SERVER_SHARE)),
        "statement_timeout": _milliseconds(bounds.answer * _SERVER_SHARE),
        "idle_in_transaction_session_timeout": _milliseconds(IDLE_TIMEOUT_SECONDS),
    }


def long_bounds(*, reading: bool) -> dict[str, str]:
    """The same for a long transaction; a read may also be idle, because it blocks nobody."""
    bounds = {"statement_timeout": _milliseconds(LONG_SECONDS)}
    if reading:
        bounds["idle_in_transaction_session_timeout"] = _milliseconds(LONG_SECONDS)
    return bounds


def _milliseconds(seconds: float) -> str:
    return str(max(1, int(seconds * 1000)))


class _Prepared(NamedTuple):
    is_behind_pooler: bool
    search_path: str
    server_time: ServerTime


def within_transaction(settings: dict[str, str]) -> str:
    """The statements that make settings for the transaction they run in."""
    return ";".join(f"SET LOCAL {name} = {value}" for name, value in settings.items())


def settings_of_transaction(settings: dict[str, str]) -> str:
    """One statement that makes all settings for the transaction it runs in.

    It may run before the search path is pinned, so everything in it is qualified.
    """
    values = ", ".join(f"({_literal(name)}, {_literal(value)})" for name, value in settings.items())
    return (
        "SELECT pg_catalog.set_config(wanted.name, wanted.value, true)"
        f" FROM (VALUES {values}) AS wanted(name, value)"
        f" WHERE wanted.name OPERATOR(pg_catalog.<>) '{_DURABILITY}' OR {_IS_NOT_DURABLE}"
    )


def _literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"CAST('{doubled}' AS text)"


def is_behind_pooler(connection: BoundedConnection) -> bool:
    """Whether a connection pooler stands between, so each transaction may use another connection.

    A pooler answers the login itself, with a process id of its own.
    """
    result = connection.round_trip(b"SELECT pg_catalog.pg_backend_pid()")
    return int(result.get_value(0, 0) or 0) != connection.pgconn.backend_pid


def _prepare(connection: BoundedConnection, address: PostgresAddress, bounds: Bounds) -> _Prepared:
    """Make the settings of a new connection in one round trip, and check those money depends on.

    Behind a pooler nothing is set, because the settings would reach other clients; there each
    transaction makes its own.
    """
    direct = f"pg_catalog.pg_backend_pid() = {connection.pgconn.backend_pid}"
    wanted = {
        **waiting_bounds(bounds),
        **ALL_PLANS,
        **HOT_PLANS,
        "default_transaction_isolation": "read committed",
    }
    values = ", ".join(f"('{name}', '{value}')" for name, value in wanted.items())
    settings = f"SELECT set_config(name, value, false) FROM (VALUES {values}) wanted(name, value)"
    statements = (
        search_path.pin(locally=f"NOT ({direct})"),
        f"{settings} WHERE {direct}",
        f"SELECT set_config('{_DURABILITY}', 'on', false) WHERE {_IS_NOT_DURABLE} AND {direct}",
        _READ_BACK,
    )
    try:
        path, *_, result = connection.round_trips(";".join(statements).encode())
    except psycopg.Error as error:
        is_lost = connection.pgconn.status != ConnStatus.OK
        raise postgres_failures.translated(
            error, address.display, is_lost=is_lost, login=connection.login
        ) from error
    commit, encoding, isolation, process_id, server_at = (
        (result.get_value(0, n) or b"").decode() for n in range(5)
    )
    behind_pooler = int(process_id) != connection.pgconn.backend_pid
    if not behind_pooler and (commit == "off" or isolation != "read committed"):
        raise Internal(
            "The server does not take our settings: {commit}, {isolation}.",
            details={"commit": commit, "isolation": isolation},
        )
    if encoding != "UTF8":
        raise NotAShop(
            "The database {database} keeps text as {encoding}, not as UTF8.",
            details={"database": address.display, "encoding": encoding, "reason": "encoding"},
        )
    pinned_path = search_path.pinned(path, address.display, connection.login)
    return _Prepared(behind_pooler, pinned_path, ServerTime(int(server_at), time.monotonic()))


def _unread_bytes_test(descriptor: int) -> Callable[[], object]:
    """A function that returns whether a socket has unread bytes, without waiting."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return lambda: poll.poll(0)
    return lambda: select.select([descriptor], [], [], 0)[0]
