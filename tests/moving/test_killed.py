"""A copy that is killed anywhere leaves no shop behind, and the same call begins anew."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shopcli import Shop, ShopError
from tests.batch.files import environment
from tests.moving.test_copy import everything

KILLED = Path(__file__).with_name("killed_copy.py")
FEW_POINTS, MANY_POINTS = 3, 30


class Copies:
    """A process that forks others, which copy a shop and may be killed in the middle."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(KILLED)],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def copy(self, url: str, to: str, point: int, *, retire: bool) -> Any:  # noqa: ANN401 - JSON
        """Copy up to a point; what became of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        task = {"url": url, "to": to, "retire": retire, "point": point}
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End the process that forks."""
        self._process.communicate(timeout=20)


@pytest.fixture(scope="module")
def copies() -> Iterator[Copies]:
    """Processes that copy."""
    process = Copies()
    yield process
    process.close()


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
    shop: Shop, shop_url: str, target_url: str, copies: Copies, *, retire: bool, point_count: int
) -> None:
    """Nothing is there afterwards; a shop that was to be retired says how to take that back."""
    before = everything(shop_url)
    # As many as a whole copy passes, at least: a point for each page and what is around it.
    point_last = 2 * len(before) + 10
    for number in range(point_count):
        point = 1 + number * (point_last - 1) // (point_count - 1)
        died = copies.copy(shop_url, target_url, point, retire=retire)
        assert died["code"] == -signal.SIGKILL

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

    lived = copies.copy(shop_url, target_url, 0, retire=retire)
    assert lived["code"] == 0
    assert lived["points"] >= point_last
    assert everything(target_url) == before
    assert (shop.maintenance.retired_to() is not None) == retire
