"""What an order costs: totals, discounts, and each line's share of the discount."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.pricing import Discount, Price, price, share
from shopcli.storage.orders import OfferRow
from tests.factories import refusal

_SKUS = st.text("ABCDEFGH", min_size=1, max_size=3)
_LINES = st.dictionaries(
    _SKUS, st.tuples(st.integers(1, 50), st.integers(0, 20_000)), min_size=1, max_size=12
).map(lambda found: [(sku, quantity, unit) for sku, (quantity, unit) in found.items()])
_DISCOUNTS = st.one_of(
    st.builds(
        Discount,
        percent=st.integers(1, 100),
        amount_minor=st.none(),
        cap_minor=st.none() | st.integers(1, 50_000),
    ),
    st.builds(
        Discount,
        percent=st.none(),
        amount_minor=st.integers(1, 10_000_000),
        cap_minor=st.none(),
    ),
)


def _priced(lines: list[tuple[str, int, int]], discount: Discount | int | None) -> Price:
    """Price (SKU, quantity, unit price) of products on offer."""
    offered = {sku: OfferRow(sku, f"Product {sku}", unit, 0, 1) for sku, _, unit in lines}
    return price({sku: quantity for sku, quantity, _ in lines}, offered, discount)


def _percent(percent: int, cap: int | None = None) -> Discount:
    return Discount(percent, None, cap)


@given(_LINES, _DISCOUNTS)
def test_shares_sum_to_the_discount_and_never_pass_their_line(
    lines: list[tuple[str, int, int]], discount: Discount
) -> None:
    """Totals, shares and discount add up exactly; no line is discounted below zero."""
    priced = _priced(lines, discount)

    assert sum(line.line_total for line in priced.lines) == priced.subtotal_minor
    assert sum(line.discount for line in priced.lines) == priced.discount_minor
    assert 0 <= priced.discount_minor <= priced.subtotal_minor
    assert priced.total_minor == priced.subtotal_minor - priced.discount_minor >= 0
    for line, (sku, quantity, unit_price) in zip(priced.lines, lines, strict=True):
        assert (line.sku, line.quantity, line.unit_price) == (sku, quantity, unit_price)
        assert line.line_total == quantity * unit_price == line.net + line.discount
        assert 0 <= line.discount <= line.line_total


@given(_LINES, _DISCOUNTS)
def test_shares_are_in_proportion(lines: list[tuple[str, int, int]], discount: Discount) -> None:
    """A share differs from the exact proportion by less than one minor unit."""
    priced = _priced(lines, discount)

    for line in priced.lines:
        if priced.subtotal_minor:
            exact = Fraction(priced.discount_minor * line.line_total, priced.subtotal_minor)
            assert abs(line.discount - exact) < 1


@given(_LINES.flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))), _DISCOUNTS)
def test_the_order_of_lines_changes_nothing(
    both: tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]], discount: Discount
) -> None:
    """Every line costs the same wherever it was named."""
    as_named, otherwise = (_priced(lines, discount) for lines in both)

    assert as_named.total_minor == otherwise.total_minor
    assert {line.sku: line for line in as_named.lines} == {
        line.sku: line for line in otherwise.lines
    }


@pytest.mark.parametrize(
    ("discount", "subtotal", "expected"),
    [
        (_percent(10), 4500, 450),
        (_percent(10), 4599, 459),
        (_percent(1), 99, 0),
        (_percent(100), 4500, 4500),
        (_percent(50, 1000), 4500, 1000),
        (_percent(50, 9000), 4500, 2250),
        (Discount(None, 500, None), 4500, 500),
        (Discount(None, 5000, None), 4500, 4500),
        (_percent(33), 0, 0),
        (_percent(99), AMOUNT_MAX, AMOUNT_MAX * 99 // 100),
        # In floating point: 28, and one more.
        (_percent(29), 100, 29),
        (_percent(51), AMOUNT_MAX - 1, 4_593_671_619_917_904),
    ],
    ids=lambda value: str(value).replace("Discount", ""),
)
def test_percent_rounds_down_and_nothing_passes_cap_or_subtotal(
    discount: Discount, subtotal: int, expected: int
) -> None:
    """A percentage is rounded down to the minor unit, then cut to the cap and the subtotal."""
    assert discount.on(subtotal) == expected
    assert _priced([("A", 1, subtotal)], discount).discount_minor == expected


@pytest.mark.parametrize(("given", "expected"), [(None, 0), (0, 0), (70, 70), (900, 900)])
def test_a_fixed_discount_is_taken_off_as_it_is(given: int | None, expected: int) -> None:
    """Without a coupon an order costs its lines, less the discount that is named, if one is."""
    priced = _priced([("A", 2, 300), ("B", 1, 300)], given)

    assert (priced.subtotal_minor, priced.discount_minor) == (900, expected)
    assert priced.total_minor == 900 - expected
    assert sum(line.discount for line in priced.lines) == expected


def test_a_price_of_then_is_taken_instead_of_todays() -> None:
    """An order of the past costs what it did; what is not known of it costs what it does now."""
    offered = {sku: OfferRow(sku, sku, 300, 0, 1) for sku in ("A", "B")}
    priced = price({"A": 2, "B": 1}, offered, 50, {"A": 100})

    assert [line.unit_price for line in priced.lines] == [100, 300]
    assert (priced.subtotal_minor, priced.total_minor) == (500, 450)
    refusal("invalid_input", price, {"A": 2, "B": 1}, offered, 501, {"A": 100})


def test_equal_remainders_go_by_sku() -> None:
    """One minor unit over three equal lines goes to the first SKU in code point order."""
    assert share(["C", "a", "B"], [100, 100, 100], 1) == [0, 0, 1]
    assert share(["C", "a", "B"], [100, 100, 100], 2) == [1, 0, 1]


def test_the_largest_remainder_gets_the_odd_unit() -> None:
    """What is left after rounding down goes to the lines that lost most by it."""
    assert share(["A", "B", "C"], [50, 30, 20], 7) == [4, 2, 1]


def test_shares_of_large_amounts_are_exact() -> None:
    """Where a floating point number has no room for the product, the shares still add up."""
    totals = [AMOUNT_MAX // 2, AMOUNT_MAX // 3, AMOUNT_MAX // 7]
    discount = sum(totals) - 2

    shares = share(["A", "B", "C"], totals, discount)

    exact = [Fraction(discount * total, sum(totals)) for total in totals]
    assert sum(shares) == discount
    assert all(abs(part - right) < 1 for part, right in zip(shares, exact, strict=True))
    assert shares == [totals[0] - 1, totals[1] - 1, totals[2]]


@pytest.mark.parametrize(
    "lines",
    [
        lambda: [("A", 2, AMOUNT_MAX // 2 + 1)],
        lambda: [("A", 1, AMOUNT_MAX), ("B", 1, 1)],
        lambda: [("A", AMOUNT_MAX, AMOUNT_MAX)],
    ],
    ids=["one line", "two lines", "huge"],
)
def test_an_order_beyond_the_largest_amount_is_refused(
    lines: Callable[[], list[tuple[str, int, int]]],
) -> None:
    """A subtotal above the largest amount is no order."""
    refusal("invalid_input", _priced, lines(), None)
    refusal("invalid_input", _priced, lines(), _percent(100))
