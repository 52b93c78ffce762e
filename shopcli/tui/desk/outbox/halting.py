"""Holding deliveries, and letting them go: what somebody else has decided is not undone unseen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from textual.content import Content

from shopcli.domain.errors import TotalChanged
from shopcli.domain.facts import filled
from shopcli.domain.records import Change, Hold, OutboxStatus, Resumption
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.desk.deeds import (
    Changed,
    Deed,
    Done,
    as_listed,
    changed_by,
    confirm,
    named,
    read_reason,
)
from shopcli.tui.desk.delivering import sent_by
from shopcli.tui.desk.watch import read_status
from shopcli.tui.journal.before import Before, before_of, changed_before, done_before
from shopcli.tui.operations import NotDone
from shopcli.tui.screens.dialogs import EntryDialog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcli import Shop
    from shopcli.tui.desk.view import DeskView


def hold(view: DeskView, status: OutboxStatus) -> None:
    """Ask why, and send nothing more until deliveries are let go.

    Args:
        view: Where it is asked.
        status: Where deliveries stand, as it is shown.
    """
    say = view.say

    def entered(box: EntryDialog[str], reason: str) -> None:
        command = commands.hold(reason)
        operation = named(view, say("The hold of deliveries"), command, is_repeatable=True)

        def done(held: Hold | _HeldBefore) -> Done:
            if isinstance(held, _HeldBefore):
                return Done(_told_held(view, held, reason), "", tone="warn")
            told = filled(say("Held: {reason}. h lets them go."), {"reason": held.held})
            is_so = as_listed(view, "status", lambda listed: listed.held == held.held)
            return Done(inert(told), command, is_so=is_so)

        Deed(view.desk, operation, lambda shop: _hold(shop, status, reason), done, box).send()

    view.store.forget_answers()
    view.app.push_screen(
        EntryDialog(
            say("The hold of deliveries"),
            say("Hold all deliveries? Events wait until they are let go"),
            say("why, as it is told to others"),
            read_reason,
            explain=view.visit.wording.explained,
            send=entered,
        )
    )


@dataclass(frozen=True, slots=True)
class _HeldBefore(NotDone):
    """Deliveries were held before: why, and who did so, if that is recorded."""

    reason: str
    change: Change | None


def _hold(shop: Shop, shown: OutboxStatus, reason: str) -> Hold | _HeldBefore:
    """Hold deliveries; where they are held, leave the reason that was given first."""
    try:
        return shop.outbox.hold(reason=reason, expected=shown)
    except TotalChanged:
        held = shop.outbox.status().held
    if held is None or held == reason:
        return shop.outbox.hold(reason=reason)
    last = _last_change(shop)
    is_known = last is not None and last.after is not None and last.after.get("held") == held
    return _HeldBefore(held, last if is_known else None)


def _last_change(shop: Shop) -> Change | None:
    """Who held deliveries last, or let them go."""
    return next(iter(shop.changes("outbox", "deliveries", limit=1)), None)


def _told_held(view: DeskView, held: _HeldBefore, typed: str) -> str:
    say, change = view.say, held.change
    if change is not None:
        told = say("Deliveries were held before")
        return done_before(told, before_of(change), typed, view.visit.wording)
    told = say("Deliveries are held already: {reason}. Not recorded: {typed}.")
    return inert(filled(told, {"reason": held.reason, "typed": typed}))


def resume(view: DeskView, status: OutboxStatus, news: str = "") -> None:
    """Ask whether to let deliveries go again.

    Args:
        view: Where it is asked.
        status: What holds them, and what sends them then.
        news: What has changed since it was asked before.
    """
    say, command, variables = view.say, commands.resume(), view.visit.platform_variables
    if status.held is not None:
        told = say(
            "They are held: {reason}.\n{sender} A copy of a shop is held as the shop itself may"
            " be sending, too."
        )
    else:
        told = say("The platform asked for no more. {sender}")
    if status.endpoint is None:
        sender = say("There is no platform: what waits is not sent.")
    elif status.relay:
        sender = say("The relay sends what waits from then on.")
    else:
        sender = say("No relay runs: what waits is sent when you press f.")
    told = filled(told, {"reason": inert(status.held or ""), "sender": sender})
    body = Content("\n".join(filter(None, (news, told))))

    def done(made: Resumption | Changed[OutboxStatus] | _LetGoBefore) -> Done:
        if isinstance(made, Changed):
            told = say("Nothing was let go: what holds them has changed")
            told = changed_before(told, made.before, view.visit.wording)
            view.open_next(lambda: resume(view, made.found, told))
            return Done(told, "", tone="warn")
        if isinstance(made, Resumption):
            return _let_go(view, status, command)
        told = say("Deliveries were let go before")
        return Done(done_before(told, made.before, "", view.visit.wording), "", tone="warn")

    deed = Deed(
        view.desk,
        named(view, say("The letting go of deliveries"), command, is_repeatable=True),
        lambda shop: _resume(shop, status, variables),
        done,
    )
    confirm(deed, say("Let deliveries go?"), body, say("Let them go"))


@dataclass(frozen=True, slots=True)
class _LetGoBefore(NotDone):
    """Deliveries were let go before: when and by whom, if that is recorded."""

    before: Before | None


def _resume(
    shop: Shop, shown: OutboxStatus, variables: Mapping[str, str] | None
) -> Resumption | Changed[OutboxStatus] | _LetGoBefore:
    """Let deliveries go, if what holds them is what was shown; else answer what does by now."""
    try:
        return shop.outbox.resume(expected=shown)
    except TotalChanged:
        now, _is_awaited, _fault = read_status(shop, variables)
    last = _last_change(shop)
    if now.held is not None or now.breaker == "stopped":
        if last is None or last.after is None or last.after.get("held") != now.held:
            return Changed(now)
        return Changed(now, before_of(last))
    return _LetGoBefore(changed_by(_last_resume(shop, shown.endpoint)))


def _last_resume(shop: Shop, endpoint: str | None) -> Change | None:
    """Who let deliveries go last: ended their hold, or what the platform had asked for."""
    found = [
        change
        for name in ("deliveries", endpoint)
        if name is not None
        for change in shop.changes("outbox", name, limit=1)
        if change.action == "resume"
    ]
    return max(found, key=attrgetter("at"), default=None)


def _let_go(view: DeskView, before: OutboxStatus, command: str) -> Done:
    say = view.say
    status = replace(before, held=None, breaker="closed")
    told = filled(
        say("Deliveries go again: {sender}"), {"sender": sent_by(view.visit.wording, status)}
    )
    is_so = as_listed(view, "status", lambda listed: listed.held is None)
    return Done(told, command, is_so=is_so)
