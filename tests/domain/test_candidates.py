"""Which products can be among the first n of a window."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from shopcli.domain.moments import DAY_MICROSECONDS, HOUR_MICROSECONDS
from shopcli.domain.sales.candidates import Candidates, candidates, yardstick_day
from shopcli.domain.sales.windows import Stretch, Tiling, tile

NOON = 1_773_316_800_000_000 // DAY_MICROSECONDS * DAY_MICROSECONDS + DAY_MICROSECONDS // 2

Sale = tuple[int, int, int]
"""(instant, product, units)"""


def _sales(chooser: Random) -> list[Sale]:
    """Five days of sales of which few products make up most."""
    return [
        (
            NOON - chooser.randrange(5 * DAY_MICROSECONDS),
            int(60 * chooser.random() ** 4),
            chooser.choice((1, 2, 40)),
        )
        for _ in range(4000)
    ]


def _buckets(sales: list[Sale], width: int) -> Counter[tuple[int, int]]:
    found: Counter[tuple[int, int]] = Counter()
    for at, product, units in sales:
        found[at // width * width, product] += units
    return found


def _found(sales: list[Sale], tiling: Tiling, found: Candidates) -> set[int]:
    """The products that the buckets show to be candidates."""

    def in_any(at: int, stretches: tuple[Stretch, ...]) -> bool:
        return any(stretch.first <= at < stretch.last for stretch in stretches)

    days, hours = _buckets(sales, DAY_MICROSECONDS), _buckets(sales, HOUR_MICROSECONDS)
    return {
        product
        for (at, product), units in days.items()
        if in_any(at, (tiling.days,)) and units >= found.day_units
    } | {
        product
        for (at, product), units in hours.items()
        if in_any(at, found.hours) and units >= found.hour_units
    }


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("is_latest", [False, True])
def test_whatever_is_among_the_first_is_a_candidate(seed: int, *, is_latest: bool) -> None:
    """The first n of any window are candidates, wherever in day and hour it begins and ends."""
    chooser = Random(seed)  # noqa: S311  # sales, not a secret
    sales = _sales(chooser)
    end = NOON if is_latest else NOON - chooser.randrange(DAY_MICROSECONDS)
    start = end - 3 * DAY_MICROSECONDS
    day = yardstick_day(start, end)
    assert day is not None
    sold_that_day = Counter(
        {product: u for (at, product), u in _buckets(sales, DAY_MICROSECONDS).items() if at == day}
    )
    sold: Counter[int] = Counter()
    for at, product, units in sales:
        sold[product] += units * (start < at <= end)
    ranked = sorted(sold, key=lambda product: (-sold[product], product))

    for rank in (1, 3, 5):
        tiling = tile(start, end, is_latest=is_latest)
        found = candidates(tiling, sold_that_day.most_common(rank)[-1][1])

        assert found is not None
        products = _found(sales, tiling, found)
        assert set(ranked[:rank]) <= products
        assert len(products) < len(sold)


def test_without_a_yardstick_any_product_can_be_first() -> None:
    """Where nothing, or too little to tell, is known of the n-th product, none is left out."""
    tiling = tile(NOON - 3 * DAY_MICROSECONDS, NOON)

    assert candidates(tiling, 0) is None
    assert candidates(tiling, 72) is None
    assert candidates(tiling, 1000) is not None


@pytest.mark.parametrize(
    ("start", "end", "day"),
    [
        (-1, DAY_MICROSECONDS - 1, 0),
        (0, DAY_MICROSECONDS - 1, None),
        (-1, DAY_MICROSECONDS - 2, None),
        (5, 3 * DAY_MICROSECONDS, 2 * DAY_MICROSECONDS),
        (5, 3 * DAY_MICROSECONDS - 2, DAY_MICROSECONDS),
    ],
)
def test_the_yardstick_is_a_whole_day(start: int, end: int, day: int | None) -> None:
    """A day of which the window lacks an instant says nothing of it."""
    assert yardstick_day(start, end) == day
