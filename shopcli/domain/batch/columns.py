"""Parses whole columns with functions written in C; columns it cannot are parsed cell by cell.

The result is always that of `domain.batch.cell` (a test compares them). A column with a wrong or
unusual cell is not parsed here.
"""

from __future__ import annotations

import re
import unicodedata
from operator import itemgetter
from typing import TYPE_CHECKING

from shopcli.domain.barcodes import BARCODE_LENGTH_MAX
from shopcli.domain.batch.grammar import CLEAR_TEXT, LEAVE, Column, Grammar, Value, cell
from shopcli.domain.errors import ShopError
from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.showing import IGNORABLE
from shopcli.domain.text import BLANKS, IDENTIFIER_LENGTH_MAX, KEY_LENGTH_MAX, NAME_LENGTH_MAX

if TYPE_CHECKING:
    from collections.abc import Sequence

_DIGITS = b"0123456789"
_IDENTIFIER = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-" + _DIGITS
_PRINTABLE = bytes(range(0x20, 0x7F))
_UNSEEN = re.compile(
    "["
    + "".join(f"{chr(first)}-{chr(last)}" for first, last in IGNORABLE)
    + f"{BLANKS[1:]}]|^\\W+$",
    re.MULTILINE,
)
"""Invisible characters, blanks, and cells without any letter or digit: parsed one by one."""

_ROUND = re.compile(r"^[0-9]+[.,]0+$", re.MULTILINE)

_DIGITS_SAFE = 12
"""A number of this length, with the most decimals any currency has, is a valid amount."""

_SAMPLE = 64
_LENGTH_MAX = {
    "sku": IDENTIFIER_LENGTH_MAX,
    "user": IDENTIFIER_LENGTH_MAX,
    "key": KEY_LENGTH_MAX,
    "text": NAME_LENGTH_MAX,
    "barcode": BARCODE_LENGTH_MAX,
}


def read_column(column: Column, cells: Sequence[str], rules: Grammar) -> list[Value] | None:
    """Parse a column; None if any cell is wrong or unusual.

    Args:
        column: The column.
        cells: Its cells, without line ends.
        rules: Gives the currency and time zone.
    """
    if len(set(cells[:_SAMPLE])) * 2 <= min(len(cells), _SAMPLE):
        distinct = set(cells)
        if len(distinct) * 4 <= len(cells):
            return _by_distinct(column, cells, distinct, rules)
    lengths = set(map(len, cells))
    if 0 in lengths:
        return None if column.required else _with_gaps(column, cells, rules)
    if column.form in {"amount", "count"}:
        return _numbers(column, cells, lengths, rules)
    longest = _LENGTH_MAX.get(column.form)
    if longest is None or max(lengths) > longest:
        return None
    is_taken = _is_plain_text(cells) if column.form == "text" else _is_of_marks(column, cells)
    return list(cells) if is_taken else None


def _is_of_marks(column: Column, cells: Sequence[str]) -> bool:
    """Whether identifiers, codes or keys contain only allowed ASCII characters."""
    together = "\n".join(cells)
    if not together.isascii() or _may_be_rounded(together):
        return False
    if column.form == "key":
        # "\\N" clears a cell and is no key; a key may contain any other printable ASCII.
        return (
            not together.encode().translate(None, _PRINTABLE + b"\n")
            and CLEAR_TEXT not in together
            and not _has_blank_ends(together)
        )
    return not together.encode().translate(None, _IDENTIFIER + b"\n")


def _may_be_rounded(together: str) -> bool:
    """Whether any cell may have been rounded by a spreadsheet."""
    return "+" in together or (
        ("." in together or "," in together) and bool(_ROUND.search(together))
    )


def _has_blank_ends(together: str) -> bool:
    return " \n" in together or "\n " in together or together[0] == " " or together[-1] == " "


def _is_plain_text(cells: Sequence[str]) -> bool:
    """Whether texts, of any script, are valid without any change."""
    together = "\n".join(cells)
    if _has_blank_ends(together):
        return False
    if CLEAR_TEXT in together:
        return False
    if together.isascii():
        return not together.encode().translate(None, _PRINTABLE + b"\n")
    # `isprintable` refuses all that no text may contain, and more. The line ends between cells keep
    # an accent at the start of one from combining with the end of another.
    is_seen = "".join(cells).isprintable() and not _UNSEEN.search(together)
    return is_seen and unicodedata.is_normalized("NFC", together)


def _by_distinct(
    column: Column, cells: Sequence[str], distinct: set[str], rules: Grammar
) -> list[Value] | None:
    try:
        values = {text: cell(column, text, rules) for text in distinct}
    except ShopError:
        return None
    return list(map(values.__getitem__, cells))


def _with_gaps(column: Column, cells: Sequence[str], rules: Grammar) -> list[Value] | None:
    values = read_column(column, [text for text in cells if text], rules)
    if values is None:
        return None
    following = iter(values)
    return [next(following) if text else LEAVE for text in cells]


def _numbers(
    column: Column, cells: Sequence[str], lengths: set[int], rules: Grammar
) -> list[Value] | None:
    together = "".join(cells)
    if max(lengths) > _DIGITS_SAFE or not together.isascii():
        return None
    unit = 10**rules.exponent if column.form == "amount" else 1
    if unit > 1 and "." in together:
        if not _all_have_decimals(cells, together, lengths, rules.exponent):
            return None
        cells, unit = "\n".join(cells).replace(".", "").split("\n"), 1
        together = together.replace(".", "")
    if together.encode().translate(None, _DIGITS):
        return None
    numbers = list(map(int, cells))
    if unit > 1:
        numbers = [number * unit for number in numbers]
    is_narrow = column.least > 0 or column.most < AMOUNT_MAX
    if is_narrow and (min(numbers) < column.least or max(numbers) > column.most):
        return None
    return list(numbers)


def _all_have_decimals(
    cells: Sequence[str], together: str, lengths: set[int], exponent: int
) -> bool:
    """Whether each cell has one point, all decimals after it and at least one digit before it."""
    points = set(map(itemgetter(slice(-exponent - 1, -exponent)), cells))
    return points == {"."} and together.count(".") == len(cells) and min(lengths) > exponent + 1
