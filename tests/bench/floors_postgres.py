"""The floor on Postgres: the best form of one round trip, a stored function that checks no rule.

It writes the same rows in the same schema and touches shared rows last; client and settings are the
shop's own, so that only the shop's work differs.
"""

from __future__ import annotations

import time
from itertools import count

from psycopg import Connection

from shopcli.storage.addresses import PostgresAddress, parse_address
from shopcli.storage.postgres.connections import Bounds, open_session
from tests.bench.shops import Request

HOUR = 3_600_000_000
DAY = 24 * HOUR

_FUNCTION = """
CREATE OR REPLACE FUNCTION bare_order(
    in_order text, in_event text, in_key text, in_user text, in_coupon text, in_skus text[],
    in_quantities bigint[], in_now bigint, in_hour bigint, in_day bigint, in_head text, in_tail text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    subtotal bigint; head bigint; discount bigint := 0; paid bigint; balance bigint; entries bigint;
BEGIN
    SELECT SUM(p.price_minor * l.quantity),
           SUM(p.price_minor * l.quantity) FILTER (WHERE l.sku = in_skus[1]) INTO subtotal, head
    FROM unnest(in_skus, in_quantities) l(sku, quantity) JOIN products p ON p.sku = l.sku;
    IF in_coupon IS NOT NULL THEN discount := subtotal / 10; END IF;
    paid := subtotal - discount;
    UPDATE balances SET balance_minor = balance_minor - paid, entry_count = entry_count + 1
    WHERE username = in_user AND balance_minor >= paid RETURNING balance_minor, entry_count
    INTO STRICT balance, entries;
    INSERT INTO orders VALUES (in_order, in_user, subtotal, discount, paid, in_coupon, balance,
                               in_now, in_key, in_key, 0, in_now, 'root', 'host', 'api', NULL);
    INSERT INTO order_lines
    SELECT in_order, l.position, p.sku, p.name, l.quantity, p.price_minor,
           p.price_minor * l.quantity,
           CASE WHEN l.position = 1 THEN LEAST(discount, head)
                ELSE discount - LEAST(discount, head) END
    FROM unnest(in_skus, in_quantities) WITH ORDINALITY l(sku, quantity, position)
    JOIN products p ON p.sku = l.sku;
    INSERT INTO balance_entries VALUES (in_user, entries, 'payment', -paid, balance, in_order,
                                        in_now, NULL, NULL, in_now, 'root', 'host', 'api', NULL);
    IF in_coupon IS NOT NULL THEN
        UPDATE user_coupons SET order_id = in_order, redeemed_at = in_now
        WHERE username = in_user AND code = in_coupon AND order_id IS NULL;
    END IF;
    INSERT INTO outbox (event_id, order_id, sequence, type, body, body_sha256, created_at, state,
                        attempt_count, next_attempt_at)
    VALUES (in_event, in_order, 1, 'shop.order.paid',
            convert_to(in_head || in_event || in_order || paid || in_tail, 'UTF8'), in_tail, in_now,
            'pending', 0, in_now);
    WITH taken AS (
        UPDATE products p SET stock = p.stock - l.quantity, movement_count = p.movement_count + 1
        FROM (SELECT p2.sku, l2.quantity FROM unnest(in_skus, in_quantities) l2(sku, quantity)
              JOIN products p2 ON p2.sku = l2.sku ORDER BY p2.sku FOR NO KEY UPDATE OF p2) l
        WHERE p.sku = l.sku AND p.stock >= l.quantity
        RETURNING p.sku, l.quantity, p.stock, p.movement_count
    )
    INSERT INTO stock_movements
    SELECT sku, movement_count, 'sale', -quantity, stock, in_order, NULL, in_now, in_now, 'root',
           'host', 'api', NULL FROM taken;
    INSERT INTO sales_hours AS b
    SELECT in_hour, sku, quantity, line_total_minor - discount_minor, 1, quantity,
           line_total_minor, discount_minor, 0 FROM order_lines
    WHERE order_id = in_order ORDER BY sku
    ON CONFLICT (bucket_start_at, sku) DO UPDATE SET units = b.units + excluded.units,
        revenue_minor = b.revenue_minor + excluded.revenue_minor,
        order_count = b.order_count + 1, sold_units = b.sold_units + excluded.sold_units,
        gross_minor = b.gross_minor + excluded.gross_minor,
        discount_minor = b.discount_minor + excluded.discount_minor;
    INSERT INTO sales_days AS b
    SELECT in_day, sku, quantity, line_total_minor - discount_minor FROM order_lines
    WHERE order_id = in_order ORDER BY sku
    ON CONFLICT (bucket_start_at, sku) DO UPDATE SET units = b.units + excluded.units,
        revenue_minor = b.revenue_minor + excluded.revenue_minor;
    RETURN balance;
END $$
"""
_CALL = "SELECT bare_order(%s, %s, %s, %s, %s, %s::text[], %s::bigint[], %s, %s, %s, %s, %s)"
_CHARGE = """
WITH moved AS (
    UPDATE balances SET balance_minor = balance_minor + 5, entry_count = entry_count + 1
    WHERE username = %s RETURNING username, balance_minor, entry_count
)
INSERT INTO balance_entries (username, sequence, kind, amount_minor, balance_after_minor, at, key,
                             fingerprint, recorded_at, actor, host, channel, method)
SELECT username, entry_count, 'charge', 5, balance_minor, %s, %s, %s, %s, 'root', 'host', 'api',
       'cash'
FROM moved
"""
_CLAIM = """
WITH counted AS (
    UPDATE coupons SET claim_count = claim_count + 1 WHERE code = %s AND claim_count < claim_limit
    RETURNING code, claim_count
)
INSERT INTO user_coupons (code, number, username, claim_limit, claimed_at, key, fingerprint,
recorded_at, actor, host,
                          channel)
SELECT code, claim_count, %s, 1, %s, %s, %s, %s, 'root', 'host', 'api' FROM counted
"""
_HEAD = '{"specversion":"1.0","source":"urn:shopcli:01m81r","type":"shop.order.paid","id":"'
_TAIL = "x" * 640


def prepare(url: str) -> None:
    """Store the function."""
    address = parse_address(url)
    assert isinstance(address, PostgresAddress)
    session = open_session(address, Bounds(lock=5, answer=15)).session
    session.connection.execute(_FUNCTION)
    session.close()


class Floor:
    """A bare connection that places orders, charges and claims as fast as one round trip allows."""

    def __init__(self, url: str) -> None:
        address = parse_address(url)
        assert isinstance(address, PostgresAddress)
        self._session = open_session(address, Bounds(lock=5, answer=15)).session
        self.connection: Connection = self._session.connection
        self._execute = self.connection.cursor().execute
        self._ids = count()
        self._origin = f"{time.monotonic_ns():x}"

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def _id(self) -> str:
        return f"{self._origin}{next(self._ids):012d}"[-26:].rjust(26, "0")

    def order(self, request: Request) -> None:
        """Place an order."""
        now = time.time_ns() // 1000
        self._execute(
            _CALL,
            (
                *(self._id(), self._id(), self._id(), request.user, request.coupon),
                [sku for sku, _ in request.lines],
                [quantity for _, quantity in request.lines],
                *(now, now // HOUR * HOUR, now // DAY * DAY, _HEAD, _TAIL),
            ),
            prepare=True,
        ).fetchall()

    def charge(self, user: str) -> None:
        """Charge a balance."""
        now = time.time_ns() // 1000
        self._execute(_CHARGE, (user, now, self._id(), "0" * 32, now), prepare=True)

    def claim(self, user: str, code: str) -> None:
        """Claim a coupon."""
        now = time.time_ns() // 1000
        self._execute(_CLAIM, (code, user, now, self._id(), "0" * 32, now), prepare=True)
