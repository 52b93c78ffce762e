"""What one sitting at the storefront knows: the shop, who shops, the cart, what was done last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.ids import Ids
from shopcli.domain.records import TopRow
from shopcli.tui.cart import Cart
from shopcli.tui.shelf import Opening
from shopcli.tui.wording import Wording

if TYPE_CHECKING:
    from shopcli import Shop

_NAME_LENGTHS = (24, 16, 8, 4)
"""To how many characters a name is cut where the balance beside it would not fit."""


class Purse(NamedTuple):
    """A balance as last read, and whose it is."""

    user: str
    balance: int


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
    purse: Purse | None = None
    best: dict[str, TopRow] = field(default_factory=dict)
    """The best sellers of the last days, by SKU."""
    doubt: str = ""
    """The key of a payment that was sent and not answered: it may have gone through."""
    command: str = ""
    """The command line of what was done last."""

    @property
    def balance(self) -> int | None:
        """What whoever shops can spend, as last read; None where that is not known."""
        return None if self.purse is None or self.purse.user != self.user else self.purse.balance

    def note_balance(self, user: str, balance: int | None) -> None:
        """Take over a balance that was read; anybody else's is left aside.

        Args:
            user: Whose.
            balance: In minor units, None where it is not known.
        """
        if user == self.user:
            self.purse = None if balance is None else Purse(user, balance)

    def wallets(self) -> tuple[str, ...]:
        """Who shops with what, and the cart: the longest form first, the balance in each whole."""
        count = self.cart.count
        cart = f"cart {count} · {self.wording.price(self.cart.total)}" if count else "cart empty"
        if self.user is None:
            return (cart, f"cart {count:,}")
        if self.balance is None:
            return (f"{self.user}  {cart}", f"{self.user}  cart {count:,}", self.user)
        balance = self.wording.money(self.balance)
        cut = (f"{self.user[:most]}… {balance}" for most in _NAME_LENGTHS if most < len(self.user))
        whole = f"{self.user} {balance}"
        return (f"{whole}  {cart}", f"{whole}  cart {count:,}", whole, *cut, balance)


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
