"""Shops to measure on: as many users and products as asked, plenty of stock and money."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from shopcli import Shop

PLENTY = 10**12


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
        for sku, name, price in products(product_count):
            session.change(
                "INSERT INTO products (sku, name, price_minor, stock, movement_count, on_sale,"
                " search_text, created_at, recorded_at, actor, host, channel)"
                " VALUES (:sku, :name, :price, 0, 0, 1, :text, 0, 0, 'bench', 'bench', 'bench')",
                {"sku": sku, "name": name, "price": price, "text": f"{sku}\n{name}\n".lower()},
            )
            session.change(
                "UPDATE products SET stock = :plenty, movement_count = 1 WHERE sku = :sku",
                {"sku": sku, "plenty": PLENTY},
            )
            session.change(
                "INSERT INTO stock_movements (sku, sequence, kind, quantity, stock_after, at,"
                " recorded_at, actor, host, channel)"
                " VALUES (:sku, 1, 'initial', :plenty, :plenty, 0, 0, 'bench', 'bench', 'bench')",
                {"sku": sku, "plenty": PLENTY},
            )
        for number in range(user_count):
            name = user(number)
            session.change(
                "INSERT INTO users (username, user_id, created_at, recorded_at, actor, host,"
                " channel)"
                " VALUES (:user, :id, 0, 0, 'bench', 'bench', 'bench')",
                {"user": name, "id": f"{number:026d}"},
            )
            session.change(
                "INSERT INTO balances VALUES (:user, 'active', :plenty, 1)",
                {"user": name, "plenty": PLENTY},
            )
            session.change(
                "INSERT INTO balance_entries (username, sequence, kind, amount_minor,"
                " balance_after_minor, at, key, fingerprint, recorded_at, actor, host, channel)"
                " VALUES (:user, 1, 'charge', :plenty, :plenty, 0, :user, '', 0, 'bench', 'bench',"
                " 'bench')",
                {"user": name, "plenty": PLENTY},
            )
    return shop


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
    held: list[tuple[str, str]] = []
    with shop.runtime.database.write() as session:
        while len(held) < count:
            code = f"C{len(held):08d}"
            session.change(
                "INSERT INTO coupons (code, percent, claim_limit, claim_count, disabled,"
                " created_at,"
                " recorded_at, actor, host, channel)"
                " VALUES (:code, 10, :limit, :limit, 0, 0, 0, 'bench', 'bench', 'bench')",
                {"code": code, "limit": user_count},
            )
            for number in range(user_count):
                session.change(
                    "INSERT INTO user_coupons (code, number, username, claim_limit, claimed_at,"
                    " key, fingerprint,"
                    " recorded_at, actor, host, channel)"
                    " VALUES (:code, :number, :user, 1, 0, :key, '', 0, 'bench', 'bench', 'bench')",
                    {
                        "code": code,
                        "number": number + 1,
                        "user": user(number),
                        "key": f"{code}-{number}",
                    },
                )
                held.append((user(number), code))
    held.reverse()
    return held
