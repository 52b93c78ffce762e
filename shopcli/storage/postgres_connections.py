"""Opens connections to a shop's Postgres, checks their settings and runs statements on them."""

from __future__ import annotations

import math
import re
import select
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import psycopg
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.types.numeric import Int8Dumper

from shopcli.domain.errors import Internal, NotAShop
from shopcli.storage import postgres_failures
from shopcli.storage.session import STREAMED_COUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from psycopg.abc import Buffer

    from shopcli.storage.addresses import PostgresAddress
    from shopcli.storage.session import Dialect, Parameters, Row

STATEMENT_TIMEOUT_SECONDS = 300
IDLE_TIMEOUT_SECONDS = 60
"""Bounds on one statement and on a transaction left open, should a client hang."""

CONNECTION_DEFAULTS = {
    "application_name": "shop",
    # A server that went silent is noticed within half a minute.
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}

# The planner's guesses about small or new tables make the hot statements two times slower; each of
# them finds its rows by an index. Reports get the planner's full choice back.
HOT_PLANNER = ("enable_hashjoin", "enable_mergejoin", "enable_seqscan")

_STATEMENTS_MAX = 2000

# A commit that was answered must survive a crash of the server.
_COMMIT_DURABLY = """
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'
"""
_READ_BACK = """
SELECT current_setting('synchronous_commit'), current_setting('server_encoding'),
       current_setting('default_transaction_isolation')
"""


class IntegralLoader(Loader):
    """Reads NUMERIC as int where it is one: a sum of integers is an integer on both databases."""

    def load(self, data: Buffer) -> int | Decimal:
        """The number in a text."""
        text = bytes(data).decode("ascii")
        return int(text) if text.lstrip("-").isdigit() else Decimal(text)


class _Translations(dict[str, bytes]):
    """Statements with `:name` parameters -> the same as psycopg wants them."""

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

    Texts in quotes, comments and `::type` stay as they are, but `%` is doubled everywhere.
    """

    def token(match: re.Match[str]) -> str:
        name = match["name"]
        return f"%({name})s" if name else match[0].replace("%", "%%")

    return _TOKENS.sub(token, statement)


_TRANSLATIONS = _Translations()


class PostgresSession:
    """A connection and its statements; `storage.postgres` opens and ends the transactions on it.

    The cursor is used again and again: making one costs as much as a small statement.
    """

    __slots__ = ("_cursor", "_execute", "_has_news", "connection", "latest", "run")

    dialect: Dialect = "postgres"

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.run = connection.pgconn.exec_
        self.latest = ""
        self._cursor = connection.cursor()
        self._execute = self._cursor.execute
        self._has_news = _news_of(connection.fileno())

    def rows(self, statement: str, parameters: Parameters = {}) -> list[Row]:  # noqa: B006 - read
        """All rows of a query, or of a change with RETURNING."""
        self.latest = statement
        return self._execute(_TRANSLATIONS[statement], parameters).fetchall()  # type: ignore[return-value] # a list of tuples

    def stream(self, statement: str, parameters: Parameters = {}) -> Iterator[Row]:  # noqa: B006 - read
        """The rows of a query, some at a time."""
        self.latest = statement
        self._execute(_TRANSLATIONS[statement], parameters)
        some = partial(self._cursor.fetchmany, STREAMED_COUNT)
        return chain.from_iterable(iter(some, []))

    def row(self, statement: str, parameters: Parameters = {}) -> Row | None:  # noqa: B006 - read
        """The first row, or None."""
        self.latest = statement
        return self._execute(_TRANSLATIONS[statement], parameters).fetchone()

    def change(self, statement: str, parameters: Parameters = {}) -> int:  # noqa: B006 - read
        """The number of rows a change touched."""
        self.latest = statement
        return self._execute(_TRANSLATIONS[statement], parameters).rowcount

    def change_many(self, statement: str, parameters: Iterable[Parameters]) -> int:
        """The number of rows touched over all parameter sets, sent together."""
        self.latest = statement
        self._cursor.executemany(_TRANSLATIONS[statement], parameters)
        return max(0, self._cursor.rowcount)

    @property
    def is_lost(self) -> bool:
        """Whether the connection is known to be broken."""
        return self.connection.pgconn.status != ConnStatus.OK

    def is_alive(self) -> bool:
        """Whether the server has not hung up while nothing was asked.

        Only if something unasked has arrived (a farewell, or the end) the server is asked.
        """
        if not self._has_news():
            return not self.is_lost
        result = self.run(b"")
        return result.status == ExecStatus.EMPTY_QUERY and not self.is_lost

    def close(self) -> None:
        """Hang up."""
        self.connection.close()


def open_session(address: PostgresAddress, timeout_seconds: float) -> PostgresSession:
    """A new connection, its settings made and read back.

    Raises:
        DatabaseUnreachable: The server does not answer, or refuses the login.
        NotAShop: There is no such database, or one that cannot hold a shop.
        Busy: The server has no connection left.
        InvalidInput: Libpq does not understand the address.
    """
    connection = open_connection(address, timeout_seconds)
    try:
        _prepare(connection, address, timeout_seconds)
    except BaseException:
        connection.close()
        raise
    return PostgresSession(connection)


def open_connection(
    address: PostgresAddress, timeout_seconds: float, *, autocommit: bool = True
) -> psycopg.Connection:
    """A bare connection that answers integers as int."""
    try:
        options = {
            **CONNECTION_DEFAULTS,
            "connect_timeout": max(2, math.ceil(timeout_seconds)),
            **conninfo_to_dict(address.conninfo),
            "client_encoding": "UTF8",
        }
        if not all(map(_is_port, str(options.get("port", "")).split(","))):
            raise postgres_failures.bad_address()
        connection = psycopg.connect(
            make_conninfo("", **options),
            autocommit=autocommit,
            prepare_threshold=address.prepare_threshold,
        )
    except psycopg.ProgrammingError:
        raise postgres_failures.bad_address() from None
    except psycopg.OperationalError as error:
        raise postgres_failures.connect_failed(error, address.display) from error
    connection.adapters.register_loader("numeric", IntegralLoader)
    # Else the type, and with it the prepared statement, depends on how large a number is.
    connection.adapters.register_dumper(int, Int8Dumper)
    return connection


def _is_port(text: str) -> bool:
    """Whether libpq can use it as a port; empty is its default."""
    return not text or (text.isascii() and text.isdigit() and 0 < int(text[:9]) < 2**16)


def timeouts(timeout_seconds: float, scope: str) -> str:
    """The statements that bound all waiting, for SESSION or LOCAL (the transaction)."""
    return (
        f"SET {scope} lock_timeout = {max(1, int(timeout_seconds * 1000))};"
        f"SET {scope} statement_timeout = {STATEMENT_TIMEOUT_SECONDS * 1000};"
        f"SET {scope} idle_in_transaction_session_timeout = {IDLE_TIMEOUT_SECONDS * 1000}"
    )


def hot_plans(scope: str) -> str:
    """Settings under which the hot statements find their rows by index, planned once."""
    return _plans(scope, "off", "force_generic_plan")


def report_plans(scope: str) -> str:
    """Settings under which reports are planned for the window they are asked for.

    A plan made for any window takes eight times as long (measured: top 5 of 100,000 lines in 19
    against 2.3 ms). Starting parallel workers takes longer than the window of a shop does.
    """
    plans = _plans(scope, "on", "force_custom_plan")
    return f"{plans};SET {scope} max_parallel_workers_per_gather = 0"


def _plans(scope: str, alternatives: str, cache_mode: str) -> str:
    choices = [f"SET {scope} {name} = {alternatives}" for name in HOT_PLANNER]
    return ";".join([*choices, f"SET {scope} plan_cache_mode = {cache_mode}"])


def _prepare(
    connection: psycopg.Connection, address: PostgresAddress, timeout_seconds: float
) -> None:
    """Make the settings of a new connection in one round trip, and read back what money needs."""
    statements = (
        timeouts(timeout_seconds, "SESSION"),
        hot_plans("SESSION"),
        "SET SESSION jit = off",
        "SET SESSION default_transaction_isolation = 'read committed'",
        _COMMIT_DURABLY,
        _READ_BACK,
    )
    result = connection.pgconn.exec_(";".join(statements).encode())
    if result.status != ExecStatus.TUPLES_OK:
        error = psycopg.errors.error_from_result(result)
        is_lost = connection.pgconn.status != ConnStatus.OK
        raise postgres_failures.translated(error, address.display, is_lost=is_lost) from error
    commit, encoding, isolation = ((result.get_value(0, n) or b"").decode() for n in range(3))
    if commit == "off" or isolation != "read committed":
        raise Internal(f"The server does not take our settings: {commit}, {isolation}.")
    if encoding != "UTF8":
        raise NotAShop(
            f"The database {address.display} keeps text as {encoding}, not as UTF8.",
            fix="Make the database with ENCODING 'UTF8'.",
        )


def _news_of(descriptor: int) -> Callable[[], object]:
    """A function that tells whether bytes wait on a socket, without waiting."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return lambda: poll.poll(0)
    return lambda: select.select([descriptor], [], [], 0)[0]
