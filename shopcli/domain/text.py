"""Grammar of every text people give the shop, and the one way untrusted text is made fit to show.

Refused everywhere: control characters, bidirectional controls, what is shown as nothing, lone
surrogates and unassigned code points (Trojan Source, CVE-2021-42574; terminal escapes, CWE-150).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME_LENGTH_MAX = 200
IDENTIFIER_LENGTH_MAX = 64
KEY_LENGTH_MAX = 200
REASON_LENGTH_MAX = 500

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

BLANKS = (
    " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
    "\u2800\u3000"
)
"""What looks like nothing but room: the separators of Unicode, and the empty Braille pattern."""

_EMOJI_STYLES = "\ufe0e\ufe0f"
_JOINERS = "\u200c\u200d"
_JOINING_SCRIPTS = ((0x0600, 0x109F), (0x1780, 0x18AF))
"""From Arabic to Myanmar, Khmer and Mongolian: where a joiner changes how letters are drawn."""

_PLAIN_IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_KEY = re.compile(r"(?! )[\x20-\x7e]{1,200}(?<! )", re.ASCII)
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Cn", "Co"})
_EXAMPLES = {"SKU": "LATTE-1", "coupon code": "WELCOME10", "user name": "kim"}


def checked_identifier(value: object, what: str) -> str:
    """A SKU or user name in canonical form (NFC): letters of any script, digits, `.`, `_`, `-`.

    Args:
        value: What the caller gave.
        what: Name of the value in the message, as in "SKU".

    Raises:
        InvalidInput: Not a text of 1 to 64 such characters.
    """
    if isinstance(value, str):
        if _PLAIN_IDENTIFIER.fullmatch(value):
            return value
        canonical = unicodedata.normalize("NFC", value[: IDENTIFIER_LENGTH_MAX * 4])
        if len(value) <= IDENTIFIER_LENGTH_MAX * 4 and _is_identifier(canonical):
            return canonical
    plain = _without_blanks(value)
    raise InvalidInput(
        f"{shown(value)} is no {what}: that has 1 to {IDENTIFIER_LENGTH_MAX} letters, digits, '.',"
        " '_' or '-'.",
        fix=f"Type {plain}."
        if plain and _is_identifier(plain)
        else f"Choose a {what} like {_EXAMPLES.get(what, 'kim')}.",
        details={"field": what},
    )


def checked_code(value: object) -> str:
    """A coupon code in canonical form: as an identifier, upper-cased.

    Raises:
        InvalidInput: Not a text of 1 to 64 allowed characters.
    """
    code = checked_identifier(value, "coupon code")
    return checked_identifier(code.upper(), "coupon code")


def checked_key(value: object) -> str:
    """An idempotency key: 1 to 200 printable ASCII characters, no blank at either end.

    Raises:
        InvalidInput: Anything else.
    """
    if isinstance(value, str) and _KEY.fullmatch(value):
        return value
    plain = _without_blanks(value)
    raise InvalidInput(
        f"{shown(value)} is no key: that has 1 to {KEY_LENGTH_MAX} printable ASCII characters and"
        " no blank at either end.",
        fix=f"Type {shown(plain)}."
        if plain and _KEY.fullmatch(plain)
        else "Use something like till1-0042.",
    )


def checked_name(value: object, what: str, *, length_max: int = NAME_LENGTH_MAX) -> str:
    """A name, category or reason for people to read, in canonical form (NFC), blanks trimmed.

    Raises:
        InvalidInput: Empty, too long, nothing to see, or with characters that could act on a
            terminal.
    """
    if not isinstance(value, str):
        raise InvalidInput(f"{what} must be a text, not {type(value).__name__}.")
    if len(value) > length_max * 4:
        raise InvalidInput(f"{what} has at most {length_max} characters, not {len(value)}.")
    name = value.strip(BLANKS)
    if not name.isascii():
        if not all(map(_harmless, name, _surroundings(name))):
            raise InvalidInput(
                f"{what} {shown(value)} holds control, invisible or bidirectional characters.",
                fix="Type it anew: such characters come along when text is copied.",
            )
        name = unicodedata.normalize("NFC", name)
        if name and not any(map(_is_seen, name)):
            raise InvalidInput(f"{what} {shown(value)} shows nothing.", fix="Type letters.")
    elif not name.isprintable():
        raise InvalidInput(f"{what} {shown(value)} holds control characters.")
    if not 1 <= len(name) <= length_max:
        raise InvalidInput(
            f"{what} has 1 to {length_max} characters, not {len(name)}.",
        )
    return name


def shown(value: object) -> str:
    """A value as a message repeats it: inert, in quotes, and cut where it is long."""
    text = value if isinstance(value, str) else repr(value)
    cut = text if len(text) <= _SHOWN_LENGTH_MAX else f"{text[:_SHOWN_LENGTH_MAX]}…"
    return f"'{inert(cut)}'"


def is_plain(name: str) -> bool:
    """Whether a stored name is what the grammar of names allows: others wrote it past the shop."""
    try:
        return checked_identifier(name, "name") == name
    except InvalidInput:
        return False


def typed(name: str) -> str:
    """A user, SKU or code as the last word of a command line: options end before a dash.

    Their grammar holds nothing else that a shell or the shop would read as its own.
    """
    return f"-- {name}" if name.startswith("-") else name


def typed_after(option: str, name: str) -> str:
    """A user, SKU or code as the value of an option."""
    return f"{option}={name}" if name.startswith("-") else f"{option} {name}"


def inert(text: object) -> str:
    r"""Any text made fit for a terminal: whatever could act on it is shown as `\u{…}` instead.

    Names are checked on the way in; this is for the way out, because databases can be written by
    others and answers of a platform come from outside.
    """
    raw = str(text)
    if raw.isascii() and raw.isprintable():
        return raw
    return "".join(
        c if _harmless(c, around) else f"\\u{{{ord(c):x}}}"
        for c, around in zip(raw, _surroundings(raw), strict=True)
    )


def is_ignorable(character: str) -> bool:
    """Whether a character is shown as nothing at all."""
    code = ord(character)
    return code >= IGNORABLE[0][0] and any(first <= code <= last for first, last in IGNORABLE)


def _surroundings(text: str) -> Iterator[str]:
    """What stands before and after each character, a blank where nothing does."""
    return map(str.__add__, f" {text}", f"{text[1:]} ")


def _harmless(character: str, around: str) -> bool:
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


def _is_seen(character: str) -> bool:
    return (
        unicodedata.category(character)[0] in "LNPS"
        and character not in BLANKS
        and not is_ignorable(character)
    )


def _is_identifier(text: str) -> bool:
    return 1 <= len(text) <= IDENTIFIER_LENGTH_MAX and all(map(_in_identifier, text))


def _in_identifier(character: str) -> bool:
    return character in "._-" or (
        unicodedata.category(character)[0] in "LMN" and not is_ignorable(character)
    )


def _without_blanks(value: object) -> str:
    """A text without blanks at its ends and without what is shown as nothing; else empty."""
    if not isinstance(value, str) or len(value) > KEY_LENGTH_MAX * 4:
        return ""
    seen = "".join(c for c in value if not is_ignorable(c)).strip(f"{BLANKS}\t\r\n")
    return unicodedata.normalize("NFC", seen)
