"""Rows that say they happen later than now: taken, as no rule is against it, but not silently."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from shopcli import Shop
from tests.batch.files import assert_sound, run, stock_up, take, write
from tests.clocks import SettableClock

ROWS = {
    "charges": ("key,user,amount,at", "{key},kim,5,{at}"),
    "claims": ("key,user,coupon,at", "{key},{key},WELCOME10,{at}"),
    "orders": ("key,user,sku,quantity,ordered_at", "{key},kim,LATTE,1,{at}"),
}


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("dry_run", [True, False], ids=["dry", "real"])
def test_times_to_come_are_counted(
    shop: Shop, clock: SettableClock, tmp_path: Path, kind: str, *, dry_run: bool
) -> None:
    """How many rows lie in the future and where the first is; clocks may differ by minutes."""
    stock_up(shop, ("kim", "sato", "later", "never"))
    shop.set_coupon("WELCOME10", limit=4)
    header, row = ROWS[kind]
    steps = {
        "kim": timedelta(days=-3),
        "sato": timedelta(minutes=4),
        "later": timedelta(minutes=6),
        "never": timedelta(days=400),
    }
    rows = [row.format(key=key, at=(clock() + step).isoformat()) for key, step in steps.items()]
    path = write(tmp_path / f"{kind}.csv", header, *rows)
    summary = take(shop, kind, path, historical=kind == "orders", dry_run=dry_run)
    assert (summary.future, summary.first_future_line) == (2, 4)
    assert summary.rows == 4
    assert_sound(shop)


def test_a_sale_to_come_counts_once_it_has_come(
    shop: Shop, clock: SettableClock, tmp_path: Path
) -> None:
    """Best sellers leave it out until its time, and a report of that time has it."""
    stock_up(shop)
    then = clock() + timedelta(hours=2)
    header, row = ROWS["orders"]
    path = write(tmp_path / "o.csv", header, row.format(key="o1", at=then.isoformat()))
    assert take(shop, "orders", path, historical=True).created == 1
    assert not shop.top().rows
    assert shop.top(as_of=then).rows[0].units == 1
    clock.advance(hours=2)
    assert shop.top().rows[0].units == 1
    assert_sound(shop)


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("dry_run", [True, False], ids=["dry", "real"])
def test_only_rows_that_are_taken_count(
    shop: Shop, clock: SettableClock, tmp_path: Path, kind: str, *, dry_run: bool
) -> None:
    """A row that is rejected, in whatever batch, or was taken before, lies nowhere."""
    stock_up(shop)
    historical = kind == "orders"
    header, row = ROWS[kind]
    at = (clock() + timedelta(days=400)).isoformat()
    refused = row.format(key="nobody", at=at).replace("kim", "nobody")
    path = write(tmp_path / f"{kind}.csv", header, refused, row.format(key="kim", at=at))
    summary = take(shop, kind, path, historical=historical, dry_run=dry_run)
    assert (summary.rejected, summary.future, summary.first_future_line) == (1, 1, 3)
    if not dry_run:
        again = take(shop, kind, path, historical=historical)
        assert (again.replayed, again.future, again.first_future_line) == (1, 0, None)
        assert summary.rejects_file is not None
        rest = take(shop, kind, Path(summary.rejects_file), historical=historical)
        assert (rest.rejected, rest.future) == (1, 0)


def test_all_lines_of_an_order_count(shop: Shop, clock: SettableClock, tmp_path: Path) -> None:
    """The rows of an order that lie apart are counted each, from the first of them on."""
    stock_up(shop)
    header, _ = ROWS["orders"]
    then, before = (clock() + timedelta(days=days) for days in (400, -1))
    rows = (f"late,kim,LATTE,1,{then.isoformat()}", f"old,kim,LATTE,1,{before.isoformat()}")
    path = write(tmp_path / "o.csv", header, *rows, f"late,kim,BAGEL,1,{then.isoformat()}")
    summary = take(shop, "orders", path, historical=True)
    assert (summary.created, summary.future, summary.first_future_line) == (2, 2, 2)


@pytest.mark.parametrize(("kind", "advised"), [("charges", b"shop undo"), ("orders", b"cancel")])
def test_what_is_advised_takes_it_back(
    shop: Shop, shop_url: str, clock: SettableClock, tmp_path: Path, kind: str, advised: bytes
) -> None:
    """A charge is undone and an order cancelled, although their time has not come."""
    stock_up(shop)
    before = shop.balance("kim").balance
    header, row = ROWS[kind]
    at = (clock() + timedelta(days=400)).isoformat()
    path = write(tmp_path / f"{kind}.csv", header, row.format(key="c1", at=at))
    more = ("--historical", "--events", "skip") if kind == "orders" else ()
    told = run("import", kind, str(path), *more, url=shop_url, cwd=tmp_path)
    assert advised in told.stderr
    if kind == "charges":
        *_, entry = shop.history("kim")
        assert entry.id is not None
        shop.undo(entry.id, reason="slip")
    else:
        placed, *_ = shop.orders("kim")
        assert placed.order is not None
        shop.cancel(placed.order)
    assert shop.balance("kim").balance == before
    assert_sound(shop)


def test_a_person_is_told(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """The line is named, beside a success; a script finds the count."""
    stock_up(shop)
    header, row = ROWS["charges"]
    path = write(tmp_path / "c.csv", header, row.format(key="c1", at="2999-01-01"))
    command = ("import", "charges", str(path))
    counted = run(*command, "--dry-run", "--json", url=shop_url, cwd=tmp_path)
    told = run(*command, url=shop_url, cwd=tmp_path)
    again = run(*command, url=shop_url, cwd=tmp_path)
    assert (told.returncode, again.returncode, counted.stderr) == (0, 0, b"")
    assert json.loads(counted.stdout)["future"] == 1
    assert b"line 2" in told.stderr
    assert b"future" not in again.stderr
