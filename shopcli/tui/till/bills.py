"""What stands beside the lines at the till: the bill of who pays, and what was paid last."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from shopcli.domain.facts import Say, filled
from shopcli.domain.giving_back import given_back_of
from shopcli.domain.showing import excerpt, inert
from shopcli.tui.payment import best_held
from shopcli.tui.store import FLAT_ROWS
from shopcli.tui.till.scanning import why_not
from shopcli.tui.widgets.amounts import Entry, ledger
from shopcli.tui.widgets.cart_lines import STOPS
from shopcli.tui.widgets.columns import folded
from shopcli.tui.widgets.fitting import cut
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.wording import counted, ending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from shopcli.domain.records import BalanceChange, Order
    from shopcli.tui.cart import Cart, CartLine
    from shopcli.tui.payment import Review
    from shopcli.tui.till.charging import Account, Charging
    from shopcli.tui.till.leftover import LeftOver
    from shopcli.tui.till.scanning import Several
    from shopcli.tui.wording import Wording
    from shopcli.wording.catalogue import Catalogue

_WIDTH_MAX = 46

_NAME_OVER_MAX = 12
"""Widest name that the bar on top shows whole beside its cart on a narrow screen, in cells."""

_NAME_BESIDE_MIN = 8
"""Narrowest room, in cells, in which a person's name is shown behind the user name, maybe cut."""

_ROWS_AROUND = 12
"""Rows of a narrow screen that are not the panel's, where they are one over the other."""

_ROWS_AROUND_FLAT = 7

_LEFT_SHOWN_MAX = 4
"""Most lines named of what a refused sale left; the lines beside them are all of the cart."""


class _Drawn(NamedTuple):
    """What is drawn for a size."""

    content: Content
    advice: str = ""
    """What gives way to what is told, where each line counts."""


class BillPanel(Panel):
    """The panel beside the lines."""

    def __init__(self) -> None:
        super().__init__(id="next")
        self._drawn: Callable[[], _Drawn] = lambda: _Drawn(Content(""))
        self._is_told = False

    @property
    def width(self) -> int:
        """The width of what is drawn in it, in cells."""
        return max(20, min(_WIDTH_MAX, self.content_size.width or 30))

    @property
    def is_tight(self) -> bool:
        """Whether each line counts: few rows, with the lines over this."""
        return not self.gap and self.screen.has_class("-narrow")

    @property
    def gap(self) -> str:
        """A blank line, where there is room for one."""
        return "" if self.app.size.height <= FLAT_ROWS else "\n"

    def put_next(self, asks: str, advice: str) -> None:
        """Show what is asked next, and advice that gives way to what is told."""
        self._show(lambda: _Drawn(Content(asks), advice))

    def on_resize(self) -> None:
        """Draw the same for the new size."""
        self.lay_out()

    def _show(self, drawn: Callable[[], _Drawn]) -> None:
        self._drawn = drawn
        self.lay_out()

    def lay_out(self) -> None:
        """Draw what is shown for the room that there is now."""
        content, advice = self._drawn()
        gives_way = not advice or (self._is_told and self.is_tight)
        if not gives_way:
            content = Content("\n").join([*filter(None, (content,)), Content(advice)])
        self.set_class(not content.plain.strip(), "-empty")
        self.put(content)

    def make_room(self, *, is_told: bool) -> None:
        """Leave advice out while something is told, where each line counts."""
        if is_told != self._is_told:
            self._is_told = is_told
            self.lay_out()

    def _payer_over(self, found: Review | Account) -> tuple[str, str]:
        """The names over a balance; not where each line counts and the bar on top has it whole."""
        if self.is_tight and cell_len(inert(found.user)) <= _NAME_OVER_MAX:
            return "", ""
        names = inert(found.user)
        if found.name and (room := self.width - cell_len(f"{names} · ")) >= _NAME_BESIDE_MIN:
            names = f"{names} · {cut(inert(found.name), room)}"
        return f"{names}\n{self.gap}", "bold $text-accent"

    def put_bill(
        self, found: Review, wording: Wording, shown_total: int, *, names_keys: bool = True
    ) -> None:
        """Show who pays, and what is left then or why it cannot be paid.

        Args:
            found: The bill.
            wording: Writes its amounts.
            shown_total: The total that stands over this, in minor units.
            names_keys: Whether keys charge what is short: none does while an amount is being typed,
                or where a charge that was sent comes first.
        """
        self._show(partial(self._bill, found, wording, shown_total, names_keys=names_keys))

    def _bill(
        self, found: Review, wording: Wording, shown_total: int, *, names_keys: bool
    ) -> _Drawn:
        say, quote = wording.catalogue.text, found.quote
        entries = [Entry(say("Balance now"), wording.price(found.balance))]
        if quote.total is not None and quote.total != shown_total:
            entries.append(Entry(say("Total"), wording.price(quote.total), is_strong=True))
        if quote.order is not None:
            after = wording.price(quote.order.balance_after)
            entries.append(Entry(say("Balance after"), after, is_strong=True))
        name, why, advice = self._payer_over(found), "", ""
        if quote.refusal is not None:
            why = wording.refusal(quote.refusal)
        if quote.missing and (self.is_tight or not names_keys):
            facts = {"missing": wording.money(quote.missing)}
            why = filled(say("The balance is {missing} short."), facts)
            advice = wording.catalogue.text(wording.how_to_charge) if names_keys else ""
        if not self.is_tight or not why:
            notes = (why,) if why else ()
            coupon = coupon_text(found, wording)
            return _Drawn(Content.assemble(name, ledger(entries, self.width, notes)), coupon)
        reason = (f"{why}\n", "$text-error")
        return _Drawn(Content.assemble(name, reason, ledger(entries, self.width)), advice)

    def put_sent(self, found: Review, wording: Wording) -> None:
        """Show whose bill is on its way: no balance after it, before it is known."""
        say, total = wording.catalogue.text, found.quote.total
        entries = [Entry(say("Balance before"), wording.price(found.balance))]
        if total is not None:
            entries.append(Entry(say("Total"), wording.price(total), is_strong=True))
        self._show(partial(self._account, found, entries))

    def _account(self, found: Review | Account, entries: Sequence[Entry]) -> _Drawn:
        """Whose account it is, and sums of it."""
        return _Drawn(Content.assemble(self._payer_over(found), ledger(entries, self.width)))

    def put_left(self, user: str, left: LeftOver, cart: Cart, wording: Wording) -> None:
        """Ask whether who is named pays what a refused sale of somebody else left, too.

        Args:
            user: Who is named.
            left: What was left, and by whom.
            cart: What is in it now.
            wording: Writes amounts.
        """
        say, lines = wording.catalogue.text, left.lines(cart)
        asked = filled(say("Does {user} pay that, too?"), {"user": inert(user)})
        entries = [
            Entry(counted(units, line.product.name), wording.price(units * line.product.price))
            for line, units in lines[:_LEFT_SHOWN_MAX]
        ]
        title = Content(left.text(cart, wording.catalogue))
        question = Content.assemble((asked, "bold $text-accent"))

        def drawn() -> _Drawn:
            about = [] if self.is_tight else [ledger(entries, self.width)]
            return _Drawn(Content(f"\n{self.gap}").join([title, *about, question]))

        self._show(drawn)

    def put_account(self, found: Account, wording: Wording) -> None:
        """Show whose balance is to be charged, and what it is."""
        entries = [Entry(wording.catalogue.text("Balance now"), wording.price(found.balance))]
        self._show(partial(self._account, found, entries))

    def put_charge(
        self, found: Review | Account, charging: Charging, wording: Wording, *, is_sent: bool
    ) -> None:
        """Ask whether to charge an amount.

        Args:
            found: Who is charged.
            charging: The amount and its method.
            wording: Writes amounts.
            is_sent: Whether it is on its way, and not asked any more.
        """
        say, price = wording.catalogue.text, wording.price
        in_doubt = charging.open_deposit(found.user)
        method = charging.method if in_doubt is None else in_doubt.method
        facts = {"amount": price(charging.amount), "method": inert(method or "")}
        title = (
            say("Charge {amount} by {method}") if is_sent else say("Charge {amount} by {method}?")
        )
        now = say("Balance before") if is_sent else say("Balance now")
        entries = [Entry(now, price(found.balance))]
        if in_doubt is None:  # else it may be in that balance already
            entries.append(Entry(say("Balance then"), price(found.balance + charging.amount)))
        may_choose = charging.has_choice and in_doubt is None

        def drawn() -> _Drawn:
            other = say("f4 takes another method.") if may_choose and not self.is_tight else ""
            return _Drawn(
                Content.assemble(
                    self._payer_over(found),
                    (filled(title, facts), "bold"),
                    f"\n{self.gap}",
                    ledger(entries, self.width),
                    f"\n{self.gap}{other}",
                )
            )

        self._show(drawn)

    def put_charged(self, change: BalanceChange, wording: Wording) -> None:
        """Show what was charged, and the balance before and after it, which may be long ago."""
        say, price = wording.catalogue.text, wording.price
        title = say("✓ Charged before, only once") if change.replayed else say("✓ Charged")
        after = say("Balance then") if change.replayed else say("Balance now")
        entries = [
            Entry(change.user, price(change.amount)),
            Entry(say("Balance before"), price(change.balance - change.amount)),
            Entry(after, price(change.balance), is_strong=True),
        ]
        self._show(partial(self._done, title, entries, say("Next, please.")))

    def _done(self, title: str, entries: Sequence[Entry], then: str) -> _Drawn:
        """What was booked, and that the till is ready."""
        return _Drawn(
            Content.assemble(
                (f"{title}\n{self.gap}", "bold $text-success"),
                ledger(entries, self.width),
                f"\n{self.gap}{then}",
            )
        )

    def put_question(self, questions: Sequence[Several], catalogue: Catalogue) -> None:
        """Ask which product is meant.

        Args:
            questions: The one that is asked, and those that wait behind it.
            catalogue: Of texts.
        """
        self._show(partial(self._question, questions[0], len(questions) - 1, catalogue))

    def _question(self, asked: Several, waiting: int, catalogue: Catalogue) -> _Drawn:
        say = catalogue.text
        facts = {"code": excerpt(asked.code), "quantity": f"{asked.quantity:,}"}
        of_it = filled(say("{quantity} of it."), facts) if asked.quantity > 1 else ""
        title = " ".join(filter(None, (say("Which is {code}?"), of_it)))
        if not self.gap:  # it is one line, of which the code loses what there is no room for
            facts["code"] = cut(facts["code"], self.width - cell_len(title) + len("{code}"))
        elif of_it:
            title = f"{say('Which is {code}?')}\n{of_it}"
        parts = [(filled(title, facts), "bold $text-accent")]
        if asked.more:
            form = catalogue.counted(
                asked.more,
                "{count:,} more fits: esc, type more.",
                "{count:,} more fit: esc, type more.",
            )
            parts.append((filled(form, {"count": asked.more}), ""))
        if waiting:
            form = catalogue.counted(
                waiting, "{count:,} more question waits.", "{count:,} more questions wait."
            )
            parts.append((filled(form, {"count": waiting}), ""))
        lines = [part for text, style in parts for part in ("\n", (text, style))]
        return _Drawn(Content.assemble(*lines[1:]))

    def put_undo(self, order: Order, wording: Wording, *, is_sent: bool = False) -> None:
        """Ask whether to take an order back, of which some may have gone back before.

        Args:
            order: As it is now.
            wording: Writes amounts.
            is_sent: Whether that is on its way, and not asked any more.
        """
        self._show(partial(self._undo, order, wording, is_sent=is_sent))

    def _undo(self, order: Order, wording: Wording, *, is_sent: bool) -> _Drawn:
        say = wording.catalogue.text
        asked = say("Undo the sale {order}") if is_sent else say("Undo the sale {order}?")
        title = filled(asked, {"order": ending(order.order)})
        facts = {
            "left": wording.price(order.total - order.refunded),
            "before": wording.price(order.refunded),
            "user": inert(order.user),
        }
        told = [say("{left} go back to {user}.")]
        if order.refunds:
            told.append(say("{before} went back before."))
        back = [filled(text, facts) for text in told]
        around = [line for text in (title, *back) for line in folded(text, self.width)]
        room = self._rows - len(around) - 2 * len(self.gap)
        entries, notes = _lines_in(order, max(2, room), wording)
        lines = Content.assemble(ledger(entries, self.width), *(f"\n{note}" for note in notes))
        effects = Content("\n".join(back))
        below = (effects, lines) if self.is_tight else (lines, effects)
        return _Drawn(
            Content.assemble(
                (f"{title}\n{self.gap}", "bold $text-accent"), Content(f"\n{self.gap}").join(below)
            )
        )

    @property
    def _rows(self) -> int:
        """How many rows there are for what is drawn in it."""
        if not self.screen.has_class("-narrow"):
            return self.content_size.height
        around = _ROWS_AROUND if self.gap else _ROWS_AROUND_FLAT
        return self.app.size.height - around

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
        self._show(partial(self._done, title, entries, say("Next, please.")))


def coupon_text(found: Review, wording: Wording) -> str:
    """That who pays has a coupon for this cart, and where it can be used; empty where not."""
    best = best_held(found.offers)
    if best is None or found.quote.total is None:
        return ""
    facts = {"coupon": inert(best.coupon.code), "saves": wording.saves(best.coupon, best.saves)}
    return filled(
        wording.catalogue.text("{coupon} {saves} where they order themselves, not at a till."),
        facts,
    )


def stopped_text(lines: Iterable[CartLine], say: Say) -> str:
    """Why the first line that is marked cannot be sold, with its mark, and how many others are."""
    stopping = [line for line in lines if not line.is_there]
    if not stopping:
        return ""
    first, *others = stopping
    told = f"{STOPS}{why_not(first.product, first.quantity, say)}"
    return f"{told} {filled(say('And {count} more.'), {'count': len(others)})}" if others else told


def _lines_in(order: Order, room: int, wording: Wording) -> tuple[list[Entry], list[str]]:
    """What is left of an order in so many rows, from 2; what there is no row for is counted."""
    before = given_back_of(order)
    left = [
        (line, units) for line in order.lines if (units := line.quantity - before[line.sku]) > 0
    ]
    shown = left if len(left) <= room else left[: room - 1]
    entries = [
        Entry(counted(units, line.name), wording.price(units * line.unit_price), is_product=True)
        for line, units in shown
    ]
    more = sum(units for _, units in left[len(shown) :])
    form = wording.catalogue.counted(more, "and {count:,} more thing", "and {count:,} more things")
    return entries, [filled(form, {"count": more})] if more else []
