"""Processes that are killed in the middle: what was acknowledged is there, nothing is half done."""

from __future__ import annotations

from collections import Counter
from itertools import count
from multiprocessing.connection import Connection
from random import Random

import pytest

from shopcli import Shop
from tests import factories
from tests.concurrency.processes import FRESH
from tests.factories import id_of

ANSWER_SECONDS_MAX = 60


def _trade(url: str, user: str, connection: Connection) -> None:
    """Order, and cancel every third order, until killed; tell each key once it is answered."""
    with Shop.open(url) as shop:
        for number in count(1):
            order = shop.order(user, {"A": 1, "B": 2}, key=f"{user}-{number}")
            connection.send(("ordered", f"{user}-{number}"))
            if number % 3 == 0:
                shop.cancel(id_of(order), key=f"{user}-{number}")
                connection.send(("cancelled", f"{user}-{number}"))


def _killed_after(url: str, user: str, answers: int, delay_seconds: float) -> set[tuple[str, str]]:
    """Let a process trade, kill it some time after so many answers; its acknowledged deeds."""
    here, there = FRESH.Pipe(duplex=False)
    process = FRESH.Process(target=_trade, args=(url, user, there), daemon=True)
    process.start()
    there.close()
    told: set[tuple[str, str]] = set()
    while len(told) < answers:
        assert here.poll(ANSWER_SECONDS_MAX), "the process does nothing"
        told.add(here.recv())
    if here.poll(delay_seconds):
        told.add(here.recv())
    process.kill()
    process.join()
    try:
        while here.poll():
            told.add(here.recv())
    except (EOFError, OSError):
        pass  # the last message was cut in two: that deed was not acknowledged
    here.close()
    return told


@pytest.mark.parametrize("round_number", [1, 2, 3, 4])
def test_what_was_acknowledged_survives_a_kill(
    shop: Shop, shop_url: str, seed: int, round_number: int
) -> None:
    """After kill -9 each answered order exists, verify is clean, and keys settle what was cut."""
    random = Random(seed + round_number)  # noqa: S311 - a sequence that can be repeated
    factories.user(shop, "kim", balance=10**9)
    for sku in ("A", "B"):
        factories.product(shop, sku, price=10, stock=10**6)

    told = _killed_after(shop_url, "kim", random.randint(1, 30), random.random() * 0.004)

    assert shop.verify().ok
    orders = {order.key: order for order in shop.orders()}
    ordered = {key for deed, key in told if deed == "ordered"}
    assert ordered <= set(orders)
    assert len(orders) - len(ordered) <= 1
    for deed, key in told:
        if deed == "cancelled":
            assert orders[key].state == "cancelled"
    # The process may have died before, in or after its last commit: the same key settles it.
    last = f"kim-{len(ordered) + 1}"
    settled = shop.order("kim", {"A": 1, "B": 2}, key=last)
    assert settled.replayed is (last in orders)
    states = Counter(order.state for order in shop.orders())
    assert shop.balance("kim").balance == 10**9 - 30 * states["paid"]
    assert shop.verify().ok


def test_a_killed_process_leaves_the_others_alone(shop: Shop, shop_url: str, seed: int) -> None:
    """While one process after the other is killed in mid-trade, this one goes on trading."""
    random = Random(seed)  # noqa: S311 - a sequence that can be repeated
    for user in ("kim", "lee"):
        factories.user(shop, user, balance=10**9)
    for sku in ("A", "B"):
        factories.product(shop, sku, price=10, stock=10**6)

    for victim in ("kim", "lee"):
        _killed_after(shop_url, victim, random.randint(1, 15), random.random() * 0.004)
        assert shop.order("kim", {"B": 1, "A": 1}).state == "paid"
        assert shop.restock("A", 1).stock > 0
        assert shop.verify().ok
