"""The cart: products with quantities, and what was chosen for them; knows no database."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shopcli.domain.records import Product


class CartLine(NamedTuple):
    """A product as last read, and how many of it."""

    product: Product
    quantity: int

    @property
    def total(self) -> int:
        """What the line costs at that price, in minor units."""
        return self.product.price * self.quantity

    @property
    def is_there(self) -> bool:
        """Whether that many can be sold."""
        return self.product.on_sale and self.product.stock >= self.quantity


class CouponChoice(NamedTuple):
    """The coupon that a user chose by hand for the cart; None is no coupon."""

    user: str
    code: str | None


class MethodChoice(NamedTuple):
    """How money comes for the cart, as a user chose it by hand."""

    user: str
    method: str


class Cart:
    """Lines in the order they were added, one for each SKU, each of one unit or more.

    What was chosen by hand for them goes with the last of them: the next cart is another one.
    """

    def __init__(self) -> None:
        self._lines: dict[str, CartLine] = {}
        self.coupon_choice: CouponChoice | None = None
        """None while the best coupon is taken."""
        self.method_choice: MethodChoice | None = None
        """None while the usual method is taken."""

    @property
    def lines(self) -> tuple[CartLine, ...]:
        """The lines, in the order they were added."""
        return tuple(self._lines.values())

    @property
    def request(self) -> tuple[tuple[str, int], ...]:
        """(SKU, quantity) of all lines, as an order takes them."""
        return tuple((sku, line.quantity) for sku, line in self._lines.items())

    @property
    def skus(self) -> tuple[str, ...]:
        """The SKUs of all lines."""
        return tuple(self._lines)

    @property
    def total(self) -> int:
        """What all lines cost at the prices last read, in minor units."""
        return sum(line.total for line in self._lines.values())

    @property
    def count(self) -> int:
        """Units in all lines together."""
        return sum(line.quantity for line in self._lines.values())

    def quantity(self, sku: str) -> int:
        """Units of a product in the cart; 0 where it is not in it."""
        line = self._lines.get(sku)
        return 0 if line is None else line.quantity

    def name(self, sku: str) -> str:
        """The name of a product in the cart; its SKU where it is not in it."""
        line = self._lines.get(sku)
        return sku if line is None else line.product.name

    def addable(self, product: Product, quantity: int) -> int:
        """How many units of so many `change` would add to what is in the cart."""
        left = product.stock - self.quantity(product.sku) if product.on_sale else 0
        return max(0, min(quantity, left))

    def change(self, product: Product, step: int) -> int:
        """Add units of a product or remove some.

        Args:
            product: As it stands now.
            step: How many units; below 0 removes them.

        Returns:
            Units in the cart afterwards: never below 0, and none added beyond the stock.
        """
        before = self.quantity(product.sku)
        most = max(before, product.stock if product.on_sale else 0)
        after = max(0, min(before + step, most))
        if after:
            self._lines[product.sku] = CartLine(product, after)
        else:
            self._lines.pop(product.sku, None)
        if not self._lines:
            self.forget_choices()
        return after

    def take_out(self, lines: Iterable[tuple[str, int]]) -> None:
        """Remove what was bought; what was added since then stays.

        Args:
            lines: (SKU, quantity) of each.
        """
        for sku, quantity in lines:
            line = self._lines.get(sku)
            if line is not None:
                self.change(line.product, -quantity)

    def renew(self, products: Iterable[Product]) -> bool:
        """Replace the products of lines by what was read now.

        Returns:
            Whether any line changed.
        """
        changed = False
        for product in products:
            line = self._lines.get(product.sku)
            if line is not None and line.product != product:
                self._lines[product.sku] = CartLine(product, line.quantity)
                changed = True
        return changed

    def clear(self) -> None:
        """Remove every line."""
        self._lines.clear()
        self.forget_choices()

    def forget_choices(self) -> None:
        """Choose as for a new cart: the best coupon, and the usual method."""
        self.coupon_choice = self.method_choice = None
