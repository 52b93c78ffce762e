"""The grammar of amounts: what people may type, what it means, and everything else refused."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcli.domain.amounts import EXPONENTS, format_major
from shopcli.domain.money import AMOUNT_MAX, checked_amount, exponent_of, meant_amount, parse_major
from shopcli.wording.advice import advice
from tests.factories import accepted, refusal

BAD_IN_EVERY_CURRENCY = [
    "", " ", "-1", "+1", "-0", "1e3", "1E3", "1_000", "1,000", "1 000", " 1", "1 ", "1\n", "\t1",
    "NaN", "nan", "Infinity", "inf", "0x10", "0b1", ".", ".5", "5.", "1.2.3", "1..2", "--1", "1-",
    "\uff11\uff10\uff10", "\u0661\u0662", "\u00b2", "\u2155", "1\u20092", "\u221210", "1\x00",
    "\x1b[31m1", "1\u202e", "\ud800", "1" * 5000, str(2**63), str(2**64), "9" * 17,
    "five", "1/2", "1%", "\u20a91000", "$1", "1.\uff10",
]  # fmt: skip


@pytest.mark.parametrize("exponent", [0, 2, 3])
@pytest.mark.parametrize("text", BAD_IN_EVERY_CURRENCY, ids=ascii)
def test_an_amount_is_ascii_digits_with_an_optional_point(text: str, exponent: int) -> None:
    """Signs, separators, exponents, other digits, blanks and huge numbers are no amounts."""
    refusal("invalid_input", parse_major, text, exponent)


@pytest.mark.parametrize(
    ("text", "exponent"), [("1.0", 0), ("1.00", 0), ("1.234", 2), ("0.0000", 3), ("1.000", 2)]
)
def test_decimals_beyond_the_currency_are_refused(text: str, exponent: int) -> None:
    """An amount has at most the currency's decimals, also when they are zeros."""
    refusal("invalid_input", parse_major, text, exponent)


@pytest.mark.parametrize(
    ("text", "exponent", "minor"),
    [
        ("0", 0, 0),
        ("10000", 0, 10_000),
        ("5", 2, 500),
        ("12.34", 2, 1234),
        ("12.3", 2, 1230),
        ("0.01", 2, 1),
        ("0007", 0, 7),
        ("1.005", 3, 1005),
        ("0" * 5000 + "1", 0, 1),
    ],
)
def test_an_amount_is_read_in_major_units(text: str, exponent: int, minor: int) -> None:
    """Missing decimals are zeros, leading zeros mean nothing."""
    assert parse_major(text, exponent) == minor


@pytest.mark.parametrize("exponent", [0, 2, 3])
def test_the_largest_amount_is_two_to_the_53_less_one(exponent: int) -> None:
    """The largest amount is read, one minor unit more is refused."""
    assert parse_major(format_major(AMOUNT_MAX, exponent), exponent) == AMOUNT_MAX == 2**53 - 1
    refusal("invalid_input", parse_major, format_major(2**53, exponent), exponent)


@given(st.integers(0, AMOUNT_MAX), st.sampled_from(sorted(set(EXPONENTS.values()))))
def test_writing_and_reading_an_amount_gives_it_back(minor: int, exponent: int) -> None:
    """An amount that is written is read as the same amount."""
    text = format_major(minor, exponent)

    assert text.isascii()
    assert parse_major(text, exponent) == minor
    assert format_major(-minor, exponent) == (f"-{text}" if minor else text)


@given(st.text(max_size=30), st.sampled_from([0, 2, 3]))
def test_any_text_is_read_or_refused(text: str, exponent: int) -> None:
    """Whatever is typed gives an amount within bounds or a clear refusal, never another error."""
    minor = accepted(partial(parse_major, exponent=exponent), text)

    assert minor is None or (0 <= minor <= AMOUNT_MAX and set(text) <= set("0123456789."))


@pytest.mark.parametrize(
    "value",
    [-1, 2**53, 2**63, 10**400, 1.0, 1.5, float("nan"), True, False, "1", None, b"1", [1]],
    ids=lambda value: repr(value)[:20],
)
def test_an_amount_in_minor_units_is_an_integer_within_bounds(value: object) -> None:
    """Floats, booleans, texts and what is out of bounds are no amounts in minor units."""
    refusal("invalid_input", checked_amount, value, "Amount")


@pytest.mark.parametrize("value", [0, 1, AMOUNT_MAX])
def test_bounds_of_an_amount_are_inclusive(value: int) -> None:
    """Zero and the largest amount are allowed unless the caller asks for more."""
    assert checked_amount(value, "Amount") == value
    refusal("invalid_input", checked_amount, value, "Amount", least=value + 1)


def test_decimals_are_those_of_the_currency() -> None:
    """Each currency has the decimals of ISO 4217; codes that are none are refused."""
    assert [exponent_of(code) for code in ("KRW", "EUR", "USD", "JPY", "KWD")] == [0, 2, 2, 0, 3]
    for code in ("krw", "XXX", "", "KRWW", "K\u0280W"):
        refusal("invalid_input", exponent_of, code)


@pytest.mark.parametrize(
    ("text", "exponent", "meant"),
    [
        ("1,50", 2, "1.50"),
        ("1,5", 2, "1.5"),
        ("12,5 EUR", 2, "12.5"),
        ("EUR 3", 2, "3"),
        ("3€", 2, "3"),
        ("€ 3", 2, "3"),
        ("12.505", 2, None),
        ("12,505", 2, None),
        ("1,000", 2, None),
        ("0,500", 2, None),
        ("1.000", 0, None),
        ("1.00", 0, "1"),
        ("9000.0", 0, "9000"),
        ("1.5", 0, None),
        ("0,123,456", 2, None),
        ("$1.00", 2, None),
        ("2.00 USD", 2, None),
        ("12.505 EUR", 2, None),
        ("\u20a94,500", 2, None),
        (" 1.00", 2, "1.00"),
        ("\u00a02.00\u00a0", 2, "2.00"),
        ("1\u00a0234.50", 2, "1234.50"),
        ("1\u202f234,50", 2, "1234.50"),
        ("1'234.50", 2, "1234.50"),
        ("-5.00", 2, None),
        ("\u22125", 2, None),
        ("+5", 2, "5"),
        ("10,000", 0, "10000"),
        ("10 000", 2, "10000"),
        ("1,234,567", 2, "1234567"),
        ("1.234.567", 0, "1234567"),
        ("1.234,50", 2, "1234.50"),
        ("1,234.50", 2, "1234.50"),
        ("\uff11\uff12", 0, "12"),
        ("10_000", 0, "10000"),
        ("0,50", 2, "0.50"),
        ("1,234", 3, None),
        ("1,5", 0, None),
        ("1.50", 0, None),
        ("1.2.3", 2, None),
        ("12,34,567", 2, None),
        ("1,234.567", 2, None),
        ("(5.00)", 2, None),
        ("variable", 2, None),
        ("1e3", 2, None),
        ("12%", 2, None),
        ("", 2, None),
        ("1/2", 2, None),
        ("9" * 40, 2, None),
    ],
    ids=ascii,
)
def test_an_amount_that_is_refused_says_what_to_type(
    text: str, exponent: int, meant: str | None
) -> None:
    """A refusal repeats the value and gives the one reading it plainly has, which is accepted."""
    assert meant_amount(text, exponent, "EUR") == meant
    refused = refusal("invalid_input", parse_major, text, exponent, "EUR")
    assert ascii(text)[1:-1][:5].strip() in ascii(refused.message)
    if meant is not None:
        assert parse_major(meant, exponent) >= 0
        assert f"Type {meant}." == advice(refused)


@given(st.text("0123456789.,'$ -", max_size=12), st.sampled_from([0, 2, 3]))
def test_what_is_advised_can_be_typed(text: str, exponent: int) -> None:
    """Whatever a refusal tells to type is an amount of the same digits."""
    meant = meant_amount(text, exponent)
    if meant is not None:
        assert parse_major(meant, exponent) >= 0
        digits = "".join(filter(str.isdigit, text))
        assert digits.lstrip("0") == meant.replace(".", "").lstrip("0")


def test_a_point_is_offered_only_where_there_are_decimals() -> None:
    """A currency without decimals is written in digits alone."""
    assert "point" not in str(refusal("invalid_input", parse_major, "12x", 0))
    assert "point" in str(refusal("invalid_input", parse_major, "12x", 2))


@pytest.mark.parametrize(
    ("text", "is_currency"),
    [
        ("12x", False),
        ("x12", False),
        ("12 abc", False),
        ("12 원", True),
        ("12 usd", True),
        ("$12", True),
        ("\u20ba12", True),
    ],
    ids=ascii,
)
def test_only_a_sign_or_code_of_a_currency_is_taken_for_one(
    text: str, *, is_currency: bool
) -> None:
    """A slip of the finger is answered with an example, and not with the shop's currency."""
    refused = refusal("invalid_input", parse_major, text, 2, "EUR")

    assert ("This shop is in EUR" in advice(refused)) is is_currency
