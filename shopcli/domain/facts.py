"""Fills details into sentences: `{name}` is replaced by a detail, `{name:way}` by a formatted one.

The whole sentence is translated first and then filled in. It is searched once, so a placeholder
within a value is never replaced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from shopcli.domain.amounts import spoken, typed_amount

_NAME_SHOWN_LENGTH_MAX = 80

Say = Callable[[str], str]
"""Translates a text into the reader's language; `str` leaves it in English."""

Detail = Any
"""A detail of an error: each has a type of its own, which its way knows."""

Way = Callable[[Detail, Mapping[str, Detail], Say], str]
"""Formats a detail; its arguments are the detail, all details, and the translation."""

_PLACE = re.compile(r"\{(?P<name>\w+)(?::(?P<way>[^{}]+))?\}")


def filled(
    text: str,
    details: Mapping[str, Detail],
    say: Say = str,
    ways: Mapping[str, Way] = MappingProxyType({}),
) -> str:
    """Replace the placeholders of a text; a placeholder without a detail stays as it is.

    Args:
        text: A text such as `There is no user {user}.`
        details: The details by name.
        say: Translates words that are filled in.
        ways: Formats in addition to `WAYS`.
    """

    def value(found: re.Match[str]) -> str:
        name, way = found["name"], found["way"]
        if name not in details:
            return found[0]
        write = _plain if way is None else ways[way] if way in ways else WAYS[way]
        return write(details[name], details, say)

    return _PLACE.sub(value, text)


def _plain(value: Detail, _details: Mapping[str, Detail], _say: Say) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _linked(values: Detail, pair: str) -> str:
    """Values in one text, each linked to those before it as the text for a pair says."""
    joined, *others = values
    for other in others:
        joined = filled(pair, {"one": joined, "other": other})
    return str(joined)


def _number(value: Detail, details: Mapping[str, Detail], _say: Say) -> str:
    """An amount of money in major units with its currency, or a plain count."""
    currency = details.get("currency")
    return str(value) if currency is None else f"{typed_amount(value, currency)} {currency}"


def _named(names: Detail, _details: Mapping[str, Detail], say: Say) -> str:
    return ", ".join(name[:_NAME_SHOWN_LENGTH_MAX] or say("(empty)") for name in names)


def _barcodes(scanned: Detail, _details: Mapping[str, Detail], say: Say) -> str:
    each = say("{barcode} is the barcode of {sku}")
    return ", ".join(filled(each, one) for one in scanned)


def _meant(names: Detail, details: Mapping[str, Detail], say: Say) -> str:
    """A second sentence with suggestions, if there are any."""
    if not names:
        return ""
    sentence = f" {filled(say('Did you mean {names:or}?'), {'names': names}, say)}"
    if "alike" in details:
        sentence += (
            f" {filled(say('{alike} looks the same and has other letters or digits.'), details)}"
        )
    return sentence


def _exceeding(items: Detail, _details: Mapping[str, Detail], say: Say) -> str:
    each = say("{sku} ({requested} wanted, {left} left)")
    return ", ".join(filled(each, item) for item in items)


def _shortages(items: Detail, _details: Mapping[str, Detail], say: Say) -> str:
    each = say("{sku} ({requested} wanted, {available} left)")
    return ", ".join(filled(each, item) for item in items)


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        ",": lambda value, _details, _say: f"{value:,}",
        "and": lambda values, _details, say: _linked(values, say("{one} and {other}")),
        "barcodes": _barcodes,
        "exceeding": _exceeding,
        "meant": _meant,
        "money": lambda value, details, _say: spoken(value, details["currency"]),
        "named": _named,
        "noun": lambda value, details, say: filled(say(value), details),
        "number": _number,
        "or": lambda values, _details, say: _linked(values, say("{one} or {other}")),
        "shortages": _shortages,
        "short": lambda value, _details, _say: str(value)[:_NAME_SHOWN_LENGTH_MAX],
        "skus": lambda items, _details, _say: ", ".join(item["sku"] for item in items),
        "verb": lambda verb, _details, _say: verb.replace("_", " ").replace(".", ": "),
    }
)
"""Formats of details, by the name that follows the colon."""
