"""How a window of time is cut into buckets and odd ends."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from shopcli.domain.moments import DAY_MICROSECONDS, HOUR_MICROSECONDS
from shopcli.domain.windows import tile

_NOW = 1_773_316_800_000_000
_NEAR = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([HOUR_MICROSECONDS, DAY_MICROSECONDS]).flatmap(
        lambda width: st.tuples(st.integers(0, 80), st.integers(-2, 2)).map(
            lambda at: at[0] * width + at[1]
        )
    ),
    st.integers(0, 10 * DAY_MICROSECONDS),
)


def _covered(start: int, end: int) -> list[tuple[int, int]]:
    """The instants each piece covers, as ranges closed at both ends, in order of time."""
    tiling = tile(start, end)
    pieces = [(first, last - 1) for first, last in (tiling.days, *tiling.hours)]
    pieces += [(after + 1, until) for after, until in tiling.ends]
    return sorted((first, last) for first, last in pieces if first <= last)


@given(_NEAR, _NEAR, st.sampled_from([0, _NOW]))
@example(0, 3 * DAY_MICROSECONDS, _NOW)
@example(-1, HOUR_MICROSECONDS - 1, 0)
@example(0, 1, 0)
@example(HOUR_MICROSECONDS - 1, HOUR_MICROSECONDS, 0)
def test_the_pieces_cover_the_window_once(one: int, other: int, base: int) -> None:
    """Every instant after the start up to the end lies in exactly one piece, none outside."""
    start, end = sorted((max(one, -1) + base, max(other, -1) + base))
    if start == end:
        end += 1

    covered = _covered(start, end)

    assert covered[0][0] == start + 1
    assert covered[-1][1] == end
    for (_, last), (following, _) in pairwise(covered):
        assert following == last + 1


@given(_NEAR, _NEAR)
def test_buckets_are_whole(one: int, other: int) -> None:
    """Day and hour pieces begin and end at bucket edges; the odd ends are shorter than an hour."""
    start, end = sorted((max(one, -1), max(other, -1) + 1))
    if start == end:
        end += 1
    tiling = tile(start, end)

    for (first, last), width in (
        (tiling.days, DAY_MICROSECONDS),
        *((hours, HOUR_MICROSECONDS) for hours in tiling.hours),
    ):
        if first < last:
            assert first % width == last % width == 0
    if any(first < last for first, last in (tiling.days, *tiling.hours)):
        assert all(until - after < HOUR_MICROSECONDS for after, until in tiling.ends)
    for first, last in tiling.hours:
        assert last - first < DAY_MICROSECONDS or tiling.days[0] >= tiling.days[1]
