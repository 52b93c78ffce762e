"""A copy of a shop holds every row of it, whichever databases they are in, and is a shop."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from shopcli import Shop, ShopError
from shopcli.engine.moving import copying
from shopcli.storage.bulk import snapshots, whole_tables
from shopcli.storage.schema.tables import metadata
from tests.conftest import Filling
from tests.factories import id_of
from tests.moving.conftest import do_everything
from tests.postgres_server import DatabaseServer
from tests.raw_rows import raw_database

LEASED = ("state", "attempt_count", "lease_owner", "leased_at", "leased_until_at")


def rows(url: str, table: str) -> list[tuple[Any, ...]]:
    """Every row of a table, as both databases give it, sorted by all columns."""
    names = [column.name for column in metadata.tables[table].columns]
    with raw_database(url) as raw:
        found = raw.run(f"SELECT {', '.join(names)} FROM {table}")  # noqa: S608 - our own names
    return sorted(found, key=repr)


def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but of the copy's own."""
    return {
        name: rows(url, name) for name in metadata.tables if name not in {"shop_copy", "relays"}
    }


def code_of(error: pytest.ExceptionInfo[ShopError]) -> tuple[str, object]:
    """The code and the situation of a refusal."""
    return error.value.code, error.value.details.get("reason")


def test_a_copy_has_every_row(shop: Shop, shop_url: str, target_url: str) -> None:
    """From a file to Postgres and back: all rows as they were, and a shop that is sound."""
    before = everything(shop_url)
    copy = shop.maintenance.copy(target_url)

    assert everything(target_url) == before == everything(shop_url)
    assert {table.table: table.rows for table in copy.tables} == {
        name: len(found) for name, found in before.items()
    }
    assert {name for name, found in before.items() if not found} == set()
    assert (copy.ok, copy.failed, copy.shop) == (True, (), shop.id)
    with Shop.open(target_url) as moved:
        assert moved.id == shop.id
        assert moved.verify().ok, moved.verify()


def test_a_copy_of_the_same_kind_has_every_row(shop: Shop, shop_url: str, alike_url: str) -> None:
    """From a file to a file, and from one Postgres to another."""
    copy = shop.maintenance.copy(alike_url)

    assert copy.ok
    assert everything(alike_url) == everything(shop_url)


def test_a_copy_goes_on_as_the_shop_would(shop: Shop, target_url: str) -> None:
    """Keys are known, numbers go on, and each kind of thing can be done."""
    before = shop.history("kim")[-1]
    shop.maintenance.copy(target_url)

    with Shop.open(target_url) as moved:
        assert moved.order("kim", {"BEANS": 2}, coupon="GIFT", key="three").replayed
        entry = moved.charge("kim", 10_000).entry
        assert int(entry.partition(":")[2]) == int(before.id.partition(":")[2]) + 1
        order = moved.order("kim", {"TEA": 1})
        moved.refund(order, {"TEA": 1}, reason="cold")
        moved.cancel(id_of(order))
        moved.cash_in(100, reason="found")
        moved.add_user("new")
        moved.add_product("NEW", name="New", price=1, stock=1)
        number = moved.close_books().number
        assert number == len(moved.closings())
        assert moved.verify().ok, moved.verify()


def test_there_and_back_again(shop: Shop, shop_url: str, target_url: str, tmp_path: Path) -> None:
    """The digests agree on all three, and they are what the manual says they are."""
    back_url = f"sqlite:///{tmp_path}/back.db"
    there = shop.maintenance.copy(target_url)
    with Shop.open(target_url) as moved:
        back = moved.maintenance.copy(back_url)

    assert there.tables == back.tables
    assert len({shop.id, there.copy, back.copy}) == 3
    digests = {table.table: table.digest for table in there.tables}
    lines = sorted(rows(back_url, "order_lines"), key=lambda row: (row[0], row[2]))
    text = json.dumps(lines, separators=(",", ":"))
    assert digests["order_lines"] == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("filling", [do_everything])
def test_leases_wait_in_a_copy(
    shop: Shop, shop_url: str, target_url: str, filling: Filling
) -> None:
    """A relay's lease is not copied: the event is pending there, and nothing says it was tried."""
    assert filling is do_everything
    names = [column.name for column in metadata.tables["outbox"].columns]
    leased = {row[0]: dict(zip(names, row, strict=True)) for row in rows(shop_url, "outbox")}
    copy = shop.maintenance.copy(target_url)
    found = {row[0]: dict(zip(names, row, strict=True)) for row in rows(target_url, "outbox")}

    changed = {key for key, row in found.items() if row != leased[key]}
    assert changed == {key for key, row in leased.items() if row["state"] == "leased"} != set()
    for key in changed:
        count = leased[key]["attempt_count"] - 1
        assert [found[key][name] for name in LEASED] == ["pending", count, None, None, None]
        assert {**found[key], **dict.fromkeys(LEASED, 0)} == {
            **leased[key],
            **dict.fromkeys(LEASED, 0),
        }
    assert {name: kept for name, kept in everything(target_url).items() if name != "outbox"} == {
        name: kept for name, kept in everything(shop_url).items() if name != "outbox"
    }
    assert copy.ok
    assert rows(target_url, "relays") == []


def test_a_copy_is_held_and_has_an_id_of_its_own(shop: Shop, target_url: str) -> None:
    """Its row is made, not copied."""
    copy = shop.maintenance.copy(target_url)

    ((_, copy_id, reason, held_at, retired_to, retired_at, _),) = rows(target_url, "shop_copy")
    assert (copy_id, reason, retired_to, retired_at) == (copy.copy, copy.held, None, None)
    assert copy_id != shop.id
    assert held_at is not None
    assert copy.held
    assert shop.url in copy.held


def test_the_answer_says_up_to_where_it_goes(
    shop: Shop, target_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is sold while it is copied is not in it; the answer names the last entry that is."""
    before = [entry.id for user in shop.users() for entry in shop.history(user.user)]
    write = whole_tables.write
    late: list[str] = []

    def sell_and_write(*arguments: Any) -> None:  # noqa: ANN401 - what `write` takes
        if not late:
            late.append(shop.charge("kim", 1_000).entry)
        write(*arguments)

    monkeypatch.setattr(whole_tables, "write", sell_and_write)
    copy = shop.maintenance.copy(target_url)

    assert copy.ok
    assert copy.last_entry in before
    assert copy.last_entry_at == max(
        entry.recorded_at
        for user in shop.users()
        for entry in shop.history(user.user)
        if entry.id in before
    )
    with Shop.open(target_url) as moved:
        assert late[0] not in [entry.id for entry in moved.history("kim")]
    assert late[0] in [entry.id for entry in shop.history("kim")]


def test_a_copy_is_put_nowhere_but_where_nothing_is(
    shop: Shop, shop_url: str, target_url: str
) -> None:
    """Not over a shop, itself included, nor beside other tables."""
    with pytest.raises(ShopError) as itself:
        shop.maintenance.copy(shop_url)
    assert code_of(itself) == ("shop_exists", "itself")

    shop.maintenance.copy(target_url)
    before = everything(target_url)
    with pytest.raises(ShopError) as taken:
        shop.maintenance.copy(target_url)
    assert code_of(taken) == ("shop_exists", None)
    assert everything(target_url) == before


def test_other_tables_are_left_alone(shop: Shop, database_server: DatabaseServer) -> None:
    """A database that holds something else is not a shop's."""
    with database_server.database() as url:
        with raw_database(url) as raw:
            raw.run("CREATE TABLE theirs (a int)")
        with pytest.raises(ShopError) as refused:
            shop.maintenance.copy(url)
        with raw_database(url) as raw:
            assert raw.tables() == ["theirs"]
    assert code_of(refused) == ("not_a_shop", "nothing_to_fill")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("mysql://till@db/shop", "invalid_input"),
        ("postgresql://till:hunter2@127.0.0.1:1/shop", "database_unreachable"),
        ("{folder}", "not_a_shop"),
        ("{folder}/text.txt", "not_a_shop"),
        ("{folder}/text.txt/shop.db", "no_shop invalid_input"),
    ],
)
def test_an_address_that_takes_no_shop(shop: Shop, tmp_path: Path, address: str, code: str) -> None:
    """It is refused by its code, and no password is shown."""
    (tmp_path / "text.txt").write_text("A text, no database. " * 99, "utf-8")
    with pytest.raises(ShopError) as refused:
        shop.maintenance.copy(address.format(folder=tmp_path))

    assert refused.value.code in code.split()
    assert "hunter2" not in f"{refused.value} {refused.value.details}"


def test_a_copy_that_differs_is_none(
    shop: Shop, target_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes out otherwise is found by the comparison, and then there is no copy."""
    write = whole_tables.write

    def forget(session: Any, table: Any, page: Any) -> None:  # noqa: ANN401 - as above
        write(session, table, page[1:] if table.name == "admin_changes" else page)

    monkeypatch.setattr(whole_tables, "write", forget)
    with pytest.raises(ShopError) as refused:
        shop.maintenance.copy(target_url)

    assert code_of(refused) == ("verify_failed", "copy_differs")
    with pytest.raises(ShopError) as gone:
        Shop.open(target_url)
    assert gone.value.code == "no_shop"


def test_rows_that_break_a_rule_are_not_copied(shop: Shop, shop_url: str, target_url: str) -> None:
    """A shop whose rows were damaged is told by name, and there is no copy."""
    with raw_database(shop_url) as raw:
        raw.unguard()
        raw.run("UPDATE balances SET balance_minor = -1 WHERE username = 'kim'")
    with pytest.raises(ShopError) as refused:
        shop.maintenance.copy(target_url)

    assert code_of(refused) == ("verify_failed", "row_refused")
    assert refused.value.details["constraint"] == "ck_balances_balance_minor"
    with pytest.raises(ShopError) as gone:
        Shop.open(target_url)
    assert gone.value.code == "no_shop"


def test_what_verify_finds_is_copied_and_told(shop: Shop, shop_url: str, target_url: str) -> None:
    """Wrong sums are rows like others: the copy is equal, and says what is wrong with both."""
    with raw_database(shop_url) as raw:
        raw.run("UPDATE balances SET balance_minor = balance_minor + 1 WHERE username = 'kim'")
    copy = shop.maintenance.copy(target_url)

    assert not copy.ok
    assert set(copy.failed) == {check.name for check in shop.verify().checks if not check.ok}
    assert everything(target_url) == everything(shop_url)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_who_reads_with_the_delete_journal_holds_nobody_up(
    shop: Shop, shop_url: str, target_url: str, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is read once, at once; who sells while it is written out does not wait."""
    assert dialect == "sqlite"
    shop.close()
    with raw_database(shop_url) as raw:
        assert raw.run("PRAGMA journal_mode = DELETE") == [("delete",)]
    assert snapshots.blocks_writers(shop.runtime.database)
    before = everything(shop_url)
    write = whole_tables.write

    def sell_and_write(*arguments: Any) -> None:  # noqa: ANN401 - as above
        shop.charge("kim", 1)
        write(*arguments)

    monkeypatch.setattr(whole_tables, "write", sell_and_write)
    shop.maintenance.copy(target_url)

    assert everything(target_url) == before
    assert everything(shop_url) != before


def test_progress_counts_rows_to_their_end(shop: Shop, target_url: str) -> None:
    """Each phase begins with none, and ends with all."""
    told: list[tuple[str, int, int | None]] = []
    copy = shop.maintenance.copy(target_url, progress=lambda *one: told.append(one))

    assert list(dict.fromkeys(phase for phase, _, _ in told)) == [
        copying.COPIED,
        copying.COMPARED,
        copying.VERIFIED,
    ]
    for phase in (copying.COPIED, copying.COMPARED, copying.VERIFIED):
        counts = [done for name, done, total in told if name == phase and total == copy.rows]
        assert counts == sorted(counts)
        assert (counts[0], counts[-1]) == (0, copy.rows)


def test_pages_meet_without_a_gap(
    shop: Shop, shop_url: str, target_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few rows are read at once, each is read once."""
    whole = shop.maintenance.copy(target_url)
    monkeypatch.setattr(whole_tables, "PAGE_ROW_COUNT", 2)
    with Shop.open(target_url) as moved, moved.runtime.reading() as session:
        for table, copied in zip(whole_tables.whole_tables(), whole.tables, strict=True):
            digest = whole_tables.TableDigest()
            for page in whole_tables.pages(session, table):
                assert len(page) <= 2
                digest.add(page)
            assert (digest.row_count, digest.hex()) == (copied.rows, copied.digest)
