"""Each rule on the path of a file, in a case where no other rule refuses (`tests.guards`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.money import AMOUNT_MAX
from shopcli.engine.imports.importing import ImportSummary
from tests import factories
from tests.batch.files import assert_sound, take, write
from tests.clocks import SettableClock
from tests.conftest import Filling
from tests.factories import REASON
from tests.guards import FROM_FILES, KEY, Case, Change, make_ready
from tests.raw_rows import dump
from tests.requests import Booked, Filed, Request

CASES = [case for case in FROM_FILES if case.code != "total_changed"]
"""A file says nothing of an expected total."""


@pytest.fixture
def filling() -> Filling:
    """`shop`, here, has all that the cases ask for."""
    return make_ready


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_row_is_refused_by_each_rule(
    shop: Shop, shop_url: str, clock: SettableClock, tmp_path: Path, case: Case
) -> None:
    """What one command would be refused, a row is, in a dry run too; mended it is taken."""
    case.spoil(shop, clock)
    before = dump(shop_url)

    for is_dry in (True, False):
        summary = _take(shop, tmp_path, case.request, KEY, dry_run=is_dry)
        assert {rejection["code"] for rejection in summary.rejections} == {case.code}
        assert (summary.created, summary.replayed) == (0, 0)
        assert dump(shop_url) == before

    if case.mend is not None:
        case.mend(shop, clock)
    key = KEY if case.mend is not None or case.instead else "another-key"
    assert _take(shop, tmp_path, case.instead or case.request, key).created == 1
    assert_sound(shop)


def _take(shop: Shop, folder: Path, request: Request, key: str, **options: object) -> ImportSummary:
    assert isinstance(request, Filed)
    path = write(folder / f"{request.kind}.csv", *request.lines(key))
    return take(shop, request.kind, path, historical=isinstance(request, Booked), **options)


USED_UP: dict[str, tuple[str, list[str], Change]] = {
    "out_of_stock": (
        "orders",
        ["key,user,sku,quantity", "a,kim,LATTE,3", "b,lee,LATTE,1"],
        lambda shop, _: shop.adjust_stock("LATTE", to=3, reason=REASON),
    ),
    "insufficient_balance": (
        "orders",
        ["key,user,sku,quantity", "a,kim,LATTE,1", "b,kim,LATTE,1"],
        lambda shop, _: shop.adjust("kim", 8999 - shop.balance("kim").balance, reason=REASON),
    ),
    "coupon_already_used": (
        "orders",
        ["key,user,sku,quantity,coupon", "a,kim,LATTE,1,FIFTH", "b,kim,LATTE,1,FIFTH"],
        lambda _shop, _clock: None,
    ),
    "balance_limit": (
        "charges",
        ["key,user,amount", "a,kim,500", "b,kim,1"],
        lambda shop, _: shop.adjust(
            "kim", AMOUNT_MAX - 500 - shop.balance("kim").balance, reason=REASON
        ),
    ),
    "coupon_already_claimed": (
        "claims",
        ["key,user,coupon", "a,kim,GRAB", "b,kim,GRAB"],
        lambda _shop, _clock: None,
    ),
    "coupon_sold_out": (
        "claims",
        ["key,user,coupon", "a,kim,GRAB", "b,lee,GRAB"],
        lambda shop, _: shop.set_coupon("GRAB", limit=1),
    ),
}


@pytest.mark.parametrize("code", USED_UP)
def test_a_row_sees_what_the_rows_before_it_used_up(
    shop: Shop, clock: SettableClock, tmp_path: Path, code: str
) -> None:
    """Within one transaction too, each row is judged by what those before it have left."""
    kind, lines, spoil = USED_UP[code]
    spoil(shop, clock)
    path = write(tmp_path / f"{kind}.csv", *lines)

    for is_dry in (True, False):
        summary = take(shop, kind, path, dry_run=is_dry)
        assert [(row["line"], row["code"]) for row in summary.rejections] == [(3, code)]
        assert summary.created == 1
    assert_sound(shop)


def test_a_booked_row_sees_what_the_rows_before_it_have_spent(shop: Shop, tmp_path: Path) -> None:
    """Orders of the past are paid from what earlier ones in the file have left."""
    shop.adjust("kim", 8999 - shop.balance("kim").balance, reason=REASON)
    rows = [f"{key},kim,LATTE,1,2026-01-0{day}" for day, key in enumerate("ab", 1)]
    path = write(tmp_path / "orders.csv", "key,user,sku,quantity,ordered_at", *rows)

    for is_dry in (True, False):
        summary = take(shop, "orders", path, historical=True, dry_run=is_dry)
        assert [row["code"] for row in summary.rejections] == ["insufficient_balance"]
        assert summary.created == 1
    assert_sound(shop)


@pytest.mark.parametrize(
    ("terms", "discount"),
    [
        ({"percent": 50, "cap": 1000}, 1000),
        ({"percent": 29}, 2610),
        ({"amount": 2500}, 2500),
        ({"amount": 50_000}, 9000),
    ],
    ids=str,
)
def test_an_imported_order_gets_the_discount_of_a_single_one(
    shop: Shop, tmp_path: Path, terms: dict[str, Any], discount: int
) -> None:
    """Percent, cap and amount hold for rows of a file as for `order`, down to the shares."""
    factories.coupon(shop, "BOTH", **terms)
    for user in ("kim", "lee"):
        shop.claim(user, "BOTH")
    lines = [("LATTE", 1), ("WATER", 2), ("BEANS", 1)]
    shop.set_product("BEANS", price=4500)
    single = shop.order("lee", lines, coupon="BOTH")
    rows = [f"k,kim,{sku},{quantity},BOTH" for sku, quantity in lines]
    path = write(tmp_path / "orders.csv", "key,user,sku,quantity,coupon", *rows)

    assert take(shop, "orders", path).created == 1

    order = shop.receipt(key="k")
    assert (order.discount, order.lines) == (single.discount, single.lines)
    assert order.discount == discount
    assert_sound(shop)
