"""People: add, rename, forget, block, close; and the shop's own settings."""

from __future__ import annotations

from typing import Any

import pytest

from shopcli import Shop
from tests import factories
from tests.clocks import SettableClock
from tests.engine.conftest import Refuse
from tests.factories import REASON
from tests.raw_rows import dump


def test_a_user_starts_active_and_empty(shop: Shop) -> None:
    """Adding answers with the user; list and show answer the same."""
    made = shop.add_user("김철수", name="Kim")

    assert (made.user, made.name, made.state, made.balance) == ("김철수", "Kim", "active", 0)
    assert made.currency == "KRW"
    assert shop.user("김철수") == made
    assert shop.users() == (made,)


def test_a_user_name_is_taken_once(shop: Shop, refuse: Refuse) -> None:
    """The same name in another spelling of Unicode is the same user."""
    shop.add_user("jos\u00e9")

    refused = refuse("user_exists", shop.add_user, "jose\u0301")
    assert refused.details == {"user": "jos\u00e9"}


@pytest.mark.parametrize(
    "user", ["", "a b", "a:b", "a/b", "x" * 65, "a\x00", "a\x1b[m", "\u202ea", "\ud800", None, 5],
    ids=ascii,
)  # fmt: skip
def test_bad_user_names_are_refused(shop: Shop, refuse: Refuse, user: str) -> None:
    """User names follow the grammar of SKUs."""
    refuse("invalid_input", shop.add_user, user)
    refuse("invalid_input", shop.user, user)
    refuse("invalid_input", shop.charge, user, 5)


@pytest.mark.parametrize(
    "name", ["", "  ", "x" * 201, "a\nb", "a\x9bb", "a\u2066b", "\ud800", 5], ids=ascii
)
def test_bad_names_are_refused(shop: Shop, refuse: Refuse, name: str) -> None:
    """Display names are plain text of 1 to 200 characters."""
    shop.add_user("kim")

    refuse("invalid_input", shop.add_user, "lee", name=name)
    refuse("invalid_input", shop.set_user, "kim", name=name)


def test_users_are_listed_in_code_point_order(shop: Shop) -> None:
    """The order of the list does not depend on the database's locale."""
    for user in ("b", "A", "a", "김", "_x"):
        shop.add_user(user)

    names = [user.user for user in shop.users()]

    assert names == sorted(names)
    assert [user.user for user in shop.users(limit=2)] == names[:2]


def test_only_an_empty_user_is_closed(shop: Shop, refuse: Refuse) -> None:
    """Closing needs balance 0 and can be undone."""
    factories.user(shop, "kim", balance=1)

    refused = refuse("balance_not_zero", shop.set_user, "kim", state="closed")
    assert refused.details.items() >= {"balance": 1, "currency": "KRW"}.items()
    shop.payout("kim", reason=REASON)
    assert shop.set_user("kim", state="closed").state == "closed"
    assert shop.set_user("kim", state="active").state == "active"
    assert shop.charge("kim", 5).balance == 5


def test_a_state_takes_the_place_of_the_one_expected(shop: Shop, refuse: Refuse) -> None:
    """Where it is another by now, or the same made anew, nothing is changed."""
    shop.add_user("kim")
    look: dict[str, Any] = {"state": "active", "expected_state": "blocked"}

    refused = refuse("total_changed", shop.set_user, "kim", **look, name="x")
    assert refused.details == {
        "user": "kim",
        "expected": "blocked",
        "total": "active",
        "reason": "state",
    }
    shop.set_user("kim", state="blocked", expected_state="active")
    (made,) = shop.changes("user", "kim")
    shop.set_user("kim", state="active")
    shop.set_user("kim", state="blocked", reason=REASON)
    refuse("total_changed", shop.set_user, "kim", **look, expected_change=made)
    refuse("invalid_input", shop.set_user, "kim", state="active", expected_state="gone")
    made, *_ = (one for one in shop.changes("user", "kim") if one.reason == REASON)
    assert shop.set_user("kim", **look, expected_change=made).state == "active"


def test_changes_of_a_user_are_recorded_without_the_name(shop: Shop, clock: SettableClock) -> None:
    """What was, what is, and why; never what somebody was called."""
    shop.add_user("kim", name="Kim Cheolsu")

    shop.set_user("kim", state="blocked", reason=REASON)
    clock.advance(seconds=1)
    shop.set_user("kim", name="Kim Minsu")
    shop.set_user("kim", state="blocked")

    renamed, blocked = shop.changes("user", "kim")
    assert (blocked.before, blocked.after) == ({"state": "active"}, {"state": "blocked"})
    assert blocked.reason == REASON
    assert "Kim" not in f"{renamed.before}{renamed.after}"


def test_a_forgotten_name_leaves_no_trace(shop: Shop, shop_url: str, clock: SettableClock) -> None:
    """After forgetting, no row of any table holds a name the user ever had."""
    factories.stocked(shop)
    shop.set_user("kim", name="Cheolsu Firstname")
    factories.claimed(shop)
    order = shop.order("kim", {"LATTE": 1}, coupon="TENTH")
    shop.set_user("kim", name="Cheolsu Secondname", reason="married")
    clock.advance(hours=1)
    shop.cancel(factories.id_of(order))
    shop.payout("kim", reason=REASON)

    closed = shop.set_user("kim", state="closed", forget_name=True)

    assert (closed.name, closed.state) == (None, "closed")
    rows = dump(shop_url)
    assert rows["users"], "the dump shows rows"
    assert "Cheolsu" not in repr(rows)
    assert shop.verify().ok


def test_a_name_is_given_or_forgotten(shop: Shop, refuse: Refuse) -> None:
    """Both at once, an unknown state or an unknown user change nothing."""
    shop.add_user("kim", name="Kim")

    refuse("invalid_input", shop.set_user, "kim", name="Lee", forget_name=True)
    refuse("invalid_input", shop.set_user, "kim", state="gone")
    refuse("unknown_user", shop.set_user, "kin", state="blocked")


def test_who_did_it_is_stored_with_every_row(shop_url: str, clock: SettableClock) -> None:
    """Actor and channel given to the shop are those of its changes."""
    with Shop.open(shop_url, clock=clock, actor="till-1", channel="import") as shop:
        shop.add_user("kim")
        shop.set_user("kim", state="blocked")
        (change,) = shop.changes("user", "kim")

    assert (change.actor, change.channel, change.at) == ("till-1", "import", clock())


def test_settings_have_defaults_and_a_grammar(
    shop: Shop, clock: SettableClock, refuse: Refuse
) -> None:
    """A setting takes values of its kind, returns to its default, and records each change."""
    assert shop.settings()["cancel_within"] == "24h"

    shop.set_setting("cancel_within", "7d", reason=REASON)
    assert shop.settings()["cancel_within"] == "7d"
    clock.advance(seconds=1)
    shop.set_setting("cancel_within", None)
    assert shop.settings()["cancel_within"] == "24h"
    assert [change.action for change in shop.changes("setting", "cancel_within")] == [
        "unset",
        "set",
    ]
    for value in ("", "soon", "-1h", "1e3s", "\uff11h", "24h\n", "1h\x1b[m", "9999999d"):
        refuse("invalid_input", shop.set_setting, "cancel_within", value)
    refused = refuse("invalid_input", shop.set_setting, "cancel_withn", "1h")
    assert refused.details["suggestions"] == ["cancel_within"]


def test_people_are_found_by_what_they_are_called_whole(shop: Shop, refuse: Refuse) -> None:
    """In upper or lower case, also of letters that databases do not know; by no part of it."""
    shop.add_user("kim", name="Émile DUPONT")
    shop.add_user("Kim", name="Ωmega")
    shop.add_user("mina", name="김민지")
    for number in range(12):
        shop.add_user(f"n{number:02d}", name="Mina")

    def called(text: str) -> list[str]:
        return [one.user for one in shop.browsing.called(text)]

    for text in ("émile dupont", "ÉMILE DUPONT", "e\u0301mile dupont"):
        assert called(text) == ["kim"]
    assert called("ωmega") == ["Kim"]
    assert called("Kim") == ["Kim"]
    assert called("KIM") == ["Kim", "kim"]
    assert called("mina") == ["mina"]
    assert called("MINA") == ["mina", *(f"n{number:02d}" for number in range(9))]
    for text in ("dupont", "김민", "k%", "nobody"):
        assert called(text) == []
    refuse("invalid_input", shop.browsing.called, "a\x00b")
