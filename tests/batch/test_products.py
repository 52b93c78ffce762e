"""What exists: error, skip, update; stock bound to its batch; dry runs; history."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.domain.batch.grammar import KINDS
from shopcli.domain.errors import InvalidInput
from tests.batch.files import assert_sound, counts, run, state, stock_up, take, write


def test_what_exists_and_differs(shop: Shop, tmp_path: Path) -> None:
    """By default it is rejected, `skip` leaves it, `update` changes what is given or cleared."""
    shop.add_product("A", name="Old", price=5, category="tea", barcode="1", low_stock=3)
    path = write(
        tmp_path / "p.csv",
        "sku,name,price,category,barcode,low_stock,on_sale",
        "A,New,,\\N,,\\N,false",
        "B,B,7,,,,",
    )
    refused = take(shop, "products", path, dry_run=True, on_existing="skip")
    assert counts(refused) == (2, 1, 0, 1, 0, 0)
    updated = take(shop, "products", path, on_existing="update")
    assert counts(updated) == (2, 1, 1, 0, 0, 0)
    product = shop.product("A")
    assert (product.name, product.price, product.category) == ("New", 5, None)
    assert (product.barcode, product.low_stock, product.on_sale) == ("1", None, False)
    assert [found.sku for found in shop.products("new")] == ["A"]
    (change,) = shop.changes("product", "A")
    assert change.channel == "import"
    assert counts(take(shop, "products", path, on_existing="update")) == (2, 0, 0, 2, 0, 0)
    other = write(tmp_path / "q.csv", "sku,name,price", "A,Newer,5", "B,B,7")
    rejected = take(shop, "products", other)
    assert counts(rejected) == (2, 0, 0, 1, 0, 1)
    assert rejected.rejections[0]["code"] == "product_exists"


def test_stock_of_a_delivery_is_added_once(shop: Shop, tmp_path: Path) -> None:
    """The same file again changes nothing, also after sales; another batch adds again."""
    stock_up(shop)
    path = write(tmp_path / "d.csv", "sku,stock", "LATTE,5", "MUG,0", "NEW,9")
    first = take(shop, "products", path, stock="add")
    assert counts(first) == (3, 0, 1, 1, 0, 1)
    shop.order("kim", {"LATTE": 4, "MUG": 1})
    before = state(shop)
    assert counts(take(shop, "products", path, stock="add")) == (3, 0, 0, 0, 2, 1)
    assert state(shop) == before
    again = take(shop, "products", path, stock="add", batch="second")
    assert counts(again) == (3, 0, 1, 1, 0, 1)
    assert shop.product("LATTE").stock == 20 + 5 - 4 + 5
    assert_sound(shop)


def test_counted_stock_is_set_once(shop: Shop, tmp_path: Path) -> None:
    """`set` moves to what was counted; run again later it does not move back."""
    stock_up(shop)
    path = write(
        tmp_path / "count.csv", "sku,name,price,stock", "LATTE,,,18", "MUG,,,1", "TEA,Tea,100,0"
    )
    assert counts(take(shop, "products", path, stock="set")) == (3, 1, 1, 1, 0, 0)
    shop.restock("TEA", 3)
    shop.order("kim", {"LATTE": 1, "MUG": 1})
    before = state(shop)
    assert counts(take(shop, "products", path, stock="set")) == (3, 0, 0, 0, 3, 0)
    assert state(shop) == before
    assert_sound(shop)


def test_a_dry_run_shows_each_field(shop: Shop, tmp_path: Path) -> None:
    """New, changed field by field, and same; nothing is written, not even rejects."""
    stock_up(shop)
    path = write(
        tmp_path / "p.csv",
        "sku,name,price,stock",
        "LATTE,Latte grande,5000,3",
        "MUG,Mug,12000,",
        "TEA,Tea,100,5",
    )
    before = state(shop)
    summary = take(shop, "products", path, dry_run=True, on_existing="update", stock="add")
    assert counts(summary) == (3, 1, 1, 1, 0, 0)
    by_sku = {difference["sku"]: difference for difference in summary.differences}
    assert by_sku["TEA"]["change"] == "new"
    assert by_sku["MUG"]["change"] == "same"
    assert by_sku["LATTE"]["fields"] == {
        "name": ["Latte", "Latte grande"],
        "price": [4500, 5000],
        "stock": [20, 23],
    }
    refused = take(shop, "products", path, dry_run=True)
    assert (refused.rejected, refused.rejects_file) == (1, None)
    assert state(shop) == before
    assert [file.name for file in tmp_path.iterdir() if "rejects" in file.name] == []


@pytest.mark.parametrize("on_existing", ["error", "skip", "update"])
@pytest.mark.parametrize("dry_run", [True, False], ids=["dry", "real"])
def test_a_stock_that_is_left_alone_is_counted(
    shop: Shop, tmp_path: Path, on_existing: str, *, dry_run: bool
) -> None:
    """Without `stock` that of existing products stays, and rows that have another are told."""
    stock_up(shop)
    path = write(
        tmp_path / "p.csv",
        "sku,name,price,stock",
        "LATTE,Latte,4500,20",
        "MUG,Mug,12000,0",
        'BAGEL,"Bagel, sesame",3300,',
        "TEA,Tea,100,5",
    )
    before = list(shop.products())
    summary = take(shop, "products", path, on_existing=on_existing, dry_run=dry_run)
    assert counts(summary) == (4, 1, 0, 3, 0, 0)
    assert (summary.stock_left, summary.first_stock_left_line) == (1, 3)
    if dry_run:
        left = {one["sku"]: one["left_alone"] for one in summary.differences}
        assert left == {"LATTE": {}, "MUG": {"stock": [1, 0]}, "BAGEL": {}, "TEA": {}}
    assert [one for one in shop.products() if one.sku != "TEA"] == before
    moved = take(shop, "products", path, stock="set", dry_run=True)
    assert (moved.stock_left, moved.first_stock_left_line) == (0, None)
    assert_sound(shop)


def test_a_person_is_told_of_stock_left_alone(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """The option is named, beside a success."""
    stock_up(shop)
    path = write(tmp_path / "p.csv", "sku,stock", "LATTE,7")
    words = ("import", "products", str(path), "--on-existing", "update")
    told = run(*words, url=shop_url, cwd=tmp_path)
    assert told.returncode == 0
    assert b"line 2" in told.stderr
    assert b"--stock" in told.stderr
    assert run(*words, "--quiet", url=shop_url, cwd=tmp_path).stderr == b""


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_without_a_change_of_stock_is_refused(
    shop: Shop, tmp_path: Path, kind: str
) -> None:
    """It would bind nothing."""
    with pytest.raises(InvalidInput) as refused:
        take(shop, kind, tmp_path / "never-read.csv", batch="monday")
    assert refused.value.details["field"] == "batch"


def test_users_and_coupons_that_exist(shop: Shop, tmp_path: Path) -> None:
    """Names are changed or forgotten on request; of a coupon only limit and closing time change."""
    shop.add_user("kim", name="Kim")
    users = write(tmp_path / "u.csv", "user,name", "kim,\\N", "sato,Sato", "noor,")
    assert counts(take(shop, "users", users)) == (3, 2, 0, 0, 0, 1)
    assert counts(take(shop, "users", users, on_existing="update")) == (3, 0, 1, 2, 0, 0)
    assert shop.user("kim").name is None
    shop.add_coupon("A", percent=10, limit=2)
    shop.claim("kim", "A")
    shop.claim("sato", "A")
    coupons = write(
        tmp_path / "c.csv", "code,percent,amount,limit", "a,10,,5", "b,,500,1", "c,10,500,1"
    )
    summary = take(shop, "coupons", coupons, max_errors=None)
    assert counts(summary) == (3, 1, 0, 0, 0, 2)
    assert take(shop, "coupons", coupons, max_errors=None, on_existing="update").updated == 1
    assert shop.coupon("A").limit == 5
    write(coupons, "code,percent,amount,limit", "a,10,,1", "b,,600,1")
    summary = take(shop, "coupons", coupons, on_existing="update")
    assert [one["code"] for one in summary.rejections] == ["limit_below_claimed", "coupon_exists"]
    assert_sound(shop)


def test_rows_of_an_order_far_apart(shop: Shop, tmp_path: Path) -> None:
    """Orders are taken in the order of their first rows, wherever their other rows stand."""
    stock_up(shop, amount=1_000_000)
    shop.restock("LATTE", 5000)
    shop.restock("BAGEL", 5000)
    first = [f"o{number},kim,LATTE,1" for number in range(3000) if number % 3 == 0]
    rest = [f"o{number},kim,BAGEL,1" for number in reversed(range(3000)) if number % 3 == 0]
    shop.charge("kim", 10_000_000)
    path = write(tmp_path / "o.csv", "key,user,sku,quantity", *first, *rest)
    assert counts(take(shop, "orders", path, dry_run=True))[1] == 1000
    assert counts(take(shop, "orders", path)) == (2000, 1000, 0, 0, 0, 0)
    payments = [entry for entry in shop.history("kim") if entry.kind == "payment"]
    keys = [shop.receipt(entry.order).key for entry in payments[:20]]
    assert keys == [f"o{number * 3}" for number in range(20)]
    assert {entry.amount for entry in payments} == {-7800}
    assert_sound(shop)


def test_events_of_history_can_be_skipped(shop: Shop, tmp_path: Path) -> None:
    """Skipped events are kept, say so, are never sent, and hold up no later one of their order."""
    stock_up(shop)
    path = write(
        tmp_path / "o.csv", "key,user,sku,quantity,ordered_at", "o1,kim,LATTE,22,2026-03-12T20:00"
    )
    take(shop, "orders", path, historical=True, events="skip")
    assert shop.product("LATTE").stock == 20
    assert shop.outbox.status().pending == 0
    (event,) = shop.outbox.list()
    assert event.state == "skipped"
    assert shop.outbox.status().dead == 0
    shop.cancel(shop.receipt(key="o1").order or "")
    assert shop.outbox.status().pending == 1
    assert shop.outbox.replayable(event.created_at)[:3] == (0, 1, 0)
    assert shop.outbox.replay(event.created_at) == 0
    assert shop.outbox.status().pending == 1
    assert shop.outbox.replay(event.created_at, skipped=True) == 1
    assert shop.outbox.status().pending == 2
    assert_sound(shop)
