"""What the machine may do: verbs with values to draw for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

Deed = tuple[str, dict[str, Any]]

USERS = st.sampled_from([*["kim", "lee"] * 6, "mo", "mo", "nobody"])
SKUS = st.sampled_from([*["A", "B"] * 8, "C", "C", "NONE"])
CODES = st.sampled_from([*["X", "Y"] * 4, "NONE"])
AMOUNTS = st.sampled_from([1, 7, 333, 1000, 5000, 5000, 20_000, 2**53 - 1])
PRICES = st.sampled_from([0, 1, 33, 100, 999])
KEYS = st.one_of(st.none(), st.none(), st.integers(1, 6).map("key-{}".format))
QUANTITIES = st.dictionaries(SKUS, st.integers(1, 3), min_size=1, max_size=3)
TICK = timedelta(microseconds=1)
STEPS = st.sampled_from(
    [TICK, timedelta(minutes=7), timedelta(hours=1), timedelta(hours=24), timedelta(hours=-2)]
)
TILLS = st.sampled_from([0, 1])


def _deed(verb: str, **values: st.SearchStrategy[Any]) -> st.SearchStrategy[Deed]:
    """A verb of the machine with values for it."""
    return st.tuples(st.just(verb), st.fixed_dictionaries(values))


PEOPLE = st.one_of(
    _deed("add_user", user=USERS),
    _deed("set_user", user=USERS, state=st.sampled_from([*["active"] * 6, "blocked", "closed"])),
)
MONEY = st.one_of(
    _deed("charge", user=USERS, amount=AMOUNTS, key=KEYS, ago=st.none() | STEPS),
    _deed("charge", user=USERS, amount=AMOUNTS, key=KEYS, ago=st.none() | STEPS),
    _deed("transfer", user=USERS, to=USERS, amount=AMOUNTS, key=KEYS),
    _deed("payout", user=USERS, amount=st.none() | AMOUNTS, key=KEYS),
    _deed("cash", direction=st.sampled_from(["in", "out"]), amount=AMOUNTS, key=KEYS),
    _deed("close", counted=st.none() | st.integers(0, 9000), key=KEYS),
    _deed("undo", user=USERS, number=st.integers(1, 6), key=KEYS),
    _deed("adjust", user=USERS, amount=AMOUNTS, sign=st.sampled_from([1, -1]), key=KEYS),
)
SHELVES = st.one_of(
    _deed("add_product", sku=SKUS, price=PRICES, stock=st.integers(0, 9)),
    _deed(
        "set_product",
        sku=SKUS,
        name=st.none() | st.sampled_from(["New name", "이름"]),
        price=st.none() | PRICES,
        on_sale=st.sampled_from([None, True, True, True, False]),
    ),
    _deed("restock", sku=SKUS, quantity=st.integers(1, 5)),
    _deed("restock", sku=SKUS, quantity=st.integers(1, 5)),
    _deed("adjust_stock", sku=SKUS, by=st.none() | st.integers(-4, 4), to=st.integers(0, 5)),
)
OFFERS = st.one_of(
    _deed(
        "add_coupon",
        code=CODES,
        discount=st.sampled_from(
            [
                (10, None, None),
                (33, None, 50),
                (100, None, None),
                (None, 5, None),
                (None, 5000, None),
            ]
        ),
        limit=st.integers(1, 3),
        min_order=st.sampled_from([None, 0, 100]),
        opening=st.none() | st.tuples(STEPS, STEPS),
        validity=st.none() | st.tuples(STEPS, st.none() | st.integers(1, 2)),
    ),
    _deed(
        "set_coupon",
        code=CODES,
        limit=st.none() | st.integers(1, 4),
        disabled=st.sampled_from([None, False, False, True]),
        closing=st.none() | STEPS,
    ),
)
CLAIMS = st.one_of(
    _deed("claim", user=USERS, code=CODES, key=KEYS),
)
ORDERS = st.one_of(
    _deed(
        "order",
        user=USERS,
        quantities=QUANTITIES,
        coupon=st.sampled_from([None, None, "X", "X", "Y", "NONE"]),
        key=KEYS,
        dry_run=st.sampled_from([False, False, False, True]),
    ),
)
PAST_ORDERS = st.one_of(
    _deed(
        "book",
        user=USERS,
        quantities=QUANTITIES,
        ago=STEPS,
        prices=st.dictionaries(SKUS, PRICES, max_size=2),
        discount=st.sampled_from([0, 0, 5, 10000]),
        key=KEYS,
    ),
)
