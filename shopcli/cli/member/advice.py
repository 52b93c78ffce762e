"""Makes advice fit a member: commands name no user, and those of operators are not advised."""

from __future__ import annotations

import re

from shopcli.cli.member.offered import is_offered
from shopcli.wording.members import commands_in

_BEFORE_DASHES = re.compile(r"\bshop [a-z]+(?:(?!, |; | [|(·]|`| -- ).)*")
"""A command in a sentence, up to what is no option of it, such as a SKU that begins with a dash."""

_NAMED_USER = re.compile(r" (?:--user|-u)(?:=| )\S+")
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def without_user(text: str) -> str:
    """A text whose commands name no user: every word of a member is about the member."""
    return _BEFORE_DASHES.sub(lambda found: _NAMED_USER.sub("", found[0]), text)


def names_others(text: str) -> bool:
    """Whether a text advises a command that is not a member's."""
    return any(not is_offered(word, options) for word, options in commands_in(text))


def without_others(text: str) -> str:
    """A text without the sentences that advise a command that is not a member's."""
    told = [one for one in _SENTENCE.split(without_user(text)) if not names_others(one)]
    return " ".join(told)
