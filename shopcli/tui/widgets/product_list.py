"""The catalogue as a list of any length: keeps the pages in view and asks for missing ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from textual.geometry import Region
from textual.message import Message

from shopcli.domain.records import Product
from shopcli.engine import PAGE_SIZE_MAX, ProductPage
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.rows import Cell, Row, RowList

PAGE_COUNT_KEPT = 12
"""Most pages kept; those farthest from the cursor are dropped first."""

COLUMNS = (
    Column("PRODUCT"),
    Column("SKU", 12, whole=True, from_width=64, leave_out=9),
    Column("PRICE", 7, right=True),
    Column("LEFT", 5, right=True, leave_out=2),
    Column("CART", 4, right=True, leave_out=1),
)


class ProductList(RowList):
    """Lists products in pages, under headings where they are in groups.

    Args:
        draw: Makes the row of a product.
        rest: The heading of those that are in no group.
        empty: The text where there are no rows.
        id: Of the widget.
    """

    class PageWanted(Message):
        """A page in view is missing."""

        def __init__(self, offset: int) -> None:
            super().__init__()
            self.offset = offset

    def __init__(
        self,
        draw: Callable[[Product], Row],
        *,
        rest: str,
        empty: str,
        id: str,  # noqa: A002  # Textual's word
    ) -> None:
        super().__init__(COLUMNS, empty=empty, id=id)
        self._draw = draw
        self._rest = rest
        self._sort = ""
        self._groups: tuple[tuple[str | None, int], ...] = ()
        self._headings: dict[int, str] = {}
        """Those of groups, by the index of the first row in each."""
        self._pages: dict[int, list[Row]] = {}
        self._products: dict[str, Product] = {}
        self._total = 0
        self._asked: set[int] = set()

    @property
    def row_count(self) -> int:
        """How many products match."""
        return self._total

    @property
    def product(self) -> Product | None:
        """The product under the cursor."""
        return self._products.get(self.current_key)

    @property
    def page_offset(self) -> int:
        """The index of the first row of the page under the cursor."""
        return self.cursor // PAGE_SIZE_MAX * PAGE_SIZE_MAX

    def row_at(self, index: int) -> Row | None:
        """The row at an index; None while its page is missing, which is then asked for."""
        if not 0 <= index < self._total:
            return None
        number, place = divmod(index, PAGE_SIZE_MAX)
        page = self._pages.get(number)
        if page is None:
            if number not in self._asked:
                self._asked.add(number)
                self.post_message(self.PageWanted(number * PAGE_SIZE_MAX))
            return None
        return page[place] if place < len(page) else None

    def measured_rows(self) -> Sequence[Row]:
        """The rows of all pages that are kept."""
        return [row for page in self._pages.values() for row in page]

    def heights(self, widest: Sequence[int]) -> Sequence[int]:  # noqa: ARG002  # as of any list
        """One line for each row, and one for a heading.

        The panel beside the list shows a SKU that does not fit.
        """
        if not self._headings:
            return ()
        return [1 + (index in self._headings) for index in range(self._total)]

    def tell_sort(self, sort: str) -> None:
        """Show in a word or two how the products are sorted."""
        if sort != self._sort:
            self._sort = sort
            self.refresh(Region(0, 0, self.size.width, 1))

    def headings(self) -> list[str]:
        """What stands over each column; over the names also how they are sorted."""
        name, *others = super().headings()
        both = f"{name} {self._sort}"
        is_whole = cell_len(both) <= (self._widths or (0,))[0]
        return [both if is_whole else self._sort or name, *others]

    def heading(self, index: int) -> str:
        """The group that begins with a row."""
        return self._headings.get(index, "")

    def _lines_above(self, row: Row) -> list[Cell]:  # noqa: ARG002  # as of any list
        return []

    def _group(self, page: ProductPage) -> None:
        """Keep where each group begins; a single one needs no heading."""
        self._groups, self._headings = page.groups, {}
        first = 0
        for category, count in page.groups if len(page.groups) > 1 else ():
            self._headings[first] = self._rest if category is None else category
            first += count

    def start(self, page: ProductPage) -> None:
        """Show another listing from its first row."""
        self.is_told = True
        self._forget()
        self._take(page)
        self.set_reactive(RowList.cursor, 0)
        if self.scroll_offset.y:
            self.scroll_to(y=0, animate=False)
        self._settle()
        self.post_message(self.Moved(self))

    def refresh_page(self, page: ProductPage) -> None:
        """Replace a page; if the number of products changed, drop all others."""
        number, key = page.offset // PAGE_SIZE_MAX, self.current_key
        self.is_told = True
        rows = [self._draw(product) for product in page.products]
        self._asked.discard(number)
        before = self._pages.get(number)
        is_same = (page.total, page.groups) == (self._total, self._groups)
        if is_same and before is not None and len(before) == len(rows):
            self._keep(number, page, rows)
            self._redraw(number, before, rows)
        else:
            if not is_same:
                self._forget()
            self._take(page)
            self._settle()
        if key and key != self.current_key:
            self._find(key, number)
        self.post_message(self.Moved(self))

    def redraw(self) -> None:
        """Make the rows of kept pages again: the cart or the best sellers changed."""
        for number, before in list(self._pages.items()):
            rows = [self._draw(self._products[row.key]) for row in before]
            self._pages[number] = rows
            self._redraw(number, before, rows)

    def _redraw(self, number: int, before: list[Row], rows: list[Row]) -> None:
        widths = self._widths
        self._measure()
        if widths != self._widths:
            self.refresh()
            return
        for place, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                self.refresh_row(number * PAGE_SIZE_MAX + place)

    def _take(self, page: ProductPage) -> None:
        number = page.offset // PAGE_SIZE_MAX
        self._total = page.total
        if page.groups != self._groups:
            self._group(page)
        self._asked.discard(number)
        self._keep(number, page, [self._draw(product) for product in page.products])
        here = self.cursor // PAGE_SIZE_MAX
        while len(self._pages) > PAGE_COUNT_KEPT:
            farthest = max(self._pages, key=lambda known: abs(known - here))
            for row in self._pages.pop(farthest):
                self._products.pop(row.key, None)

    def _keep(self, number: int, page: ProductPage, rows: list[Row]) -> None:
        self._pages[number] = rows
        self._products |= {product.sku: product for product in page.products}

    def _settle(self) -> None:
        self._measure()
        self.resize_contents()
        if self.cursor >= self._total:
            self.cursor = max(0, self._total - 1)
        self.refresh()

    def _find(self, key: str, number: int) -> None:
        for place, row in enumerate(self._pages.get(number, ())):
            if row.key == key:
                self.cursor = number * PAGE_SIZE_MAX + place
                return

    def _forget(self) -> None:
        self._pages.clear()
        self._products.clear()
        self._asked.clear()
