"""The floor on SQLite: the same rows in the same schema, by hand, with no rule checked.

It uses the driver and the pragmas of the shop, so that only the shop's own work differs.
"""

from __future__ import annotations

import time
from itertools import count
from typing import Any

from shopcli.storage.addresses import SqliteAddress
from shopcli.storage.sqlite.transactions import SqliteDatabase
from tests.bench.shops import Request

_HEAD = '{"specversion":"1.0","source":"urn:shopcli:01m81r","type":"shop.order.paid","id":"'
_TAIL = "x" * 640
"""Together with ids and total as long as a real event of two lines."""

HOUR = 3_600_000_000
DAY = 24 * HOUR


class Floor:
    """A bare connection that places orders and charges balances as fast as SQL allows."""

    def __init__(self, path: str) -> None:
        self._database = SqliteDatabase(SqliteAddress(path))
        self._session = self._database.pool.take()
        self.connection: Any = self._session.connection
        self._ids = count()
        self._origin = f"{time.monotonic_ns():x}"

    def close(self) -> None:
        """Close the connection."""
        self._database.pool.give_back(self._session)
        self._database.close()

    def _id(self) -> str:
        return f"{self._origin}{next(self._ids):012d}"[-26:].rjust(26, "0")

    def begin(self) -> None:
        """Take the write lock, waiting as the shop does."""
        while True:
            try:
                self.connection.execute("BEGIN IMMEDIATE")
            except self._database.error:
                time.sleep(0.0005)
            else:
                return

    def order(self, request: Request) -> None:
        """Place an order: 2 lines, all effects, one durable commit."""
        execute, executemany = self.connection.execute, self.connection.executemany
        now = time.time_ns() // 1000
        self.begin()
        lines = []
        subtotal = 0
        for position, (sku, quantity) in enumerate(request.lines, start=1):
            price, name, stock, movements = execute(
                "UPDATE products SET stock = stock - ?, movement_count = movement_count + 1"
                " WHERE sku = ? AND stock >= ? RETURNING price_minor, name, stock, movement_count",
                (quantity, sku, quantity),
            ).fetchall()[0]
            subtotal += price * quantity
            lines.append([position, sku, name, quantity, price, stock, movements, 0])
        discount = 0
        if request.coupon:
            discount = subtotal // 10
            lines[0][7] = min(discount, lines[0][3] * lines[0][4])
            lines[1][7] = discount - lines[0][7]
        total = subtotal - discount
        ((balance, entries),) = execute(
            "UPDATE balances SET balance_minor = balance_minor - ?, entry_count = entry_count + 1"
            " WHERE username = ? AND balance_minor >= ? RETURNING balance_minor, entry_count",
            (total, request.user, total),
        ).fetchall()
        order_id, event_id, key = self._id(), self._id(), self._id()
        execute(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 'root', 'host',"
            " 'api', NULL)",
            (
                *(order_id, request.user, subtotal, discount, total, request.coupon, balance),
                *(now, key, "0" * 32, now),
            ),
        )
        executemany(
            "INSERT INTO order_lines VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (order_id, position, sku, name, quantity, price, price * quantity, share)
                for position, sku, name, quantity, price, _, _, share in lines
            ],
        )
        executemany(
            "INSERT INTO stock_movements VALUES (?, ?, 'sale', ?, ?, ?, NULL, ?, ?, 'root', 'host',"
            " 'api', NULL)",
            [
                (sku, movements, -quantity, stock, order_id, now, now)
                for _, sku, _, quantity, _, stock, movements, _ in lines
            ],
        )
        execute(
            "INSERT INTO balance_entries VALUES (?, ?, 'payment', ?, ?, ?, ?, NULL, NULL, ?,"
            " 'root',"
            " 'host', 'api', NULL, NULL)",
            (request.user, entries, -total, balance, order_id, now, now),
        )
        if request.coupon:
            execute(
                "UPDATE user_coupons SET order_id = ?, redeemed_at = ?"
                " WHERE username = ? AND code = ? AND order_id IS NULL",
                (order_id, now, request.user, request.coupon),
            )
        executemany(
            "INSERT INTO sales_hours VALUES (?1, ?2, ?3, ?4 - ?5, 1, ?3, ?4, ?5, 0)"
            " ON CONFLICT DO UPDATE SET units = units + excluded.units,"
            " revenue_minor = revenue_minor + excluded.revenue_minor,"
            " order_count = order_count + 1, sold_units = sold_units + excluded.sold_units,"
            " gross_minor = gross_minor + excluded.gross_minor,"
            " discount_minor = discount_minor + excluded.discount_minor",
            [
                (now // HOUR * HOUR, sku, quantity, price * quantity, share)
                for _, sku, _, quantity, price, _, _, share in lines
            ],
        )
        executemany(
            "INSERT INTO sales_days VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET units = units + excluded.units, revenue_minor = revenue_minor +"
            " excluded.revenue_minor",
            [
                (now // DAY * DAY, sku, quantity, price * quantity - share)
                for _, sku, _, quantity, price, _, _, share in lines
            ],
        )
        body = f"{_HEAD}{event_id}{order_id}{total}{_TAIL}".encode()
        execute(
            "INSERT INTO outbox (event_id, order_id, sequence, type, body, body_sha256,"
            " created_at, state,"
            " attempt_count, next_attempt_at) VALUES (?, ?, 1, 'shop.order.paid', ?, ?, ?,"
            " 'pending', 0, ?)",
            (event_id, order_id, body, "0" * 64, now, now),
        )
        execute("COMMIT")

    def charge(self, user: str) -> None:
        """Charge a balance."""
        execute = self.connection.execute
        now = time.time_ns() // 1000
        self.begin()
        ((balance, entries),) = execute(
            "UPDATE balances SET balance_minor = balance_minor + ?, entry_count = entry_count + 1"
            " WHERE username = ? RETURNING balance_minor, entry_count",
            (5, user),
        ).fetchall()
        execute(
            "INSERT INTO balance_entries VALUES (?, ?, 'charge', 5, ?, NULL, ?, ?, ?, ?, 'root',"
            " 'host',"
            " 'api', NULL, 'cash')",
            (user, entries, balance, now, self._id(), "0" * 32, now),
        )
        execute("COMMIT")

    def claim(self, user: str, code: str) -> None:
        """Claim a coupon."""
        execute = self.connection.execute
        now = time.time_ns() // 1000
        self.begin()
        ((number,),) = execute(
            "UPDATE coupons SET claim_count = claim_count + 1 WHERE code = ? AND claim_count <"
            " claim_limit"
            " RETURNING claim_count",
            (code,),
        ).fetchall()
        execute(
            "INSERT INTO user_coupons VALUES (?, ?, 1, ?, ?, NULL, NULL, NULL, ?, ?, ?, 'root',"
            " 'host', 'api',"
            " NULL)",
            (code, number, user, now, self._id(), "0" * 32, now),
        )
        execute("COMMIT")
