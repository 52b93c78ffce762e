"""Events as the desk tells them: in a word or two, and what became of one so far, as a page."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from shopcli.domain.deliveries.values import DISCARDED
from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.tui.desk.watch import read_status
from shopcli.tui.widgets.columns import folded
from shopcli.tui.wording import ending
from shopcli.wording.kinds import ATTEMPTS, DEEDS, EVENTS, HAPPENED, worded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from shopcli import Shop
    from shopcli.domain.deliveries.values import DeliveryAttempt, EventTimeline
    from shopcli.domain.records import OutboxEvent, OutboxStatus
    from shopcli.tui.wording import Wording

_TONES = {"delivered": "$text-success", "failed": "$text-error", "lost": "$text-warning"}
_INDENT = "    "


def event_key(event: OutboxEvent) -> str:
    """The key of an event in a list: its id, and that of its order."""
    return f"{event.id}:{event.order}"


def happened(event: OutboxEvent, say: Callable[[str], str]) -> str:
    """What an event tells, in a few words: the end of its order's id, and what happened to it."""
    kind = worded(event.type.rpartition(".")[2], HAPPENED, say)
    return f"{ending(event.order)} {kind}"


def is_discarded(event: OutboxEvent) -> bool:
    """Whether somebody gave it up on purpose, so that it needs nobody."""
    return event.state == "dead" and (event.last_error or "").startswith(DISCARDED)


def state_told(event: OutboxEvent, say: Callable[[str], str]) -> str:
    """The state of an event; what was discarded was not given up after its tries."""
    return say("discarded") if is_discarded(event) else worded(event.state, EVENTS, say)


def first_waiting(shop: Shop, event_id: str, order_id: str) -> OutboxEvent | None:
    """The event that is sent before this one: those of an order go out one after another."""
    events = sorted(shop.outbox.list(order=order_id), key=attrgetter("sequence"))
    first = next((event for event in events if event.state in {"pending", "leased"}), None)
    places = {event.id: event.sequence for event in events}
    return first if first is not None and first.sequence < places[event_id] else None


class Track(NamedTuple):
    """What became of an event so far, and what its next try waits for."""

    timeline: EventTimeline
    ahead: OutboxEvent | None
    """The event of its order that is sent before it; None where it waits for none."""
    status: OutboxStatus


def read_track(shop: Shop, event_id: str, variables: Mapping[str, str] | None) -> Track:
    """Read what became of an event.

    Args:
        shop: The shop of an operator.
        event_id: Its id.
        variables: Variables with the platform's address; those of this process if None.
    """
    timeline = shop.outbox.show(event_id)
    event, ahead = timeline.event, None
    if timeline.schedule:
        ahead = first_waiting(shop, event.id, event.order)
    status, _is_awaited, _fault = read_status(shop, variables)
    return Track(timeline, ahead, status)


def title(track: Track, wording: Wording) -> str:
    """What the page is about."""
    event, say = track.timeline.event, wording.catalogue.text
    facts = {
        "type": event.type,
        "order": ending(event.order),
        "state": state_told(event, say),
    }
    return filled(say("{type} · order {order} · {state}"), facts)


def drawn(track: Track, wording: Wording, width: int) -> Content:
    """The page.

    Args:
        track: The event, as read.
        wording: Writes times.
        width: In cells.
    """
    say, timeline, event = wording.catalogue.text, track.timeline, track.timeline.event
    past: list[tuple[datetime, str, str]] = [
        (one.at, _tried(one, wording), _TONES.get(one.outcome, "")) for one in timeline.attempts
    ]
    for change in timeline.changes:
        did = worded(change.action, DEEDS, say)
        who = f"{change.actor}@{change.host}"
        facts = {"action": did, "who": who, "why": change.reason or ""}
        told = (
            say("{action} by {who}: {why}")
            if change.reason
            else say("{action} by {who}, no reason given")
        )
        past.append((change.at, filled(told, facts), ""))
    past.sort(key=lambda moment_and_text: moment_and_text[0])
    parts: list[str | tuple[str, str]] = []
    for at, text, style in past:
        parts.append((f"{wording.instant(at)}\n", "$foreground-muted"))
        parts += [(f"{_INDENT}{line}\n", style) for line in folded(inert(text), width - 4)]
    if not past:
        parts.append((say("It was not tried yet.") + "\n", "$foreground-muted"))
    for told in _to_come(track, wording):
        lines = folded(inert(told), width)
        parts += [(f"{line}\n", "$foreground-muted") for line in lines]
    about = filled(say("event {event}"), {"event": event.id})
    parts.append(("\n" + "\n".join(folded(about, width)) + "\n", "$foreground-muted"))
    body = timeline.body or filled(
        say("(body pruned; SHA-256 {digest})"), {"digest": timeline.body_sha256}
    )
    parts.append("\n".join(folded(inert(body), width)))
    return Content.assemble(*parts).rstrip()


def _to_come(track: Track, wording: Wording) -> Iterable[str]:
    """When it is sent, as far as that is known: a time is told only where something sends it."""
    say, status, schedule = wording.catalogue.text, track.status, track.timeline.schedule
    if not schedule:
        return
    if status.retired_to is not None:
        yield say("The shop has moved: it is not sent from here.")
    elif status.held is not None:
        yield say("Deliveries are held: it is not sent until they are let go.")
    elif status.endpoint is None:
        yield say("There is no platform: it is not sent.")
    elif status.breaker == "stopped":
        yield say("The platform asked for no more: it is not sent until deliveries are let go.")
    elif track.ahead is not None:
        facts = {"first": happened(track.ahead, say)}
        yield filled(say("It is sent after {first}, the delivery before it."), facts)
    elif not status.relay:
        facts = {"when": wording.instant(schedule[0])}
        told = say("No relay runs: it is not sent by itself. f sends it from {when} on.")
        yield filled(told, facts)
    else:
        for at in schedule:
            yield filled(say("{when}: to come, at the earliest"), {"when": wording.instant(at)})


def _tried(attempt: DeliveryAttempt, wording: Wording) -> str:
    say = wording.catalogue.text
    answer = " ".join(str(part) for part in (attempt.status, attempt.reason) if part)
    facts = {
        "number": f"{attempt.number:,}",
        "outcome": worded(attempt.outcome, ATTEMPTS, say),
        "answer": answer,
        "milliseconds": f"{attempt.milliseconds:,.0f}",
        "relay": attempt.relay,
    }
    told = say("attempt {number}: {outcome} {answer}, {milliseconds} ms")
    return filled(told, facts)
