"""The state of a member, with who made it that, when and why, as far as that is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import ShopError
from shopcli.domain.facts import filled
from shopcli.domain.ledger.accounts import check_state
from shopcli.domain.records import Change, User
from shopcli.domain.records.changes import RECENT_COUNT, last_of
from shopcli.tui.journal.before import Before, before_of, done_before
from shopcli.wording.kinds import USERS, worded

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.tui.wording import Wording


class Standing(NamedTuple):
    """A member, and what made their state the one it is, if that is recorded."""

    user: User
    change: Change | None


def why_barred(user: User) -> ShopError | None:
    """Why a member may neither charge nor claim nor order; None where they may."""
    try:
        check_state(user.user, user.state)
    except ShopError as refusal:
        return refusal
    return None


def read_standing(shop: Shop, name: str) -> Standing:
    """Read the state of a member, and who made it that."""
    user = shop.user(name)
    last = last_of("state", shop.changes("user", name, limit=RECENT_COUNT))
    if last is None or last.after is None or last.after["state"] != user.state:
        return Standing(user, None)
    return Standing(user, last)


def told_standing(standing: Standing, wording: Wording) -> str:
    """The state of a member, with who made it that, when and why."""
    say, user = wording.catalogue.text, standing.user
    facts = {"user": user.user, "state": worded(user.state, USERS, say)}
    told = filled(say("{user} is {state}"), facts)
    return done_before(told, _before(standing), "", wording)


def set_before(now: Standing, typed: str, wording: Wording) -> str:
    """That somebody else has set the state of a member before this was sent."""
    say = wording.catalogue.text
    match now.user.state:
        case "blocked":
            told = say("{user} was blocked before")
        case "closed":
            told = say("{user} was closed before")
        case _:
            told = say("The block of {user} was ended before")
    told = filled(told, {"user": now.user.user})
    return done_before(told, _before(now), typed, wording)


def _before(standing: Standing) -> Before | None:
    return None if standing.change is None else before_of(standing.change)
