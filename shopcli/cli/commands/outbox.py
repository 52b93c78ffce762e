"""Commands on deliveries: outbox status, list, show, flush, relay, and those that control them."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import Call, instant, see
from shopcli.cli.completion.typer_hooks import complete_event_state
from shopcli.cli.output import counted, span
from shopcli.cli.parsing.options import (
    Limit,
    Month,
    On,
    Reason,
    RequiredReason,
    Since,
    Until,
)
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.parsing.values import positive_count, seconds
from shopcli.cli.terminal import Column
from shopcli.domain.addresses import display
from shopcli.domain.deliveries.values import LAG_SECONDS_MAX, troubles
from shopcli.domain.errors import InvalidInput, PartlyDone, Usage
from shopcli.domain.records import OutboxEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shopcli import Relay, Shop
    from shopcli.domain.deliveries.values import DeliveryAttempt, EventTimeline, Replayable, Trouble
    from shopcli.domain.records import Flush, OutboxStatus


outbox_app = new_app("Deliveries to the data platform.")

Event = Annotated[str, typer.Argument(metavar="ID", help="Or at least the last 4 characters.")]


@outbox_app.command(
    "status", cls=ShopCommand, epilog="shop outbox status\nshop outbox status --check --lag 5m"
)
def status(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Exit 5 on dead letters, a stopped endpoint or lag.")
    ] = False,
    lag: Annotated[
        str,
        typer.Option(
            "--lag", metavar="TIME", help="How long an event may wait before --check fails."
        ),
    ] = f"{LAG_SECONDS_MAX // 60}m",
) -> None:
    """Show what waits, what went out, and whether the endpoint answers."""
    call = Call.of(context)
    most = seconds(lag)
    with call.shop() as shop:
        relay = _relay(call, shop)
        found = relay.status()
        is_awaited = relay.is_awaited(found)
    oldest = found.oldest_pending_seconds
    waiting = f", the oldest for {span(oldest)}" if oldest is not None else ""
    endpoint = display(found.endpoint) if found.endpoint else None
    to_set_one = "" if found.retired_to else f": {_to_set_one(call, found.pending)}"
    held = [f"held: {found.held}; to let them go: shop outbox resume"] if found.held else []
    if found.retired_to is not None:
        held = [f"retired: the shop has moved to {found.retired_to}, which sends from now on"]
    call.output.record(
        found,
        *held,
        f"{found.pending} pending{waiting}, {found.leased} leased, "
        f"{found.delivered} delivered, {found.dead} dead",
        f"endpoint {endpoint or f'none{to_set_one}'}",
        f"breaker {found.breaker}, relay {found.relay or 'none'}",
    )
    found_troubles = troubles(found, most, is_awaited=is_awaited)
    if check and oldest is not None and oldest > most and not is_awaited:
        call.remark("There is no endpoint, and none is on record: no event counts as late.")
    if check and found_troubles:
        told = [trouble_sentence(one) for one in found_troubles]
        raise PartlyDone(
            "Deliveries need care: {troubles}.",
            details={
                "held": found.held,
                "dead": found.dead,
                "oldest_pending_seconds": oldest,
                "troubles": told,
                "see": trouble_fixes(found_troubles),
                "reason": "troubles",
            },
        )


_TROUBLE_FIXES = {
    "held": "shop outbox resume",
    "dead": "shop outbox list --state dead",
    "stopped": "shop outbox resume",
    "late": "shop outbox list --state pending",
    "retired": "shop db status",
}


def trouble_fixes(found: Iterable[Trouble]) -> str:
    """What to type, each once, as one command mends several."""
    return " · ".join(dict.fromkeys(_TROUBLE_FIXES[one.kind] for one in found))


def trouble_sentence(trouble: Trouble) -> str:
    """The problems of deliveries in a sentence."""
    if trouble.kind == "held":
        return "deliveries are held"
    if trouble.kind == "retired":
        return "the shop has moved, and nothing is sent from here"
    if trouble.kind == "dead":
        return f"{trouble.amount} dead"
    if trouble.kind == "stopped":
        return "the endpoint is stopped"
    return f"the oldest waits for {span(trouble.amount)}"


@outbox_app.command(
    "list", cls=ShopCommand, epilog="shop outbox list\nshop outbox list --state dead"
)
def list_events(
    context: typer.Context,
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            metavar="STATE",
            help="pending, leased, delivered, dead or skipped.",
            autocompletion=complete_event_state,
        ),
    ] = None,
    order: Annotated[
        str | None,
        typer.Option(
            "--order",
            metavar="ORDER",
            help="Only those of this order; or its last 4 characters.",
        ),
    ] = None,
    limit: Limit = None,
    since: Since = None,
    until: Until = None,
    on: On = None,
    month: Month = None,
) -> None:
    """List events, newest first."""
    call = Call.of(context)
    with call.shop() as shop:
        since_at, until_at = call.window(shop, since, until, on, month)
        found = shop.outbox.list(
            state=state,
            order=order,
            since=since_at,
            until=until_at,
            limit=call.rows_to_show(limit),
        )
    columns = [
        Column("id"),
        Column("created_at", "when", spare=3),
        Column("order", spare=4),
        Column("sequence", "#", right=True, spare=6),
        Column("type", spare=5),
        Column("state", spare=1),
        Column("attempts", "tries", right=True, spare=4),
        Column("last_error", "last error", wraps=True, spare=2),
    ]
    call.output.rows(found, OutboxEvent, columns)
    call.remark_list(len(found), limit, empty="No events.")


@outbox_app.command("show", cls=ShopCommand, epilog="shop outbox show 3k9f")
def show(context: typer.Context, event: Event) -> None:
    """Show one event: its body, what was tried and done, and when the next attempts are due."""
    call = Call.of(context)
    with call.shop() as shop:
        timeline = shop.outbox.show(event)
        story = _story(call, timeline, _status(call, shop)) if call.output.is_table else ()
    call.output.record(timeline, *story)


@outbox_app.command("flush", cls=ShopCommand, epilog="shop outbox flush")
def flush(context: typer.Context) -> None:
    """Send everything that is due, then stop; exit 5 if something could not be sent.

    That is so, too, where events wait and the endpoint asked for no more events, or there is none
    any more. A shop that never had an endpoint keeps its events: exit 0.
    """
    call = Call.of(context)
    with call.shop() as shop:
        relay = _relay(call, shop)
        done = _flush_with_progress(relay) if _is_watched(call) else relay.flush()
        _answer_flush(call, relay, done)


@outbox_app.command(
    "relay", cls=ShopCommand, epilog="shop outbox relay\nshop outbox relay --once --batch 500"
)
def relay(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Send what is due, then end.")] = False,
    batch: Annotated[
        int | None,
        typer.Option("--batch", metavar="N", parser=positive_count, help="Events leased at once."),
    ] = None,
    concurrency: Annotated[
        int,
        typer.Option("--concurrency", metavar="N", parser=positive_count, help="Connections."),
    ] = 4,
) -> None:
    """Send events as they come, until interrupted; a second one on SQLite stands by."""
    call = Call.of(context)
    with call.shop() as shop:
        sender = _relay(call, shop, batch=batch, concurrency=concurrency)
        if once:
            _answer_flush(call, sender, sender.flush())
            return
        from shopcli.relay.daemon import RelayDaemon  # only for a relay that stays
        from shopcli.relay.signals import ending_signals

        stop = threading.Event()
        for number in ending_signals():
            # In a new thread: this one may be where the event's lock is taken, and would wait for
            # itself. `Thread.start` has such moments too.
            signal.signal(number, lambda *_: _thread.start_new_thread(stop.set, ()))
        RelayDaemon(sender, stop, report=lambda sentence: _report(call, sentence)).run()


@outbox_app.command(
    "retry", cls=ShopCommand, epilog="shop outbox retry 3k9f\nshop outbox retry --dead"
)
def retry(
    context: typer.Context,
    event: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Or at least the last 4 characters.")
    ] = None,
    dead: Annotated[bool, typer.Option("--dead", help="All dead events.")] = False,
    reason: Reason = None,
) -> None:
    """Make an event, or all dead ones, due now, with a fresh schedule."""
    call = Call.of(context)
    with call.shop() as shop:
        halt = _halt(call, shop)
        count = shop.outbox.retry(event, dead=dead, reason=reason)
        call.output.record(
            {"events": count}, f"{counted(count, 'event')} due now; to send: shop outbox flush"
        )
        if count and halt:
            call.remark(halt)


@outbox_app.command(
    "discard", cls=ShopCommand, epilog='shop outbox discard 3k9f --reason "test order"'
)
def discard(context: typer.Context, event: Event, reason: RequiredReason) -> None:
    """Give up on an event: it is dead, and later events of its order go on."""
    call = Call.of(context)
    with call.shop() as shop:
        found = shop.outbox.discard(event, reason=reason)
    call.output.record(found, f"Event {found.id} is dead: {found.last_error}")


@outbox_app.command(
    "replay", cls=ShopCommand, epilog="shop outbox replay --from 2026-11-01 --to 2026-11-02T12:00"
)
def replay(
    context: typer.Context,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="First instant.")],
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Last instant; now if not given.")
    ] = None,
    skipped: Annotated[
        bool, typer.Option("--skipped", help="Send the events that an import skipped too.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask; in a pipe nobody is asked.")
    ] = False,
    reason: Reason = None,
) -> None:
    """Resend events recorded between --from and --to (same ids), for a platform that lost them."""
    call = Call.of(context)
    with call.shop() as shop:
        first = shop.moment(start, ago=True)
        last = instant(shop, end, ends=True, ago=True)
        shop.outbox.deliveries.refuse_retired()  # before anybody is asked
        found = shop.outbox.replayable(first, last)
        call.remark(_what_is_replayed(found, skipped=skipped))
        count, halt = 0, ""
        wanted = found.delivered + (found.skipped if skipped else 0)
        if wanted:
            if not (yes or _agrees(call)):
                call.remark("Nothing was changed.")
                return
            halt = _halt(call, shop)
            is_asked = call.can_ask and not yes  # who agreed to these agreed to no others
            count = shop.outbox.replay(
                first, last, skipped=skipped, reason=reason, expected=found if is_asked else None
            )
        then = "; to send: shop outbox flush" if count else ""
        call.output.record({"events": count}, f"{counted(count, 'event')} due again{then}")
        if count and halt:
            call.remark(halt)


def _what_is_replayed(found: Replayable, *, skipped: bool) -> str:
    parts = [f"To send again: {counted(found.delivered, 'delivered event')}"]
    if found.skipped and skipped:
        parts.append(f"{found.skipped} skipped at import, for the first time")
    elif found.skipped:
        parts.append(f"{found.skipped} skipped at import left alone (--skipped sends them)")
    if found.pruned:
        parts.append(f"{found.pruned} left alone, as their bodies were pruned")
    return "; ".join(parts) + "."


def _agrees(call: Call) -> bool:
    """Ask a person whether to go on; yes where there is no terminal to ask on."""
    if not call.can_ask:
        return True
    return typer.confirm("Go on?", default=False, err=True)


@outbox_app.command(
    "hold", cls=ShopCommand, epilog='shop outbox hold --reason "the platform moves"'
)
def hold(context: typer.Context, reason: RequiredReason) -> None:
    """Send nothing more, whoever would, until `outbox resume`; events wait."""
    call = Call.of(context)
    with call.shop() as shop:
        found = shop.outbox.hold(reason=reason)
    call.output.record(found, f"Held: {found.held}; to let them go: shop outbox resume")
    if found.leased:
        call.remark(
            f"{counted(found.leased, 'event')} may still arrive: whoever is sending finishes"
            " within 30 s."
        )


@outbox_app.command("resume", cls=ShopCommand, epilog="shop outbox resume")
def resume(context: typer.Context, reason: Reason = None) -> None:
    """End a hold, and the stop or back-off of an endpoint; events keep the time of their next try.

    A copy or restored backup of a shop is held until then, as the shop itself may be sending too.
    """
    call = Call.of(context)
    with call.shop() as shop:
        found = shop.outbox.resume(reason=reason)
        found = replace(found, endpoints=tuple(map(display, found.endpoints)))
    ended = [f"Deliveries were held: {found.held}"] if found.held else []
    resumed = ", ".join(found.endpoints)
    if ended or resumed:
        what = f"Resumed{f': {resumed}' if resumed else ''}; to send what is due: shop outbox flush"
    else:
        what = "Nothing was held, and no endpoint was stopped or in back-off."
    call.output.record(found, *ended, what)


@outbox_app.command("prune", cls=ShopCommand, epilog="shop outbox prune --before 2026-01-01")
def prune(
    context: typer.Context,
    before: Annotated[str, typer.Option("--before", metavar="TIME", help="Delivered before it.")],
    reason: Reason = None,
) -> None:
    """Empty the bodies of events delivered long ago; ids, times and checksums stay."""
    call = Call.of(context)
    with call.shop() as shop:
        count = shop.outbox.prune(shop.moment(before, ago=True), reason=reason)
    call.output.record({"events": count}, f"Bodies emptied: {count}")


def _relay(call: Call, shop: Shop, *, batch: int | None = None, concurrency: int = 4) -> Relay:
    from shopcli import Relay  # it knows the endpoint

    environment = call.settings.platform_variables()
    return Relay(shop, environment=environment, batch=batch, concurrency=concurrency)


def _answer_flush(call: Call, relay: Relay, done: Flush) -> None:
    call.output.record(
        done, f"{done.sent} sent, {done.failed} failed, {done.pending} still pending"
    )
    counts = {"sent": done.sent, "failed": done.failed, "pending": done.pending}
    waiting = {**counts, "events": counted(done.pending, "event")}
    if relay.held is not None:
        raise PartlyDone(
            "Not sent: {events}. Deliveries are held: {held}.",
            details={**waiting, "held": relay.held, "reason": "held"},
        )
    if not done.failed and not done.pending:
        return
    found = relay.status()
    if done.pending and found.endpoint is None and relay.is_awaited(found):
        raise PartlyDone(
            "Not sent: {events}. There is no endpoint.",
            details={
                **waiting,
                "reason": "no_endpoint",
                "see": _to_set_one(call, found.pending),
            },
        )
    if done.pending and found.breaker == "stopped":
        raise PartlyDone(
            "Not sent: {events}{why}. The platform asked for no more.",
            details={**waiting, "why": _cause(relay.endpoint_failure()), "reason": "stopped"},
        )
    if done.failed:
        raise PartlyDone(
            "Not sent: {events}{why}; still waiting: {pending}.",
            details={
                **counts,
                "events": counted(done.failed, "event"),
                "why": _cause(relay.failure),
                **see("shop outbox status"),
            },
        )
    if not done.sent:
        call.remark(_why_they_wait(call, found))


def _cause(failure: str | None) -> str:
    return f" ({failure})" if failure else ""


def _to_set_one(call: Call, pending: int) -> str:
    """What to type to set an endpoint: where events wait, one is asked or says yes before."""
    yes = " --yes" if pending and not call.can_ask else ""
    return f"shop settings set platform.url URL{yes}"


def _no_endpoint(call: Call, pending: int) -> str:
    return f"There is no endpoint: {_to_set_one(call, pending)}"


def _why_they_wait(call: Call, found: OutboxStatus) -> str:
    if found.endpoint is None:
        return _no_endpoint(call, found.pending)
    if found.leased:
        return "A relay or a command has leased them, for at most 30 s; then: shop outbox flush"
    return "They wait for their next try; make one due now: shop outbox retry ID"


def _halt(call: Call, shop: Shop) -> str:
    """Why events that are about to be made due will not be sent, and what helps; or nothing.

    Asked for before the change: what is read after it could fail and hide that it was made.
    """
    try:
        found = _relay(call, shop).status()
    except InvalidInput:
        return ""  # what is wrong with the endpoint is told by what sends
    if found.held is not None:
        return f"Nothing is sent, as deliveries are held ({found.held}): shop outbox resume"
    if found.endpoint is None:
        return _no_endpoint(call, pending=1)
    if found.breaker == "stopped":
        return "Nothing is sent, as the platform asked for no more: shop outbox resume"
    return ""


def _is_watched(call: Call) -> bool:
    return call.output.for_people and sys.stderr.isatty()


def _flush_with_progress(relay: Relay) -> Flush:
    from rich.console import Console  # only for a person
    from rich.progress import Progress

    total = relay.status().pending
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("sending", total=total)
        return relay.flush(lambda sent, failed: progress.update(task, completed=sent + failed))


def _report(call: Call, sentence: str) -> None:
    if call.as_json:
        call.output.line({"relay": sentence})
    else:
        call.remark(sentence)


def _status(call: Call, shop: Shop) -> OutboxStatus:
    """Where deliveries stand, also where the endpoint's address cannot be used."""
    try:
        return _relay(call, shop).status()
    except Usage:
        return shop.outbox.status()


def _unsent(status: OutboxStatus) -> str:
    """Why nothing is sent at any time; empty where there is a time."""
    if status.retired_to is not None:
        return "The shop has moved: it is not sent from here."
    if status.held is not None:
        return "Deliveries are held, so it is not sent; to let them go: shop outbox resume"
    if status.endpoint is None:
        return "There is no endpoint: it is not sent."
    if status.breaker == "stopped":
        return "The endpoint asked for no more; to send again: shop outbox resume"
    return ""


def _story(call: Call, timeline: EventTimeline, status: OutboxStatus) -> list[str]:
    event = timeline.event
    lines = [
        f"Event {event.id}, {event.type}, order {event.order} #{event.sequence}: {event.state}"
    ]
    told = [(one.at, _tried(one)) for one in timeline.attempts]
    told += [
        (one.at, f"{one.action} by {one.actor}@{one.host}: {one.reason or 'no reason given'}")
        for one in timeline.changes
    ]
    told.sort(key=lambda moment_and_text: moment_and_text[0])
    unsent = _unsent(status) if timeline.schedule else ""
    if not unsent:
        by = "" if status.relay else ", by shop outbox flush: no relay runs"
        told += [(moment, f"to come, at the earliest{by}") for moment in timeline.schedule]
    # The offsets of zones are whole minutes.
    lines += [f"  {call.moment(moment)}:{moment:%S}  {text}" for moment, text in told]
    lines += [f"  {unsent}"] if unsent else []
    return [*lines, timeline.body or f"(body pruned; SHA-256 {timeline.body_sha256})"]


def _tried(attempt: DeliveryAttempt) -> str:
    answer = " ".join(str(part) for part in (attempt.status, attempt.reason) if part)
    return f"attempt {attempt.number}  {attempt.outcome}  {answer}  {attempt.milliseconds:.0f} ms"
