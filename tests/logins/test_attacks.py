"""Whoever has a login and knows SQL does no more than its kind may: the server refuses."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from shopcli.domain.rights import LOGIN_KINDS, LoginKind
from tests.logins.conftest import Door
from tests.logins.deeds import World
from tests.raw_rows import dump

pytestmark = pytest.mark.postgres

_LEDGERS = (
    "balance_entries", "transfers", "reversals", "reversed_entries", "cash_moves",
    "reversed_cash_moves", "closes", "close_marks", "stock_movements", "orders", "order_lines",
    "cancellations", "refunds", "refund_lines", "delivery_attempts", "admin_changes",
)  # fmt: skip
_KEPT = ("shop", "shop_copy", "users", "balances", "products", "coupons", "user_coupons", "outbox")

_CALL = f"SELECT shop_place_order({', '.join(['NULL'] * 23)})"

BY_ANYBODY = (
    "UPDATE balance_entries SET amount_minor = 1",
    "UPDATE orders SET total_minor = 0",
    "UPDATE order_lines SET quantity = 1",
    "UPDATE stock_movements SET quantity = 1",
    "UPDATE cancellations SET refunded_minor = 1",
    "UPDATE refunds SET refunded_minor = 1",
    "UPDATE reversals SET key = 'mine'",
    "UPDATE transfers SET to_username = 'kim'",
    "UPDATE closes SET digest = 'mine'",
    "UPDATE cash_moves SET amount_minor = 1",
    "UPDATE admin_changes SET actor = 'somebody'",
    "UPDATE delivery_attempts SET outcome = 'delivered'",
    "UPDATE outbox SET event_id = 'mine'",
    "UPDATE outbox SET body_sha256 = 'mine'",
    "UPDATE shop SET currency = 'USD'",
    "UPDATE shop_copy SET retired_to = NULL, retired_at = NULL",
    "UPDATE users SET username = 'mine'",
    "UPDATE balances SET username = 'mine'",
    "UPDATE user_coupons SET username = 'mine'",
    "UPDATE alembic_version SET version_num = '0001'",
    *(f"DELETE FROM {table}" for table in (*_LEDGERS, *_KEPT)),  # noqa: S608  # names above
    *(f"TRUNCATE {table} CASCADE" for table in (*_LEDGERS, *_KEPT)),
    "DROP TABLE balance_entries",
    "DROP TRIGGER tr_orders_no_update ON orders",
    "ALTER TABLE orders DISABLE TRIGGER ALL",
    "ALTER TABLE orders DISABLE TRIGGER tr_orders_no_update",
    "ALTER TABLE balances DROP CONSTRAINT ck_balances_balance_minor",
    "ALTER TABLE balances OWNER TO CURRENT_USER",
    "CREATE TRIGGER mine BEFORE INSERT ON orders EXECUTE FUNCTION shop_refuse()",
    "CREATE RULE mine AS ON INSERT TO orders DO INSTEAD NOTHING",
    "CREATE INDEX mine ON orders (username)",
    "CREATE TABLE public.mine (one int)",
    "CREATE VIEW public.mine AS SELECT 1",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    (
        "CREATE OR REPLACE FUNCTION shop_refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'"
    ),
    "DROP FUNCTION shop_place_order",
    "SELECT shop_refuse()",
    "CREATE SCHEMA mine",
    "SET session_replication_role = 'replica'",
    "COPY orders TO PROGRAM 'true'",
)
"""What nobody does but the owner of the tables."""

_PRICES = (
    "UPDATE products SET price_minor = 0",
    "UPDATE products SET on_sale = 1",
    "UPDATE coupons SET claim_limit = 9999",
    "UPDATE balances SET state = 'active'",
    "UPDATE users SET name = 'mine'",
    "INSERT INTO products DEFAULT VALUES",
    "INSERT INTO coupons DEFAULT VALUES",
    "INSERT INTO users DEFAULT VALUES",
    "INSERT INTO balances DEFAULT VALUES",
    "INSERT INTO closes DEFAULT VALUES",
    "INSERT INTO cash_moves DEFAULT VALUES",
    "INSERT INTO reversals DEFAULT VALUES",
    "INSERT INTO refunds DEFAULT VALUES",
    "INSERT INTO admin_changes DEFAULT VALUES",
    "INSERT INTO shop_settings VALUES ('platform.url', 'https://mine.example/')",
    "UPDATE shop_settings SET value = 'https://mine.example/' WHERE name = 'platform.url'",
    "DELETE FROM shop_settings",
    "UPDATE shop_copy SET held_reason = NULL, held_at = NULL",
    "UPDATE outbox SET body = ''",
)
_SALES = (
    "UPDATE balances SET balance_minor = 999999",
    "UPDATE products SET stock = 999999",
    "INSERT INTO orders DEFAULT VALUES",
    "INSERT INTO balance_entries DEFAULT VALUES",
    "INSERT INTO outbox DEFAULT VALUES",
    "INSERT INTO user_coupons DEFAULT VALUES",
    _CALL,
)
BY_KIND: dict[LoginKind, tuple[str, ...]] = {
    "till": (
        *_PRICES,
        "UPDATE outbox SET state = 'delivered'",
        "INSERT INTO relays DEFAULT VALUES",
        "UPDATE platform_endpoint SET breaker = 'open'",
        *(
            f"SELECT * FROM {table}"  # noqa: S608  # the names below
            for table in ("outbox", "closes", "cash_moves", "admin_changes")
        ),
    ),
    "relay": (
        *_PRICES,
        *_SALES,
        *(
            f"SELECT * FROM {table}"  # noqa: S608  # the names below
            for table in ("users", "balances", "balance_entries", "orders", "products", "closes")
        ),
    ),
    "operator": (
        "INSERT INTO shop DEFAULT VALUES",
        "INSERT INTO shop_copy DEFAULT VALUES",
        "UPDATE products SET sku = 'mine'",
        "UPDATE coupons SET percent = 100",
        "UPDATE outbox SET order_id = 'mine'",
        "UPDATE relays SET actor = 'mine'",
    ),
    "reader": (
        *_PRICES,
        *_SALES,
        "UPDATE outbox SET state = 'delivered'",
        "INSERT INTO relays DEFAULT VALUES",
        "SELECT * FROM orders FOR UPDATE",
        "DO 'BEGIN LOCK TABLE orders IN SHARE MODE; END'",
    ),
}
"""What a kind may not do, beside that."""


@pytest.mark.parametrize("kind", LOGIN_KINDS)
def test_attacks_by_sql_are_refused(door: Door, world: World, kind: LoginKind) -> None:
    """Each is a lack of privilege to the server, and no row is another afterwards."""
    assert world.order
    door.grant(kind)
    before = dump(door.url)
    allowed = []

    with psycopg.connect(door.login_url, autocommit=True) as raw:
        for attack in (*BY_ANYBODY, *BY_KIND[kind]):
            try:
                raw.execute(attack.encode())
            except errors.InsufficientPrivilege:
                continue
            except psycopg.Error as error:
                allowed.append(f"{attack}: {error.sqlstate}")
            else:
                allowed.append(attack)

    assert allowed == []
    assert dump(door.url) == before


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE balances SET balance_minor = balance_minor + 1000 WHERE username = 'kim'",
        "UPDATE products SET stock = stock + 1",
        "UPDATE coupons SET claim_count = claim_count - 1",
        "UPDATE user_coupons SET order_id = NULL, redeemed_at = NULL WHERE order_id IS NOT NULL",
        "UPDATE sales_hours SET units = units + 1",
        "UPDATE sales_hours SET gross_minor = gross_minor + 1",
        "UPDATE sales_days SET revenue_minor = revenue_minor + 1",
    ],
)
def test_what_a_till_forges_is_found(door: Door, world: World, forgery: str) -> None:
    """A till must be able to change these numbers; `verify` tells that they do not add up."""
    owner = world.owner
    owner.claim("kim", world.coupon())
    code = world.coupon()
    owner.claim("kim", code)
    owner.order("kim", {"LATTE": 1}, coupon=code)
    door.grant("till")
    assert owner.verify().ok

    with psycopg.connect(door.login_url, autocommit=True) as raw:
        assert raw.execute(forgery.encode()).rowcount > 0

    assert not owner.verify().ok


def test_nobody_has_rights_that_everybody_has(door: Door) -> None:
    """What was open to everybody is closed by the first grants: tables, functions, the schema."""
    door.run(
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC",
        "GRANT CREATE ON SCHEMA public TO PUBLIC",
    )
    door.grant("relay")

    with psycopg.connect(door.login_url, autocommit=True) as raw:
        for attack in ("SELECT * FROM balances", "DELETE FROM outbox", _CALL):
            with pytest.raises(errors.InsufficientPrivilege):
                raw.execute(attack.encode())
        with pytest.raises(errors.InsufficientPrivilege):
            raw.execute("CREATE TABLE public.mine (one int)")
