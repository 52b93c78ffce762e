"""Reads amounts that are typed into a field: as commands take them, or as the screens show them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput
from shopcli.domain.money import parse_major
from shopcli.domain.showing import excerpt

if TYPE_CHECKING:
    from shopcli.tui.wording import Wording

_GROUPED = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?"
_LETTER = re.compile(r"[^\W\d_]")
_GROUP = _DECIMALS_LIKE_A_GROUP = 3
_EXAMPLE = 5_000


def read_amount(text: str, wording: Wording, example: str = "") -> int:
    """Read a typed amount, in minor units: `27700`, or `27,700` as the screens show it.

    A text with commas has one meaning or none: they stand between groups of exactly three digits,
    before the point. In a currency of three decimals `1,234` could be 1.234, too: it is refused.

    Args:
        text: As it was typed.
        wording: Knows the currency.
        example: The one in the hint of the field, where there is one.

    Raises:
        InvalidInput: It is no amount, or too much.
    """
    try:
        return _read_amount(text, wording)
    except InvalidInput as error:
        if example and "," not in str(error.details.get("example", ",")):
            error.details["example"] = example
        raise


def _read_amount(text: str, wording: Wording) -> int:
    exponent, currency = wording.exponent, wording.currency
    if "," not in text:
        return parse_major(text, exponent, currency)
    is_grouped = re.fullmatch(_GROUPED, text) is not None and not (
        exponent == _DECIMALS_LIKE_A_GROUP and text.count(",") == 1 and "." not in text
    )
    try:
        return parse_major(text.replace(",", "") if is_grouped else text, exponent, currency)
    except InvalidInput as error:
        error.details["value"] = excerpt(text)  # as it was typed, with its commas
        if is_grouped or _LETTER.search(text):
            raise
        is_short = len(text.rpartition(",")[2].strip()) < _GROUP
        if is_short and not exponent and error.details.pop("meant", None):
            # `5,00` may be 500 or 5,000, and is hardly 5
            error.details |= {"example": f"{_EXAMPLE:,}", "reason": "amount"}
        raise InvalidInput(
            "'{value}' is no amount: commas stand only between groups of three digits.",
            details=error.details,
        ) from None
