"""Any product by search: restock it, change its price, take it off sale or put it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from shopcli.domain.facts import filled
from shopcli.domain.records import Product, StockMovement
from shopcli.domain.records.products import low_stock_mark
from shopcli.domain.showing import inert
from shopcli.tui.desk import stocking
from shopcli.tui.desk.search import SearchView
from shopcli.tui.desk.view import KeyOf
from shopcli.tui.widgets.columns import Column, folded
from shopcli.tui.widgets.rows import Cell, Row
from shopcli.tui.wording import ending
from shopcli.wording.kinds import MOVEMENTS, worded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult

    from shopcli import Shop
    from shopcli.tui.wording import Wording

ROW_COUNT_MAX = 100
"""Most products listed: a search finds the others."""

MOVEMENT_COUNT_MAX = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    query: str
    products: tuple[Product, ...]
    total: int
    low_stock_mark: int


@dataclass(frozen=True, slots=True)
class History:
    """How the stock of a product changed, the newest first."""

    product: Product
    movements: tuple[StockMovement, ...]


class ProductsView(SearchView[Product]):
    """Lists what a search finds, on sale or not."""

    NAME = "products"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "restock", show=False),
        Binding("p", "price", show=False),
        Binding("o", "on_sale", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(_history, _title, _drawn)

    def compose(self) -> ComposeResult:
        """Compose the field, the list, and how much of all it shows."""
        say = self.say
        columns = (
            Column(say("PRODUCT")),
            Column(say("SKU"), 12, from_width=60, leave_out=3),
            Column(say("PRICE"), 7, right=True),
            Column(say("LEFT"), 5, right=True),
            Column(say("MARK"), 4, right=True, from_width=60, leave_out=2),
            Column(say("SALE"), 4, leave_out=4),
        )
        yield from self.parts(
            say("search SKU, name, barcode"), columns, say("No product is like that.")
        )

    def question(self) -> Callable[[Shop], object]:
        """Read what the search finds."""
        query = self.typed

        def read(shop: Shop) -> Found:
            page = shop.browsing.products(query, limit=ROW_COUNT_MAX)
            return Found(query, page.products, page.total, shop.browsing.low_stock_mark())

        return read

    def row_keys(self) -> Iterable[KeyOf]:
        """The keys of a product."""
        say, product = self.say, self.under_cursor
        yield KeyOf("s", say("Restock"), "restock", say("Add units that came in"))
        yield KeyOf("p", say("Price"), "price", say("Change its price"))
        is_off = product is not None and not product.on_sale
        name = say("On sale") if is_off else say("Off sale")
        yield KeyOf("o", name, "on_sale", say("Take it off sale, or put it back"))
        yield KeyOf("enter", say("History"), "enter", say("Show how its stock changed"))

    def no_row(self) -> str:
        """That no product is under the cursor."""
        return self.say("No product is chosen: / searches.")

    def action_restock(self) -> None:
        """Ask how many units came in."""
        if (product := self.wanted()) is not None:
            stocking.restock(self, product)

    def action_price(self) -> None:
        """Ask for the new price."""
        if (product := self.wanted()) is not None:
            stocking.change_price(self, product)

    def action_on_sale(self) -> None:
        """Take it off sale, or put it back."""
        if (product := self.wanted()) is not None:
            stocking.switch_sale(self, product)

    def show_found(self, value: Found) -> None:
        """Show the products that were found."""
        wording, say = self.visit.wording, self.say
        facts = {"shown": f"{len(value.products):,}", "total": f"{value.total:,}"}
        more = value.total > len(value.products)
        told = filled(say("{shown} of {total}: type to find the others"), facts) if more else ""
        rows = [self._row(product, value.low_stock_mark) for product in value.products]
        products = {product.sku: product for product in value.products}
        self.list_found(value.query, products, rows, wording.pasted(told))

    def _row(self, product: Product, shop_mark: int) -> Row:
        say = self.say
        mark = low_stock_mark(product, shop_mark)
        tone = "bad" if not product.stock else "warn" if product.stock <= mark else ""
        on_sale = say("yes") if product.on_sale else say("off")
        return Row(
            product.sku,
            (
                Cell(product.name, "" if product.on_sale else "muted"),
                Cell(product.sku, "muted"),
                Cell(self.visit.wording.money(product.price)),
                Cell(f"{product.stock:,}", tone),
                Cell(f"{mark:,}", "muted"),
                Cell(on_sale, "muted" if product.on_sale else "warn"),
            ),
        )

    def open_page(self, history: History) -> None:
        """Open how the stock of a product changed."""
        from shopcli.tui.desk.page import PageScreen  # only where one is opened

        wording, sku = self.visit.wording, history.product.sku

        def page(read: History) -> tuple[str, Callable[[int], Content]]:
            return _title(read, wording), lambda width: _drawn(read, wording, width)

        self.app.push_screen(PageScreen(*page(history), lambda shop: page(_history(shop, sku))))


def _history(shop: Shop, sku: str) -> History:
    movements = shop.product_history(sku, limit=MOVEMENT_COUNT_MAX)
    return History(shop.product(sku), movements[::-1])


def _title(history: History, wording: Wording) -> str:
    say = wording.catalogue.text
    facts = {"name": history.product.name, "stock": f"{history.product.stock:,}"}
    return filled(say("{name}: {stock} in stock"), facts)


def _drawn(history: History, wording: Wording, width: int) -> Content:
    say = wording.catalogue.text
    parts: list[str | tuple[str, str]] = []
    for one in history.movements:
        sign = "+" if one.quantity > 0 else ""
        kind = worded(one.kind, MOVEMENTS, say)
        what = " ".join(filter(None, (kind, ending(one.order), one.reason)))
        moved = f"{sign}{one.quantity:,} → {one.stock_after:,}"
        parts.append((f"{wording.moment(one.at)}  {moved}\n", "$text-accent"))
        who = f"{what} · {one.actor}@{one.host} {one.channel}"
        parts += [f"    {line}\n" for line in folded(inert(who), width - 4)]
    if len(history.movements) == MOVEMENT_COUNT_MAX:
        parts.append((say("Older ones are not shown."), "$foreground-muted"))
    return Content.assemble(*parts).rstrip()


def open_view() -> ProductsView:
    """Make this view."""
    return ProductsView()
