"""Who changed what, from what, to what, and why: `shop.changes`."""

from __future__ import annotations

from datetime import timedelta

from shopcli import Shop
from tests import factories
from tests.clocks import SettableClock
from tests.engine.conftest import Refuse
from tests.factories import REASON
from tests.raw_rows import raw_database


def _changed(shop: Shop, clock: SettableClock) -> None:
    """A change of each kind, an hour apart."""
    factories.stocked(shop)
    factories.coupon(shop, "TENTH")
    for change in (
        lambda: shop.set_user("kim", state="blocked", reason="card lost"),
        lambda: shop.set_product("LATTE", price=5000, on_sale=False, reason="dearer milk"),
        lambda: shop.set_coupon("TENTH", closes=clock() + timedelta(days=1), disabled=True),
        lambda: shop.set_setting("cancel_within", "2h", reason=REASON),
        lambda: shop.set_product("LATTE", price=4800),
    ):
        clock.advance(hours=1)
        change()


def test_everything_that_was_changed_is_listed_newest_first(
    shop: Shop, clock: SettableClock
) -> None:
    """Of all kinds, with the values by their public names; what was not given is null."""
    _changed(shop, clock)

    changes = shop.changes()

    assert [(one.kind, one.name) for one in changes] == [
        ("product", "LATTE"),
        ("setting", "cancel_within"),
        ("coupon", "TENTH"),
        ("product", "LATTE"),
        ("user", "kim"),
    ]
    price, setting, coupon, product, user = changes
    assert (price.before, price.after, price.reason) == ({"price": 5000}, {"price": 4800}, None)
    assert (setting.before, setting.after) == ({"value": "24h"}, {"value": "2h"})
    assert coupon.before == {"closes": None, "disabled": False}
    assert coupon.after == {"closes": clock() + timedelta(days=1, hours=-2), "disabled": True}
    assert product.before == {"on_sale": True, "price": 4500}
    assert (product.reason, product.currency) == ("dearer milk", "KRW")
    assert (user.before, user.after) == ({"state": "active"}, {"state": "blocked"})
    assert user.at == clock() - timedelta(hours=4)
    assert (user.action, user.channel, user.reason) == ("set", "api", "card lost")


def test_changes_are_chosen_by_kind_name_and_window(shop: Shop, clock: SettableClock) -> None:
    """Each narrows the list, and a limit keeps the newest."""
    _changed(shop, clock)

    assert len(shop.changes("product")) == len(shop.changes("product", "LATTE")) == 2
    assert [one.kind for one in shop.changes("coupon", "tenth")] == ["coupon"]
    assert shop.changes("product", limit=1) == shop.changes("product")[:1]
    since, until = clock() - timedelta(hours=2), clock()
    assert [one.kind for one in shop.changes(since=since, until=until)] == ["setting", "coupon"]
    assert shop.changes("user", "kim", since, until) == ()
    assert len(shop.changes("product", since=until)) == 1


def test_what_is_not_there_is_said(shop: Shop, refuse: Refuse) -> None:
    """A name that nothing has is unknown, as anywhere; what was never changed has no changes."""
    factories.stocked(shop)

    assert shop.changes("user", "kim") == shop.changes("setting", "methods") == ()
    refuse("unknown_user", shop.changes, "user", "kin")
    refuse("unknown_product", shop.changes, "product", "LATTEE")
    refuse("unknown_coupon", shop.changes, "coupon", "TENT")
    refuse("invalid_input", shop.changes, "setting", "cancel")
    refuse("invalid_input", shop.changes, "users")
    refuse("invalid_input", shop.changes, None, "kim")
    refuse("invalid_input", shop.changes, limit=0)


def test_what_was_not_recorded_is_null(shop: Shop, shop_url: str, clock: SettableClock) -> None:
    """Rows without values, or with values that nobody can read, claim nothing."""
    _changed(shop, clock)
    with raw_database(shop_url) as database:
        database.unguard()
        database.run("UPDATE admin_changes SET before = NULL, after = NULL WHERE subject = 'kim'")
        database.run("UPDATE admin_changes SET before = '{', after = '7' WHERE subject = 'TENTH'")

    for kind in ("user", "coupon"):
        (change,) = shop.changes(kind)
        assert (change.before, change.after) == (None, None)
        assert change.actor
