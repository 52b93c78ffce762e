"""What a verb declares to be reading only reads: where statements commit themselves it matters.

Here Postgres itself is asked: each such statement runs in a transaction that may only read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from shopcli import Shop
from shopcli.domain.errors import KeyConflict, ReadOnly, UnknownCoupon, UnknownProduct, UnknownUser
from shopcli.storage.postgres import blocks as postgres_blocks
from shopcli.storage.postgres.connections import PostgresSession
from shopcli.storage.session import Dialect, Parameters, Row
from tests import factories
from tests.raw_rows import dump

pytestmark = pytest.mark.postgres


class _ReadOnlySession:
    """Stands in for the session of what only reads."""

    dialect: Dialect = "postgres"

    def __init__(self, session: PostgresSession) -> None:
        self._session = session

    def rows(self, statement: str, parameters: Parameters = {}) -> list[Row]:  # noqa: B006 - read
        self._session.run(b"BEGIN READ ONLY")
        try:
            return self._session.rows(statement, parameters)
        finally:
            self._session.run(b"ROLLBACK")

    def row(self, statement: str, parameters: Parameters = {}) -> Row | None:  # noqa: B006 - read
        found = self.rows(statement, parameters)
        return found[0] if found else None

    def stream(self, statement: str, parameters: Parameters = {}) -> Iterator[Row]:  # noqa: B006 - read
        return iter(self.rows(statement, parameters))


@pytest.fixture
def shop(postgres_shop_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop whose verbs may only read where they say they read."""
    monkeypatch.setattr(postgres_blocks, "ReadingSession", _ReadOnlySession)
    with Shop.open(postgres_shop_url) as opened:
        factories.stocked(opened)
        factories.claimed(opened)
        yield opened


def test_a_change_that_is_declared_to_be_reading_is_refused(shop: Shop) -> None:
    """So a verb that did so would fail here."""
    before = dump(_address(shop))
    with pytest.raises((ReadOnly, psycopg.Error)), shop.runtime.database.write_at_once() as session:
        session.reading.row("UPDATE users SET name = 'x' RETURNING name")
    assert dump(_address(shop)) == before


def test_orders_and_bookings_only_read_where_they_say_so(shop: Shop) -> None:
    """Placed, repeated and refused in every way that reads something first."""
    at = datetime(2026, 11, 1, tzinfo=UTC)
    for _ in range(2):
        shop.order("kim", {"LATTE": 1}, coupon="TENTH", key="K1")
        shop.book("kim", {"LATTE": 1}, ordered_at=at, key="K2")
    for error, user, lines, coupon in (
        (KeyConflict, "kim", {"LATTE": 2}, None),
        (UnknownUser, "lee", {"LATTE": 1}, None),
        (UnknownProduct, "kim", {"TEA": 1}, None),
        (UnknownCoupon, "kim", {"LATTE": 1}, "NONE"),
    ):
        with pytest.raises(error):
            shop.order(user, lines, coupon=coupon, key="K1" if error is KeyConflict else None)
    with pytest.raises(UnknownUser):
        shop.book("lee", {"LATTE": 1}, ordered_at=at)
    assert len(shop.orders("kim")) == 2


def test_claims_and_changes_of_a_balance_need_not_read_first(shop: Shop) -> None:
    """They go on as ever."""
    shop.add_user("lee")
    assert shop.claim("lee", "TENTH").number == 2
    assert shop.charge("lee", 500).balance == 500
    assert shop.verify().ok


def _address(shop: Shop) -> str:
    database = shop.runtime.database
    assert hasattr(database, "address")
    return str(database.address.conninfo)
