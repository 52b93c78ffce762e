"""Rows are locked in one order by everything: user, coupon, products and sales by code points."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from shopcli import Shop
from shopcli.storage.postgres import procedures
from tests import factories
from tests.batch.files import take, write
from tests.clocks import SettableClock
from tests.factories import REASON

pytestmark = pytest.mark.postgres

FIRST, SECOND = "Banana", "apple"
"""By their code points; a dictionary has them the other way round."""
ROWS = [
    ("balances", "username", "kim"),
    ("user_coupons", "username", "kim"),
    ("products", "sku", FIRST),
    ("products", "sku", SECOND),
    ("sales_hours", "sku", FIRST),
    ("sales_hours", "sku", SECOND),
    ("sales_days", "sku", FIRST),
    ("sales_days", "sku", SECOND),
]
"""What an order and its cancellation change, in the one order in which everybody locks it."""
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@dataclass
class Stage:
    """A shop, somebody who holds locks, and somebody who looks."""

    url: str
    shop: Shop
    holder: psycopg.Connection
    watcher: psycopg.Connection

    def wait_for(self, count: int, is_over: Callable[[], bool]) -> None:
        """Wait until so many sessions wait for a lock."""
        while self.watcher.execute(WAITING).fetchone() != (count,):
            assert not is_over()


@pytest.fixture
def stage(postgres_shop_url: str) -> Iterator[Stage]:
    """With kim, two products, and a coupon that kim holds."""
    with (
        Shop.open(postgres_shop_url, clock=SettableClock()) as shop,
        psycopg.connect(postgres_shop_url) as holder,
        psycopg.connect(postgres_shop_url, autocommit=True) as watcher,
    ):
        factories.user(shop, balance=1_000_000)
        for sku in (FIRST, SECOND):
            factories.product(shop, sku, price=100, stock=100)
        factories.claimed(shop)
        yield Stage(postgres_shop_url, shop, holder, watcher)


def _lock(connection: psycopg.Connection, row: tuple[str, str, str], wait: bytes = b"") -> None:
    table, column, value = row
    statement = f"SELECT 1 FROM {table} WHERE {column} = %s FOR NO KEY UPDATE"  # noqa: S608 - ours
    assert connection.execute(statement.encode() + wait, [value]).fetchall()


@pytest.mark.parametrize(
    ("verb", "held"),
    [
        pytest.param(verb, held, id=f"{verb}-{row[0]}-{row[2]}")
        for verb in ("order", "cancel", "refund", "import")
        for held, row in enumerate(ROWS)
        if (verb, row[0]) != ("refund", "user_coupons")  # which it leaves alone
    ],
)
def test_who_waits_for_a_row_holds_no_later_one(
    stage: Stage, tmp_path: Path, verb: str, held: int
) -> None:
    """Whoever locks in that order, as everything does, never meets anybody half-way."""
    cart = {SECOND: 1, FIRST: 1}
    bought = factories.id_of(stage.shop.order("kim", cart, coupon="TENTH"))
    if verb in ("order", "import"):
        stage.shop.cancel(bought)
    rows = [f"k,kim,{sku},1,TENTH" for sku in cart]
    path = write(tmp_path / "orders.csv", "key,user,sku,quantity,coupon", *rows)
    verbs: dict[str, Callable[[], object]] = {
        "order": lambda: stage.shop.order("kim", cart, coupon="TENTH"),
        "cancel": lambda: stage.shop.cancel(bought),
        "refund": lambda: stage.shop.refund(bought, cart, reason=REASON),
        "import": lambda: take(stage.shop, "orders", path),
    }
    with ThreadPoolExecutor(1) as executor:
        _lock(stage.holder, ROWS[held])
        doing = executor.submit(verbs[verb])
        stage.wait_for(1, doing.done)
        for later in ROWS[held + 1 :]:
            with stage.watcher.transaction(force_rollback=True):
                _lock(stage.watcher, later, b" NOWAIT")
        stage.holder.rollback()
        doing.result(30)
    states = [order.state for order in stage.shop.orders("kim")]
    told = {"cancel": ["cancelled"], "refund": ["paid"]}
    assert states == told.get(verb, ["paid", "cancelled"])
    assert stage.shop.verify().ok


def test_who_waited_for_a_coupon_gets_the_next_number_at_once(stage: Stage) -> None:
    """A claim's number is what was counted under the lock, not what was there when it began."""
    clock = _CountingClock()
    stage.shop.add_coupon("GRAB", percent=5, limit=9)
    for user in ("lee", "noor", "sato"):
        stage.shop.add_user(user)
    with Shop.open(stage.url, clock=clock) as till, ThreadPoolExecutor(2) as executor:
        till.claim("lee", "GRAB")
        clock.count = 0
        till.claim("noor", "GRAB")
        alone, clock.count = clock.count, 0

        # Sato's claim is counted, and cannot end: it refers to a row that is taken.
        stage.holder.execute("SELECT 1 FROM users WHERE username = 'sato' FOR UPDATE")
        ahead = executor.submit(stage.shop.claim, "sato", "GRAB")
        stage.wait_for(1, ahead.done)
        behind = executor.submit(till.claim, "kim", "GRAB")
        stage.wait_for(2, behind.done)
        stage.holder.rollback()

        assert (ahead.result(30).number, behind.result(30).number) == (3, 4)
        assert clock.count == alone
    assert stage.shop.verify().ok


class _CountingClock(SettableClock):
    """Counts how often it is asked: each time a use case runs again it is."""

    count = 0

    def __call__(self) -> datetime:
        """The instant."""
        self.count += 1
        return super().__call__()


def test_no_procedure_sorts_as_the_database_happens_to() -> None:
    """The default order of texts is the database's own choice, often a dictionary's."""
    (text,) = procedures.statements("postgres")

    sorted_by = re.findall(r"ORDER BY sku.*", text)

    assert len(sorted_by) == 3
    assert set(sorted_by) == {'ORDER BY sku COLLATE "C"'}
