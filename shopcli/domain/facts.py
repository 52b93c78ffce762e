"""Fills sentences in: `{name}` stands for a detail, `{name:way}` for one written in some way.

A sentence is a whole text, so that it can be translated before it is filled in. It is looked
through once: what a value itself holds is never taken for a place to fill in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from shopcli.domain.amounts import spoken, typed_amount

_NAME_SHOWN_LENGTH_MAX = 80

Say = Callable[[str], str]
"""Gives a text in the language of whoever reads it; `str` leaves it English."""

Way = Callable[[Any, Mapping[str, Any], Say], str]
"""Writes a detail; is given all of them, and how to say words."""

_PLACE = re.compile(r"\{(?P<name>\w+)(?::(?P<way>[^{}]+))?\}")


def filled(
    text: str,
    details: Mapping[str, Any],
    say: Say = str,
    ways: Mapping[str, Way] = MappingProxyType({}),
) -> str:
    """A text with its places filled in; one that no detail fills stays as it is.

    Args:
        text: As in `There is no user {user}.`
        details: What fills it in.
        say: How words within it are said.
        ways: More ways than those of this module.
    """

    def value(found: re.Match[str]) -> str:
        name, way = found["name"], found["way"]
        if name not in details:
            return found[0]
        write = _plain if way is None else ways[way] if way in ways else WAYS[way]
        return write(details[name], details, say)

    return _PLACE.sub(value, text)


def _plain(value: Any, _details: Mapping[str, Any], _say: Say) -> str:  # noqa: ANN401  # any detail
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _both(values: Any, _details: Mapping[str, Any], say: Say) -> str:  # noqa: ANN401
    told, *others = values
    for other in others:
        told = filled(say("{one} and {other}"), {"one": told, "other": other})
    return str(told)


def _number(value: Any, details: Mapping[str, Any], _say: Say) -> str:  # noqa: ANN401
    """An amount of money as it is typed, with its currency; a count as it is."""
    currency = details.get("currency")
    return str(value) if currency is None else f"{typed_amount(value, currency)} {currency}"


def _named(names: Any, _details: Mapping[str, Any], say: Say) -> str:  # noqa: ANN401
    return ", ".join(name[:_NAME_SHOWN_LENGTH_MAX] or say("(empty)") for name in names)


def _barcodes(scanned: Any, _details: Mapping[str, Any], say: Say) -> str:  # noqa: ANN401
    each = say("{barcode} is the barcode of {sku}")
    return ", ".join(filled(each, one) for one in scanned)


def _meant(names: Any, details: Mapping[str, Any], say: Say) -> str:  # noqa: ANN401
    """A further sentence, where there are names that may be meant."""
    if not names:
        return ""
    told = f" {filled(say('Did you mean {names:or}?'), {'names': names}, say)}"
    if "alike" in details:
        told += (
            f" {filled(say('{alike} looks the same and has other letters or digits.'), details)}"
        )
    return told


def _shortages(items: Any, _details: Mapping[str, Any], say: Say) -> str:  # noqa: ANN401
    each = say("{sku} ({requested} wanted, {available} left)")
    return ", ".join(filled(each, item) for item in items)


def _either(values: Any, _details: Mapping[str, Any], say: Say) -> str:  # noqa: ANN401
    told, *others = values
    for other in others:
        told = filled(say("{one} or {other}"), {"one": told, "other": other})
    return str(told)


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        ",": lambda value, _details, _say: f"{value:,}",
        "and": _both,
        "barcodes": _barcodes,
        "meant": _meant,
        "money": lambda value, details, _say: spoken(value, details["currency"]),
        "named": _named,
        "noun": lambda value, details, say: filled(say(value), details),
        "number": _number,
        "or": _either,
        "shortages": _shortages,
        "short": lambda value, _details, _say: str(value)[:_NAME_SHOWN_LENGTH_MAX],
        "skus": lambda items, _details, _say: ", ".join(item["sku"] for item in items),
        "verb": lambda verb, _details, _say: verb.replace("_", " ").replace(".", ": "),
    }
)
"""How a detail can be written, other than as it is."""
