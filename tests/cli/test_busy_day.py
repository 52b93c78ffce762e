"""A day of a busy shop: three tills, two by clocks that are hours off, and mistakes of every kind.

It is closed and printed, and every figure agrees with a count made from the exported rows.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from shopcli import Shop, ShopError
from tests.cli.conftest import Prompt
from tests.clocks import SettableClock
from tests.factories import REASON, id_of

ORDERS = 300
USERS = [f"user{number}" for number in range(12)]
PRICES = {"LATTE": 4500, "TEA": 2500, "BAGEL": 3300, "MUG": 12_000, "WATER": 0, "CAKE": 5100}
METHODS = ["cash", "cash", "transfer", "card"]
HOURS_OFF = (0, 7, -5)
DEAREST_ORDER = 3 * sum(sorted(PRICES.values())[-3:])


class Day:
    """What happens, by one sequence of chances.

    Args:
        tills: Each with a clock of its own.
        chance: Where all that is random comes from.
        clock: The true time.
    """

    def __init__(self, tills: list[Shop], chance: Random, clock: SettableClock) -> None:
        self.tills = tills
        self.chance = chance
        self.clock = clock
        self.orders: list[str] = []
        self.codes: set[str] = set()
        self.mistakes: list[Callable[[Shop], object]] = [
            self._typed_twice,
            self._wrong_user,
            self._paid_out_too_much,
            self._counted_wrong,
            self._change,
            self._bought_by_mistake,
            self._cup_was_cold,
            self._cup_was_cold,
            self._milk,
            self._lent,
        ]

    @property
    def till(self) -> Shop:
        """Any of the tills."""
        return self.chance.choice(self.tills)

    @property
    def user(self) -> str:
        """Any of the users."""
        return self.chance.choice(USERS)

    def go(self, count: int) -> None:
        """Sell so many orders, with a mistake after every fourth or so."""
        for _ in range(count):
            self.clock.advance(seconds=self.chance.randint(1, 120))
            user = self.user
            if self.till.balance(user).balance < DEAREST_ORDER:
                self.till.charge(user, DEAREST_ORDER, method=self.chance.choice(METHODS))
            skus = self.chance.sample(sorted(PRICES), self.chance.randint(1, 3))
            quantities = {sku: self.chance.randint(1, 3) for sku in skus}
            coupon = None
            if self.chance.random() < 0.1:
                coupon = self._claimed(user)
            self.orders.append(id_of(self.till.order(user, quantities, coupon=coupon)))
            if self.chance.random() < 0.3:
                self._try(self.chance.choice(self.mistakes))

    def _try(self, mistake: Callable[[Shop], object]) -> None:
        try:
            mistake(self.till)
        except ShopError as refused:
            self.codes.add(refused.code)

    def _claimed(self, user: str) -> str | None:
        held = [one.coupon for one in self.till.coupons(user) if one.state == "claimed"]
        free = {one.code for one in self.till.coupon_list()}
        free -= {one.coupon for one in self.till.coupons(user)}
        if not held and free:
            held = [self.till.claim(user, self.chance.choice(sorted(free))).coupon]
        return held[0] if held else None

    def _typed_twice(self, till: Shop) -> None:
        user, method = self.user, self.chance.choice(METHODS)
        till.charge(user, 10_000, method=method)
        entry = self.till.charge(user, 10_000, method=method).entry
        first = self.till.undo(entry, reason=REASON)
        assert self.till.undo(entry, reason="again").entry == first.entry

    def _wrong_user(self, till: Shop) -> None:
        giver, receiver = self.chance.sample(USERS, 2)
        till.undo(self.till.transfer(giver, receiver, 700).entry, reason=REASON)

    def _lent(self, till: Shop) -> None:
        giver, receiver = self.chance.sample(USERS, 2)
        till.transfer(giver, receiver, 1_300)

    def _paid_out_too_much(self, till: Shop) -> None:
        user = self.user
        till.payout(user, 500, reason=REASON)
        self.till.undo(till.payout(user, 900, reason=REASON).entry, reason=REASON)

    def _counted_wrong(self, till: Shop) -> None:
        user = self.user
        till.adjust(user, -150, reason=REASON)
        self.till.undo(till.adjust(user, 400, reason=REASON).entry, reason=REASON)

    def _change(self, till: Shop) -> None:
        till.cash_in(20_000, reason="change")

    def _milk(self, till: Shop) -> None:
        till.cash_out(3_400, reason="milk")
        self.till.undo(till.cash_out(9_000, reason="beans").entry, reason="paid by card")

    def _bought_by_mistake(self, till: Shop) -> None:
        till.cancel(self.chance.choice(self.orders), reason=REASON, force=True)

    def _cup_was_cold(self, till: Shop) -> None:
        receipt = till.receipt(self.chance.choice(self.orders))
        line = self.chance.choice(receipt.lines)
        lost = self.chance.random() < 0.5
        till.refund(str(receipt.order), {line.sku: 1}, reason=REASON, lost=lost, force=True)


@pytest.fixture
def day(shop: Shop, shop_url: str, clock: SettableClock, seed: int) -> Iterator[Day]:
    """A day about to begin."""
    for user in USERS:
        shop.add_user(user)
    for sku, price in PRICES.items():
        category = "Drinks" if price < 5_000 else None
        shop.add_product(sku, name=sku.title(), price=price, stock=5_000, category=category)
    for percent in (10, 33):
        shop.add_coupon(f"OFF{percent}", percent=percent, limit=50)
    with ExitStack() as open_tills:
        tills = [
            open_tills.enter_context(Shop.open(shop_url, clock=_skewed(clock, hours)))
            for hours in HOURS_OFF
        ]
        yield Day(tills, Random(seed), clock)  # noqa: S311  # a sequence that can be repeated


def _skewed(clock: SettableClock, hours: int) -> Callable[[], datetime]:
    return lambda: clock() + timedelta(hours=hours)


def _exported(prompt: Prompt, what: str) -> list[dict[str, str]]:
    answer = prompt("export", what, "--format", "csv")
    assert answer.code == 0
    return list(csv.DictReader(io.StringIO(answer.out)))


def test_a_busy_day_adds_up(day: Day, prompt: Prompt) -> None:
    """Close, page, reports and statements say what a count of the exported rows says."""
    day.go(ORDERS)
    history, lines = _exported(prompt, "history"), _exported(prompt, "orders")
    expected = _drawer(history, prompt.done("cash", "list"))

    closed = prompt.done("close", "--counted", str(expected - 300))

    _assert_close(closed, history, lines)
    assert (closed["cash_expected"], closed["difference"]) == (expected, -300)
    assert day.codes <= {"refund_exceeds_order", "insufficient_balance"}
    _assert_reports(prompt, history, lines)
    page = prompt("closing", "show", "1", "--format", "md").out
    assert max(map(len, page.splitlines())) <= 80
    assert closed["digest"] in page
    day.go(20)
    later = prompt.done("close")
    assert (later["number"], later["opening"]) == (2, closed["closing"])
    assert later["entries"] == len(_exported(prompt, "history")) - len(history)
    proof = prompt("verify", "--closing", "1", "--digest", closed["digest"])
    assert (proof.code, proof.err) == (0, "")
    assert prompt("verify").code == 0


def _drawer(history: list[dict[str, str]], moves: list[dict[str, Any]]) -> int:
    entries = sum(int(row["amount"]) for row in history if row["method"] == "cash")
    signs = {"in": 1, "out": -1}
    return entries + sum(signs[move["direction"]] * int(move["amount"]) for move in moves)


def _assert_close(
    closed: dict[str, Any], history: list[dict[str, str]], lines: list[dict[str, str]]
) -> None:
    kinds = {row["id"]: row["kind"] for row in history}
    sums: dict[str, int] = defaultdict(int)
    by_method: dict[tuple[str, str], int] = defaultdict(int)
    for row in history:
        amount, kind = int(row["amount"]), row["kind"]
        sums[kind] += amount
        of = kinds.get(row["reverses"], "")
        if kind in {"charge", "payout", "reversal"} and of != "transfer":
            by_method[kind, row["method"] or "none"] += amount if kind == "charge" else -amount
    for name, kind in (("charged", "charge"), ("paid_out", "payout"), ("reversed", "reversal")):
        counted = {method: amount for (k, method), amount in by_method.items() if k == kind}
        assert closed[name] == counted
    assert closed["entries"] == len(history)
    assert closed["adjusted"] == sums["adjustment"]
    assert closed["sold"] == -sums["payment"] == sum(int(row["_net"]) for row in lines)
    assert closed["refunded"] == sums["refund"]
    assert closed["refunded"] == closed["cancels"]["amount"] + closed["refunds"]["amount"]
    assert closed["closing"] == sum(map(int, (row["amount"] for row in history)))
    assert closed["orders"] == len({row["_order"] for row in lines}) == ORDERS
    assert closed["units"] == sum(int(row["quantity"]) for row in lines)
    discounts: dict[str, int] = defaultdict(int)
    for row in lines:
        discounts[row["_order"]] += int(row["_line_discount"])
    assert closed["discounts"] == {
        "count": sum(discount > 0 for discount in discounts.values()),
        "amount": sum(discounts.values()),
    }
    assert closed["grand_sales"] == closed["sold"]
    assert closed["grand_net"] == closed["sold"] - closed["refunded"]


def _assert_reports(
    prompt: Prompt, history: list[dict[str, str]], lines: list[dict[str, str]]
) -> None:
    money = prompt.done("report", "money", "--by", "method")["totals"]
    sums: dict[str, int] = defaultdict(int)
    for row in history:
        sums[row["kind"]] += int(row["amount"])
    assert money["charged"] == sums["charge"]
    assert money["paid_out"] == -sums["payout"]
    assert (money["sold"], money["refunded"]) == (-sums["payment"], sums["refund"])
    for by in ("product", "category", "hour", "day", "user", "coupon"):
        totals = prompt.done("report", "sales", "--by", by)["totals"]
        assert totals["orders"] == ORDERS
        assert totals["units"] == sum(int(row["quantity"]) for row in lines)
        assert totals["gross"] == sum(int(row["_line_total"]) for row in lines)
        assert totals["discount"] == sum(int(row["_line_discount"]) for row in lines)
        assert (totals["net"], totals["refunded"]) == (-sums["payment"], sums["refund"])
    for user in USERS:
        statement = prompt.done("statement", "-u", user)
        mine = [row for row in history if row["user"] == user]
        assert len(statement["entries"]) == len(mine)
        assert statement["closing"] == sum(int(row["amount"]) for row in mine)
