"""A shop's tables without anything sold, as the storage sees them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shopcli.storage.database import Database, connect


@pytest.fixture
def database(shop_url: str) -> Iterator[Database]:
    """An open database with the tables of a shop, that waits for a fifth of a second at most."""
    opened = connect(shop_url, timeout_seconds=0.2)
    yield opened
    opened.close()


@pytest.fixture
def keeps_connections() -> bool:
    """No: what becomes of connections is the matter here."""
    return False
