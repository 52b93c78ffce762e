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
    stock_up(shop)
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


def test_a_person_is_told(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """The line is named, beside a success; a script finds the count."""
    stock_up(shop)
    header, row = ROWS["charges"]
    path = write(tmp_path / "c.csv", header, row.format(key="c1", at="2999-01-01"))
    told = run("import", "charges", str(path), url=shop_url, cwd=tmp_path)
    again = run("import", "charges", str(path), "--json", url=shop_url, cwd=tmp_path)
    assert (told.returncode, again.returncode, again.stderr) == (0, 0, b"")
    assert b"line 2" in told.stderr
    assert json.loads(again.stdout)["future"] == 1
