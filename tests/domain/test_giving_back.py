"""Refunds: what the units of a line are worth, in however many steps they come back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shopcli.domain.giving_back import Part, SoldLine, given_back, parts, rest
from shopcli.domain.money import AMOUNT_MAX
from tests.factories import refusal

LINES = st.builds(
    SoldLine,
    sku=st.just("A"),
    quantity=st.integers(1, 40) | st.integers(1, AMOUNT_MAX),
    net_minor=st.integers(0, 500) | st.integers(0, AMOUNT_MAX),
)


@given(LINES, st.data())
def test_steps_do_not_matter(line: SoldLine, data: st.DataObject) -> None:
    """After k of q units floor(net * k / q) came back, in one step, in many, or by the rest."""
    at, back = 0, 0
    while at < line.quantity and data.draw(st.booleans()):
        units = data.draw(st.integers(1, line.quantity - at))
        (part,) = parts("o", [line], {"A": at}, {"A": units})
        assert part.refunded_minor >= 0
        at, back = at + units, back + part.refunded_minor
        assert back == line.net_minor * at // line.quantity == given_back(line, at)
    left = rest([line], {"A": at})
    assert sum(part.quantity for part in left) == line.quantity - at
    assert back + sum(part.refunded_minor for part in left) == line.net_minor


def test_parts_and_rest_are_by_sku() -> None:
    """Whatever the order of the lines, a refund and a rest are told by SKU."""
    sold = [SoldLine("B", 3, 100), SoldLine("A", 2, 5)]

    assert parts("o", sold, {"B": 1}, {"B": 2, "A": 1}) == [Part("A", 1, 2), Part("B", 2, 67)]
    assert rest(sold, {"B": 1}) == [Part("A", 2, 5), Part("B", 2, 67)]
    assert rest(sold, {"A": 2, "B": 3}) == []


def test_more_than_is_left_is_refused_by_name() -> None:
    """Every product of which too much is asked is named, with what is left of it."""
    sold = [SoldLine("A", 2, 5), SoldLine("B", 1, 7)]
    wanted = {"A": 2, "B": 1, "C": 4}

    refused = refusal("refund_exceeds_order", parts, "o", sold, {"A": 1}, wanted)
    assert refused.details["items"] == [
        {"sku": "A", "requested": 2, "left": 1},
        {"sku": "C", "requested": 4, "left": 0},
    ]
    refused = refusal("refund_exceeds_order", parts, "o", sold, {}, {"A": 1}, is_cancelled=True)
    assert refused.details["items"] == [{"sku": "A", "requested": 1, "left": 0}]
