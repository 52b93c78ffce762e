"""What one sitting at the storefront knows: the shop, who shops, the cart, what was done last."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.ids import Ids
from shopcli.domain.records import Product, TopRow
from shopcli.tui.cart import Cart
from shopcli.tui.deeds import Deed
from shopcli.tui.opening import Opening
from shopcli.tui.payment import Intent
from shopcli.tui.trigger import Trigger
from shopcli.tui.wording import Wording
from shopcli.wording.catalogue import ENGLISH, Catalogue

if TYPE_CHECKING:
    from shopcli import Shop

_NAME_LENGTHS = (24, 16, 8, 4)
"""To how many characters a name is cut where what stands beside it would not fit."""


READ_SECONDS = 5.0
"""So long an answer must stand on the screen to count as read."""


def _cut(name: str, most: int) -> str:
    """A name without its middle: names differ at either end."""
    head = most // 2
    return name if len(name) <= most + 1 else f"{name[:head]}…{name[head - most :]}"


class Purse(NamedTuple):
    """A balance as last read, and whose it is."""

    user: str
    balance: int


class Told(NamedTuple):
    """A deed whose answer was shown, and when by the steady clock, in seconds."""

    at: float
    deed: Deed


@dataclass(slots=True)
class Deposit:
    """One decision to charge a balance: whatever is pressed again, its key lets it happen once."""

    user: str
    amount: int
    """In minor units."""
    deed: Deed
    is_sent: bool = False
    """Whether an answer is on its way."""


@dataclass(slots=True)
class Visit:
    """One sitting. Handlers change it, worker threads never do."""

    shop: Shop
    wording: Wording
    user: str | None
    """Who shops; None until somebody says so."""
    bound: bool
    """Whether it was said on the command line, and cannot be changed here."""
    has_desk: bool
    """Whether whoever shops runs the shop, too."""
    may_charge: bool
    """Whether money can be put in here."""
    deliver: Callable[[str], object]
    """Sends what an order has waiting, given its id; called in threads."""
    new_key: Callable[[], str]
    """Makes an idempotency key."""
    steady_clock: Callable[[], float]
    """Seconds that only go on."""
    trigger: Trigger
    """Tells whether a press that confirms a payment was meant for what is shown."""
    opening: Opening | None = None
    """What was read for the first paint, until it is shown."""
    cart: Cart = field(default_factory=Cart)
    purse: Purse | None = None
    best: dict[str, TopRow] = field(default_factory=dict)
    """The best sellers of the last days, by SKU."""
    deposits: dict[str, Deposit] = field(default_factory=dict)
    """Charges that were sent and are not known to be booked or refused, by user."""
    deeds: dict[str, Deed] = field(default_factory=dict)
    """Payments and charges that may have been done and were not told of yet, by key."""
    told: list[Told] = field(default_factory=list)
    """Deeds that were told of a moment ago."""
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

    def renew(self, products: Iterable[Product]) -> str:
        """Take over products of the cart as they stand now.

        Where one costs something else, what confirms a payment is disarmed for a moment.

        Returns:
            What costs something else, for people; empty where nothing does.
        """
        products = tuple(products)
        before = {line.product.sku: line.product.price for line in self.cart.lines}
        self.cart.renew(products)
        money = self.wording.money
        news = [
            f"{one.name} costs {money(one.price)} now (was {money(before[one.sku])})."
            for one in products
            if before.get(one.sku, one.price) != one.price
        ]
        if news:
            self.trigger.disarm()
        return "\n".join(news)

    def payment_of(self, intent: Intent) -> Deed:
        """The deed of a payment, told of at the end unless it is settled before."""
        look = shlex.join(["shop", "receipt", "--key", intent.key])
        return self.deeds.setdefault(
            intent.key, Deed(intent.key, "The payment", look, is_payment=True)
        )

    def cancellation_of(self, order_id: str, key: str) -> Deed:
        """The deed of cancelling an order, as that of a payment."""
        look = shlex.join(["shop", "receipt", order_id])
        what = f"The cancellation of order {order_id}"
        return self.deeds.setdefault(key, Deed(key, what, look, is_payment=False))

    @property
    def is_paying(self) -> bool:
        """Whether a payment was sent and is not answered yet."""
        return any(deed.is_payment for deed in self.deeds.values())

    def settle(self, deed: Deed | None) -> None:
        """Forget a deed: what became of it was told, and can be read for a moment."""
        if deed is not None:
            self.deeds.pop(deed.key, None)
            now = self.steady_clock()
            self.told = [
                *(one for one in self.told if now - one.at < READ_SECONDS),
                Told(now, deed),
            ]

    def untold(self) -> list[Deed]:
        """Deeds that nobody can have read of yet."""
        now = self.steady_clock()
        just_told = [one.deed for one in self.told if now - one.at < READ_SECONDS]
        return [*just_told, *self.deeds.values()]

    def wallets(self) -> tuple[str, ...]:
        """Who shops with what, and the cart: the longest form first, the balance in each whole."""
        count = self.cart.count
        cart = f"cart {count} · {self.wording.price(self.cart.total)}" if count else "cart empty"
        if self.user is None:
            return (cart, f"cart {count:,}")
        balance = None if self.balance is None else self.wording.money(self.balance)
        names = [self.user, *(_cut(self.user, most) for most in _NAME_LENGTHS)]
        people = list(
            dict.fromkeys(name if balance is None else f"{name} {balance}" for name in names)
        )
        with_count = [f"{person}  cart {count:,}" for person in people] if count else []
        last = () if balance is None else (balance,)
        return (f"{people[0]}  {cart}", *with_count, *people, *last)


def begin(
    shop: Shop,
    *,
    user: str | None,
    deliver: Callable[[str], object],
    new_key: Callable[[], str] | None = None,
    steady_clock: Callable[[], float] = time.monotonic,
    catalogue: Catalogue = ENGLISH,
) -> Visit:
    """Begin a sitting.

    Args:
        shop: An open shop, with the rights of whoever shops.
        user: Who shops, if that is known.
        deliver: Sends what an order has waiting.
        new_key: Makes idempotency keys; random ones where None.
        steady_clock: Seconds that only go on.
        catalogue: Texts in the language of whoever looks.
    """
    wording = Wording.of(shop, catalogue)
    is_till = shop.role == "till"
    may_charge = not is_till and shop.may("charge")
    if is_till:
        wording.how_to_charge = "Press ↓ to take something out, or charge it first at the desk."
        wording.how_to_take_out = "Press ↓ to take some out."
    elif not may_charge:
        wording.how_to_charge = "Ask whoever runs the shop to charge it."
    return Visit(
        shop=shop,
        wording=wording,
        user=user,
        bound=shop.role == "member",
        has_desk=shop.role == "operator",
        may_charge=may_charge,
        deliver=deliver,
        new_key=new_key or Ids(shop.now).new,
        steady_clock=steady_clock,
        trigger=Trigger(steady_clock),
    )
