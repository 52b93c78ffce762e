"""Verify: finds nothing in a sound shop, and each kind of damage in a damaged one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import pytest

from shopcli import Shop
from shopcli.domain.records import Verification
from tests import factories
from tests.clocks import SettableClock
from tests.factories import REASON, id_of
from tests.raw_rows import raw_database


@pytest.fixture
def lived_in(shop: Shop, shop_url: str, clock: SettableClock) -> Iterator[str]:
    """The address of a shop in which every kind of row exists.

    Order one is paid with coupon TENTH, order two is cancelled, order three used GIFT, was
    cancelled after GIFT's end, and so keeps it; lee holds TENTH unused; mo is closed.
    """
    factories.stocked(shop)
    for user in ("lee", "mo"):
        factories.user(shop, user, balance=10_000)
    factories.claimed(shop, "kim", "TENTH")
    shop.claim("lee", "TENTH")
    factories.coupon(shop, "GIFT", amount=100, valid_days=1)
    shop.claim("kim", "GIFT")
    shop.order("kim", {"LATTE": 2, "BEANS": 1}, coupon="TENTH", key="one")
    shop.cancel(id_of(shop.order("lee", {"LATTE": 1}, key="two")), reason=REASON)
    three = shop.order("kim", {"BEANS": 2}, coupon="GIFT", key="three")
    clock.advance(days=2)
    shop.cancel(id_of(three), reason=REASON, force=True)
    shop.restock("LATTE", 3)
    shop.adjust_stock("BEANS", by=-1, reason=REASON)
    shop.payout("mo", reason=REASON)
    shop.set_user("mo", state="closed")
    assert _failed(shop.verify()) == set()
    yield shop_url
    shop.close()


def _failed(found: Verification) -> set[str]:
    assert found.ok is all(check.ok for check in found.checks)
    for check in found.checks:
        assert check.ok is (not check.violations)
    return {check.name for check in found.checks if not check.ok}


@dataclass(frozen=True)
class Damage:
    """Statements that break an invariant, and the check that must see it.

    `{one}`, `{two}` and `{three}` stand for the orders, `{paid}` for order one's event.
    """

    check: str
    statements: tuple[str, ...]


def _damage(check: str, *statements: str) -> Damage:
    return Damage(check, statements)


def _replaced(body: str) -> Damage:
    """The body of an event, replaced together with its hash."""
    digest = sha256(body.encode()).hexdigest()
    return _damage(
        "event_bodies_are_frozen",
        f"UPDATE outbox SET body = CAST('{body}' AS {{bytes}}), body_sha256 = '{digest}'",  # noqa: S608  # ours
    )


DAMAGES = [
    _damage(
        "balance_is_sum_of_entries",
        "UPDATE balances SET balance_minor = balance_minor + 1 WHERE username = 'kim'",
    ),
    _damage(
        "balance_is_sum_of_entries",
        "UPDATE balances SET entry_count = entry_count + 1 WHERE username = 'kim'",
    ),
    _damage("balance_is_sum_of_entries", "DELETE FROM balance_entries WHERE username = 'lee'"),
    _damage(
        "balance_entries_run_on",
        "UPDATE balance_entries SET amount_minor = amount_minor + 1"
        " WHERE username = 'kim' AND sequence = 1",
    ),
    _damage(
        "balance_entries_run_on",
        "UPDATE balance_entries SET sequence = 99 WHERE username = 'kim' AND sequence = 4",
    ),
    _damage(
        "stock_is_sum_of_movements", "UPDATE products SET stock = stock + 1 WHERE sku = 'LATTE'"
    ),
    _damage(
        "stock_is_sum_of_movements",
        "UPDATE products SET movement_count = 1 WHERE sku = 'LATTE'",
    ),
    _damage(
        "stock_movements_run_on",
        "UPDATE stock_movements SET stock_after = stock_after + 1"
        " WHERE sku = 'LATTE' AND sequence = 1",
    ),
    _damage(
        "stock_movements_run_on",
        "UPDATE stock_movements SET sequence = 77 WHERE sku = 'BEANS' AND sequence = 4",
    ),
    _damage(
        "order_adds_up", "UPDATE orders SET subtotal_minor = subtotal_minor + 1 WHERE key = 'one'"
    ),
    _damage("order_adds_up", "DELETE FROM order_lines WHERE order_id = '{two}'"),
    _damage("order_adds_up", "UPDATE orders SET total_minor = total_minor + 1 WHERE key = 'one'"),
    _damage(
        "order_lines_add_up",
        "UPDATE order_lines SET line_total_minor = line_total_minor + 1"
        " WHERE order_id = '{one}' AND sku = 'LATTE'",
    ),
    _damage(
        "order_lines_add_up",
        "UPDATE order_lines SET discount_minor = -1 WHERE order_id = '{one}' AND sku = 'LATTE'",
    ),
    _damage(
        "order_paid_once",
        "DELETE FROM balance_entries WHERE order_id = '{one}' AND kind = 'payment'",
    ),
    _damage(
        "order_paid_once",
        "UPDATE balance_entries SET amount_minor = amount_minor - 1"
        " WHERE order_id = '{one}' AND kind = 'payment'",
    ),
    _damage(
        "cancellation_refunded_once",
        "UPDATE cancellations SET refunded_minor = refunded_minor + 1 WHERE order_id = '{two}'",
    ),
    _damage(
        "cancellation_refunded_once",
        "DELETE FROM balance_entries WHERE order_id = '{two}' AND kind = 'refund'",
    ),
    _damage("cancellation_refunded_once", "DELETE FROM cancellations WHERE order_id = '{two}'"),
    _damage(
        "order_took_its_stock",
        "DELETE FROM stock_movements WHERE order_id = '{one}' AND sku = 'LATTE'",
    ),
    _damage(
        "order_took_its_stock",
        "UPDATE stock_movements SET quantity = quantity - 1"
        " WHERE order_id = '{one}' AND sku = 'LATTE'",
    ),
    _damage("order_took_its_stock", "UPDATE orders SET historical = 1 WHERE order_id = '{one}'"),
    _damage(
        "order_took_its_stock",
        "UPDATE stock_movements SET sku = 'BEANS', sequence = 50"
        " WHERE order_id = '{two}' AND kind = 'sale'",
    ),
    _damage(
        "cancellation_returned_stock",
        "DELETE FROM stock_movements WHERE order_id = '{two}' AND kind = 'return'",
    ),
    _damage("cancellation_returned_stock", "DELETE FROM cancellations WHERE order_id = '{three}'"),
    _damage(
        "stock_moved_once_per_line",
        "INSERT INTO stock_movements (sku, sequence, kind, quantity, stock_after, order_id, at,"
        " recorded_at, actor, host, channel, reason) SELECT sku, 60, kind, quantity, stock_after,"
        " order_id, at, recorded_at, actor, host, channel, reason"
        " FROM stock_movements WHERE order_id = '{one}' AND sku = 'LATTE'",
    ),
    _damage("coupons_within_limit", "UPDATE coupons SET claim_count = 1 WHERE code = 'TENTH'"),
    _damage("coupons_within_limit", "UPDATE coupons SET claim_limit = 1 WHERE code = 'TENTH'"),
    _damage(
        "coupons_within_limit",
        "UPDATE user_coupons SET number = 7 WHERE code = 'TENTH' AND username = 'lee'",
    ),
    _damage(
        "coupon_used_by_its_holder",
        "UPDATE user_coupons SET username = 'mo' WHERE code = 'TENTH' AND username = 'kim'",
    ),
    _damage(
        "coupon_used_by_its_holder",
        "UPDATE user_coupons SET order_id = '{two}', redeemed_at = 5"
        " WHERE code = 'TENTH' AND username = 'lee'",
    ),
    _damage(
        "coupon_used_by_its_holder",
        "UPDATE user_coupons SET usable_until_at = redeemed_at - 1"
        " WHERE code = 'TENTH' AND username = 'kim'",
    ),
    _damage(
        "coupon_used_once",
        "UPDATE orders SET coupon_code = 'TENTH' WHERE order_id = '{three}'",
        "DELETE FROM cancellations WHERE order_id = '{three}'",
    ),
    _damage(
        "coupon_used_once",
        "UPDATE user_coupons SET order_id = NULL, redeemed_at = NULL"
        " WHERE code = 'TENTH' AND username = 'kim'",
    ),
    _damage(
        "coupon_used_once",
        "UPDATE user_coupons SET order_id = NULL, redeemed_at = NULL WHERE code = 'GIFT'",
    ),
    _damage("order_has_its_event", "DELETE FROM outbox WHERE order_id = '{one}'"),
    _damage("order_has_its_event", "UPDATE outbox SET type = 'other' WHERE order_id = '{one}'"),
    _damage(
        "cancellation_has_its_event",
        "DELETE FROM outbox WHERE order_id = '{two}' AND sequence = 2",
    ),
    _damage("event_has_its_order", "UPDATE outbox SET sequence = 3 WHERE order_id = '{one}'"),
    _damage("event_has_its_order", "DELETE FROM cancellations WHERE order_id = '{two}'"),
    _damage(
        "event_has_its_order",
        "DELETE FROM order_lines WHERE order_id = '{two}'",
        "DELETE FROM orders WHERE order_id = '{two}'",
    ),
    _damage(
        "delivery_has_its_attempts",
        "UPDATE outbox SET state = 'delivered', settled_at = 5 WHERE order_id = '{one}'",
    ),
    _damage(
        "events_delivered_in_order",
        "UPDATE outbox SET state = 'delivered', settled_at = 5, attempt_count = 1"
        " WHERE order_id = '{two}' AND sequence = 2",
    ),
    _damage(
        "deliveries_are_counted",
        "INSERT INTO outbox_totals (shard, delivered_count) VALUES (99, 1)",
    ),
    _damage(
        "money_is_in_the_ledger",
        "UPDATE balances SET balance_minor = balance_minor + 1 WHERE username = 'kim'",
    ),
    _damage(
        "closed_users_are_empty", "UPDATE balances SET balance_minor = 1 WHERE username = 'mo'"
    ),
    _damage(
        "sales_hours_match_orders", "UPDATE sales_hours SET units = units + 1 WHERE sku = 'LATTE'"
    ),
    _damage("sales_hours_match_orders", "DELETE FROM sales_hours WHERE sku = 'LATTE'"),
    _damage(
        "sales_days_match_orders", "UPDATE sales_days SET revenue_minor = 1 WHERE sku = 'LATTE'"
    ),
    _damage(
        "sales_days_match_orders",
        "INSERT INTO sales_days (bucket_start_at, sku, units, revenue_minor)"
        " VALUES (0, 'LATTE', 1, 0)",
    ),
    _damage(
        "event_bodies_are_frozen",
        "UPDATE outbox SET body_sha256 = 'wrong' WHERE order_id = '{one}'",
    ),
    _damage(
        "event_bodies_are_frozen",
        "UPDATE outbox SET body = CAST('{{}}' AS {bytes}) WHERE order_id = '{one}'",
    ),
    _damage(
        "event_bodies_are_frozen",
        "UPDATE outbox SET event_id = '0' WHERE order_id = '{one}'",
    ),
    _replaced("no JSON"),
    _replaced("[]"),
    _replaced("7"),
    _damage("constraints_and_triggers_exist"),
]


@pytest.mark.parametrize(
    "damage", DAMAGES, ids=[f"{number}-{row.check}" for number, row in enumerate(DAMAGES)]
)
def test_each_kind_of_damage_is_found(lived_in: str, dialect: str, damage: Damage) -> None:
    """Behind triggers, keys and checks switched off, every broken invariant is named."""
    with raw_database(lived_in) as raw:
        names: dict[str, str] = dict(raw.run("SELECT key, order_id FROM orders"))
        raw.unguard()
        for statement in damage.statements:
            raw.run(statement.format(**names, bytes="bytea" if dialect == "postgres" else "blob"))

    with Shop.open(lived_in) as shop:
        failed = _failed(shop.verify())

    assert damage.check in failed


def test_every_check_has_its_damage(shop: Shop) -> None:
    """No check is vacuous: for each one there is damage above that it finds."""
    assert {check.name for check in shop.verify().checks} == {row.check for row in DAMAGES}


def test_a_sound_shop_passes_and_is_left_alone(lived_in: str) -> None:
    """Verifying answers ok with every check by name."""
    with Shop.open(lived_in) as shop:
        found = shop.verify()

    assert found.ok
    assert len({check.name for check in found.checks}) == len(found.checks) > 20
