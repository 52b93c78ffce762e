"""Whether an order may be placed: each rule, and the order in which rules are judged."""

from __future__ import annotations

import pytest

from shopcli.domain.ledger.accounts import check_state
from shopcli.domain.ordering import (
    LINE_COUNT_MAX,
    HeldCoupon,
    check_on_sale,
    decide,
    summed_quantities,
)
from shopcli.domain.pricing import Discount, Price
from shopcli.storage.orders import OfferRow
from tests.factories import refusal

NOW = 1_000_000
LATTE = OfferRow("LATTE", "Latte", 4500, 2, on_sale=1)
BEANS = OfferRow("BEANS", "Beans", 9900, 2, on_sale=1)
TENTH = HeldCoupon(
    code="TENTH",
    discount=Discount(10, None, None),
    disabled=False,
    number=1,
    usable_until_at=None,
    used_by_order=None,
)


def _from(min_order_minor: int) -> HeldCoupon:
    return TENTH._replace(discount=Discount(10, None, None, min_order_minor))


def _decide(
    quantities: dict[str, int], *, coupon: HeldCoupon | None = None, balance: int = 10_000
) -> Price:
    return decide(
        "kim",
        balance,
        quantities,
        {"LATTE": LATTE, "BEANS": BEANS},
        coupon,
        NOW,
        "KRW",
    )


def test_an_order_costs_its_lines_less_the_coupon() -> None:
    """A valid order is priced."""
    assert _decide({"LATTE": 2}).total_minor == 9000
    assert _decide({"LATTE": 2}, coupon=TENTH).total_minor == 8100


BROKEN_COUPONS = [
    ("coupon_disabled", {"disabled": True}),
    ("coupon_not_held", {"number": None}),
    ("coupon_already_used", {"used_by_order": "order-1"}),
    ("coupon_expired", {"usable_until_at": NOW - 1}),
    ("coupon_minimum_not_met", {"discount": Discount(10, None, None, 10**9)}),
]


@pytest.mark.parametrize(("code", "change"), BROKEN_COUPONS, ids=[row[0] for row in BROKEN_COUPONS])
def test_a_coupon_is_judged_before_stock_and_balance(code: str, change: dict[str, object]) -> None:
    """With coupon, stock and balance all wrong, the coupon is what is reported."""
    broken = TENTH._replace(**change)  # type: ignore[arg-type]  # one field of any type

    refused = refusal(code, _decide, {"LATTE": 3}, coupon=broken, balance=0)
    assert refused.details["coupon"] == "TENTH"


def test_the_rules_of_a_coupon_have_an_order_of_their_own() -> None:
    """Disabled comes before not held, used, expired, and the minimum."""
    broken = TENTH
    for code, change in reversed(BROKEN_COUPONS):
        broken = broken._replace(**change)  # type: ignore[arg-type]  # one field of any type
        refusal(code, _decide, {"LATTE": 3}, coupon=broken, balance=0)


def test_stock_is_judged_before_the_balance() -> None:
    """With stock and balance wrong, stock is reported, all short products in one go."""
    refused = refusal("out_of_stock", _decide, {"LATTE": 3, "BEANS": 9}, balance=0)

    assert refused.details["items"] == [
        {"sku": "LATTE", "requested": 3, "available": 2},
        {"sku": "BEANS", "requested": 9, "available": 2},
    ]


def test_the_balance_is_judged_last() -> None:
    """A balance one minor unit short is refused, the exact balance suffices."""
    assert _decide({"LATTE": 2}, balance=9000).total_minor == 9000

    refused = refusal("insufficient_balance", _decide, {"LATTE": 2}, balance=8999)
    assert refused.details.items() >= {"balance": 8999, "required": 9000, "currency": "KRW"}.items()


def test_a_coupon_counts_before_the_balance_is_judged() -> None:
    """What the coupon takes off need not be paid."""
    assert _decide({"LATTE": 2}, coupon=TENTH, balance=8100).total_minor == 8100
    refusal("insufficient_balance", _decide, {"LATTE": 2}, coupon=TENTH, balance=8099)


def test_a_coupon_is_usable_at_its_last_instant() -> None:
    """The order's own instant may equal the coupon's end."""
    assert _decide({"LATTE": 1}, coupon=TENTH._replace(usable_until_at=NOW)).discount_minor == 450


def test_the_minimum_of_a_coupon_is_inclusive() -> None:
    """A subtotal equal to the minimum meets it."""
    assert _decide({"LATTE": 1}, coupon=_from(4500)).discount_minor == 450
    refused = refusal("coupon_minimum_not_met", _decide, {"LATTE": 1}, coupon=_from(4501))
    assert (
        refused.details.items()
        >= {
            "coupon": "TENTH",
            "min_order": 4501,
            "subtotal": 4500,
            "currency": "KRW",
        }.items()
    )


def test_only_active_users_pass() -> None:
    """Blocked and closed users are refused, each by its code."""
    check_state("kim", "active")
    refusal("user_blocked", check_state, "kim", "blocked")
    refusal("user_closed", check_state, "kim", "closed")


def test_all_products_off_sale_are_named() -> None:
    """Details name every product that is not sold at present."""
    offered = {"LATTE": LATTE._replace(on_sale=0), "BEANS": BEANS._replace(on_sale=0)}

    check_on_sale({"LATTE": 1}, {"LATTE": LATTE})
    refused = refusal("product_off_sale", check_on_sale, {"LATTE": 1, "BEANS": 1}, offered)
    assert refused.details["items"] == [{"sku": "LATTE"}, {"sku": "BEANS"}]


def test_the_same_sku_is_one_line() -> None:
    """Quantities of one SKU are summed, in the order in which SKUs were first named."""
    lines = [("LATTE", 1), ("BEANS", 2), ("LATTE", 3)]

    assert list(summed_quantities(lines).items()) == [("LATTE", 4), ("BEANS", 2)]
    assert summed_quantities({"LATTE": 4}) == {"LATTE": 4}
    assert summed_quantities(iter(lines)) == {"LATTE": 4, "BEANS": 2}


@pytest.mark.parametrize(
    "quantity", [0, -1, 2**53, 2**63, 1.0, 1.5, float("nan"), True, "1", "1e3", None],
    ids=lambda value: f"{type(value).__name__} {value!r}",
)  # fmt: skip
def test_a_quantity_is_a_positive_integer(quantity: int) -> None:
    """Zero, negative, huge and non-integer quantities are refused."""
    refusal("invalid_input", summed_quantities, {"LATTE": quantity})


@pytest.mark.parametrize(
    "lines",
    [{}, [], [("LATTE",)], [("LATTE", 1, 2)], ["LATTE"], [None], "LATTE", None, 5, [("", 1)],
     [(None, 1)], [("LATTE", 2**53 - 1), ("LATTE", 1)]],
    ids=repr,
)  # fmt: skip
def test_lines_are_pairs_of_sku_and_quantity(lines: list[tuple[str, int]]) -> None:
    """No line, no pair, no SKU, or a sum beyond the bounds: none of it is an order."""
    refusal("invalid_input", summed_quantities, lines)


def test_the_number_of_products_in_an_order_is_bounded() -> None:
    """An order takes a thousand different products and no more."""
    most = {f"P{number}": 1 for number in range(LINE_COUNT_MAX)}

    assert len(summed_quantities(most)) == LINE_COUNT_MAX
    refusal("invalid_input", summed_quantities, {**most, "ONE-MORE": 1})
