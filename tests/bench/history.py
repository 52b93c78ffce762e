"""Past orders by the million, written by a few statements, and the books are right all the same.

Each order is of two products at 100, one unit each, paid from the balance and delivered. Users and
products take turns, so that each row can tell its own number and what was left after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import psycopg

from shopcli import Shop
from shopcli.storage.sqlite.library import sqlite_library
from tests.bench.shops import PLENTY

if TYPE_CHECKING:
    from shopcli.storage.session import Session

CHUNK = 100_000
"""Orders of one transaction."""

SPAN_MICROSECONDS = 365 * 86_400_000_000
"""The year over which they are spread."""

PADDING = "x" * 540
"""With it an event is about as long as one of two lines."""

# Order n is of user n and of the products n and n + half a round, each modulo the round of all.
# So in a round each product is sold twice: first to the first half of the users, then to the rest.
_COMMON = {
    "at": "(:newest - :span + n * (:span / :count))",
    "left": ":plenty - 200 * (n / :round + 1)",
    "sale": "(n / :round * 2 + CASE WHEN n % :round < :round / 2 THEN 1 ELSE 2 END)",
    "source": "'bench', 'bench', 'bench'",
    "event": """'{"id":"' || {id} || '","subject":"' || {id} || '","sequence":"1",'
        || '"type":"shop.order.paid","data":{"total":200,"padding":"' || :padding || '"}}'""",
}
_SQLITE = {
    "numbers": "WITH RECURSIVE numbers(n) AS"
    " (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :until)",
    "id": "printf('%026d', n)",
    "user": "printf('user%05d', n % :round)",
    "one": "printf('P%06d', n % :round)",
    "other": "printf('P%06d', (n + :round / 2) % :round)",
    "body": "CAST({event} AS BLOB)",
    "hash": "sha256({body})",
}
_POSTGRES = {
    "numbers": "WITH numbers(n) AS (SELECT generate_series(CAST(:first AS bigint), :until - 1))",
    "id": "lpad(CAST(n AS text), 26, '0')",
    "user": "'user' || lpad(CAST(n % :round AS text), 5, '0')",
    "one": "'P' || lpad(CAST(n % :round AS text), 6, '0')",
    "other": "'P' || lpad(CAST((n + :round / 2) % :round AS text), 6, '0')",
    "body": "convert_to({event}, 'UTF8')",
    "hash": "encode(sha256({body}), 'hex')",
}

_CHUNK_STATEMENTS = (
    """
{numbers} INSERT INTO orders (order_id, username, subtotal_minor, discount_minor, total_minor,
    balance_after_minor, placed_at, key, fingerprint, historical, recorded_at, actor, host, channel)
SELECT {id}, {user}, 200, 0, 200, {left}, {at}, {id}, substr({id} || {id}, 1, 32), 0, {at}, {source}
FROM numbers
""",
    """
{numbers} INSERT INTO order_lines (order_id, position, sku, name, quantity, unit_price_minor,
    line_total_minor, discount_minor)
SELECT {id}, 1, {one}, 'Product number ' || n % :round, 1, 100, 100, 0 FROM numbers
UNION ALL SELECT {id}, 2, {other}, 'Product number ' || n % :round, 1, 100, 100, 0 FROM numbers
""",
    """
{numbers} INSERT INTO balance_entries (username, sequence, kind, amount_minor, balance_after_minor,
    order_id, at, recorded_at, actor, host, channel)
SELECT {user}, n / :round + 2, 'payment', -200, {left}, {id}, {at}, {at}, {source} FROM numbers
""",
    """
{numbers} INSERT INTO stock_movements (sku, sequence, kind, quantity, stock_after, order_id, at,
    recorded_at, actor, host, channel)
SELECT {one}, {sale} + 1, 'sale', -1, :plenty - {sale}, {id}, {at}, {at}, {source} FROM numbers
UNION ALL
SELECT {other}, {sale} + 1, 'sale', -1, :plenty - {sale}, {id}, {at}, {at}, {source} FROM numbers
""",
    """
{numbers} INSERT INTO outbox (event_id, order_id, sequence, type, body, body_sha256, created_at,
    state, attempt_count, failure_count, next_attempt_at, settled_at)
SELECT {id}, {id}, 1, 'shop.order.paid', {body}, {hash}, {at}, 'delivered', 1, 0, 0, {at}
FROM numbers
""",
    """
{numbers} INSERT INTO delivery_attempts (event_id, attempt_number, relay_id, started_at,
    duration_microseconds, outcome, status_code)
SELECT {id}, 1, 'bench', {at}, 900, 'delivered', 204 FROM numbers
""",
)

_ADD_UP = """
INSERT INTO sales_{tier}s
SELECT o.placed_at - o.placed_at % {width} AS bucket, l.sku, COUNT(*), 100 * COUNT(*) {reported}
FROM orders o JOIN order_lines l ON l.order_id = o.order_id GROUP BY bucket, l.sku
"""
_TOTALS = (
    _ADD_UP.format(
        tier="hour",
        width=3_600_000_000,
        reported=", COUNT(*), COUNT(*), 100 * COUNT(*), 0, 0",
    ),
    _ADD_UP.format(tier="day", width=86_400_000_000, reported=""),
    """
UPDATE balances SET balance_minor = balance_minor - 200 * (:count / :round),
                    entry_count = entry_count + :count / :round
""",
    """
UPDATE products SET stock = stock - 2 * (:count / :round),
                    movement_count = movement_count + 2 * (:count / :round)
""",
    "INSERT INTO outbox_totals (shard, delivered_count) VALUES (0, :count)",
)

_POSTGRES_SETTINGS = (
    "session_replication_role = replica", "synchronous_commit = off", "work_mem = '512MB'",
    "enable_hashjoin = on", "plan_cache_mode = force_custom_plan", "statement_timeout = 0",
)  # fmt: skip


def fill(shop: Shop, count: int, *, newest: int, round_size: int = 1000) -> None:
    """Write past orders into a shop that has sold nothing yet.

    Args:
        shop: Made by `stocked`, with as many users as products.
        count: How many orders; whole rounds.
        newest: When the last was placed, in microseconds.
        round_size: How many users there are, and products.
    """
    assert count % round_size == 0
    values = {"count": count, "newest": newest, "span": SPAN_MICROSECONDS}
    values |= {"round": round_size, "plenty": PLENTY}
    dialect = shop.runtime.database.dialect
    pieces = _COMMON | (_SQLITE if dialect == "sqlite" else _POSTGRES)
    with closing(Filler(shop)) as filler:
        for first in range(0, count, CHUNK):
            bounds = {"first": first, "until": min(first + CHUNK, count), "padding": PADDING}
            statements = [_whole(statement, pieces) for statement in _CHUNK_STATEMENTS]
            filler.run(statements, {**values, **bounds})
        filler.run(_TOTALS, values)


def _whole(statement: str, pieces: dict[str, str]) -> str:
    """A statement with its pieces put in, and theirs."""
    while any(f"{{{name}}}" in statement for name in pieces):
        for name, piece in pieces.items():
            statement = statement.replace(f"{{{name}}}", piece)
    return statement


class Filler:
    """Writes without waiting for the disk and without looking up what each row refers to."""

    def __init__(self, shop: Shop) -> None:
        self._database = shop.runtime.database
        self._file: Any = None
        if self._database.dialect == "sqlite":
            shop.close()
            library = sqlite_library().module
            self._file = library.connect(self._database.display, isolation_level=None)
            self._file.create_function("sha256", 1, lambda body: sha256(body).hexdigest())
            for setting in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
                self._file.execute(f"PRAGMA {setting}")

    def run(self, statements: Iterable[str], values: dict[str, Any]) -> None:
        """Run statements in one transaction."""
        if self._file is None:
            with self._database.write(long=True) as session:
                self._run_on_postgres(session, statements, values)
            return
        self._file.execute("BEGIN")
        for statement in statements:
            self._file.execute(statement, values)
        self._file.execute("COMMIT")

    @staticmethod
    def _run_on_postgres(
        session: Session, statements: Iterable[str], values: dict[str, Any]
    ) -> None:
        for setting in _POSTGRES_SETTINGS:
            session.change(f"SET LOCAL {setting}")
        for statement in statements:
            session.change(statement, values)

    def vacuum(self) -> None:
        """Do what a Postgres server does by itself within a minute; the one of the bench never."""
        if self._file is None:
            with psycopg.connect(self._database.display, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")

    def close(self) -> None:
        """Hang up."""
        if self._file is not None:
            self._file.close()
