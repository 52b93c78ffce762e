"""Adds the database and the user of the line to the commands that a text advises.

They can then be pasted. Loaded only when there is advice to show.
"""

from __future__ import annotations

import re
from shlex import quote
from typing import TYPE_CHECKING

from shopcli.cli.parsing.root_words import TABLE
from shopcli.domain.addresses import display
from shopcli.domain.text import typed_after

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOR_ONE_USER = frozenset(
    {
        "adjust",
        "balance",
        "charge",
        "claim",
        "coupons",
        "history",
        "order",
        "orders",
        "payout",
        "run",
        "statement",
        "transfer",
        "undo",
    }
)
"""Commands for one user, to which `-u` is added; not `tui`, which it would bind."""

_WITHOUT_SHOP = frozenset({"help", "config", "demo", "platform"})
_WORDS = "|".join(
    entry.word for entries in TABLE.values() for entry in entries if entry.word not in _WITHOUT_SHOP
)
_COMMAND = re.compile(rf"\bshop (?P<word>{_WORDS})\b(?:(?!, |; | [|(·]|`).)*")
"""A command in a sentence, up to the end of the command."""

_END = re.compile(r"(?= -- )|$")
_NAMED_USER = re.compile(r" (--user|-u)[ =]\S+")
_EXAMPLE_USER = " -u kim"


_OPTIONS = {"--db": "database", "--user": "user", "-u": "user"}


def line_options(argv: Sequence[str]) -> dict[str, str]:
    """The database and the user that a line names; read without the parser, which may fail."""
    given: dict[str, str] = {}
    for place, word in enumerate(argv):
        if word == "--":
            break
        name, equals, value = word.partition("=")
        if word[:2] == "-u" and word[2:] and not equals:
            name, equals, value = "-u", "=", word[2:]
        if name in _OPTIONS and (equals or argv[place + 1 :]):
            given[_OPTIONS[name]] = value if equals else argv[place + 1]
    return given


def repeated(text: str, given: Mapping[str, str]) -> str:
    """Add the database and the user of the line to the commands in a text.

    Args:
        text: Such as `Add one: shop user add kim`.
        given: Values of `database` and `user`, where the line named them.
    """
    database, user = given.get("database"), given.get("user")
    if user is not None:
        text = text.replace(_EXAMPLE_USER, f" {typed_after('-u', user)}")

    def with_options(found: re.Match[str]) -> str:
        command, options = found[0], ""
        if "--help" in command:
            return command
        if user is not None and found["word"] in FOR_ONE_USER and not _NAMED_USER.search(command):
            options += f" {typed_after('-u', user)}"
        if database is not None and " --db" not in command:
            # An address with a password is not shown, but without an address another shop is meant.
            is_open = display(database) == database
            options += f" {typed_after('--db', quote(database) if is_open else 'ADDRESS')}"
        return _END.sub(lambda _: options, command, count=1)

    return _COMMAND.sub(with_options, text)
