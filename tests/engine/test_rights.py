"""Rights: what members and tills may do, verb by verb, and whose orders are there for them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import pytest

from shopcli import Shop, ShopError
from shopcli.domain import ids
from shopcli.domain.rights import RIGHTS, Holder
from shopcli.engine.facade import Verb
from shopcli.engine.parts import Browsing, Exports, Imports, Maintenance, Outbox
from tests import factories
from tests.clocks import SettableClock
from tests.factories import REASON, id_of, refusal
from tests.raw_rows import dump

PARTS = {
    "browsing": Browsing,
    "exports": Exports,
    "imports": Imports,
    "maintenance": Maintenance,
    "outbox": Outbox,
}


class Case(NamedTuple):
    """One verb done in one way, and the codes it ends with for kim and for a till."""

    verb: str
    call: Callable[[Shop, World], object]
    member: str
    till: str


class World:
    """The shop that the cases are tried on: kim's order by a till, and lee's by somebody else."""

    def __init__(self, shop: Shop, till: Shop) -> None:
        self.now = shop.now()
        self.mine = id_of(till.order("kim", {"LATTE": 1}, key="of-kim"))
        self.others = id_of(shop.order("lee", {"LATTE": 1}, key="of-lee"))


OK, NO, HIDDEN, TAKEN = "", "not_allowed", "unknown_order", "key_conflict"
"""Endings of a case: done, not for this role, not there for this role, a key of another."""


def _property(name: str, shop: Shop, _: World) -> object:
    return getattr(shop, name)


def _is_recorded_before(user: str, shop: Shop, _: World) -> object:
    return shop.browsing.is_recorded_before(user, shop.now())


CASES = [
    *(
        Case(name, partial(_property, name), OK, OK)
        for name in ("id", "currency", "exponent", "timezone", "url", "role", "member")
    ),
    Case("now", lambda shop, _: shop.now(), OK, OK),
    Case("moment", lambda shop, _: shop.moment("2026-01-01"), OK, OK),
    Case("window", lambda shop, _: shop.window(on="today"), OK, OK),
    Case("may", lambda shop, _: shop.may("charge"), OK, OK),
    Case("close", lambda shop, _: shop.close(), OK, OK),
    Case("runtime", lambda shop, _: shop.runtime, NO, NO),
    Case("change_count", lambda shop, _: shop.change_count, NO, NO),
    Case("server_ahead_seconds", lambda shop, _: shop.server_ahead_seconds, NO, NO),
    Case("as_member", lambda shop, _: shop.as_member("kim"), NO, NO),
    Case("as_till", lambda shop, _: shop.as_till(), NO, NO),
    Case("changes", lambda shop, _: shop.changes("user", "kim"), NO, NO),
    Case("settings", lambda shop, _: shop.settings(), NO, NO),
    Case("setting_sources", lambda shop, _: shop.setting_sources(), NO, NO),
    Case("set_setting", lambda shop, _: shop.set_setting("low_stock", "9"), NO, NO),
    Case("verify", lambda shop, _: shop.verify(), NO, NO),
    Case("add_user", lambda shop, _: shop.add_user("mina"), NO, NO),
    Case("set_user", lambda shop, _: shop.set_user("kim", name="Kim"), NO, NO),
    Case("users", lambda shop, _: shop.users(), NO, OK),
    Case("user", lambda shop, _: shop.user("kim"), OK, OK),
    Case("user", lambda shop, _: shop.user("lee"), NO, OK),
    Case("user", lambda shop, _: shop.user("nobody"), NO, "unknown_user"),
    Case("balance", lambda shop, _: shop.balance("kim"), OK, OK),
    Case("balance", lambda shop, _: shop.balance("lee"), NO, OK),
    Case("history", lambda shop, _: shop.history("kim"), OK, NO),
    Case("history", lambda shop, _: shop.history("lee"), NO, NO),
    Case("statement", lambda shop, _: shop.statement("kim"), OK, NO),
    Case("statement", lambda shop, _: shop.statement("lee"), NO, NO),
    Case("charge", lambda shop, _: shop.charge("kim", 5), NO, OK),
    Case("charge", lambda shop, _: shop.charge("lee", 5), NO, OK),
    Case("charge", lambda shop, world: shop.charge("kim", 5, at=world.now), NO, NO),
    Case("payout", lambda shop, _: shop.payout("kim", 5, reason=REASON), NO, NO),
    Case("adjust", lambda shop, _: shop.adjust("kim", 5, reason=REASON), NO, NO),
    Case("transfer", lambda shop, _: shop.transfer("kim", "lee", 5), OK, NO),
    Case("transfer", lambda shop, _: shop.transfer("lee", "kim", 5), NO, NO),
    Case("transfer", lambda shop, _: shop.transfer("kim", "eel", 5), "unknown_user", NO),
    Case("undo", lambda shop, _: shop.undo("kim:0001", reason=REASON), NO, NO),
    Case("cash_in", lambda shop, _: shop.cash_in(5, reason=REASON), NO, NO),
    Case("cash_out", lambda shop, _: shop.cash_out(5, reason=REASON), NO, NO),
    Case("cash_moves", lambda shop, _: shop.cash_moves(), NO, NO),
    Case("close_books", lambda shop, _: shop.close_books(counted=0), NO, NO),
    Case("closings", lambda shop, _: shop.closings(), NO, NO),
    Case("closing", lambda shop, _: shop.closing(1), NO, NO),
    Case("verify_closing", lambda shop, _: shop.verify_closing(1, "0" * 64), NO, NO),
    Case("products", lambda shop, _: shop.products(), OK, OK),
    Case("product", lambda shop, _: shop.product("LATTE"), OK, OK),
    Case("add_product", lambda shop, _: shop.add_product("TEA", name="Tea", price=5), NO, NO),
    Case("set_product", lambda shop, _: shop.set_product("LATTE", price=0), NO, NO),
    Case("restock", lambda shop, _: shop.restock("LATTE", 5), NO, NO),
    Case("adjust_stock", lambda shop, _: shop.adjust_stock("LATTE", to=1, reason=REASON), NO, NO),
    Case("product_history", lambda shop, _: shop.product_history("LATTE"), NO, NO),
    Case("browsing", lambda shop, _: shop.browsing, OK, OK),
    Case("browsing.products", lambda shop, _: shop.browsing.products("latte"), OK, OK),
    Case("browsing.named", lambda shop, _: shop.browsing.named(["LATTE"]), OK, OK),
    Case("read_lines", lambda shop, _: shop.read_lines(["LATTE:2"]), OK, OK),
    Case("browsing.scanned", lambda shop, _: shop.browsing.scanned("LATTE"), OK, OK),
    Case("browsing.categories", lambda shop, _: shop.browsing.categories(), OK, OK),
    Case("browsing.trend", lambda shop, _: shop.browsing.trend(["LATTE"], 3), OK, OK),
    Case("browsing.revision", lambda shop, _: shop.browsing.revision(), OK, OK),
    Case("browsing.low_stock", lambda shop, _: shop.browsing.low_stock(), NO, NO),
    Case("browsing.low_stock_mark", lambda shop, _: shop.browsing.low_stock_mark(), OK, OK),
    Case(
        "browsing.cancel_within_microseconds",
        lambda shop, _: shop.browsing.cancel_within_microseconds(),
        OK,
        OK,
    ),
    Case("browsing.goes_to_stock", lambda shop, w: shop.browsing.goes_to_stock(w.mine), OK, OK),
    Case(
        "browsing.goes_to_stock",
        lambda shop, world: shop.browsing.goes_to_stock(world.others),
        HIDDEN,
        HIDDEN,
    ),
    Case("browsing.charge_terms", lambda shop, _: shop.browsing.charge_terms(), OK, OK),
    Case("browsing.called", lambda shop, _: shop.browsing.called("Kim"), NO, OK),
    Case("browsing.charged", lambda shop, _: shop.browsing.charged("any"), OK, OK),
    Case("browsing.sold_by", lambda shop, _: shop.browsing.sold_by([]), NO, NO),
    Case("browsing.booked_by", lambda shop, _: shop.browsing.booked_by("kim", ()), NO, NO),
    Case("browsing.journal", lambda shop, _: shop.browsing.journal("kim"), OK, NO),
    Case("browsing.journal", lambda shop, _: shop.browsing.journal("lee"), NO, NO),
    Case("browsing.bindings", lambda shop, _: shop.browsing.bindings("kim", ()), OK, NO),
    Case("browsing.bindings", lambda shop, _: shop.browsing.bindings("lee", ()), NO, NO),
    Case("browsing.usual", lambda shop, _: shop.browsing.usual("kim"), OK, NO),
    Case("browsing.usual", lambda shop, _: shop.browsing.usual("lee"), NO, NO),
    Case("browsing.is_recorded_before", partial(_is_recorded_before, "kim"), OK, NO),
    Case("browsing.is_recorded_before", partial(_is_recorded_before, "lee"), NO, NO),
    Case("top", lambda shop, _: shop.top(), OK, OK),
    Case("report_sales", lambda shop, _: shop.report_sales(), NO, NO),
    Case("report_money", lambda shop, _: shop.report_money(), NO, NO),
    Case("report_stock", lambda shop, _: shop.report_stock(), NO, NO),
    Case("coupon_list", lambda shop, _: shop.coupon_list(), OK, OK),
    Case("coupon", lambda shop, _: shop.coupon("TENTH"), OK, OK),
    Case("coupon", lambda shop, _: shop.coupon("TENHT"), "unknown_coupon", "unknown_coupon"),
    Case("add_coupon", lambda shop, _: shop.add_coupon("NEW", percent=5, limit=1), NO, NO),
    Case("set_coupon", lambda shop, _: shop.set_coupon("TENTH", disabled=True), NO, NO),
    Case("coupons", lambda shop, _: shop.coupons("kim"), OK, OK),
    Case("coupons", lambda shop, _: shop.coupons("lee"), NO, OK),
    Case("claim", lambda shop, _: shop.claim("kim", "TENTH"), OK, OK),
    Case("claim", lambda shop, _: shop.claim("lee", "TENTH"), NO, OK),
    Case("order", lambda shop, _: shop.order("kim", {"LATTE": 1}), OK, OK),
    Case("order", lambda shop, _: shop.order("lee", {"LATTE": 1}), NO, OK),
    Case("order", lambda shop, _: shop.order("lee", {"LATTE": 1}, dry_run=True), NO, OK),
    Case(
        "order",
        lambda shop, _: shop.order("kim", {"LATTE": 2}, key="of-lee"),
        TAKEN,
        TAKEN,
    ),
    Case("orders", lambda shop, _: shop.orders(), OK, OK),
    Case("orders", lambda shop, _: shop.orders("kim"), OK, OK),
    Case("orders", lambda shop, _: shop.orders("lee"), NO, OK),
    Case("receipt", lambda shop, world: shop.receipt(world.mine), OK, OK),
    Case("receipt", lambda shop, world: shop.receipt(world.mine[-6:]), OK, OK),
    Case("receipt", lambda shop, _: shop.receipt(key="of-kim"), OK, OK),
    Case("receipt", lambda shop, world: shop.receipt(world.others), HIDDEN, HIDDEN),
    Case("receipt", lambda shop, world: shop.receipt(world.others[-6:]), HIDDEN, HIDDEN),
    Case("receipt", lambda shop, _: shop.receipt(key="of-lee"), HIDDEN, HIDDEN),
    Case("cancel", lambda shop, world: shop.cancel(world.mine), OK, OK),
    Case("cancel", lambda shop, world: shop.cancel(world.mine, REASON, force=True), NO, NO),
    Case("cancel", lambda shop, world: shop.cancel(world.others), HIDDEN, HIDDEN),
    Case("cancel", lambda shop, world: shop.cancel(world.others[-6:]), HIDDEN, HIDDEN),
    Case(
        "refund",
        lambda shop, world: shop.refund(world.mine, {"LATTE": 1}, reason=REASON),
        NO,
        NO,
    ),
    Case("book", lambda shop, world: shop.book("kim", {"LATTE": 1}, ordered_at=world.now), NO, NO),
    Case("imports", lambda shop, _: shop.imports, NO, NO),
    Case("exports", lambda shop, _: shop.exports, NO, NO),
    Case("maintenance", lambda shop, _: shop.maintenance, NO, NO),
    Case("outbox", lambda shop, _: shop.outbox, NO, NO),
]

BEHIND_A_PART = {
    "exports.write",
    "exports.save",
    "imports.run",
    "maintenance.back_up",
    "maintenance.copy_id",
    "maintenance.facts",
    "maintenance.clock_difference_seconds",
    "maintenance.shared_codes",
    "maintenance.copy",
    "maintenance.unretire",
    "maintenance.retired_to",
    "maintenance.grants",
    "maintenance.granted",
    "maintenance.login",
} | {
    f"outbox.{name}"
    for name in (
        "deliveries",
        "status",
        "list",
        "show",
        "retry",
        "retryable",
        "discard",
        "replay",
        "replayable",
        "hold",
        "resume",
        "prune",
    )
}
"""Verbs that no member or till ever reaches: the part itself is refused."""


class Ids(ids.Ids):
    """Makes one chosen id before all others."""

    def __init__(self, shop: Shop, first: str) -> None:
        super().__init__(shop.now)
        self._first = iter([first])

    def new(self) -> str:
        """The chosen one, then random ones."""
        return next(self._first, None) or super().new()


def _public(kind: type) -> set[str]:
    """Names that an object of a class answers to; those of the class itself (`Shop.open`) aside."""
    return {
        name
        for ancestor in kind.__mro__
        for name, member in vars(ancestor).items()
        if not name.startswith("_") and (callable(member) or isinstance(member, property | Verb))
    }


@pytest.fixture
def till(shop: Shop, shop_url: str, clock: SettableClock) -> Iterator[Shop]:
    """The shop's till, while `shop` acts for somebody else on the same machine."""
    for user in ("kim", "lee"):
        factories.user(shop, user, balance=50_000)
    factories.product(shop, "LATTE")
    factories.coupon(shop, "TENTH")
    with Shop.open(shop_url, clock=clock, actor="counter") as opened:
        yield opened.as_till()


def _ending(case: Case, shop: Shop, world: World) -> str:
    try:
        case.call(shop, world)
    except ShopError as refused:
        ended = refused
    else:
        return OK
    assert shop.role != "member" or not ended.details.get("suggestions")
    assert ended.code != NO or ended.details == {"role": shop.role, "verb": case.verb}
    return ended.code


def test_every_verb_of_the_facade_has_a_row_and_a_case() -> None:
    """A verb that is added without saying whose it is fails here (and is an operator's alone)."""
    verbs = _public(Shop) | {
        f"{part}.{name}" for part, kind in PARTS.items() for name in _public(kind)
    }

    assert verbs == set(RIGHTS)
    assert verbs == {case.verb for case in CASES} | BEHIND_A_PART


@pytest.mark.parametrize("role", ["member", "till"])
def test_members_and_tills_do_what_is_theirs(
    shop: Shop, till: Shop, shop_url: str, role: str
) -> None:
    """Each verb is done or refused as the table says; what is refused changes no row."""
    world = World(shop, till)
    bound = shop.as_member("kim") if role == "member" else till
    wanted = [(case.verb, case.member if role == "member" else case.till) for case in CASES]
    refused = [case for case, (_, ending) in zip(CASES, wanted, strict=True) if ending != OK]
    before = dump(shop_url)

    for case in refused:
        _ending(case, bound, world)
    assert dump(shop_url) == before
    assert [(case.verb, _ending(case, bound, world)) for case in CASES] == wanted


def test_a_part_in_the_wrong_hands_is_refused_as_well(shop: Shop) -> None:
    """Whoever gets hold of deliveries or files in another way may do nothing with them."""
    for holder in (Holder("till"), Holder("member", "kim")):
        runtime = replace(shop.runtime, holder=holder)
        for verb in BEHIND_A_PART:
            part, _, name = verb.partition(".")
            member = getattr(PARTS[part], name)
            if isinstance(member, property):
                refusal(NO, getattr, PARTS[part](runtime), name)
                continue
            _self, *needed = inspect.signature(member).parameters.values()
            values = {one.name: None for one in needed if one.default is one.empty}
            refusal(NO, getattr(PARTS[part](runtime), name), **values)


def test_an_operator_may_do_everything(shop: Shop) -> None:
    """Without a binding no verb is refused, one without a row neither."""
    assert all(shop.may(verb) for verb in [*RIGHTS, "no_such_verb"])
    assert (shop.role, shop.member) == ("operator", None)


def test_no_case_is_forbidden_to_an_operator(shop: Shop, till: Shop) -> None:
    """Whatever a member or till is refused, an operator is not: no order hides, no verb is shut."""
    world = World(shop, till)

    assert {_ending(case, shop, world) for case in CASES} & {NO, HIDDEN} == set()


def test_a_verb_without_a_row_is_refused(shop: Shop) -> None:
    """What nobody thought of when it was added is not a member's, nor a till's."""

    class Later(Shop):
        def paint(self) -> str:
            return "green"

    later = Later(shop.runtime)
    factories.user(shop, "kim")

    assert later.paint() == "green"
    refusal(NO, later.as_till().paint)
    refusal(NO, later.as_member("kim").paint)
    assert not later.as_till().may("paint")


def test_members_charge_where_the_shop_lets_them(shop: Shop) -> None:
    """The setting gives members their own balance to charge, and nobody else's."""
    factories.user(shop, "kim")
    factories.user(shop, "lee")
    kim = shop.as_member("kim")
    assert not kim.may("charge")

    shop.set_setting("members_charge", "yes")
    assert kim.may("charge")
    assert kim.charge("kim", 5).balance == 5
    refusal(NO, kim.charge, "lee", 5)
    refusal(NO, kim.charge, "kim", 5, None, shop.now())

    shop.set_setting("members_charge", None)
    refusal(NO, kim.charge, "kim", 5)


def test_lists_without_a_name_are_ones_own(shop: Shop, till: Shop) -> None:
    """A member lists own orders, a till those it sold, an operator all."""
    world = World(shop, till)
    by_lee = id_of(shop.as_member("lee").order("lee", {"LATTE": 1}))

    def listed(bound: Shop, user: str | None = None) -> list[str]:
        return [id_of(order) for order in bound.orders(user)]

    assert listed(shop.as_member("kim")) == [world.mine]
    assert set(listed(shop.as_member("lee"))) == {by_lee, world.others}
    assert listed(till) == listed(till, "kim") == [world.mine]
    assert listed(till, "lee") == []
    assert set(listed(shop)) == {by_lee, world.others, world.mine}


def test_an_ending_is_looked_for_among_ones_own_orders(shop: Shop, till: Shop) -> None:
    """What fits others' orders too is unique for whoever has one; nobody reads of the others."""
    of_kim, of_lee = "0000000000000000aaaazzzz", "0000000000000000bbbbzzzz"
    counter = shop.runtime.origin._replace(actor="counter")
    sells = replace(shop.runtime, ids=Ids(shop, of_kim), origin=counter)
    assert Shop(sells).as_till().order("kim", {"LATTE": 1}).order == of_kim
    assert Shop(replace(shop.runtime, ids=Ids(shop, of_lee))).order("lee", {"LATTE": 1}).order

    assert len(refusal("invalid_input", shop.receipt, "zzzz").details["orders"]) == 2
    assert shop.as_member("kim").receipt("zzzz").order == of_kim
    assert till.receipt("zzzz").order == of_kim
    refusal("unknown_order", till.receipt, "bbbbzzzz")


def test_a_till_cancels_in_time_what_it_sold(shop: Shop, till: Shop, clock: SettableClock) -> None:
    """After the shop's time a till is told so like everybody else."""
    world = World(shop, till)
    late = id_of(till.order("lee", {"LATTE": 1}))

    assert till.cancel(world.mine).refunded == 4500
    assert till.cancel(world.mine).replayed
    clock.advance(timedelta(hours=25))
    refusal("order_not_cancellable", till.cancel, late)


def test_members_see_the_coupons_that_are_there_for_them(
    shop: Shop, till: Shop, clock: SettableClock
) -> None:
    """Those to be claimed now or later, and those they hold; of others not even a guess tells."""
    later = shop.now() + timedelta(days=1)
    factories.coupon(shop, "HELD", limit=1)
    factories.coupon(shop, "EARLY", opens=later)
    factories.coupon(shop, "OFF")
    kim, lee = shop.as_member("kim"), shop.as_member("lee")
    kim.claim("kim", "HELD")
    shop.set_coupon("OFF", disabled=True)

    def codes(bound: Shop, limit: int | None = None) -> list[str]:
        return [coupon.code for coupon in bound.coupon_list(limit)]

    assert codes(shop) == codes(till) == ["EARLY", "HELD", "OFF", "TENTH"]
    assert codes(kim) == ["EARLY", "HELD", "TENTH"]
    assert codes(lee) == codes(lee, 2) == ["EARLY", "TENTH"]
    assert kim.coupon("HELD").state == "sold_out"
    assert (kim.coupon("EARLY").state, kim.coupon("EARLY").opens) == ("not_open", later)
    for code in ("HELD", "OFF"):
        refusal("unknown_coupon", lee.coupon, code)
        assert shop.coupon(code).code == code
    shop.set_coupon("HELD", disabled=True)
    assert codes(kim) == ["EARLY", "HELD", "TENTH"]
    shop.set_coupon("EARLY", disabled=True)
    clock.advance(timedelta(days=2))
    assert codes(lee) == ["TENTH"]


def test_suggestions_are_of_products_alone(shop: Shop, till: Shop) -> None:
    """A member who mistypes a code reads of no other; a mistyped SKU is still told from others."""
    kim = shop.as_member("kim")
    calls: list[Callable[[Shop], object]] = [
        lambda bound: bound.claim("kim", "TENHT"),
        lambda bound: bound.coupon("TENHT"),
        lambda bound: bound.order("kim", {"LATTE": 1}, coupon="TENHT"),
        lambda bound: bound.order("kim", {"LATTE": 1}, coupon="TENHT", dry_run=True),
    ]
    for call in calls:
        refused = refusal("unknown_coupon", call, kim)
        assert (refused.details["suggestions"], "TENTH" in str(refused)) == ([], False)
        assert refusal("unknown_coupon", call, shop).details["suggestions"] == ["TENTH"]
    near = refusal("unknown_product", kim.order, "kim", {"LATE": 1})
    assert near.details["suggestions"] == ["LATTE"]


def test_a_key_of_another_tells_nothing_of_what_it_made(shop: Shop, till: Shop) -> None:
    """A key that is taken is a conflict; whose it is, and for what, only an operator reads."""
    world = World(shop, till)
    shop.cancel(world.others, key="undo")
    shop.claim("lee", "TENTH", key="take")
    shop.charge("lee", 5, key="put")
    shop.set_setting("members_charge", "yes")
    shop.transfer("lee", "kim", 5, key="gift")
    kim = shop.as_member("kim")

    for call, words in (
        (partial(kim.transfer, key="gift"), ("kim", "lee", 5)),
        (kim.order, ("kim", {"LATTE": 1}, None, "of-lee")),
        (kim.cancel, (world.mine, None, "undo")),
        (kim.claim, ("kim", "TENTH", "take")),
        (kim.charge, ("kim", 5, "put")),
    ):
        refused = refusal("key_conflict", call, *words)
        assert list(refused.details) == ["key"]


def test_a_member_is_somebody(shop: Shop) -> None:
    """Nobody can be bound to a name that the shop does not know."""
    refusal("unknown_user", shop.as_member, "nobody")
    refusal("invalid_input", shop.as_member, "no body")


def test_calls_that_fit_no_verb_stay_python_errors(shop: Shop) -> None:
    """A call with words missing, or too many, is told as Python does."""
    factories.user(shop, "kim")
    kim = shop.as_member("kim")

    for words in ((), ("kim", 1, 2, 3, 4, 5)):
        with pytest.raises(TypeError):
            kim.balance(*words)
    assert kim.balance(user="kim").balance == 0
