"""Many more processes than processors on one file: nobody is refused, nobody slows the others."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from shopcli import Shop, ShopError
from tests import factories
from tests.concurrency.crowd import Crowd, Start

ROUND_SECONDS = 3.0


def order_for(url: str, start: Start, user: str, seconds: float, count: int) -> tuple[int, int]:
    """Order until the time is over, or so often; answers with (done, refused)."""
    done = refused = 0
    with Shop.open(url) as shop:
        start()
        started = time.monotonic()
        while done + refused < count and time.monotonic() - started < seconds:
            try:
                shop.order(user, {"LATTE": 1})
                done += 1
            except ShopError:
                refused += 1
    return done, refused


def _url(template: Path, folder: Path, user_count: int) -> str:
    path = folder / "shop.db"
    path.write_bytes(template.read_bytes())
    url = f"sqlite:///{path.as_posix()}"
    with Shop.open(url) as shop:
        factories.product(shop, "LATTE", price=1, stock=1_000_000)
        for number in range(user_count):
            factories.user(shop, f"user{number}", balance=1_000_000)
    return url


def test_two_dozen_are_all_served(sqlite_template: Path, tmp_path: Path) -> None:
    """Each of 24 processes gets each of its orders, and the books are right."""
    url = _url(sqlite_template, tmp_path, 24)
    crowd = Crowd(24)
    try:
        told = crowd.all_of(url, order_for, [(f"user{n}", 60.0, 10) for n in range(24)])
    finally:
        crowd.disband()

    assert told == [(10, 0)] * 24
    with Shop.open(url) as shop:
        assert shop.product("LATTE").stock == 1_000_000 - 240
        assert shop.verify().ok


@pytest.mark.proof
@pytest.mark.timeout(600)
@pytest.mark.parametrize("many", [24, 48])
def test_many_are_served_nearly_as_fast_as_four(
    sqlite_template: Path, tmp_path: Path, many: int
) -> None:
    """Nobody is refused, and together they do at least a third of what four do."""
    url = _url(sqlite_template, tmp_path, many)
    crowd = Crowd(many)
    done = {}
    try:
        for count in (4, many):
            entries = [(f"user{n}", ROUND_SECONDS, 1_000_000) for n in range(count)]
            told = crowd.all_of(url, order_for, entries)
            assert [refused for _, refused in told] == [0] * count
            done[count] = sum(times for times, _ in told)
    finally:
        crowd.disband()

    assert done[many] >= done[4] / 3
