"""A small shop with something in it, and storefronts of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from shopcli import Relay
from shopcli.domain.deliveries.retry_schedule import Policy
from shopcli.domain.errors import Busy, OutcomeUnknown
from shopcli.domain.ids import Ids
from shopcli.relay.platform import Misbehaviour, Platform
from tests.clocks import SettableClock
from tests.tui.stage import Held, counting_bytes

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.domain.records import BalanceChange
    from shopcli.tui.visit import Deposit


@pytest.fixture
def dialect() -> str:
    """SQLite, unless a test asks for both: what differs is the engine's, and tested there."""
    return "sqlite"


@pytest.fixture
def shop(shop_url: str, clock: SettableClock) -> Iterator[Shop]:
    """An open shop whose ids count up, so that two runs show the same."""
    from shopcli import Shop

    with Shop.open(shop_url, clock=clock, channel="tui") as opened:
        counting = replace(opened.runtime, ids=Ids(clock, counting_bytes()))
        yield Shop(counting)


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """A shop with eight products, three users, three coupons and some sales."""
    for sku, name, price, stock, category, barcode, low in (
        ("AMERICANO", "아메리카노", 3500, 30, "coffee", None, 5),
        ("BAGEL", "Bagel, sesame", 3300, 4, "lunch", None, 4),
        ("COLDBREW", "콜드브루 500 ml", 5000, 16, "coffee", "8801234560016", 4),
        ("LATTE", "Latte", 4500, 20, "coffee", None, 5),
        ("MATCHA", "抹茶ラテ", 5200, 15, "tea", None, 4),
        ("MUG", "Mug [large]", 12000, 9, "merchandise", None, 2),
        ("PARTY", "Party 🎉 box", 25000, 3, "merchandise", None, None),
        ("TEA", "شاي بالنعناع", 3200, 0, "tea", None, 4),
    ):
        shop.add_product(
            sku,
            name=name,
            price=price,
            stock=stock,
            category=category,
            barcode=barcode,
            low_stock=low,
        )
    people: tuple[tuple[str, str | None, int], ...] = (
        ("kim", "김민지", 50_000),
        ("sato", "佐藤 葵", 30_000),
        ("jo", None, 1_000),
    )
    for user, full_name, amount in people:
        shop.add_user(user, name=full_name)
        shop.charge(user, amount, key=f"first-{user}")
    shop.add_coupon("WELCOME10", percent=10, limit=100)
    shop.add_coupon("TEAM2000", amount=2000, limit=20, min_order=15_000)
    shop.add_coupon("FIRST3", percent=50, cap=5000, limit=3, valid_days=7)
    shop.order("sato", {"LATTE": 3, "AMERICANO": 1}, key="sold-1")
    return shop


@pytest.fixture
def held() -> Held:
    """Answers that come once they are released."""
    return Held()


@pytest.fixture
def keys_of_charges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the charges that the till sends, of which the first is lost on the way."""
    from shopcli.tui.till.charging import send

    keys: list[str] = []

    def lost() -> BalanceChange:
        raise OutcomeUnknown("The database was lost.", details={"key": "k"})

    def lossy(shop: Shop, deposit: Deposit) -> BalanceChange:
        keys.append(deposit.operation.key)
        return deposit.operation.carry_out(lost) if len(keys) == 1 else send(shop, deposit)

    monkeypatch.setattr("shopcli.tui.screens.till_charges.send", lossy)
    return keys


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> list[Busy]:
    """Why the till learns nothing of charges whose answer was lost, until this is emptied."""
    from shopcli.tui.till.sent_charges import Looked, look

    why = [Busy("Other processes kept the database busy.")]

    def looking(shop: Shop, deposit: Deposit) -> Looked:
        if why:
            raise why[0]
        return look(shop, deposit)

    monkeypatch.setattr("shopcli.tui.screens.till_bill.look", looking)
    return why


def give_up(shop: Shop) -> None:
    """Let every event that is due fail for the last time."""
    with Platform(misbehaviour=Misbehaviour(status=400)) as platform:
        address = {"SHOP_PLATFORM_URL": platform.url}
        Relay(shop, environment=address, policy=Policy(delays_seconds=())).flush()
