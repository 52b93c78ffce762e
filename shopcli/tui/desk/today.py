"""The figures of a day, by hour with bars, the money by method, and the close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from shopcli.domain.facts import filled
from shopcli.domain.moments import zone
from shopcli.domain.showing import inert
from shopcli.tui.desk.closing import close_books
from shopcli.tui.desk.view import DeskView, KeyOf, in_column
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.figures import Figure, Figures
from shopcli.tui.widgets.rows import Cell, Row, RowList
from shopcli.tui.wording import bar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult

    from shopcli import Shop
    from shopcli.domain.records import MoneyReport, SalesReport

CANCELLED_COUNT_MAX = 100
"""So many cancelled orders are counted; of more it is said that there are more."""

_BAR_WIDTH = 16
_HOUR_LENGTH = len("00:00")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the shop's clocks: its date, and what happened in it."""

    date: str
    is_today: bool
    """Whether it was that day when this was read."""
    sales: SalesReport
    money: MoneyReport
    hour: int | None
    """The hour it was then; None of a day that is over."""
    cancelled_count: int
    """Orders of the day that were cancelled, up to `CANCELLED_COUNT_MAX`."""


class TodayView(DeskView):
    """Shows the figures of today, or of a day before."""

    NAME = "today"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "close", show=False),
        Binding("left", "day(1)", show=False),
        Binding("right", "day(-1)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._date: date | None = None
        """The day that is shown, which stays when midnight passes; None is today, as it is then."""
        self._listed_date = ""
        """The day whose hours are listed."""

    def compose(self) -> ComposeResult:
        """Compose the totals, the hours, and beside them the methods."""
        say = self.say
        hours = (
            Column(say("HOUR"), 5),
            Column("", from_width=64, leave_out=1),
            Column(say("ORDERS"), 6, right=True),
            Column(say("UNITS"), 5, right=True, from_width=52, leave_out=3),
            Column(say("SOLD"), 8, right=True),
            Column(say("GIVEN BACK"), 10, right=True, leave_out=2),
        )
        methods = (
            Column(say("METHOD"), 8),
            Column(say("CHARGED"), 8, right=True),
            Column(say("TAKEN BACK"), 10, right=True, leave_out=2),
            Column(say("PAID OUT"), 8, right=True, leave_out=1),
        )
        yield Figures(id="figures")
        with Horizontal(classes="desk--columns"):
            yield in_column(RowList(hours, empty=say("Nothing was sold."), id="hours"), "main")
            yield in_column(
                RowList(methods, empty=say("No money came in or went out."), id="methods"), "side"
            )

    def question(self) -> Callable[[Shop], object]:
        """Read the figures of the day."""
        shown = self._date
        return lambda shop: _read(shop, shown)

    def shown(self, value: object) -> None:
        """Show the figures."""
        if isinstance(value, Day):
            self._show(value)

    def key_list(self) -> Iterable[KeyOf]:
        """The keys of the day."""
        say = self.say
        if self._date is None:
            yield KeyOf(
                "d", say("Close the books"), "close", say("Close the books since the last close")
            )
        yield KeyOf("←", say("Day before"), "day(1)")
        if self._date is not None:
            yield KeyOf("→", say("Day after"), "day(-1)")

    def action_close(self) -> None:
        """Show what would be closed, and ask; at another day it would seem to be that day alone."""
        if self._date is None:
            close_books(self)
        else:
            self.tell(
                self.say(
                    "A close covers all until now, not this day alone: → goes to today, d there"
                    " closes."
                )
            )

    def action_day(self, step: int) -> None:
        """Show an earlier or a later day.

        Args:
            step: Days back, negative for later ones.
        """
        say = self.say
        today = _today(self.visit.shop)
        wanted = (self._date or today) - timedelta(days=step)
        if wanted > today:
            self.tell(say("Today is the last day."))
            return
        self._date = wanted if wanted < today else None
        self.desk.say("")  # it is of the other day
        self.reload()

    def _show(self, day: Day) -> None:
        say = self.say
        self.query_one("#figures", Figures).tell(*self._figures(day))
        money = self.visit.wording.money
        hours = _hours(day.sales, day.hour)
        most = max((row.net for _, row in hours if row is not None), default=0)
        self.main.show([self._hour_row(hour, row, most) for hour, row in hours])
        if day.date != self._listed_date:  # of today the hour of now is the one to see
            self._listed_date = day.date
            self.main.action_move_to(-1 if day.is_today else 0)
        self.query_one("#methods", RowList).show(
            [
                Row(
                    str(row.method),
                    (
                        Cell(row.method or say("none")),
                        Cell(money(row.charged), "good" if row.charged else "muted"),
                        Cell(money(row.reversed), "muted"),
                        Cell(money(row.paid_out), "muted"),
                    ),
                )
                for row in _by_method(day.money)
            ]
        )
        self.screen.refresh_bindings()

    def _hour_row(self, hour: str, row: Any | None, most: int) -> Row:  # noqa: ANN401  # made by the report
        if row is None:
            return Row(hour, tuple(Cell(text, "muted") for text in (hour, "", "", "", "", "")))
        money = self.visit.wording.money
        return Row(
            hour,
            (
                Cell(hour),
                Cell(bar(row.net, most, _BAR_WIDTH), "accent"),
                Cell(f"{row.orders:,}"),
                Cell(f"{row.units:,}"),
                Cell(money(row.net)),
                Cell(money(row.refunded) if row.refunded else "", "warn"),
            ),
        )

    def _figures(self, day: Day) -> tuple[list[Figure], list[Figure]]:
        say, wording, totals = self.say, self.visit.wording, day.sales.totals
        count, most = f"{day.cancelled_count:,}", day.cancelled_count >= CANCELLED_COUNT_MAX
        facts = {
            "orders": f"{totals.orders:,}",
            "units": f"{totals.units:,}",
            "net": wording.price(totals.net),
            "refunded": wording.money(totals.refunded),
            "discount": wording.money(totals.discount),
            "cancelled": f"{count}+" if most else count,
        }
        counted = wording.catalogue.counted
        orders = counted(totals.orders, "{orders} order", "{orders} orders")
        units = counted(totals.units, "{units} unit", "{units} units")
        head = [
            Figure(say("Today") if day.is_today else day.date, "bold $text-accent"),
            Figure(filled(say("{net} sold"), facts), "bold"),
            Figure(f"{filled(orders, facts)}, {filled(units, facts)}"),
        ]
        if totals.discount:
            head.append(Figure(filled(say("discounts {discount}"), facts)))
        if day.cancelled_count:
            told = filled(say("{cancelled} of them cancelled"), facts)
            head.append(Figure(told, "$text-warning"))
        if totals.refunded:
            head.append(Figure(filled(say("given back {refunded}"), facts), "$text-warning"))
        return head, [Figure(inert(flow)) for flow in self._flows(day.money)]

    def _flows(self, report: MoneyReport) -> Iterable[str]:
        """What came in and went out besides sales, each by itself: none is net of another."""
        say, wording = self.say, self.visit.wording
        rows = _by_method(report)
        flows = [
            filled(text, {"methods": self._methods([(row.method, amount(row)) for row in rows])})
            for text, amount in (
                (say("charged: {methods}"), attrgetter("charged")),
                (say("taken back: {methods}"), attrgetter("reversed")),
                (say("paid out: {methods}"), attrgetter("paid_out")),
            )
            if any(amount(row) for row in rows)
        ]
        if adjusted := report.totals.adjusted:
            flows.append(filled(say("adjusted: {amount}"), {"amount": wording.signed(adjusted)}))
        return flows

    def _methods(self, amounts: Iterable[tuple[str | None, int]]) -> str:
        say, money = self.say, self.visit.wording.money
        return " · ".join(
            filled(
                say("{method} {amount}"), {"method": method or say("none"), "amount": money(amount)}
            )
            for method, amount in amounts
            if amount
        )


def _today(shop: Shop) -> date:
    return _now(shop).date()


def _now(shop: Shop) -> datetime:
    return shop.now().astimezone(zone(shop.timezone))


def _read(shop: Shop, wanted: date | None) -> Day:
    now = _now(shop)
    day = wanted or now.date()
    window = shop.window(on=day.isoformat())
    cancelled = shop.orders(
        limit=CANCELLED_COUNT_MAX, since=window.since, until=window.until, state="cancelled"
    )
    return Day(
        day.isoformat(),
        day == now.date(),
        shop.report_sales("hour", window.since, window.until),
        shop.report_money("method", window.since, window.until),
        now.hour if day == now.date() else None,
        len(cancelled),
    )


def _by_method(report: MoneyReport) -> list[Any]:
    """The rows of a report by method that money came or went by; their class the report makes."""
    rows: tuple[Any, ...] = report.rows
    return [row for row in rows if row.charged or row.reversed or row.paid_out]


def _hours(report: SalesReport, now: int | None) -> list[tuple[str, Any]]:
    """Each hour from the first sale on, until now or the last sale, with its row or None.

    Before that come only hours in which something was given back.
    """
    rows: tuple[Any, ...] = report.rows
    found = {str(row.hour)[-_HOUR_LENGTH:]: row for row in rows}
    sold = [int(hour[:2]) for hour, row in found.items() if row.orders]
    if not sold:
        return sorted(found.items())
    last = max(sold) if now is None else max(*sold, now)
    span = {f"{number:02d}:00" for number in range(min(sold), last + 1)}
    return [(hour, found.get(hour)) for hour in sorted({*span, *found})]


def open_view() -> TodayView:
    """Make this view."""
    return TodayView()
