"""What needs the operator, a line each; Enter mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content

from shopcli.domain.errors import TotalChanged
from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.desk import delivering, stocking
from shopcli.tui.desk.deeds import (
    Changed,
    Deed,
    Done,
    as_listed,
    changed_by,
    is_own,
    last_change,
    named,
    read_quantity,
)
from shopcli.tui.desk.orders import coming_in, order_row
from shopcli.tui.desk.outbox import halting
from shopcli.tui.desk.view import DeskView, KeyOf, in_column
from shopcli.tui.desk.watch import Watch, halt, read_watch
from shopcli.tui.journal.before import changed_before
from shopcli.tui.screens.dialogs import EntryDialog
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.widgets.rows import Cell, Row, RowList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult

    from shopcli import Shop
    from shopcli.domain.records import Coupon


class NeedsView(DeskView):
    """Lists what needs somebody; beside it, where there is room, orders as they come in."""

    NAME = "needs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", show=False),
        Binding("s", "restock", show=False),
        Binding("f", "send_now", show=False),
        Binding("r", "deliveries", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._watch: Watch | None = None
        self._has_orders = False

    def compose(self) -> ComposeResult:
        """Compose the list, the line under the cursor in full, and the newest orders."""
        say = self.say
        columns = (
            Column(say("NEEDS YOU"), cuts_end=True),
            Column(say("ENTER"), 9, whole=True, leave_out=1),
        )
        with Horizontal(classes="desk--columns"):
            with Vertical(classes="desk--main"):
                yield RowList(columns, empty=say("Nothing needs you."), id="needs")
                yield Panel(id="need")
            yield in_column(coming_in(self.say, id="needs-orders"), "side")

    def on_resize(self) -> None:
        """Read the orders too, once there is room for them."""
        self.call_after_refresh(self._read_orders)

    def _read_orders(self) -> None:
        if self.is_attached and self.is_wide and self._watch is not None and not self._has_orders:
            self.reload()

    @property
    def main(self) -> RowList:
        """What needs somebody."""
        return self.query_one("#needs", RowList)

    def question(self) -> Callable[[Shop], object]:
        """Read what may need somebody."""
        variables = self.visit.platform_variables
        self._has_orders = is_wide = self.is_wide
        return lambda shop: read_watch(shop, variables, with_orders=is_wide)

    def shown(self, value: object) -> None:
        """Show what needs somebody."""
        if not isinstance(value, Watch):
            return
        self._watch = value
        self.main.show([*self._of_events(value), *self._of_goods(value)])
        wording = self.visit.wording
        self.query_one("#needs-orders", RowList).show(
            [order_row(order, wording) for order in value.orders]
        )
        self.moved()
        self.screen.refresh_bindings()

    def moved(self) -> None:
        """Show the line under the cursor in full."""
        row = self.main.current
        text = "" if row is None else inert(row.cells[0].text)
        self.query_one("#need", Panel).put(Content(text))

    def record(self, key: str) -> Coupon | None:
        """The coupon of this code, where it is running out."""
        coupons = () if self._watch is None else self._watch.coupons
        return next((one for one in coupons if one.code == key), None)

    def key_list(self) -> Iterable[KeyOf]:
        """What Enter does with the line under the cursor, and the deeds that always are there."""
        say = self.say
        if self._orders_have_focus:
            yield KeyOf("enter", say("Receipt"), "enter")
        elif (row := self.main.current) is not None:
            yield KeyOf("enter", row.cells[1].text, "enter", say("Mend what the line tells"))
        if self._watch is not None and self._watch.low:
            yield KeyOf("s", say("Restock"), "restock", say("Restock the product of the line"))
        if self._watch is not None and self._watch.refusal is not None:
            yield KeyOf("r", say("Retry"), "deliveries", say("Go to what waits, to try it again"))
        yield KeyOf("f", say("Send now"), "send_now", say("Send the events that are due"))

    def action_enter(self) -> None:
        """Mend what the line under the cursor tells."""
        say = self.say
        if self._orders_have_focus:
            delivering.open_receipt(self, self.query_one("#needs-orders", RowList).current_key)
            return
        if not self.is_read() or self._watch is None:
            return
        kind, _, name = self.main.current_key.partition(":")
        match kind:
            case "product":
                self.action_restock()
            case "coupon":
                self._raise_limit(name)
            case "dead" | "held" | "stopped" | "open" | "no_relay" | "refused":
                self._mend_deliveries(kind, self._watch)
            case "unclosed":
                from shopcli.tui.desk.closing import close_books  # only where one is closed

                close_books(self)
            case "":
                self.tell_empty(say("Nothing needs you."), "good")
            case _:
                self.tell(self._only_in_a_shell(kind))

    def _mend_deliveries(self, kind: str, watch: Watch) -> None:
        match kind:
            case "dead":
                delivering.retry_dead(self)
            case "held" | "stopped":
                halting.resume(self, watch.status)
            case "refused":
                self.call_later(self.action_deliveries)
            case _:
                self.action_send_now()

    def action_restock(self) -> None:
        """Ask how many units came in of the product of the line."""
        say = self.say
        if not self.is_read() or self._watch is None:
            return
        kind, _, name = self.main.current_key.partition(":")
        found = [low.product for low in self._watch.low if low.product.sku == name]
        if kind != "product" or not found:
            self.tell(say("That line is no product: f4 restocks any product."))
            return
        stocking.restock(self, found[0])

    def action_send_now(self) -> None:
        """Send what is due."""
        delivering.send_now(self)

    async def action_deliveries(self) -> None:
        """Go to what waits, where each can be made due."""
        await self.app.run_action("show('deliveries')", self.screen)
        if self._watch is not None:
            sender = delivering.sent_by(self.visit.wording, self._watch.status, 1)
            told = self.say("r makes the delivery under the cursor due now: {sender}")
            self.desk.say(inert(filled(told, {"sender": sender})))

    @property
    def _orders_have_focus(self) -> bool:
        focused = self.screen.focused
        return focused is not None and focused.id == "needs-orders"

    def _of_events(self, watch: Watch) -> Iterable[Row]:
        say, status = self.say, watch.status
        if status.retired_to is not None:
            told = filled(say("This shop has moved to {place}."), {"place": status.retired_to})
            yield _row("retired", told, say("Tell why"), "bad")
            return
        if dead := watch.dead.given_up:
            told = filled(
                self.visit.wording.catalogue.counted(
                    dead,
                    "{count} delivery was given up: {error}",
                    "{count} deliveries were given up, the newest: {error}",
                ),
                {"count": f"{dead:,}", "error": watch.dead.last_error or say("no reason told")},
            )
            yield _row("dead", told, say("Try again"), "bad")
        kind = halt(watch)
        if kind:
            yield _row(kind, self._halt_text(kind, watch), self._halt_mend(kind), "bad")

    def _halt_text(self, kind: str, watch: Watch) -> str:
        say, status, waiting = self.say, watch.status, watch.waiting_count
        counted = self.visit.wording.catalogue.counted
        facts = {
            "reason": status.held or "",
            "count": f"{waiting:,}",
            "error": "" if watch.fault is None else self.visit.wording.fact(watch.fault),
        }
        match kind:
            case "fault":
                told = say("Nothing is sent. {error}")
            case "held":
                told = counted(
                    waiting,
                    "Deliveries are held: {reason}. {count} waits.",
                    "Deliveries are held: {reason}. {count} wait.",
                )
            case "stopped":
                told = counted(
                    waiting,
                    "The platform asked for no more. {count} waits.",
                    "The platform asked for no more. {count} wait.",
                )
            case "refused":
                facts["error"] = watch.refusal or ""
                told = counted(
                    waiting,
                    "The platform takes nothing: {error}. {count} waits.",
                    "The platform takes nothing: {error}. {count} wait.",
                )
            case "open":
                told = counted(
                    waiting,
                    "The platform takes nothing for now. {count} waits.",
                    "The platform takes nothing for now. {count} wait.",
                )
            case "no_platform":
                told = counted(
                    waiting,
                    "There is no platform any more. {count} waits.",
                    "There is no platform any more. {count} wait.",
                )
            case _:
                told = counted(
                    waiting, "No relay runs. {count} waits.", "No relay runs. {count} wait."
                )
        return filled(told, facts)

    def _halt_mend(self, kind: str) -> str:
        say = self.say
        if kind in {"held", "stopped"}:
            return say("Let go")
        if kind == "refused":
            return say("Show them")
        return say("Send now") if kind in {"open", "no_relay"} else say("Tell how")

    def _of_goods(self, watch: Watch) -> Iterable[Row]:
        say = self.say
        for low in watch.low:
            product = low.product
            facts = {"name": product.name, "left": f"{product.stock:,}", "mark": f"{low.mark:,}"}
            told = (
                say("{left} left of {name}, low at {mark}")
                if product.stock
                else say("none left of {name}")
            )
            tone = "warn" if product.stock else "bad"
            yield _row(f"product:{product.sku}", filled(told, facts), say("Restock"), tone)
        for coupon in watch.coupons:
            facts = {
                "code": coupon.code,
                "left": f"{coupon.limit - coupon.claimed:,}",
                "limit": f"{coupon.limit:,}",
            }
            told = filled(say("{left} of {limit} left of coupon {code}"), facts)
            yield _row(f"coupon:{coupon.code}", told, say("Add more"), "warn")
        if watch.unclosed is not None:
            since = watch.unclosed.since
            facts = {"since": "" if since is None else self.visit.wording.moment(since)}
            told = (
                say("The books were never closed.")
                if since is None
                else say("Not closed since {since}.")
            )
            yield _row("unclosed", filled(told, facts), say("Close it"), "warn")

    def _only_in_a_shell(self, kind: str) -> str:
        say = self.say
        if kind == "retired":
            told = say("Nothing can be changed here: open the shop where it is now.")
        else:
            told = say("Set the platform's address in a shell: shop settings set platform.url URL")
        return self.visit.wording.pasted(told)

    def _raise_limit(self, code: str) -> None:
        coupons = {} if self._watch is None else {one.code: one for one in self._watch.coupons}
        if code in coupons:
            self._ask_limit(coupons[code])

    def _ask_limit(self, coupon: Coupon, news: str = "", typed: str = "") -> None:
        say, code = self.say, coupon.code

        def done(made: Coupon | Changed[Coupon], command: str, more: int) -> Done:
            if not isinstance(made, Changed):
                tone = "good" if made.state == "open" else "warn"
                is_so = as_listed(self, code, lambda listed: listed == made)
                return Done(self._limit_text(made), command, tone=tone, is_so=is_so)
            now = made.found
            facts = {"code": code, "limit": f"{now.limit:,}"}
            told = filled(say("Nothing was changed: the limit of {code} is {limit} by now"), facts)
            why = say("Nothing was changed: it has another limit by now")
            news = changed_before(why, made.before, self.visit.wording)
            self.open_next(lambda: self._ask_limit(now, news, f"{more}"))
            told = changed_before(told, made.before, self.visit.wording)
            return Done(told, "", tone="warn")

        def entered(box: EntryDialog[int], more: int) -> None:
            limit = coupon.limit + more
            command = commands.coupon_limit(code, limit)
            what = filled(say("The new limit of {code}"), {"code": code})
            operation = named(self, what, command, is_repeatable=True)
            Deed(
                self.desk,
                operation,
                lambda shop: _set_limit(shop, coupon, limit, is_sent_again=operation.in_doubt),
                lambda made: done(made, command, more),
                box,
            ).send()

        facts = {"code": code, "claimed": f"{coupon.claimed:,}", "limit": f"{coupon.limit:,}"}
        asks = filled(say("Add more of {code}: {claimed} of {limit} are claimed"), facts)
        self.store.forget_answers()
        self.app.push_screen(
            EntryDialog(
                filled(say("The new limit of {code}"), {"code": inert(code)}),
                f"{news} {asks}".lstrip(),
                say("how many more"),
                read_quantity,
                explain=self.visit.wording.explained,
                send=entered,
                value=typed,
            )
        )

    def _limit_text(self, coupon: Coupon) -> str:
        say = self.say
        facts = {"code": coupon.code, "left": f"{coupon.limit - coupon.claimed:,}"}
        match coupon.state:
            case "disabled":
                told = say("{code}: {left} left, but nobody can claim one: it is switched off.")
            case "not_open":
                told = say("{code}: {left} left to claim once it opens.")
            case "closed" | "expired":
                told = say("{code}: {left} left, but nobody can claim one: its time is over.")
            case _:
                told = say("{code}: {left} left to claim now.")
        return inert(filled(told, facts))


def _set_limit(
    shop: Shop, shown: Coupon, limit: int, *, is_sent_again: bool
) -> Coupon | Changed[Coupon]:
    """Raise a limit that is as it was shown; one in doubt that is sent again may be so already."""
    try:
        return shop.set_coupon(shown.code, limit=limit, expected_limit=shown.limit)
    except TotalChanged:
        now, change = shop.coupon(shown.code), last_change(shop, "coupon", shown.code, "limit")
        if is_sent_again and now.limit == limit and is_own(shop, change):
            return now
        return Changed(now, changed_by(change))


def _row(key: str, text: str, mend: str, tone: str) -> Row:
    return Row(key, (Cell(text, tone), Cell(mend, "accent")))


def open_view() -> NeedsView:
    """Make this view."""
    return NeedsView()
