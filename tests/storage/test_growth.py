"""How Postgres finds the rows of the hot statements: by the same indexes, however many orders."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import psycopg
import pytest

from shopcli import Shop
from shopcli.domain.moments import to_microseconds
from shopcli.storage.lock_waits import wait_until
from tests.bench.history import fill
from tests.bench.shops import sku, stocked, user
from tests.clocks import SettableClock
from tests.postgres_server import DatabaseServer
from tests.storage.beliefs import BELIEFS

pytestmark = pytest.mark.postgres

SECONDS_MAX = 30
ROUND = 50
REPEATS = 5
LINES = 2
"""Of each order; no look-up finds more rows than these."""

_INDEXES = "SELECT relname || '.' || indexrelname, idx_scan, idx_tup_read FROM pg_stat_user_indexes"
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database()
  AND backend_start < (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())
"""
_TABLES = "SELECT relname, seq_scan, n_tup_upd - n_tup_hot_upd FROM pg_stat_user_tables"


class Use(NamedTuple):
    """Of an index."""

    scans: int
    rows: int
    left_behind: int
    """Its table's updates without room on their page, which leave an entry that is read, too.

    There is none unless a transaction in any database of the server goes on for so long that the
    versions before it cannot be cleared away, as tests beside this one may have it.
    """

    @property
    def spare(self) -> int:
        """How many rows may be read in vain."""
        return self.scans * self.left_behind


Uses = dict[str, Use]


@pytest.fixture(params=BELIEFS.values(), ids=list(BELIEFS))
def belief(request: pytest.FixtureRequest) -> str:
    """What makes the planner believe something of the tables."""
    statement: str = request.param
    return statement


@pytest.fixture
def uses(database_server: DatabaseServer, belief: str) -> list[Uses]:
    """What the same work took in a shop with few orders behind it, and in one with many."""
    found = []
    for count in (ROUND, 100 * ROUND):
        with database_server.database() as url:
            with stocked(url, user_count=ROUND, product_count=ROUND) as shop:
                newest = to_microseconds(SettableClock()())
                fill(shop, count, newest=newest, round_size=ROUND)
                shop.add_coupon("TENTH", percent=10, limit=100)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(belief.encode())
            found.append(index_use(url))
    return found


def index_use(url: str) -> Uses:
    """Look-ups, and rows read, by each index for a few orders, charges, claims and cancellations.

    Asserts that no table was read from end to end.
    """
    with psycopg.connect(url, autocommit=True) as watcher, Shop.open(url) as shop:
        assert wait_until(lambda: _is_alone_with(watcher), SECONDS_MAX)
        filled = _counted(shop, watcher)
        _trade(shop, 0)
        before = _counted(shop, watcher)
        for number in range(1, REPEATS + 1):
            _trade(shop, number)
        used = _counted(shop, watcher)
        moved = {name: used[name] - filled[name] for name in used if name[0] == "moved"}
        used.subtract(before)
    scans = {name: count for name, count in used.items() if name[0] == "table" and count}
    assert not scans, scans
    return {
        name: Use(count, used["rows", name], moved["moved", name.partition(".")[0]])
        for (kind, name), count in used.items()
        if kind == "index" and count
    }


def _is_alone_with(watcher: psycopg.Connection) -> bool:
    """Whether whoever filled the shop is gone: a process counts what it read when it ends."""
    (count,) = watcher.execute(_OTHERS).fetchone() or (0,)
    return int(count) == 0


def _trade(shop: Shop, number: int) -> None:
    buyer, lines = user(number), {sku(number): 1, sku(number + 20): 2}
    shop.charge(buyer, 100)
    shop.claim(buyer, "TENTH")
    shop.order(buyer, lines, coupon="TENTH", key=f"key-{number}")
    placed = shop.order(buyer, lines).order
    assert placed is not None
    shop.cancel(placed)


def _counted(shop: Shop, watcher: psycopg.Connection) -> Counter[tuple[str, str]]:
    with shop.runtime.database.write_at_once() as session:
        session.row("SELECT pg_stat_force_next_flush()")
    counts: Counter[tuple[str, str]] = Counter()
    for name, scans, rows in watcher.execute(_INDEXES):
        counts["index", name], counts["rows", name] = scans, rows
    for name, scans, moved in watcher.execute(_TABLES):
        counts["table", name], counts["moved", name] = scans, moved
    return counts


def test_each_hot_statement_finds_its_rows_by_the_same_index_at_any_size(uses: list[Uses]) -> None:
    """With 100 times the orders behind, the same look-ups in the same indexes read as few rows."""
    few, many = uses

    assert {name: use.scans for name, use in many.items()} == {
        name: use.scans for name, use in few.items()
    }
    for name, use in many.items():
        assert use.rows <= few[name].rows + use.scans + use.spare, name


def test_plans_of_a_small_shop_already_look_up_single_rows(uses: list[Uses]) -> None:
    """Procedure, triggers, statements: a plan kept from when a table was small reads as few."""
    few, _ = uses

    for name, use in few.items():
        assert use.rows <= LINES * use.scans + use.spare, name
