"""Ids that sort by time, and fingerprints that tell a repeat from another request."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from shopcli.domain.fingerprints import fingerprint, order_fingerprint
from shopcli.domain.ids import ID_LENGTH, Ids, may_be_id
from tests.clocks import SettableClock

_PARTS = st.lists(st.one_of(st.none(), st.integers(), st.text("ab :.-", max_size=4)), max_size=4)
_QUANTITIES = st.dictionaries(st.text("AB", min_size=1, max_size=3), st.integers(1, 99), min_size=1)


def test_an_id_has_26_characters_anyone_can_read_out() -> None:
    """Ids are 26 digits and lower-case letters without i, l, o and u."""
    made = {Ids(SettableClock()).new() for _ in range(200)}

    assert len(made) == 200
    assert ID_LENGTH == 26
    assert all(re.fullmatch("[0-9a-hjkmnp-tv-z]{26}", one) for one in made)


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(9998, 1, 1)),  # noqa: DTZ001 - given a zone below
    st.integers(1, 10**9),
)
def test_ids_sort_by_the_millisecond_they_were_made_in(moment: datetime, later: int) -> None:
    """An id made at least a millisecond later sorts after, whatever the random bits."""
    clock = SettableClock(moment.replace(tzinfo=UTC))
    first = Ids(clock, lambda count: b"\xff" * count).new()
    clock.advance(timedelta(milliseconds=later))
    second = Ids(clock, lambda count: b"\x00" * count).new()

    assert first < second


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(9998, 1, 1)),  # noqa: DTZ001 - given a zone below
    st.integers(1, 300),
)
@example(datetime(3059, 1, 1, 0, 0, 0, 46_000), 1)  # noqa: DTZ001 - the float of it is 45.9 ms
def test_an_id_begins_with_the_millisecond_it_was_made_in(moment: datetime, count: int) -> None:
    """The first ten characters are the time in base 32, of one id as of each of several."""
    clock = SettableClock(moment.replace(tzinfo=UTC, microsecond=moment.microsecond // 1000 * 1000))
    milliseconds = (clock() - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)

    for made in ([Ids(clock).new()], Ids(clock).several(count)):
        assert {_milliseconds_of(one) for one in made} == {milliseconds}


def _milliseconds_of(made: str) -> int:
    milliseconds = 0
    for digit in made[:10]:
        milliseconds = milliseconds * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(digit)
    return milliseconds


@given(st.integers(1, 300), st.integers(1, 300))
def test_several_ids_sort_and_go_on_from_those_before(count: int, more: int) -> None:
    """Made at once, one by one or in turn, with the clock standing still, ids go up."""
    ids = Ids(SettableClock())

    made = [*ids.several(count), ids.new(), *ids.several(more), ids.new()]

    assert made == sorted(set(made))
    assert all(re.fullmatch("[0-9a-hjkmnp-tv-z]{26}", one) for one in made)


def test_ids_made_in_one_millisecond_still_sort() -> None:
    """Ids go up also while the clock stands still or is set back."""
    moments = iter([5, 5, 5, 3, 5, 6])
    ids = Ids(
        lambda: datetime.fromtimestamp(next(moments), UTC),
        Random(7).randbytes,  # noqa: S311 - a fixed sequence, no secret
    )

    made = [ids.new() for _ in range(6)]

    assert made == sorted(set(made))


def test_a_whole_id_and_its_end_may_be_one() -> None:
    """What is longer than an id, or has other characters, is none, and is not looked for."""
    made = Ids(SettableClock()).new()

    assert may_be_id(made)
    assert may_be_id(made[-4:].upper())
    for wrong in (made + "0", "", "a-b", "a b", "\u0661", "%"):
        assert not may_be_id(wrong)


def test_ids_are_made_of_the_given_clock_and_random_source_alone() -> None:
    """The same clock and random bytes give the same id."""
    assert Ids(SettableClock(), bytes).new() == Ids(SettableClock(), bytes).new()


@given(_PARTS, _PARTS)
def test_different_requests_have_different_fingerprints(
    one: list[object], other: list[object]
) -> None:
    """Fingerprints are equal exactly where the parts read the same."""
    same = [None if part is None else str(part) for part in one] == [
        None if part is None else str(part) for part in other
    ]
    if one and other:
        assert (fingerprint(*one) == fingerprint(*other)) is same


@given(_QUANTITIES, st.none() | st.just("TENTH"))
def test_lines_of_an_order_compare_as_a_set(quantities: dict[str, int], coupon: str | None) -> None:
    """The order in which lines were named is no part of the request; all else is."""
    made = order_fingerprint("kim", quantities, coupon)
    backwards = dict(reversed(quantities.items()))

    assert order_fingerprint("kim", backwards, coupon) == made
    assert order_fingerprint("lee", quantities, coupon) != made
    assert order_fingerprint("kim", quantities, "OTHER") != made
    assert order_fingerprint("kim", {**quantities, "AB": 100}, coupon) != made
    assert order_fingerprint("kim", {**quantities, "C": 1}, coupon) != made


def test_a_coupon_is_never_mistaken_for_a_line() -> None:
    """An order without a coupon and one with it differ, whatever its code."""
    assert order_fingerprint("kim", {"A": 1}, None) != order_fingerprint("kim", {"A": 1}, "A")
    assert len(fingerprint("a")) == 32
