"""Fixtures of delivery: a shop with something to send, and an environment that names a platform."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shopcli import Relay, Shop
from shopcli.domain.records import Order
from shopcli.domain.retry_schedule import Policy
from tests import factories

HASTY = Policy(attempt_seconds=1.0)
"""The policy of a shop, with a deadline tests can wait for."""


@pytest.fixture
def selling(shop: Shop) -> Shop:
    """A shop where kim can buy LATTE and BEANS."""
    factories.stocked(shop, balance=10_000_000)
    shop.restock("LATTE", 1_000)
    return shop


@pytest.fixture
def buy(selling: Shop) -> Callable[[], Order]:
    """Place one order of one LATTE."""
    return lambda: selling.order("kim", {"LATTE": 1})


def to(url: str, shop: Shop, *, policy: Policy = HASTY, concurrency: int = 1) -> Relay:
    """A relay that sends to an address."""
    return Relay(
        shop, environment={"SHOP_PLATFORM_URL": url}, policy=policy, concurrency=concurrency
    )
