"""What one sitting at the storefront knows: the shop, who shops, the cart, what was done last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shopcli.domain.ids import Ids
from shopcli.domain.records import TopRow
from shopcli.tui.cart import Cart
from shopcli.tui.shelf import Opening
from shopcli.tui.wording import Wording

if TYPE_CHECKING:
    from shopcli import Shop


@dataclass(slots=True)
class Visit:
    """One sitting. Handlers change it, worker threads never do."""

    shop: Shop
    wording: Wording
    user: str | None
    """Who shops; None until somebody says so."""
    bound: bool
    """Whether it was said on the command line, and cannot be changed here."""
    deliver: Callable[[str], object]
    """Sends what an order has waiting, given its id; called in threads."""
    new_key: Callable[[], str]
    """Makes an idempotency key."""
    opening: Opening | None = None
    """What was read for the first paint, until it is shown."""
    cart: Cart = field(default_factory=Cart)
    balance: int | None = None
    best: dict[str, TopRow] = field(default_factory=dict)
    """The best sellers of the last days, by SKU."""
    doubt: str = ""
    """The key of a payment that was sent and not answered: it may have gone through."""
    command: str = ""
    """The command line of what was done last."""

    def wallet(self) -> str:
        """Who shops with what, and the cart."""
        told = []
        if self.user is not None:
            balance = "" if self.balance is None else f" {self.wording.money(self.balance)}"
            told.append(f"{self.user}{balance}")
        count = self.cart.count
        told.append(
            f"cart {count} · {self.wording.price(self.cart.total)}" if count else "cart empty"
        )
        return "  ".join(told)


def begin(
    shop: Shop,
    *,
    user: str | None,
    bound: bool,
    deliver: Callable[[str], object],
    new_key: Callable[[], str] | None = None,
) -> Visit:
    """Begin a sitting.

    Args:
        shop: An open shop.
        user: Who shops, if that is known.
        bound: Whether that is settled.
        deliver: Sends what an order has waiting.
        new_key: Makes idempotency keys; random ones where None.
    """
    return Visit(
        shop=shop,
        wording=Wording.of(shop),
        user=user,
        bound=bound and user is not None,
        deliver=deliver,
        new_key=new_key or Ids(shop.now).new,
    )
