"""Fixtures of the races: processes that are ready, and a seed that is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shopcli import Shop
from tests.concurrency.crowd import Crowd


@pytest.fixture(scope="session")
def crowd() -> Iterator[Crowd]:
    """Sixteen processes that can race."""
    made = Crowd(16)
    yield made
    made.disband()


@pytest.fixture
def shop(shop_url: str) -> Iterator[Shop]:
    """An open shop that lives by the system's clock, as the racing processes do."""
    with Shop.open(shop_url) as opened:
        yield opened


@pytest.fixture
def keeps_connections() -> bool:
    """No: what becomes of connections is the matter here."""
    return False
