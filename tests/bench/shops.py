"""Shops to measure on: as many users and products as asked, plenty of stock and money."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli import Shop
from shopcli.storage.bulk import writing

if TYPE_CHECKING:
    from shopcli.storage.session import Session

PLENTY = 10**12

_ORIGIN: dict[str, str | int | None] = {
    "recorded_at": 0,
    "actor": "bench",
    "host": "bench",
    "channel": "bench",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One order to place: two products, 1 to 3 units each, a coupon on every fifth."""

    user: str
    lines: tuple[tuple[str, int], ...]
    coupon: str | None


def stocked(url: str, *, user_count: int = 1000, product_count: int = 1000) -> Shop:
    """A new shop with users that can pay for anything."""
    shop = Shop.create(url, currency="KRW", timezone="UTC")
    with shop.runtime.database.write() as session:
        _add_products(session, product_count)
        _add_users(session, user_count)
    return shop


def _add_products(session: Session, count: int) -> None:
    writing.insert_rows(
        session,
        "products",
        ("sku", "name", "price_minor", "search_text"),
        ((sku, name, price, f"{sku}\n{name}\n".lower()) for sku, name, price in products(count)),
        {"stock": PLENTY, "movement_count": 1, "on_sale": 1, "created_at": 0, **_ORIGIN},
    )
    writing.insert_rows(
        session,
        "stock_movements",
        ("sku",),
        ((sku(number),) for number in range(count)),
        {
            "sequence": 1,
            "kind": "initial",
            "quantity": PLENTY,
            "stock_after": PLENTY,
            "at": 0,
            **_ORIGIN,
        },
    )


def _add_users(session: Session, count: int) -> None:
    names = [user(number) for number in range(count)]
    writing.insert_rows(
        session,
        "users",
        ("username", "user_id"),
        ((name, f"{number:026d}") for number, name in enumerate(names)),
        {"created_at": 0, **_ORIGIN},
    )
    writing.insert_rows(
        session,
        "balances",
        ("username",),
        ((name,) for name in names),
        {"state": "active", "balance_minor": PLENTY, "entry_count": 1},
    )
    writing.insert_rows(
        session,
        "balance_entries",
        ("username", "key"),
        ((name, name) for name in names),
        {
            "sequence": 1,
            "kind": "charge",
            "amount_minor": PLENTY,
            "balance_after_minor": PLENTY,
            "at": 0,
            "fingerprint": "",
            **_ORIGIN,
        },
    )


def user(number: int) -> str:
    """Name of a user."""
    return f"user{number:05d}"


def sku(number: int) -> str:
    """SKU of a product."""
    return f"P{number:06d}"


def products(count: int) -> Iterator[tuple[str, str, int]]:
    """(SKU, name, price) of products."""
    for number in range(count):
        yield sku(number), f"Product number {number}", 100 + number % 977


class Requests:
    """An endless line of orders, the same for the same seed; coupons come from `coupons`."""

    def __init__(
        self,
        seed: int,
        *,
        user_count: int = 1000,
        product_count: int = 1000,
        hot: bool = False,
    ) -> None:
        self._random = random.Random(seed)  # noqa: S311  # a workload, not a secret
        self._users, self._products, self._hot = user_count, product_count, hot
        self.coupons: list[tuple[str, str]] = []
        """(user, coupon code) claimed and not used yet."""
        self._number = 0

    def take(self, count: int) -> list[Request]:
        """The next orders."""
        return [self._next() for _ in range(count)]

    def _next(self) -> Request:
        self._number += 1
        chosen = self._random.sample(range(self._products), 2)
        if self._hot:
            chosen[0] = 0
            chosen[1] = max(1, chosen[1])
        lines = tuple((sku(number), self._random.randint(1, 3)) for number in chosen)
        if self._number % 5 == 0 and self.coupons:
            name, code = self.coupons.pop()
            return Request(name, lines, code)
        return Request(user(self._random.randrange(self._users)), lines, None)


def hold_coupons(shop: Shop, count: int, *, user_count: int = 1000) -> list[tuple[str, str]]:
    """(user, code) of that many coupons, claimed and unused."""
    codes = [f"C{first:08d}" for first in range(0, count, user_count)]
    places = [(code, number) for code in codes for number in range(user_count)]
    with shop.runtime.database.write() as session:
        writing.insert_rows(
            session,
            "coupons",
            ("code",),
            ((code,) for code in codes),
            {
                "percent": 10,
                "claim_limit": user_count,
                "claim_count": user_count,
                "disabled": 0,
                "created_at": 0,
                **_ORIGIN,
            },
        )
        writing.insert_rows(
            session,
            "user_coupons",
            ("code", "number", "username", "key"),
            ((code, number + 1, user(number), f"{code}-{number}") for code, number in places),
            {"claim_limit": 1, "claimed_at": 0, "fingerprint": "", **_ORIGIN},
        )
    return [(user(number), code) for code, number in reversed(places)]
