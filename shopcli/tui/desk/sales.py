"""What was sold in the last minutes and where, as it comes in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from shopcli.domain.facts import filled
from shopcli.domain.records import Order, SalesTotals
from shopcli.domain.rights import Seller
from shopcli.domain.showing import inert
from shopcli.tui.desk import delivering
from shopcli.tui.desk.orders import products_of
from shopcli.tui.desk.view import DeskView, KeyOf, in_column
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.figures import Figure, Figures
from shopcli.tui.widgets.rows import Cell, Row, RowList
from shopcli.tui.wording import fate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult

    from shopcli import Shop

ROW_COUNT_MAX = 100
"""Most orders listed; `shop orders` lists them all."""

PRODUCTS_FROM_WIDTH = 46
"""So wide the list is where it says what was bought, and what became of that."""

RECENT_MINUTES = 15
"""What was sold since then is added up."""

SELLER_COUNT_MAX = 4
"""Most sellers that are named above the list, those who sold most first."""


@dataclass(frozen=True, slots=True)
class Sold:
    """The newest orders, who placed them, and what was sold since a moment."""

    orders: tuple[Order, ...]
    sellers: dict[str, Seller]
    since: datetime
    totals: SalesTotals
    """As a report of sales adds them up."""


class SalesView(DeskView):
    """Lists orders as they come in."""

    NAME = "sales"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "enter", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._sold: Sold | None = None

    def compose(self) -> ComposeResult:
        """Compose the sum of the last minutes, and the list."""
        say = self.say
        columns = (
            Column(say("TIME"), 11, leave_out=1),
            Column(say("SOLD BY"), 16, from_width=60, leave_out=2),
            Column(say("USER"), 10, whole=True),
            Column(say("PRODUCTS"), from_width=PRODUCTS_FROM_WIDTH, leave_out=3, cuts_end=True),
            Column(say("TOTAL"), 8, right=True),
        )
        yield Figures(id="figures-now")
        made = RowList(columns, empty=say("No orders yet."), id="incoming", newest_first=True)
        with Horizontal(classes="desk--columns"):
            yield in_column(made, "main")

    def question(self) -> Callable[[Shop], object]:
        """Read the newest orders."""
        return _read

    def shown(self, value: object) -> None:
        """Show the orders, and what they come to."""
        if not isinstance(value, Sold):
            return
        self._sold = value
        self.query_one("#figures-now", Figures).tell(self._figures(value))
        self.main.show([self._row(order, value.sellers) for order in value.orders])
        self.screen.refresh_bindings()

    def on_resize(self) -> None:
        """Say what became of an order in the column that there is now."""
        if self._sold is not None:
            self.shown(self._sold)

    def key_list(self) -> Iterable[KeyOf]:
        """What Enter does."""
        say = self.say
        yield KeyOf(
            "enter", say("Receipt"), "enter", say("Its receipt, where it is cancelled, too")
        )

    def action_enter(self) -> None:
        """Open the receipt of the order under the cursor."""
        delivering.open_receipt(self, self.main.current_key)

    def _row(self, order: Order, sellers: dict[str, Seller]) -> Row:
        wording = self.visit.wording
        tone = "muted" if order.state == "cancelled" else ""
        return Row(
            order.order or "",
            (
                Cell(wording.short_moment(order.placed_at), "muted"),
                Cell(_named(sellers.get(order.order or "")), "muted"),
                Cell(order.user),
                Cell(products_of(order, self.say), tone),
                Cell(self._total(order), tone),
            ),
        )

    def _total(self, order: Order) -> str:
        """The total; what became of the order in its place, where no other column says that."""
        became = fate(order, self.say)
        if became and self.app.size.width < PRODUCTS_FROM_WIDTH:
            return became
        return self.visit.wording.money(order.total)

    def _figures(self, sold: Sold) -> list[Figure]:
        say, wording, totals = self.say, self.visit.wording, sold.totals
        facts = {
            "minutes": RECENT_MINUTES,
            "orders": f"{totals.orders:,}",
            "net": wording.price(totals.net),
            "refunded": wording.money(totals.refunded),
        }
        text = wording.catalogue.counted(
            totals.orders,
            "{orders} order",
            "{orders} orders",
        )
        figures = [
            Figure(filled(say("Last {minutes} minutes: {net} sold"), facts), "bold"),
            Figure(filled(text, facts)),
        ]
        if totals.refunded:
            figures.append(Figure(filled(say("given back {refunded}"), facts), "$text-warning"))
        if named := self._by_seller(sold):
            figures.append(Figure(inert(named)))
        return figures

    def _by_seller(self, sold: Sold) -> str:
        """Who placed how many of the recent orders, as far as they are listed."""
        recent = [order for order in sold.orders if order.placed_at >= sold.since]
        by_seller = Counter(_named(sold.sellers.get(order.order or "")) for order in recent)
        most = by_seller.most_common(SELLER_COUNT_MAX)
        named = " · ".join(f"{name} {count:,}" for name, count in most)
        if len(recent) == sold.totals.orders:
            return named
        facts = {"count": f"{len(recent):,}", "sellers": named}
        return filled(self.say("the newest {count}: {sellers}"), facts)


def _named(seller: Seller | None) -> str:
    """Who sold something: the channel, the login and the host."""
    return "" if seller is None else f"{seller.channel} {seller.actor}@{seller.host}"


def _read(shop: Shop) -> Sold:
    since = shop.now() - timedelta(minutes=RECENT_MINUTES)
    orders = shop.orders(limit=ROW_COUNT_MAX)
    sellers = shop.browsing.sold_by([order.order or "" for order in orders])
    return Sold(orders, sellers, since, shop.report_sales("hour", since).totals)


def open_view() -> SalesView:
    """Make this view."""
    return SalesView()
