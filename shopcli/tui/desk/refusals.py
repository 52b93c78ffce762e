"""Why a deed of the desk was refused, with what to do about it at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.errors import InsufficientBalance, UserBlocked
from shopcli.domain.facts import filled
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from shopcli.domain.errors import ShopError
    from shopcli.tui.wording import Wording


def not_made_at_desk(error: ShopError, wording: Wording) -> str:
    """Why a deed was not made; elsewhere other keys mend that, and another balance is meant.

    Args:
        error: What it ended with; nothing is in doubt any more.
        wording: Writes amounts.
    """
    say, details = wording.catalogue.text, error.details
    match error:
        case InsufficientBalance():
            missing = details["required"] - details["balance"]
            return short_text(details["user"], details["balance"], missing, wording)
        case UserBlocked():
            facts = {"fact": wording.fact(error)}
            return inert(filled(say("{fact} b at their line (f5 Members) ends that."), facts))
        case _:
            return wording.not_made(error)


def short_text(user: str, balance: int, missing: int, wording: Wording) -> str:
    """That too little is left of money which is to be taken back, and how to go on.

    Args:
        user: Who would pay it back.
        balance: What they have, in minor units.
        missing: What they lack for it.
        wording: Writes amounts.
    """
    told = wording.catalogue.text(
        "{user} has {balance}: {missing} are missing to take it back. At their line (f5 Members)"
        " enter shows where it went, x there cancels an order, and m charges {user}."
    )
    facts = {"user": user, "balance": wording.price(balance), "missing": wording.price(missing)}
    return inert(filled(told, facts))
