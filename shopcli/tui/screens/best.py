"""Best sellers: bars and a small trend for each, over a window that keys change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content

from shopcli.domain.facts import filled
from shopcli.domain.records import Top, TopRow
from shopcli.domain.showing import inert
from shopcli.tui.screens.screen import StoreScreen
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.widgets.rows import Cell, Row, RowList
from shopcli.tui.wording import bar, trend_line

if TYPE_CHECKING:
    from shopcli import Shop

WINDOWS_DAYS = (1, 3, 7, 30)
LIMITS = (5, 20)

_BAR_WIDTH = 16
_COLUMNS = (
    Column("#", 2, right=True),
    Column("PRODUCT"),
    Column("", _BAR_WIDTH, from_width=70, leave_out=9),
    Column("SOLD", 5, right=True),
    Column("TREND", 15, from_width=54, leave_out=8),
    Column("REVENUE", 9, right=True, from_width=38, leave_out=3),
    Column("LEFT", 5, right=True, from_width=92, leave_out=7),
)


@dataclass(frozen=True, slots=True)
class Sellers:
    """The report of a window, and each product's trend in it."""

    days: int
    limit: int
    """Most rows of it."""
    top: Top
    trend: dict[str, tuple[int, ...]]


class BestScreen(StoreScreen):
    """Lists the best sellers of a window."""

    AUTO_FOCUS = "#sellers"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w,right", "window(1)", "Window", tooltip="Next window, ← the one before"),
        Binding("left", "window(-1)", show=False),
        Binding("l", "length", "5 or 20"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._window = WINDOWS_DAYS.index(3)
        self._length = 0
        self._found: Sellers | None = None

    def body(self) -> ComposeResult:
        """Compose the heading with the windows, the list, and where there is room its details."""
        yield Panel(id="window")
        say = self.visit.wording.catalogue.text
        empty = say("Nothing sold in this window. Press w for another one, or 1 for the shop.")
        with Container(id="best-shelf"):
            yield RowList(_COLUMNS, empty=empty, id="sellers")
            yield Panel(id="seller")

    def reload(self) -> None:
        """Ask for the report of the window."""
        days, limit = WINDOWS_DAYS[self._window], LIMITS[self._length]
        self.ask("sellers", lambda shop: _report(shop, days, limit))

    def told(self, value: object) -> None:
        """Show the report."""
        if isinstance(value, Sellers):
            self._found = value
            self._show(value)
            self._show_seller(value)

    def on_resize(self) -> None:
        """Write the heading for the new width."""
        if self._found is not None:
            self._show(self._found)

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        if self._found is not None:
            self._show_seller(self._found)

    def action_window(self, step: int) -> None:
        """Choose another window."""
        self._window = (self._window + step) % len(WINDOWS_DAYS)
        self.reload()

    def action_length(self) -> None:
        """Switch between the lengths of the list."""
        self._length = (self._length + 1) % len(LIMITS)
        self.reload()

    def _show(self, found: Sellers) -> None:
        wording = self.visit.wording
        say, counted = wording.catalogue.text, wording.catalogue.counted
        parts: list[str | tuple[str, str]] = [(say("Sold most in the last"), "bold")]
        # Where they do not fit beside it they have a line of their own: none is cut in two.
        parts.append("\n" if self.has_class("-narrow") else " ")
        for days in WINDOWS_DAYS:
            style = "bold $text-accent reverse" if days == found.days else "$foreground-muted"
            length = filled(counted(days, "{days} day", "{days} days"), {"days": days})
            parts += [(f" {length} ", style), " "]
        sold = sum(row.units for row in found.top.rows)
        revenue = sum(row.revenue for row in found.top.rows)
        facts = {
            "limit": found.limit,
            "units": sold,
            "revenue": wording.price(revenue),
        }
        told = counted(
            sold,
            "first {limit}: {units:,} unit for {revenue}",
            "first {limit}: {units:,} units for {revenue}",
        )
        parts.append((f"\n{filled(told, facts)}", "$foreground-muted"))
        self.query_one("#window", Panel).put(Content.assemble(*parts))
        most = max((row.units for row in found.top.rows), default=0)
        self.query_one("#sellers", RowList).show(
            [self._row(row, most, found.trend.get(row.sku, ())) for row in found.top.rows]
        )

    def _show_seller(self, found: Sellers) -> None:
        """Show what is known of the product under the cursor."""
        sku = self.query_one("#sellers", RowList).current_key
        row = next((one for one in found.top.rows if one.sku == sku), None)
        if row is None:
            self.query_one("#seller", Panel).put(Content(""))
            return
        say, price = self.visit.wording.catalogue.text, self.visit.wording.price
        facts = {
            "rank": row.rank,
            "count": len(found.top.rows),
            "units": row.units,
            "revenue": price(row.revenue),
            "stock": row.stock,
        }
        told = say("No. {rank} of {count}\n{units:,} sold for {revenue}\n{stock:,} left")
        self.query_one("#seller", Panel).put(
            Content.assemble(
                (inert(row.name), "bold"),
                "\n",
                (inert(row.sku), "$foreground-muted"),
                f"\n\n{filled(told, facts)}\n\n",
                (trend_line(found.trend.get(sku, ())), "$text-success"),
            )
        )

    def _row(self, row: TopRow, most: int, trend: tuple[int, ...]) -> Row:
        return Row(
            row.sku,
            (
                Cell(str(row.rank), "accent"),
                Cell(row.name),
                Cell(bar(row.units, most, _BAR_WIDTH), "accent"),
                Cell(f"{row.units:,}"),
                Cell(trend_line(trend), "good"),
                Cell(self.visit.wording.money(row.revenue)),
                Cell(f"{row.stock:,}", "muted"),
            ),
        )


def open_screen() -> BestScreen:
    """Make the screen of this tab."""
    return BestScreen()


def _report(shop: Shop, days: int, limit: int) -> Sellers:
    top = shop.top(days=days, limit=limit)
    return Sellers(days, limit, top, shop.browsing.trend([row.sku for row in top.rows], days))
