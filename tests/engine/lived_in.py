"""Fills a shop with every kind of row, for damage to be done to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from shopcli import Shop
from shopcli.domain.deliveries.values import Sending
from shopcli.engine.imports.plan import Choices
from tests import factories
from tests.clocks import SettableClock
from tests.factories import REASON, id_of

URL = "https://platform.test/events"


def fill(shop: Shop, clock: SettableClock, folder: Path, *, closes: bool = True) -> None:
    """Do everything that leaves rows.

    Order one is paid with coupon TENTH, order two is cancelled, order three used GIFT, was
    cancelled after GIFT's end, and so keeps it; lee holds TENTH unused; mo is closed.

    Args:
        shop: Open and empty.
        clock: What it lives by.
        folder: For a file that is imported.
        closes: Close the books twice, too.
    """
    factories.stocked(shop)
    for user in ("lee", "mo"):
        factories.user(shop, user, balance=10_000, name="To forget" if user == "mo" else None)
    factories.claimed(shop, "kim", "TENTH")
    shop.claim("lee", "TENTH")
    factories.coupon(shop, "GIFT", amount=100, valid_days=1)
    shop.claim("kim", "GIFT")
    shop.order("kim", {"LATTE": 2, "BEANS": 1}, coupon="TENTH", key="one")
    shop.cancel(id_of(shop.order("lee", {"LATTE": 1}, key="two")), reason=REASON)
    three = shop.order("kim", {"BEANS": 2}, coupon="GIFT", key="three")
    clock.advance(days=2)
    shop.cancel(id_of(three), reason=REASON, force=True)
    shop.restock("LATTE", 3)
    shop.adjust_stock("BEANS", by=-1, reason=REASON)
    shop.payout("mo", reason=REASON)
    shop.set_user("mo", state="closed", forget_name=True)
    _deliver(shop, id_of(shop.order("lee", {"BEANS": 1}, key="seven")), 200)
    clock.advance(minutes=1)
    shop.outbox.prune(clock())
    shop.transfer("kim", "lee", 300, reason=REASON)
    _undo(shop)
    if closes:
        shop.close_books(counted=39_000, key="day1")
    _fill_for_ann(shop, clock)
    _fill_past(shop, clock, folder)
    _fill_refunds(shop, clock)
    shop.set_product("TEA", price=1_100, reason="dearer")
    shop.set_product("TEA", price=1_200, name="Tea, green", category="Leaves")
    shop.set_coupon("CAPPED", limit=9)
    shop.set_setting("cancel_within", "48h")
    if closes:
        shop.close_books(key="day2")


def _undo(shop: Shop) -> None:
    """A charge, a transfer and a cash move of noor's evening that are taken back."""
    factories.user(shop, "noor", balance=2_000)
    shop.charge("noor", 900, method="card")
    shop.undo("noor:0002", reason=REASON, key="u1")
    shop.undo(shop.transfer("noor", "lee", 250).entry, reason=REASON, key="u2")
    shop.cash_in(40_000, reason=REASON)
    shop.undo(shop.cash_out(700, reason=REASON).entry, reason=REASON, key="u3")


def _fill_refunds(shop: Shop, clock: SettableClock) -> None:
    """Part of eight goes back twice, the second time lost; nine goes back twice, then whole."""
    eight = shop.order("kim", {"LATTE": 3, "BEANS": 2}, key="eight")
    nine = shop.order("kim", {"LATTE": 3}, key="nine")
    clock.advance(minutes=5)
    shop.refund(eight, {"LATTE": 1}, reason=REASON)
    shop.refund(nine, {"LATTE": 1}, reason=REASON)
    clock.advance(minutes=5)
    shop.refund(nine, {"LATTE": 1}, reason="once more")
    shop.refund(eight, {"LATTE": 1, "BEANS": 1}, reason="never came", lost=True)
    shop.cancel(id_of(nine), reason="all of it")


def _fill_for_ann(shop: Shop, clock: SettableClock) -> None:
    """Orders four, five, six of ann's, whose events were delivered, refused and given up."""
    factories.user(shop, "ann", name="Ann")
    shop.charge("ann", 50_000, key="c1")
    shop.charge("ann", 5_000, key="c2", at=clock() - timedelta(hours=3))
    factories.product(shop, "TEA", price=1_000, stock=50)
    factories.product(shop, "MUG", price=3_000, stock=50)
    factories.coupon(
        shop,
        "CAPPED",
        percent=50,
        cap=700,
        limit=5,
        min_order=2_000,
        opens=clock() - timedelta(days=1),
        closes=clock() + timedelta(days=1),
        valid_days=10,
    )
    shop.claim("ann", "CAPPED")
    four = shop.order("ann", {"TEA": 3, "MUG": 1}, coupon="CAPPED", key="four")
    clock.advance(minutes=3)
    five = shop.order("ann", {"TEA": 1}, key="five")
    clock.advance(minutes=3)
    six = shop.order("ann", {"TEA": 1}, key="six")
    _deliver(shop, id_of(four), 204)
    _deliver(shop, id_of(five), 400)
    (event,) = shop.outbox.list(order=six.order)
    shop.outbox.discard(event.id, reason=REASON)


def _deliver(shop: Shop, order_id: str, status: int) -> None:
    deliveries = shop.outbox.deliveries
    events = deliveries.lease("relay", 1, order_id=order_id)
    sending = Sending(events, deliveries.now(), 1_500, status, "told", "an answer")
    deliveries.settle("relay", [sending], URL)


def _fill_past(shop: Shop, clock: SettableClock, folder: Path) -> None:
    """Orders of the past, one booked and one imported, whose event is skipped."""
    shop.book(
        "ann",
        {"TEA": 2, "MUG": 1},
        ordered_at=clock() - timedelta(days=30),
        unit_prices={"MUG": 2_500},
        discount=100,
        key="past",
    )
    path = folder / "orders.csv"
    path.write_text("key,user,sku,quantity,ordered_at\nolder,kim,TEA,1,2026-01-05 09:30\n", "utf-8")
    shop.imports.run("orders", path, choices=Choices(historical=True, events="skip"))
