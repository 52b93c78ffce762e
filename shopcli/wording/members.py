"""What members and tills are told of an error: nothing of where the shop is, or how it is set up.

What an operator would do about it is not theirs to type either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shopcli.domain.errors import DatabaseUnreachable, Internal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.domain.errors import ShopError
    from shopcli.domain.facts import Say

_COMMAND = re.compile(
    r"(?<!\b[Aa] )(?<!\b[Tt]he )(?<!\b[Tt]his )(?<!nother )"  # which is the shop itself
    r"\bshop (?P<word>[a-z]+)(?P<rest>(?:(?!, |; | [|(·]|`).)*)"
)
"""A command in a sentence, up to its end."""


def is_of_the_set_up(error: ShopError) -> bool:
    """Whether an error tells where the shop is, or what is wrong with the machine."""
    return (
        "{database" in error.fact
        or isinstance(error, Internal)
        or error.details.get("reason") == "database_right"
    )


def fact(error: ShopError, say: Say) -> str:
    """What has happened; where the database is, is told to the operator only."""
    if not is_of_the_set_up(error):
        return error.sentence(say)
    if isinstance(error, Internal):
        return say("The shop met a bug.")
    if isinstance(error, DatabaseUnreachable):
        return say("The database cannot be reached.")
    return say("The shop cannot be used at present.")


def commands_in(text: str) -> list[tuple[str, list[str]]]:
    """The commands that a text advises, each with its options."""
    return [
        (found["word"], [word for word in _words(found["rest"]) if word.startswith("-")])
        for found in _COMMAND.finditer(text)
    ]


def _words(rest: str) -> Iterator[str]:
    """The words behind a command, without what belongs to the sentence around it."""
    return (word.partition("=")[0].rstrip(").,") for word in rest.split())
