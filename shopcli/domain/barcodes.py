"""Checks barcodes, and brings codes into the one form in which they are compared.

A product carries a GTIN of 8, 12, 13 or 14 digits, and scanners and spreadsheets add or drop
leading zeros. All of these are the same number, so they are compared with 14 digits (GS1 General
Specifications, 3.3: "GTIN-14 format"). A SKU of 8 to 14 digits counts as a GTIN too.
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
    """Normalise a code (NFC) and remove what spreadsheets put around it: `'…` and `="…"`."""
    found = _FORMULA.fullmatch(text)
    if found is not None:
        text = found[1]
    elif text.startswith("'"):
        text = text[1:].removesuffix("'")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def is_rounded(text: str) -> bool:
    """Whether a spreadsheet has turned a code into a number, such as `4.00638E+12`, `1001.0`."""
    return _ROUNDED.fullmatch(text) is not None


def canonical_code(text: str) -> str:
    """The form in which a code is compared: 8 to 14 digits padded to 14, others unchanged."""
    return text.zfill(GTIN_LENGTH) if _GTIN.fullmatch(text) else text


def is_gtin(text: str) -> bool:
    """Whether a text has 8 to 14 digits, and so is compared as a GTIN."""
    return _GTIN.fullmatch(text) is not None


def codes_of(sku: str, barcode: str | None) -> tuple[str, ...]:
    """The codes that no other product may have: its barcode, and its SKU if that is a GTIN."""
    codes = []
    if is_gtin(sku):
        codes.append(canonical_code(sku))
    if barcode is not None:
        code = canonical_code(as_read(barcode))
        if code not in codes:
            codes.append(code)
    return tuple(codes)


def checked_barcode(value: object) -> str:
    """Check a barcode and return it as it is stored, without what spreadsheets add.

    Raises:
        InvalidInput: Not 1 to 64 printable characters, or a number that a spreadsheet has rounded.
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
    """Split `LATTE:2` at its last colon into code and quantity; None if it has no such form."""
    found = _WORD.fullmatch(word)
    if found is None or int(found[2]) < 1:
        return None
    return found[1], int(found[2])
