"""The receipt of an order as it was sold; the order can be cancelled from here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from shopcli.domain.errors import OrderNotCancellable, ShopError
from shopcli.domain.facts import filled
from shopcli.domain.giving_back import is_all_given_back, is_nothing_left
from shopcli.domain.records import Cancellation, Order, UserCoupon
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.journal.before import done_before
from shopcli.tui.journal.cancelling import CancelledBefore, LessLeft, cancel_once
from shopcli.tui.journal.in_time import too_late, too_late_text
from shopcli.tui.operations import Operation
from shopcli.tui.screens.dialogs import ConfirmDialog
from shopcli.tui.screens.screen import Dialog
from shopcli.tui.widgets.amounts import Entry, ledger
from shopcli.tui.widgets.bars import Answer, KeyHints
from shopcli.tui.widgets.box import Box
from shopcli.tui.wording import counted, ending

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.tui.journal.before import Before

_WIDTH = 50


class _Terms(NamedTuple):
    """What the cancelling of an order hangs on."""

    within_microseconds: int
    goes_to_stock: bool
    coupon: UserCoupon | None
    """That of the order, as its user has it; None where there is none."""


def _terms(shop: Shop, order: Order) -> _Terms:
    browsing = shop.browsing
    held = () if order.coupon is None else shop.coupons(order.user)
    return _Terms(
        browsing.cancel_within_microseconds(),
        browsing.goes_to_stock(order.order or ""),
        next((one for one in held if one.coupon == order.coupon), None),
    )


class ReceiptScreen(Dialog[None]):
    """Shows one order.

    Args:
        order: The order as last read.
        just_paid: Whether it was paid just now.
        asks_to_cancel: Whether to ask at once whether to cancel it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Back"),
        Binding("y", "copy_command", "Copy command"),
        Binding("f", "refund", "Refund", tooltip="Give some of it back, with a reason"),
        Binding("x", "cancel_order", "Cancel order"),
        # Where a key above is off, it says why.
        Binding("f", "why_no_refund", show=False),
        Binding("x", "why", show=False),
    ]

    def __init__(self, order: Order, *, just_paid: bool, asks_to_cancel: bool = False) -> None:
        super().__init__()
        self._order = order
        self._just_paid = just_paid
        self._key = ""
        self._busy = False
        self._command = ""
        self._operation: Operation | None = None
        self._asks_to_cancel = asks_to_cancel
        self._terms: _Terms | None = None
        """None until they are read."""
        self._is_too_late = False

    @property
    def awaits_screen(self) -> bool:
        """While it is read whether the order may still be cancelled, if that is to be asked."""
        is_to_ask = self._asks_to_cancel and "in time" in self._unanswered
        return is_to_ask or super().awaits_screen

    def give_up(self) -> None:
        """Do not ask whether to cancel the order: it is not known whether it may be."""
        self._asks_to_cancel = False
        super().give_up()

    def compose(self) -> ComposeResult:
        """Compose the receipt, below what scrolls its total, the answer line and the keys."""
        with Box():
            yield Static(id="receipt-title", classes="dialog--title", markup=False)
            with VerticalScroll(id="receipt-body"):
                yield Static(id="receipt", markup=False)
            yield Static(id="receipt-sums", markup=False)
            yield Answer()
            yield KeyHints()

    def on_mount(self) -> None:
        """Draw the receipt, and ask until when the order may be cancelled, and what goes back."""
        self._draw()
        order = self._order
        if order.state == "paid" and order.order is not None:
            self.ask("in time", lambda shop: _terms(shop, order))

    def on_resize(self) -> None:
        """Draw the receipt at the new width."""
        self._draw()

    def reload(self) -> None:
        """Read the order again: some of it may have gone back."""
        order_id = self._order.order
        if order_id is not None and not self._busy:
            self.ask("order", lambda shop: shop.receipt(order_id))

    def told(self, value: object) -> None:
        """Show the outcome of cancelling, or the order as read again."""
        match value:
            case Order():
                self._order = value
                self._draw()
                self.refresh_bindings()
                self.forget_untrue()
            case _Terms():
                self._terms = value
                self._refusal()
                if self._asks_to_cancel:
                    self._asks_to_cancel = False
                    self.action_cancel_order()
            case Cancellation():
                self._cancelled(value)
            case LessLeft(now):
                self._ask_anew(now)
            case CancelledBefore(now, before):
                self._was_cancelled(now, before)

    def not_done(self, about: str, error: ShopError) -> None:
        """Show why it was not cancelled; where the outcome is unknown, x sends the same key."""
        self._busy = False
        operation = self._operation
        if self.is_there:
            self.refresh_bindings()
        if operation is not None and operation.stays_in_doubt(error):
            self._tell_doubt(operation)
            return
        if operation is not None:
            self._settle()
            if self.is_there:
                self._refusal()  # it may be too late by now: x is not offered then
        super().not_done(about if operation is None else operation.what, error)

    def _tell_doubt(self, operation: Operation) -> None:
        """Say that it may be cancelled or not, and what cancels it, once in any case."""
        wording = self.visit.wording
        say, facts = wording.catalogue.text, {"what": operation.what, "command": operation.look}
        if wording.advises_commands:
            here = say(
                "{what} may have been made or not. x sends it again with the same key, once in any"
                " case; so does: {command}"
            )
            elsewhere = say(
                "{what} may have been made or not. This does it, once in any case: {command}"
            )
        else:
            here = say(
                "{what} may have been made or not. x sends it again with the same key, once in any"
                " case."
            )
            elsewhere = say(
                "{what} may have been made or not. x at its receipt does it, once in any case."
            )
        told = wording.pasted(inert(filled(here, facts)))
        self.tell(told, "bad", elsewhere=wording.pasted(inert(filled(elsewhere, facts))))
        self.hold_to(told, lambda: self._order.state != "cancelled")
        if self.is_there:
            self.forget_untrue()  # it is so by now, and goes once it is not

    def _ask_anew(self, now: Order) -> None:
        """Nothing was cancelled: show the order as it is by now, and ask about that."""
        self._busy = False
        self._settle()
        self._order = now
        told = self.visit.wording.catalogue.text(
            "Nothing was cancelled: some of it was given back meanwhile."
        )
        self.tell(told, "warn")
        if self.is_there:
            self._draw()
            self.refresh_bindings()
        if self.is_active:
            self.action_cancel_order(told)

    def _was_cancelled(self, now: Order, before: Before) -> None:
        """Nothing was cancelled: show when, by whom and why it was before."""
        self._busy = False
        self._order = now
        say = self.visit.wording.catalogue.text
        told = filled(
            say("Order {order} was cancelled before, and only once"), {"order": ending(now.order)}
        )
        told = done_before(told, before, "", self.visit.wording)
        if self._operation is not None:
            self._operation.told = told
        self._settle()
        self.tell(told, "warn")
        if self.is_there:
            self._draw()
            self.refresh_bindings()

    def _cancelled(self, made: Cancellation) -> None:
        self._busy = False
        self._settle()
        self._command = commands.cancel(made.order, made.key)
        store, price = self.store, self.visit.wording.price
        self.visit.note_balance(self._order.user, made.balance)
        store.wallet_changed()
        store.done(self._command)
        deliver, order_id = self.visit.deliver, made.order
        store.ask(store, "deliver", lambda _shop: deliver(order_id))
        say = self.visit.wording.catalogue.text
        facts = {
            "order": ending(made.order),
            "refunded": price(made.refunded),
            "user": inert(self._order.user),
            "balance": price(made.balance),
            "coupon": inert(self._order.coupon or ""),
        }
        is_own = self._order.user == self.visit.user
        coupon_back = ""
        if made.coupon_restored:
            coupon_back = (
                say("The coupon is yours again.")
                if is_own
                else say("The coupon is {user}'s again.")
            )
        elif self._order.coupon is not None:  # nothing else keeps it
            coupon_back = say("{coupon} has expired: it does not come back.")
        told = [
            say("Cancelled: {refunded} went back.")
            if self.is_active
            else say("Cancelled order {order}: {refunded} went back."),
            coupon_back,
            say("{user} has {balance}."),
        ]
        self.tell(filled(" ".join(filter(None, told)), facts), "good")
        if self.is_there:
            self.ask("order", lambda shop: shop.receipt(made.order))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key is active: only a paid order can be cancelled, and only in time."""
        if action in {"cancel_order", "refund"} and self._is_cancelling:
            return False
        if action == "cancel_order":
            is_left = self._order.state == "paid" and not is_nothing_left(self._order)
            return is_left and not self._is_too_late
        if action == "refund":
            is_left = self._order.state == "paid" and not is_all_given_back(self._order)
            return self.visit.has_desk and (is_left or self._is_refund_in_doubt)
        return super().check_action(action, parameters)

    def action_copy_command(self) -> None:
        """Copy the command that paid or cancelled this order just now, else one that shows it."""
        order, sent = self._order, self._operation
        shows = commands.order(order) if self._just_paid else commands.receipt(order.order or "")
        in_doubt = sent.look if sent is not None and sent.in_doubt else ""
        command = self.visit.wording.pasted(self._command or in_doubt or shows)
        self.app.copy_to_clipboard(command)
        say = self.visit.wording.catalogue.text
        self.say(filled(say("Copied: {command}"), {"command": command}), "good")

    def action_why(self) -> None:
        """Say why a key does nothing here."""
        say = self.visit.wording.catalogue.text
        if self._is_cancelling:
            self.say(say("Cancelling…"))
        elif self._order.state == "cancelled":
            self.say(say("This order is cancelled already."), "warn")
        elif is_nothing_left(self._order):
            self.say(say("All of this order was given back before."), "warn")
        elif (refusal := self._refusal()) is not None:
            self.say(too_late_text(self.visit, refusal, is_receipt=True), "warn")

    def action_why_no_refund(self) -> None:
        """Say why nothing can be given back."""
        order, say = self._order, self.visit.wording.catalogue.text
        if self.visit.has_desk and order.state == "paid" and is_all_given_back(order):
            self.say(say("All of this order was given back before."), "warn")
        else:
            self.action_why()

    def action_refund(self) -> None:
        """Ask what of the order to give back."""
        if not self._busy and self._order.order is not None:
            from shopcli.tui.desk.refunding import refund  # only where an operator asks

            refund(self, self._order.order)

    def action_cancel_order(self, news: str = "") -> None:
        """Ask, then cancel the order.

        Args:
            news: What changed since it was asked before.
        """
        order = self._order
        if self._busy or order.order is None:
            return
        if "in time" in self._unanswered:
            self._asks_to_cancel = True  # once it is known what goes back
            return
        if order.state != "paid" or self._refusal() is not None or is_nothing_left(self._order):
            self.action_why()
            return
        self._busy = True
        self._key = self._key or self.visit.new_key()
        if self._key not in self.visit.operations:  # else it was sent and is in doubt
            self.visit.asked[self._key] = self.visit.cancellation_text(order.order)
        say = self.visit.wording.catalogue.text
        body = Content("\n".join((*filter(None, [news]), *self._effects())))
        title = filled(say("Cancel order {order}?"), {"order": ending(order.order)})
        self.app.push_screen(ConfirmDialog(title, body, say("Cancel the order")), self._confirmed)

    def _effects(self) -> Iterator[str]:
        """What cancelling the order does, a line each."""
        order, price, say = self._order, self.visit.wording.price, self.visit.wording.catalogue.text
        facts = {
            "left": price(order.total - order.refunded),
            "before": price(order.refunded),
            "user": inert(order.user),
            "coupon": inert(order.coupon or ""),
        }
        if is_all_given_back(order):
            yield (
                say("All of it was given back before.")
                if self._is_coupon_expired
                else say("All of it was given back before: only the coupon is left.")
            )
        else:
            yield filled(say("{left} go back to {user}."), facts)
            if order.refunds:
                yield filled(say("{before} went back before."), facts)
            yield self._stock_text
        if order.coupon is not None:
            yield filled(self._coupon_text, facts)
        yield say("A cancellation cannot be taken back.")

    @property
    def _is_coupon_expired(self) -> bool:
        """Whether the coupon of the order is known to have expired, and does not come back."""
        held = None if self._terms is None else self._terms.coupon
        until = None if held is None else held.usable_until
        return until is not None and until < self.visit.shop.now()

    @property
    def _coupon_text(self) -> str:
        """What becomes of the coupon of the order."""
        say = self.visit.wording.catalogue.text
        if self._is_coupon_expired:
            return say("{coupon} has expired: it does not come back.")
        if self._terms is None or self._terms.coupon is None:
            return say("{coupon} comes back, unless it has expired.")
        return say("{coupon} comes back.")

    @property
    def _stock_text(self) -> str:
        """What goes back beside the money."""
        say = self.visit.wording.catalogue.text
        if self._terms is None:
            return say("Sales go back too, and stock unless it is an order of the past.")
        if self._terms.goes_to_stock:
            return say("Stock and sales go back too.")
        return say("Sales go back too. Stock stays: an order of the past took none.")

    @property
    def _is_refund_in_doubt(self) -> bool:
        if not self.visit.doubts:
            return False
        from shopcli.tui.desk.refunding import is_in_doubt  # only where something is

        return is_in_doubt(self, self._order.order or "")

    def _refusal(self) -> OrderNotCancellable | None:
        """Why it is too late to cancel the order, as far as is known; x is not offered then."""
        within = None if self._terms is None else self._terms.within_microseconds
        refusal = too_late(self.visit, self._order, within)
        if refusal is not None:
            self._is_too_late = True
            self.refresh_bindings()
        return refusal

    def _confirmed(self, yes: bool | None) -> None:  # noqa: FBT001  # it is the answer
        if not yes:
            self._busy = False
            self.visit.asked.pop(self._key, None)
            self.refresh_bindings()
            return
        shown = self._order
        operation = self.visit.cancellation_of(shown.order or "", self._key)
        self._operation = operation
        say = self.visit.wording.catalogue.text
        self.say(say("Cancelling…"))
        self.refresh_bindings()
        self.send("cancel", lambda shop: cancel_once(shop, shown, operation))

    @property
    def _is_cancelling(self) -> bool:
        """Whether it is sent, and not answered yet."""
        return self._busy and self._operation is not None

    def _settle(self) -> None:
        self.visit.settle(self._operation)
        self._operation = None

    def _draw(self) -> None:
        order, wording = self._order, self.visit.wording
        width = max(20, min(_WIDTH, self.size.width - 8))
        say = wording.catalogue.text
        mark = say("✓ Paid · order {order}") if self._just_paid else say("Receipt · order {order}")
        if order.state == "cancelled":
            mark = say("Cancelled · order {order}")
        title = filled(mark, {"order": ending(order.order)})
        self.query_one("#receipt-title", Static).update(title)
        # That balance is not the one of now, unless the order was paid just now.
        is_fresh = self._just_paid and order.state == "paid"
        after = say("Balance after") if is_fresh else say("Balance then")
        about = [
            Entry(say("Order"), order.order or ""),
            Entry(say("User"), order.user),
            Entry(say("Placed"), wording.moment(order.placed_at)),
        ]
        entries = [
            Entry(
                counted(line.quantity, line.name), wording.price(line.line_total), is_product=True
            )
            for line in order.lines
        ]
        if order.discount:
            named = filled(say("Coupon {coupon}"), {"coupon": order.coupon})
            coupon = named if order.coupon else say("Discount")
            entries += [
                Entry(say("Subtotal"), wording.price(order.subtotal)),
                Entry(coupon, f"-{wording.price(order.discount)}"),
            ]
        sums = [
            Entry(say("Total"), wording.price(order.total), is_strong=True),
            Entry(after, wording.price(order.balance_after), is_strong=is_fresh),
        ]
        blocks = [about, entries]
        given_back = list(self._given_back())
        if given_back:  # it came after the total, and scrolls with it
            blocks += [sums, *given_back]
        pinned = self.query_one("#receipt-sums", Static)
        pinned.display = not given_back
        pinned.update(ledger(sums, width))
        parts = (part for block in blocks for part in ("\n\n", ledger(block, width)))
        self.query_one("#receipt", Static).update(Content.assemble(*list(parts)[1:]))

    def _given_back(self) -> Iterator[list[Entry]]:
        """What went back of an order in parts, and with its cancellation after that."""
        order, wording = self._order, self.visit.wording
        say = wording.catalogue.text
        names = {line.sku: line.name for line in order.lines}
        for refund in order.refunds:
            yield [
                Entry(
                    filled(say("Given back {at}"), {"at": wording.moment(refund.refunded_at)}),
                    wording.price(refund.refunded),
                ),
                *(
                    Entry(
                        counted(line.quantity, names.get(line.sku, line.sku)),
                        "" if line.restocked else say("not back in stock"),
                        is_product=True,
                    )
                    for line in refund.lines
                ),
                Entry(refund.reason, ""),
            ]
        if order.cancelled_at is not None:
            rest = order.refunded - sum(refund.refunded for refund in order.refunds)
            yield [
                Entry(
                    filled(say("Cancelled {at}"), {"at": wording.moment(order.cancelled_at)}),
                    wording.price(rest),
                ),
                *((Entry(order.reason, ""),) if order.reason else ()),
            ]
