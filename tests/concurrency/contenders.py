"""What processes do to a shop at the same time; each answers with codes and records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from shopcli import Shop, ShopError
from shopcli.domain.records import BalanceChange, CashMove, Claim, Order, Refund, Transfer
from tests.concurrency.crowd import Start
from tests.raw_rows import raw_database

REASON = "told so at the counter"
BANK_QUESTION = """
SELECT (SELECT COALESCE(SUM(balance_minor), 0) FROM balances),
       (SELECT COALESCE(SUM(amount_minor), 0) FROM balance_entries),
       (SELECT COALESCE(SUM(amount_minor), 0) FROM balance_entries
        WHERE kind NOT IN ('payment', 'refund'))
       - (SELECT COALESCE(SUM(total_minor), 0) FROM orders)
       + (SELECT COALESCE(SUM(refunded_minor), 0) FROM cancellations)
       + (SELECT COALESCE(SUM(refunded_minor), 0) FROM refunds),
       (SELECT COALESCE(SUM(stock), 0) FROM products),
       (SELECT COALESCE(SUM(quantity), 0) FROM stock_movements)
"""
"""In one snapshot: money held, money by the ledger, money by orders; units held, units moved."""


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended: a record, or the code and details of a refusal."""

    code: str | None
    record: Any
    details: dict[str, Any]


def attempt(call: Callable[..., object], *values: object, **named: object) -> Outcome:
    """Make a call; answer with what it gave or how it was refused."""
    try:
        return Outcome(None, call(*values, **named), {})
    except ShopError as refused:
        return Outcome(refused.code, None, refused.details)


def buy(
    url: str, start: Start, user: str, lines: dict[str, int], coupon: str | None, key: str | None
) -> Outcome:
    """Order once."""
    with Shop.open(url) as shop:
        start()
        return attempt(shop.order, user, lines, coupon=coupon, key=key)


def call(
    url: str, start: Start, verb: str, values: tuple[Any, ...], named: dict[str, Any]
) -> Outcome:
    """Call one verb of the shop once."""
    with Shop.open(url) as shop:
        start()
        return attempt(getattr(shop, verb), *values, **named)


def buy_often(
    url: str, start: Start, user: str, baskets: Sequence[list[tuple[str, int]]]
) -> list[Outcome]:
    """Order several baskets, one after the other."""
    with Shop.open(url) as shop:
        start()
        return [attempt(shop.order, user, basket) for basket in baskets]


def claim_for(url: str, start: Start, users: Sequence[str], code: str) -> list[Outcome]:
    """Claim a coupon for each of some users."""
    with Shop.open(url) as shop:
        start()
        return [attempt(shop.claim, user, code) for user in users]


def restock_often(url: str, start: Start, sku: str, quantities: Sequence[int]) -> list[Outcome]:
    """Restock one product, several times."""
    with Shop.open(url) as shop:
        start()
        return [attempt(shop.restock, sku, quantity) for quantity in quantities]


def change_limits(url: str, start: Start, code: str, limits: Sequence[int]) -> list[Outcome]:
    """Set the limit of a coupon, several times."""
    with Shop.open(url) as shop:
        start()
        return [attempt(shop.set_coupon, code, limit=limit) for limit in limits]


def create(url: str, start: Start, currency: str) -> Outcome:
    """Create the shop; answers with its id, currency and verdict."""

    def made() -> tuple[str, str, bool]:
        with Shop.create(url, currency=currency, timezone="Asia/Seoul") as shop:
            return shop.id, shop.currency, shop.verify().ok

    start()
    return attempt(made)


def upgrade(url: str, start: Start) -> Outcome:
    """Bring the shop up to date."""
    start()
    return attempt(Shop.upgrade, url)


def watch(url: str, start: Start, rounds: int) -> list[tuple[tuple[int, ...], list[str]]]:
    """Read totals in one snapshot, and verify, again and again."""
    seen = []
    with Shop.open(url) as shop, raw_database(url) as raw:
        start()
        for _ in range(rounds):
            (totals,) = raw.run(BANK_QUESTION)
            failed = [check.name for check in shop.verify().checks if not check.ok]
            seen.append((tuple(map(int, totals)), failed))
    return seen


def trade_at_random(url: str, start: Start, seed: int, count: int) -> list[str | None]:
    """Do many different things as several users; answers with the code of each."""
    random = Random(seed)  # noqa: S311 - a sequence that can be repeated
    with Shop.open(url) as shop:
        users, skus, coupons = (
            [user.user for user in shop.users()],
            [product.sku for product in shop.products()],
            [coupon.code for coupon in shop.coupon_list()],
        )
        mine: list[str] = []

        def order() -> Order:
            lines = {sku: random.randint(1, 3) for sku in random.sample(skus, 2)}
            code = random.choice([None, None, *coupons])
            made = shop.order(random.choice(users), lines, coupon=code)
            mine.append(made.order or "")
            return made

        def claim() -> Claim:
            return shop.claim(random.choice(users), random.choice(coupons))

        def give() -> Transfer:
            giver, receiver = random.sample(users, 2)
            return shop.transfer(giver, receiver, random.randint(1, 900))

        def take_back() -> object:
            ways: list[Callable[[], BalanceChange | Transfer | CashMove]] = [charge, give, put_in]
            return shop.undo(random.choice(ways)().entry, reason=REASON)

        def charge() -> BalanceChange:
            return shop.charge(random.choice(users), random.randint(1, 9000))

        def put_in() -> CashMove:
            return shop.cash_in(random.randint(1, 9000), reason=REASON)

        def give_back() -> Refund | None:
            if not mine:
                return None
            lost, lines = random.random() < 0.3, {random.choice(skus): 1}
            return shop.refund(random.choice(mine), lines, reason=REASON, lost=lost)

        actions: list[Callable[[], object]] = [
            order,
            order,
            order,
            order,
            claim,
            lambda: shop.cancel(random.choice(mine)) if mine else None,
            charge,
            take_back,
            give_back,
            give_back,
            lambda: shop.payout(random.choice(users), random.randint(1, 5000), reason=REASON),
            lambda: shop.adjust(random.choice(users), random.choice([-7, 7]), reason=REASON),
            give,
            lambda: shop.restock(random.choice(skus), random.randint(1, 5)),
            lambda: shop.adjust_stock(random.choice(skus), by=-1, reason=REASON),
            lambda: shop.set_product(random.choice(skus), price=random.randint(100, 900)),
            lambda: shop.set_coupon(random.choice(coupons), limit=random.randint(5, 40)),
        ]
        start()
        return [attempt(random.choice(actions)).code for _ in range(count)]


def close_again(url: str, start: Start, count: int, hours_ahead: int) -> list[str | None]:
    """Close the books again and again, by a clock that is ahead or behind."""
    ahead = timedelta(hours=hours_ahead)
    with Shop.open(url, clock=lambda: datetime.now(UTC) + ahead) as shop:
        start()
        return [attempt(shop.close_books).code for _ in range(count)]


def close_with(url: str, start: Start, key: str) -> Outcome:
    """Close the books with a key."""
    with Shop.open(url) as shop:
        start()
        return attempt(shop.close_books, key=key)


def undo(url: str, start: Start, entry: str) -> Outcome:
    """Take an entry back."""
    with Shop.open(url) as shop:
        start()
        return attempt(shop.undo, entry, reason=REASON)


def spend(url: str, start: Start, user: str, quantities: dict[str, int]) -> Outcome:
    """Order."""
    with Shop.open(url) as shop:
        start()
        return attempt(shop.order, user, quantities)


def sell_until_it_moves(url: str, start: Start, name: str) -> tuple[list[str], str]:
    """Order again and again; the orders that were placed, and the code that ended it."""
    placed: list[str] = []
    with Shop.open(url) as shop:
        start()
        while True:
            outcome = attempt(shop.order, name, {"A": 1})
            if outcome.code == "busy":
                continue
            if outcome.code is not None:
                return placed, f"{outcome.code} {outcome.details.get('reason')}"
            placed.append(str(outcome.record.order))


def move(url: str, start: Start, to: str, least: int) -> Outcome:
    """Move the shop once so many orders have been placed."""
    with Shop.open(url) as shop:
        start()
        while len(shop.orders(limit=least)) < least:
            pass
        return attempt(shop.maintenance.copy, to, then_retire=True)
