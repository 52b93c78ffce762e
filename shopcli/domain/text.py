"""Grammar of every text people give the shop, and the one way untrusted text is made fit to show.

Refused everywhere: control characters, bidirectional controls, lone surrogates and unassigned code
points (Trojan Source, CVE-2021-42574; terminal escapes, CWE-150).
"""

from __future__ import annotations

import re
import unicodedata

from shopcli.domain.errors import InvalidInput

NAME_LENGTH_MAX = 200
IDENTIFIER_LENGTH_MAX = 64
KEY_LENGTH_MAX = 200
REASON_LENGTH_MAX = 500

_BIDIRECTIONAL = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f"
)
_INVISIBLE = frozenset("\u200b\u2060\ufeff\u180e\u00ad\u034f\u2028\u2029\ufff9\ufffa\ufffb")
_PLAIN_IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_KEY = re.compile(r"[\x20-\x7e]{1,200}", re.ASCII)
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Cn", "Co"})


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
        fits = len(value) <= IDENTIFIER_LENGTH_MAX * 4 and len(canonical) <= IDENTIFIER_LENGTH_MAX
        if canonical and fits and all(map(_in_identifier, canonical)):
            return canonical
    raise InvalidInput(
        f"A {what} has 1 to {IDENTIFIER_LENGTH_MAX} letters, digits, '.', '_' or '-'.",
        fix=f"Choose a {what} like LATTE-1." if what == "SKU" else f"Choose a {what} like kim.",
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
    """An idempotency key: 1 to 200 printable ASCII characters.

    Raises:
        InvalidInput: Anything else.
    """
    if isinstance(value, str) and _KEY.fullmatch(value):
        return value
    raise InvalidInput(
        f"A key has 1 to {KEY_LENGTH_MAX} printable ASCII characters.",
        fix="Use something like till1-0042.",
    )


def checked_name(value: object, what: str, *, length_max: int = NAME_LENGTH_MAX) -> str:
    """A name, category or reason for people to read, in canonical form (NFC), blanks trimmed.

    Raises:
        InvalidInput: Empty, too long, or with characters that could act on a terminal.
    """
    if not isinstance(value, str):
        raise InvalidInput(f"{what} must be a text.")
    if len(value) > length_max * 4:
        raise InvalidInput(f"{what} has at most {length_max} characters.")
    name = value.strip(" ")
    if not name.isascii():
        if not all(map(_harmless, name)):
            raise InvalidInput(f"{what} holds control, invisible or bidirectional characters.")
        name = unicodedata.normalize("NFC", name)
    elif not name.isprintable():
        raise InvalidInput(f"{what} holds control characters.")
    if not 1 <= len(name) <= length_max:
        raise InvalidInput(f"{what} has 1 to {length_max} characters.")
    return name


def inert(text: object) -> str:
    r"""Any text made fit for a terminal: whatever could act on it is shown as `\u{…}` instead.

    Names are checked on the way in; this is for the way out, because databases can be written by
    others and answers of a platform come from outside.
    """
    shown = str(text)
    if shown.isascii() and shown.isprintable():
        return shown
    return "".join(c if _harmless(c) else f"\\u{{{ord(c):x}}}" for c in shown)


def _harmless(character: str) -> bool:
    return (
        unicodedata.category(character) not in _FORBIDDEN_CATEGORIES
        and character not in _BIDIRECTIONAL
        and character not in _INVISIBLE
    )


def _in_identifier(character: str) -> bool:
    return character in "._-" or (
        unicodedata.category(character)[0] in "LMN" and _harmless(character)
    )
