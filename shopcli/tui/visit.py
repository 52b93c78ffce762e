"""The state of one visit to the storefront: the shop, the user, the cart, the last change."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.amounts import format_major
from shopcli.domain.facts import filled
from shopcli.domain.ids import Ids
from shopcli.domain.records.products import low_stock_mark
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.cart import Cart
from shopcli.tui.opening import may_charge
from shopcli.tui.operations import Operation
from shopcli.tui.trigger import Trigger
from shopcli.tui.widgets.fitting import apart
from shopcli.tui.wording import Wording
from shopcli.wording.catalogue import ENGLISH, Catalogue

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.domain.records import Order, Product, TopRow
    from shopcli.tui.opening import Opening
    from shopcli.tui.payment import Intent

_NAME_LENGTHS = (24, 16, 8, 4)
"""Lengths to which a user's name is cut, the longest that fits, where it does not fit whole."""

WAIT_MAX_SECONDS = 15.0
"""Bound on asking for the outcome of a payment, as that on any answer of a server."""

READ_SECONDS = 5.0
"""How long an answer must be on the screen to count as read."""


def _cut(name: str, most: int) -> str:
    """Cut the middle out of a name: names differ at their ends."""
    head = most // 2
    return name if len(name) <= most + 1 else f"{name[:head]}…{name[head - most :]}"


class Purse(NamedTuple):
    """A balance as last read, with its user."""

    user: str
    balance: int


class Reported(NamedTuple):
    """An operation whose outcome was shown, and when, in seconds of the steady clock."""

    at: float
    operation: Operation


@dataclass
class Deposit:
    """A decision to charge a balance with its idempotency key: sent again, it is booked once."""

    user: str
    amount: int
    """In minor units."""
    operation: Operation
    method: str | None = None
    """How the money came; None is the shop's first method."""
    is_sent: bool = False
    """Whether it was sent and its answer has not come yet."""
    sent_count: int = 0
    """How often it was sent."""


@dataclass
class Visit:
    """The state of one visit. Handlers change it, worker threads never do."""

    shop: Shop
    wording: Wording
    user: str | None
    """The user who shops; None until one is chosen."""
    bound: bool
    """Whether the command line named the user, who then cannot be changed here."""
    has_desk: bool
    """Whether the operator's desk is offered."""
    may_charge: bool
    """Whether balances can be charged here, as last read."""
    deliver: Callable[[str], object]
    """Sends the waiting events of an order, given its id; called in threads."""
    new_key: Callable[[], str]
    """Makes an idempotency key."""
    steady_clock: Callable[[], float]
    """Monotonic seconds."""
    trigger: Trigger
    """Rejects a press that would confirm a payment too soon after a change."""
    platform_variables: Mapping[str, str] | None = None
    """Variables with the platform's address and secrets; those of this process if None."""
    wait_max_seconds: float = WAIT_MAX_SECONDS
    """How long the outcome of a payment is asked for before it is told as not known."""
    rings: bool = False
    """Whether a till rings the terminal's bell where something is not taken."""
    sort: str = "sku"
    """How the shop's screen orders products."""
    opening: Opening | None = None
    """What was read for the first paint; None once it is shown."""
    cart: Cart = field(default_factory=Cart)
    purse: Purse | None = None
    best: dict[str, TopRow] = field(default_factory=dict)
    """The best sellers of the last days, by SKU."""
    low_stock_mark: int = 0
    """As last read, the stock at which products without a mark of their own are low."""
    deposits: dict[str, Deposit] = field(default_factory=dict)
    """Charges sent whose outcome is not known, by user."""
    doubts: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What sends a deed again, with its key, whose outcome is not known, by the deed's name."""
    asked: dict[str, str] = field(default_factory=dict)
    """Names of changes that a dialog asks about and that were not sent, by key.

    At the end they are told as not made: the answer may have been typed and not read any more.
    """
    operations: dict[str, Operation] = field(default_factory=dict)
    """Operations that were sent and whose outcome was not shown yet, by key."""
    reported: list[Reported] = field(default_factory=list)
    """Operations whose outcome was shown a moment ago."""
    command: str = ""
    """The command line that repeats the last change."""
    happens_again: str = ""
    """What happens where that line is typed again; empty where nothing is done twice."""
    told_of_deed: str = ""
    """What was said of the last deed of the desk."""

    @property
    def balance(self) -> int | None:
        """The balance of the user as last read; None where it is not known."""
        return None if self.purse is None or self.purse.user != self.user else self.purse.balance

    def note_balance(self, user: str, balance: int | None) -> None:
        """Keep a balance that was read; ignore that of another user.

        Args:
            user: The user it belongs to.
            balance: In minor units, None where it is not known.
        """
        if user == self.user:
            self.purse = None if balance is None else Purse(user, balance)

    def note_charging(self, *, may_charge: bool) -> bool:
        """Keep whether balances can be charged; return whether that has changed."""
        has_changed = may_charge != self.may_charge
        self.may_charge = may_charge
        if self.shop.role == "till":
            return has_changed
        if may_charge:
            self.wording.how_to_charge = "Press m to charge it."
        else:
            self.wording.how_to_charge = "Ask whoever runs the shop to charge it."
        return has_changed

    def is_low(self, product: Product) -> bool:
        """Whether the stock of a product is low."""
        return product.stock <= low_stock_mark(product, self.low_stock_mark)

    def renew(self, products: Iterable[Product]) -> str:
        """Replace the products in the cart by what was read now.

        Where a price changed, the key that confirms a payment does nothing for a moment.

        Returns:
            The changed prices in words; empty where none changed.
        """
        products = tuple(products)
        before = {line.product.sku: line.product.price for line in self.cart.lines}
        self.cart.renew(products)
        news = [
            self.other_price_text(one, before[one.sku])
            for one in products
            if before.get(one.sku, one.price) != one.price
        ]
        if news:
            self.trigger.disarm("\n".join(news))
        return "\n".join(news)

    def other_price_text(self, product: Product, before: int) -> str:
        """That a product has another price than was shown, in minor units."""
        facts = {
            "name": inert(product.name),
            "now": self.wording.money(product.price),
            "before": self.wording.money(before),
        }
        told = self.wording.catalogue.text("{name} costs {now} now (was {before}).")
        return filled(told, facts)

    def payment_of(self, intent: Intent, shown: Order) -> Operation:
        """Keep a payment until `settle`; what is kept at the end is reported then.

        Args:
            intent: What to buy, with its key.
            shown: The quote that was confirmed.
        """
        look = shlex.join(["shop", "receipt", "--key", intent.key])
        total_major = format_major(shown.total, self.wording.exponent)
        again = commands.order_once(shown, intent.key, total_major)
        return self.operations.setdefault(
            intent.key,
            Operation(
                intent.key,
                self.wording.catalogue.text("The payment"),
                look,
                again,
                is_payment=True,
            ),
        )

    def cancellation_of(self, order_id: str, key: str) -> Operation:
        """Keep a cancellation until `settle`, as a payment."""
        self.asked.pop(key, None)
        again = commands.cancel(order_id, key)
        return self.operations.setdefault(
            key, Operation(key, self.cancellation_text(order_id), again, is_repeatable=True)
        )

    def cancellation_text(self, order_id: str) -> str:
        """The name of a cancellation, to begin a sentence with."""
        say = self.wording.catalogue.text
        return filled(say("The cancellation of order {order}"), {"order": order_id})

    def claim_of(self, user: str, code: str) -> Operation:
        """A claim to send: that of before, with its key, while its outcome is not known."""
        if (operation := self._open_claim(user, code)) is not None:
            return operation
        key, what = self.new_key(), self._claim_text(user, code)
        return Operation(key, what, commands.claim(user, code, key), is_repeatable=True)

    def is_claim_in_doubt(self, code: str) -> bool:
        """Whether a claim of this coupon was sent for who shops, and its answer was lost."""
        operation = None if self.user is None else self._open_claim(self.user, code)
        return operation is not None and operation.in_doubt

    def _open_claim(self, user: str, code: str) -> Operation | None:
        what = self._claim_text(user, code)
        return next((one for one in self.operations.values() if one.what == what), None)

    def _claim_text(self, user: str, code: str) -> str:
        say, facts = self.wording.catalogue.text, {"coupon": inert(code), "user": inert(user)}
        return filled(say("The claim of {coupon} for {user}"), facts)

    def new_deposit(self, user: str, amount: int, method: str | None) -> Deposit:
        """A charge to send, with a key of its own.

        Args:
            user: Whose balance.
            amount: In minor units.
            method: How the money came; None is the shop's first method.
        """
        key, wording = self.new_key(), self.wording
        facts = {"amount": wording.price(amount), "user": inert(user)}
        what = filled(wording.catalogue.text("The charge of {amount} for {user}"), facts)
        again = commands.charge(user, format_major(amount, wording.exponent), key, method)
        return Deposit(user, amount, Operation(key, what, again, is_repeatable=True), method)

    def send_by(self, deposit: Deposit, method: str) -> None:
        """Let a charge come by another method from now on, where it is sent again."""
        amount = format_major(deposit.amount, self.wording.exponent)
        operation = deposit.operation
        operation.look = commands.charge(deposit.user, amount, operation.key, method)
        deposit.method = method

    @property
    def payment(self) -> Operation | None:
        """The payment of this cart whose outcome is not known; None where there is none."""
        payments = (one for one in self.operations.values() if one.is_payment)
        return next((one for one in payments if not one.is_put_down), None)

    def settle(self, operation: Operation | None) -> None:
        """Drop an operation: its outcome is shown now, and unread for `READ_SECONDS`."""
        if operation is not None:
            self.operations.pop(operation.key, None)
            others = [one for one in self._just_reported() if one.operation is not operation]
            self.reported = [*others, Reported(self.steady_clock(), operation)]

    def unread(self) -> list[Operation]:
        """Operations whose outcome nobody can have read yet."""
        just_reported = [one.operation for one in self._just_reported()]
        return [*just_reported, *self.operations.values()]

    def _just_reported(self) -> list[Reported]:
        now = self.steady_clock()
        return [one for one in self.reported if now - one.at < READ_SECONDS]

    def wallets(self) -> tuple[str, ...]:
        """User, balance and cart in words, the longest form first; no form cuts the balance."""
        count = self.cart.count
        say = self.wording.catalogue.text
        facts = {"count": count, "total": self.wording.price(self.cart.total)}
        cart = filled(say("cart {count:,} · {total}") if count else say("cart empty"), facts)
        brief = filled(say("cart {count:,}"), facts)
        if self.user is None:
            return (cart, brief)
        balance = None if self.balance is None else self.wording.money(self.balance)
        names = [
            apart(inert(name))
            for name in (self.user, *(_cut(self.user, most) for most in _NAME_LENGTHS))
        ]
        people = list(
            dict.fromkeys(name if balance is None else f"{name} {balance}" for name in names)
        )
        with_count = [f"{person}  {brief}" for person in people] if count else []
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
    pasted: Callable[[str], str] = str,
    wait_max: float = WAIT_MAX_SECONDS,
) -> Visit:
    """Make the state of a new visit.

    Args:
        shop: An open shop, with the rights of the user.
        user: The user who shops, if known.
        deliver: Sends the waiting events of an order, given its id.
        new_key: Makes idempotency keys; random ones where None.
        steady_clock: Monotonic seconds.
        catalogue: Texts in the language of the user.
        pasted: Completes the commands in a text, so that they are for this shop wherever pasted.
        wait_max: Bound on asking for the outcome of a payment, in seconds.
    """
    wording = Wording.of(shop, catalogue)
    wording.pasted = pasted
    wording.advises_commands = shop.role == "operator"
    if shop.role == "till":
        wording.how_to_charge = "f5, f6 or f7 charges it, ↓ takes something out."
        wording.how_to_take_out = "Press ↓ to take some out."
        wording.how_to_remove = "Press ↓ to take it out."
    visit = Visit(
        shop=shop,
        wording=wording,
        user=user,
        bound=shop.role == "member",
        has_desk=shop.role == "operator",
        may_charge=False,
        deliver=deliver,
        new_key=new_key or Ids(shop.now).new,
        steady_clock=steady_clock,
        trigger=Trigger(steady_clock),
        wait_max_seconds=wait_max,
    )
    wording.name_of = visit.cart.name
    visit.note_charging(may_charge=may_charge(shop))
    return visit
