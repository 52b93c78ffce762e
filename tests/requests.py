"""Requests to a shop, each as a call and, where there are files of its kind, as lines of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shopcli import Shop
from tests import factories
from tests.clocks import DEFAULT_START
from tests.factories import REASON

LONG_AGO = DEFAULT_START - timedelta(days=40)


@dataclass(frozen=True)
class Placed:
    """An order of now."""

    quantities: dict[str, int]
    coupon: str | None = None
    expected_total: int | None = None
    user: str = "kim"
    kind = "orders"

    def ask(self, shop: Shop, key: str) -> object:
        """Order."""
        return shop.order(
            self.user,
            self.quantities,
            coupon=self.coupon,
            key=key,
            expected_total=self.expected_total,
        )

    def rehearse(self, shop: Shop) -> object:
        """Order as a dry run."""
        return shop.order(
            self.user,
            self.quantities,
            coupon=self.coupon,
            expected_total=self.expected_total,
            dry_run=True,
        )

    def lines(self, key: str) -> list[str]:
        """The same as a file."""
        return [
            "key,user,sku,quantity,coupon",
            *(
                f"{key},{self.user},{sku},{n},{self.coupon or ''}"
                for sku, n in self.quantities.items()
            ),
        ]


@dataclass(frozen=True)
class Booked:
    """An order of the past."""

    quantities: dict[str, int]
    discount: int = 0
    user: str = "kim"
    kind = "orders"

    def ask(self, shop: Shop, key: str) -> object:
        """Book."""
        return shop.book(
            self.user, self.quantities, ordered_at=LONG_AGO, discount=self.discount, key=key
        )

    def lines(self, key: str) -> list[str]:
        """The same as a file."""
        return [
            "key,user,sku,quantity,ordered_at,discount",
            *(
                f"{key},{self.user},{sku},{n},{LONG_AGO.isoformat()},{self.discount}"
                for sku, n in self.quantities.items()
            ),
        ]


@dataclass(frozen=True)
class Charged:
    """Money put in."""

    amount: int = 500
    user: str = "kim"
    kind = "charges"

    def ask(self, shop: Shop, key: str) -> object:
        """Charge."""
        return shop.charge(self.user, self.amount, key=key)

    def lines(self, key: str) -> list[str]:
        """The same as a file."""
        return ["key,user,amount", f"{key},{self.user},{self.amount}"]


@dataclass(frozen=True)
class Claimed:
    """A coupon taken."""

    code: str = "GRAB"
    user: str = "kim"
    kind = "claims"

    def ask(self, shop: Shop, key: str) -> object:
        """Claim."""
        return shop.claim(self.user, self.code, key=key)

    def lines(self, key: str) -> list[str]:
        """The same as a file."""
        return ["key,user,coupon", f"{key},{self.user},{self.code}"]


@dataclass(frozen=True)
class PaidOut:
    """Money handed out; None is all of it."""

    amount: int | None = 500
    user: str = "kim"

    def ask(self, shop: Shop, key: str) -> object:
        """Pay out."""
        return shop.payout(self.user, self.amount, reason=REASON, key=key)


@dataclass(frozen=True)
class Adjusted:
    """A balance corrected."""

    by: int
    user: str = "kim"

    def ask(self, shop: Shop, key: str) -> object:
        """Adjust."""
        return shop.adjust(self.user, self.by, reason=REASON, key=key)


@dataclass(frozen=True)
class Given:
    """Money given to another user."""

    amount: int = 500
    user: str = "kim"
    to: str = "noor"

    def ask(self, shop: Shop, key: str) -> object:
        """Transfer."""
        return shop.transfer(self.user, self.to, self.amount, key=key)


@dataclass(frozen=True)
class TakenBack:
    """An entry undone: the user's newest one of a kind."""

    kind: str = "charge"
    user: str = "kim"

    def ask(self, shop: Shop, key: str) -> object:
        """Undo."""
        kinds = {entry.kind: entry.id for entry in shop.history(self.user)}
        return shop.undo(kinds[self.kind], reason=REASON, key=key)


@dataclass(frozen=True)
class PutIn:
    """Cash put into the drawer."""

    amount: int = 500

    def ask(self, shop: Shop, key: str) -> object:
        """Move cash."""
        return shop.cash_in(self.amount, reason=REASON, key=key)


@dataclass(frozen=True)
class Cancelled:
    """An order undone: the one that was placed with a key."""

    order_key: str = "bought"

    def ask(self, shop: Shop, key: str) -> object:
        """Cancel."""
        return shop.cancel(factories.id_of(shop.receipt(key=self.order_key)), key=key)


@dataclass(frozen=True)
class Refunded:
    """Part of an order given back: of the one that was placed with a key."""

    order_key: str = "bought"
    units: int = 1

    def ask(self, shop: Shop, key: str) -> object:
        """Refund."""
        order = shop.receipt(key=self.order_key)
        lines = {order.lines[0].sku: self.units}
        return shop.refund(order, lines, reason=REASON, key=key)


Filed = Placed | Booked | Charged | Claimed
"""What a file can ask for as well."""
Request = Filed | PaidOut | Adjusted | Given | TakenBack | PutIn | Cancelled | Refunded
