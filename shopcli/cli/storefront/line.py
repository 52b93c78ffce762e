"""Reads the line `shop tui` without the parser, where only the usual options are on it.

The parser takes longer to load than all of the storefront that is not its library's.
"""

from __future__ import annotations

from typing import NamedTuple

WORD = "tui"
_FLAGS = ("--kiosk", "--desk")
_VALUES = {"-u": "--user", "--user": "--user", "--db": "--db"}


class StorefrontLine(NamedTuple):
    """What such a line says; None and False where it says nothing."""

    database: str | None = None
    user: str | None = None
    kiosk: bool = False
    desk: bool = False


def read_storefront_line(words: list[str]) -> StorefrontLine | None:
    """What a line says, if it is one of those that need no parser.

    Args:
        words: The words after `shop`.

    Returns:
        None where there is anything else, or anything wrong: the parser then says what.
    """
    if words[:1] != [WORD]:
        return None
    said: dict[str, str] = {}
    rest = iter(words[1:])
    for word in rest:
        name, equals, value = word.partition("=")
        if word in _FLAGS:
            name = value = word
        elif name not in _VALUES or (equals and name == "-u"):
            return None
        elif not equals:
            value = next(rest, "")
        name = _VALUES.get(name, name)
        if name in said or not value or (value.startswith("-") and value != name):
            return None
        said[name] = value
    return StorefrontLine(said.get("--db"), said.get("--user"), "--kiosk" in said, "--desk" in said)
