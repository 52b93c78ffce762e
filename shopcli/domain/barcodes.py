"""The codes that scanners read: what a barcode may be, and the one form in which codes compare.

A product is printed with a GTIN of 8, 12, 13 or 14 digits, and scanners and spreadsheets add or
drop zeros in front: all of them are one number, compared with 14 digits (GS1 General
Specifications, 3.3: "GTIN-14 format"). A SKU of so many digits is such a number as well.
"""

from __future__ import annotations

import re
import unicodedata

from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt, is_ignorable
from shopcli.domain.text import BLANKS

BARCODE_LENGTH_MAX = 64
GTIN_LENGTH = 14

_GTIN = re.compile(r"[0-9]{8,14}", re.ASCII)
_FORMULA = re.compile(r'="([^"]*)"')
_ROUNDED = re.compile(
    r"[0-9]+(?:[.,][0-9]+)?[Ee]\+[0-9]{1,3}|[0-9]+[.,]0+",
    re.ASCII,
)
_WORD = re.compile(r"(.+):([0-9]{1,16})", re.ASCII)


def as_read(text: str) -> str:
    """A code in one form (NFC), without what spreadsheets put round it: `'…` and `="…"`."""
    found = _FORMULA.fullmatch(text)
    if found is not None:
        text = found[1]
    elif text.startswith("'"):
        text = text[1:].removesuffix("'")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def is_rounded(text: str) -> bool:
    """Whether a spreadsheet has made a number of a text, as in `4.00638E+12` and `1001.0`."""
    return _ROUNDED.fullmatch(text) is not None


def canonical_code(text: str) -> str:
    """The form in which a code is compared: 8 to 14 digits as 14, anything else as it is."""
    return text.zfill(GTIN_LENGTH) if _GTIN.fullmatch(text) else text


def is_gtin(text: str) -> bool:
    """Whether a text is compared as a number of 14 digits."""
    return _GTIN.fullmatch(text) is not None


def codes_of(sku: str, barcode: str | None) -> tuple[str, ...]:
    """The codes that belong to one product alone: of its barcode, and of a SKU that is a GTIN."""
    codes = []
    if is_gtin(sku):
        codes.append(canonical_code(sku))
    if barcode is not None:
        code = canonical_code(as_read(barcode))
        if code not in codes:
            codes.append(code)
    return tuple(codes)


def checked_barcode(value: object) -> str:
    """A barcode as it is stored: 1 to 64 printable characters, what spreadsheets add taken off.

    Raises:
        InvalidInput: Anything else, or a number that a spreadsheet has rounded.
    """
    if not isinstance(value, str):
        raise InvalidInput(
            "A barcode is a text, not {type}.",
            details={"field": "barcode", "type": type(value).__name__},
        )
    barcode = as_read(value[: BARCODE_LENGTH_MAX * 4])
    if is_rounded(barcode):
        raise InvalidInput(
            "The barcode '{value}' was rounded by a spreadsheet.",
            details={"field": "barcode", "reason": "rounded_barcode", "value": excerpt(value)},
        )
    fits = 1 <= len(barcode) <= BARCODE_LENGTH_MAX and len(value) <= BARCODE_LENGTH_MAX * 4
    is_seen = barcode.isprintable() and not any(map(is_ignorable, barcode))
    if fits and is_seen and barcode == barcode.strip(BLANKS):
        return barcode
    plain = barcode.strip(f"{BLANKS}\t\r\n")
    raise InvalidInput(
        "'{value}' is no barcode: that has 1 to {length_max} printable characters and no blank at"
        " either end.",
        details={
            "field": "barcode",
            "reason": "barcode",
            "value": excerpt(value),
            "length_max": BARCODE_LENGTH_MAX,
            **({"meant": plain} if _GTIN.fullmatch(plain) else {}),
        },
    )


def split_word(word: str) -> tuple[str, int] | None:
    """What stands before the last colon of `LATTE:2`, and the quantity behind it; else None."""
    found = _WORD.fullmatch(word)
    if found is None or int(found[2]) < 1:
        return None
    return found[1], int(found[2])
