"""Fixtures of delivery: a shop with something to send, and an environment that names a platform."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shopcli import Relay, Shop
from shopcli.domain.deliveries.retry_schedule import Policy
from shopcli.domain.records import Order
from tests import factories
from tests.clocks import SettableClock
from tests.conftest import Filling

HASTY = Policy(attempt_seconds=1.0)
"""The policy of a shop, with a deadline tests can wait for."""


def _stock(shop: Shop, _clock: SettableClock) -> None:
    factories.stocked(shop, balance=10_000_000)
    shop.restock("LATTE", 1_000)


@pytest.fixture
def filling(request: pytest.FixtureRequest) -> Filling | None:
    """Some goods, where a test asks for a shop that sells."""
    return _stock if "selling" in request.fixturenames else None


@pytest.fixture
def selling(shop: Shop) -> Shop:
    """A shop where kim can buy LATTE and BEANS."""
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


@pytest.fixture
def keeps_connections() -> bool:
    """No: what becomes of connections is the matter here."""
    return False
