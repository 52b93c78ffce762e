"""One model in plain dicts against the shop on both databases at once, verb by verb."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shopcli import Shop, ShopError
from shopcli.domain.encoding import as_json
from tests.clocks import DEFAULT_START, SettableClock
from tests.factories import REASON
from tests.reused_databases import ReusedDatabases
from tests.stateful.books import ModelRefusedError
from tests.stateful.deeds import (
    CLAIMS,
    KEYS,
    MONEY,
    OFFERS,
    ORDERS,
    PAST_ORDERS,
    PEOPLE,
    PRICES,
    QUANTITIES,
    SHELVES,
    STEPS,
    TILLS,
    Deed,
)
from tests.stateful.model import Model
from tests.stateful.reporting import assert_reports_agree

Outcome = dict[str, Any] | str
Lend = Callable[[], Iterator[dict[str, str]]]


class Database:
    """Two tills on one database, and its own ids of the orders that the model knows by key."""

    def __init__(self, name: str, tills: list[Shop]) -> None:
        self.name = name
        self.tills = tills
        self.ids: dict[str, str] = {}
        self.keys: dict[str, str] = {}

    def learn(self, order: Any) -> None:  # noqa: ANN401 - a record with order and key
        """Remember which id an order has here."""
        if order.order is not None:
            self.ids[order.key] = order.order
            self.keys[order.order] = order.key

    def shown(self, record: Any) -> Any:  # noqa: ANN401 - any answer
        """An answer as JSON values, with the keys of orders in place of their ids."""
        value = as_json(record)
        if isinstance(value, list):
            return [self._named(row) for row in value]
        return self._named(value)

    def _named(self, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "order": self.keys.get(row["order"])} if row.get("order") else row


MOVED = ("entry", "amount", "drawer", "replayed")
CLOSED = (
    "number",
    "entries",
    "opening",
    "charged",
    "reversed",
    "paid_out",
    "adjusted",
    "sold",
    "refunded",
    "closing",
    "cash_in",
    "cash_out",
    "cash_expected",
    "cash_counted",
    "grand_sales",
    "grand_refunds",
    "replayed",
)


def _parts(record: object, names: Sequence[str]) -> dict[str, Any]:
    """Some fields of a record."""
    return {name: getattr(record, name) for name in names}


def _method(amount: int | None) -> str | None:
    """Odd amounts come and go by card, the others as the shop has it."""
    return "card" if amount is not None and amount % 2 else None


class ShopMachine(RuleBasedStateMachine):
    """Every verb, on the model and on two tills of two databases."""

    lend: Lend

    def __init__(self) -> None:
        super().__init__()
        self.clock = SettableClock()
        self.model = Model(self.clock)
        self.fresh = 0
        self.stack = ExitStack()
        urls = self.stack.enter_context(contextmanager(type(self).lend)())
        self.databases = [
            Database(
                name,
                [self.stack.enter_context(Shop.open(url, clock=self.clock)) for _ in range(2)],
            )
            for name, url in urls.items()
        ]

    def key(self, given: str | None) -> str:
        """The key drawn, or one that was never used."""
        if given is not None:
            return given
        self.fresh += 1
        return f"fresh-{self.fresh}"

    def compare(
        self,
        till: int,
        of_model: Callable[[], dict[str, Any]],
        of_shop: Callable[[Shop, Database], Any],
    ) -> Outcome:
        """Do the same everywhere; the answers, or the codes of the refusals, must be equal."""
        expected: Outcome
        try:
            expected = as_json(of_model())
        except ModelRefusedError as refused:
            expected = refused.code
        for database in self.databases:
            found: Outcome
            try:
                record = of_shop(database.tills[till], database)
                if hasattr(record, "placed_at"):
                    database.learn(record)
                found = database.shown(record)
            except ShopError as refused:
                found = refused.code
            assert found == expected, database.name
        return expected

    @initialize(price=PRICES, percent=st.integers(1, 100))
    def open_for_business(self, price: int, percent: int) -> None:
        """Begin with somebody, something to buy and something claimed."""
        for user in ("kim", "lee"):
            self.add_user(0, user=user)
            self.charge(0, user=user, amount=5000, key=None, ago=None)
        for sku in ("A", "B"):
            self.add_product(0, sku=sku, price=price, stock=9)
        self.add_coupon(
            0,
            code="X",
            discount=(percent, None, None),
            limit=2,
            min_order=None,
            opening=None,
            validity=None,
        )
        self.claim(1, user="kim", code="X", key="key-1")

    def do_all(self, till: int, deeds: list[Deed]) -> None:
        """Do one deed after the other."""
        for verb, values in deeds:
            getattr(self, verb)(till, **values)

    @rule(till=TILLS, deed=st.one_of(PEOPLE, OFFERS))
    def manage(self, till: int, deed: Deed) -> None:
        """Change users and coupons."""
        self.do_all(till, [deed])

    @rule(till=TILLS, deeds=st.lists(st.one_of(MONEY, SHELVES), min_size=1, max_size=2))
    def supply(self, till: int, deeds: list[Deed]) -> None:
        """Move money and stock, change prices."""
        self.do_all(till, deeds)

    @rule(till=TILLS, deeds=st.lists(CLAIMS, min_size=1, max_size=2))
    def rush(self, till: int, deeds: list[Deed]) -> None:
        """Claim coupons."""
        self.do_all(till, deeds)

    @rule(till=TILLS, deeds=st.lists(ORDERS, min_size=1, max_size=4))
    def sell(self, till: int, deeds: list[Deed]) -> None:
        """Order several times."""
        self.do_all(till, deeds)

    @rule(till=TILLS, deeds=st.lists(PAST_ORDERS, min_size=1, max_size=2))
    def catch_up(self, till: int, deeds: list[Deed]) -> None:
        """Book orders of other times."""
        self.do_all(till, deeds)

    def add_user(self, till: int, *, user: str) -> None:
        """Add a user."""
        if user != "nobody":
            self.compare(
                till, lambda: self.model.add_user(user), lambda shop, _: shop.add_user(user)
            )

    def set_user(self, till: int, *, user: str, state: str) -> None:
        """Block, close or make active."""
        self.compare(
            till,
            lambda: self.model.set_user(user, state=state),
            lambda shop, _: shop.set_user(user, state=state),
        )

    def charge(
        self, till: int, *, user: str, amount: int, key: str | None, ago: timedelta | None
    ) -> None:
        """Put money in, now or at another time."""
        final, at = self.key(key), None if ago is None else DEFAULT_START - ago
        self.compare(
            till,
            lambda: self.model.change("charge", user, amount, final, at, _method(amount)),
            lambda shop, _: shop.charge(user, amount, key=final, at=at, method=_method(amount)),
        )

    def payout(self, till: int, *, user: str, amount: int | None, key: str | None) -> None:
        """Pay out some or all."""
        final = self.key(key)
        self.compare(
            till,
            lambda: self.model.change("payout", user, amount, final, None, _method(amount)),
            lambda shop, _: shop.payout(
                user, amount, reason=REASON, key=final, method=_method(amount)
            ),
        )

    def transfer(self, till: int, *, user: str, to: str, amount: int, key: str | None) -> None:
        """Give money to another user, perhaps to oneself."""
        final = self.key(key)
        self.compare(
            till,
            lambda: self.model.transfer(user, to, amount, final),
            lambda shop, _: shop.transfer(user, to, amount, reason=REASON, key=final),
        )

    def cash(self, till: int, *, direction: str, amount: int, key: str | None) -> None:
        """Put cash into the drawer, or take some out."""
        final = self.key(key)

        def move(shop: Shop, _: Database) -> dict[str, Any]:
            verb = shop.cash_in if direction == "in" else shop.cash_out
            return _parts(verb(amount, reason=REASON, key=final), MOVED)

        self.compare(till, lambda: self.model.cash(direction, amount, final), move)

    def close(self, till: int, *, counted: int | None, key: str | None) -> None:
        """Close the books."""
        final = self.key(key)
        self.compare(
            till,
            lambda: self.model.close(counted, final),
            lambda shop, _: _parts(shop.close_books(counted=counted, key=final), CLOSED),
        )

    def undo(self, till: int, *, user: str, number: int, key: str | None) -> None:
        """Take back an entry that may not exist."""
        final, name = self.key(key), f"{user}:{number:04d}"
        self.compare(
            till,
            lambda: self.model.undo(name, final),
            lambda shop, _: shop.undo(name, reason=REASON, key=final),
        )

    def adjust(self, till: int, *, user: str, amount: int, sign: int, key: str | None) -> None:
        """Correct a balance."""
        final, by = self.key(key), amount * sign
        self.compare(
            till,
            lambda: self.model.change("adjustment", user, by, final),
            lambda shop, _: shop.adjust(user, by, reason=REASON, key=final),
        )

    def add_product(self, till: int, *, sku: str, price: int, stock: int) -> None:
        """Add a product."""
        if sku != "NONE":
            self.compare(
                till,
                lambda: self.model.add_product(sku, price=price, stock=stock),
                lambda shop, _: shop.add_product(
                    sku, name=f"Name of {sku}", price=price, stock=stock
                ),
            )

    def set_product(
        self, till: int, *, sku: str, name: str | None, price: int | None, on_sale: bool | None
    ) -> None:
        """Change a product, often on the other till than the one that sells next."""
        given = {"name": name, "price": price, "on_sale": on_sale}
        self.compare(
            till,
            lambda: self.model.set_product(sku, **given),
            lambda shop, _: shop.set_product(sku, name=name, price=price, on_sale=on_sale),
        )

    def restock(self, till: int, *, sku: str, quantity: int) -> None:
        """Add units."""
        self.compare(
            till,
            lambda: self.model.restock(sku, quantity),
            lambda shop, _: shop.restock(sku, quantity),
        )

    def adjust_stock(self, till: int, *, sku: str, by: int | None, to: int) -> None:
        """Correct stock by or to a number."""
        target = to if by is None else None
        self.compare(
            till,
            lambda: self.model.adjust_stock(sku, by=by, to=target),
            lambda shop, _: shop.adjust_stock(sku, by=by, to=target, reason=REASON),
        )

    def add_coupon(
        self,
        till: int,
        *,
        code: str,
        discount: tuple[int | None, int | None, int | None],
        limit: int,
        min_order: int | None,
        opening: tuple[timedelta, timedelta] | None,
        validity: tuple[timedelta, int | None] | None,
    ) -> None:
        """Add a coupon, perhaps with times near now."""
        if code == "NONE":
            return
        percent, amount, cap = discount
        now = self.clock()
        opens = now + opening[0] - timedelta(hours=1) if opening else None
        closes = opens + abs(opening[1]) if opening and opens else None
        terms: dict[str, Any] = {
            "percent": percent,
            "amount": amount,
            "cap": cap,
            "limit": limit,
            "min_order": min_order,
            "opens": opens,
            "closes": closes,
            "use_by": now + validity[0] if validity else None,
            "valid_days": validity[1] if validity else None,
        }
        self.compare(
            till,
            lambda: self.model.add_coupon(code, **terms),
            lambda shop, _: shop.add_coupon(code, **terms),
        )

    def set_coupon(
        self,
        till: int,
        *,
        code: str,
        limit: int | None,
        disabled: bool | None,
        closing: timedelta | None,
    ) -> None:
        """Change the limit or the end of claiming, or switch off and on."""
        closes = None if closing is None else self.clock() + closing
        self.compare(
            till,
            lambda: self.model.set_coupon(code, limit=limit, disabled=disabled, closes=closes),
            lambda shop, _: shop.set_coupon(code, limit=limit, disabled=disabled, closes=closes),
        )

    def claim(self, till: int, *, user: str, code: str, key: str | None) -> None:
        """Claim a coupon."""
        final = self.key(key)
        self.compare(
            till,
            lambda: self.model.claim(user, code, final),
            lambda shop, _: shop.claim(user, code, key=final),
        )

    def order(
        self,
        till: int,
        *,
        user: str,
        quantities: dict[str, int],
        coupon: str | None,
        key: str | None,
        dry_run: bool,
    ) -> None:
        """Order, or only try."""
        final = self.key(key)
        self.compare(
            till,
            lambda: self.model.order(user, quantities, coupon, final, dry_run=dry_run),
            lambda shop, _: shop.order(user, quantities, coupon, final, dry_run),
        )

    def book(
        self,
        till: int,
        *,
        user: str,
        quantities: dict[str, int],
        ago: timedelta,
        prices: dict[str, int],
        discount: int,
        key: str | None,
    ) -> None:
        """Book an order of another time."""
        final, ordered_at = self.key(key), DEFAULT_START - ago
        self.compare(
            till,
            lambda: self.model.book(
                user,
                quantities,
                final,
                ordered_at=ordered_at,
                unit_prices=prices,
                discount=discount,
            ),
            lambda shop, _: shop.book(
                user,
                quantities,
                ordered_at=ordered_at,
                unit_prices=prices,
                discount=discount,
                key=final,
            ),
        )

    @precondition(lambda self: self.model.orders)
    @rule(till=TILLS, data=st.data(), key=KEYS, force=st.sampled_from([False, False, True]))
    def cancel(self, *, till: int, data: st.DataObject, key: str | None, force: bool) -> None:
        """Cancel an order, perhaps again, perhaps too late."""
        order_key = data.draw(st.sampled_from(sorted(self.model.orders)))
        final = self.key(key)
        self.compare(
            till,
            lambda: self.model.cancel(order_key, final, force=force),
            lambda shop, database: shop.cancel(
                database.ids[order_key], reason=REASON, key=final, force=force
            ),
        )

    @precondition(lambda self: self.model.orders)
    @rule(till=TILLS, data=st.data(), units=QUANTITIES, key=KEYS, lost=st.booleans())
    def refund(
        self, *, till: int, data: st.DataObject, units: dict[str, int], key: str | None, lost: bool
    ) -> None:
        """Give part of an order back, mostly of what is in it, perhaps more than is left."""
        order_key = data.draw(st.sampled_from(sorted(self.model.orders)))
        sold = [line["sku"] for line in self.model.orders[order_key]["lines"]]
        if data.draw(st.sampled_from([True, True, False])):
            units = {data.draw(st.sampled_from(sold)): min(units.values())}
        final, force = self.key(key), data.draw(st.sampled_from([False, False, True]))
        self.compare(
            till,
            lambda: self.model.refund(order_key, units, final, lost=lost, force=force),
            lambda shop, database: shop.refund(
                database.ids[order_key], units, reason=REASON, lost=lost, force=force, key=final
            ),
        )

    @rule(step=STEPS)
    def let_time_pass(self, step: timedelta) -> None:
        """Move the clock, also back."""
        self.clock.advance(step)

    @rule(till=TILLS, days=st.sampled_from([1, 3]), step=STEPS, sign=st.sampled_from([1, -1, 0]))
    def look_at_best_sellers(self, till: int, days: int, step: timedelta, sign: int) -> None:
        """Compare the report of some window."""
        as_of = self.clock() + step * sign
        expected = self.model.top(days=days, as_of=as_of)
        for database in self.databases:
            top = database.tills[till].top(days=days, limit=None, as_of=as_of)
            found = [(row.rank, row.sku, row.units, row.revenue) for row in top.rows]
            assert found == expected, database.name

    @invariant()
    def balances_and_stocks_are_those_of_the_model(self) -> None:
        """After every step, money and units are the same everywhere."""
        users = [self.model.users[user] for user in sorted(self.model.users)]
        products = [self.model.products[sku] for sku in sorted(self.model.products)]
        for database in self.databases:
            assert as_json(database.tills[0].users()) == users, database.name
            assert as_json(database.tills[1].products()) == products, database.name

    def teardown(self) -> None:
        """Compare all that can be read, and verify."""
        try:
            for database in self.databases:
                self._compare_all(database)
        finally:
            self.stack.close()

    def _compare_all(self, database: Database) -> None:
        shop, model = database.tills[0], self.model
        found = sorted(database.shown(shop.orders()), key=lambda row: str(row["key"]))
        assert found == as_json(model.order_records())
        assert_reports_agree(shop, model)
        codes = sorted(model.coupons)
        assert as_json(shop.coupon_list()) == as_json([model.coupon(code) for code in codes])
        for user in model.users:
            held = sorted(database.shown(shop.coupons(user)), key=lambda row: str(row["coupon"]))
            assert held == sorted(as_json(model.held_by(user)), key=lambda row: str(row["coupon"]))
            entries = database.shown(shop.history(user))
            names = (
                "id",
                "at",
                "recorded_at",
                "kind",
                "amount",
                "balance_after",
                "order",
                "method",
                "reverses",
            )
            assert [{n: row[n] for n in names} for row in entries] == as_json(model.entries[user])
        for sku in model.products:
            movements = database.shown(shop.product_history(sku))
            shown = ("kind", "quantity", "stock_after", "order", "at")
            assert [{n: row[n] for n in shown} for row in movements] == as_json(
                model.movements[sku]
            )
        verification = shop.verify()
        assert verification.ok, [check for check in verification.checks if not check.ok]


@pytest.mark.postgres
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("example_count", "step_count"),
    [
        pytest.param(50, 40, id="short"),
        pytest.param(400, 120, id="long", marks=[pytest.mark.proof, pytest.mark.timeout(7200)]),
    ],
)
def test_model_and_databases_agree(
    sqlite_template: Path,
    postgres_shops: ReusedDatabases,
    tmp_path: Path,
    example_count: int,
    step_count: int,
) -> None:
    """Whatever is done in whatever order, model, SQLite and Postgres answer the same."""
    numbers = iter(range(10**9))

    def lend() -> Iterator[dict[str, str]]:
        path = tmp_path / f"shop-{next(numbers)}.db"
        for part in sqlite_template.parent.glob("shop.db*"):
            shutil.copy(part, path.with_name(part.name.replace("shop.db", path.name)))
        with postgres_shops.lent() as url:
            yield {"sqlite": f"sqlite:///{path.as_posix()}", "postgres": url}
        for part in tmp_path.glob(f"{path.name}*"):
            part.unlink()

    machine = type("ShopMachine", (ShopMachine,), {"lend": staticmethod(lend)})
    run_state_machine_as_test(
        machine,
        settings=hypothesis.settings(
            max_examples=example_count,
            stateful_step_count=step_count,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )
