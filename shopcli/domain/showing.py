"""Makes untrusted text safe to show: characters that could act on a terminal are escaped.

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
"""Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt): invisible characters.

Python does not provide this property. It is stable, and includes code points not yet assigned.
"""

_EMOJI_STYLES = "\ufe0e\ufe0f"
_JOINERS = "\u200c\u200d"
_JOINING_SCRIPTS = ((0x0600, 0x109F), (0x1780, 0x18AF))
"""Arabic to Myanmar, Khmer and Mongolian: scripts in which joiners change how letters look."""

_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Cn", "Co"})


def excerpt(value: object) -> str:
    """Prepare a value to be repeated in an error: escaped, and cut if it is long."""
    text = value if isinstance(value, str) else repr(value)
    return inert(text if len(text) <= _SHOWN_LENGTH_MAX else f"{text[:_SHOWN_LENGTH_MAX]}…")


def shown(value: object) -> str:
    """Like `excerpt`, in quotes."""
    return f"'{excerpt(value)}'"


def inert(text: object) -> str:
    r"""Make a text safe for a terminal: characters that could act on it become `\u{…}`.

    Names are checked when they are entered. Text is escaped again on output, because other programs
    can write to the database and a platform's responses come from outside.
    """
    raw = str(text)
    if raw.isascii() and raw.isprintable():
        return raw
    return "".join(
        c if is_harmless(c, around) else f"\\u{{{ord(c):x}}}"
        for c, around in zip(raw, surroundings(raw), strict=True)
    )


def is_ignorable(character: str) -> bool:
    """Whether a character is invisible."""
    code = ord(character)
    return code >= IGNORABLE[0][0] and any(first <= code <= last for first, last in IGNORABLE)


def surroundings(text: str) -> Iterator[str]:
    """The two neighbours of each character, with a blank beyond either end."""
    return map(str.__add__, f" {text}", f"{text[1:]} ")


def is_harmless(character: str, around: str) -> bool:
    """Whether a character with these neighbours is visible and cannot act on a terminal."""
    if (
        unicodedata.category(character) in _FORBIDDEN_CATEGORIES
        or character in _BIDIRECTIONAL
        or character in _SEPARATORS
    ):
        return False
    return not is_ignorable(character) or _draws(character, *around)


def _draws(character: str, before: str, after: str) -> bool:
    """Whether an invisible character changes how its neighbours are drawn."""
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
