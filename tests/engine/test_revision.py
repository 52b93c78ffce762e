"""The revision of a shop: what tells screens that stay open whether something was committed."""

from __future__ import annotations

from collections.abc import Hashable

from shopcli import Shop

PAIR_COUNT = 5


def both(shop: Shop) -> tuple[Hashable, Hashable]:
    """The revision as two connections tell it."""
    one = shop.browsing.revision()
    with shop.runtime.reading():  # holds the connection that was asked
        return one, shop.browsing.revision()


def _tells_again(shop: Shop) -> bool:
    """Whether nothing else is told where nothing moves it."""
    seen = {*both(shop), *both(shop)}
    return {*both(shop)} <= seen


def test_the_revision_is_the_same_on_every_connection(shop: Shop, dialect: str) -> None:
    """Which of its connections a shop asks with tells nothing, once each was asked."""
    both(shop)
    # On Postgres anything that the server writes moves it, as the upkeep of another database does:
    # only two that were told without such a move between them compare.
    unmoved = [pair for pair in (both(shop) for _ in range(PAIR_COUNT)) if pair[0] == pair[1]]
    assert len(unmoved) > 1
    assert len(unmoved) == PAIR_COUNT or dialect == "postgres"


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
    assert any(_tells_again(shop) for _ in range(PAIR_COUNT))  # as above
