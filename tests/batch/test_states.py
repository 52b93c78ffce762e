"""What has become of exported rows: an import does not make as if it had never happened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopcli import Shop
from tests.batch.files import counts, state, stock_up, take, write
from tests.clocks import SettableClock
from tests.factories import id_of, refusal


@pytest.fixture
def lived(shop: Shop, clock: SettableClock) -> Shop:
    """A shop with a cancelled order, a blocked user and a disabled coupon."""
    stock_up(shop)
    shop.claim("kim", "WELCOME10", key="claim")
    shop.order("kim", {"LATTE": 1}, coupon="WELCOME10", key="stays")
    clock.advance(minutes=1)
    shop.cancel(id_of(shop.order("sato", {"BAGEL": 1, "LATTE": 1}, key="gone")))
    shop.set_user("sato", state="blocked")
    shop.add_coupon("OFF", percent=5, limit=3)
    shop.set_coupon("OFF", disabled=True)
    return shop


@pytest.fixture
def other(
    dialect: str, empty_database_url: str, tmp_path: Path, clock: SettableClock
) -> Iterator[Shop]:
    """Another shop on the same kind of database."""
    url = str(tmp_path / "other.db") if dialect == "sqlite" else empty_database_url
    with Shop.create(url, currency="KRW", timezone="Asia/Seoul", clock=clock) as created:
        yield created


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl"])
@pytest.mark.parametrize(
    ("kind", "column", "rejected"),
    [("orders", "_state", 2), ("users", "_state", 1),
     ("coupons", "_disabled", 1)],
)  # fmt: skip
def test_rows_that_something_happened_to_are_malformed(
    lived: Shop, tmp_path: Path, kind: str, column: str, rejected: int, form: str
) -> None:
    """Cancelled, blocked and disabled rows are told by line and column, and put aside."""
    path = tmp_path / f"{kind}.{form}"
    lived.exports.save(kind, path)
    before = state(lived)
    historical = kind == "orders"
    refused = refusal("invalid_input", take, lived, kind, path, historical=historical)
    assert {error["column"] for error in refused.details["errors"]} == {column}
    assert refused.details["error_count"] == rejected
    aside = take(lived, kind, path, historical=historical, max_errors=None)
    assert aside.rejected == rejected
    assert aside.rejects_file is not None
    # What was put aside still says why, so that the mended file is no way round.
    again = Path(aside.rejects_file)
    refusal("invalid_input", take, lived, kind, again, historical=historical)
    assert state(lived) == before
    summary = take(lived, kind, path, historical=historical, ignore_state=True)
    assert summary.rejected == 0
    assert state(lived) == before


@pytest.mark.parametrize("refunded", ["1", "0.5", "x"])
def test_an_order_that_was_given_back_is_malformed(
    shop: Shop, tmp_path: Path, refunded: str
) -> None:
    """`_refunded` other than 0 is no order to book anew; 0 and nothing are."""
    stock_up(shop)
    head = "key,user,sku,quantity,_refunded"
    path = write(
        tmp_path / "o.csv", head, f"a,kim,LATTE,1,{refunded}", "b,kim,LATTE,1,0", "c,kim,LATTE,1,"
    )
    summary = take(shop, "orders", path, max_errors=None)
    assert counts(summary) == (3, 2, 0, 0, 0, 1)
    assert summary.rejections[0]["column"] == "_refunded"


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl"])
def test_an_order_given_back_in_part_is_put_aside_whole(
    lived: Shop, other: Shop, tmp_path: Path, form: str
) -> None:
    """An export tells what came back of each line; no shop books such an order as paid whole."""
    lived.add_product("FREE", name="Free", price=0, stock=9)
    lived.charge("kim", 50_000)
    part = lived.order("kim", {"LATTE": 3, "BAGEL": 1}, key="part")
    free = lived.order("kim", {"FREE": 2}, key="free")
    lived.refund(part, {"LATTE": 2}, reason="spilt")
    lived.refund(free, {"FREE": 1}, reason="spilt")
    path = tmp_path / f"orders.{form}"
    lived.exports.save("orders", path)
    stock_up(other)
    other.add_product("FREE", name="Free", price=0, stock=9)

    refused = refusal("invalid_input", take, other, "orders", path, historical=True)
    told = {error["column"] for error in refused.details["errors"]}
    assert told == {"_state", "_refunded_quantity"}
    take(other, "orders", path, historical=True, max_errors=None)
    assert [order.key for order in other.orders()] == ["stays"]
    take(other, "orders", path, historical=True, ignore_state=True)
    assert len(other.orders()) == 4


def test_exports_tell_what_came_back_of_each_line(lived: Shop, tmp_path: Path) -> None:
    """Sales less what came back are those of the report; of a cancelled order all came back."""
    order = lived.order("kim", {"LATTE": 2, "BAGEL": 1}, key="part")
    lived.refund(order, {"LATTE": 1}, reason="spilt", lost=True)
    rows = {}
    for kind in ("orders", "sales"):
        lived.exports.save(kind, tmp_path / f"{kind}.jsonl")
        text = (tmp_path / f"{kind}.jsonl").read_text("utf-8")
        rows[kind] = [json.loads(line) for line in text.splitlines()]

    net: dict[str, list[int]] = {}
    for row in rows["sales"]:
        left = (row["quantity"] - row["refunded_quantity"], row["net"] - row["refunded"])
        had = net.setdefault(row["sku"], [0, 0])
        net[row["sku"]] = [had[0] + left[0], had[1] + left[1]]
    assert net == {row.sku: [row.units, row.revenue] for row in lived.top().rows}
    for row in rows["orders"]:
        if row["_state"] == "cancelled":
            assert (row["_refunded_quantity"], row["_refunded"]) == (row["quantity"], row["_net"])
    given = [row["_refunded_quantity"] for row in rows["orders"] if row["key"] == "part"]
    assert sorted(given) == [0, 1]


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl"])
def test_a_used_coupon_is_not_brought_back(
    lived: Shop, other: Shop, tmp_path: Path, form: str
) -> None:
    """Another shop rejects a claim that was used; the shop it comes from knows it already."""
    lived.set_user("sato", state="active")
    lived.claim("sato", "WELCOME10", key="unused")
    path = tmp_path / f"claims.{form}"
    lived.exports.save("claims", path)
    before = state(lived)
    assert counts(take(lived, "claims", path)) == (2, 0, 0, 0, 2, 0)
    assert state(lived) == before
    stock_up(other)
    for dry_run in (True, False):
        assert counts(take(other, "claims", path, dry_run=dry_run)) == (2, 1, 0, 0, 0, 1)
    summary = take(other, "claims", path)
    assert counts(summary) == (2, 0, 0, 0, 1, 1)
    (rejection,) = summary.rejections
    assert (rejection["code"], rejection["column"]) == ("coupon_already_used", "_order")
    assert other.coupons("kim") == ()
    # What was put aside still says why, so that it is no way round.
    assert summary.rejects_file is not None
    again = Path(summary.rejects_file)
    assert counts(take(other, "claims", again)) == (1, 0, 0, 0, 0, 1)
    assert counts(take(other, "claims", again, ignore_state=True)) == (1, 1, 0, 0, 0, 0)
    assert [held.state for held in other.coupons("kim")] == ["claimed"]
