"""Lists and exports narrowed on the command line."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Prompt


@pytest.fixture
def busy(stocked: Prompt) -> Prompt:
    """A shop with two users, orders of both, one of them cancelled, and something low."""
    stocked.done("user", "add", "lee", "--name", "Lee Minji")
    stocked.done("charge", "9000", "-u", "lee")
    stocked.done("product", "add", "TEA", "--name", "Tea", "--price", "5", "--category", "Leaves")
    stocked.done("product", "set", "TEA", "--off-sale", "--low-stock", "0")
    stocked.done("order", "LATTE", "-u", "lee", "--key", "a")
    stocked.clock.advance(minutes=1)
    stocked.done("order", "BAGEL:2", "-u", "kim", "--key", "b")
    stocked.done("cancel", stocked.done("order", "LATTE", "-u", "kim", "--key", "c")["order"])
    return stocked


@pytest.mark.parametrize(
    ("line", "key", "found"),
    [
        ("orders --all --sku LATTE", "key", ["c", "a"]),
        ("orders --all --sku LATTE --state paid", "key", ["a"]),
        ("orders -u kim --state cancelled", "key", ["c"]),
        ("products --low", "sku", ["BAGEL"]),
        ("products --off-sale", "sku", ["TEA"]),
        ("products --category Leaves", "sku", ["TEA"]),
        ("products --category Drinks", "sku", []),
        ("user list minji", "user", ["lee"]),
        ("user list 민지", "user", ["kim"]),
        ("user list --below 4500.", "user", None),
        ("user list --below 4501", "user", ["lee"]),
        ("user list --state blocked", "user", []),
        ("user list --idle 1", "user", []),
        ("export orders --sku LATTE --state cancelled", "key", ["c"]),
        ("export sales --sku BAGEL", "sku", ["BAGEL"]),
        ("export products --low", "sku", ["BAGEL"]),
        ("export users MIN --below 4501", "user", ["lee"]),
        ("export balances --state active", "user", ["kim", "lee"]),
    ],
)
def test_lists_are_narrowed(busy: Prompt, line: str, key: str, found: list[str] | None) -> None:
    """Each filter, alone and with others; a bad value is refused."""
    if found is None:
        assert busy.refused(*line.split()) == (2, "invalid_input")
    else:
        assert [row[key] for row in busy.done(*line.split())] == found


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("orders --all --sku NONE", "unknown_product"),
        ("orders --all --state gone", "invalid_input"),
        ("user list --state paid", "invalid_input"),
        ("user list --idle 0", "invalid_input"),
        ("export coupons --sku LATTE", "invalid_input"),
        ("export users --state paid", "invalid_input"),
    ],
)
def test_what_cannot_be_chosen_is_refused(busy: Prompt, line: str, code: str) -> None:
    """With the code that says why, and nothing on standard output."""
    assert busy.refused(*line.split())[1] == code


def test_nothing_found_is_told_as_that(busy: Prompt) -> None:
    """A person who narrowed a list is not told that there is nothing at all."""
    for line in (
        "orders --all --state cancelled --sku BAGEL",
        "products --category Drinks",
        "user list x",
        "cash list --on 2020-01-01",
        "history -u kim --on 2020-01-01",
        "orders -u kim --on 2020-01-01",
        "outbox list --on 2020-01-01",
        "product history LATTE --on 2020-01-01",
        "changes --on 2020-01-01",
    ):
        told = busy(*line.split(), terminal=True).err
        assert told
        assert " yet" not in told
