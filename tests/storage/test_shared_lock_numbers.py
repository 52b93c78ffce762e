"""Advisory locks of Postgres are numbers of a whole database, which other programs may use too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from shopcli import Shop
from shopcli.domain.errors import Busy, NoShop
from shopcli.storage import coupons
from shopcli.storage.postgres import procedures
from shopcli.storage.postgres.schema import ADVISORY_LOCK
from shopcli.storage.schema import making
from tests import factories
from tests.postgres_server import address_of

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("dialect", ["postgres"])]

SECONDS = 0.4
OF_LATTE = f"{procedures._QUEUE}, hashtext('LATTE')"  # noqa: SLF001 - the number that is shared
OF_TEN = f"{coupons._QUEUE}, hashtext('TEN')"  # noqa: SLF001 - the same


@contextmanager
def _held_by_another_program(url: str, numbers: str) -> Iterator[None]:
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(f"SELECT pg_advisory_lock({numbers})".encode())
        yield


def _served(shop: Shop) -> None:
    shop.order("kim", {"LATTE": 1})
    shop.claim("kim", "TEN")


def test_a_sale_does_not_wait_for_ever(shop_url: str) -> None:
    """Whoever holds a product's number or a coupon's delays it for as long as any lock may."""
    with Shop.open(shop_url, wait_max=SECONDS) as shop:
        factories.stocked(shop)
        shop.add_coupon("TEN", percent=10, limit=2)
        before = shop.balance("kim").balance
        with _held_by_another_program(shop_url, OF_LATTE), pytest.raises(Busy):
            shop.order("kim", {"LATTE": 1})
        with _held_by_another_program(shop_url, OF_TEN), pytest.raises(Busy):
            shop.claim("kim", "TEN")

        assert (shop.balance("kim").balance, shop.orders(), shop.coupons("kim")) == (before, (), ())
        _served(shop)
        assert shop.verify().ok


def test_numbers_of_another_database_are_others(shop_url: str) -> None:
    """A program in another database of the same server holds up nobody."""
    elsewhere = address_of(shop_url, "postgres")
    with Shop.open(shop_url, wait_max=SECONDS) as shop:
        factories.stocked(shop)
        shop.add_coupon("TEN", percent=10, limit=2)
        with (
            _held_by_another_program(elsewhere, OF_LATTE),
            _held_by_another_program(elsewhere, OF_TEN),
        ):
            _served(shop)


def test_no_shop_is_made_while_another_program_holds_the_number(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait of schema work ends as well, and nothing is there then."""
    monkeypatch.setattr(making, "LOCK_TIMEOUT_SECONDS", SECONDS)
    with (
        _held_by_another_program(empty_database_url, str(ADVISORY_LOCK)),
        pytest.raises(Busy),
    ):
        Shop.create(empty_database_url)

    with pytest.raises(NoShop):
        making.status(empty_database_url)
    Shop.create(empty_database_url).close()
