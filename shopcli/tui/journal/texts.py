"""How a journal is written: a row for each event, its details, and how far it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.tui.widgets.amounts import Entry, ledger
from shopcli.tui.widgets.columns import folded, in_lines
from shopcli.tui.widgets.rows import Cell, Row
from shopcli.tui.wording import counted, ending, fate, with_fate
from shopcli.wording.kinds import USERS, entry_told, worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from shopcli.domain.records import JournalEntry, Order, OrderRefund, User
    from shopcli.tui.journal.loaded import Loaded
    from shopcli.tui.wording import Wording


class JournalTexts:
    """Writes the journal of one shop.

    Args:
        wording: Writes amounts and times, and has the texts in the language of the user.
    """

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._say = wording.catalogue.text

    def when(self, moment: datetime, now: datetime) -> str:
        """A time in at most eleven cells: of today, of this year, or the day of another one."""
        zone = self._wording.timezone
        local, today = moment.astimezone(zone), now.astimezone(zone)
        if local.date() == today.date():
            return filled(self._say("today {time}"), {"time": f"{local:%H:%M}"})
        return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d}"

    def row(self, entry: JournalEntry, now: datetime) -> Row:
        """The row of an event."""
        is_faint = entry.balance_after is None or _is_cancelled(entry)
        tone = "good" if entry.amount > 0 else ""
        amount = "" if entry.balance_after is None else self._wording.signed(entry.amount)
        return Row(
            entry.id,
            (
                Cell(self.when(entry.at, now), "muted"),
                Cell(self.what(entry), "muted" if is_faint else ""),
                Cell(amount, "muted" if is_faint else tone),
            ),
        )

    def what(self, entry: JournalEntry) -> str:
        """An event in one line."""
        say, order = self._say, entry.order
        facts = {
            "what": "" if order is None else self._sold(order),
            "fate": "" if order is None else fate(order, say),
            "coupon": inert(entry.coupon or ""),
            "user": inert(entry.other or ""),
            "back": "" if order is None else self._given_back(entry, order),
        }
        match entry.kind:
            case "order":
                told = with_fate(facts["fate"], facts["what"], say)
                return f"{told} · {facts['coupon']}" if entry.coupon else told
            case "refund":
                return filled(say("given back: {back}"), facts)
            case "transfer":  # in as few cells as the list has beside the details
                given = say("to {user}") if entry.amount < 0 else say("from {user}")
                return self._with_reason(filled(given, facts), entry)
            case "claim":
                return filled(say("claimed: {coupon}"), facts)
            case "expiry":
                return filled(say("expired: {coupon}"), facts)
            case _:
                return self._with_reason(self._kind(entry), entry)

    def title(self, entry: JournalEntry) -> str:
        """What an event is called, over its details."""
        say, order = self._say, entry.order
        facts = {
            "order": ending(None if order is None else order.order),
            "state": "" if order is None else fate(order, say) or say("paid"),
            "coupon": inert(entry.coupon or ""),
        }
        match entry.kind:
            case "order":
                return filled(say("Order {order} · {state}"), facts)
            case "refund":
                return filled(say("Given back of order {order}"), facts)
            case "claim":
                return filled(say("Coupon {coupon} · claimed"), facts)
            case "expiry":
                return filled(say("Coupon {coupon} · expired"), facts)
            case _:
                told = self._kind(entry)
                return f"{told[:1].upper()}{told[1:]}"

    def details(self, entry: JournalEntry, now: datetime, width: int, height: int) -> Content:
        """Everything about an event; where products do not fit, it says how many are left out.

        Args:
            entry: The event.
            now: Where a coupon was usable until before, it says that.
            width: In cells.
            height: In lines.
        """
        head = [*folded(self.title(entry), width)]
        about = [self._wording.moment(entry.at)]
        if entry.recorded_at.date() != entry.at.date():
            recorded = {"at": self._wording.moment(entry.recorded_at)}
            about.append(filled(self._say("recorded {at}"), recorded))
        if entry.reason:
            about += folded(inert(entry.reason), width)
        sums = ledger([*self._sums(entry, now)], width)
        room = height - len(head) - len(about) - len(sums.plain.splitlines()) - 2
        lines = self._lines(entry, room)
        parts: list[Content | str | tuple[str, str]] = [
            ("\n".join(head), "bold"),
            ("\n" + "\n".join(about), "$foreground-muted"),
            *(("\n\n", ledger(lines, width)) if lines else ()),
            *(("\n\n", sums) if sums else ()),
        ]
        return Content.assemble(*parts)

    def brief(self, entry: JournalEntry, width: int, height: int) -> Content:
        """The same in as few lines as a narrow screen has: what it is, then what it consists of.

        Args:
            entry: The event.
            width: In cells.
            height: In lines, from 2.
        """
        balance = about = ""
        if entry.balance_after is not None:
            facts = {"balance": self._wording.money(_balance_after(entry))}
            balance = filled(self._say("balance {balance}"), facts)
        if entry.order is not None:
            sold = self._sold(entry.order)
            about = sold if entry.kind == "order" else self._given_back(entry, entry.order)
        parts = (balance, about, inert(entry.reason or ""), self._wording.moment(entry.at))
        head, *wrapped = folded(self.title(entry), width)
        room = max(1, height - 1 - len(wrapped))
        rest = wrapped + in_lines(" · ".join(filter(None, parts)), width, room)
        return Content.assemble((head, "bold"), "\n", "\n".join(rest[: max(1, height - 1)]))

    def purse(self, user: User, *, may_charge: bool, may_change: bool, width: int) -> Content:
        """Whose journal it is, the balance, and the keys beside them where there is room."""
        say, name = self._say, "" if user.name is None else f" · {inert(user.name)}"
        state = "" if user.state == "active" else worded(user.state, USERS, say)
        keys = [say("m charges")] if may_charge else []
        if may_change:
            keys.append(say("u says whose"))
        whose = Content.assemble(
            (inert(user.user), "bold"),
            f"{name}{state and f' · {state}'}   ",
            (self._wording.price(user.balance), "bold $text-accent"),
        )
        hint = f"   {' · '.join(keys)}"
        if not keys or whose.cell_length + cell_len(hint) > width:
            return whose
        return Content.assemble(whose, (hint, "$foreground-muted"))

    def find_hint(self, now: datetime, *, is_narrow: bool) -> str:
        """What can be found, as the empty line of the search says it."""
        today = now.astimezone(self._wording.timezone)
        facts = {"month": f"{today:%Y-%m}", "day": f"{today:%Y-%m-%d}"}
        if is_narrow:
            return filled(self._say("find words, {month}, {day}"), facts)
        return filled(self._say("find a word, an amount, {month} or {day}"), facts)

    def status(self, loaded: Loaded) -> str:
        """How much of the journal is shown, and the keys that show more."""
        say, count = self._say, len(loaded.entries)
        facts = {
            "count": f"{count:,}",
            "total": f"{loaded.total:,}",
            "looked": f"{min(loaded.looked_through, loaded.total):,}",
        }
        if not loaded.is_read:
            return say("Looking…") if loaded.query else ""
        if not loaded.query:
            if loaded.older is None:
                return filled(say("all {total} · / find"), facts) if count else ""
            return filled(say("{count} of {total} · end older · / find"), facts)
        if loaded.goes_on:
            return filled(say("{count} found in {looked} of {total} so far · esc all"), facts)
        if loaded.older is None:
            return filled(say("{count} found in all {total} · esc all"), facts)
        return filled(say("{count} found in {looked} of {total} · end older · esc all"), facts)

    def _kind(self, entry: JournalEntry) -> str:
        return inert(entry_told(entry, entry, self._say))

    @staticmethod
    def _with_reason(text: str, entry: JournalEntry) -> str:
        return f"{text}: {inert(entry.reason)}" if entry.reason else text

    @staticmethod
    def _sold(order: Order) -> str:
        return _listed((line.quantity, line.name) for line in order.lines)

    @staticmethod
    def _given_back(entry: JournalEntry, order: Order) -> str:
        refund = _refund_of(entry, order)
        names = {line.sku: line.name for line in order.lines}
        lines = () if refund is None else refund.lines
        return _listed((line.quantity, names.get(line.sku, line.sku)) for line in lines)

    def _lines(self, entry: JournalEntry, room: int) -> list[Entry]:
        """The products of an order, or of what was given back of it, as many as there is room."""
        order, money = entry.order, self._wording.money
        if order is None:
            return []
        if entry.kind == "order":
            found = [(line.quantity, line.name, line.line_total) for line in order.lines]
        else:
            refund, names = _refund_of(entry, order), {one.sku: one.name for one in order.lines}
            lines = () if refund is None else refund.lines
            found = [
                (line.quantity, names.get(line.sku, line.sku), line.refunded) for line in lines
            ]
        entries = [
            Entry(counted(quantity, name), money(amount), is_product=True)
            for quantity, name, amount in found
        ]
        if len(entries) <= max(1, room):
            return entries
        kept = max(1, room - 1)
        more = {"count": f"{len(entries) - kept:,}"}
        return [*entries[:kept], Entry(filled(self._say("… {count} more: enter"), more), "")]

    def _sums(self, entry: JournalEntry, now: datetime) -> Iterator[Entry]:
        say, wording = self._say, self._wording
        if entry.kind in {"claim", "expiry"}:
            facts = {"number": f"{entry.claim_number:,}", "limit": f"{entry.claim_limit:,}"}
            yield Entry(filled(say("number {number} of {limit}"), facts), "")
            if entry.usable_until is not None:
                is_over = now > entry.usable_until
                told = say("was usable until") if is_over else say("usable until")
                yield Entry(told, wording.moment(entry.usable_until))
            return
        if entry.kind == "order" and entry.order is not None:
            yield from self._sums_of_order(entry, entry.order)
            return
        yield Entry(say("Amount"), wording.signed(entry.amount))
        if entry.balance_after is not None:
            yield _strong(say("Balance after"), wording.money(entry.balance_after))

    def _sums_of_order(self, entry: JournalEntry, order: Order) -> Iterator[Entry]:
        say, money = self._say, self._wording.money
        if order.discount:
            named = filled(say("Coupon {coupon}"), {"coupon": inert(order.coupon or "")})
            what = named if order.coupon else say("Discount")
            yield Entry(what, f"-{money(order.discount)}")
        yield _strong(say("Total"), money(order.total))
        before = sum(refund.refunded for refund in order.refunds)
        if before:
            yield Entry(say("Given back"), money(before))
        if order.cancelled_at is None:
            yield _strong(say("Balance after"), money(entry.balance_after or 0))
            return
        yield Entry(say("Cancelled"), money(order.refunded - before))
        yield Entry(self._wording.moment(order.cancelled_at), "")
        if order.reason:
            yield Entry(inert(order.reason), "")
        if order.coupon:
            came_back, lost = say("{coupon} came back"), say("{coupon} did not come back")
            told = came_back if entry.coupon_restored else lost
            yield Entry(filled(told, {"coupon": order.coupon}), "")
        yield _strong(say("Balance after"), money(_balance_after(entry)))


def _strong(name: str, amount: str) -> Entry:
    return Entry(name, amount, is_strong=True)


def _is_cancelled(entry: JournalEntry) -> bool:
    order = entry.order
    return entry.kind == "order" and order is not None and order.state == "cancelled"


def _balance_after(entry: JournalEntry) -> int:
    """The balance after all that the row tells."""
    after = entry.balance_after_cancellation
    return (entry.balance_after or 0) if after is None else after


def _refund_of(entry: JournalEntry, order: Order) -> OrderRefund | None:
    return next((one for one in order.refunds if one.number == entry.refund_number), None)


def _listed(things: Iterable[tuple[int, str]]) -> str:
    """Products in one line; of one unit only its name."""
    return ", ".join(
        counted(quantity, inert(name)) if quantity > 1 else inert(name) for quantity, name in things
    )
