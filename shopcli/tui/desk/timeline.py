"""What became of an event so far, as a page: attempts, what operators did, what is to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.tui.widgets.columns import folded
from shopcli.tui.wording import ending
from shopcli.wording.kinds import ATTEMPTS, DEEDS, EVENTS, worded

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.domain.deliveries.values import DeliveryAttempt, EventTimeline
    from shopcli.tui.wording import Wording

_TONES = {"delivered": "$text-success", "failed": "$text-error", "lost": "$text-warning"}
_INDENT = "    "


def title(timeline: EventTimeline, wording: Wording) -> str:
    """What the page is about."""
    event, say = timeline.event, wording.catalogue.text
    facts = {
        "type": event.type,
        "order": ending(event.order),
        "state": worded(event.state, EVENTS, say),
    }
    return filled(say("{type} · order {order} · {state}"), facts)


def drawn(timeline: EventTimeline, wording: Wording, width: int) -> Content:
    """The page.

    Args:
        timeline: The event, as read.
        wording: Writes times.
        width: In cells.
    """
    say, event = wording.catalogue.text, timeline.event
    happened: list[tuple[datetime, str, str]] = [
        (one.at, _tried(one, wording), _TONES.get(one.outcome, "")) for one in timeline.attempts
    ]
    for change in timeline.changes:
        did = worded(change.action, DEEDS, say)
        facts = {"action": did, "who": change.actor, "why": change.reason or "—"}
        happened.append((change.at, filled(say("{action} by {who}: {why}"), facts), ""))
    happened.sort(key=lambda moment_and_text: moment_and_text[0])
    parts: list[str | tuple[str, str]] = []
    for at, text, style in happened:
        parts.append((f"{wording.instant(at)}\n", "$foreground-muted"))
        parts += [(f"{_INDENT}{line}\n", style) for line in folded(inert(text), width - 4)]
    if not happened:
        parts.append((say("It was not tried yet.") + "\n", "$foreground-muted"))
    for at in timeline.schedule:
        facts = {"when": wording.instant(at)}
        told = filled(say("{when}: to come, at the earliest"), facts)
        parts.append((f"{told}\n", "$foreground-muted"))
    about = filled(say("event {event}"), {"event": event.id})
    parts.append(("\n" + "\n".join(folded(about, width)) + "\n", "$foreground-muted"))
    body = timeline.body or filled(
        say("(body pruned; SHA-256 {digest})"), {"digest": timeline.body_sha256}
    )
    parts.append("\n".join(folded(inert(body), width)))
    return Content.assemble(*parts).rstrip()


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
