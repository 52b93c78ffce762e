"""What is done at the till by a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shopcli.domain.records import Product
    from shopcli.tui.cart import CartLine
    from shopcli.tui.till.leftover import LeftOver


class Line(NamedTuple):
    """A line typed, scanned or pasted; where several were pasted, each is a product."""

    text: str
    is_product: bool = False


class Press(NamedTuple):
    """A function key, with what was in the field."""

    key: str
    typed: str = ""


class Step(NamedTuple):
    """An arrow: more of the line under the cursor, or less."""

    units: int


class Back(NamedTuple):
    """Escape on an empty field."""


class PutBack(NamedTuple):
    """What was typed and is in the field again, and what is said of it."""

    text: str
    told: str


class PutBy(NamedTuple):
    """What was put down, with its mark where a refused sale had left it."""

    lines: tuple[CartLine, ...] = ()
    leftover: LeftOver | None = None
    told: str = ""
    """What is said of it as long as it is there, where it is not the next thing to be taken back.

    Scans that waited behind it are taken first, or what was put down before it is taken back."""


class WhyNot(NamedTuple):
    """Why products cannot be sold as they are wanted, which is told as long as that is so."""

    told: str
    wanted: dict[str, int]
    """How many, by SKU."""

    def is_over(self, products: Iterable[Product]) -> bool:
        """Whether all of them can be sold by now."""
        there = {one.sku: one.stock if one.on_sale else 0 for one in products}
        return all(there.get(sku, 0) >= wanted for sku, wanted in self.wanted.items())


Deed = Line | Press | Step | Back
