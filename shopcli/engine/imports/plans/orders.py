"""The plan of orders, present or historical: reads all, judges each in order, writes all at once.

The rules are those of a single order (`domain.ordering`, `domain.pricing`); only reading and
writing differ.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.deliveries.events import paid_event
from shopcli.domain.errors import ShopError
from shopcli.domain.fingerprints import booking_fingerprint, order_fingerprint
from shopcli.domain.ledger.accounts import check_balance
from shopcli.domain.ordering import HeldCoupon, check_on_sale, decide
from shopcli.domain.pricing import Discount, price
from shopcli.engine.imports.plan import Choices, Outcome, Plan, Reject, latest_at
from shopcli.engine.imports.plans.charges import Account, Accounts
from shopcli.engine.imports.plans.order_rows import OrderRows, ProductState
from shopcli.engine.lookups import no_coupon, no_products
from shopcli.engine.requests import key_conflict
from shopcli.storage.bulk import locking_reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.domain.batch.grammar import Value
    from shopcli.domain.pricing import Price
    from shopcli.engine.imports.reading.groups import Group
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.bulk.locking_reads import HeldRow, OrderRow
    from shopcli.storage.coupons import TermsRow
    from shopcli.storage.session import Session


_Request = tuple[str, str]
"""(key, fingerprint)."""


class _Batch(NamedTuple):
    """Orders with their keys, fingerprints and new ids."""

    groups: list[Group]
    requests: list[_Request]
    ids: list[str]


class OrderPlan(Plan):
    """Imports orders.

    Args:
        runtime: What every use case is given.
        choices: Options of the import.
    """

    def __init__(self, runtime: Runtime, choices: Choices) -> None:
        self._runtime = runtime
        self._choices = choices
        self._accounts = Accounts(dry_run=choices.dry_run)
        self._products: dict[str, ProductState] = {}
        self._held: dict[tuple[str, str], HeldRow] = {}
        self._coupons: dict[str, TermsRow] = {}
        self._ids: Iterator[str] = iter(())

    def prepare(self, groups: list[Group]) -> _Batch:
        """Compute keys and fingerprints, and make ids for the orders and their events."""
        prefix = self._choices.key_prefix
        requests = [(prefix + group.key, _fingerprint(group)) for group in groups]
        return _Batch(groups, requests, self._runtime.ids.several(2 * len(groups)))

    def apply(self, session: Session, batch: _Batch) -> Outcome:
        """Apply a batch of orders."""
        groups = batch.groups
        self._load(session, groups)
        keys = [key for key, _ in batch.requests]
        made = {row.key: row for row in locking_reads.orders(session, keys)}
        outcome = Outcome()
        rows = OrderRows(self._runtime, self._choices)
        self._ids = iter(batch.ids)
        for key, request, group in zip(keys, batch.requests, groups, strict=True):
            try:
                if key in made:
                    _check_same(request, group, made[key])
                    outcome.replayed += 1
                else:
                    self._judge(request, group, rows)
                    outcome.created += 1
                    if group.ordered_at is not None and group.ordered_at > latest_at(rows.now):
                        lines = [line for line, *_ in group.rows]
                        outcome.take_future(len(lines), min(lines))
            except ShopError as error:
                outcome.rejects += rejects_of(group, error)
        if not self._choices.dry_run and rows.orders:
            self._accounts.write(session)
            rows.write(session, self._products)
        return outcome

    def _load(self, session: Session, groups: list[Group]) -> None:
        locks = not self._choices.dry_run
        if locks:
            self._products.clear()
            self._held.clear()
            self._coupons.clear()
        self._accounts.load(session, {group.username for group in groups})
        codes = {group.coupon for group in groups if group.coupon is not None}
        if codes:
            users = {group.username for group in groups if group.coupon is not None}
            for terms in locking_reads.coupons(session, codes - self._coupons.keys(), lock=False):
                self._coupons[terms.code] = terms
            for held in locking_reads.held(session, users, codes, lock=locks):
                self._held.setdefault((held.username, held.code), held)
        skus = {sku for group in groups for sku in group.quantities} - self._products.keys()
        # Historical orders do not change stock, so products need no lock.
        locks_products = locks and not self._choices.historical
        for row in locking_reads.products(session, skus, lock=locks_products):
            self._products[row.sku] = ProductState(row)

    def _judge(self, request: _Request, group: Group, rows: OrderRows) -> None:
        """Judge one order by the rules of a single order, in the same sequence."""
        username, code, quantities = group.username, group.coupon, group.quantities
        account = self._accounts.active(username)
        products = self._products
        missing = [sku for sku in quantities if sku not in products]
        if missing:
            raise no_products(missing)
        currency = self._runtime.identity.currency
        if self._choices.historical:
            known = {sku: unit for sku, unit in group.unit_prices.items() if unit is not None}
            discount = group.discount_minor or 0
            priced = price(quantities, products, discount, known, currency=currency)
            check_balance(username, account.balance_minor, priced.total_minor, currency)
        else:
            check_on_sale(quantities, products)
            held = None if code is None else self._held_coupon(username, code)
            had = account.balance_minor
            priced = decide(username, had, quantities, products, held, rows.now, currency)
        self._take(request, group, account, priced, rows)

    def _take(
        self,
        request: _Request,
        group: Group,
        account: Account,
        priced: Price,
        rows: OrderRows,
    ) -> None:
        username, code, placed_at = group.username, group.coupon, group.ordered_at
        if placed_at is None:
            placed_at = rows.now
        account.balance_minor -= priced.total_minor
        account.entry_count += 1
        self._accounts.changed.add(username)
        order_id, event_id = next(self._ids), next(self._ids)
        body = paid_event(
            self._runtime.identity, event_id, order_id, account.user_id, placed_at, priced, code
        )
        rows.add_order(
            order_id,
            (username, account.entry_count, account.balance_minor),
            (priced.subtotal_minor, priced.discount_minor, code),
            placed_at,
            request,
        )
        rows.add_lines(order_id, placed_at, priced.lines)
        rows.add_event(event_id, order_id, body, hashlib.sha256(body.encode()).hexdigest())
        if not self._choices.historical:
            rows.add_movements(order_id, priced.lines, self._products)
        if code is not None:
            held = self._held[username, code]
            self._held[username, code] = held._replace(order_id=order_id)
            rows.redeemed.append((order_id, placed_at, code, held.number))

    def _held_coupon(self, username: str, code: str) -> HeldCoupon:
        terms = self._coupons.get(code)
        if terms is None:
            raise no_coupon(code)
        held = self._held.get((username, code))
        return HeldCoupon(
            code=code,
            discount=Discount(
                terms.percent, terms.amount_minor, terms.cap_minor, terms.min_order_minor
            ),
            disabled=bool(terms.disabled),
            number=None if held is None else held.number,
            usable_until_at=None if held is None else held.usable_until_at,
            used_by_order=None if held is None else held.order_id,
        )


def _fingerprint(group: Group) -> str:
    if group.ordered_at is not None:
        return booking_fingerprint(group.username, group.quantities, group.ordered_at)
    return order_fingerprint(group.username, group.quantities, group.coupon)


def _check_same(request: _Request, group: Group, made: OrderRow) -> None:
    key, print_asked = request
    if made.fingerprint == print_asked:
        return
    # An order placed in this shop, exported, and imported as historical is the same order.
    print_ordered = order_fingerprint(group.username, group.quantities, made.coupon_code)
    if group.ordered_at == made.placed_at and made.fingerprint == print_ordered:
        return
    raise key_conflict(key, {"order": made.order_id})


def rejects_of(group: Group, error: ShopError) -> list[Reject]:
    """A reject for every row of a refused order."""
    return [Reject(line, error, values) for line, values in values_of(group)]


def values_of(group: Group) -> list[tuple[int, tuple[Value, ...]]]:
    """(line, values of the columns) of every row of an order."""
    key, user, code = group.key, group.username, group.coupon
    ordered_at, discount = group.ordered_at, group.discount_minor
    return [
        (line, (key, user, sku, quantity, code, ordered_at, unit_price, discount))
        for line, sku, quantity, unit_price in group.rows
    ]
