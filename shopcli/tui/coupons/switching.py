"""Switching a coupon off, as where its code has leaked, and on again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import TotalChanged
from shopcli.domain.facts import filled
from shopcli.domain.records import Change, Coupon
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.desk.deeds import (
    Changed,
    Deed,
    Done,
    changed_by,
    is_own,
    last_change,
    read_reason,
)
from shopcli.tui.journal.before import done_before
from shopcli.tui.operations import Operation
from shopcli.tui.screens.dialogs import EntryDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli import Shop
    from shopcli.tui.screens.screen import StoreScreen
    from shopcli.tui.wording import Wording


class Standing(NamedTuple):
    """A coupon, and what switched it off or on last, if that is recorded."""

    coupon: Coupon
    change: Change | None


def is_off(coupon: Coupon) -> bool:
    """Whether a coupon is switched off."""
    return coupon.state == "disabled"


def switch(host: StoreScreen, shown: Coupon, listed: Callable[[str], Coupon | None]) -> None:
    """Ask why, and switch a coupon off, or on again, if it is as it is listed.

    Args:
        host: The screen that asks.
        shown: The coupon, as it is listed.
        listed: The coupon of a code as it is listed later; None where it is not.
    """

    def opens(now: Standing) -> None:
        if is_off(now.coupon) == is_off(shown):
            _ask(host, now, listed)
            return
        host.say(_switched_before(now, "", host.visit.wording), "warn")
        host.reload()

    host.open_with(lambda shop: _read(shop, shown.code), opens)


def _read(shop: Shop, code: str) -> Standing:
    return Standing(shop.coupon(code), last_change(shop, "coupon", code, "disabled"))


def _ask(
    host: StoreScreen,
    shown: Standing,
    listed: Callable[[str], Coupon | None],
    news: str = "",
    typed: str = "",
) -> None:
    visit, coupon = host.visit, shown.coupon
    say, code, goes_off = visit.wording.catalogue.text, coupon.code, not is_off(coupon)
    facts = {
        "code": code,
        "claimed": f"{coupon.claimed:,}",
        "limit": f"{coupon.limit:,}",
        "redeemed": f"{coupon.redeemed:,}",
    }
    what = inert(filled(say("The switching of {code}"), facts))
    if goes_off:
        asks = say(
            "Switch {code} off? Nobody can then claim it, nor use one that is claimed: {claimed} of"
            " {limit} claimed, {redeemed} used"
        )
        asked = filled(asks, facts)
    else:
        asked = filled(say("Switch {code} on, to be claimed and used again?"), facts)
        told = filled(say("{code} is switched off"), facts)
        asked = f"{asked} {done_before(told, changed_by(shown.change), '', visit.wording)}"

    def done(now: Coupon | Changed[Standing], reason: str, command: str) -> Done:
        if isinstance(now, Changed) and is_off(now.found.coupon) == is_off(coupon):
            news = say("Nothing was changed: that is another switch-off than the one shown.")
            host.open_next(lambda: _ask(host, now.found, listed, news, reason))
            return Done(news, "", tone="warn")
        if isinstance(now, Changed):
            return Done(_switched_before(now.found, reason, visit.wording), "", tone="warn")
        told = (
            say("{code} is switched off: nobody can claim or use it.")
            if goes_off
            else say("{code} is switched on again.")
        )

        def is_so() -> bool:
            found = listed(code)
            return found is None or is_off(found) == goes_off

        return Done(inert(filled(told, facts)), command, is_so=is_so)

    def entered(box: EntryDialog[str], reason: str) -> None:
        command = commands.switch_coupon(code, is_on=not goes_off, reason=reason)
        operation = Operation(visit.new_key(), what, command, is_repeatable=True)
        Deed(
            host,
            operation,
            lambda shop: _switch(shop, shown, reason or None, is_sent_again=operation.in_doubt),
            lambda now: done(now, reason, command),
            box,
        ).send()

    host.store.forget_answers()  # what they say is of before
    host.app.push_screen(
        EntryDialog(
            what,
            f"{news} {asked}".lstrip(),
            say("why, for the record") if goes_off else say("why, or nothing"),
            read_reason if goes_off else str,
            explain=visit.wording.explained,
            send=entered,
            does=say("Switch off") if goes_off else say("Switch on"),
            value=typed,
        )
    )


def _switch(
    shop: Shop, shown: Standing, reason: str | None, *, is_sent_again: bool
) -> Coupon | Changed[Standing]:
    """Switch a coupon that is as it was shown; sent again, one in doubt may be so already."""
    code, was_off = shown.coupon.code, is_off(shown.coupon)
    try:
        return shop.set_coupon(
            code,
            disabled=not was_off,
            reason=reason,
            expected_disabled=was_off,
            expected_change=shown.change if was_off else None,  # another one is another matter
        )
    except TotalChanged:
        now = _read(shop, code)
        if is_sent_again and is_off(now.coupon) != was_off and is_own(shop, now.change):
            return now.coupon
        return Changed(now, changed_by(now.change))


def _switched_before(now: Standing, typed: str, wording: Wording) -> str:
    """That somebody else has switched a coupon before this was sent."""
    say = wording.catalogue.text
    told = (
        say("{code} was switched off before")
        if is_off(now.coupon)
        else say("{code} was switched on before")
    )
    told = filled(told, {"code": now.coupon.code})
    return done_before(told, changed_by(now.change), typed, wording)
