"""Checks the texts that users enter: identifiers, codes, keys and names.

Refused everywhere: control characters, bidirectional controls, invisible characters, lone
surrogates and unassigned code points (Trojan Source, CVE-2021-42574; terminal escapes, CWE-150).
"""

from __future__ import annotations

import re
import unicodedata

from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt, is_harmless, is_ignorable, surroundings

NAME_LENGTH_MAX = 200
IDENTIFIER_LENGTH_MAX = 64
KEY_LENGTH_MAX = 200
REASON_LENGTH_MAX = 500

BLANKS = (
    " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
    "\u2800\u3000"
)
"""Characters that look like a space: Unicode's space separators and the empty Braille pattern."""

_PLAIN_IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_KEY = re.compile(r"(?! )[\x20-\x7e]{1,200}(?<! )", re.ASCII)
_EXAMPLES = {"SKU": "LATTE-1", "coupon code": "WELCOME10", "user name": "kim"}


def checked_identifier(value: object, what: str) -> str:
    """Check a SKU or user name (letters of any script, digits, `.`, `_`, `-`); return it in NFC.

    Args:
        value: What the caller passed.
        what: Name of the value in the message, such as "SKU".

    Raises:
        InvalidInput: Not a text of 1 to 64 such characters, or only combining marks.
    """
    if isinstance(value, str):
        if _PLAIN_IDENTIFIER.fullmatch(value):
            return value
        canonical = unicodedata.normalize("NFC", value[: IDENTIFIER_LENGTH_MAX * 4])
        if len(value) <= IDENTIFIER_LENGTH_MAX * 4 and _is_identifier(canonical):
            return canonical
    plain = _without_blanks(value)
    raise InvalidInput(
        "'{value}' is no {field:noun}: that has 1 to {length_max} letters, digits, '.', '_' or"
        " '-'.",
        details={
            "field": what,
            "reason": "identifier",
            "value": excerpt(value),
            "length_max": IDENTIFIER_LENGTH_MAX,
            **(
                {"meant": plain}
                if plain and _is_identifier(plain)
                else {"example": _EXAMPLES.get(what, "kim")}
            ),
        },
    )


def checked_code(value: object) -> str:
    """Check a coupon code, which is an identifier; return it in upper case.

    Raises:
        InvalidInput: Not a text of 1 to 64 allowed characters.
    """
    code = checked_identifier(value, "coupon code")
    return checked_identifier(code.upper(), "coupon code")


def checked_key(value: object) -> str:
    """Check an idempotency key.

    Raises:
        InvalidInput: Not 1 to 200 printable ASCII characters, or a blank at either end.
    """
    if isinstance(value, str) and _KEY.fullmatch(value):
        return value
    plain = _without_blanks(value)
    raise InvalidInput(
        "'{value}' is no key: that has 1 to {length_max} printable ASCII characters and no blank"
        " at either end.",
        details={
            "field": "key",
            "reason": "key",
            "value": excerpt(value),
            "length_max": KEY_LENGTH_MAX,
            **({"meant": plain} if plain and _KEY.fullmatch(plain) else {}),
        },
    )


def checked_name(value: object, what: str, *, length_max: int = NAME_LENGTH_MAX) -> str:
    """Check a name, category or reason; return it in NFC without blanks at its ends.

    Raises:
        InvalidInput: Empty, too long, invisible, or with characters that could act on a terminal.
    """
    if not isinstance(value, str):
        raise InvalidInput(
            "{field:noun} must be a text, not {type}.",
            details={"field": what, "type": type(value).__name__},
        )
    if len(value) > length_max * 4:
        raise InvalidInput(
            "{field:noun} has at most {length_max} characters, not {length}.",
            details={
                "field": what,
                "length_max": length_max,
                "length": len(value),
                "reason": "text_length",
            },
        )
    name = value.strip(BLANKS)
    if not name.isascii():
        if not all(map(is_harmless, name, surroundings(name))):
            raise InvalidInput(
                "{field:noun} '{value}' holds control, invisible or bidirectional characters.",
                details={"field": what, "value": excerpt(value), "reason": "unseen_characters"},
            )
        name = unicodedata.normalize("NFC", name)
        if name and not any(map(_is_seen, name)):
            raise InvalidInput(
                "{field:noun} '{value}' shows nothing.",
                details={"field": what, "value": excerpt(value), "reason": "nothing_seen"},
            )
    elif not name.isprintable():
        raise InvalidInput(
            "{field:noun} '{value}' holds control characters.",
            details={"field": what, "value": excerpt(value), "reason": "unseen_characters"},
        )
    if not 1 <= len(name) <= length_max:
        raise InvalidInput(
            "{field:noun} has 1 to {length_max} characters, not {length}.",
            details={
                "field": what,
                "length_max": length_max,
                "length": len(name),
                "reason": "text_length",
            },
        )
    return name


def is_plain(name: str) -> bool:
    """Whether a stored name is valid; other programs can write any name to the database."""
    try:
        return checked_identifier(name, "name") == name
    except InvalidInput:
        return False


def typed(name: str) -> str:
    """Format a user, SKU or code as the last argument of a command: `--` precedes one with a dash.

    No other character that their grammar allows is special to a shell or to the command line.
    """
    return f"-- {name}" if name.startswith("-") else name


def typed_after(option: str, name: str) -> str:
    """Format a user, SKU or code as the value of an option."""
    return f"{option}={name}" if name.startswith("-") else f"{option} {name}"


def _is_seen(character: str) -> bool:
    return (
        unicodedata.category(character)[0] in "LNPS"
        and character not in BLANKS
        and not is_ignorable(character)
    )


def _is_identifier(text: str) -> bool:
    is_seen = not all(unicodedata.category(character)[0] == "M" for character in text)
    return is_seen and len(text) <= IDENTIFIER_LENGTH_MAX and all(map(_in_identifier, text))


def _in_identifier(character: str) -> bool:
    return character in "._-" or (
        unicodedata.category(character)[0] in "LMN" and not is_ignorable(character)
    )


def _without_blanks(value: object) -> str:
    """A text without invisible characters and outer blanks; empty if it is no text or too long."""
    if not isinstance(value, str) or len(value) > KEY_LENGTH_MAX * 4:
        return ""
    seen = "".join(c for c in value if not is_ignorable(c)).strip(f"{BLANKS}\t\r\n")
    return unicodedata.normalize("NFC", seen)
