"""Fills an empty shop with some of everything; what each schema is kept with, so never trimmed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from shopcli import Relay, Shop
from shopcli.engine.imports.plan import Choices
from shopcli.relay.platform import Platform
from tests.clocks import SettableClock

START = datetime(2026, 3, 12, 3, 0, tzinfo=UTC)
"""Noon in Seoul, on a Thursday."""

_PAST_ORDERS = """\
key,user,sku,quantity,ordered_at,unit_price,discount
h1,mina,TEA,3,2026-01-05 09:30,2000,500
h2,kim,WATER,1,2026-01-06 23:59:59,900,
"""


def fill(shop: Shop, clock: SettableClock, folder: Path) -> None:
    """Do some of everything, over four days.

    Args:
        shop: Open and empty, living by `clock`, as actor `keeper`.
        clock: Moved on from `START`.
        folder: For the files that are imported.
    """
    clock.set(START)
    _people(shop)
    _catalogue(shop)
    _coupons(shop, clock)
    clock.advance(hours=2)
    _orders(shop, clock)
    clock.advance(days=1)
    _imports(shop, folder)
    clock.advance(days=1, minutes=17)
    _deliveries(shop, clock)
    _books(shop, clock)


def _people(shop: Shop) -> None:
    for user, name in (
        ("kim", "김민지"),
        ("lee", "Lee <b>Junho</b>"),
        ("Ångström", "=1+1"),
        ("blocked", "Somebody blocked"),
        ("left", None),
        ("forgotten", "A name to forget"),
        ("empty", None),
    ):
        shop.add_user(user, name)
    for number, user in enumerate(("kim", "lee", "Ångström", "blocked", "left", "forgotten")):
        shop.charge(user, 60_000 + 1_000 * number, key=f"start-{number}")
    shop.charge("kim", 5_000, reason="found in the drawer")
    shop.charge("lee", 2_500, key="late-1", at=START - timedelta(days=40))
    shop.adjust("kim", -500, reason="counted again", key="count-1")
    shop.adjust("lee", 700, reason="counted again")
    shop.payout("lee", 1_200, reason="asked for it", key="out-1")
    shop.payout("left", reason="moved away")
    shop.set_user("left", state="closed", reason="moved away")
    shop.set_user("blocked", state="blocked", reason="owes a mug")
    shop.set_user("forgotten", forget_name=True, reason="asked for it")
    shop.set_user("kim", name="김민지 (2)")


def _catalogue(shop: Shop) -> None:
    """Products; in the kept shop of 0001 some share a barcode, which can come in no more."""
    for sku, price, stock, category, barcode in (
        ("LATTE", 4_500, 40, "Drinks", "4006381333931"),
        ("WATER", 1_000, 90, "Drinks", "96385074"),
        ("BAGEL", 3_300, 12, "Food", "012345678905"),
        ("BAGEL-2", 3_500, 12, "Food", None),
        ("TWIN-1", 800, 5, None, "8801234567893"),
        ("TWIN-2", 900, 5, None, "lot 7/é"),
        ("QUOTED", 700, 5, None, "'0400638133393"),
        ("FORMULA", 700, 5, None, '="0400638133394"'),
        ("ROUNDED", 700, 5, None, None),
        ("7612345678900", 2_000, 3, None, None),
        ("SCANS-AS-SKU", 2_100, 3, None, "2-100"),
        ("FREE", 0, 100, None, None),
        ("GONE", 9_900, 1, "Old", None),
        ("바나나", 1_200, 30, "과일", None),
    ):
        shop.add_product(
            sku, name=f"The {sku}", price=price, stock=stock, category=category, barcode=barcode
        )
    shop.set_product("LATTE", price=4_800, reason="beans went up")
    shop.set_product("LATTE", name="Caffè latte", low_stock=10)
    shop.set_product("GONE", on_sale=False, reason="nobody wanted it")
    shop.restock("WATER", 24, "delivery")
    shop.adjust_stock("BAGEL", by=-2, reason="dropped")
    shop.adjust_stock("TWIN-1", to=7, reason="counted")


def _coupons(shop: Shop, clock: SettableClock) -> None:
    now = clock()
    shop.add_coupon("WELCOME10", percent=10, cap=2_000, limit=100)
    shop.add_coupon("FIVER", amount=500, limit=3, min_order=3_000, valid_days=30)
    shop.add_coupon("LAST", percent=100, limit=1, use_by=now + timedelta(hours=1))
    shop.add_coupon("SOON", percent=5, limit=10, opens=now + timedelta(days=30))
    shop.add_coupon("OFF", percent=5, limit=10, closes=now + timedelta(days=9))
    for number, user in enumerate(("kim", "lee", "Ångström")):
        shop.claim(user, "WELCOME10", key=f"claim-{number}")
        shop.claim(user, "FIVER")
    shop.claim("kim", "LAST")
    shop.claim("kim", "OFF")
    shop.set_coupon("FIVER", limit=5, reason="more of them")
    shop.set_coupon("OFF", disabled=True, closes=now + timedelta(days=3), reason="a mistake")


def _orders(shop: Shop, clock: SettableClock) -> None:
    first = shop.order("kim", {"LATTE": 2, "BAGEL": 1}, coupon="WELCOME10", key="till1-1")
    clock.advance(minutes=40)
    second = shop.order("lee", [("WATER", 3), ("바나나", 2)], coupon="FIVER")
    shop.order("kim", {"FREE": 1}, key="nothing")
    clock.advance(minutes=40)
    third = shop.order("Ångström", {"TWIN-1": 1, "TWIN-2": 2}, coupon="WELCOME10")
    shop.order("forgotten", {"LATTE": 1})
    shop.cancel(_id(first.order), reason="wrong cup", key="cancel-1")
    clock.advance(days=2)
    shop.cancel(_id(third.order), reason="too late, all the same", force=True)
    shop.set_user("lee", state="blocked")
    shop.set_user("lee", state="active", reason="paid for the mug")
    shop.set_product("WATER", price=1_100)
    shop.order("lee", {"WATER": 1}, key="till1-2")
    shop.book("kim", {"LATTE": 1}, ordered_at=START - timedelta(days=9), unit_prices={"LATTE": 42})
    shop.cancel(_id(second.order), force=True, reason="complained")


def _imports(shop: Shop, folder: Path) -> None:
    for kind, rows, choices in (
        ("users", "user,name\nmina,Mina\nkim,김민지\n", Choices(on_existing="update")),
        (
            "products",
            "sku,name,price,stock\nTEA,Tea,2500,10\nWATER,Water,1100,5\n",
            Choices(on_existing="update", stock="add", batch="B-1"),
        ),
        ("coupons", "code,percent,amount,limit\nIMPORTED,15,,20\n", Choices()),
        ("charges", "key,user,amount,at\nc1,mina,30000,2026-02-01 10:00\nc2,kim,100,\n", Choices()),
        ("claims", "key,user,coupon\nl1,mina,IMPORTED\n", Choices()),
        (
            "orders",
            "key,user,sku,quantity,coupon\no1,mina,TEA,2,IMPORTED\no1,mina,WATER,1,IMPORTED\n",
            Choices(key_prefix="day-"),
        ),
        (
            "orders",
            _PAST_ORDERS,
            Choices(historical=True, events="skip"),
        ),
    ):
        path = folder / f"{kind}.csv"
        path.write_text(rows, "utf-8")
        shop.imports.run(kind, path, choices=choices)


def _deliveries(shop: Shop, clock: SettableClock) -> None:
    with Platform() as platform:
        shop.set_setting("platform.url", platform.url, "the day begins")
        Relay(shop, environment={}).flush()
    shop.set_setting("cancel_within", "48h")
    shop.outbox.prune(clock() - timedelta(days=1))
    for number in range(4):
        shop.order("kim", {"WATER": 1}, key=f"unsent-{number}")
    # Nobody listens any more: an attempt that failed, and a breaker that knows.
    Relay(shop, environment={}).flush()
    waiting = shop.outbox.list(state="pending")
    shop.outbox.discard(waiting[0].id, reason="never mind")
    clock.advance(minutes=5)
    shop.outbox.deliveries.lease("a-relay-that-died", 1)
    shop.set_setting("platform.url", None, "the day is over")


def _books(shop: Shop, clock: SettableClock) -> None:
    """What came with the second edition; the kept shop of 0001 has none of it."""
    shop.cash_in(50_000, reason="change for the day")
    taken = shop.cash_out(2_000, reason="stamps")
    shop.undo(taken.entry, reason="typed twice", key="undo-1")
    shop.undo(shop.charge("mina", 900, method="card").entry, reason="wrong user", key="undo-2")
    shop.transfer("kim", "lee", 300, reason="for the tea", key="gift-1")
    shop.undo(shop.transfer("lee", "mina", 200).entry, reason="too much")
    order = shop.order("kim", {"LATTE": 2, "BAGEL": 1}, key="partly-back")
    shop.refund(order, {"LATTE": 1}, reason="cold", key="refund-1")
    shop.refund(order, {"BAGEL": 1}, reason="never came", lost=True)
    shop.close_books(counted=40_000, key="close-1")
    clock.advance(hours=1)
    shop.order("kim", {"WATER": 1}, key="after-the-close")
    shop.close_books(key="close-2")


def _id(order: str | None) -> str:
    assert order is not None
    return order
