"""A copy that is killed anywhere leaves no shop behind, and the same call begins anew."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from shopcli import Shop, ShopError
from tests.forked import Forks
from tests.moving.test_copy import everything

FEW_POINTS, MANY_POINTS = 3, 30


@pytest.mark.parametrize(
    ("retire", "point_count"),
    [
        (False, FEW_POINTS),
        (True, FEW_POINTS),
        pytest.param(False, MANY_POINTS, marks=[pytest.mark.proof, pytest.mark.timeout(600)]),
        pytest.param(True, MANY_POINTS, marks=[pytest.mark.proof, pytest.mark.timeout(600)]),
    ],
)
def test_killed_and_begun_anew(
    shop: Shop, shop_url: str, target_url: str, workers: Forks, *, retire: bool, point_count: int
) -> None:
    """Nothing is there afterwards; a shop that was to be retired says how to take that back."""
    before = everything(shop_url)
    words: dict[str, Any] = {"work": "copy", "url": shop_url, "to": target_url, "retire": retire}
    # As many as a whole copy passes, at least: a point for each page and what is around it.
    point_last = 2 * len(before) + 10
    for number in range(point_count):
        point = 1 + number * (point_last - 1) // (point_count - 1)
        died = workers.do(point=point, **words)
        assert died.codes == [-signal.SIGKILL]

        with pytest.raises(ShopError) as nothing:
            Shop.open(target_url)
        assert nothing.value.code == "no_shop"
        assert everything(shop_url) == before
        if shop.maintenance.retired_to() is not None:
            with pytest.raises(ShopError) as retired:
                shop.charge("kim", 1)
            assert retired.value.details["reason"] == "retired"
            assert shop.maintenance.unretire().new_shop == "none"
        assert shop.verify().ok, shop.verify()

    lived = workers.do(**words)
    assert lived.codes == [0]
    assert lived.points[0] >= point_last
    assert everything(target_url) == before
    assert (shop.maintenance.retired_to() is not None) == retire
