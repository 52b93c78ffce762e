"""What stands beside the lines at the till: the bill of who pays, and what was paid last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.tui.store import FLAT_ROWS
from shopcli.tui.widgets.amounts import Entry, ledger
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.wording import counted, ending

if TYPE_CHECKING:
    from shopcli.domain.records import Order
    from shopcli.tui.payment import Review
    from shopcli.tui.till.charging import Charging
    from shopcli.tui.wording import Wording

_WIDTH_MAX = 46

_LINES_SHOWN_MAX = 3
"""Most lines of a sale that are named where it is asked whether to undo it."""


class BillPanel(Panel):
    """The panel beside the lines."""

    def __init__(self) -> None:
        super().__init__(id="next")

    @property
    def width(self) -> int:
        """The width of what is drawn in it, in cells."""
        return max(20, min(_WIDTH_MAX, self.content_size.width or 30))

    @property
    def gap(self) -> str:
        """A blank line, where there is room for one."""
        return "" if self.app.size.height <= FLAT_ROWS else "\n"

    def put_bill(self, found: Review, wording: Wording, shown_total: int) -> None:
        """Show who pays, and what is left then or why it cannot be paid.

        Args:
            found: The bill.
            wording: Writes its amounts.
            shown_total: The total that stands over this, in minor units.
        """
        say, quote = wording.catalogue.text, found.quote
        entries = [Entry(say("Balance now"), wording.price(found.balance))]
        if quote.total is not None and quote.total != shown_total:
            entries.append(Entry(say("Total"), wording.price(quote.total), is_strong=True))
        if quote.order is not None:
            after = wording.price(quote.order.balance_after)
            entries.append(Entry(say("Balance after"), after, is_strong=True))
        notes = () if quote.refusal is None else (wording.refusal(quote.refusal),)
        name = (f"{inert(found.user)}\n{self.gap}", "bold $text-accent")
        self.put(Content.assemble(name, ledger(entries, self.width, notes)))

    def put_charge(self, found: Review, charging: Charging, wording: Wording) -> None:
        """Ask whether to charge an amount.

        Args:
            found: The bill of who is charged.
            charging: The amount and its method.
            wording: Writes amounts.
        """
        say, price = wording.catalogue.text, wording.price
        facts = {"amount": price(charging.amount), "method": inert(charging.method or "")}
        entries = [
            Entry(say("Balance now"), price(found.balance)),
            Entry(say("Balance then"), price(found.balance + charging.amount)),
        ]
        other = say("f4 takes another method.") if charging.has_choice else ""
        self.put(
            Content.assemble(
                (f"{inert(found.user)}\n{self.gap}", "bold $text-accent"),
                (filled(say("Charge {amount} by {method}?"), facts), "bold"),
                f"\n{self.gap}",
                ledger(entries, self.width),
                f"\n{self.gap}{other}",
            )
        )

    def put_undo(self, order: Order, wording: Wording) -> None:
        """Ask whether to take an order back."""
        say = wording.catalogue.text
        entries = [
            Entry(
                counted(line.quantity, line.name), wording.price(line.line_total), is_product=True
            )
            for line in order.lines[:_LINES_SHOWN_MAX]
        ]
        title = filled(say("Undo the sale {order}?"), {"order": ending(order.order)})
        back = say("{total} go back to {user}.")
        facts = {"total": wording.price(order.total), "user": inert(order.user)}
        self.put(
            Content.assemble(
                (f"{title}\n{self.gap}", "bold $text-accent"),
                ledger(entries, self.width),
                f"\n{self.gap}{filled(back, facts)}",
            )
        )

    def put_paid(self, order: Order, wording: Wording) -> None:
        """Show what was paid."""
        say, count = wording.catalogue.text, sum(line.quantity for line in order.lines)
        form = wording.catalogue.counted(count, "{count:,} thing", "{count:,} things")
        title = filled(say("✓ Paid · order {order}"), {"order": ending(order.order)})
        entries = [
            Entry(order.user, filled(form, {"count": count})),
            Entry(say("Total"), wording.price(order.total), is_strong=True),
            Entry(say("Balance after"), wording.price(order.balance_after), is_strong=True),
        ]
        self.put(
            Content.assemble(
                (f"{title}\n{self.gap}", "bold $text-success"),
                ledger(entries, self.width),
                f"\n{self.gap}{say('Next, please.')}",
            )
        )
