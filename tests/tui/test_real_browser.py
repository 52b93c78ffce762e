"""The storefront in a real browser, by mouse: what is clicked is bought, and what ends is told."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from shopcli import Shop
from tests.tui.test_browsers import serving

pytest.importorskip("selenium", reason="selenium, of the group `browser`, is absent")

from tests.tui import chromium

if TYPE_CHECKING:
    from tests.tui.chromium import Page

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(chromium.lacks() is not None, reason=str(chromium.lacks())),
]


@pytest.fixture
def page() -> Iterator[Page]:
    """A browser."""
    with chromium.browser() as opened:
        yield opened


def test_two_things_are_bought_with_a_coupon_by_mouse(
    stocked: Shop, shop_url: str, page: Page
) -> None:
    """Each click does what stands there; the page loads nothing that it may not."""
    stocked.claim("kim", "WELCOME10")
    with serving(shop_url, "--user", "kim") as (address, _process):
        page.open(f"{address}/")
        page.click("LATTE")
        page.sees("4,500 KRW")
        page.click(" + ")
        page.sees("cart 1")
        page.click("BAGEL")
        page.sees("3,300 KRW")
        page.click(" + ")
        page.sees("cart 2", "7,800")
        page.click("c Pay")
        page.sees("WELCOME10", "saves 780")
        page.click("Pay 7,020 KRW")
        page.sees("Paid")
        assert page.complaints() == []

    (order,) = stocked.orders("kim")
    assert {line.sku: line.quantity for line in order.lines} == {"LATTE": 1, "BAGEL": 1}
    assert (order.coupon, order.total) == ("WELCOME10", 7_020)
    assert stocked.verify().ok


def test_a_page_says_when_its_shop_is_gone(stocked: Shop, shop_url: str, page: Page) -> None:
    """And when its user left, which is another matter."""
    assert stocked.verify().ok
    with serving(shop_url, "--user", "kim") as (address, process):
        page.open(f"{address}/")
        page.click("q Quit")
        page.until(lambda: "has ended" in page.notice)
        page.open(f"{address}/")
        page.sees("Latte")
        assert page.notice == ""
        process.send_signal(signal.SIGKILL)
        page.until(lambda: "connection to the shop was lost" in page.notice)
