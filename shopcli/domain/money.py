"""Parses and checks amounts: integers in the currency's minor unit, never floats."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from shopcli.domain.amounts import EXPONENTS, format_major, typed_amount
from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt
from shopcli.domain.text import BLANKS

Minor = Annotated[int, "minor units of the currency"]
"""An amount of money; a record field annotated with this type is printed as money."""

AMOUNT_MAX = 2**53 - 1
"""Largest amount or count: exact in every JSON reader (RFC 8259, section 6)."""

DEFAULT_CURRENCY = "KRW"

_MAJOR = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_TYPED_LENGTH_MAX = 40
_SIGN = "([^\\W\\d_]{1,3}|[$\u00a2-\u00a5\u20a0-\u20cf])?"
_WRITTEN = rf"\+?{_SIGN}\s?\+?([0-9](?:[0-9.,'\u2019\s_]*[0-9])?)\s?{_SIGN}"
"""Digits with any separators, with a currency's sign or code before or after them. No minus: a
negative number is no misspelling of a positive one. A string, compiled only after a mistake."""

_SIGNS = {"\u20ac": "EUR", "\u00a3": "GBP", "\u20a9": "KRW", "\uc6d0": "KRW", "won": "KRW"}
_SHARED_SIGNS = {
    "$": frozenset(["USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD"]),
    "\u00a5": frozenset({"JPY", "CNY"}),
}

_MARKS = r"[.,'\u2019\s_]"
_GROUP = 3
_DIGITS_MAX = 16
"""No valid amount has more digits; longer texts are refused before they are converted."""


def exponent_of(currency: str) -> int:
    """Number of decimals of a currency.

    Raises:
        InvalidInput: Not a code of an active ISO 4217 currency.
    """
    exponent = EXPONENTS.get(currency)
    if exponent is None:
        raise InvalidInput(
            "'{value}' is not an ISO 4217 currency code.",
            details={"field": "currency", "value": excerpt(currency), "reason": "currency"},
        )
    return exponent


def parse_major(text: str, exponent: int, currency: str | None = None) -> int:
    """Parse an amount as people type it (`10000`, `12.34`) into minor units.

    Args:
        text: ASCII digits with an optional point and at most `exponent` decimals.
        exponent: Decimals of the currency.
        currency: The currency, which only the advice depends on.

    Raises:
        InvalidInput: Anything but ASCII digits and one point, too many decimals, or an amount
            above `AMOUNT_MAX`.
    """
    match = _MAJOR.fullmatch(text)
    if match is None:
        raise InvalidInput(
            "'{value}' is no amount: it is written in digits, 0 to 9, and a point if need be."
            if exponent
            else "'{value}' is no amount: it is written in digits, 0 to 9, and nothing else.",
            details=_how_to_type(text, exponent, currency),
        )
    whole, decimals = match[1].lstrip("0"), match[2] or ""
    if len(decimals) > exponent:
        raise InvalidInput(
            "'{value}' is no amount: this currency has at most {decimals} decimals."
            if exponent
            else "'{value}' is no amount: this currency has no decimals.",
            details={**_how_to_type(text, exponent, currency), "decimals": exponent},
        )
    digits = whole + decimals.ljust(exponent, "0")
    amount = int(digits or "0") if len(digits) <= _DIGITS_MAX else AMOUNT_MAX + 1
    if amount > AMOUNT_MAX:
        raise InvalidInput(
            "'{value}' is too much: an amount is at most {largest}.",
            details={
                "value": excerpt(text),
                "largest": format_major(AMOUNT_MAX, exponent),
                "reason": "too_much",
            },
        )
    return amount


def meant_amount(text: str, exponent: int, currency: str | None = None) -> str | None:
    """Correct an amount that is written in another format; None if its meaning is not certain.

    `1,50`, ` 1.00`, `10 000` and `1.234,50` have one meaning. In a currency with decimals, `12.505`
    and `1,000` have two (the mark may separate thousands or decimals). In one without, `1.00`
    is 1 and `1.5` has no meaning. A sign or code of a currency must be that of `currency`.

    Args:
        text: What was typed.
        exponent: Decimals of the currency.
        currency: The currency; None if it is not known or the number is no amount of money.
    """
    found = _as_written(text)
    if found is None or any(sign and not _is_sign_of(sign, currency) for sign in found.group(1, 3)):
        return None
    digits = found[2]
    marks = re.findall(_MARKS, digits)
    first, *others = re.split(_MARKS, digits)
    if not marks:
        return _as_typed(first, "", exponent)
    decimals = others.pop() if marks[-1] in ".," and len(others[-1]) != _GROUP else ""
    if others and not _is_grouped(first, others, marks[: len(others)]):
        return None
    if decimals and marks[-1] in marks[:-1]:
        return None
    if len(marks) == 1 and not decimals and (marks[0] == "." or (exponent and marks[0] == ",")):
        return None  # ambiguous: thousands or decimals
    return _as_typed(first + "".join(others), decimals, exponent)


def _as_written(text: str) -> re.Match[str] | None:
    if len(text) > _TYPED_LENGTH_MAX:
        return None
    return re.fullmatch(_WRITTEN, unicodedata.normalize("NFKC", text).strip(f"{BLANKS}\t\r\n"))


def _is_sign(text: str) -> bool:
    """Whether what was typed with an amount is a currency's sign or code, and no other letters."""
    is_symbol = len(text) == 1 and unicodedata.category(text) == "Sc"
    return is_symbol or text in _SIGNS or text.upper() in EXPONENTS


def _is_sign_of(sign: str, currency: str | None) -> bool:
    """Whether a sign or code typed with an amount belongs to this currency."""
    if currency is None:
        return False
    if sign in _SHARED_SIGNS:
        return currency in _SHARED_SIGNS[sign]
    return _SIGNS.get(sign, sign.upper()) == currency


def _is_grouped(first: str, others: list[str], marks: list[str]) -> bool:
    """Whether digits form groups of three, all separated by the same mark."""
    is_even = len(first) <= _GROUP and all(len(group) == _GROUP for group in others)
    if first.startswith("0"):
        return False
    return is_even and len(set(marks)) == 1


def _as_typed(whole: str, decimals: str, exponent: int) -> str | None:
    if not exponent and decimals in {"0", "00"}:
        decimals = ""
    if len(decimals) > exponent or len(whole) > _DIGITS_MAX:
        return None
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{decimals}" if decimals else whole


def checked_amount(
    value: object,
    what: str,
    *,
    least: int = 0,
    most: int = AMOUNT_MAX,
    currency: str | None = None,
    **names: str,
) -> int:
    """Check that an amount in minor units, or a count, is an integer within bounds.

    Args:
        value: What the caller passed.
        what: Name of the value in the message, such as `Quantity of {sku}`.
        least: Smallest value allowed.
        most: Largest value allowed.
        currency: Currency of an amount, which the message then shows in major units.
        names: Details that the name of the value contains, such as `sku="LATTE"`.

    Raises:
        InvalidInput: Not an integer (a boolean or float is none), or out of bounds.
    """
    if type(value) is not int:
        raise InvalidInput(
            "{field:noun} must be an integer, not {type}.",
            details={
                "field": what,
                "type": type(value).__name__,
                "reason": "not_an_integer",
                **names,
            },
        )
    if not least <= value <= most:
        raise InvalidInput(
            "{field:noun} is {told}; it must be in the range {least:number} to {most:number}.",
            details={
                **({"value": value} if abs(value) <= AMOUNT_MAX else {}),
                "least": least,
                "most": most,
                "field": what,
                "told": _repeated(value, currency),
                "reason": "too_small" if value < least else "too_large",
                **({} if currency is None else {"currency": currency}),
                **names,
            },
        )
    return value


def _repeated(number: int, currency: str | None) -> str:
    """Format a number for a message; Python refuses to convert very long ones."""
    if abs(number) >= 10**_TYPED_LENGTH_MAX:
        return "one of so many digits"
    return str(number) if currency is None else f"{typed_amount(number, currency)} {currency}"


def _how_to_type(text: str, exponent: int, currency: str | None) -> dict[str, object]:
    """Details for a text that is no amount: the corrected amount, or an example."""
    details: dict[str, object] = {"value": excerpt(text)}
    meant = meant_amount(text, exponent, currency)
    if meant is not None:
        return {**details, "meant": meant}
    details["example"] = format_major(12 * 10**exponent + (34 % 10**exponent), exponent)
    found = _as_written(text)
    signs = found.group(1, 3) if found else ()
    is_other = any(_is_sign(sign) and not _is_sign_of(sign, currency) for sign in signs if sign)
    if currency is not None and is_other:
        return {**details, "currency": currency, "reason": "other_currency"}
    return {**details, "reason": "amount"}
