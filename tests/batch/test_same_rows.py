"""The same shop made by every way in holds the same rows, column by column, on both databases."""

from __future__ import annotations

import hashlib
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from shopcli import Shop
from shopcli.domain.deliveries.values import Sending
from shopcli.storage.schema.tables import metadata
from shopcli.tui.payment import Intent, pay
from tests.batch.files import assert_sound, take, write
from tests.clocks import SettableClock
from tests.raw_rows import RawDatabase, raw_database

Step = Callable[[Shop], object]

OPENS = datetime(2026, 3, 1, tzinfo=UTC)
CLOSES = datetime(2031, 3, 1, tzinfo=UTC)
LEFT_OUT = {"platform_endpoint", "relays"}
"""Tables of what is so at the moment; nothing of the story goes there."""

LONG_AGO = datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)


class Sale(NamedTuple):
    """Something bought, by whatever way things are bought."""

    user: str
    lines: dict[str, int]
    coupon: str | None
    key: str


class Stage(NamedTuple):
    """A part of the story: as verbs, and as the file that says the same.

    Where no file can say it, the verbs do.
    """

    verbs: tuple[Step | Sale, ...]
    kind: str = ""
    lines: tuple[str, ...] = ()
    options: Mapping[str, Any] = {}


STORY = (
    Stage(
        (
            lambda shop: shop.add_user("kim", name="김민지"),
            lambda shop: shop.add_user("sato"),
            lambda shop: shop.add_user("jo", name='J\\o "quoted"'),
        ),
        "users",
        ("user,name", "kim,김민지", "sato,", 'jo,"J\\o ""quoted"""'),
    ),
    Stage(
        (
            lambda shop: shop.add_product(
                "LATTE", name="Latte", price=4500, stock=20, category="coffee", low_stock=5
            ),
            lambda shop: shop.add_product("BAGEL", name="Bagel, 참깨", price=3300, stock=9),
            lambda shop: shop.add_product("MUG", name="Mug", price=0, barcode="4006381333931"),
        ),
        "products",
        (
            "sku,name,price,stock,category,barcode,low_stock",
            "LATTE,Latte,4500,20,coffee,,5",
            'BAGEL,"Bagel, 참깨",3300,9,,,',
            "MUG,Mug,0,0,,4006381333931,",
        ),
    ),
    Stage(
        (
            lambda shop: shop.add_coupon("TEN", percent=10, cap=500, limit=5),
            lambda shop: shop.add_coupon(
                "FIVE",
                amount=500,
                limit=2,
                min_order=900,
                opens=OPENS,
                closes=CLOSES,
                use_by=CLOSES,
                valid_days=30,
            ),
        ),
        "coupons",
        (
            "code,percent,amount,limit,cap,min_order,opens,closes,use_by,valid_days",
            "TEN,10,,5,500,,,,,",
            f"FIVE,,500,2,,900,{OPENS:%FT%TZ},{CLOSES:%FT%TZ},{CLOSES:%FT%TZ},30",
        ),
    ),
    Stage(
        (
            lambda shop: shop.set_user("sato", name="佐藤"),
            lambda shop: shop.set_user("jo", forget_name=True),
        ),
        "users",
        ("user,name", "sato,佐藤", "jo,\\N", "kim,"),
        {"on_existing": "update"},
    ),
    Stage(
        (
            lambda shop: shop.set_product(
                "MUG", name="Mug, large", price=900, category="things", low_stock=1, on_sale=False
            ),
            lambda shop: shop.set_product("BAGEL", barcode="12345670"),
        ),
        "products",
        (
            "sku,name,price,category,barcode,low_stock,on_sale",
            'MUG,"Mug, large",900,things,,1,false',
            "BAGEL,,,,12345670,,",
            "LATTE,,,,,,",
        ),
        {"on_existing": "update"},
    ),
    Stage(
        (
            lambda shop: shop.set_coupon("FIVE", limit=3),
            lambda shop: shop.set_coupon("TEN", closes=CLOSES),
        ),
        "coupons",
        ("code,limit,closes", "FIVE,3,", f"TEN,,{CLOSES:%FT%TZ}"),
        {"on_existing": "update"},
    ),
    Stage(
        (
            lambda shop: shop.charge("kim", 90_000, key="c1"),
            lambda shop: shop.charge("sato", 80_000, key="c2"),
            lambda shop: shop.charge("kim", 1, key="c3", at=LONG_AGO),
        ),
        "charges",
        (
            "key,user,amount,at",
            "c1,kim,90000,",
            "c2,sato,80000,",
            f"c3,kim,1,{LONG_AGO.isoformat()}",
        ),
    ),
    Stage(
        (
            lambda shop: shop.claim("kim", "TEN", key="l1"),
            lambda shop: shop.claim("sato", "TEN", key="l2"),
            lambda shop: shop.claim("kim", "FIVE", key="l3"),
        ),
        "claims",
        ("key,user,coupon", "l1,kim,TEN", "l2,sato,TEN", "l3,kim,FIVE"),
    ),
    Stage(
        (
            Sale("kim", {"LATTE": 1}, None, "o1"),
            Sale("sato", {"LATTE": 2, "BAGEL": 1}, "TEN", "o2"),
            # A shop that stays open knows buyer, products and coupon by now.
            Sale("kim", {"BAGEL": 3, "LATTE": 2}, "TEN", "o3"),
            Sale("sato", {"LATTE": 1}, None, "o4"),
            Sale("kim", {"LATTE": 1}, "FIVE", "o5"),
        ),
        "orders",
        (
            "key,user,sku,quantity,coupon",
            "o1,kim,LATTE,1,",
            "o2,sato,LATTE,2,TEN",
            "o2,sato,BAGEL,1,TEN",
            "o3,kim,BAGEL,3,TEN",
            "o3,kim,LATTE,2,TEN",
            "o4,sato,LATTE,1,",
            "o5,kim,LATTE,1,FIVE",
        ),
    ),
    Stage(
        (
            lambda shop: shop.book(
                "kim",
                {"MUG": 2, "LATTE": 1},
                ordered_at=LONG_AGO,
                unit_prices={"MUG": 700},
                discount=77,
                key="h1",
            ),
            lambda shop: shop.book("sato", {"BAGEL": 1}, ordered_at=LONG_AGO, key="h2"),
        ),
        "orders",
        (
            "key,ordered_at,user,sku,quantity,unit_price,discount",
            f"h1,{LONG_AGO.isoformat()},kim,MUG,2,700,77",
            f"h1,{LONG_AGO.isoformat()},kim,LATTE,1,,77",
            f"h2,{LONG_AGO.isoformat()},sato,BAGEL,1,,",
        ),
        {"historical": True},
    ),
    Stage(
        (
            lambda shop: shop.refund(_id_of(shop, "o3"), {"BAGEL": 2}, reason="old", key="g1"),
            lambda shop: shop.refund(
                _id_of(shop, "h2"), {"BAGEL": 1}, reason="old", lost=True, force=True, key="g2"
            ),
            lambda shop: shop.cancel(_id_of(shop, "o3"), reason="wrong", key="x1"),
            lambda shop: shop.cancel(_id_of(shop, "h1"), force=True, reason="old", key="x2"),
            lambda shop: shop.payout("sato", 1000, reason="left", key="p1"),
            lambda shop: shop.adjust("kim", by=-1, reason="miscounted", key="a1"),
            lambda shop: shop.transfer("kim", "sato", 70, reason="lent", key="t1"),
            lambda shop: shop.undo(_charge_of(shop, "kim"), reason="typed twice", key="u1"),
            lambda shop: shop.cash_in(900, reason="change", key="i1"),
            lambda shop: shop.undo("cash:1", reason="was the bank's", key="u2"),
            lambda shop: shop.close_books(counted=5, key="z1"),
            lambda shop: shop.restock("BAGEL", 4, reason="came in"),
            lambda shop: shop.set_setting("platform.url", "https://platform.example/in"),
            lambda shop: _deliver(shop, _id_of(shop, "o1")),
            lambda shop: shop.outbox.discard(_event_of(shop, "o2"), reason="a test"),
        ),
    ),
)


def _charge_of(shop: Shop, user: str) -> str:
    """The smallest charge."""
    entries = [entry for entry in shop.history(user) if entry.kind == "charge"]
    return min(entries, key=lambda entry: entry.amount).id


def _id_of(shop: Shop, key: str) -> str:
    return str(shop.receipt(key=key).order)


def _event_of(shop: Shop, key: str) -> str:
    return shop.outbox.list(order=_id_of(shop, key))[0].id


def _deliver(shop: Shop, order: str) -> None:
    """What a relay books once the platform has taken an event."""
    deliveries = shop.outbox.deliveries
    events = deliveries.lease("relay-0", 1, order_id=order)
    sending = Sending(events, deliveries.now(), 1500, 204, "No Content", None)
    assert deliveries.settle("relay-0", [sending], "https://platform.example/in").delivered == 1


class Way(ABC):
    """A way into a shop.

    Args:
        url: The address of a shop with nothing in it.
        clock: What it lives by.
        folder: Where it may write files.
    """

    def __init__(self, url: str, clock: SettableClock, folder: Path) -> None:
        self.url = url
        self.clock = clock
        self.folder = folder

    @abstractmethod
    def go(self, stage: Stage) -> None:
        """Make what a part of the story tells."""

    def buy(self, shop: Shop, sale: Sale) -> None:
        """Buy."""
        shop.order(sale.user, sale.lines, coupon=sale.coupon, key=sale.key)

    def take(self, shop: Shop, step: Step | Sale) -> None:
        """Make one step."""
        if isinstance(step, Sale):
            self.buy(shop, step)
        else:
            step(shop)


class Commands(Way):
    """As at a prompt: each verb in a shop opened anew."""

    def go(self, stage: Stage) -> None:
        """Make what a part of the story tells."""
        for step in stage.verbs:
            with Shop.open(self.url, clock=self.clock) as shop:
                self.take(shop, step)


class Files(Commands):
    """What can be imported is."""

    def go(self, stage: Stage) -> None:
        """Make what a part of the story tells."""
        if not stage.kind:
            super().go(stage)
            return
        path = write(self.folder / "rows.csv", *stage.lines)
        with Shop.open(self.url, clock=self.clock) as shop:
            assert take(shop, stage.kind, path, **stage.options).rejected == 0


class Till(Way):
    """A shop that stays open, and remembers what it sold with."""

    channel = "api"

    def __init__(self, url: str, clock: SettableClock, folder: Path) -> None:
        super().__init__(url, clock, folder)
        self.shop = Shop.open(url, clock=clock, channel=self.channel)

    def go(self, stage: Stage) -> None:
        """Make what a part of the story tells."""
        for step in stage.verbs:
            self.take(self.shop, step)


class Storefront(Till):
    """It shows what an order would be, and pays for exactly that."""

    channel = "tui"

    def buy(self, shop: Shop, sale: Sale) -> None:
        """Buy as the checkout does."""
        lines = tuple(sale.lines.items())
        shown = shop.order(sale.user, lines, coupon=sale.coupon, dry_run=True)
        pay(shop, Intent(sale.key, sale.user, lines, sale.coupon), shown)


def _made(way: type[Way], url: str, folder: Path) -> list[str]:
    """Make the whole shop by one way, and answer with its rows as text."""
    folder.mkdir()
    clock = SettableClock()
    opened = way(url, clock, folder)
    for stage in STORY:
        opened.go(stage)
        clock.advance(timedelta(hours=1))
    if isinstance(opened, Till):
        opened.shop.close()
    with Shop.open(url, clock=clock) as shop:
        assert_sound(shop)
    rows = _rows(url)
    told = {row.partition(" ")[0] for row in rows}
    assert told == {table.name for table in metadata.sorted_tables} - LEFT_OUT
    return rows


def _rows(url: str) -> list[str]:
    """Every row of every table but what differs by chance: ids are said by what they are of."""
    with raw_database(url) as database:
        names = _names(database)
        found = []
        for table in metadata.sorted_tables:
            columns = [column.name for column in table.columns]
            told = f"SELECT {', '.join(columns)} FROM {table.name}"  # noqa: S608 - our own names
            for row in database.run(told):
                values = dict(zip(columns, row, strict=True))
                if "body_sha256" in values:
                    body = bytes(values["body"])
                    assert values["body_sha256"] == hashlib.sha256(body).hexdigest()
                    values["body"], values["body_sha256"] = body.decode(), "of the body"
                unlike = {"change_id", "channel"}
                if table.name in {"cancellations", "refunds"}:
                    unlike.add("fingerprint")  # of the order's id
                if table.name == "closes":
                    unlike.add("digest")  # of orders' ids and channels
                values = {name: values[name] for name in columns if name not in unlike}
                text = f"{table.name} {values}"
                for made, name in names.items():
                    text = text.replace(made, name)
                found.append(text)
    return sorted(found)


def _names(database: RawDatabase) -> dict[str, str]:
    """Ids, and what to call them instead."""
    named = {
        "SELECT shop_id, 'the shop' FROM shop": "",
        "SELECT user_id, username FROM users": "user ",
        "SELECT order_id, key FROM orders": "order ",
        "SELECT e.event_id, o.key || ' ' || e.sequence FROM outbox e JOIN orders o"
        " ON o.order_id = e.order_id": "event ",
    }
    return {
        made: f"<{kind}{name}>"
        for statement, kind in named.items()
        for made, name in database.run(statement)
    }


ON_POSTGRES = pytest.mark.postgres


@pytest.mark.parametrize(
    ("dialect", "way"),
    [
        ("sqlite", Files),
        ("sqlite", Till),
        ("sqlite", Storefront),
        pytest.param("postgres", Commands, marks=ON_POSTGRES),
        pytest.param("postgres", Files, marks=ON_POSTGRES),
        pytest.param("postgres", Till, marks=ON_POSTGRES),
        pytest.param("postgres", Storefront, marks=ON_POSTGRES),
    ],
    indirect=["dialect"],
)
def test_every_way_in_writes_the_same_rows(
    shop_url: str, way: type[Way], sqlite_template: Path, tmp_path: Path
) -> None:
    """Whatever a shop is filled by, its rows are those of commands on SQLite, in every column."""
    model = tmp_path / "model"
    shutil.copytree(sqlite_template.parent, model)
    expected = _made(Commands, f"sqlite:///{(model / 'shop.db').as_posix()}", tmp_path / "a")
    assert _made(way, shop_url, tmp_path / "b") == expected
