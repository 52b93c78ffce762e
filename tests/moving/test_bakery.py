"""A bakery's five months move to the other kind of database and back, and nothing is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shopcli import Shop
from tests.batch.files import chance, take
from tests.batch.test_bakery import INSTANT_COUNT, Bakery
from tests.conftest import Filling
from tests.moving.test_copy import everything


@pytest.fixture
def filling() -> Filling | None:
    """Nothing: the bakery comes by import."""
    return None


def best_sellers(shop: Shop, instants: list[datetime]) -> list[list[tuple[str, int, int]]]:
    """What sold most in the three days before each of the instants."""
    tops = [shop.top(as_of=instant) for instant in instants]
    return [[(row.sku, row.units, row.revenue) for row in top.rows] for top in tops]


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("every", [40, pytest.param(1, marks=pytest.mark.proof)])
def test_a_bakery_there_and_back(
    bakery_csv: Path,
    shop: Shop,
    shop_url: str,
    target_url: str,
    tmp_path: Path,
    every: int,
    dialect: str,
) -> None:
    """Two files and a Postgres hold the same rows, and agree on 200 windows."""
    assert dialect == "sqlite"
    bakery = Bakery(bakery_csv, every=every)
    paths = bakery.write(tmp_path)
    for kind in ("users", "charges", "products"):
        take(shop, kind, paths[kind])
    summary = take(shop, "orders", paths["orders"], historical=True, events="skip")
    assert (summary.created, summary.rejected) == (bakery.transaction_count, 0)

    back_url = f"sqlite:///{tmp_path}/back.db"
    there = shop.maintenance.copy(target_url)
    with Shop.open(target_url) as moved:
        back = moved.maintenance.copy(back_url)
        chances = chance(3)
        span = int((bakery.moments[-1] - bakery.moments[0]).total_seconds())
        instants = [
            bakery.moments[0] + timedelta(seconds=chances.randint(0, span + 86_400))
            for _ in range(INSTANT_COUNT)
        ]
        with Shop.open(back_url) as returned:
            ours = best_sellers(shop, instants)
            assert ours == best_sellers(moved, instants) == best_sellers(returned, instants)
            assert sum(map(bool, ours)) > INSTANT_COUNT // 2
    assert there.ok
    assert back.ok
    assert there.tables == back.tables
    assert everything(back_url) == everything(shop_url)
