"""Deeds of deliveries: send what is due, try again, send again; and what to read.

Sending is the relay's, in a thread; everything else is the engine's.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from textual.content import Content

from shopcli.domain.deliveries.values import Replayable, Retryable
from shopcli.domain.errors import (
    DatabaseUnreachable,
    InvalidInput,
    OutcomeUnknown,
    ShopError,
    TotalChanged,
    TryLater,
)
from shopcli.domain.facts import filled
from shopcli.domain.moments import local, rfc3339
from shopcli.domain.records import Change, Flush, Order, OutboxEvent, OutboxStatus
from shopcli.domain.records.changes import RECENT_COUNT
from shopcli.domain.showing import excerpt, inert
from shopcli.tui import commands
from shopcli.tui.desk.deeds import (
    Changed,
    Deed,
    Done,
    changed_by,
    confirm,
    is_own,
    named,
)
from shopcli.tui.desk.outbox.timeline import (
    Track,
    drawn,
    event_key,
    first_waiting,
    happened,
    is_discarded,
    read_track,
    title,
)
from shopcli.tui.desk.watch import read_status
from shopcli.tui.journal.before import changed_before, done_before
from shopcli.tui.operations import NotDone
from shopcli.tui.screens.dialogs import EntryDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from shopcli import Shop
    from shopcli.tui.desk.view import DeskView
    from shopcli.tui.wording import Wording
    from shopcli.wording.catalogue import Catalogue

Found = TypeVar("Found")

SEVERAL = 2
"""A number of deliveries that are not counted."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of sending, and what keeps the rest."""

    flush: Flush
    held: str | None
    failure: str | None
    status: OutboxStatus


@dataclass(frozen=True, slots=True)
class _Ended:
    """The database failed while events were sent: which of them were is not known whole."""

    error: ShopError


def _as_shown(
    work: Callable[[], int], look: Callable[[], Found], overtook: Callable[[], Change | None]
) -> int | _Overtaken[Found]:
    """Do it to the events that were shown and confirmed; else look at those there are by now.

    Args:
        work: Does it.
        look: Reads them again.
        overtook: Reads what somebody else has done to them since.
    """
    try:
        return work()
    except TotalChanged:
        return _Overtaken(look(), overtook())


@dataclass(frozen=True, slots=True)
class _Overtaken(NotDone, Generic[Found]):
    """Nothing was made due: these are the events by now."""

    found: Found
    by: Change | None
    """What has made others of them, if that is recorded."""


def _newest_change(shop: Shop) -> Change | None:
    """The last thing that somebody did to deliveries; read before what it is compared with."""
    return next(iter(shop.changes("outbox", limit=1)), None)


def _done_since(shop: Shop, shown: Change | None, actions: Collection[str]) -> Change | None:
    """The last thing of some kind that was done to deliveries since another."""
    newer = takewhile(lambda one: one != shown, shop.changes("outbox", limit=RECENT_COUNT))
    return next((one for one in newer if one.action in actions), None)


def open_receipt(view: DeskView, order_id: str) -> None:
    """Open the receipt of an order; say why where there is none."""
    say = view.say
    if order_id:
        view.open_with(lambda shop: shop.receipt(order_id), lambda order: _receipt(view, order))
    elif view.is_read():
        view.tell_empty(say("There is no order here."))


def _receipt(view: DeskView, order: Order) -> None:
    from shopcli.tui.screens.receipt import ReceiptScreen  # only where one is opened

    view.app.push_screen(ReceiptScreen(order, just_paid=False))


def open_timeline(view: DeskView, event_id: str) -> None:
    """Open what became of an event so far."""
    say = view.say
    wording, variables = view.visit.wording, view.visit.platform_variables

    def read(shop: Shop) -> Track:
        return read_track(shop, event_id, variables)

    def page(track: Track) -> tuple[str, Callable[[int], Content]]:
        return title(track, wording), lambda width: drawn(track, wording, width)

    def opens(track: Track) -> None:
        from shopcli.tui.desk.page import PageScreen  # only where one is opened

        view.app.push_screen(PageScreen(*page(track), lambda shop: page(read(shop))))

    if event_id:
        view.open_with(read, opens)
    elif view.is_read():
        view.tell_empty(say("There is no delivery here."))


def send_now(view: DeskView) -> None:
    """Send all events that are due, as `shop outbox flush`."""
    say, command, variables = view.say, commands.flush(), view.visit.platform_variables
    if any(one.look == command and not one.is_done for one in view.visit.operations.values()):
        view.tell(say("They are being sent already."))
        return
    operation = named(view, say("The sending of what is due"), command, is_repeatable=True)

    wording = view.visit.wording

    def flush(shop: Shop) -> Sent | _Ended:
        sent, now = _flush(shop, variables), shop.now().astimezone(wording.timezone)
        # What was tried may not be sent; and at the end two of them are told apart.
        told = (
            _ended_text(wording, sent)
            if isinstance(sent, _Ended)
            else _sent_text(wording.catalogue, sent, "")
        )
        operation.told = f"{told} ({now:%H:%M:%S})"
        return sent

    Deed(view.desk, operation, flush, lambda sent: _sent(view, sent)).send()


def _flush(shop: Shop, variables: Mapping[str, str] | None) -> Sent | _Ended:
    from shopcli import Relay  # HTTP is loaded where something is sent

    relay, change_count = Relay(shop, environment=variables), shop.change_count
    try:
        flush = relay.flush()
        return Sent(flush, relay.held, relay.failure, relay.status())
    except (TryLater, OutcomeUnknown) as error:
        if isinstance(error, TryLater) and shop.change_count == change_count:
            raise  # nothing was taken to be sent: that nothing was changed is certain
        return _Ended(error)


def _ended_text(wording: Wording, ended: _Ended) -> str:
    """That sending was cut short, in words that hold once the database answers again, too."""
    say, error = wording.catalogue.text, ended.error
    is_away = isinstance(error, DatabaseUnreachable)
    why = say("the database did not answer.") if is_away else wording.fact(error)
    told = say(
        "Sending ended early: {why} What stands as delivered was sent; what does not is sent later,"
        " with the same id."
    )
    return inert(filled(told, {"why": local(why, wording.instant)}))


def _sent(view: DeskView, sent: Sent | _Ended) -> Done:
    if isinstance(sent, _Ended):
        told = view.visit.wording.pasted(_ended_text(view.visit.wording, sent))
        return Done(told, commands.flush(), tone="bad")
    flush = sent.flush
    is_well = sent.held is None and not flush.failed and not flush.pending
    catalogue = view.visit.wording.catalogue
    text = view.visit.wording.pasted(_sent_text(catalogue, sent, view.NAME))
    return Done(text, commands.flush(), tone="good" if is_well else "warn")


def _sent_text(catalogue: Catalogue, sent: Sent, view_name: str) -> str:
    """What was sent, and what a key of this view does about the rest; none where it has no name."""
    say, counted, flush = catalogue.text, catalogue.counted, sent.flush
    pending = sent.status.pending
    facts = {
        "sent": f"{flush.sent:,}",
        "failed": f"{flush.failed:,}",
        "pending": f"{pending:,}",
        "why": sent.held or sent.failure or "",
    }
    if sent.held is not None:
        told = counted(
            pending,
            "{sent} sent; {pending} waits, as deliveries are held: {why}.",
            "{sent} sent; {pending} wait, as deliveries are held: {why}.",
        )
    elif sent.status.endpoint is None and not view_name:
        told = say("Nothing is sent: there is no platform.")
    elif sent.status.endpoint is None:
        told = say(
            "Nothing is sent: there is no platform. To set it, in a shell:"
            " shop settings set platform.url URL"
        )
    elif flush.failed:
        told = counted(
            pending,
            "{sent} sent, {failed} failed ({why}); {pending} waits.",
            "{sent} sent, {failed} failed ({why}); {pending} wait.",
        )
    elif sent.status.breaker == "stopped":
        told = counted(
            pending,
            "{sent} sent; {pending} waits, as the platform asked for no more.",
            "{sent} sent; {pending} wait, as the platform asked for no more.",
        )
    elif pending and not view_name:
        told = counted(
            pending,
            "{sent} sent; {pending} waits for its next try.",
            "{sent} sent; {pending} wait for their next try.",
        )
    elif pending and view_name == "deliveries":
        told = counted(
            pending,
            "{sent} sent; {pending} waits for its next try, r makes it due now.",
            "{sent} sent; {pending} wait for their next try, r makes one due now.",
        )
    elif pending:
        told = counted(
            pending,
            "{sent} sent; {pending} waits for its next try, r shows it.",
            "{sent} sent; {pending} wait for their next try, r shows them.",
        )
    elif sent.status.leased:
        told = say("{sent} sent.")
    else:
        told = say("{sent} sent; nothing waits.")
    return inert(
        " ".join(filter(None, (filled(told, facts), _leased_text(catalogue, sent.status))))
    )


def _leased_text(catalogue: Catalogue, status: OutboxStatus) -> str:
    """How many somebody else sends, or one who has ended early had leased; empty for none."""
    if not status.leased or status.endpoint is None:
        return ""
    told = catalogue.counted(status.leased, "{leased} is being sent.", "{leased} are being sent.")
    return filled(told, {"leased": f"{status.leased:,}"})


def retry(view: DeskView, shown: OutboxEvent, name: str, status: OutboxStatus) -> None:
    """Make an event due now; where one before it of its order waits, lead to that one instead.

    Args:
        view: Where it is done.
        shown: The event, as it is listed.
        name: As the list names it.
        status: What sends it.
    """
    command = commands.retry(shown.id)
    what = filled(view.say("The retry of delivery {event}"), {"event": shown.id})
    operation = named(view, what, command, is_repeatable=True)

    def done(made: int | _Ahead | Changed[OutboxEvent]) -> Done:
        if isinstance(made, _Ahead):
            return _leads_to(view, made.first, name)
        if isinstance(made, Changed):
            return Done(_seen_to_before(view, made, name), "", tone="warn")
        return _due(view, made, status, command, name)

    Deed(
        view.desk,
        operation,
        lambda shop: _retry(shop, shown, is_sent_again=operation.in_doubt),
        done,
    ).send()


@dataclass(frozen=True, slots=True)
class _Ahead(NotDone):
    """Nothing was made due: this one of its order is sent before."""

    first: OutboxEvent


def _retry(
    shop: Shop, shown: OutboxEvent, *, is_sent_again: bool
) -> int | _Ahead | Changed[OutboxEvent]:
    """Make an event due that is as it was shown; sent again, one in doubt may be so already."""
    first = first_waiting(shop, shown.id, shown.order)
    if first is not None:
        return _Ahead(first)
    try:
        return shop.outbox.retry(shown.id, expected=shown)
    except TotalChanged:
        now = shop.outbox.show(shown.id)
    last = now.changes[-1] if now.changes else None
    if is_sent_again and now.event.state == "pending" and is_own(shop, last):
        return 1
    is_known = last is not None and last.action == _DONE_BY.get(now.event.state)
    by_hand = is_known and (now.event.state == "pending" or is_discarded(now.event))
    return Changed(now.event, changed_by(last) if by_hand else None)


_DONE_BY = {"dead": "discard", "pending": "retry"}
"""What somebody did to an event, by the state that it then is in."""


def _seen_to_before(view: DeskView, now: Changed[OutboxEvent], name: str) -> str:
    """That somebody else has seen to an event before it was to be made due."""
    say, event = view.say, now.found
    if is_discarded(event):
        told = say("{name} was discarded before")
    elif event.state == "dead":
        told = say("{name} was given up before")
    else:
        told = say("{name} was made due before")
    return done_before(filled(told, {"name": name}), now.before, "", view.visit.wording)


def _leads_to(view: DeskView, first: OutboxEvent, name: str) -> Done:
    """Move the cursor to the event that is sent before another, and say that it is."""
    wording, say = view.visit.wording, view.say
    facts = {
        "name": name,
        "first": happened(first, say),
        "command": commands.retry(first.id),
    }
    by_command = say("{name} waits until {first} is sent, the delivery before it: {command}")
    at_the_end = wording.pasted(inert(filled(by_command, facts)))
    if not view.main.go_to(event_key(first)):
        return Done(at_the_end, "", tone="warn")
    by_key = say(
        "{name} waits until {first} is sent, the delivery before it: r makes that due now."
    )
    return Done(inert(filled(by_key, facts)), "", tone="warn", at_the_end=at_the_end)


class _Dead(NamedTuple):
    """The dead events, and what sends those that are made due."""

    events: Retryable
    status: OutboxStatus
    newest: Change | None
    """What was done to deliveries last by then."""


def retry_dead(view: DeskView) -> None:
    """Ask whether to make all events due that were given up."""
    variables = view.visit.platform_variables
    view.open_with(lambda shop: _look_dead(shop, variables), lambda dead: _ask_retry(view, dead))


def _look_dead(shop: Shop, variables: Mapping[str, str] | None) -> _Dead:
    newest = _newest_change(shop)
    return _Dead(shop.outbox.retryable(), _status(shop, variables), newest)


def _ask_retry(view: DeskView, dead: _Dead, news: str = "") -> None:
    say, counted, events = view.say, view.visit.wording.catalogue.counted, dead.events
    stays = filled(
        counted(
            events.discarded,
            "{count} that was discarded stays so: r tries it again.",
            "{count} that were discarded stay so: r tries one again.",
        ),
        {"count": f"{events.discarded:,}"},
    )
    stays = stays if events.discarded else ""
    if not events.given_up:
        view.tell(" ".join(filter(None, (news, say("No delivery is given up."), stays))))
        return
    # The command takes the discarded ones, too.
    command = "" if events.discarded else commands.retry_dead()
    variables = view.visit.platform_variables

    def done(made: int | _Overtaken[_Dead]) -> Done:
        if isinstance(made, _Overtaken):
            told = (
                say("Nothing was tried again: other deliveries are given up by now")
                if made.by is None
                else say("Nothing was tried again: somebody has seen to some of them meanwhile")
            )
            told = changed_before(told, changed_by(made.by), view.visit.wording)
            view.open_next(lambda: _ask_retry(view, made.found, told))
            return Done(told, "", tone="warn")
        return _due(view, made, dead.status, command)

    deed = Deed(
        view.desk,
        named(
            view,
            say("The retry of all that were given up"),
            command or commands.outbox_status(),
            is_repeatable=bool(command),
        ),
        lambda shop: _as_shown(
            lambda: shop.outbox.retry(dead=True, expected=events),
            lambda: _look_dead(shop, variables),
            lambda: _done_since(shop, dead.newest, {"retry", "discard"}),
        ),
        done,
    )
    title = filled(
        counted(events.given_up, "Try {count} delivery again?", "Try {count} deliveries again?"),
        {"count": f"{events.given_up:,}"},
    )
    told = say("They become due now, with the same ids and bodies.")
    body = Content("\n".join(filter(None, (news, told, stays))))
    confirm(deed, title, body, say("Try again"))


def _status(shop: Shop, variables: Mapping[str, str] | None) -> OutboxStatus:
    status, _is_awaited, _fault = read_status(shop, variables)
    return status


def _due(view: DeskView, count: int, status: OutboxStatus, command: str, name: str = "") -> Done:
    wording, say = view.visit.wording, view.say
    if name:
        told = say("{name} is due again: {sender}")
    else:
        told = wording.catalogue.counted(
            count, "{count} event due again: {sender}", "{count} events due again: {sender}"
        )
    facts = {"name": name, "count": f"{count:,}", "sender": sent_by(wording, status, count)}
    return Done(wording.pasted(inert(filled(told, facts))), command)


def sent_by(wording: Wording, status: OutboxStatus, count: int = SEVERAL) -> str:
    """What sends events that are due, of which there are so many."""
    say, counted = wording.catalogue.text, wording.catalogue.counted
    if status.retired_to is not None:
        return counted(
            count,
            "the shop sends it at its new address.",
            "the shop sends them at its new address.",
        )
    if status.held is not None:
        return counted(
            count,
            "it waits until deliveries are let go.",
            "they wait until deliveries are let go.",
        )
    if status.endpoint is None:
        return counted(
            count,
            "it is sent once there is a platform.",
            "they are sent once there is a platform.",
        )
    if status.breaker == "stopped":
        return say("the platform asked for no more, h (f6 Deliveries) lets deliveries go.")
    if status.relay:
        return counted(count, "the relay sends it.", "the relay sends them.")
    return counted(count, "no relay runs, f sends it now.", "no relay runs, f sends them now.")


def ask_replay(view: DeskView) -> None:
    """Ask since when to send delivered events again, and then whether to."""
    say, shop, variables = view.say, view.visit.shop, view.visit.platform_variables

    def entered(box: EntryDialog[datetime], since: datetime) -> None:
        view.open_with(
            lambda shop: _look(shop, since, variables),
            lambda found: _confirm_replay(view, since, found),
        )
        box.close()

    view.store.forget_answers()
    view.app.push_screen(
        EntryDialog(
            say("The sending again"),
            say("Send delivered events again, as for a platform that lost them: since when?"),
            say("2h, 09:30, 2026-11-22T09:30"),
            lambda text: _past(shop, text),
            explain=view.visit.wording.explained,
            send=entered,
        )
    )


def _past(shop: Shop, text: str) -> datetime:
    """A typed moment.

    Raises:
        InvalidInput: It is none, or none that is over.
    """
    since = shop.moment(text, ago=True)
    if since > shop.now():
        raise InvalidInput("'{value}' is yet to come.", details={"value": excerpt(text)})
    return since


class _Written(NamedTuple):
    """How many events written by a moment can be sent again."""

    until: datetime
    events: Replayable
    status: OutboxStatus
    """What sends them."""
    newest: Change | None
    """What was done to deliveries last by then."""


def _look(shop: Shop, since: datetime, variables: Mapping[str, str] | None) -> _Written:
    until, newest = shop.now(), _newest_change(shop)
    found = shop.outbox.replayable(since, until)
    return _Written(until, found, _status(shop, variables), newest)


def _overtaken_text(view: DeskView, by: Change | None) -> str:
    """That nothing was sent again, as somebody else has sent delivered events again since."""
    wording, say = view.visit.wording, view.say
    count = by.after.get("count") if by is not None and by.after is not None else None
    if not isinstance(count, int):
        told = say("Nothing was sent again: they are not delivered as they were shown any more")
    else:
        told = wording.catalogue.counted(
            count,
            "Nothing was sent again: {count} delivered event was made due again meanwhile",
            "Nothing was sent again: {count} delivered events were made due again meanwhile",
        )
    return changed_before(filled(told, {"count": f"{count:,}"}), changed_by(by), wording)


def _confirm_replay(view: DeskView, since: datetime, look: _Written, news: str = "") -> None:
    wording, say, found = view.visit.wording, view.say, look.events
    facts = {"since": wording.moment(since), "count": f"{found.delivered:,}"}
    if not found.delivered:
        # It may have been delivered before, and wait to be sent again.
        told = filled(say("Nothing written since {since} stands as delivered now."), facts)
        view.tell(news or told)
        return
    variables = view.visit.platform_variables
    command = commands.replay(rfc3339(since), rfc3339(look.until))

    def done(made: int | _Overtaken[_Written]) -> Done:
        if isinstance(made, _Overtaken):
            told = _overtaken_text(view, made.by)
            view.open_next(lambda: _confirm_replay(view, since, made.found, told))
            return Done(told, "", tone="warn")
        again = say("typed again it sends them again")
        return _due(view, made, look.status, command)._replace(happens_again=again)

    title = wording.catalogue.counted(
        found.delivered,
        "Send {count} delivered event again?",
        "Send {count} delivered events again?",
    )
    body = filled(say("All that were written since {since}, with the same ids and bodies."), facts)
    deed = Deed(
        view.desk,
        named(view, say("The sending again"), commands.outbox_status()),
        lambda shop: _as_shown(
            lambda: shop.outbox.replay(since, look.until, expected=found),
            lambda: _look(shop, since, variables),
            lambda: _done_since(shop, look.newest, {"replay"}),
        ),
        done,
    )
    text = "\n".join(filter(None, (news, body)))
    confirm(deed, filled(title, facts), Content(text), say("Send again"))
