"""Moving a shop while tills sell: no sale falls between the two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shopcli import Shop
from tests import factories
from tests.concurrency import contenders
from tests.concurrency.crowd import Crowd

TILLS = ("kim", "lee", "mo")
LEAST = 30


def test_every_sale_that_was_made_is_in_the_new_shop(
    shop: Shop, shop_url: str, crowd: Crowd, tmp_path: Path
) -> None:
    """Tills that have the shop open are refused at once, and what they sold before has moved."""
    for user in TILLS:
        factories.user(shop, user, balance=10_000_000)
    factories.product(shop, "A", price=1, stock=1_000_000)
    target = f"sqlite:///{tmp_path}/target.db"

    found: list[Any] = crowd.race(
        shop_url,
        *((contenders.sell_until_it_moves, (user,)) for user in TILLS),
        (contenders.move, (target, LEAST)),
    )

    *sold, moved = found
    assert (moved.code, moved.details) == (None, {})
    assert {ended for _, ended in sold} == {"read_only retired"}
    placed = {order for orders, _ in sold for order in orders}
    assert len(placed) >= LEAST
    with Shop.open(target) as new:
        assert {order.order for order in new.orders()} == placed
        assert new.verify().ok, new.verify()
