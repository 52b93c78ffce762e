"""The shop: search, categories, the list of products, and details of the one under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from shopcli.domain.facts import filled
from shopcli.domain.records import Product
from shopcli.domain.showing import inert
from shopcli.engine import SORTED_COUNT_MAX, ProductPage
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
    from shopcli.domain.records import UsualBasket
    from shopcli.engine import Category
    from shopcli.tui.screens.picking import Picked

DEBOUNCE_SECONDS = 0.06
"""How long after a key the search waits for another."""

_SEARCH = "/ search name, SKU or barcode"
_SEARCH_BRIEF = "/ search name or SKU"
_ADDS_ONE = "shop product add LATTE --name Latte --price 4500"
_NO_MATCH = "Nothing matches. Press esc to see everything."

SORTS = {
    "category": "by category",
    "name": "by name",
    "price": "by price",
    "sold": "best sold",
    "sku": "by SKU",
}
"""The ways to sort products, in their order, and how each is called."""


class Listing(NamedTuple):
    """The first page of another listing, and what it is of."""

    page: ProductPage
    query: str
    category: str | None
    sort: str
    """As it was asked for."""


class ShopScreen(StoreScreen):
    """Lists products, with the one under the cursor and the cart beside them."""

    AUTO_FOCUS = "#products"
    CSS_PATH = None  # its styles are the application's
    OPENING = frozenset({"usual", "again"})
    READS_BALANCE = True
    ON_BUTTON = frozenset({"search"})  # its field says so
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign,space", "put(1)", "Add", key_display="+"),
        Binding("c", "pay", "Pay"),
        # These have priority, so that keys typed right after them go to the new focus.
        Binding("slash", "search", "Search", priority=True),
        Binding("escape", "everything", "All products", priority=True),
        Binding("minus", "put(-1)", "Take out"),
        Binding("n", "ask_quantity", "How many", show=False),
        Binding("o", "order", "Sort"),
        Binding("g", "pick_category", "Category"),
        Binding("b", "usual", "Usual", tooltip="Put into the cart what you order again and again"),
        Binding("left", "category(-1)", show=False),
        Binding("right", "category(1)", "Next category, ← the one before", show=False),
        # The last of all, as its hint is; in the search it leads to the list.
        Binding("enter", "to_list", "To the list", priority=True),
        Binding("down", "to_list", "To the list", show=False, priority=True),
        Binding("enter", "take", "Add"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._query = ""
        self._category: str | None = None
        self._listed: tuple[str, str | None, str] = ("", None, self.visit.sort)
        self._waiting: list[Callable[[], object]] = []  # keys behind a search not yet listed
        self._chosen_sku = ""
        self._categories: tuple[Category, ...] = ()
        self._is_told_of_sort = True  # at the beginning nobody asked for another
        self._trend: dict[str, tuple[int, ...]] = {}
        self._refused = ""  # why no more of a product was put into the cart, as last said

    def body(self) -> ComposeResult:
        """Compose search, categories, the list and the panels beside it."""
        say = self.visit.wording.catalogue.text
        with Horizontal(id="search-bar"):
            yield Field(say(_SEARCH), id="search")
            yield CategoryStrip(say("All"), say("no category"))
        with Horizontal(id="shelf"):
            rest = say("no category")
            yield ProductList(self._row, rest=rest, empty=self._no_products, id="products")
            with Vertical(id="side"):
                yield ProductDetail()
                yield CartPanel()

    def on_mount(self) -> None:
        """Show what was read before the first paint."""
        opening = self.visit.opening
        if opening is not None:
            self._show_order(opening.page)
            self._list.start(opening.page)
            if opening.surroundings is not None:
                self._show_surroundings(opening.surroundings)

    def on_resize(self) -> None:
        """Set the placeholder of the search that fits the width."""
        is_narrow = self.size.width < MEDIUM_CELLS
        self.query_one("#search", Input).placeholder = self.visit.wording.catalogue.text(
            _SEARCH_BRIEF if is_narrow else _SEARCH
        )
        self.call_after_refresh(self._show_chosen)  # written closer where there is little room

    @property
    def awaits_screen(self) -> bool:
        """While keys wait for a listing; one of them may open the checkout."""
        return bool(self._waiting) or super().awaits_screen

    def give_up(self) -> None:
        """Forget the keys that wait: they are not for what is listed instead."""
        self._waiting.clear()
        super().give_up()

    def reload(self) -> None:
        """Ask for the page under the cursor and what is shown around the list."""
        opening, self.visit.opening = self.visit.opening, None
        if opening is not None:  # just read; the next poll asks again
            if opening.surroundings is None:
                self.call_after_refresh(self._ask_surroundings)  # the first paint waits for none
            return
        if self._is_listed:
            self._ask_page("page", self._list.page_offset)
        else:
            self._list_anew()
        self._ask_surroundings()

    def _ask_surroundings(self) -> None:
        visit = self.visit
        user, skus = visit.user, visit.cart.skus
        self.ask("surroundings", lambda shop: read_surroundings(shop, user, skus))

    def told(self, value: object) -> None:
        """Show a page, or what is shown around the list."""
        match value:
            case Listing(page, query, category, sort):
                self._listed = query, category, sort
                no_match = self.visit.wording.catalogue.text(_NO_MATCH)
                self._list.empty = no_match if query or category is not None else self._no_products
                self._show_order(page)
                self._list.start(page)
                waiting, self._waiting = self._waiting, []
                for obey in waiting:
                    obey()
            case ProductPage() as page:
                self._show_order(page)
                self._list.refresh_page(page)
            case Surroundings() as found:
                self._show_surroundings(found)
            case _:
                self._show_usual(value)

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
            self.refresh_bindings()
            self.set_timer(DEBOUNCE_SECONDS, self._search_if_settled(event.value))

    @on(CategoryStrip.Chosen)
    def _category_chosen(self, event: CategoryStrip.Chosen) -> None:
        event.stop()
        self._category = event.category
        self._list_anew()
        self.refresh_bindings()

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
        if action == "everything":
            return bool(self._query) or self._category is not None or self._is_searching
        return super().check_action(action, parameters)

    def action_search(self) -> None:
        """Move the focus to the search."""
        self.set_focus(self.query_one("#search", Input))

    def action_to_list(self) -> None:
        """Move the focus from the search to the list."""
        self.set_focus(self._list)

    def action_order(self) -> None:
        """Order the products by the next of the orders, and begin at the first of them."""
        names, self._is_told_of_sort = list(SORTS), False
        self.visit.sort = names[(names.index(self.visit.sort) + 1) % len(names)]
        self._list_anew()

    def action_pick_category(self) -> None:
        """Choose one of the categories, however many there are."""
        from shopcli.tui.screens.picking import CategoriesScreen  # only when somebody picks one

        def picked(found: Picked | None) -> None:
            if found is not None:
                self._choose_category(found.category)

        if self._categories:
            self.store.forget_answers()
            self.app.push_screen(CategoriesScreen(self._categories, self._category), picked)
        else:
            self.say(self.visit.wording.catalogue.text("No product has a category yet."))

    def _choose_category(self, category: str | None) -> None:
        self._category = category
        self.query_one(CategoryStrip).choose(category)
        self._list_anew()
        self.refresh_bindings()

    def action_everything(self) -> None:
        """Clear the search and list all products."""
        search = self.query_one("#search", Input)
        if search.value or self._category is not None:
            search.value = self._query = ""
            self._choose_category(None)
        self.set_focus(self._list)

    def action_category(self, step: int) -> None:
        """Choose the next category."""
        strip = self.query_one(CategoryStrip)
        strip.step(step)
        self._category = strip.chosen
        self.refresh_bindings()

    def action_put(self, step: int) -> None:
        """Add a unit of the product under the cursor to the cart, or remove one.

        While what was searched for is not listed yet, the key waits for it.
        """
        if not self._is_listed:
            self._waiting.append(lambda: self.action_put(step))
            return
        product = self._wanted()
        if product is None:
            return
        before = self.visit.cart.quantity(product.sku)
        after = self.visit.cart.change(product, step)
        if step > 0 and after == before:
            self._refused = self._why_not(product)
            self.say(self._refused, "warn")
        elif step < 0 and not before:
            say = self.visit.wording.catalogue.text
            facts = {"name": inert(product.name)}
            self.say(filled(say("{name} is not in the cart."), facts), "warn")
        elif after != before:
            self.say("")
            self._show_cart()

    def action_ask_quantity(self) -> None:
        """Ask how many of the product under the cursor are to be in the cart."""
        from shopcli.tui.screens.quantity import ask_quantity  # only where somebody asks

        if not self._is_listed:
            self._waiting.append(self.action_ask_quantity)
            return
        product = self._wanted()
        if product is None:
            return
        if self.visit.cart.quantity(product.sku) or not self._why_not(product):
            ask_quantity(self.store, product, self._after_quantity)
        else:
            self.say(self._why_not(product), "warn")

    def _wanted(self) -> Product | None:
        """The product under the cursor; says why where there is none."""
        product = self._list.product
        if product is None:
            say = self.visit.wording.catalogue.text
            self.say(say("No product is listed here: esc shows them all."), "warn")
        return product

    def _after_quantity(self, told: str) -> None:
        self.say(told, "warn")
        self._show_cart()

    def action_usual(self) -> None:
        """Offer what the user orders again and again."""
        from shopcli.tui.journal.usual import read_usual  # as below

        user = self.visit.user
        if user is None:
            self.store.with_user(self.action_usual)
        else:
            self.ask("usual", lambda shop: read_usual(shop, user))

    def _show_usual(self, value: object) -> None:
        """Offer baskets that were read, or put one into the cart."""
        # Only where somebody asks for them: nothing of this is loaded before the first paint.
        from shopcli.tui.journal.again import Again, put_again, read_again
        from shopcli.tui.journal.usual import Usual
        from shopcli.tui.screens.usual import UsualScreen

        def chosen(basket: UsualBasket | None) -> None:
            if basket is not None:
                self.ask("again", lambda shop: read_again(shop, basket.order, basket.lines))

        match value:
            case Again() as again:
                told, is_whole = put_again(
                    again, self.visit.cart, self.visit.wording, is_basket=True
                )
                self._show_cart()
                self.say(told, "good" if is_whole else "warn")
            case Usual(baskets=()):
                say = self.visit.wording.catalogue.text
                self.say(say("Nothing was ordered twice yet: what is, will be offered here."))
            case Usual(user=user) as usual if user == self.visit.user:
                self.store.forget_answers()
                self.app.push_screen(UsualScreen(usual), chosen)

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
        say = self.visit.wording.catalogue.text
        yield SystemCommand(say("Search products"), "shop products QUERY", self.action_search)
        yield SystemCommand(say("Sort products"), "o", self.action_order)
        yield SystemCommand(say("Choose a category"), "g", self.action_pick_category)
        yield SystemCommand(say("Usual baskets"), "b", self.action_usual)

    @property
    def _list(self) -> ProductList:
        return self.query_one("#products", ProductList)

    @property
    def _is_listed(self) -> bool:
        """Whether what is listed is what was typed and chosen last."""
        typed = self.query_one("#search", Input).value
        return self._listed == (typed, self._category, self.visit.sort)

    @property
    def _is_searching(self) -> bool:
        """Whether the search has the focus."""
        return isinstance(self.focused, Input)

    @property
    def _no_products(self) -> str:
        say = self.visit.wording.catalogue.text
        told = say("No products yet.")
        if self.visit.has_desk:
            how = say("Add one in a shell:")
            told += f" {how}\n\n{self.visit.wording.pasted(_ADDS_ONE)}"
        return told

    def _why_not(self, product: Product) -> str:
        """Why no more of a product can be put into the cart; empty where it can."""
        say, facts = self.visit.wording.catalogue.text, {"name": inert(product.name)}
        if not product.on_sale:
            return filled(say("{name} is not on sale at present."), facts)
        if not product.stock:
            return filled(say("{name} is sold out."), facts)
        if self.visit.cart.quantity(product.sku) < product.stock:
            return ""
        told = say("All {stock:,} that are left of {name} are in your cart.")
        return filled(told, {**facts, "stock": product.stock})

    def _search_if_settled(self, typed: str) -> Callable[[], None]:
        def search() -> None:
            if typed == self._query and self.is_there:
                self._list_anew()

        return search

    def _list_anew(self) -> None:
        query, category, sort = self._query, self._category, self.visit.sort
        self.ask(
            "listing",
            lambda shop: Listing(
                shop.browsing.products(query, category=category, sort=sort),
                query,
                category,
                sort,
            ),
        )

    def _ask_page(self, about: str, offset: int) -> None:
        query, category, sort = self._query, self._category, self.visit.sort
        self.ask(
            about,
            lambda shop: shop.browsing.products(query, category=category, offset=offset, sort=sort),
        )

    def _show_order(self, page: ProductPage) -> None:
        """Name the order; say so where there are too many products for the one asked for."""
        say = self.visit.wording.catalogue.text
        self._list.tell_sort(say(SORTS[page.sort]))
        is_other = page.sort != self.visit.sort
        if is_other and not self._is_told_of_sort:
            facts = {"most": SORTED_COUNT_MAX}
            told = say("By SKU: more than {most:,} are not sorted. Search, or press g.")
            self.say(filled(told, facts))
        self._is_told_of_sort = is_other

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
        self._categories = found.categories
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
        say = self.visit.wording.catalogue.text
        left, tone = f"{product.stock:,}", ""
        if not product.on_sale:
            left, tone = say("off"), "muted"
        elif not product.stock:
            left, tone = say("none"), "bad"
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
