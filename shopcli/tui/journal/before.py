"""What is said where a change was made before by somebody else, so that this one changes nothing.

A reason that was typed for it is in no record then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.domain.records import Change
    from shopcli.tui.wording import Wording


class Before(NamedTuple):
    """When something was done first, and as far as that is known, by whom and why."""

    at: datetime
    who: str = ""
    reason: str | None = None


def before_of(change: Change) -> Before:
    """Who made a change that is recorded, when and why."""
    return Before(change.at, f"{change.actor}@{change.host}", change.reason)


def done_before(told: str, before: Before | None, typed: str, wording: Wording) -> str:
    """That it was done before, when and why; and that the reason typed now is not recorded.

    Args:
        told: That it was, in a sentence without its end, which may hold any text.
        before: The first time; None where that is not recorded.
        typed: The reason typed now; empty where none was.
        wording: Writes times.
    """
    say = wording.catalogue.text
    facts = {"told": told, "typed": typed}
    if before is None:
        parts = ["{told}."]
    else:
        facts["when"] = ", ".join(filter(None, (before.who, wording.moment(before.at))))
        facts["reason"] = before.reason or ""
        parts = [say("{told} ({when}): {reason}.") if before.reason else say("{told} ({when}).")]
    if typed:
        parts.append(say("Not recorded: {typed}."))
    return inert(filled(" ".join(parts), facts))


def changed_before(told: str, before: Before | None, wording: Wording) -> str:
    """That nothing was done as somebody else was first; without why, as a question is behind it.

    Args:
        told: What it is by now, in a sentence without its end.
        before: Who has changed it, and when; None where that is not recorded.
        wording: Writes times.
    """
    return done_before(told, before and before._replace(reason=None), "", wording)
