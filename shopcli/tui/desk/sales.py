"""What was sold in the last minutes, as it comes in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from shopcli.domain.records import Order
from shopcli.tui.desk import delivering
from shopcli.tui.desk.orders import coming_in, order_row
from shopcli.tui.desk.view import DeskView, KeyOf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult

    from shopcli import Shop

ROW_COUNT_MAX = 100
"""Most orders listed; `shop orders` lists them all."""


@dataclass(frozen=True, slots=True)
class Sold:
    """The newest orders."""

    orders: tuple[Order, ...]


class SalesView(DeskView):
    """Lists orders as they come in."""

    NAME = "sales"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "enter", show=False)]

    def compose(self) -> ComposeResult:
        """Compose the list."""
        yield coming_in(self.say, id="incoming")

    def question(self) -> Callable[[Shop], object]:
        """Read the newest orders."""
        return lambda shop: Sold(shop.orders(limit=ROW_COUNT_MAX))

    def shown(self, value: object) -> None:
        """Show the orders."""
        if not isinstance(value, Sold):
            return
        self.main.show([order_row(order, self.visit.wording) for order in value.orders])

    def key_list(self) -> Iterable[KeyOf]:
        """What Enter does."""
        say = self.say
        yield KeyOf(
            "enter", say("Receipt"), "enter", say("Its receipt, where it is cancelled, too")
        )

    def action_enter(self) -> None:
        """Open the receipt of the order under the cursor."""
        delivering.open_receipt(self, self.main.current_key)


def open_view() -> SalesView:
    """Make this view."""
    return SalesView()
