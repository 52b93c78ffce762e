"""Deliveries: what waits, what was given up, what went out; and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content

from shopcli.domain.errors import ShopError
from shopcli.domain.facts import filled
from shopcli.domain.moments import from_microseconds
from shopcli.domain.records import OutboxEvent, OutboxStatus
from shopcli.domain.showing import inert
from shopcli.tui.desk import delivering
from shopcli.tui.desk.beside import Beside, SidePane, ViewWithPane
from shopcli.tui.desk.outbox import halting
from shopcli.tui.desk.outbox.timeline import (
    Track,
    drawn,
    event_key,
    happened,
    is_discarded,
    read_track,
    state_told,
    title,
)
from shopcli.tui.desk.view import KeyOf, in_column
from shopcli.tui.desk.watch import newest_waiting, read_status
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.figures import Figure, Figures
from shopcli.tui.widgets.fitting import cut, cut_address
from shopcli.tui.widgets.rows import Cell, Row, RowList
from shopcli.wording.kinds import EVENTS, worded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from textual.app import ComposeResult

    from shopcli import Shop

ROW_COUNT_MAX = 100
"""Most events listed; a command of the shell lists them all."""

_TONES = {"delivered": "good", "pending": "warn", "leased": "warn", "dead": "bad"}


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Where deliveries stand, and the events to look at."""

    status: OutboxStatus
    fault: ShopError | None
    events: tuple[OutboxEvent, ...]
    given_up_count: int = 0
    """How many are dead that nobody has discarded."""
    waits_until: datetime | None = None
    """When a platform that takes nothing is tried again; None where that is now."""


class DeliveriesView(ViewWithPane):
    """Lists events: those given up first, then those that wait, then those that went out."""

    NAME = "deliveries"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", show=False),
        Binding("f", "send_now", show=False),
        Binding("r", "retry", show=False),
        Binding("R", "retry_dead", show=False),
        Binding("e", "replay", show=False),
        Binding("h", "hold", show=False),
        Binding("o", "receipt", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._read: Deliveries | None = None
        self._events: dict[str, OutboxEvent] = {}

    def compose(self) -> ComposeResult:
        """Compose where deliveries stand, and the list."""
        say = self.say
        columns = (
            Column(say("DELIVERY"), 16, whole=True),
            Column(say("STATE"), 10, leave_out=1),
            Column(say("TRIES"), 5, right=True, from_width=60, leave_out=5),
            Column(say("LAST ERROR"), from_width=44, leave_out=2, cuts_end=True),
        )
        yield Figures(id="deliveries-status")
        made = RowList(columns, empty=say("No orders, so nothing to deliver."), id="deliveries")
        with Horizontal(classes="desk--columns"):
            yield in_column(made, "main")
            yield SidePane(id="deliveries-beside")

    def question(self) -> Callable[[Shop], object]:
        """Read where deliveries stand."""
        variables = self.visit.platform_variables
        return lambda shop: _read(shop, variables)

    def shown(self, value: object) -> None:
        """Show deliveries, or what became of one."""
        if isinstance(value, Beside):
            self.show_beside(value)
        if not isinstance(value, Deliveries):
            return
        self._read = value
        self._tell_figures()
        self._events = {event_key(event): event for event in value.events}
        self.main.show([_event_row(event, self.say) for event in value.events])
        self.read_beside()
        self.screen.refresh_bindings()

    @property
    def _status(self) -> OutboxStatus | None:
        return None if self._read is None else self._read.status

    def on_resize(self) -> None:
        """Say where deliveries stand in the room that there is now."""
        self._tell_figures()

    def _tell_figures(self) -> None:
        if self._read is not None:
            self.query_one("#deliveries-status", Figures).tell(*self._figures(self._read))

    def work_beside(self, key: str) -> Callable[[Shop], object]:
        """Read what `enter` opens."""
        event_id, variables = key.partition(":")[0], self.visit.platform_variables
        return lambda shop: read_track(shop, event_id, variables)

    def title_beside(self, value: Track) -> str:
        """What it is about."""
        return title(value, self.visit.wording)

    def draw_beside(self, value: Track, width: int) -> Content:
        """What `enter` opens."""
        return drawn(value, self.visit.wording, width)

    def record(self, key: str) -> object | None:
        """Where deliveries stand, by the key `status`."""
        return self._status if key == "status" else None

    def key_list(self) -> Iterable[KeyOf]:
        """The keys of deliveries."""
        say, status = self.say, self._status
        yield KeyOf("enter", say("Attempts"), "enter", say("Show its attempts and its body"))
        yield KeyOf("f", say("Send now"), "send_now", say("Send the events that are due"))
        yield KeyOf("r", say("Retry"), "retry", say("Make this delivery due now"))
        yield KeyOf("R", say("Retry all"), "retry_dead", say("Make all due that were given up"))
        yield KeyOf("e", say("Send again"), "replay", say("Send delivered events again"))
        if status is not None and self._is_halted(status):
            yield KeyOf("h", say("Let go"), "hold", say("Let deliveries go again"))
        else:
            yield KeyOf("h", say("Hold"), "hold", say("Send nothing more until it is let go"))
        yield KeyOf("o", say("Receipt"), "receipt", say("The receipt of its order"))

    def action_enter(self) -> None:
        """Open what became of the event under the cursor."""
        delivering.open_timeline(self, self.main.current_key.partition(":")[0])

    def action_receipt(self) -> None:
        """Open the order of the event under the cursor."""
        delivering.open_receipt(self, self.main.current_key.rpartition(":")[2])

    def action_send_now(self) -> None:
        """Send what is due."""
        delivering.send_now(self)

    def action_retry(self) -> None:
        """Make the event under the cursor due now."""
        say = self.say
        if not self.is_read() or self._status is None:
            return
        event = self._events.get(self.main.current_key)
        if event is None:
            self.tell_empty(say("There is no delivery here."))
        elif event.state not in {"pending", "dead"}:
            told = say("It is {state}: only what waits or was given up is tried again.")
            self.tell(filled(told, {"state": worded(event.state, EVENTS, say)}))
        else:
            delivering.retry(self, event, happened(event, say), self._status)

    def action_retry_dead(self) -> None:
        """Make all events due that were given up."""
        if self.is_read() and self._status is not None:
            delivering.retry_dead(self)

    def action_replay(self) -> None:
        """Send delivered events again."""
        delivering.ask_replay(self)

    def action_hold(self) -> None:
        """Hold deliveries, or let them go."""
        if not self.is_read() or self._status is None:
            return
        if self._is_halted(self._status):
            halting.resume(self, self._status)
        else:
            halting.hold(self, self._status)

    def _is_halted(self, status: OutboxStatus) -> bool:
        return status.held is not None or status.breaker == "stopped"

    def _figures(self, read: Deliveries) -> tuple[list[Figure], ...]:
        say, status = self.say, read.status
        counts = {
            "pending": f"{status.pending:,}",
            "leased": f"{status.leased:,}",
            "given_up": f"{read.given_up_count:,}",
            "discarded": f"{status.dead - read.given_up_count:,}",
            "delivered": f"{status.delivered:,}",
        }
        figures = [
            Figure(
                filled(say("{pending} pending"), counts), "$text-warning" if status.pending else ""
            ),
            Figure(
                filled(say("{given_up} given up"), counts),
                "$text-error" if read.given_up_count else "",
            ),
            Figure(filled(say("{delivered} delivered"), counts)),
        ]
        if status.leased:
            figures.insert(1, Figure(filled(say("{leased} being sent"), counts), "$text-warning"))
        if self.screen.has_class("-flat"):  # there are two lines: what is wrong comes first
            return ([self._brief(read)], figures)
        if status.dead > read.given_up_count:
            figures.insert(-1, Figure(filled(say("{discarded} discarded"), counts)))
        if status.oldest_pending_seconds is not None:
            facts = {"span": _span(status.oldest_pending_seconds, say)}
            figures.append(Figure(filled(say("the oldest waits {span}"), facts)))
        where, who = self._where(read), self._who(status)
        nobody = status.retired_to is None and status.held is None and not status.relay
        return (figures, [where, who]) if nobody else (figures, [where], [who])

    def _where(self, read: Deliveries) -> Figure:
        say, status = self.say, read.status
        if read.fault is not None:
            return Figure(inert(self.visit.wording.fact(read.fault)), "$text-error")
        if status.endpoint is None:
            told = say("no platform: shop settings set platform.url URL")
            return Figure(self.visit.wording.pasted(told), "$foreground-muted")
        match status.breaker:
            case "open" if not status.relay:  # nothing is tried again by itself at any time
                told = say("{place} takes nothing")
            case "open":
                told = (
                    say("{place} takes nothing: nothing is sent by itself for now")
                    if read.waits_until is None
                    else say("{place} takes nothing: nothing is sent by itself until {until}")
                )
            case "stopped":
                told = say("{place} asked for no more: h lets deliveries go")
            case _:
                told = say("sent to {place}")
        style = "$text-success" if status.breaker == "closed" else "$text-error"
        place = cut_address(inert(status.endpoint), self._room)
        until = "" if read.waits_until is None else self._clock(read.waits_until)
        return Figure(filled(told, {"place": place, "until": until}), style)

    @property
    def _room(self) -> int:
        """How many cells a line has above the list."""
        return self.query_one("#deliveries-status").content_size.width or self.app.size.width - 4

    def _brief(self, read: Deliveries) -> Figure:
        """Where deliveries stand, in one line: what is wrong, then where they go."""
        say, status = self.say, read.status
        if status.retired_to is not None or status.held is not None:
            return _in_a_line(self._who(status), self._room)
        if read.fault is not None or status.endpoint is None:
            return _in_a_line(self._where(read), self._room)
        told, style = say("sent to {place}"), "$text-success"
        if status.breaker == "stopped":
            told, style = say("stopped: {place}"), "$text-error"
        elif status.breaker == "open":
            told, style = say("takes nothing: {place}"), "$text-error"
        elif not status.relay:
            told, style = say("no relay runs: {place}"), "$foreground-muted"
        room = self._room - cell_len(filled(told, {"place": ""}))
        return Figure(filled(told, {"place": cut_address(inert(status.endpoint), room)}), style)

    def _clock(self, moment: datetime) -> str:
        """A time of today by the shop's clock, or the whole time of another day."""
        wording = self.visit.wording
        there, now = (one.astimezone(wording.timezone) for one in (moment, self.visit.shop.now()))
        return f"{there:%H:%M}" if there.date() == now.date() else wording.moment(moment)

    def _who(self, status: OutboxStatus) -> Figure:
        say = self.say
        if status.retired_to is not None:  # nothing can be changed here, nor sent
            told = say("retired: the shop has moved to {place}")
            return Figure(inert(filled(told, {"place": status.retired_to})), "$text-error")
        if status.held is not None:  # whoever runs sends nothing
            told = inert(filled(say("held, nothing is sent: {reason}"), {"reason": status.held}))
            return Figure(cut(told, 2 * self._room, keeps_end=False), "$text-error")
        if status.relay:
            told = filled(say("relay {relay}"), {"relay": status.relay})
            return Figure(inert(told), "$foreground-muted")
        return Figure(say("no relay runs: f sends what waits"), "$foreground-muted")


def _in_a_line(figure: Figure, width: int) -> Figure:
    return figure._replace(text=cut(figure.text, width, keeps_end=False))


def _read(shop: Shop, variables: Mapping[str, str] | None) -> Deliveries:
    status, _, fault = read_status(shop, variables)
    outbox = shop.outbox
    discarded_count = outbox.retryable().discarded if status.dead else 0
    dead = outbox.list(state="dead", limit=ROW_COUNT_MAX + discarded_count)
    waiting = [
        *(event for event in dead if not is_discarded(event)),
        *newest_waiting(shop, ROW_COUNT_MAX),
    ]
    seen = {event.id for event in waiting}
    newest = [event for event in outbox.list(limit=ROW_COUNT_MAX) if event.id not in seen]
    events = tuple([*waiting, *newest][:ROW_COUNT_MAX])
    given_up_count = status.dead - discarded_count
    return Deliveries(status, fault, events, given_up_count, _waits_until(shop, status))


def _waits_until(shop: Shop, status: OutboxStatus) -> datetime | None:
    is_halted = status.retired_to is not None or status.held is not None
    if is_halted or status.breaker != "open" or status.endpoint is None:
        return None
    state = shop.outbox.deliveries.endpoint(status.endpoint)
    at = from_microseconds(state.next_try_at)
    return at if state.breaker == "open" and at > shop.now() else None


def _span(seconds: int, say: Callable[[str], str]) -> str:
    units = (
        (86_400, say("{count} d")),
        (3_600, say("{count} h")),
        (60, say("{count} min")),
        (1, say("{count} s")),
    )
    size, text = next((one for one in units if seconds >= one[0]), units[-1])
    return filled(text, {"count": seconds // size})


def _event_row(event: OutboxEvent, say: Callable[[str], str]) -> Row:
    return Row(
        event_key(event),
        (
            Cell(happened(event, say)),
            Cell(
                state_told(event, say),
                "muted" if is_discarded(event) else _TONES.get(event.state, ""),
            ),
            Cell(str(event.attempts)),
            Cell(event.last_error or "", "muted"),
        ),
    )


def open_view() -> DeliveriesView:
    """Make this view."""
    return DeliveriesView()
