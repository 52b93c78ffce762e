"""Idempotency keys: a repeat answers as the first time, a refusal binds no key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shopcli import Shop
from tests import factories
from tests.clocks import SettableClock
from tests.engine.conftest import Refuse
from tests.factories import REASON
from tests.raw_rows import dump

Verb = Callable[..., Any]


def _charge(shop: Shop, key: str | None, amount: int = 500) -> Any:  # noqa: ANN401 - any record
    return shop.charge("kim", amount, key=key)


def _payout(shop: Shop, key: str | None, amount: int = 500) -> Any:  # noqa: ANN401 - any record
    return shop.payout("kim", amount, reason=REASON, key=key)


def _payout_of_all(shop: Shop, key: str | None) -> Any:  # noqa: ANN401 - any record
    return shop.payout("kim", reason=REASON, key=key)


def _adjust(shop: Shop, key: str | None, amount: int = -500) -> Any:  # noqa: ANN401 - any record
    return shop.adjust("kim", amount, reason=REASON, key=key)


def _transfer(shop: Shop, key: str | None, to: str = "lee") -> Any:  # noqa: ANN401 - any record
    return shop.transfer("kim", to, 500, key=key)


def _undo(shop: Shop, key: str | None, number: int = 1) -> Any:  # noqa: ANN401 - any record
    return shop.undo(f"noor:{number}", reason=REASON, key=key)


def _cash_in(shop: Shop, key: str | None, amount: int = 500) -> Any:  # noqa: ANN401 - any record
    return shop.cash_in(amount, reason=REASON, key=key)


def _cash_out(shop: Shop, key: str | None, amount: int = 500) -> Any:  # noqa: ANN401 - any record
    return shop.cash_out(amount, reason=REASON, key=key)


def _close(shop: Shop, key: str | None, counted: int = 500) -> Any:  # noqa: ANN401 - any record
    return shop.close_books(counted=counted, key=key)


def _undo_cash(shop: Shop, key: str | None, number: int = 1) -> Any:  # noqa: ANN401 - any record
    return shop.undo(f"cash:{number}", reason=REASON, key=key)


def _claim(shop: Shop, key: str | None, user: str = "kim") -> Any:  # noqa: ANN401 - any record
    return shop.claim(user, "FIFTH", key=key)


def _order(shop: Shop, key: str | None, latte: int = 2) -> Any:  # noqa: ANN401 - any record
    return shop.order("kim", [("LATTE", latte), ("BEANS", 1)], coupon="TENTH", key=key)


def _cancel(shop: Shop, key: str | None, number: int = 1) -> Any:  # noqa: ANN401 - any record
    return shop.cancel(factories.id_of(shop.receipt(key=f"lee-{number}")), key=key)


def _refund(shop: Shop, key: str | None, latte: int = 1) -> Any:  # noqa: ANN401 - any record
    return shop.refund(shop.receipt(key="lee-2"), {"LATTE": latte}, reason=REASON, key=key)


REPEATED = [
    _charge,
    _payout,
    _payout_of_all,
    _adjust,
    _transfer,
    _undo,
    _undo_cash,
    _cash_in,
    _cash_out,
    _close,
    _claim,
    _order,
    _refund,
    _cancel,
]


@pytest.fixture
def busy_shop(shop: Shop, clock: SettableClock) -> Shop:
    """A shop in which every verb with a key can succeed."""
    factories.stocked(shop)
    factories.user(shop, "lee", balance=100_000)
    factories.user(shop, "noor", balance=3_000)
    shop.charge("noor", 500)
    shop.cash_in(7_000, reason=REASON)
    shop.cash_out(800, reason=REASON)
    factories.claimed(shop, "kim", "TENTH")
    factories.coupon(shop, "FIFTH", percent=20, limit=9, valid_days=30)
    shop.order("lee", {"LATTE": 1}, key="lee-1")
    shop.order("lee", {"LATTE": 2}, key="lee-2")
    clock.advance(minutes=1)
    return shop


def _disturb(shop: Shop, clock: SettableClock) -> None:
    """Change everything that an answer could be built from anew."""
    clock.advance(days=400)
    shop.charge("kim", 12_345)
    shop.order("lee", {"LATTE": 3})
    shop.set_product("LATTE", name="Another name", price=1, on_sale=False)
    shop.set_product("BEANS", price=2)
    shop.adjust_stock("BEANS", to=0, reason=REASON)
    for code in ("TENTH", "FIFTH"):
        shop.set_coupon(code, limit=500, disabled=True)
    shop.set_user("kim", state="blocked")


@pytest.mark.parametrize("verb", REPEATED)
def test_a_repeat_answers_every_field_as_the_first_time(
    busy_shop: Shop, shop_url: str, clock: SettableClock, verb: Verb
) -> None:
    """Whatever changed since, the same key and request give the first answer and change nothing."""
    first = verb(busy_shop, "key-1")
    _disturb(busy_shop, clock)
    before = dump(shop_url)

    again = verb(busy_shop, "key-1")

    assert again == replace(first, replayed=True)
    assert first.replayed is False
    assert dump(shop_url) == before


@pytest.mark.parametrize("verb", REPEATED)
def test_a_key_that_was_made_repeats_as_well(busy_shop: Shop, verb: Verb) -> None:
    """An answer shows the key the shop made; given back, it replays."""
    first = verb(busy_shop, None)

    assert verb(busy_shop, first.key) == replace(first, replayed=True)


def test_a_repeat_of_a_cancelled_order_answers_as_paid(busy_shop: Shop) -> None:
    """The replay of an order is the order as it was placed; only a receipt shows it cancelled."""
    first = _order(busy_shop, "key-1")
    busy_shop.cancel(first.order)

    assert _order(busy_shop, "key-1") == replace(first, replayed=True)
    assert busy_shop.receipt(first.order).state == "cancelled"


OTHER_REQUESTS: list[tuple[Verb, Verb]] = [
    (_charge, lambda shop, key: _charge(shop, key, 501)),
    (_charge, lambda shop, key: shop.charge("lee", 500, key=key)),
    (_charge, lambda shop, key: shop.charge("kim", 500, key=key, at=shop.history("kim")[0].at)),
    (_payout, lambda shop, key: _payout(shop, key, 501)),
    (_payout, _payout_of_all),
    (_adjust, lambda shop, key: _adjust(shop, key, 500)),
    (_claim, lambda shop, key: _claim(shop, key, "lee")),
    (_claim, lambda shop, key: shop.claim("kim", "TENTH", key=key)),
    (_order, lambda shop, key: _order(shop, key, 3)),
    (_order, lambda shop, key: shop.order("kim", {"LATTE": 2}, coupon="TENTH", key=key)),
    (_order, lambda shop, key: shop.order("kim", {"LATTE": 2, "BEANS": 1}, key=key)),
    (
        _order,
        lambda shop, key: shop.order("lee", {"LATTE": 2, "BEANS": 1}, coupon="TENTH", key=key),
    ),
    (_cancel, lambda shop, key: _cancel(shop, key, 2)),
    (_refund, lambda shop, key: _refund(shop, key, 2)),
    (
        _refund,
        lambda shop, key: shop.refund(
            shop.receipt(key="lee-2"), {"LATTE": 1}, reason=REASON, lost=True, key=key
        ),
    ),
    (
        _refund,
        lambda shop, key: shop.refund(
            shop.receipt(key="lee-1"), {"LATTE": 1}, reason=REASON, key=key
        ),
    ),
]


@pytest.mark.parametrize(
    ("verb", "other"),
    OTHER_REQUESTS,
    ids=[f"{row[0].__name__}-{number}" for number, row in enumerate(OTHER_REQUESTS)],
)
def test_a_key_stands_for_one_request(
    busy_shop: Shop, refuse: Refuse, verb: Verb, other: Verb
) -> None:
    """The key of one request with another one is a conflict and changes nothing."""
    verb(busy_shop, "key-1")

    refused = refuse("key_conflict", other, busy_shop, "key-1")

    assert refused.details["key"] == "key-1"


SAME_REQUESTS: list[tuple[Verb, Verb]] = [
    (_charge, lambda shop, key: shop.charge("kim", 500, reason="other", key=key)),
    (_payout, lambda shop, key: shop.payout("kim", 500, reason="other", key=key)),
    (_adjust, lambda shop, key: shop.adjust("kim", -500, reason="other", key=key)),
    (_transfer, lambda shop, key: shop.transfer("kim", "lee", 500, reason="other", key=key)),
    (_undo, lambda shop, key: shop.undo("noor:0001", reason="other", key=key)),
    (_undo_cash, lambda shop, key: shop.undo("cash:1", reason="other", key=key)),
    (_cash_in, lambda shop, key: shop.cash_in(500, reason="other", key=key)),
    (_cash_out, lambda shop, key: shop.cash_out(500, reason="other", key=key)),
    (
        _order,
        lambda shop, key: shop.order(
            "kim", {"LATTE": 2, "BEANS": 1}, coupon="TENTH", expected_total=1, key=key
        ),
    ),
    (
        _cancel,
        lambda shop, key: shop.cancel(
            factories.id_of(shop.receipt(key="lee-1")), reason="other", force=True, key=key
        ),
    ),
    (
        _refund,
        lambda shop, key: shop.refund(
            shop.receipt(key="lee-2"), [("LATTE", 1)], reason="other", force=True, key=key
        ),
    ),
]


@pytest.mark.parametrize(
    ("verb", "same"), SAME_REQUESTS, ids=[row[0].__name__ for row in SAME_REQUESTS]
)
def test_a_reason_is_no_part_of_the_request(
    busy_shop: Shop, shop_url: str, verb: Verb, same: Verb
) -> None:
    """With another reason, or expectation, it is a repeat; what was stored first stays."""
    first = verb(busy_shop, "key-1")
    before = dump(shop_url)

    assert same(busy_shop, "key-1") == replace(first, replayed=True)
    assert dump(shop_url) == before


def test_a_key_conflict_comes_before_every_other_rule(busy_shop: Shop, refuse: Refuse) -> None:
    """A used key is reported also where user, product and coupon of the new request are unknown."""
    _order(busy_shop, "key-1")
    _charge(busy_shop, "key-2")
    _claim(busy_shop, "key-3")

    refuse("key_conflict", busy_shop.order, "nobody", {"NOTHING": 1}, coupon="NONE", key="key-1")
    refuse("key_conflict", busy_shop.charge, "nobody", 1, key="key-2")
    refuse("key_conflict", busy_shop.claim, "nobody", "NONE", key="key-3")


def test_bad_input_comes_before_the_key(busy_shop: Shop, refuse: Refuse) -> None:
    """A request that breaks the grammar is reported so, whatever its key is bound to."""
    _order(busy_shop, "key-1")

    refuse("invalid_input", busy_shop.order, "kim", {"LATTE": 0}, key="key-1")
    refuse("invalid_input", busy_shop.order, "k m", {"LATTE": 1}, key="key-1")


def test_lines_of_a_repeat_may_come_in_any_order(busy_shop: Shop) -> None:
    """Lines compare as a set after summing."""
    first = _order(busy_shop, "key-1")
    lines = [("BEANS", 1), ("LATTE", 1), ("LATTE", 1)]

    again = busy_shop.order("kim", lines, coupon="tenth", key="key-1")

    assert again == replace(first, replayed=True)


def test_one_key_serves_once_in_each_operation(busy_shop: Shop) -> None:
    """The same key for different operations is no conflict."""
    of_money = (_charge, _payout, _adjust, _transfer, _undo, _cash_in)
    for verb in (*of_money, _claim, _order, _refund, _cancel):
        assert verb(busy_shop, "the-key").replayed is False


def test_a_refusal_binds_no_key(busy_shop: Shop, refuse: Refuse) -> None:
    """After a refusal its key is free, for the same request and for any other."""
    refuse("out_of_stock", busy_shop.order, "kim", {"LATTE": 99}, key="key-1")
    refuse("insufficient_balance", busy_shop.payout, "kim", 10**9, reason=REASON, key="key-1")
    refuse("unknown_coupon", busy_shop.claim, "kim", "NONE", key="key-1")

    busy_shop.restock("LATTE", 99)
    busy_shop.charge("kim", 10**6)
    assert busy_shop.order("kim", {"LATTE": 99}, key="key-1").replayed is False
    assert _payout(busy_shop, "key-1").replayed is False
    assert _claim(busy_shop, "key-1").replayed is False


@pytest.mark.parametrize(
    "key", ["", "x" * 201, "schl\u00fcssel", "a\nb", "a\x1b[m", 5, b"a"], ids=ascii
)
def test_bad_keys_are_refused(busy_shop: Shop, refuse: Refuse, key: str) -> None:
    """Every verb with a key takes 1 to 200 printable ASCII characters."""
    for verb in REPEATED:
        refuse("invalid_input", verb, busy_shop, key)
    refuse("invalid_input", busy_shop.receipt, key=key)


def test_cancelling_again_is_a_repeat_whatever_the_key(
    busy_shop: Shop, clock: SettableClock
) -> None:
    """A cancelled order answers every further cancellation as the first time, also when late."""
    first = _cancel(busy_shop, "key-1")
    clock.advance(timedelta(days=30))

    assert _cancel(busy_shop, "key-1") == replace(first, replayed=True)
    assert _cancel(busy_shop, "key-2") == replace(first, replayed=True)
    assert _cancel(busy_shop, None) == replace(first, replayed=True)


def test_the_key_of_a_repeated_cancellation_stays_free(busy_shop: Shop) -> None:
    """A second key for a cancelled order is not bound by it."""
    _cancel(busy_shop, "key-1")
    _cancel(busy_shop, "key-2")

    assert _cancel(busy_shop, "key-2", 2).replayed is False


def test_a_dry_run_binds_no_key(busy_shop: Shop) -> None:
    """A dry run with a key leaves it free for the real order."""
    busy_shop.order("kim", {"LATTE": 1}, key="key-1", dry_run=True)

    assert busy_shop.order("kim", {"LATTE": 1}, key="key-1").replayed is False
