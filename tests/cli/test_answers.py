"""What each command answers with, by its public keys; the same on both databases."""

from __future__ import annotations

import re

import pytest

from tests.cli.conftest import Prompt
from tests.raw_rows import raw_database

CHANGE = "user amount balance currency entry at key replayed method"
ENTRY = "id at recorded_at kind amount balance_after order reason currency method reverses"
PRODUCT = "sku name price currency stock on_sale category barcode low_stock"
USER = "user name state balance currency"
COUPON = (
    "code percent amount cap limit claimed redeemed min_order opens closes use_by valid_days state "
    "currency"
)
ORDER = (
    "order user state lines subtotal discount total currency coupon balance_after placed_at key "
    "replayed refunded cancelled_at reason refunds"
)
MOVEMENT = "id sku at recorded_at kind quantity stock_after order reason actor host channel"
CANCELLATION = "order state refunded coupon_restored balance currency key replayed"
OUTBOX = (
    "pending leased delivered dead oldest_pending_seconds endpoint breaker relay held retired_to"
)
CHANGED = "at actor host channel kind name action before after reason currency"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")

RECORDS = {
    "charge 1000 -u kim": CHANGE,
    "payout 1000 -u kim --reason r": CHANGE,
    "adjust --by=-10 -u kim --reason r": CHANGE,
    "balance -u kim": "user balance currency",
    "user add ana": USER,
    "user set kim --blocked": USER,
    "user show kim": USER,
    "product add TEA --name Tea --price 1": PRODUCT,
    "product set LATTE --price 1": PRODUCT,
    "product show LATTE": PRODUCT,
    "product restock LATTE 1": PRODUCT,
    "product adjust LATTE --to=3 --reason r": PRODUCT,
    "coupon add HALF --percent 50 --limit 1": COUPON,
    "coupon set TENTH --disabled": COUPON,
    "coupon show TENTH": COUPON,
    "claim TENTH -u kim": "coupon user number limit state claimed_at usable_until key replayed",
    "order LATTE -u kim": ORDER,
    "order LATTE -u kim --dry-run": ORDER,
    "settings set cancel_within 2h": "name value source",
    "db status": "schema_version wanted_version is_current retired_to",
    "db unretire": "database was_retired_to new_shop new_shop_rows",
}
LISTS = {
    "history -u kim": ENTRY,
    "user list": USER,
    "products": PRODUCT,
    "product history LATTE": MOVEMENT,
    "coupon list": COUPON,
    "coupons -u kim": "coupon number state claimed_at usable_until order usable",
    "orders -u kim": ORDER,
    "changes": CHANGED,
    "settings": "name value source meaning",
}


@pytest.mark.parametrize(("line", "keys"), RECORDS.items(), ids=RECORDS)
def test_a_command_answers_with_one_record(stocked: Prompt, line: str, keys: str) -> None:
    """Each single answer has the agreed keys, as JSON and as the header of TSV."""
    assert list(stocked.done(*line.split())) == keys.split()


@pytest.mark.parametrize(("line", "keys"), LISTS.items(), ids=LISTS)
def test_a_list_has_the_keys_even_when_empty(prompt: Prompt, line: str, keys: str) -> None:
    """A list of nothing is an empty JSON list, and TSV with its header."""
    prompt.done("user", "add", "kim")
    prompt.done("product", "add", "LATTE", "--name", "Latte", "--price", "1")

    assert isinstance(prompt.done(*line.split()), list)
    assert prompt(*line.split()).out.splitlines()[0].split("\t") == keys.split()


def test_an_order_is_paid_from_the_balance(stocked: Prompt) -> None:
    """An order with a coupon takes its total from the balance and the units from stock."""
    stocked.done("claim", "TENTH", "-u", "kim")

    order = stocked.done("order", "LATTE:2", "BAGEL", "LATTE", "--coupon", "tenth", "-u", "kim")

    assert [(line["sku"], line["quantity"]) for line in order["lines"]] == [
        ("LATTE", 3),
        ("BAGEL", 1),
    ]
    assert (order["subtotal"], order["discount"], order["total"]) == (16800, 1680, 15120)
    assert stocked.done("balance", "-u", "kim")["balance"] == 50000 - 15120
    assert stocked.done("product", "show", "LATTE")["stock"] == 17
    assert stocked.done("coupons", "-u", "kim")[0]["order"] == order["order"]
    assert MOMENT.fullmatch(order["placed_at"])


def test_a_receipt_is_the_order_again(stocked: Prompt) -> None:
    """A receipt by ending or by key shows the order as it was sold."""
    order = stocked.done("order", "LATTE", "-u", "kim", "--key", "till-1")

    by_ending = stocked.done("receipt", order["order"][-6:])
    by_key = stocked.done("receipt", "--key", "till-1")

    assert {**by_ending, "replayed": False} == {**order, "replayed": False}
    assert by_key == by_ending


def test_cancelling_gives_everything_back(stocked: Prompt) -> None:
    """A cancelled order refunds the balance and restores the stock, once."""
    order = stocked.done("order", "LATTE:4", "-u", "kim")["order"]

    first = stocked.done("cancel", order[-8:])
    again = stocked.done("cancel", order, "--key", "other")

    assert set(first) == set(CANCELLATION.split())
    assert (first["refunded"], first["balance"], first["replayed"]) == (18000, 50000, False)
    assert again["replayed"] is True
    assert stocked.done("product", "show", "LATTE")["stock"] == 20


def test_a_coupon_that_has_expired_is_told_not_to_come_back(stocked: Prompt) -> None:
    """Who cancels the order that used it reads why; of one that comes back they read that."""
    orders = []
    for code, days in (("EARLY", "1"), ("LATE", "9")):
        stocked.done("coupon", "add", code, "--percent=10", "--limit=3", "--valid-days", days)
        stocked.done("claim", code, "-u", "kim")
        stocked.clock.advance(hours=11)
        orders.append(stocked.done("order", "LATTE", "--coupon", code, "-u", "kim")["order"])
    stocked.clock.advance(hours=2, seconds=1)

    early, late = (stocked("cancel", order, terminal=True).out for order in orders)

    assert "coupon given back, balance" in late
    assert "coupon EARLY not given back: it has expired, balance" in early


def test_the_top_tells_its_window(stocked: Prompt) -> None:
    """The best sellers come with the window they were counted in."""
    stocked.done("order", "LATTE:2", "BAGEL", "-u", "kim")

    top = stocked.done("top", "--days", "7", "--limit", "1")

    assert set(top) == {"window_start", "window_end", "currency", "rows"}
    assert list(top["rows"][0]) == ["rank", "sku", "name", "price", "stock", "units", "revenue"]
    assert (top["rows"][0]["sku"], top["rows"][0]["units"], len(top["rows"])) == ("LATTE", 2, 1)


def test_a_dry_run_changes_nothing(stocked: Prompt) -> None:
    """A dry run answers like an order without an id and leaves balance and stock alone."""
    preview = stocked.done("order", "LATTE:2", "-u", "kim", "--dry-run")

    assert preview["order"] is None
    assert preview["total"] == 9000
    assert stocked.done("balance", "-u", "kim")["balance"] == 50000
    assert stocked.done("orders", "-u", "kim") == []


def test_a_repeated_key_answers_as_the_first_time(stocked: Prompt) -> None:
    """The same key and request is done once and answered twice."""
    first = stocked.done("charge", "700", "-u", "kim", "--key", "k1")
    second = stocked.done("charge", "700", "-u", "kim", "--key", "k1")

    assert second == {**first, "replayed": True}


def test_a_command_without_a_key_makes_one(stocked: Prompt) -> None:
    """A key made by the command can be used to repeat it."""
    made = stocked.done("charge", "700", "-u", "kim")["key"]

    assert stocked.done("charge", "700", "-u", "kim", "--key", made)["replayed"] is True


def test_lists_can_be_cut(stocked: Prompt) -> None:
    """`--limit` and `--since` cut a list; times without a zone are meant in the shop's."""
    stocked.clock.advance(hours=5)
    stocked.done("charge", "1", "-u", "kim")
    stocked.done("charge", "2", "-u", "kim")

    assert len(stocked.done("history", "-u", "kim", "--limit", "1")) == 1
    late = stocked.done("history", "-u", "kim", "--since", "2026-03-13T02:00")
    assert [entry["amount"] for entry in late] == [1, 2]
    assert stocked.done("history", "-u", "kim", "--since", "2026-03-13T02:01") == []


def test_verify_proves_the_books(stocked: Prompt) -> None:
    """Every check holds after buying and cancelling."""
    order = stocked.done("order", "LATTE", "-u", "kim")["order"]
    stocked.done("cancel", order)

    proof = stocked.done("verify")

    assert proof["ok"] is True
    assert all(check["ok"] and check["violations"] == [] for check in proof["checks"])


def test_outbox_status_counts_what_waits(stocked: Prompt) -> None:
    """An order without an endpoint leaves one event pending."""
    stocked.done("order", "LATTE", "-u", "kim")

    status = stocked.done("outbox", "status")

    assert list(status) == OUTBOX.split()
    assert status["pending"] == 1


def test_a_user_list_knows_every_state(stocked: Prompt) -> None:
    """Users are blocked, made active, closed and their names forgotten."""
    stocked.done("user", "add", "ana", "--name", "Ana")

    assert stocked.done("user", "set", "ana", "--blocked")["state"] == "blocked"
    assert stocked.done("user", "set", "ana", "--active")["state"] == "active"
    assert stocked.done("user", "set", "ana", "--closed", "--forget-name")["name"] is None
    assert [user["user"] for user in stocked.done("user", "list")] == ["ana", "kim"]


def test_products_are_found_by_part_of_their_name(stocked: Prompt) -> None:
    """A query matches parts of SKU and name."""
    assert [row["sku"] for row in stocked.done("products", "att")] == ["LATTE"]
    assert stocked.done("products", "zzz") == []


def test_verify_tells_each_violation(stocked: Prompt) -> None:
    """A balance changed behind the shop's back fails verify, with every violation."""
    with raw_database(stocked.url) as database:
        database.unguard()
        database.run("UPDATE balances SET balance_minor = balance_minor + 1")

    answer = stocked("verify", "--json")

    assert (answer.code, answer.error["code"]) == (1, "verify_failed")
    assert answer.document["ok"] is False
    assert any(check["violations"] for check in answer.document["checks"] if not check["ok"])
    assert "FAIL" in stocked("verify", terminal=True).out
    assert any(row["ok"] == "false" for row in stocked("verify").table)


def test_an_undone_transfer_tells_what_both_have(stocked: Prompt) -> None:
    """Both balances were changed: that of the side that is named, and then that of the other."""
    stocked.done("user", "add", "lee")
    entry = stocked.done("transfer", "400", "--to", "lee", "-u", "kim")["entry"]

    told = [stocked("undo", entry, "--reason", "r", terminal=True).out for _ in range(2)]

    assert "balance 50,000 KRW, lee's 0 KRW, key" in told[0]
    assert "balance then 50,000 KRW, lee's 0 KRW, key" in told[1]
