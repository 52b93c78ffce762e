"""The shop: search, categories, the list of products, and details of the one under the cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from shopcli.domain.records import Product
from shopcli.engine import ProductPage
from shopcli.tui.opening import Surroundings, read_surroundings
from shopcli.tui.screens.screen import StoreScreen
from shopcli.tui.store import MEDIUM_CELLS
from shopcli.tui.widgets.bars import Answer
from shopcli.tui.widgets.categories import CategoryStrip
from shopcli.tui.widgets.field import Field
from shopcli.tui.widgets.product_list import ProductList
from shopcli.tui.widgets.product_side import CartPanel, ProductDetail
from shopcli.tui.widgets.rows import Cell, Row, RowList
from shopcli.tui.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shopcli.domain.errors import ShopError

DEBOUNCE_SECONDS = 0.06
"""How long after a key the search waits for another."""

_SEARCH, _SEARCH_BRIEF = "/ search name, SKU or barcode", "/ search name or SKU"
_NO_PRODUCTS = "No products yet."
_HOW_TO_ADD = " Add one in a shell:\n\nshop product add LATTE --name Latte --price 4500"
_NO_MATCH = "Nothing matches. Press esc to see everything."


@dataclass(frozen=True, slots=True)
class Listing:
    """The first page of another listing, and what it is of."""

    page: ProductPage
    query: str
    category: str | None


class ShopScreen(StoreScreen):
    """Lists products, with the one under the cursor and the cart beside them."""

    AUTO_FOCUS = "#products"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign,space", "put(1)", "Add", key_display="+"),
        Binding("c", "pay", "Pay"),
        # These have priority, so that keys typed right after them go to the new focus.
        Binding("slash", "search", "Search", priority=True),
        Binding("escape", "everything", "All products", show=False, priority=True),
        Binding("minus", "put(-1)", "Take out"),
        Binding("left", "category(-1)", "Category", show=False),
        Binding("right", "category(1)", "Category"),
        # The last of all, as its hint is; in the search it leads to the list.
        Binding("enter,down", "to_list", show=False, priority=True),
        Binding("enter", "take", "Add"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._query = ""
        self._category: str | None = None
        self._listed: tuple[str, str | None] = ("", None)
        self._waiting: list[Callable[[], object]] = []  # keys behind a search not yet listed
        self._chosen_sku = ""
        self._trend: dict[str, tuple[int, ...]] = {}
        self._refused = ""  # why no more of a product was put into the cart, as last said

    def body(self) -> ComposeResult:
        """Compose search, categories, the list and the panels beside it."""
        with Horizontal(id="search-bar"):
            yield Field(_SEARCH, id="search")
            yield CategoryStrip()
        with Horizontal(id="shelf"):
            yield ProductList(self._row, empty=self._no_products, id="products")
            with Vertical(id="side"):
                yield ProductDetail()
                yield CartPanel()

    def on_mount(self) -> None:
        """Show what was read before the first paint."""
        opening = self.visit.opening
        if opening is not None:
            self._list.start(opening.page)
            if opening.surroundings is not None:
                self._show_surroundings(opening.surroundings)

    def on_resize(self) -> None:
        """Set the placeholder of the search that fits the width."""
        is_narrow = self.size.width < MEDIUM_CELLS
        self.query_one("#search", Input).placeholder = _SEARCH_BRIEF if is_narrow else _SEARCH

    @property
    def awaits_screen(self) -> bool:
        """While keys wait for a listing; one of them may open the checkout."""
        return bool(self._waiting)

    def give_up(self) -> None:
        """Forget the keys that wait: they are not for what is listed instead."""
        self._waiting.clear()
        super().give_up()

    def reload(self) -> None:
        """Ask for the page under the cursor and what is shown around the list."""
        opening, self.visit.opening = self.visit.opening, None
        if opening is not None and opening.surroundings is not None:
            return  # just read; the next poll asks again
        if self._is_listed:
            self._ask_page("page", self._list.page_offset)
        else:
            self._list_anew()
        visit = self.visit
        user, skus = visit.user, visit.cart.skus
        self.ask("surroundings", lambda shop: read_surroundings(shop, user, skus))

    def told(self, value: object) -> None:
        """Show a page, or what is shown around the list."""
        match value:
            case Listing(page, query, category):
                self._listed = query, category
                self._list.empty = _NO_MATCH if query or category else self._no_products
                self._list.start(page)
                waiting, self._waiting = self._waiting, []
                for obey in waiting:
                    obey()
            case ProductPage() as page:
                self._list.refresh_page(page)
            case Surroundings() as found:
                self._show_surroundings(found)

    def refused(self, about: str, error: ShopError) -> None:
        """Show why; a key that waits for a listing is not for what is listed instead."""
        if about == "listing":
            self._waiting.clear()
        super().refused(about, error)

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._query:
            self._query = event.value
            self.set_timer(DEBOUNCE_SECONDS, self._search_if_settled(event.value))

    @on(CategoryStrip.Chosen)
    def _category_chosen(self, event: CategoryStrip.Chosen) -> None:
        event.stop()
        self._category = event.category
        self._list_anew()

    @on(RowList.Moved, "#products")
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        if self._list.current_key != self._chosen_sku:
            self._chosen_sku = self._list.current_key
            self.say("")
        self._show_chosen()

    @on(RowList.Chosen, "#products")
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_put(1)

    @on(ProductList.PageWanted)
    def _page_wanted(self, event: ProductList.PageWanted) -> None:
        event.stop()
        self._ask_page(f"page at {event.offset}", event.offset)

    @on(ProductDetail.Stepped)
    def _stepped(self, event: ProductDetail.Stepped) -> None:
        event.stop()
        self.action_put(event.step)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key is active: in the search, a slash is text and Enter moves to the list."""
        if action in {"search", "to_list"}:
            return isinstance(self.focused, Input) == (action == "to_list")
        return super().check_action(action, parameters)

    def action_search(self) -> None:
        """Move the focus to the search."""
        self.set_focus(self.query_one("#search", Input))

    def action_to_list(self) -> None:
        """Move the focus from the search to the list."""
        self.set_focus(self._list)

    def action_everything(self) -> None:
        """Clear the search and list all products."""
        search = self.query_one("#search", Input)
        if search.value or self._category is not None:
            search.value = self._query = ""
            self._category = None
            self.query_one(CategoryStrip).choose(None)
            self._list_anew()
        self.set_focus(self._list)

    def action_category(self, step: int) -> None:
        """Choose the next category."""
        strip = self.query_one(CategoryStrip)
        strip.step(step)
        self._category = strip.chosen

    def action_put(self, step: int) -> None:
        """Add a unit of the product under the cursor to the cart, or remove one.

        While what was searched for is not listed yet, the key waits for it.
        """
        if not self._is_listed:
            self._waiting.append(lambda: self.action_put(step))
            return
        product = self._list.product
        if product is None:
            return
        before = self.visit.cart.quantity(product.sku)
        after = self.visit.cart.change(product, step)
        if step > 0 and after == before:
            self._refused = self._why_not(product)
            self.say(self._refused, "warn")
        elif after != before:
            self.say("")
            self._show_cart()

    def action_take(self) -> None:
        """Add a unit of the product under the cursor to the cart."""
        self.action_put(1)

    def action_pay(self) -> None:
        """Open the checkout, behind a product that waits to be put into the cart."""
        if self._waiting:
            self._waiting.append(self.store.action_cart)
        else:
            self.store.action_cart()

    def commands(self) -> Iterable[SystemCommand]:
        """The command to search, for the palette."""
        yield SystemCommand("Search products", "shop products QUERY", self.action_search)

    @property
    def _list(self) -> ProductList:
        return self.query_one("#products", ProductList)

    @property
    def _is_listed(self) -> bool:
        """Whether what is listed is what was typed and chosen last."""
        return self._listed == (self.query_one("#search", Input).value, self._category)

    @property
    def _no_products(self) -> str:
        how = self.visit.wording.pasted(_HOW_TO_ADD) if self.visit.has_desk else ""
        return f"{_NO_PRODUCTS}{how}"

    def _why_not(self, product: Product) -> str:
        """Why no more of a product can be put into the cart; empty where it can."""
        if not product.on_sale:
            return f"{product.name} is not on sale at present."
        if not product.stock:
            return f"{product.name} is sold out."
        if self.visit.cart.quantity(product.sku) < product.stock:
            return ""
        return f"All {product.stock} that are left of {product.name} are in your cart."

    def _search_if_settled(self, typed: str) -> Callable[[], None]:
        def search() -> None:
            if typed == self._query and self.is_there:
                self._list_anew()

        return search

    def _list_anew(self) -> None:
        query, category = self._query, self._category
        self.ask(
            "listing",
            lambda shop: Listing(shop.browsing.products(query, category=category), query, category),
        )

    def _ask_page(self, about: str, offset: int) -> None:
        query, category = self._query, self._category
        self.ask(
            about,
            lambda shop: shop.browsing.products(query, category=category, offset=offset),
        )

    def _show_surroundings(self, found: Surroundings) -> None:
        visit = self.visit
        if found.user is not None:
            visit.note_balance(found.user, found.balance)
        if news := visit.renew(found.in_cart):
            self.store.say(news, "warn")
        self._trend = found.trend
        visit.low_stock_mark = found.low_stock_mark
        self.note_charging(may_charge=found.may_charge)
        best = {row.sku: row for row in found.best.rows}
        self.query_one(CategoryStrip).offer(found.categories)
        if best != visit.best:
            visit.best = best
            self._list.redraw()
        self._show_cart()

    def _show_cart(self) -> None:
        self._list.redraw()
        self._show_chosen()
        self.query_one(CartPanel).tell(self.visit)
        self.show_wallet()

    def _show_chosen(self) -> None:
        product = self._list.product
        sku = "" if product is None else product.sku
        if self._refused and product is not None and self._refused != self._why_not(product):
            answer = self.query_one("#answer", Answer)
            if answer.text == self._refused:
                answer.say("")
            self._refused = ""
        self.query_one(ProductDetail).tell(self.visit, product, self._trend.get(sku, ()))

    def _row(self, product: Product) -> Row:
        quantity = self.visit.cart.quantity(product.sku)
        badge = "★ " if product.sku in self.visit.best else ""
        gone = not product.on_sale or not product.stock
        left, tone = f"{product.stock:,}", ""
        if not product.on_sale:
            left, tone = "off", "muted"
        elif not product.stock:
            left, tone = "none", "bad"
        elif self.visit.is_low(product):
            tone = "warn"
        return Row(
            product.sku,
            (
                Cell(f"{badge}{product.name}", "muted" if gone else ""),
                Cell(product.sku, "muted"),
                Cell(self.visit.wording.money(product.price), "muted" if gone else ""),
                Cell(left, tone),
                Cell(counted(quantity) if quantity else "", "accent"),
            ),
        )


def open_screen() -> ShopScreen:
    """Make the screen of this tab."""
    return ShopScreen()
