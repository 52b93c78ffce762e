"""Giving part of an order back at the desk: of which product, how many, why, and what it makes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from shopcli.domain.errors import (
    InvalidInput,
    OrderNotCancellable,
    RefundExceedsOrder,
    ShopError,
    TotalChanged,
)
from shopcli.domain.facts import filled
from shopcli.domain.moments import local
from shopcli.domain.records import Order, OrderLine, Refund
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.desk.deeds import Deed, Done, confirm, is_sent_again, read_quantity, read_reason
from shopcli.tui.desk.lines import LinesScreen, left_of
from shopcli.tui.journal.before import Before, done_before
from shopcli.tui.journal.booked import given_back_before
from shopcli.tui.operations import NotDone, Operation
from shopcli.tui.screens.dialogs import EntryDialog
from shopcli.tui.wording import counted, ending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shopcli import Shop
    from shopcli.tui.screens.screen import Asking


class _Found(NamedTuple):
    """An order to give something back of."""

    order: Order
    is_past: bool


class _Wanted(NamedTuple):
    """What is to be given back."""

    order: Order
    line: OrderLine
    quantity: int
    reason: str
    is_lost: bool
    is_past: bool


@dataclass(frozen=True, slots=True)
class _Look(NotDone):
    """What would go back of an order, and why it is too late by the shop's rule, if it is."""

    order: Order
    refund: Refund
    late: OrderNotCancellable | None


@dataclass(frozen=True, slots=True)
class _Gone(NotDone):
    """An order of which less is left by now than is to be given back."""

    order: Order
    before: Before


class ReasonBox(EntryDialog[str]):
    """Asks why units are given back; a key says whether they go to stock, where they may.

    Args:
        what: As of `EntryDialog`, as are the others.
        title: What is asked for.
        is_past: Whether it is an order of the past, of which nothing goes to stock.
        explain: Puts a refusal into words.
        send: Goes on with the reason.
        value: The reason at first.
        is_lost: Whether nothing goes to stock at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "switch", show=False)]

    def __init__(
        self,
        what: str,
        title: str,
        *,
        is_past: bool,
        explain: Callable[[ShopError], str],
        send: Callable[[EntryDialog[str], str], object],
        value: str = "",
        is_lost: bool = False,
    ) -> None:
        say = self.visit.wording.catalogue.text
        hint = say("why, for the record")
        super().__init__(what, title, hint, read_reason, explain=explain, send=send, value=value)
        self.is_lost = is_lost
        self._is_past = is_past

    def below(self) -> ComposeResult:
        """Compose what becomes of the units."""
        yield Static(self._stock_text, id="method", markup=False)

    def key_hints(self) -> Iterable[tuple[str, str]]:
        """What Enter does, and the key that switches."""
        say = self.visit.wording.catalogue.text
        yield "enter", say("Go on")
        if not self._is_past:
            yield "f4", say("To stock") if self.is_lost else say("Lost")

    def action_switch(self) -> None:
        """Let the units go to stock, or not."""
        if self._is_sent:
            return
        if self._is_past:
            self.say(self._stock_text, "warn")
            return
        self.is_lost = not self.is_lost
        self.query_one("#method", Static).update(self._stock_text)
        self.refresh_bindings()

    @property
    def _stock_text(self) -> str:
        say = self.visit.wording.catalogue.text
        if self._is_past:
            return say("Nothing goes to stock: it is an order of the past.")
        return say("They do not go back to stock.") if self.is_lost else say("They go to stock.")


def refund(host: Asking[None], order_id: str) -> None:
    """Ask what of an order to give back; a refund in doubt is sent again with its key instead.

    Args:
        host: Where it is asked for: all boxes open over it.
        order_id: Which order.
    """
    if is_sent_again(host, _what(host, order_id)):
        return
    host.open_with(lambda shop: _find(shop, order_id), lambda found: _choose(host, found))


def is_in_doubt(host: Asking[None], order_id: str) -> bool:
    """Whether it is not known if something of an order was given back."""
    return _what(host, order_id) in host.visit.doubts


def _find(shop: Shop, order_id: str) -> _Found:
    return _Found(shop.receipt(order_id), not shop.browsing.goes_to_stock(order_id))


def _choose(host: Asking[None], found: _Found) -> None:
    say, order = host.visit.wording.catalogue.text, found.order
    if order.state == "cancelled":
        host.remark(say("This order is cancelled: nothing of it is left."), "warn")
        return
    if not any(left_of(order).values()):
        host.remark(say("All of this order was given back before."), "warn")
        return

    def chosen(line: OrderLine) -> None:
        host.open_with(
            lambda shop: _find(shop, order.order or ""),
            lambda now: _ask_quantity_if_left(host, now, line),
        )

    host.store.forget_answers()  # what they say is of before
    host.say("")
    host.app.push_screen(LinesScreen(order, chosen))


def _ask_quantity_if_left(host: Asking[None], found: _Found, line: OrderLine) -> None:
    say = host.visit.wording.catalogue.text
    if found.order.state == "cancelled":
        host.remark(say("This order is cancelled: nothing of it is left."), "warn")
    elif not left_of(found.order)[line.sku]:
        host.remark(say("All of it was given back before."), "warn")
    else:
        _ask_quantity(host, found, line)


def _ask_quantity(
    host: Asking[None], found: _Found, line: OrderLine, before: _Wanted | None = None
) -> None:
    """Ask how many; anew where more is wanted than is left by now, with what was typed before."""
    order, wording, left = found.order, host.visit.wording, left_of(found.order)[line.sku]
    say = wording.catalogue.text

    def read(text: str) -> int:
        quantity = read_quantity(text)
        if quantity > left:
            raise InvalidInput(
                "'{value}' is too much: at most {largest}.",
                details={"value": f"{quantity:,}", "largest": f"{left:,}"},
            )
        return quantity

    def entered(box: EntryDialog[int], quantity: int) -> None:
        value, is_lost = ("", False) if before is None else (before.reason, before.is_lost)
        host.open_next(
            lambda: _ask_reason(host, found, line, quantity, value=value, is_lost=is_lost)
        )
        box.close()

    facts = {"name": line.name, "left": f"{left:,}", "sold": f"{line.quantity:,}"}
    news = "" if before is None else _overtaken(host)
    asks = filled(say("Refund how many of {name}? {left} of {sold} are left"), facts)
    host.app.push_screen(
        EntryDialog(
            _what(host, order.order or ""),
            f"{news} {asks}".lstrip(),
            say("how many"),
            read,
            explain=wording.explained,
            send=entered,
            value=f"{left if before is None else before.quantity}",
            does=say("Go on"),
        )
    )


def _ask_reason(
    host: Asking[None],
    found: _Found,
    line: OrderLine,
    quantity: int,
    *,
    value: str = "",
    is_lost: bool = False,
) -> None:
    order, wording = found.order, host.visit.wording
    say = wording.catalogue.text

    def entered(_: EntryDialog[str], reason: str) -> None:
        wanted = _Wanted(order, line, quantity, reason, box.is_lost, found.is_past)
        host.open_with(
            lambda shop: _look(shop, wanted), lambda look: _confirm_if_left(host, wanted, look)
        )
        box.close()

    facts = {"units": counted(quantity, line.name)}
    box = ReasonBox(
        _what(host, order.order or ""),
        filled(say("Why is {units} given back?"), facts),
        is_past=found.is_past,
        explain=wording.explained,
        send=entered,
        value=value,
        is_lost=is_lost,
    )
    host.app.push_screen(box)


def _look(shop: Shop, wanted: _Wanted) -> _Look | _Gone:
    """What would be given back, if as much is left; where it is too late for it, all the same."""
    try:
        return _look_at(shop, wanted)
    except RefundExceedsOrder:
        now = shop.receipt(wanted.order.order or "")
        return _Gone(now, given_back_before(shop, now))


def _look_at(shop: Shop, wanted: _Wanted) -> _Look:
    wanted = wanted._replace(order=shop.receipt(wanted.order.order or ""))
    try:
        made = _carry_out(shop, wanted, key=None, force=False, dry_run=True)
    except OrderNotCancellable as error:
        made = _carry_out(shop, wanted, key=None, force=True, dry_run=True)
        return _Look(wanted.order, made, error)
    return _Look(wanted.order, made, None)


def _as_shown(shop: Shop, wanted: _Wanted, key: str, *, force: bool) -> Refund | _Look | _Gone:
    """Give back what was shown and confirmed; where less is left by now, look again."""
    try:
        return _carry_out(shop, wanted, key=key, force=force)
    except (TotalChanged, RefundExceedsOrder):
        return _look(shop, wanted)


def _carry_out(
    shop: Shop, wanted: _Wanted, *, key: str | None, force: bool, dry_run: bool = False
) -> Refund:
    """Give back, or look, if as much is left of it as of the order that was read."""
    return shop.refund(
        wanted.order,
        {wanted.line.sku: wanted.quantity},
        reason=wanted.reason,
        lost=wanted.is_lost,
        force=force,
        key=key,
        dry_run=dry_run,
        expected=wanted.order,
    )


def _confirm_if_left(host: Asking[None], wanted: _Wanted, look: _Look | _Gone) -> None:
    if isinstance(look, _Look):
        _confirm(host, wanted, look)
    elif _is_some_left(look.order, wanted.line):
        _ask_fewer(host, wanted, look.order)
    else:
        host.remark(_gone_text(host, wanted, look), "warn")


def _is_some_left(now: Order, line: OrderLine) -> bool:
    return now.cancelled_at is None and left_of(now)[line.sku] > 0


def _ask_fewer(host: Asking[None], wanted: _Wanted, now: Order) -> None:
    _ask_quantity(host, _Found(now, wanted.is_past), wanted.line, wanted)


def _gone_text(host: Asking[None], wanted: _Wanted, gone: _Gone) -> str:
    """That too little is left, since when, by whom and why; the reason typed is not recorded."""
    say, line, now = host.visit.wording.catalogue.text, wanted.line, gone.order
    if now.cancelled_at is not None:
        told = say("Nothing was refunded: it was cancelled")
    else:
        left = left_of(now)[line.sku]
        facts = {"name": line.name, "left": f"{left:,}", "sold": f"{line.quantity:,}"}
        told = filled(say("Nothing was refunded: of {name} {left} of {sold} are left"), facts)
    return done_before(told, gone.before, wanted.reason, host.visit.wording)


def _confirm(host: Asking[None], wanted: _Wanted, look: _Look, news: str = "") -> None:
    wanted = wanted._replace(order=look.order)
    visit, order_id, force = host.visit, wanted.order.order or "", look.late is not None
    say, wording, key = visit.wording.catalogue.text, visit.wording, visit.new_key()
    command = commands.refund(
        order_id,
        wanted.line.sku,
        wanted.quantity,
        wanted.reason,
        key,
        lost=wanted.is_lost,
        force=force,
    )
    units = {"units": counted(wanted.quantity, wanted.line.name), "order": ending(order_id)}

    def done(made: Refund | _Look | _Gone) -> Done:
        if isinstance(made, _Gone) and _is_some_left(made.order, wanted.line):
            host.open_next(lambda: _ask_fewer(host, wanted, made.order))
            return Done(inert(_news(host, wanted.line, made.order)), "", tone="warn")
        if isinstance(made, _Gone):
            return Done(_gone_text(host, wanted, made), "", tone="warn")
        if isinstance(made, _Look):
            told = _news(host, wanted.line, made.order)
            host.open_next(lambda: _confirm(host, wanted, made, told))
            return Done(inert(told), "", tone="warn")
        user = wanted.order.user
        if not made.replayed:
            visit.note_balance(user, made.balance)
            host.store.wallet_changed()
        deliver = visit.deliver
        host.store.ask(host.store, "deliver", lambda _: deliver(order_id))
        facts = {
            **units,
            "refunded": wording.price(made.refunded),
            "user": user,
            "balance": wording.price(made.balance),
        }
        told = (
            say("{units} was refunded before, and only once: {user} had {balance}.")
            if made.replayed
            else say("Refunded {units}: {refunded} went back, {user} has {balance}.")
        )
        return Done(inert(filled(told, facts)), command)

    effects = _effects(host, wanted, look)
    host.store.forget_answers()
    confirm(
        Deed(
            host,
            Operation(key, _what(host, order_id), command, is_repeatable=True),
            lambda shop: _as_shown(shop, wanted, key, force=force),
            done,
        ),
        filled(say("Refund {units} of order {order}?"), units),
        Content("\n".join(inert(line) for line in (*filter(None, [news]), *effects))),
        say("Refund"),
        partial(_ask_why_again, host, wanted),
    )


def _ask_why_again(host: Asking[None], wanted: _Wanted) -> None:
    """Go back to the reason, with what was typed."""
    found = _Found(wanted.order, wanted.is_past)
    _ask_reason(
        host, found, wanted.line, wanted.quantity, value=wanted.reason, is_lost=wanted.is_lost
    )


def _news(host: Asking[None], line: OrderLine, now: Order) -> str:
    """What has changed since a look, in words."""
    say = host.visit.wording.catalogue.text
    facts = {"name": line.name, "left": f"{left_of(now)[line.sku]:,}", "sold": f"{line.quantity:,}"}
    left = filled(say("Of {name} {left} of {sold} are left."), facts)
    return f"{_overtaken(host)} {left}"


def _overtaken(host: Asking[None]) -> str:
    return host.visit.wording.catalogue.text("Nothing was refunded: more was given back meanwhile.")


def _effects(host: Asking[None], wanted: _Wanted, look: _Look) -> Iterable[str]:
    """What a refund does, a line each."""
    wording = host.visit.wording
    say = wording.catalogue.text
    facts = {
        "refunded": wording.price(look.refund.refunded),
        "user": wanted.order.user,
        "balance": wording.price(look.refund.balance),
        "reason": wanted.reason,
    }
    yield filled(say("{refunded} go back to {user}, who then has {balance}."), facts)
    if wanted.is_lost:
        yield say("Nothing goes back to stock.")
    elif any(line.restocked for line in look.refund.lines):
        yield say("What is given back goes to stock.")
    else:
        yield say("Nothing goes to stock: it is an order of the past.")
    yield filled(say("Reason: {reason}"), facts)
    if look.late is not None:
        yield local(wording.fact(look.late), wording.instant)
        yield say("It is too late by the shop's rule: this refunds it all the same.")
    yield say("A refund cannot be undone.")


def _what(host: Asking[None], order_id: str) -> str:
    say = host.visit.wording.catalogue.text
    return filled(say("The refund of order {order}"), {"order": ending(order_id)})
