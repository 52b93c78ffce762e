"""How a window of time is made up of buckets and odd ends."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from shopcli.domain.moments import DAY_MICROSECONDS, HOUR_MICROSECONDS
from shopcli.domain.sales.windows import Stretch, tile

_NOW = 1_773_316_800_000_000
_INSTANTS = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([HOUR_MICROSECONDS // 2, HOUR_MICROSECONDS, DAY_MICROSECONDS]).flatmap(
        lambda width: st.tuples(st.integers(0, 80), st.integers(-2, 2)).map(
            lambda at: at[0] * width + at[1]
        )
    ),
    st.integers(0, 10 * DAY_MICROSECONDS),
).map(lambda instant: max(instant, -1))


def _counted(stretches: tuple[Stretch, ...]) -> dict[int, int]:
    """How often the time from each edge to the next is counted, where that changes."""
    steps: dict[int, int] = {}
    for stretch in stretches:
        steps[stretch.first] = steps.get(stretch.first, 0) + stretch.sign
        steps[stretch.last] = steps.get(stretch.last, 0) - stretch.sign
    times, changes = 0, {}
    for instant in sorted(steps):
        if steps[instant]:
            times += steps[instant]
            changes[instant] = times
    return changes


@given(one=_INSTANTS, other=_INSTANTS, base=st.sampled_from([0, _NOW]), is_latest=st.booleans())
@example(one=0, other=3 * DAY_MICROSECONDS, base=_NOW, is_latest=False)
@example(one=0, other=3 * DAY_MICROSECONDS, base=_NOW, is_latest=True)
@example(one=-1, other=HOUR_MICROSECONDS - 1, base=0, is_latest=False)
@example(one=0, other=1, base=0, is_latest=True)
def test_every_instant_of_the_window_is_counted_once(
    *, one: int, other: int, base: int, is_latest: bool
) -> None:
    """Every instant after the start up to the end counts once, every other not at all."""
    start, end = sorted((one + base, other + base))
    end += start == end

    tiling = tile(start, end, is_latest=is_latest)

    assert _counted((tiling.days, *tiling.hours, *tiling.ends)) == {start + 1: 1, end + 1: 0}


@given(one=_INSTANTS, other=_INSTANTS, is_latest=st.booleans())
def test_buckets_are_whole_and_few(*, one: int, other: int, is_latest: bool) -> None:
    """Pieces lie at bucket edges and in order; at most half a day and half an hour is walked."""
    start, end = sorted((one, other))
    tiling = tile(start, end + 1, is_latest=is_latest)

    for stretch, width in (
        (tiling.days, DAY_MICROSECONDS),
        *((h, HOUR_MICROSECONDS) for h in tiling.hours),
    ):
        assert stretch.first <= stretch.last
        assert stretch.first % width == stretch.last % width == 0
    walked = [stretch.last - stretch.first for stretch in (*tiling.hours, *tiling.ends)]
    whole = [DAY_MICROSECONDS, DAY_MICROSECONDS, HOUR_MICROSECONDS, HOUR_MICROSECONDS]
    most = [width // 2 for width in whole]
    if is_latest:
        most[1], most[3] = whole[1], whole[3]
    assert all(length <= bound for length, bound in zip(walked, most, strict=True))


@given(_INSTANTS)
def test_nothing_before_the_latest_end_is_taken_off(end: int) -> None:
    """A window that ends now takes its last day and hour whole: only what is later comes off."""
    tiling = tile(end - DAY_MICROSECONDS, end, is_latest=True)

    for stretch in (tiling.hours[1], tiling.ends[1]):
        if stretch.first < stretch.last:
            assert stretch.sign == -1
            assert stretch.first > end
