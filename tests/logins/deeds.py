"""What people and programs do with a shop all day, verb by verb, to be done under some login.

Each can be done again and again; what it needs beforehand is made by the owner of the tables.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

from shopcli import Relay, Shop
from shopcli.engine.imports.plan import Choices
from tests import factories
from tests.factories import REASON, id_of

DEAD_URL = "http://127.0.0.1:9/"
"""Where nobody listens."""


class World:
    """A shop on Postgres that its owner has filled, for a login to work in.

    Args:
        owner: The shop, opened by who owns the tables.
        folder: For files.
        platform_url: Of a platform that takes every event.
    """

    def __init__(self, owner: Shop, folder: Path, platform_url: str) -> None:
        self.owner = owner
        self.folder = folder
        self.platform_url = platform_url
        self._numbers = count(1)
        for user in ("kim", "lee"):
            factories.user(owner, user, balance=50_000_000)
        owner.add_product("LATTE", name="Latte", price=100, stock=100_000, barcode="96385074")
        owner.set_setting("members_charge", "yes")
        owner.set_setting("cancel_within", "48h")
        owner.cash_in(5, reason=REASON)
        owner.close_books(counted=5)
        self.order = id_of(owner.order("kim", {"LATTE": 1}, key="first"))

    def new(self) -> str:
        """A name that nothing has yet."""
        return f"N{next(self._numbers)}"

    def coupon(self) -> str:
        """A new coupon."""
        return factories.coupon(self.owner, self.new()).code

    def product(self) -> str:
        """A new product."""
        return factories.product(self.owner, self.new()).sku

    def user(self) -> str:
        """A new user with a balance."""
        return factories.user(self.owner, self.new(), balance=100).user

    def event(self) -> str:
        """A new event, not sent yet."""
        self.owner.order("kim", {"LATTE": 1})
        return self.owner.outbox.list(limit=1)[0].id

    def file(self, rows: str) -> Path:
        """A file of rows, in which `{}` is a new name."""
        path = self.folder / f"{self.new()}.csv"
        path.write_text(rows.replace("{}", self.new()), encoding="utf-8")
        return path


class Deed(NamedTuple):
    """One verb done in one way."""

    verb: str
    do: Callable[[Shop, World], object]


def dry_run(shop: Shop, _: World) -> None:
    """An order that is only reckoned, which changes nothing."""
    shop.order("kim", {"LATTE": 1}, dry_run=True)


def _order_with_coupon(shop: Shop, world: World) -> None:
    code = world.coupon()
    world.owner.claim("kim", code)
    shop.order("kim", {"LATTE": 2}, coupon=code)


def _cancel_with_coupon(shop: Shop, world: World) -> None:
    code = world.coupon()
    world.owner.claim("kim", code)
    order = world.owner.order("kim", {"LATTE": 2}, coupon=code)
    world.owner.refund(id_of(order), {"LATTE": 1}, reason=REASON)
    shop.cancel(id_of(order))


def _change_product(shop: Shop, world: World) -> None:
    sku = world.product()
    shop.set_product(sku, price=5, name="Other", category="Food", low_stock=3, on_sale=False)
    shop.set_product(sku, barcode=f"code-{sku}")
    shop.set_product(sku, barcode="")


def _change_user(shop: Shop, world: World) -> None:
    user = world.user()
    shop.set_user(user, name="Other")
    shop.set_user(user, state="blocked", reason=REASON)


def _undo(shop: Shop, world: World) -> None:
    shop.undo(world.owner.charge(world.user(), 5).entry, reason=REASON)


def _undo_cash(shop: Shop, world: World) -> None:
    move = world.owner.cash_in(5, reason=REASON)
    shop.undo(move.entry, reason=REASON)


def _refund(shop: Shop, world: World) -> None:
    order = world.owner.order("kim", {"LATTE": 2})
    shop.refund(id_of(order), {"LATTE": 1}, reason=REASON)


def _import(kind: str, rows: str, choices: Choices, shop: Shop, world: World) -> None:
    summary = shop.imports.run(kind, world.file(rows), choices=choices)
    assert summary.rejected == 0


def _export(what: str, shop: Shop, _: World) -> None:
    shop.exports.write(what, io.StringIO(), "csv")


def _set_setting(shop: Shop, _: World) -> None:
    shop.set_setting("low_stock", "9")
    shop.set_setting("low_stock", None)


def _replay(shop: Shop, world: World) -> None:
    world.event()
    Relay(world.owner, environment={"SHOP_PLATFORM_URL": world.platform_url}).flush()
    assert shop.outbox.replay(None) > 0


def _closing(shop: Shop, world: World) -> None:
    shop.verify_closing(1, str(world.owner.closing(1).digest))


READING = (
    Deed("users", lambda shop, _: shop.users()),
    Deed("users", lambda shop, _: shop.users(query="k", idle=1)),
    Deed("user", lambda shop, _: shop.user("kim")),
    Deed("balance", lambda shop, _: shop.balance("kim")),
    Deed("history", lambda shop, _: shop.history("kim")),
    Deed("statement", lambda shop, _: shop.statement("kim")),
    Deed("cash_moves", lambda shop, _: shop.cash_moves()),
    Deed("closings", lambda shop, _: shop.closings()),
    Deed("closing", lambda shop, _: shop.closing(1)),
    Deed("verify_closing", _closing),
    Deed("products", lambda shop, _: shop.products()),
    Deed("product", lambda shop, _: shop.product("LATTE")),
    Deed("product_history", lambda shop, _: shop.product_history("LATTE")),
    Deed("browsing.products", lambda shop, _: shop.browsing.products("latte")),
    Deed("browsing.named", lambda shop, _: shop.browsing.named(["LATTE"])),
    Deed("read_lines", lambda shop, _: shop.read_lines(["LATTE:2", "96385074"])),
    Deed("browsing.scanned", lambda shop, _: shop.browsing.scanned("96385074")),
    Deed("browsing.categories", lambda shop, _: shop.browsing.categories()),
    Deed("browsing.trend", lambda shop, _: shop.browsing.trend(["LATTE"], 3)),
    Deed("browsing.revision", lambda shop, _: shop.browsing.revision()),
    Deed("browsing.low_stock", lambda shop, _: shop.browsing.low_stock()),
    Deed("browsing.low_stock_mark", lambda shop, _: shop.browsing.low_stock_mark()),
    Deed("browsing.charge_terms", lambda shop, _: shop.browsing.charge_terms()),
    Deed("browsing.called", lambda shop, _: shop.browsing.called("Kim")),
    Deed("browsing.charged", lambda shop, _: shop.browsing.charged("any")),
    Deed(
        "browsing.cancel_within_microseconds",
        lambda shop, _: shop.browsing.cancel_within_microseconds(),
    ),
    Deed("browsing.goes_to_stock", lambda shop, world: shop.browsing.goes_to_stock(world.order)),
    Deed("browsing.journal", lambda shop, _: shop.browsing.journal("kim")),
    Deed(
        "browsing.bindings",
        lambda shop, _: shop.browsing.bindings("kim", shop.history("kim")),
    ),
    Deed("browsing.sold_by", lambda shop, world: shop.browsing.sold_by([world.order])),
    Deed(
        "browsing.booked_by",
        lambda shop, _: shop.browsing.booked_by("kim", shop.history("kim")),
    ),
    Deed("browsing.usual", lambda shop, _: shop.browsing.usual("kim")),
    Deed(
        "browsing.is_recorded_before",
        lambda shop, _: shop.browsing.is_recorded_before("kim", shop.now()),
    ),
    Deed("top", lambda shop, _: shop.top()),
    Deed("report_sales", lambda shop, _: shop.report_sales()),
    Deed("report_money", lambda shop, _: shop.report_money()),
    Deed("report_stock", lambda shop, _: shop.report_stock()),
    Deed("coupon_list", lambda shop, _: shop.coupon_list()),
    Deed("coupon", lambda shop, world: shop.coupon(world.coupon())),
    Deed("coupons", lambda shop, _: shop.coupons("kim")),
    Deed("orders", lambda shop, _: shop.orders("kim")),
    Deed("orders", lambda shop, _: shop.orders(sku="LATTE", state="refunded")),
    Deed("receipt", lambda shop, world: shop.receipt(world.order)),
    Deed("receipt", lambda shop, world: shop.receipt(world.order[-8:])),
    Deed("receipt", lambda shop, _: shop.receipt(key="first")),
    Deed("changes", lambda shop, _: shop.changes()),
    Deed("settings", lambda shop, _: shop.settings()),
    Deed("setting_sources", lambda shop, _: shop.setting_sources()),
    Deed("verify", lambda shop, _: shop.verify()),
    *(
        Deed("exports.write", partial(_export, what))
        for what in (
            "products",
            "users",
            "coupons",
            "claims",
            "balances",
            "history",
            "orders",
            "sales",
        )
    ),
    Deed(
        "exports.save",
        lambda shop, world: shop.exports.save("users", world.folder / f"{world.new()}.csv"),
    ),
    Deed("maintenance.facts", lambda shop, _: shop.maintenance.facts()),
    Deed("maintenance.copy_id", lambda shop, _: shop.maintenance.copy_id()),
    Deed(
        "maintenance.clock_difference_seconds",
        lambda shop, _: shop.maintenance.clock_difference_seconds(),
    ),
    Deed("maintenance.shared_codes", lambda shop, _: shop.maintenance.shared_codes()),
    Deed("maintenance.retired_to", lambda shop, _: shop.maintenance.retired_to()),
    Deed("maintenance.unretire", lambda shop, _: shop.maintenance.unretire()),
    Deed("maintenance.grants", lambda shop, _: shop.maintenance.grants("till", "kiosk")),
    Deed("maintenance.granted", lambda shop, _: shop.maintenance.granted()),
    Deed("maintenance.login", lambda shop, _: shop.maintenance.login()),
    Deed(
        "maintenance.back_up",
        lambda shop, world: shop.maintenance.back_up(str(world.folder / f"{world.new()}.db")),
    ),
    Deed(
        "maintenance.copy",
        lambda shop, world: shop.maintenance.copy(str(world.folder / f"{world.new()}.db")),
    ),
    Deed("outbox.status", lambda shop, _: shop.outbox.status()),
    Deed("outbox.list", lambda shop, _: shop.outbox.list()),
    Deed("outbox.show", lambda shop, world: shop.outbox.show(world.event())),
    Deed("outbox.retryable", lambda shop, _: shop.outbox.retryable()),
    Deed("outbox.replayable", lambda shop, _: shop.outbox.replayable(None)),
)
"""Verbs that change nothing."""

CHANGING = (
    Deed("charge", lambda shop, _: shop.charge("kim", 5)),
    Deed("transfer", lambda shop, _: shop.transfer("kim", "lee", 5)),
    Deed("claim", lambda shop, world: shop.claim("kim", world.coupon())),
    Deed("order", lambda shop, _: shop.order("kim", {"LATTE": 1})),
    Deed("order", dry_run),
    Deed("order", _order_with_coupon),
    Deed("cancel", _cancel_with_coupon),
    Deed("payout", lambda shop, _: shop.payout("kim", 5, reason=REASON)),
    Deed("adjust", lambda shop, _: shop.adjust("kim", 5, reason=REASON)),
    Deed("undo", _undo),
    Deed("undo", _undo_cash),
    Deed("cash_in", lambda shop, _: shop.cash_in(5, reason=REASON)),
    Deed("cash_out", lambda shop, _: shop.cash_out(5, reason=REASON)),
    Deed("close_books", lambda shop, _: shop.close_books(counted=0)),
    Deed("add_product", lambda shop, world: shop.add_product(world.new(), name="Tea", price=5)),
    Deed("set_product", _change_product),
    Deed("restock", lambda shop, _: shop.restock("LATTE", 5)),
    Deed("adjust_stock", lambda shop, _: shop.adjust_stock("LATTE", by=-1, reason=REASON)),
    Deed("add_coupon", lambda shop, world: shop.add_coupon(world.new(), percent=5, limit=1)),
    Deed("set_coupon", lambda shop, world: shop.set_coupon(world.coupon(), disabled=True)),
    Deed("refund", _refund),
    Deed(
        "book",
        lambda shop, _: shop.book("kim", {"LATTE": 1}, ordered_at=shop.now() - timedelta(days=9)),
    ),
    Deed("add_user", lambda shop, world: shop.add_user(world.new())),
    Deed("set_user", _change_user),
    Deed("set_setting", _set_setting),
    *(
        Deed("imports.run", partial(_import, kind, rows, choices))
        for kind, rows, choices in (
            ("users", "user,name\n{},Mina\nkim,Kim\n", Choices(on_existing="update")),
            (
                "products",
                "sku,name,price,stock\n{},Tea,2500,10\nLATTE,Latte,100,5\n",
                Choices(on_existing="update", stock="add"),
            ),
            ("coupons", "code,percent,amount,limit\n{},15,,20\n", Choices()),
            ("charges", "key,user,amount\n{},kim,30000\n", Choices()),
            ("orders", "key,user,sku,quantity\n{},kim,LATTE,2\n", Choices()),
            (
                "orders",
                "key,user,sku,quantity,ordered_at\n{},kim,LATTE,2,2026-01-05\n",
                Choices(historical=True),
            ),
        )
    ),
    Deed(
        "imports.run",
        lambda shop, world: _import(
            "claims", f"key,user,coupon\n{{}},kim,{world.coupon()}\n", Choices(), shop, world
        ),
    ),
    Deed("outbox.retry", lambda shop, world: shop.outbox.retry(world.event())),
    Deed("outbox.discard", lambda shop, world: shop.outbox.discard(world.event(), reason=REASON)),
    Deed("outbox.replay", _replay),
    Deed("outbox.hold", lambda shop, _: shop.outbox.hold(reason=REASON)),
    Deed("outbox.resume", lambda shop, _: shop.outbox.resume()),
    Deed("outbox.prune", lambda shop, _: shop.outbox.prune(shop.now())),
)
"""Verbs that change something."""


def _deliver(shop: Shop, world: World) -> None:
    """Send to a platform that takes everything, then to one that is gone."""
    world.event()
    relay = Relay(shop, environment={"SHOP_PLATFORM_URL": world.platform_url})
    assert relay.flush().sent > 0
    relay.status()
    world.event()
    gone = Relay(shop, environment={"SHOP_PLATFORM_URL": DEAD_URL})
    gone.flush()
    gone.endpoint_failure()
    nowhere = Relay(shop, environment={})
    nowhere.is_awaited(nowhere.status())


def _probe(shop: Shop, _: World) -> None:
    """What a relay does about an endpoint that was down for long."""
    later = shop.runtime.now() + 10**12
    assert shop.outbox.deliveries.take_probe(DEAD_URL, later)


def _lead(shop: Shop, world: World) -> None:
    """The life of a relay that stays, with leases that are given back and lost."""
    deliveries = shop.outbox.deliveries
    deliveries.lead("r1")
    deliveries.beat("r1")
    deliveries.live_relays()
    world.event()
    owner = deliveries.new_owner()
    deliveries.release(owner, deliveries.lease(owner, 1))
    deliveries.lease(owner, 1)
    deliveries.release_unknown(owner, ())
    deliveries.lease("a-relay-that-died", 1, lease_seconds=-1)
    assert deliveries.free_expired()
    deliveries.correct_statistics()
    deliveries.wake()
    deliveries.sign_off("r1")


DELIVERING = (
    Deed("outbox.deliveries", _deliver),
    Deed("outbox.deliveries", _probe),
    Deed("outbox.deliveries", _lead),
)
"""What a relay does."""
