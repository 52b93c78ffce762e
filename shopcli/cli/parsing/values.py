"""Parses values of the command line: counts, signed amounts, SKU[:QTY]; strict on purpose.

`int()` would take `1_0`, ` 5` and digits of other scripts; the shop takes none of these.
"""

from __future__ import annotations

import re

import typer

from shopcli.domain.errors import InvalidInput
from shopcli.domain.money import AMOUNT_MAX, parse_major
from shopcli.domain.showing import shown

_DIGITS = re.compile(r"[0-9]{1,16}")
_DIGIT_COUNT_MAX = len(str(AMOUNT_MAX))
_QUANTITY = re.compile(r"-?([1-9][0-9]{0,3})")
"""A quantity typed without its colon, or with a dash in place of it."""
_SPAN = re.compile(r"([0-9]{1,5})(ms|s|m|h)?")
_SPAN_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_SIGNED = re.compile(r"([+-]?)([0-9]{1,16})")


def count(text: str | int) -> int:
    """Parse a whole number of at least 0."""
    return _whole(text, least=0)


def positive_count(text: str | int) -> int:
    """Parse a whole number of at least 1."""
    return _whole(text, least=1)


def signed_count(text: str) -> int:
    """Parse a whole number other than 0; negative ones begin with a minus."""
    found = _SIGNED.fullmatch(text)
    number = int(found[2]) if found else 0
    if not 0 < number <= AMOUNT_MAX:
        message = f"{text!r} is not a whole number with a sign, like +5 or -3."
        raise typer.BadParameter(message)
    return -number if found and found[1] == "-" else number


def signed_amount(text: str, exponent: int, currency: str) -> int:
    """Parse an amount other than 0, typed as `+500`, `-500` or `500`.

    Raises:
        InvalidInput: Not such an amount.
    """
    sign, digits = (text[0], text[1:]) if text[:1] in {"+", "-"} else ("+", text)
    amount = parse_major(digits, exponent, currency)
    if amount == 0:
        raise InvalidInput(
            "An adjustment changes the balance, so it is not 0.",
            details={"reason": "adjustment_of_nothing"},
        )
    return -amount if sign == "-" else amount


def seconds(text: str) -> float:
    """Parse a duration typed as `250ms`, `2s`, `5m` or `1h`; a bare number is seconds.

    Raises:
        InvalidInput: Anything else.
    """
    found = _SPAN.fullmatch(text)
    if not found:
        raise InvalidInput(
            "'{value}' is not a time such as 250ms, 2s or 5m.",
            details={"value": text[:20], "reason": "duration"},
        )
    return int(found[1]) * _SPAN_SECONDS[found[2] or "s"]


def quantities_joined(words: list[str], unknown: set[str]) -> list[str]:
    """Join each quantity in the words of an order to the SKU before it."""
    joined: list[str] = []
    for word in words:
        quantity = _QUANTITY.fullmatch(word) if word in unknown else None
        if joined and quantity and ":" not in joined[-1]:
            joined[-1] = f"{joined[-1]}:{quantity[1]}"
        else:
            joined.append(word)
    return joined


def line_bound(text: str | int) -> int:
    """Parse the most malformed lines to put aside: a number, or `all`."""
    if isinstance(text, int):  # a default
        return text
    if text == "all":
        return AMOUNT_MAX
    if not (_DIGITS.fullmatch(text) and int(text) <= AMOUNT_MAX):
        message = f"{text!r} is not a number of lines, nor all."
        raise typer.BadParameter(message)
    return int(text)


def _whole(text: str | int, *, least: int) -> int:
    if isinstance(text, int):  # a default, which Typer passes through here too
        return text
    digits = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    if len(digits) > _DIGIT_COUNT_MAX or int(digits or "0") > AMOUNT_MAX:
        message = f"{shown(text)} is more than {AMOUNT_MAX}, the most there can be."
        raise typer.BadParameter(message)
    number = int(text) if _DIGITS.fullmatch(text) else -1
    if number < least:
        message = f"{text!r} is not a whole number of at least {least}."
        raise typer.BadParameter(message)
    return number
