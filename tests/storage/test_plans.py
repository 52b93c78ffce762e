"""How the databases find the rows of each statement: by bounded look-ups, whatever is believed.

Statements are recorded while the shop is used, so that one that is added later is looked at too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import psycopg
import pytest

from shopcli import Relay, Shop
from shopcli.domain.moments import to_microseconds
from shopcli.domain.sales.reports import MONEY_KEYS, SALES_KEYS
from shopcli.storage.postgres.blocks import ReadTransaction
from shopcli.storage.postgres.connections import PostgresSession
from shopcli.storage.sqlite.connections import SqliteSession
from tests.bench.history import fill
from tests.bench.shops import sku, stocked, user
from tests.clocks import SettableClock
from tests.storage.beliefs import BELIEFS

SIZE = 50
ORDER_COUNT = 80 * SIZE
STATEMENT_COUNT_MAX = 1000

FILLED = frozenset(
    {
        "balance_entries",
        "delivery_attempts",
        "order_lines",
        "orders",
        "outbox",
        "sales_days",
        "sales_hours",
        "stock_movements",
    }
)
"""Tables that grow with each sale, and are large here."""

GROWS = FILLED | {
    "admin_changes",
    "cancellations",
    "refunds",
    "refund_lines",
    "transfers",
    "user_coupons",
}
"""All tables that grow."""

BY_PARTIAL_INDEX = ("ix_outbox_waiting", "ix_outbox_dead")
"""Indexes of what waits or was given up, which may be read whole: they stay small."""

READ_IN_ORDER = {
    "FROM outbox WHERE created_at >=": "the newest events, of which a list takes the first",
}
"""Pieces of statements that read an index for its order, up to a limit."""

BY_ENDING = {
    "o.order_id LIKE": "somebody typed the end of an id, and an index is sorted by beginnings",
}
"""Pieces of statements that look at every id."""

SMALL_ONLY = {
    "WITH given AS": (
        "settling reads all of an outbox that was analysed with some hundred events at most, until"
        " autovacuum analyses it again, a minute after it has grown by a tenth"
    ),
}
"""Pieces of statements that may read all of a table while it is small."""


class Sent(NamedTuple):
    """A statement as it was sent."""

    text: str
    is_hot: bool
    """Sent by a write, whose plan is made once; reports are planned each time."""


class Recorder:
    """Notes each statement that a session sends, with the parameters it came with last."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: dict[Sent, Any] = {}
        self._is_reading = False
        for kind in (PostgresSession, SqliteSession):
            for name in ("rows", "row", "change", "stream"):
                monkeypatch.setattr(kind, name, self._noting(getattr(kind, name)))
            monkeypatch.setattr(kind, "change_many", self._noting_each(kind.change_many))
        for name, value in (("__enter__", True), ("__exit__", False)):
            monkeypatch.setattr(
                ReadTransaction, name, self._marking(getattr(ReadTransaction, name), value=value)
            )

    def settled(self) -> dict[Sent, Any]:
        """What was sent so far, but statistics."""
        return {one: given for one, given in self.sent.items() if "ANALYZE" not in one.text}

    def _noting(self, send: Callable[..., Any]) -> Callable[..., Any]:
        def note(session: Any, statement: str, parameters: Any = {}) -> Any:  # noqa: ANN401, B006  # any
            self.sent[Sent(statement, not self._is_reading)] = parameters
            return send(session, statement, parameters)

        return note

    def _noting_each(self, send: Callable[..., Any]) -> Callable[..., Any]:
        def note(session: Any, statement: str, parameters: Any) -> Any:  # noqa: ANN401  # any
            given = list(parameters)
            if given:
                self.sent[Sent(statement, not self._is_reading)] = given[-1]
            return send(session, statement, given)

        return note

    def _marking(self, step: Callable[..., Any], *, value: bool) -> Callable[..., Any]:
        def mark(*given: Any) -> Any:  # noqa: ANN401  # passed on
            self._is_reading = value
            return step(*given)

        return mark


def _charge(shop: Shop, buyer: str, key: str) -> None:
    shop.charge(buyer, 100, key=key)
    shop.browsing.charged(key)
    shop.as_till().browsing.charged(key)


def _use(shop: Shop, number: int) -> None:
    """Do everything that a shop does all day."""
    buyer, other = user(number), user(number + 1)
    lines = {sku(number): 1, sku(number + 20): 2}
    _charge(shop, buyer, f"charge-{number}")
    shop.claim(buyer, "TENTH", key=f"claim-{number}")
    shop.order(buyer, lines, coupon="TENTH", key=f"key-{number}")
    shop.order(buyer, lines, coupon="TENTH", key=f"key-{number}")
    placed = shop.order(buyer, lines).order
    assert placed is not None
    shop.order(buyer, lines, dry_run=True)
    shop.transfer(buyer, other, 1)
    shop.restock(sku(number), 1)
    shop.receipt(placed)
    shop.receipt(key=f"key-{number}")
    shop.balance(buyer)
    shop.user(buyer)
    shop.product(sku(number))
    shop.history(buyer, limit=5)
    shop.orders(buyer, limit=5)
    shop.orders(limit=5)
    shop.orders(limit=5, sku=sku(number), state="paid")
    shop.orders(limit=5, state="cancelled")
    shop.orders(limit=5, state="refunded")
    shop.orders(buyer, sku=sku(number))
    shop.users(limit=5, state="active", below=10_000, idle=1)
    shop.products(low=True, off_sale=True, category="Drinks")
    shop.coupons(buyer)
    shop.coupon("TENTH")
    shop.product_history(sku(number), limit=5)
    shop.top()
    shop.set_product(sku(number), price=1000 + number)
    shop.changes(limit=5)
    shop.changes("product", limit=5)
    shop.changes("product", sku(number), limit=5)
    shop.receipt(placed[-8:])
    refund = f"refund-{number}"
    shop.refund(placed, {sku(number): 1}, reason="r", key=refund)
    shop.refund(placed, {sku(number): 1}, reason="r", key=refund)
    shop.orders(buyer, limit=5)
    shop.receipt(placed)
    cancellation = f"cancel-{number}"
    shop.cancel(placed, key=cancellation)
    shop.cancel(placed, key=cancellation)
    member = shop.as_member(buyer)
    member.orders(limit=5)
    member.receipt(placed)
    shop.as_till().orders(limit=5)
    shop.payout(buyer, 1, reason="r")
    shop.adjust(buyer, 1, reason="r")
    _deliver(shop)


def _report(shop: Shop, buyer: str) -> None:
    since = shop.now() - timedelta(minutes=90, microseconds=1)
    for by in SALES_KEYS:
        shop.report_sales(by, since=since)
    for by in MONEY_KEYS:
        shop.report_money(by, since=since)
    shop.report_stock()
    shop.statement(buyer, since=since)
    shop.browsing.journal(buyer, limit=5)
    shop.browsing.journal(buyer, "no such thing")
    shop.browsing.journal(buyer, "2026-10 thing")
    shop.browsing.bindings(buyer, shop.history(buyer))
    shop.browsing.is_recorded_before(buyer, since)


def _deliver(shop: Shop) -> None:
    relay = Relay(shop, environment={"SHOP_PLATFORM_URL": "http://127.0.0.1:9/"})
    relay.flush()
    relay.status()
    deliveries = shop.outbox.deliveries
    deliveries.lead("r1")
    deliveries.beat("r1")
    deliveries.free_expired()
    owner = deliveries.new_owner()
    deliveries.release(owner, deliveries.lease(owner, limit=1))
    deliveries.lease(owner, limit=1)
    deliveries.release_unknown(owner, ())
    deliveries.live_relays()
    deliveries.sign_off("r1")
    (newest,) = shop.outbox.list(limit=1)
    shop.outbox.show(newest.id)
    shop.outbox.resume()


def _normal(statement: str) -> str:
    """A statement as the shop writes it and as the server keeps it, in one form."""
    without_names = re.sub(r"(?<![:\w]):[a-z_0-9]+|\$\d+", "?", statement).replace("%%", "%")
    return " ".join(without_names.split())


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def _reads_all(plan: dict[str, Any], among: frozenset[str]) -> list[str]:
    """Which of some tables a plan reads from end to end, and how."""
    return [
        f"{node['Node Type']} of {node['Relation Name']} by {node.get('Index Name')}"
        for node in _nodes(plan)
        if node.get("Relation Name") in among
        and node["Node Type"] in {"Seq Scan", "Index Scan", "Index Only Scan"}
        and "Index Cond" not in node
        and node.get("Index Name") not in BY_PARTIAL_INDEX
    ]


def _idle(found: dict[str, list[str]], *excuses: dict[str, str]) -> list[str]:
    """Reasons for statements that nobody sends any more."""
    pieces = [piece for excuse in excuses for piece in excuse]
    return [piece for piece in pieces if not any(piece in statement for statement in found)]


def _unexplained(found: dict[str, list[str]], *excuses: dict[str, str]) -> dict[str, list[str]]:
    """Statements that read all of a table, without those for which there is a reason."""
    pieces = [piece for excuse in excuses for piece in excuse]
    return {
        statement: scans
        for statement, scans in found.items()
        if scans and not any(piece in statement for piece in pieces)
    }


def _hot_plans(shop: Shop, sent: dict[Sent, Any]) -> dict[str, list[str]]:
    """What the plans read that this connection has made once for the statements of writes."""
    hot = {_normal(one.text) for one in sent if one.is_hot}
    with shop.runtime.database.write() as session:
        assert isinstance(session, PostgresSession)
        prepared = session.rows(
            "SELECT name, statement, cardinality(parameter_types) FROM pg_prepared_statements"
        )
        found = {}
        for name, statement, count in prepared:
            if _normal(statement) in hot:
                nulls = f"({', '.join(['NULL'] * count)})" if count else ""
                ((plan,),) = session.rows(f'EXPLAIN (FORMAT JSON) EXECUTE "{name}"{nulls}')
                found[_normal(statement)] = _reads_all(plan[0]["Plan"], GROWS)
    assert hot <= found.keys(), hot - found.keys()
    return found


def _report_plans(shop: Shop, sent: dict[Sent, Any]) -> dict[str, list[str]]:
    """What the plans read that are made anew for each read."""
    found = {}
    with shop.runtime.database.read() as session:
        for one, parameters in sent.items():
            if not one.is_hot:
                ((plan,),) = session.rows(f"EXPLAIN (FORMAT JSON) {one.text}", parameters)
                found[_normal(one.text)] = _reads_all(plan[0]["Plan"], FILLED)
    return found


def _fill(url: str, order_count: int) -> None:
    with stocked(url, user_count=SIZE, product_count=SIZE) as shop:
        shop.add_coupon("TENTH", percent=10, limit=100)
        if order_count:
            fill(shop, order_count, newest=to_microseconds(SettableClock()()), round_size=SIZE)


@pytest.mark.postgres
@pytest.mark.parametrize("dialect", ["postgres"])
@pytest.mark.parametrize("order_count", [0, ORDER_COUNT])
@pytest.mark.parametrize("belief", BELIEFS.values(), ids=BELIEFS)
def test_no_statement_tips_into_reading_all_on_postgres(
    empty_database_url: str, order_count: int, belief: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is believed of the tables, small or large, a write finds its rows by look-ups."""
    _fill(empty_database_url, order_count)
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute(belief.encode())
    recorder = Recorder(monkeypatch)
    with Shop.open(empty_database_url) as shop:
        with shop.runtime.database.write() as session:
            assert isinstance(session, PostgresSession)
            session.connection.prepared_max = STATEMENT_COUNT_MAX  # else it forgets some of these
        for number in range(2):
            _use(shop, number)
        hot = _hot_plans(shop, recorder.settled())
        _report(shop, user(0))
        reports = _report_plans(shop, recorder.settled())
    assert len(hot) > 30
    assert len(reports) > 20
    assert _idle({**hot, **reports}, READ_IN_ORDER, BY_ENDING, SMALL_ONLY) == []
    if order_count:
        assert _unexplained({**hot, **reports}, READ_IN_ORDER, BY_ENDING) == {}
    else:  # a report reads a small table whole, and is planned again once it has grown
        assert _unexplained(hot, SMALL_ONLY) == {}


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("analysed", [False, True])
def test_no_statement_tips_into_reading_all_on_sqlite(
    empty_database_url: str,
    analysed: bool,  # noqa: FBT001  # a case
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Analysed or not, each statement finds its rows by look-ups."""
    _fill(empty_database_url, ORDER_COUNT)
    recorder = Recorder(monkeypatch)
    with Shop.open(empty_database_url) as shop:
        if analysed:
            with shop.runtime.writing() as session:
                session.change("ANALYZE")
        for number in range(2):
            _use(shop, number)
        _report(shop, user(0))
        sent = recorder.settled()
        found = {}
        with shop.runtime.reading() as session:
            for one, parameters in sent.items():
                steps = session.rows(f"EXPLAIN QUERY PLAN {one.text}", parameters)
                found[_normal(one.text)] = [
                    str(step)
                    for _, _, _, step in steps
                    if (scan := re.match(r"SCAN (\w+)", str(step)))
                    and _table(one.text, scan[1]) in FILLED
                    and not any(index in str(step) for index in BY_PARTIAL_INDEX)
                ]
    assert len(found) > 50
    assert _idle(found, READ_IN_ORDER, BY_ENDING) == []
    assert _unexplained(found, READ_IN_ORDER, BY_ENDING) == {}


def _table(statement: str, alias: str) -> str:
    """The table that a statement calls so."""
    named = re.findall(rf"\b(\w+)\s+(?:AS\s+)?{alias}\b", statement)  # also finds `SELECT o.key`
    return next((name for name in named if name in FILLED), alias)
