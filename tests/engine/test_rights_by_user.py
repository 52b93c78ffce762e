"""Rights, role by role: each verb about a user, for oneself, another, nobody, and nobody named.

The endings stand here as they were agreed, and are not taken from the table that is tested.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.rights import RIGHTS
from tests import factories
from tests.clocks import SettableClock
from tests.engine.test_rights import PARTS
from tests.factories import REASON, id_of
from tests.raw_rows import dump

ROLES = ("member", "till", "operator")
WHOSE = {"own": "kim", "other": "lee", "nobody": "eel", "unnamed": None}
"""Whom a call names: the member herself, another one, a name that is nobody's, none at all."""

OK, NO, WHO, HOW = "", "not_allowed", "unknown_user", "invalid_input"


class Endings(NamedTuple):
    """The codes that one way of calling a verb ends with, by role."""

    member: str
    till: str
    operator: str


SELF_OR_SELLER = {
    "own": Endings(OK, OK, OK),
    "other": Endings(NO, OK, OK),
    "nobody": Endings(NO, WHO, WHO),
    "unnamed": Endings(OK, HOW, HOW),
}
"""A member for oneself, a till for everybody: what is sold, and the balance that pays for it."""

SELF = {
    "own": Endings(OK, NO, OK),
    "other": Endings(NO, NO, OK),
    "nobody": Endings(NO, NO, WHO),
    "unnamed": Endings(OK, NO, HOW),
}
"""A member for oneself, and no till: what somebody bought, and gifts."""

SELLER = {
    "own": Endings(NO, OK, OK),
    "other": Endings(NO, OK, OK),
    "nobody": Endings(NO, WHO, WHO),
    "unnamed": Endings(NO, HOW, HOW),
}
"""A till for everybody, and no member: money that is handed over the counter."""

OPERATOR = {
    "own": Endings(NO, NO, OK),
    "other": Endings(NO, NO, OK),
    "nobody": Endings(NO, NO, WHO),
    "unnamed": Endings(NO, NO, HOW),
}

Call = Callable[[Shop, str], object]

BY_USER: dict[str, tuple[Call, dict[str, Endings]]] = {
    "user": (lambda shop, user: shop.user(user), SELF_OR_SELLER),
    "balance": (lambda shop, user: shop.balance(user), SELF_OR_SELLER),
    "coupons": (lambda shop, user: shop.coupons(user), SELF_OR_SELLER),
    "claim": (
        lambda shop, user: shop.claim(user, "TENTH", key=f"of-{user or 'kim'}"),
        SELF_OR_SELLER,
    ),
    "order": (lambda shop, user: shop.order(user, {"LATTE": 1}), SELF_OR_SELLER),
    "history": (lambda shop, user: shop.history(user), SELF),
    "statement": (lambda shop, user: shop.statement(user), SELF),
    "transfer": (lambda shop, user: shop.transfer(user, "ann", 5), SELF),
    "browsing.journal": (lambda shop, user: shop.browsing.journal(user), SELF),
    "browsing.bindings": (lambda shop, user: shop.browsing.bindings(user, ()), SELF),
    "browsing.booked_by": (lambda shop, user: shop.browsing.booked_by(user, ()), OPERATOR),
    "browsing.usual": (lambda shop, user: shop.browsing.usual(user), SELF),
    "browsing.is_recorded_before": (
        lambda shop, user: shop.browsing.is_recorded_before(user, shop.now()),
        SELF,
    ),
    "charge": (lambda shop, user: shop.charge(user, 5), SELLER),
    "orders": (
        lambda shop, user: shop.orders(user),
        {**SELF_OR_SELLER, "unnamed": Endings(OK, OK, OK)},
    ),
    "payout": (lambda shop, user: shop.payout(user, 5, reason=REASON), OPERATOR),
    "adjust": (lambda shop, user: shop.adjust(user, 5, reason=REASON), OPERATOR),
    "set_user": (lambda shop, user: shop.set_user(user, name="New"), OPERATOR),
    "book": (
        lambda shop, user: shop.book(user, {"LATTE": 1}, ordered_at=shop.now()),
        OPERATOR,
    ),
    "as_member": (lambda shop, user: shop.as_member(user), OPERATOR),
    "add_user": (
        lambda shop, user: shop.add_user(user),
        {
            "own": Endings(NO, NO, "user_exists"),
            "other": Endings(NO, NO, "user_exists"),
            "nobody": Endings(NO, NO, OK),
            "unnamed": Endings(NO, NO, HOW),
        },
    ),
}
"""Each verb about a user, and how it ends."""

BY_ORDER: dict[str, tuple[Call, Endings, Endings]] = {
    "receipt": (
        lambda shop, order: shop.receipt(order),
        Endings(OK, OK, OK),
        Endings("unknown_order", "unknown_order", OK),
    ),
    "browsing.goes_to_stock": (
        lambda shop, order: shop.browsing.goes_to_stock(order),
        Endings(OK, OK, OK),
        Endings("unknown_order", "unknown_order", OK),
    ),
    "cancel": (
        lambda shop, order: shop.cancel(order),
        Endings(OK, OK, OK),
        Endings("unknown_order", "unknown_order", OK),
    ),
    "refund": (
        lambda shop, order: shop.refund(order, {"LATTE": 1}, reason=REASON),
        Endings(NO, NO, OK),
        Endings(NO, NO, OK),
    ),
}
"""Each verb about an order: of one that the caller placed or sold, and of another's."""

BY_ENTRY = {"undo"}
BY_EVENT = {"outbox.list"}
"""Verbs that name an entry or filter by an order, and are the operator's altogether."""


@pytest.fixture
def roles(shop: Shop, shop_url: str, clock: SettableClock) -> Iterator[dict[str, Shop]]:
    """The same shop for kim, for a till at the counter, and for the operator."""
    for user in ("kim", "lee", "ann"):
        factories.user(shop, user, balance=90_000)
    factories.product(shop, "LATTE")
    factories.coupon(shop, "TENTH")
    with Shop.open(shop_url, clock=clock, actor="counter") as counter:
        yield {"member": shop.as_member("kim"), "till": counter.as_till(), "operator": shop}


def _ending(call: Call, shop: Shop, named: str | None) -> str:
    try:
        call(shop, named)  # type: ignore[arg-type]  # None is what is tried
    except ShopError as refused:
        return f"{refused.code} of others" if _names_others(shop, refused) else refused.code
    return OK


def _names_others(shop: Shop, refused: ShopError) -> bool:
    return shop.role == "member" and bool(refused.details.get("suggestions"))


def _named(*parameters: str) -> set[str]:
    """The verbs that have one of these parameters."""
    found = set()
    for verb in RIGHTS:
        part, _, name = verb.rpartition(".")
        member = getattr(PARTS[part] if part else Shop, name)
        if not isinstance(member, property) and not {*parameters}.isdisjoint(
            inspect.signature(member).parameters
        ):
            found.add(verb)
    return found


def test_each_verb_about_somebody_is_in_a_matrix() -> None:
    """A verb that is added with a user, an order or an entry says here whose it may be."""
    assert _named("user") == set(BY_USER)
    assert _named("order") == {*BY_ORDER, *BY_EVENT}
    assert _named("entry") == BY_ENTRY
    assert all({*endings} == {*WHOSE} for _, endings in BY_USER.values())


@pytest.mark.parametrize("role", ROLES)
def test_whose_data_a_verb_reaches(roles: dict[str, Shop], shop_url: str, role: str) -> None:
    """Each verb about a user ends as agreed; what is refused changes no row."""
    before = dump(shop_url)
    told = {
        (verb, whose): _ending(call, roles[role], name)
        for verb, (call, endings) in BY_USER.items()
        for whose, name in WHOSE.items()
        if getattr(endings[whose], role) != OK
    }
    assert dump(shop_url) == before
    told |= {
        (verb, whose): _ending(call, roles[role], name)
        for verb, (call, endings) in BY_USER.items()
        for whose, name in WHOSE.items()
        if getattr(endings[whose], role) == OK
    }

    assert told == {
        (verb, whose): getattr(ending, role)
        for verb, (_, endings) in BY_USER.items()
        for whose, ending in endings.items()
    }


@pytest.mark.parametrize("role", ROLES)
def test_whose_orders_a_verb_reaches(roles: dict[str, Shop], role: str) -> None:
    """Own orders are those that the member placed, or the till sold; there are no others."""
    for verb, (call, own, other) in BY_ORDER.items():
        mine = id_of(roles["till"].order("kim", {"LATTE": 1}))
        others = id_of(roles["operator"].order("lee", {"LATTE": 1}))
        nobodys = others[:-4] + ("zzzz" if others[-4:] != "zzzz" else "yyyy")

        for order, wanted in ((mine, own), (others, other)):
            assert _ending(call, roles[role], order) == getattr(wanted, role), (verb, order)
        is_theirs = getattr(own, role) == OK
        assert _ending(call, roles[role], nobodys) == ("unknown_order" if is_theirs else NO)
        assert _ending(call, roles[role], None) == (HOW if is_theirs else NO)
