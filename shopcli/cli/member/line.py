"""Splits the command that a member gave to ssh into words, as a POSIX shell splits them.

No shell reads it: nothing is expanded, no program is started, no file is opened.
"""

from __future__ import annotations

import re
import shlex

from shopcli.domain.errors import InvalidInput

LINE_LENGTH_MAX = 20_000
"""Most characters of a command."""

_PROGRAM = "shop"
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
"""All but the tabulator."""


def words_of(line: str) -> list[str]:
    """The words of a command; a leading `shop` is dropped.

    Args:
        line: As the client sent it; bytes that are not UTF-8 are lone surrogates.

    Raises:
        InvalidInput: It is too long, is no text on one line, or a quote in it is open.
    """
    if len(line) > LINE_LENGTH_MAX:
        raise InvalidInput(
            "A command has at most {most:,} characters, and this one has {length:,}.",
            details={"most": LINE_LENGTH_MAX, "length": len(line), "reason": "long_command"},
        )
    if _SURROGATES.search(line):
        raise InvalidInput(
            "The command is not UTF-8 text.", details={"reason": "undecodable_command"}
        )
    if _CONTROLS.search(line):
        raise InvalidInput(
            "The command holds a line break or another control character.",
            details={"reason": "controls_in_command"},
        )
    try:
        words = shlex.split(line)
    except ValueError:
        raise InvalidInput(
            "A quote in the command is open, or it ends with a backslash.",
            details={"reason": "quote_in_command"},
        ) from None
    return words[1:] if words[:1] == [_PROGRAM] else words
