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
_NEED_A_USER = FOR_ONE_USER - {"run", "undo"}
_HAS_USER = re.compile(rf"{_NAMED_USER.pattern}| --all\b")
_ANY_USER = " -u USER"


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


def shown_database(database: str) -> str:
    """An address to be typed; without one another shop would be meant, but no password is shown."""
    return database if display(database) == database else "ADDRESS"


def repeated(text: str, given: Mapping[str, str], *, names_no_user: bool = False) -> str:
    """Add the database and the user of the line to the commands in a text.

    Args:
        text: Such as `Add one: shop user add kim`.
        given: Values of `database` and `user`, where the line named them.
        names_no_user: Whether neither line, environment nor configuration name a user.
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
        needs_one = user is None and names_no_user and found["word"] in _NEED_A_USER
        if needs_one and not _HAS_USER.search(command):
            options += _ANY_USER
        if database is not None and " --db" not in command:
            shown = shown_database(database)
            options += f" {typed_after('--db', quote(shown))}"
        return _END.sub(lambda _: options, command, count=1)

    return _COMMAND.sub(with_options, text)
