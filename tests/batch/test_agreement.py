"""An import decides as single commands do: the same rows one by one lead to the same shop."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shopcli import Shop, ShopError
from tests.batch.files import assert_sound, everything, state, stock_up, take, write
from tests.batch.files import chance as choices
from tests.clocks import SettableClock

USERS = ["kim", "sato", "noor", "blocked", "closed", "nobody"]
SKUS = ["LATTE", "BAGEL", "MUG", "GONE", "NONE"]
COUPONS = ["", "WELCOME10", "ONCE", "OFF", "LATER", "PAST", "NONE"]
LONG_AGO = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)

Outcome = tuple[str, str]
"""(key, code of the refusal or "done" or "replayed")."""


def _prepare(shop: Shop, clock: SettableClock) -> None:
    stock_up(shop, ["kim", "sato", "noor", "blocked", "closed"], amount=60_000)
    shop.add_product("GONE", name="Gone", price=100, stock=5)
    shop.set_product("GONE", on_sale=False)
    shop.set_user("blocked", state="blocked")
    shop.payout("closed", reason="left", key="left-1")
    shop.set_user("closed", state="closed")
    now = clock()
    shop.add_coupon("ONCE", amount=3000, limit=1, min_order=5000, valid_days=3)
    shop.add_coupon("OFF", percent=5, limit=5)
    shop.claim("kim", "OFF", key="held-off")
    shop.set_coupon("OFF", disabled=True)
    shop.add_coupon("LATER", percent=5, limit=5, opens=now + timedelta(days=1))
    shop.add_coupon("PAST", percent=5, limit=5, use_by=now - timedelta(days=1))
    shop.claim("kim", "WELCOME10", key="held-1")
    shop.claim("sato", "ONCE", key="held-2")


@pytest.fixture
def twins(shop: Shop, clock: SettableClock, twin_url: str) -> Iterator[tuple[Shop, Shop]]:
    """Two shops with the same things in them."""
    with Shop.open(twin_url, clock=clock) as other:
        for one in (shop, other):
            _prepare(one, clock)
        yield shop, other


@pytest.fixture
def twin_url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a second shop."""
    with _second(dialect, tmp_path, request) as url:
        yield url


@contextmanager
def _second(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if dialect == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        folder = tmp_path / "twin"
        folder.mkdir()
        for part in template.parent.glob("shop.db*"):
            shutil.copy(part, folder)
        yield f"sqlite:///{(folder / 'shop.db').as_posix()}"
        return
    with request.getfixturevalue("postgres_shops").lent() as url:
        yield url


def _outcome(key: str, call: Callable[[], object]) -> Outcome:
    try:
        return key, "replayed" if getattr(call(), "replayed", False) else "done"
    except ShopError as error:
        return key, error.code


def _rows(shop: Shop) -> dict[str, list[str]]:
    """Every row, whichever way it came in."""
    url = shop.url if "://" in shop.url else f"sqlite:///{shop.url}"
    return {
        table: [row.replace("'import'", "'api'") for row in rows]
        for table, rows in everything(url).items()
    }


def _compare(
    shops: tuple[Shop, Shop],
    tmp_path: Path,
    kind: str,
    rows: list[list[str]],
    one_by_one: list[Outcome],
    **options: object,
) -> None:
    """Import the rows into the second shop and compare both."""
    alone, together = shops
    path = write(tmp_path / f"{kind}.csv", *(",".join(row) for row in rows))
    if kind in {"charges", "claims"}:
        options["same_key_once"] = True
    rehearsed = take(together, kind, path, dry_run=True, **options)
    before = state(together)
    summary = take(together, kind, path, **options)
    assert before != state(together)
    assert state(alone) == state(together)
    assert _rows(alone) == _rows(together)
    assert summary.created == sum(outcome == "done" for _, outcome in one_by_one)
    assert summary.replayed == sum(outcome == "replayed" for _, outcome in one_by_one)
    refused = [outcome for outcome in one_by_one if outcome[1] not in {"done", "replayed"}]
    by_line = {rejection["line"]: rejection["code"] for rejection in summary.rejections}
    told = {(rows[line - 1][0], code) for line, code in by_line.items()}
    assert told == set(refused)
    for name in ("created", "updated", "unchanged", "replayed", "rejected"):
        assert getattr(rehearsed, name) == getattr(summary, name)
    assert by_line == {reject["line"]: reject["code"] for reject in rehearsed.rejections}
    for shop in shops:
        assert_sound(shop)


@pytest.mark.parametrize("seed", range(3))
def test_orders(twins: tuple[Shop, Shop], tmp_path: Path, seed: int) -> None:
    """Orders: rules, their order, coupons, stock and balance are those of single orders."""
    chance = choices(seed)
    rows = [["key", "user", "sku", "quantity", "coupon"]]
    outcomes = []
    for number in range(60):
        key, user = f"o{number}", chance.choice(USERS)
        coupon = chance.choice(COUPONS) if chance.random() < 0.4 else ""
        skus = chance.sample(SKUS, chance.randint(1, 3))
        if chance.random() < 0.6:
            skus = [sku for sku in skus if sku in SKUS[:2]] or ["LATTE"]
        lines = [(sku, chance.randint(1, 3)) for sku in skus]
        lines += lines[:1] if chance.random() < 0.2 else []
        rows += [[key, user, sku, str(quantity), coupon] for sku, quantity in lines]
        outcomes.append(
            _outcome(
                key,
                lambda u=user, c=coupon, n=lines, k=key: twins[0].order(  # type: ignore[misc] # bound now
                    u, n, coupon=c or None, key=k
                ),
            )
        )
    _compare(twins, tmp_path, "orders", rows, outcomes)


def test_orders_of_the_past(twins: tuple[Shop, Shop], tmp_path: Path) -> None:
    """History: prices of then, discounts and instants in any order, as `Shop.book` books them."""
    chance = choices(5)
    rows = [["key", "ordered_at", "user", "sku", "quantity", "unit_price", "discount"]]
    outcomes = []
    for number in range(50):
        key, user = f"h{number}", chance.choice(USERS)
        moment = LONG_AGO + timedelta(minutes=chance.randint(0, 90_000))
        skus = chance.sample(SKUS[:4] if chance.random() < 0.9 else SKUS, 2)
        prices = {sku: chance.choice([None, 0, 990, 1800]) for sku in skus}
        discount = chance.choice([None, 0, 70, 5000])
        quantities = {sku: chance.randint(1, 4) for sku in skus}
        rows += [
            [
                key,
                moment.isoformat(),
                user,
                sku,
                str(quantities[sku]),
                "" if prices[sku] is None else str(prices[sku]),
                "" if discount is None else str(discount),
            ]
            for sku in skus
        ]
        known = {sku: price for sku, price in prices.items() if price is not None}
        outcomes.append(
            _outcome(
                key,
                lambda u=user, q=quantities, m=moment, p=known, d=discount, k=key: twins[0].book(  # type: ignore[misc] # bound now
                    u, q, ordered_at=m, unit_prices=p, discount=d, key=k
                ),
            )
        )
    _compare(twins, tmp_path, "orders", rows, outcomes, historical=True)


def test_charges(twins: tuple[Shop, Shop], tmp_path: Path) -> None:
    """Charges: keys, states, the largest balance and given times as with single charges."""
    rows = [["key", "user", "amount", "at"]]
    chance = choices(9)
    outcomes = []
    for number in range(60):
        key = f"c{number}" if number % 10 else "start-kim"
        user = "kim" if key == "start-kim" else chance.choice(USERS)
        amount = chance.choice([1, 500, 60_000, 2**53 - 1])
        amount = 60_000 if key == "start-kim" else amount
        at = LONG_AGO + timedelta(days=number) if chance.random() < 0.3 and number % 10 else None
        rows.append([key, user, str(amount), "" if at is None else at.isoformat()])
        outcomes.append(
            _outcome(
                key,
                lambda u=user, a=amount, k=key, t=at: twins[0].charge(u, a, key=k, at=t),  # type: ignore[misc] # bound now
            )
        )
    _compare(twins, tmp_path, "charges", rows, outcomes)


def test_claims(twins: tuple[Shop, Shop], tmp_path: Path) -> None:
    """Claims: first come, first served, one each, terms judged as with single claims."""
    rows = [["key", "user", "coupon"]]
    outcomes = []
    chance = choices(4)
    for number in range(60):
        key = f"l{number}" if number % 20 else "held-1"
        user = "kim" if key == "held-1" else chance.choice(USERS)
        coupon = "WELCOME10" if key == "held-1" else chance.choice(COUPONS[1:])
        rows.append([key, user, coupon.lower()])
        outcomes.append(
            _outcome(key, lambda u=user, c=coupon, k=key: twins[0].claim(u, c, key=k))  # type: ignore[misc] # bound now
        )
    _compare(twins, tmp_path, "claims", rows, outcomes)


def test_a_claim_of_the_past_is_judged_by_the_terms_of_then(
    shop: Shop, clock: SettableClock, tmp_path: Path
) -> None:
    """With `at` a closed coupon can have been claimed while it was open, and expires from then."""
    stock_up(shop)
    closed = clock() - timedelta(days=10)
    shop.add_coupon("OLD", percent=5, limit=5, closes=closed, valid_days=3)
    early, late = (closed - timedelta(hours=1)).isoformat(), clock().isoformat()
    path = write(
        tmp_path / "claims.csv", "key,user,coupon,at", f"a,kim,OLD,{early}", f"b,sato,OLD,{late}"
    )
    summary = take(shop, "claims", path)
    assert [rejection["code"] for rejection in summary.rejections] == ["coupon_closed"]
    (held,) = shop.coupons("kim")
    assert held.usable_until == closed - timedelta(hours=1) + timedelta(days=3)
    assert take(shop, "claims", path).replayed == 1
