"""The revision of a shop: what tells screens that stay open whether something was committed."""

from __future__ import annotations

from collections.abc import Hashable

from shopcli import Shop


def both(shop: Shop) -> tuple[Hashable, Hashable]:
    """The revision as two connections tell it."""
    one = shop.browsing.revision()
    with shop.runtime.reading():  # holds the connection that was asked
        return one, shop.browsing.revision()


def test_the_revision_is_the_same_on_every_connection(shop: Shop) -> None:
    """Which of its connections a shop asks with tells nothing, once each was asked."""
    both(shop)
    assert len({*both(shop), *both(shop)}) == 1


def test_a_commit_changes_the_revision_on_every_connection(shop: Shop, shop_url: str) -> None:
    """Whoever commits, by this shop's connections or others, each of them tells it."""
    both(shop)
    seen = {*both(shop)}

    shop.add_user("kim")
    first, second = both(shop)
    assert first not in seen
    assert second not in seen
    seen |= {first, second, *both(shop)}

    with Shop.open(shop_url) as other:
        other.add_user("sato")
    with shop.runtime.reading():
        assert shop.browsing.revision() not in seen
    seen |= {*both(shop), *both(shop)}
    assert {*both(shop)} <= seen
