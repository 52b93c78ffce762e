"""Amounts as integers in a currency's minor unit: reading what people type, bounds; no float."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from shopcli.domain.amounts import EXPONENTS, format_major, typed_amount
from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt
from shopcli.domain.text import BLANKS

Minor = Annotated[int, "minor units of the currency"]
"""An amount of money; what annotates a field of a record with it is printed as money."""

AMOUNT_MAX = 2**53 - 1
"""Largest amount or count: exact in every JSON reader (RFC 8259, section 6)."""

DEFAULT_CURRENCY = "KRW"

_MAJOR = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_TYPED_LENGTH_MAX = 40
_SIGN = "([^\\W\\d_]{1,3}|[$\u00a2-\u00a5\u20a0-\u20cf])?"
_WRITTEN = rf"\+?{_SIGN}\s?\+?([0-9](?:[0-9.,'\u2019\s_]*[0-9])?)\s?{_SIGN}"
"""A currency's sign or code before or behind, and digits set apart in some way; nothing that takes
away: what is asked for where no minus is allowed is not its opposite. A text, compiled when it is
used: after a mistake."""

_SIGNS = {"\u20ac": "EUR", "\u00a3": "GBP", "\u20a9": "KRW", "\uc6d0": "KRW"}
_SHARED_SIGNS = {
    "$": frozenset(["USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD"]),
    "\u00a5": frozenset({"JPY", "CNY"}),
}

_MARKS = r"[.,'\u2019\s_]"
_GROUP = 3
_DIGITS_MAX = 16
"""No amount within bounds has more digits; longer texts are refused before they are converted."""


def exponent_of(currency: str) -> int:
    """The number of decimals of a currency.

    Raises:
        InvalidInput: The code is not an ISO 4217 currency in use.
    """
    exponent = EXPONENTS.get(currency)
    if exponent is None:
        raise InvalidInput(
            "'{value}' is not an ISO 4217 currency code.",
            details={"field": "currency", "value": excerpt(currency), "reason": "currency"},
        )
    return exponent


def parse_major(text: str, exponent: int, currency: str | None = None) -> int:
    """Read an amount as people type it (`10000`, `12.34`) into minor units.

    Args:
        text: ASCII digits with an optional point and at most `exponent` decimals.
        exponent: Decimals of the currency.
        currency: Which it is; only the advice depends on it.

    Raises:
        InvalidInput: Any sign, comma, exponent, underscore, other digit, too many decimals, or an
            amount above `AMOUNT_MAX`.
    """
    match = _MAJOR.fullmatch(text)
    if match is None:
        raise InvalidInput(
            "'{value}' is no amount: that is written in ASCII digits with an optional point."
            if exponent
            else "'{value}' is no amount: that is written in ASCII digits only.",
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
            details={"value": excerpt(text), "largest": format_major(AMOUNT_MAX, exponent)},
        )
    return amount


def meant_amount(text: str, exponent: int, currency: str | None = None) -> str | None:
    """What an amount that is written another way plainly means, as it is to be typed; else None.

    `1,50`, ` 1.00`, `10 000` and `1.234,50` have one reading. `12.505` and `1,000` have two where
    there are decimals (thousands set apart, or decimals), `1.5` none where there are none. A sign
    or code of a currency must be the one of `currency`.

    Args:
        text: What was typed.
        exponent: Decimals of the currency.
        currency: Which it is; None: not known, or no amount of money.
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
        return None  # thousands or decimals
    return _as_typed(first + "".join(others), decimals, exponent)


def _as_written(text: str) -> re.Match[str] | None:
    if len(text) > _TYPED_LENGTH_MAX:
        return None
    return re.fullmatch(_WRITTEN, unicodedata.normalize("NFKC", text).strip(f"{BLANKS}\t\r\n"))


def _is_sign_of(sign: str, currency: str | None) -> bool:
    """Whether a sign or code that was typed beside an amount is this currency's."""
    if currency is None:
        return False
    if sign in _SHARED_SIGNS:
        return currency in _SHARED_SIGNS[sign]
    return _SIGNS.get(sign, sign.upper()) == currency


def _is_grouped(first: str, others: list[str], marks: list[str]) -> bool:
    """Whether digits are set apart by one mark, in groups of three."""
    is_even = len(first) <= _GROUP and all(len(group) == _GROUP for group in others)
    if first.startswith("0"):
        return False
    return is_even and len(set(marks)) == 1


def _as_typed(whole: str, decimals: str, exponent: int) -> str | None:
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
    """An integer in minor units (or a count) within bounds.

    Args:
        value: What the caller gave.
        what: Name of the value in the message, as in `Quantity of {sku}`.
        least: Smallest value allowed.
        most: Largest value allowed.
        currency: Of an amount of money, which the message then gives in major units.
        names: What the name of the value holds, as in `sku="LATTE"`.

    Raises:
        InvalidInput: Not an integer (booleans and floats are none), or out of bounds.
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
                "told": _told(value, currency),
                **({} if currency is None else {"currency": currency}),
                **names,
            },
        )
    return value


def _told(number: int, currency: str | None) -> str:
    """A number as a message repeats it; Python itself refuses to write out very long ones."""
    if abs(number) >= 10**_TYPED_LENGTH_MAX:
        return "one of so many digits"
    return str(number) if currency is None else f"{typed_amount(number, currency)} {currency}"


def _how_to_type(text: str, exponent: int, currency: str | None) -> dict[str, object]:
    """The details of a text that is no amount: what it plainly means, or an example."""
    details: dict[str, object] = {"value": excerpt(text)}
    meant = meant_amount(text, exponent, currency)
    if meant is not None:
        return {**details, "meant": meant}
    details["example"] = format_major(12 * 10**exponent + (34 % 10**exponent), exponent)
    found = _as_written(text)
    signs = found.group(1, 3) if found else ()
    if currency is not None and any(sign and not _is_sign_of(sign, currency) for sign in signs):
        return {**details, "currency": currency, "reason": "other_currency"}
    return {**details, "reason": "amount"}
