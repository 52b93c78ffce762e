"""The one way untrusted text is made fit to show: what could act on a terminal is written out.

Trojan Source (CVE-2021-42574); terminal escapes (CWE-150).
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN_LENGTH_MAX = 40

_BIDIRECTIONAL = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f"
)
_SEPARATORS = frozenset("\u2028\u2029\ufff9\ufffa\ufffb")
IGNORABLE = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt): shown as nothing at all.

Python does not know the property; it is stable, and holds what is not assigned yet as well.
"""

_EMOJI_STYLES = "\ufe0e\ufe0f"
_JOINERS = "\u200c\u200d"
_JOINING_SCRIPTS = ((0x0600, 0x109F), (0x1780, 0x18AF))
"""From Arabic to Myanmar, Khmer and Mongolian: where a joiner changes how letters are drawn."""

_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Cn", "Co"})


def excerpt(value: object) -> str:
    """A value as an error repeats it: inert, and cut where it is long."""
    text = value if isinstance(value, str) else repr(value)
    return inert(text if len(text) <= _SHOWN_LENGTH_MAX else f"{text[:_SHOWN_LENGTH_MAX]}…")


def shown(value: object) -> str:
    """The same in quotes."""
    return f"'{excerpt(value)}'"


def inert(text: object) -> str:
    r"""Any text made fit for a terminal: whatever could act on it is shown as `\u{…}` instead.

    Names are checked on the way in; this is for the way out, because databases can be written by
    others and answers of a platform come from outside.
    """
    raw = str(text)
    if raw.isascii() and raw.isprintable():
        return raw
    return "".join(
        c if is_harmless(c, around) else f"\\u{{{ord(c):x}}}"
        for c, around in zip(raw, surroundings(raw), strict=True)
    )


def is_ignorable(character: str) -> bool:
    """Whether a character is shown as nothing at all."""
    code = ord(character)
    return code >= IGNORABLE[0][0] and any(first <= code <= last for first, last in IGNORABLE)


def surroundings(text: str) -> Iterator[str]:
    """What stands before and after each character, a blank where nothing does."""
    return map(str.__add__, f" {text}", f"{text[1:]} ")


def is_harmless(character: str, around: str) -> bool:
    """Whether a character between these two cannot act on a terminal and is seen."""
    if (
        unicodedata.category(character) in _FORBIDDEN_CATEGORIES
        or character in _BIDIRECTIONAL
        or character in _SEPARATORS
    ):
        return False
    return not is_ignorable(character) or _draws(character, *around)


def _draws(character: str, before: str, after: str) -> bool:
    """Whether a character that is nothing by itself changes how its neighbours are drawn."""
    if character in _EMOJI_STYLES:
        is_keycap = after == "\u20e3" and before in "0123456789#*"
        return is_keycap or (not before.isascii() and _is_symbol(before))
    if character in _JOINERS and all(map(_may_join, (before, after))):
        return True
    return (
        character == "\u200d"
        and _is_symbol(after)
        and (_is_symbol(before) or before in _EMOJI_STYLES)
    )


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character)[0] in "SP"


def _may_join(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in _JOINING_SCRIPTS)
