"""Coupons from a file: what is left out stays; new ones need their terms."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shopcli import Shop, ShopError
from tests.batch.files import counts, stock_up, take, write
from tests.cli.conftest import Prompt
from tests.clocks import SettableClock


def test_what_is_left_out_of_a_coupon_stays(shop: Shop, tmp_path: Path) -> None:
    """With --on-existing update a limit or an end changes alone, whatever the coupon takes off."""
    stock_up(shop)
    shop.add_coupon("FIVE", amount=500, min_order=900, limit=3)
    limits = write(tmp_path / "l.csv", "code,limit", "WELCOME10,50", "FIVE,9")
    assert counts(take(shop, "coupons", limits, on_existing="update")) == (2, 0, 2, 0, 0, 0)
    ends = write(tmp_path / "e.csv", "code,closes,limit", "FIVE,2030-01-01,", "WELCOME10,,")
    assert counts(take(shop, "coupons", ends, on_existing="update")) == (2, 0, 1, 1, 0, 0)
    found = {coupon.code: coupon for coupon in shop.coupon_list()}
    assert (found["WELCOME10"].percent, found["WELCOME10"].limit) == (10, 50)
    assert (found["FIVE"].amount, found["FIVE"].min_order, found["FIVE"].limit) == (500, 900, 9)
    assert found["FIVE"].closes is not None
    with pytest.raises(ShopError):
        take(shop, "coupons", limits)
    assert [astuple(coupon) for coupon in shop.coupon_list()] == [
        astuple(found[code]) for code in sorted(found)
    ]


@pytest.mark.parametrize("row", ["NEW,,,5", "NEW,10,,", "NEW,,500,"])
@pytest.mark.parametrize("dry_run", [True, False], ids=["dry", "real"])
def test_a_new_coupon_needs_its_terms(
    shop: Shop, tmp_path: Path, row: str, *, dry_run: bool
) -> None:
    """Where rows may leave terms out, one that names no coupon is rejected, the rest goes on."""
    stock_up(shop)
    path = write(tmp_path / "c.csv", "code,percent,amount,limit", row, "OTHER,5,,5")
    summary = take(shop, "coupons", path, on_existing="update", dry_run=dry_run)
    assert counts(summary) == (2, 1, 0, 0, 0, 1)
    (rejection,) = summary.rejections
    assert (rejection["code"], rejection["column"]) == ("unknown_coupon", "code")
    assert rejection["line"] == 2


def test_what_a_coupon_takes_off_does_not_change(shop: Shop, tmp_path: Path) -> None:
    """An amount for what was a percentage is another coupon."""
    stock_up(shop)
    path = write(tmp_path / "c.csv", "code,percent,amount,limit", "WELCOME10,,5,20")
    summary = take(shop, "coupons", path, on_existing="update")
    assert [rejection["code"] for rejection in summary.rejections] == ["coupon_exists"]


def test_a_limit_is_refused_alike_typed_and_in_a_file(shop: Shop, tmp_path: Path) -> None:
    """A limit below what has been claimed has one code, whoever sets it."""
    stock_up(shop)
    for user in ("first", "second"):
        shop.add_user(user)
        shop.claim(user, "WELCOME10")
    path = write(tmp_path / "c.csv", "code,limit", "WELCOME10,1")

    summary = take(shop, "coupons", path, on_existing="update")

    with pytest.raises(ShopError) as typed:
        shop.set_coupon("WELCOME10", limit=1)
    (rejection,) = summary.rejections
    assert rejection["code"] == typed.value.code == "limit_below_claimed"
    assert shop.coupon("WELCOME10").limit > 1


def test_days_of_a_coupon_mean_the_same_typed_and_in_a_file(
    shop: Shop, shop_url: str, tmp_path: Path, clock: SettableClock
) -> None:
    """A date alone is the day's first instant where a coupon opens, its last where it ends."""
    prompt = Prompt(shop_url, clock)
    terms = ("coupon", "add", "TYPED", "--percent", "5", "--limit", "3")
    prompt.done(*terms, "--opens", "2026-11-22", "--closes", "2026-11-22", "--use-by", "2026-11-30")
    head = "code,percent,limit,opens,closes,use_by"
    rows = write(tmp_path / "c.csv", head, "CSV,5,3,2026-11-22,2026-11-22,2026-11-30")
    assert take(shop, "coupons", rows).created == 1
    days = '"opens":"2026-11-22","closes":"2026-11-22","use_by":"2026-11-30"'
    objects = write(tmp_path / "c.jsonl", f'{{"code":"JSON","percent":5,"limit":3,{days}}}')
    assert take(shop, "coupons", objects).created == 1
    prompt.done("coupon", "add", "CHANGED", "--percent", "5", "--limit", "3")
    prompt.done("coupon", "set", "CHANGED", "--closes", "2026-11-22")
    here = ZoneInfo(shop.timezone)
    opens = datetime(2026, 11, 22, tzinfo=here)
    closes = datetime(2026, 11, 22, 23, 59, 59, 999_999, tzinfo=here)
    use_by = datetime(2026, 11, 30, 23, 59, 59, 999_999, tzinfo=here)
    found = {one.code: (one.opens, one.closes, one.use_by) for one in shop.coupon_list()}
    assert found["TYPED"] == found["CSV"] == found["JSON"] == (opens, closes, use_by)
    assert found["CHANGED"] == (None, closes, None)


def test_windows_of_a_day_end_with_it(shop: Shop, shop_url: str, clock: SettableClock) -> None:
    """`--as-of` takes a day whole, and `--since` begins with it."""
    prompt = Prompt(shop_url, clock)
    day = str(shop.now().astimezone(ZoneInfo(shop.timezone)).date())
    end = prompt.done("top", "--as-of", day)["window_end"]
    begin = prompt.done("top", "--as-of", f"{day}T00:00")["window_end"]
    assert (end[-16:], begin[-16:]) == ("14:59:59.999999Z", "15:00:00.000000Z")
