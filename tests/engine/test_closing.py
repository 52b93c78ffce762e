"""Closes: each entry in exactly one, sums that agree with a count by other means, and a proof."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import shopcli
from shopcli import Shop
from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.records import Closing
from shopcli.storage.schema.tables import metadata
from tests import factories
from tests.clocks import SettableClock
from tests.engine import lived_in
from tests.engine.conftest import Refuse
from tests.factories import REASON
from tests.raw_rows import dump, raw_database


def test_a_close_holds_all_that_was_booked_since_the_last(
    shop: Shop, clock: SettableClock, tmp_path: Path
) -> None:
    """The first holds everything, the second what came after it; their sums agree with a count."""
    lived_in.fill(shop, clock, tmp_path, closes=False)
    entries = {entry.id: entry for user in shop.users() for entry in shop.history(user.user)}
    first = shop.close_books(key="c1")
    _assert_counted(shop, first, entries)

    clock.advance(hours=9)
    shop.charge("kim", 700, method="card")
    shop.undo(shop.charge("kim", 900).entry, reason=REASON)
    shop.undo(shop.adjust("kim", -30, reason=REASON).entry, reason=REASON)
    shop.order("kim", {"TEA": 2})
    later = {entry.id: entry for user in shop.users() for entry in shop.history(user.user)}
    second = shop.close_books()

    _assert_counted(shop, second, {name: later[name] for name in later.keys() - entries.keys()})
    assert (first.number, first.from_, second.number) == (1, None, 2)
    assert (second.from_, second.opening) == (first.until, first.closing)
    assert second.closing == sum(user.balance for user in shop.users())
    assert second.grand_sales == first.sold + second.sold
    assert second.grand_refunds == first.refunded + second.refunded
    assert second.grand_net == second.grand_sales - second.grand_refunds
    assert shop.verify().ok


def _assert_counted(shop: Shop, closing: Closing, entries: dict[str, Any]) -> None:
    """Compare a close with a count of entries, made here from the histories."""
    sums: dict[str, int] = defaultdict(int)
    methods: dict[str, dict[str, int]] = {"charge": {}, "payout": {}, "reversal": {}}
    kinds = {entry.id: entry.kind for user in shop.users() for entry in shop.history(user.user)}
    orders = set()
    for entry in entries.values():
        sums[entry.kind] += entry.amount
        if entry.kind == "payment":
            orders.add(entry.order)
        of = methods.get(entry.kind)
        if of is not None and kinds.get(entry.reverses) != "transfer":
            lost = "none" if kinds.get(entry.reverses) == "adjustment" else "unknown"
            method = entry.method or lost
            of[method] = of.get(method, 0) + abs(entry.amount) * (
                -1 if entry.kind == "reversal" and entry.amount > 0 else 1
            )
    receipts = [shop.receipt(order) for order in orders]
    assert closing.entries == len(entries)
    assert closing.charged == methods["charge"]
    assert closing.paid_out == methods["payout"]
    assert closing.reversed == methods["reversal"]
    assert closing.adjusted == sums["adjustment"]
    assert closing.sold == -sums["payment"] == sum(receipt.total for receipt in receipts)
    assert closing.refunded == sums["refund"] == closing.cancels.amount + closing.refunds.amount
    assert closing.orders == len(receipts)
    assert closing.units == sum(line.quantity for r in receipts for line in r.lines)
    assert closing.discounts.count == sum(receipt.discount > 0 for receipt in receipts)
    assert closing.discounts.amount == sum(receipt.discount for receipt in receipts)
    assert closing.closing == closing.opening + sum(sums.values())
    by_time = sorted(entries.values(), key=lambda entry: (entry.recorded_at, entry.id))
    assert (closing.first_entry, closing.last_entry) == (by_time[0].id, by_time[-1].id)


def test_the_digest_is_that_of_the_manual(
    shop: Shop, shop_url: str, clock: SettableClock, tmp_path: Path
) -> None:
    """Whoever follows the recipe of the manual, with its columns, comes to the same digest."""
    lived_in.fill(shop, clock, tmp_path, closes=False)
    first = shop.close_books(counted=5)
    clock.advance(hours=1)
    shop.order("kim", {"TEA": 2})
    shop.cash_in(5, reason=REASON)
    second = shop.close_books()

    assert first.digest == _by_the_manual(shop_url, 1, "")
    assert second.digest == _by_the_manual(shop_url, 2, str(first.digest))


def test_the_digest_takes_every_column_of_a_close() -> None:
    """All that is stored of a close is in its digest but that itself, and the manual says so."""
    stored = {column.name for column in metadata.tables["closes"].columns}

    assert sorted(_columns_of_the_manual()["closes"]) == sorted(stored - {"digest"})


def test_a_close_keeps_its_currency_and_zone(shop: Shop, shop_url: str) -> None:
    """What the shop has of these later changes no close, and is told beside it."""
    made = shop.close_books(counted=0)
    with raw_database(shop_url) as raw:
        raw.run("UPDATE shop SET currency = 'JPY', timezone = 'UTC'")

    with Shop.open(shop_url) as changed:
        assert changed.closing(1) == made
        assert (made.currency, made.timezone) == (shop.currency, shop.timezone)
        found = changed.verify_closing(1, str(made.digest))
    assert [(check.name, check.ok) for check in found.checks] == [
        ("closes_are_what_they_cover", False),
        ("closing_is_what_was_printed", True),
    ]


def _by_the_manual(url: str, number: int, before: str) -> str:
    """The digest as the manual's page tells how to compute it, from tables read whole."""
    columns = _columns_of_the_manual()
    with raw_database(url) as raw:
        rows = {
            name: [dict(zip(names, row, strict=True)) for row in raw.run(_select(name, names))]
            for name, names in columns.items()
        }
        marks = raw.run("SELECT username, sequence, number FROM close_marks")
    last = {username: sequence for username, sequence, n in marks if n == number}
    first = {
        username: max((s for u, s, n in marks if u == username and n < number), default=0)
        for username in last
    }
    moves = {row["number"]: row["cash_move_number"] for row in rows["closes"]}

    def is_covered(username: str, sequence: int) -> bool:
        return username in last and first[username] < sequence <= last[username]

    entries = [e for e in rows["balance_entries"] if is_covered(e["username"], e["sequence"])]
    parts = [r for r in rows["refunds"] if is_covered(r["username"], r["entry_sequence"])]
    entries_of_parts = {(row["username"], row["entry_sequence"]) for row in parts}
    paid = {entry["order_id"] for entry in entries if entry["kind"] == "payment"}
    cancelled = {
        entry["order_id"]
        for entry in entries
        if entry["kind"] == "refund"
        and (entry["username"], entry["sequence"]) not in entries_of_parts
    }
    numbers = {(row["order_id"], row["number"]) for row in parts}
    covered = {
        "closes": [row for row in rows["closes"] if row["number"] == number],
        "balance_entries": _by(entries, "username", "sequence"),
        "orders": _by([r for r in rows["orders"] if r["order_id"] in paid], "order_id"),
        "order_lines": _by(
            [r for r in rows["order_lines"] if r["order_id"] in paid], "order_id", "position"
        ),
        "cancellations": _by(
            [r for r in rows["cancellations"] if r["order_id"] in cancelled], "order_id"
        ),
        "refunds": _by(parts, "order_id", "number"),
        "refund_lines": _by(
            [r for r in rows["refund_lines"] if (r["order_id"], r["number"]) in numbers],
            "order_id",
            "number",
            "sku",
        ),
        "cash_moves": _by(
            [
                row
                for row in rows["cash_moves"]
                if moves.get(number - 1, 0) < row["number"] <= moves[number]
            ],
            "number",
        ),
    }
    assert list(covered) == list(columns)
    assert all(covered.values()) or number > 1
    lines = [before]
    for name, table in covered.items():
        arrays: list[Any] = [[row[column] for column in columns[name]] for row in table]
        if name == "closes":
            (arrays,) = arrays
        text = json.dumps(arrays, ensure_ascii=False, separators=(",", ":"))
        lines.append(text if name == "closes" else hashlib.sha256(text.encode()).hexdigest())
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _columns_of_the_manual() -> dict[str, list[str]]:
    page = (Path(shopcli.__file__).parent / "help" / "closing.md").read_text("utf-8")
    (block,) = re.findall(r"^closes .*?(?=```)", page, re.MULTILINE | re.DOTALL)
    columns = {}
    for part in filter(None, re.split(r"^(?=\w)", block, flags=re.MULTILINE)):
        name, *names = re.split(r"\n +by ", part)[0].split()
        columns[name] = names
    return columns


def _select(table: str, columns: list[str]) -> str:
    return f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608  # names of the manual


def _by(rows: list[dict[str, Any]], *keys: str) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: [row[key] for key in keys])


def test_the_drawer_goes_from_close_to_close(shop: Shop) -> None:
    """It begins with what was counted, else expected; only cash is in it."""
    factories.user(shop, "kim")
    shop.charge("kim", 1000)
    shop.charge("kim", 500, method="card")
    shop.payout("kim", 200, reason=REASON)
    shop.undo(shop.charge("kim", 70).entry, reason=REASON)
    shop.cash_in(50, reason=REASON)
    shop.cash_out(20, reason=REASON)
    shop.undo(shop.cash_in(7, reason=REASON).entry, reason=REASON)

    first = shop.close_books(counted=825)

    assert (first.cash_opening, first.cash_in, first.cash_out) == (0, 50, 20)
    assert (first.cash_expected, first.cash_counted, first.difference) == (830, 825, -5)
    assert shop.cash_out(25, reason=REASON).drawer == 800
    second = shop.close_books()
    assert (second.cash_opening, second.cash_expected) == (825, 800)
    assert (second.cash_counted, second.difference) == (None, None)
    third = shop.close_books(counted=0)
    assert (third.cash_opening, third.cash_counted, third.difference) == (800, 0, -800)
    assert shop.verify().ok


def test_a_move_that_is_undone_later_lessens_the_later_close(shop: Shop) -> None:
    """What was closed stays; the close in which it is taken back has less put in."""
    moved = shop.cash_in(50, reason=REASON)
    first = shop.close_books()
    shop.undo(moved.entry, reason=REASON)

    second = shop.close_books()

    assert (first.cash_in, first.cash_expected) == (50, 50)
    assert (second.cash_in, second.cash_out, second.cash_expected) == (-50, 0, 0)
    assert shop.closing(1) == first


def test_without_anything_new_there_is_nothing_to_close(shop: Shop, refuse: Refuse) -> None:
    """An entry, a cash move or a count is enough; a look is refused as well."""
    refuse("nothing_to_close", shop.close_books)
    refuse("nothing_to_close", shop.close_books, dry_run=True)
    assert shop.close_books(counted=0).number == 1
    shop.cash_in(5, reason=REASON)
    assert shop.close_books().number == 2
    refuse("nothing_to_close", shop.close_books)
    factories.user(shop, "kim")
    shop.charge("kim", 1)
    assert shop.close_books().number == 3


def test_a_look_closes_nothing(shop: Shop, shop_url: str) -> None:
    """It answers the same, without number, digest and key, and leaves every row as it was."""
    factories.user(shop, "kim", balance=500)
    before = dump(shop_url)

    look = shop.close_books(counted=3, dry_run=True)

    assert dump(shop_url) == before
    made = shop.close_books(counted=3, key="c1")
    assert (look.number, look.digest, look.key) == (None, None, None)
    assert look == replace(made, number=None, digest=None, key=None)


def test_only_what_was_looked_at_is_closed(shop: Shop, refuse: Refuse) -> None:
    """Whatever came in since the look, if its sum is 0 too, nothing is closed; a key is first."""
    factories.user(shop, "kim", balance=500)
    look = shop.close_books(counted=3, dry_run=True)
    closed = shop.close_books(counted=7, key="c1", expected=look)
    shop.charge("kim", 100)
    assert shop.close_books(counted=7, key="c1", expected=look) == replace(closed, replayed=True)

    look = shop.close_books(dry_run=True)
    shop.undo(shop.adjust("kim", 10, reason=REASON).entry, reason=REASON)
    refused = refuse("total_changed", shop.close_books, key="c2", expected=look)
    assert refused.details == {
        "expected": 600,
        "total": 600,
        "entries_expected": 1,
        "entries": 3,
        "currency": "KRW",
        "reason": "close",
    }
    look = shop.close_books(dry_run=True)
    shop.cash_in(5, reason=REASON)
    refuse("total_changed", shop.close_books, expected=look)
    refuse("total_changed", shop.close_books, expected=look, dry_run=True)
    look = shop.close_books(dry_run=True)
    shop.close_books()
    refuse("total_changed", shop.close_books, counted=0, expected=look)
    wrong: Any = 600
    refuse("invalid_input", shop.close_books, counted=0, expected=wrong)

    assert [closing.number for closing in shop.closings()] == [2, 1]
    shop.close_books(counted=0, expected=shop.close_books(counted=0, dry_run=True))


def test_a_key_closes_once(shop: Shop, refuse: Refuse) -> None:
    """A repeat answers the first close, whatever was booked since; another count is a conflict."""
    factories.user(shop, "kim", balance=500)
    first = shop.close_books(counted=0, key="c1")
    shop.charge("kim", 1)

    assert shop.close_books(counted=0, key="c1") == replace(first, replayed=True)
    refuse("key_conflict", shop.close_books, key="c1")
    refuse("key_conflict", shop.close_books, counted=1, key="c1")
    for counted in (-1, AMOUNT_MAX + 1):
        refuse("invalid_input", shop.close_books, counted=counted)


def test_closes_are_listed_and_looked_up(shop: Shop, refuse: Refuse) -> None:
    """The newest comes first; a number that is none, or of none, is refused."""
    made = [shop.close_books(counted=number) for number in range(3)]

    assert list(shop.closings()) == made[::-1]
    assert shop.closings(limit=1) == (made[2],)
    assert shop.closing(2) == made[1]
    assert refuse("unknown_closing", shop.closing, 4).details["number"] == 4
    refuse("invalid_input", shop.closing, 0)


def test_closes_have_a_window(shop: Shop, clock: SettableClock) -> None:
    """They are chosen by when they were made: from an instant on, and before another one."""
    made = []
    for _ in range(3):
        made.append(shop.close_books(counted=0))
        clock.advance(hours=24)
    first, second, third = made

    assert shop.closings(since=second.until) == (third, second)
    assert shop.closings(until=second.until) == (first,)
    assert shop.closings(since=first.until, until=third.until, limit=1) == (second,)


def test_a_mistyped_digest_is_told_as_one(shop: Shop) -> None:
    """Both digests are told; only one that is nearly that of the close may be mistyped."""
    digest = str(shop.close_books(counted=0).digest)
    typed = ("0" if digest[0] != "0" else "1") + digest[1:]

    for kept, is_near in ((typed, True), ("".join(reversed(digest)), False)):
        (*_, check) = shop.verify_closing(1, kept).checks
        (told,) = check.violations
        assert kept in told
        assert digest in told
        assert ("mistyped" in told) is is_near


def test_a_clock_that_is_behind_makes_no_period_that_ends_before_it_begins(
    shop: Shop, clock: SettableClock
) -> None:
    """A close by a till whose clock is behind ends when the one before did."""
    first = shop.close_books(counted=0)
    clock.advance(hours=-3)
    factories.user(shop, "kim", balance=500)

    second = shop.close_books()

    assert second.from_ == second.until == first.until
    assert second.entries == 1
    assert shop.verify().ok


def test_what_was_printed_proves_what_was_booked(
    shop: Shop, shop_url: str, clock: SettableClock, refuse: Refuse
) -> None:
    """A digest that was kept holds as long as nothing it covers, or before, was changed."""
    factories.user(shop, "kim", balance=500)
    first = shop.close_books()
    clock.advance(hours=1)
    shop.charge("kim", 5)
    second = shop.close_books()
    for closing in (first, second):
        assert shop.verify_closing(closing.number or 0, str(closing.digest)).ok
    assert not shop.verify_closing(1, str(second.digest)).ok
    refuse("unknown_closing", shop.verify_closing, 3, str(first.digest))
    refuse("invalid_input", shop.verify_closing, 1, "abc")

    with raw_database(shop_url) as raw:
        if shop_url.startswith("postgresql"):
            raw.run("SET session_replication_role = replica")
        else:
            raw.run("DROP TRIGGER tr_balance_entries_no_update")
        raw.run("UPDATE balance_entries SET actor = 'somebody else' WHERE sequence = 1")

    assert not shop.verify_closing(1, str(first.digest)).ok
    assert not shop.verify_closing(2, str(second.digest)).ok


@pytest.mark.parametrize("role", ["member", "till"])
def test_only_operators_close(shop: Shop, refuse: Refuse, role: str) -> None:
    """Neither members nor tills see or close the books."""
    factories.user(shop, "kim")
    other = shop.as_member("kim") if role == "member" else shop.as_till()
    for verb, values in (
        (other.close_books, ()),
        (other.closings, ()),
        (other.closing, (1,)),
        (other.verify_closing, (1, "0" * 64)),
    ):
        refuse("not_allowed", verb, *values)


def test_a_charge_of_the_past_is_in_the_close_of_today(shop: Shop, clock: SettableClock) -> None:
    """Closes go by what was recorded, not by when it is said to have happened."""
    factories.user(shop, "kim")
    shop.close_books(counted=0)
    clock.advance(days=2)
    shop.charge("kim", 5, at=clock() - timedelta(days=30))

    assert shop.close_books().charged == {"cash": 5}
