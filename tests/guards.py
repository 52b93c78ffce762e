"""Every rule of every verb with a request that this rule alone refuses; how it is asked is free.

In each case all other rules would let the request through: the blocked user has money, the product
that is off sale is in stock, the coupon that is switched off is held, unused and in its days.
`mend` takes away the one thing that was in the way, and the same request succeeds.

| path | asked for |
|---|---|
| from the cache of prices (Postgres): by a till that sold the like before | orders |
| from rows: by a till that was just opened; orders as a dry run too | everything |
| changed between reading and writing, on Postgres | orders, of now and of the past |
| from a file, on its own or after a row that uses up what is left | all that has files |

`tests/engine/test_guards.py` has the first three, `tests/batch/test_guards.py` the last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from shopcli import Shop
from shopcli.domain.money import AMOUNT_MAX
from tests import factories
from tests.clocks import DEFAULT_START, SettableClock
from tests.factories import REASON
from tests.requests import (
    LONG_AGO,
    Adjusted,
    Booked,
    Cancelled,
    Charged,
    Claimed,
    Given,
    PaidOut,
    Placed,
    PutIn,
    Refunded,
    Request,
    TakenBack,
)

TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
KEY = "the-key"
USABLE = ("FIFTH", "LARGE", "SOON", "WEEK")
"""Coupons that kim holds; lee and noor hold them as well, and OTHERS besides."""


Change = Callable[[Shop, SettableClock], object]


@dataclass(frozen=True)
class Case:
    """A request that is refused, and why.

    Attributes:
        code: The refusal.
        request: What is asked.
        spoil: What happens to the shop before, by other hands.
        mend: What undoes that; None where nothing can.
        instead: What succeeds then, where it is not the request itself under another key.
    """

    code: str
    request: Request
    spoil: Change
    mend: Change | None
    instead: Request | None = None

    def __str__(self) -> str:
        """How a test is called."""
        told = [type(self.request).__name__, self.code]
        match self.request:
            case Placed(coupon=str(coupon)):
                told.append(coupon)
            case PaidOut(amount=None):
                told.append("all")
            case Given(to="kim"):
                told.append("to-kim")
            case TakenBack(kind="reversal"):
                told.append("reversal")
            case Refunded(units=2):
                told.append("two")
        return "-".join(told)


def make_ready(shop: Shop, clock: SettableClock) -> None:
    """A shop in which all requests below would be granted as long as nothing is spoiled."""
    for user in ("kim", "lee", "noor"):
        factories.user(shop, user, balance=100_000)
    for sku, price in (("LATTE", 4500), ("BEANS", 9900), ("WATER", 0)):
        factories.product(shop, sku, price=price, stock=20)
    factories.coupon(shop, "FIFTH", percent=20, limit=9)
    factories.coupon(shop, "LARGE", percent=10, limit=9, min_order=9000)
    factories.coupon(shop, "SOON", percent=10, limit=9, use_by=clock() + HOUR)
    factories.coupon(shop, "WEEK", percent=10, limit=9, valid_days=7)
    factories.coupon(shop, "OTHERS", percent=10, limit=9)
    factories.coupon(shop, "GRAB", percent=10, limit=9, opens=clock() - HOUR, closes=clock() + HOUR)
    factories.coupon(shop, "FRESH", percent=10, limit=9, use_by=clock() + HOUR)
    for code in USABLE:
        shop.claim("kim", code)
    for user in ("lee", "noor"):
        for code in (*USABLE, "OTHERS"):
            shop.claim(user, code)
    for key in ("bought", "also-bought"):
        shop.order("kim", {"LATTE": 1, "BEANS": 1}, key=key)


def acquaint(till: Shop) -> None:
    """Let a till sell, and hand out, what it is asked for below, to kim as well as to others."""
    till.order("kim", {"LATTE": 1, "BEANS": 1, "WATER": 1})
    for code in (*USABLE, "OTHERS"):
        till.order("lee", {"LATTE": 2}, coupon=code)
    for code in ("GRAB", "FRESH"):
        till.claim("lee", code)
    till.charge("kim", 1)


def _nothing(_shop: Shop, _clock: SettableClock) -> None:
    """What is asked for was never allowed."""


def _state(state: str) -> Change:
    def change(shop: Shop, _clock: SettableClock) -> None:
        if state == "closed" and shop.balance("kim").balance:
            shop.payout("kim", reason=REASON)
        shop.set_user("kim", state=state)

    return change


def _paid_out_before(change: Change) -> Change:
    def changed(shop: Shop, clock: SettableClock) -> None:
        shop.payout("kim", 500, reason=REASON)
        change(shop, clock)

    return changed


def _undone_before(shop: Shop, _clock: SettableClock, key: str | None = None) -> None:
    shop.undo(shop.charge("kim", 1).entry, reason=REASON, key=key)
    shop.charge("kim", 1)


def _drawer(amount: int) -> Change:
    """Let the drawer hold an amount."""

    def change(shop: Shop, _clock: SettableClock) -> None:
        held = shop.cash_in(1, reason=REASON).drawer
        move = shop.cash_in if amount > held else shop.cash_out
        move(abs(amount - held), reason=REASON)

    return change


def _balance(amount: int) -> Change:
    return lambda shop, _clock: shop.adjust(
        "kim", amount - shop.balance("kim").balance, reason=REASON
    )


def _used(shop: Shop, _clock: SettableClock) -> None:
    shop.order("kim", {"WATER": 1}, coupon="FIFTH")


def _unused(shop: Shop, _clock: SettableClock) -> None:
    (order,) = (held.order for held in shop.coupons("kim") if held.coupon == "FIFTH")
    assert order is not None
    shop.cancel(order)


def _sell_out(shop: Shop, _clock: SettableClock) -> None:
    shop.set_coupon("GRAB", limit=max(1, shop.coupon("GRAB").claimed))
    if not shop.coupon("GRAB").claimed:
        shop.claim("noor", "GRAB")


def _after(step: timedelta) -> Change:
    return lambda _shop, clock: clock.set(DEFAULT_START + step + TICK)


_ACTIVE = _state("active")
_TO_KIM = Given(user="noor", to="kim")
_AT_FIRST: Change = lambda _shop, clock: clock.set(DEFAULT_START)  # noqa: E731  # as all of them
_BOTH = {"BEANS": 1, "LATTE": 1}
_FREE = Placed({"WATER": 1})

ORDERS = [
    Case("user_blocked", Placed(_BOTH), _state("blocked"), _ACTIVE),
    Case("user_closed", _FREE, _state("closed"), _ACTIVE),
    Case(
        "unknown_user",
        Placed({"WATER": 1}, user="newcomer"),
        _nothing,
        lambda shop, _: shop.add_user("newcomer"),
    ),
    Case(
        "unknown_product",
        Placed({"LATTE": 1, "NEW": 1}),
        _nothing,
        lambda shop, _: factories.product(shop, "NEW"),
    ),
    Case(
        "product_off_sale",
        Placed(_BOTH),
        lambda shop, _: shop.set_product("LATTE", on_sale=False),
        lambda shop, _: shop.set_product("LATTE", on_sale=True),
    ),
    Case(
        "coupon_disabled",
        Placed(_BOTH, "FIFTH"),
        lambda shop, _: shop.set_coupon("FIFTH", disabled=True),
        lambda shop, _: shop.set_coupon("FIFTH", disabled=False),
    ),
    Case(
        "coupon_not_held",
        Placed(_BOTH, "OTHERS"),
        _nothing,
        lambda shop, _: shop.claim("kim", "OTHERS"),
    ),
    Case("coupon_already_used", Placed(_BOTH, "FIFTH"), _used, _unused),
    Case("coupon_expired", Placed(_BOTH, "SOON"), _after(HOUR), _AT_FIRST),
    Case("coupon_expired", Placed(_BOTH, "WEEK"), _after(timedelta(days=7)), _AT_FIRST),
    Case(
        "coupon_minimum_not_met",
        Placed({"LATTE": 1}, "LARGE"),
        _nothing,
        lambda shop, _: shop.set_product("LATTE", price=9000),
    ),
    Case(
        "out_of_stock",
        Placed(_BOTH),
        lambda shop, _: shop.adjust_stock("LATTE", to=0, reason=REASON),
        lambda shop, _: shop.restock("LATTE", 1),
    ),
    Case("insufficient_balance", Placed({"LATTE": 1}), _balance(4499), _balance(4500)),
    Case(
        "total_changed",
        Placed({"LATTE": 1}, expected_total=4500),
        lambda shop, _: shop.set_product("LATTE", price=4499),
        lambda shop, _: shop.set_product("LATTE", price=4500),
    ),
    Case(
        "key_conflict",
        Placed(_BOTH),
        lambda shop, _: shop.order("kim", {"WATER": 2}, key=KEY),
        None,
    ),
]

BOOKINGS = [
    Case("user_blocked", Booked(_BOTH), _state("blocked"), _ACTIVE),
    Case("user_closed", Booked({"WATER": 1}), _state("closed"), _ACTIVE),
    Case(
        "unknown_user",
        Booked({"WATER": 1}, user="newcomer"),
        _nothing,
        lambda shop, _: shop.add_user("newcomer"),
    ),
    Case(
        "unknown_product",
        Booked({"LATTE": 1, "NEW": 1}),
        _nothing,
        lambda shop, _: factories.product(shop, "NEW"),
    ),
    Case("insufficient_balance", Booked({"LATTE": 1}), _balance(4499), _balance(4500)),
    Case(
        "invalid_input",
        Booked({"LATTE": 1}, discount=4501),
        _nothing,
        lambda shop, _: shop.set_product("LATTE", price=4501),
    ),
    Case(
        "key_conflict",
        Booked(_BOTH),
        lambda shop, _: shop.book("kim", {"WATER": 2}, ordered_at=LONG_AGO, key=KEY),
        None,
    ),
]

CHARGES = [
    Case("user_blocked", Charged(), _state("blocked"), _ACTIVE),
    Case("user_closed", Charged(), _state("closed"), _ACTIVE),
    Case(
        "unknown_user",
        Charged(user="newcomer"),
        _nothing,
        lambda shop, _: shop.add_user("newcomer"),
    ),
    Case("balance_limit", Charged(), _balance(AMOUNT_MAX - 499), _balance(AMOUNT_MAX - 500)),
    Case("key_conflict", Charged(), lambda shop, _: shop.charge("kim", 77, key=KEY), None),
]

CLAIMS = [
    Case("user_blocked", Claimed(), _state("blocked"), _ACTIVE),
    Case("user_closed", Claimed(), _state("closed"), _ACTIVE),
    Case(
        "unknown_user",
        Claimed(user="newcomer"),
        _nothing,
        lambda shop, _: shop.add_user("newcomer"),
    ),
    Case(
        "unknown_coupon",
        Claimed("NEW"),
        _nothing,
        lambda shop, _: factories.coupon(shop, "NEW"),
    ),
    Case(
        "coupon_already_claimed",
        Claimed(),
        lambda shop, _: shop.claim("kim", "GRAB"),
        None,
        Claimed(user="noor"),
    ),
    Case(
        "coupon_disabled",
        Claimed(),
        lambda shop, _: shop.set_coupon("GRAB", disabled=True),
        lambda shop, _: shop.set_coupon("GRAB", disabled=False),
    ),
    Case("coupon_not_open", Claimed(), _after(-HOUR - 2 * TICK), _after(-HOUR - TICK)),
    Case("coupon_closed", Claimed(), _after(HOUR), _after(HOUR - TICK)),
    Case("coupon_expired", Claimed("FRESH"), _after(HOUR), _after(HOUR - TICK)),
    Case(
        "coupon_sold_out",
        Claimed(),
        _sell_out,
        lambda shop, _: shop.set_coupon("GRAB", limit=shop.coupon("GRAB").claimed + 1),
    ),
    Case("key_conflict", Claimed(), lambda shop, _: shop.claim("kim", "FRESH", key=KEY), None),
]

MONEY = [
    Case("user_closed", Adjusted(1), _state("closed"), _ACTIVE),
    Case("unknown_user", Adjusted(1, "newcomer"), _nothing, lambda s, _: s.add_user("newcomer")),
    Case("balance_limit", Adjusted(500), _balance(AMOUNT_MAX - 499), _balance(AMOUNT_MAX - 500)),
    Case("insufficient_balance", Adjusted(-500), _balance(499), _balance(500)),
    Case(
        "key_conflict",
        Adjusted(1),
        lambda shop, _: shop.adjust("kim", 2, reason=REASON, key=KEY),
        None,
    ),
    Case("insufficient_balance", PaidOut(500), _balance(499), _balance(500)),
    Case("insufficient_balance", PaidOut(None), _balance(0), _balance(1)),
    Case(
        "key_conflict",
        PaidOut(),
        lambda shop, _: shop.payout("kim", 2, reason=REASON, key=KEY),
        None,
    ),
    Case("user_blocked", Given(), _state("blocked"), _ACTIVE),
    Case("user_blocked", _TO_KIM, _state("blocked"), _ACTIVE),
    Case("user_closed", _TO_KIM, _state("closed"), _ACTIVE),
    Case("unknown_user", Given(to="newcomer"), _nothing, lambda s, _: s.add_user("newcomer")),
    Case("insufficient_balance", Given(), _balance(499), _balance(500)),
    Case(
        "balance_limit",
        _TO_KIM,
        _balance(AMOUNT_MAX - 499),
        _balance(AMOUNT_MAX - 500),
    ),
    Case("key_conflict", Given(), lambda shop, _: Given(501).ask(shop, KEY), None),
]

UNDOING = [
    Case("insufficient_balance", TakenBack(), _balance(99_999), _balance(100_000)),
    Case("user_closed", TakenBack("payout"), _state("closed"), _ACTIVE),
    Case(
        "balance_limit",
        TakenBack("payout"),
        _paid_out_before(_balance(AMOUNT_MAX - 499)),
        _balance(AMOUNT_MAX - 500),
    ),
    Case("entry_not_reversible", TakenBack("payment"), _undone_before, None, TakenBack()),
    Case("entry_not_reversible", TakenBack("reversal"), _undone_before, None, TakenBack()),
    Case("key_conflict", TakenBack(), lambda shop, _: _undone_before(shop, _, KEY), None),
    Case("balance_limit", PutIn(), _drawer(AMOUNT_MAX - 499), _drawer(AMOUNT_MAX - 500)),
    Case("key_conflict", PutIn(), lambda shop, _: PutIn(501).ask(shop, KEY), None),
]

CANCELLATIONS = [
    Case("order_not_cancellable", Cancelled(), _after(timedelta(days=1)), _AT_FIRST),
    Case("user_closed", Cancelled(), _state("closed"), _ACTIVE),
    Case(
        "balance_limit",
        Cancelled(),
        _balance(AMOUNT_MAX - 14_399),
        _balance(AMOUNT_MAX - 14_400),
    ),
    Case(
        "key_conflict",
        Cancelled(),
        lambda shop, _: Cancelled("also-bought").ask(shop, KEY),
        None,
    ),
]

REFUNDS = [
    Case("order_not_cancellable", Refunded(), _after(timedelta(days=1)), _AT_FIRST),
    Case("user_closed", Refunded(), _state("closed"), _ACTIVE),
    Case(
        "refund_exceeds_order",
        Refunded(),
        lambda shop, _: Cancelled().ask(shop, "before"),
        None,
        instead=Refunded("also-bought"),
    ),
    Case("refund_exceeds_order", Refunded(units=2), _nothing, None, instead=Refunded()),
    Case("balance_limit", Refunded(), _balance(AMOUNT_MAX), _balance(0)),
    Case(
        "key_conflict",
        Refunded(),
        lambda shop, _: Refunded("also-bought").ask(shop, KEY),
        None,
    ),
]

FROM_FILES = [*ORDERS, *BOOKINGS, *CHARGES, *CLAIMS]
ALL = [*FROM_FILES, *MONEY, *UNDOING, *CANCELLATIONS, *REFUNDS]
CHANGING = [
    case
    for case in (*ORDERS, *BOOKINGS)
    if case.mend is not None and case.spoil is not _nothing and case.code != "coupon_expired"
]
"""What others can do to an order between its reading and its writing."""
