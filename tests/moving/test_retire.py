"""A shop that has moved refuses every change, to whoever has it open, until that is taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shopcli import Relay, Shop, ShopError
from shopcli.engine.moving import copying, retiring
from shopcli.relay.daemon import RelayDaemon
from shopcli.relay.platform import Platform
from shopcli.storage.addresses import parse_address
from shopcli.storage.bulk import whole_tables
from shopcli.storage.schema import making, retirement
from shopcli.storage.schema.tables import metadata
from shopcli.storage.sqlite.failures import read_only
from tests.factories import REASON, id_of
from tests.moving.test_copy import code_of, everything
from tests.raw_rows import raw_database
from tests.relay.test_watch import _until

ODD_AMOUNT = 7_777
Change = Callable[[Shop], object]
CHANGES: dict[str, Change] = {
    "add_user": lambda shop: shop.add_user("zoe"),
    "set_user": lambda shop: shop.set_user("kim", name="Kim"),
    "charge": lambda shop: shop.charge("kim", 1),
    "payout": lambda shop: shop.payout("kim", 1, reason=REASON),
    "adjust": lambda shop: shop.adjust("kim", 1, reason=REASON),
    "transfer": lambda shop: shop.transfer("kim", "lee", 1),
    "undo": lambda shop: shop.undo(_charge(shop), reason=REASON),
    "cash_in": lambda shop: shop.cash_in(1, reason=REASON),
    "cash_out": lambda shop: shop.cash_out(1, reason=REASON),
    "close_books": lambda shop: shop.close_books(counted=1),
    "add_product": lambda shop: shop.add_product("NEW", name="New", price=1),
    "set_product": lambda shop: shop.set_product("TEA", price=1),
    "restock": lambda shop: shop.restock("TEA", 1),
    "adjust_stock": lambda shop: shop.adjust_stock("TEA", by=1, reason=REASON),
    "add_coupon": lambda shop: shop.add_coupon("NEW", percent=1, limit=1),
    "set_coupon": lambda shop: shop.set_coupon("CAPPED", limit=99),
    "claim": lambda shop: shop.claim("kim", "OPEN"),
    "order": lambda shop: shop.order("kim", {"TEA": 1}),
    "book": lambda shop: shop.book("kim", {"TEA": 1}, ordered_at=shop.now()),
    "refund": lambda shop: shop.refund(_order(shop, "four"), {"TEA": 1}, reason=REASON, force=True),
    "cancel": lambda shop: shop.cancel(_order(shop, "four"), reason=REASON, force=True),
    "set_setting": lambda shop: shop.set_setting("cancel_within", "1h"),
    "outbox.discard": lambda shop: shop.outbox.discard(_event(shop), reason=REASON),
    "outbox.prune": lambda shop: shop.outbox.prune(shop.now()),
    "lease": lambda shop: shop.outbox.deliveries.lease("relay", 1),
    "beat": lambda shop: shop.outbox.deliveries.beat("relay"),
}


def _order(shop: Shop, key: str) -> str:
    return id_of(shop.receipt(key=key))


def _charge(shop: Shop) -> str:
    (entry,) = [entry.id for entry in shop.history("kim") if entry.amount == ODD_AMOUNT]
    return entry


def _event(shop: Shop) -> str:
    return shop.outbox.list(state="pending")[0].id


@pytest.fixture
def retired(shop: Shop, shop_url: str, tmp_path: Path) -> Shop:
    """A shop that has moved, and was open before."""
    shop.charge("kim", ODD_AMOUNT)
    shop.add_coupon("OPEN", percent=1, limit=9)
    shop.order("kim", {"TEA": 1}, key="last")
    with Shop.open(shop_url) as other:
        retiring.retire(other.runtime, str(tmp_path / "new.db"))
    return shop


def test_nothing_can_be_changed(retired: Shop, shop_url: str) -> None:
    """Each verb that writes is refused at once, with the new address; nothing is changed."""
    before = everything(shop_url)
    for name, change in CHANGES.items():
        with pytest.raises(ShopError) as refused:
            change(retired)
        assert code_of(refused) == ("read_only", "retired"), name
        assert refused.value.details["to"].endswith("new.db"), name
    assert everything(shop_url) == before


def test_all_can_be_read(retired: Shop) -> None:
    """A retired shop is looked at like any other, and is sound."""
    assert retired.balance("kim").balance >= 0
    assert retired.history("kim")
    assert retired.top().rows
    assert retired.close_books(dry_run=True).number is None
    assert retired.order("kim", {"TEA": 1}, dry_run=True).order is None
    assert retired.verify().ok, retired.verify()
    assert retired.maintenance.retired_to()


def test_every_table_refuses(retired: Shop, shop_url: str) -> None:
    """Whoever changes tables behind the shop's back is refused too."""
    assert retired.maintenance.retired_to()
    with raw_database(shop_url) as raw:
        for table in metadata.tables:
            for statement in (
                f"INSERT INTO {table} SELECT * FROM {table}",  # noqa: S608 - our own names
                f"DELETE FROM {table}",  # noqa: S608 - as above
            ):
                if raw.run(f"SELECT 1 FROM {table} LIMIT 1"):  # noqa: S608 - as above
                    with pytest.raises(Exception, match="retired"):
                        raw.run(statement)


def test_an_import_is_refused(retired: Shop, shop_url: str, tmp_path: Path) -> None:
    """No row of it is applied."""
    path = tmp_path / "charges.csv"
    path.write_text("key,user,amount\nnew,kim,5\n", "utf-8")
    before = everything(shop_url)
    with pytest.raises(ShopError) as refused:
        retired.imports.run("charges", path)
    assert refused.value.code == "read_only"
    assert everything(shop_url) == before


def test_nothing_is_delivered(retired: Shop) -> None:
    """What waited when it moved is sent by the new shop."""
    with Platform() as platform:
        relay = Relay(retired, environment={"SHOP_PLATFORM_URL": platform.url})
        with pytest.raises(ShopError) as refused:
            relay.flush()
        assert refused.value.code == "read_only"
        assert len(platform.journal) == 0


def test_a_relay_waits_while_its_shop_is_retired(retired: Shop) -> None:
    """It says so, sends nothing, and goes on by itself once that is taken back."""
    said, stop = list[str](), threading.Event()
    with Platform() as platform:
        relay = Relay(retired, environment={"SHOP_PLATFORM_URL": platform.url})
        daemon = RelayDaemon(relay, stop, report=said.append)
        thread = threading.Thread(target=daemon.run, daemon=True)
        thread.start()
        try:
            _until(lambda: any("retired" in sentence for sentence in said))
            assert len(platform.journal) == 0
            retired.maintenance.unretire()
            _until(lambda: len(platform.journal) > 0)
        finally:
            stop.set()
            thread.join(20)


def test_it_can_be_taken_back(retired: Shop, shop_url: str) -> None:
    """Afterwards all is as before: no trigger is left, and each thing can be done."""
    assert str(retired.maintenance.unretire().was_retired_to).endswith("new.db")
    assert retired.maintenance.unretire().was_retired_to is None
    assert retired.maintenance.retired_to() is None

    assert retired.verify().ok, retired.verify()
    with raw_database(shop_url) as raw:
        if shop_url.startswith("sqlite"):
            left = raw.run("SELECT name FROM sqlite_master WHERE name LIKE '%retired%'")
        else:
            left = raw.run("SELECT tgname FROM pg_trigger WHERE tgname LIKE '%retired%'")
        assert left == []
    retired.order("kim", {"TEA": 1})
    with pytest.raises(ShopError) as refused:
        retired.undo("nobody:0001", reason=REASON)
    assert refused.value.code == "unknown_entry"


def test_verify_tells_what_a_retired_shop_lacks(retired: Shop, shop_url: str) -> None:
    """A trigger that was dropped, and one of a retired shop on another."""
    with raw_database(shop_url) as raw:
        if shop_url.startswith("sqlite"):
            name = "tr_orders_retired_insert"
            raw.run(f"DROP TRIGGER {name}")
        else:
            name = "tr_orders_retired"
            raw.run(f"DROP TRIGGER {name} ON orders")
    checks = {check.name: check for check in retired.verify().checks}
    assert checks["constraints_and_triggers_exist"].violations == (name,)


def test_a_schema_is_not_upgraded_where_the_shop_has_moved(retired: Shop, shop_url: str) -> None:
    """A release that has nothing to do says so; one that had would be refused."""
    assert retired.maintenance.retired_to()
    assert making.upgrade(shop_url).is_current
    with raw_database(shop_url) as raw, pytest.raises(Exception, match="retired"):
        raw.run("UPDATE alembic_version SET version_num = '0003'")


def test_a_move_loses_no_sale(shop: Shop, shop_url: str, target_url: str) -> None:
    """It is told; the shop is retired before it is read; the copy is not retired."""
    told: list[float] = []
    move = shop.maintenance.copy(target_url, then_retire=True, when_retired=told.append)

    assert move.retired
    assert move.ok
    assert [seconds > 0 for seconds in told] == [True]
    assert everything(target_url) == everything(shop_url)
    assert shop.maintenance.retired_to() == move.database
    with pytest.raises(ShopError) as refused:
        shop.charge("kim", 1)
    assert code_of(refused) == ("read_only", "retired")
    with Shop.open(target_url) as moved:
        assert moved.maintenance.retired_to() is None
        moved.charge("kim", 1)
        assert moved.verify().ok


def test_a_retired_shop_can_be_copied(shop: Shop, target_url: str, alike_url: str) -> None:
    """But not moved on: what would move is at its new address."""
    shop.maintenance.copy(target_url, then_retire=True)
    with pytest.raises(ShopError) as refused:
        shop.maintenance.copy(alike_url, then_retire=True)
    assert code_of(refused) == ("read_only", "retired")
    assert shop.maintenance.retired_to()

    copy = shop.maintenance.copy(alike_url)
    assert (copy.ok, copy.retired) == (True, False)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_a_move_that_fails_is_taken_back(
    shop: Shop,
    target_url: str,
    monkeypatch: pytest.MonkeyPatch,
    stop: type[BaseException],
) -> None:
    """The shop sells again, and there is none at the other address."""
    seen: list[str | None] = []

    def fail(*_arguments: Any) -> None:  # noqa: ANN401 - what `write` takes
        seen.append(shop.maintenance.retired_to())
        raise stop

    monkeypatch.setattr(whole_tables, "write", fail)
    with pytest.raises(stop):
        shop.maintenance.copy(target_url, then_retire=True)

    assert seen[0]
    assert shop.maintenance.retired_to() is None
    shop.charge("kim", 1)
    with pytest.raises(ShopError) as nothing:
        Shop.open(target_url)
    assert nothing.value.code == "no_shop"


def test_a_move_is_refused_before_the_shop_is_retired(
    shop: Shop, shop_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no room for it, nobody has to wait."""
    monkeypatch.setattr(retiring, "retire", lambda *_: pytest.fail("it was retired"))
    with pytest.raises(ShopError) as refused:
        shop.maintenance.copy(shop_url, then_retire=True)
    assert refused.value.code == "shop_exists"


def test_nobody_is_told_of_a_move_that_is_refused(
    shop: Shop, target_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the shop cannot be retired, as its file cannot be written, it goes on selling."""

    def fail(*_arguments: Any) -> None:  # noqa: ANN401 - as above
        raise read_only("shop.db")

    monkeypatch.setattr(retirement, "retire", fail)
    told: list[float] = []
    with pytest.raises(ShopError) as refused:
        shop.maintenance.copy(target_url, then_retire=True, when_retired=told.append)
    assert code_of(refused) == ("read_only", "no_write_permission")
    assert told == []
    shop.charge("kim", 1)


def test_a_move_that_cannot_be_taken_back_says_so(
    shop: Shop, target_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old shop is still retired, and the error names it."""

    def fail(*_arguments: Any, **_options: Any) -> None:  # noqa: ANN401 - as above
        raise ShopError("The database is gone.")

    monkeypatch.setattr(copying, "fill", fail)
    monkeypatch.setattr(retiring, "take_back", fail)
    with pytest.raises(ShopError) as refused:
        shop.maintenance.copy(target_url, then_retire=True)
    assert code_of(refused) == ("database_unreachable", "still_retired")
    assert shop.maintenance.retired_to()


USES: dict[str, Change] = {
    "sold": lambda shop: shop.order("kim", {"TEA": 1}),
    "charged": lambda shop: shop.charge("kim", 1),
    "priced": lambda shop: shop.set_product("TEA", price=1),
    "delivers": lambda shop: shop.outbox.resume(),
    "moved on": lambda shop: retiring.retire(shop.runtime, "newer.db"),
}


@pytest.mark.parametrize("use", USES)
def test_a_shop_that_went_on_elsewhere_is_not_taken_back_by_the_way(
    shop: Shop, target_url: str, use: str
) -> None:
    """Two shops would sell or send, whatever was done there; it can be meant all the same."""
    shop.add_coupon("OPEN", percent=1, limit=9)
    shop.maintenance.copy(target_url, then_retire=True)
    with Shop.open(target_url) as moved:
        USES[use](moved)
    with pytest.raises(ShopError) as refused:
        shop.maintenance.unretire()
    assert code_of(refused) == ("shop_exists", "unretire_beside")
    assert (refused.value.details["rows"] == 0) == (use == "moved on")
    assert shop.maintenance.retired_to()

    assert shop.maintenance.unretire(anyway=True).new_shop == "went_on"
    shop.charge("kim", 1)


def test_a_new_shop_that_nobody_has_used_is_no_reason_to_stay_retired(
    shop: Shop, target_url: str
) -> None:
    """It is looked at, and is a copy like others; read it was, perhaps."""
    shop.maintenance.copy(target_url, then_retire=True)
    with Shop.open(target_url) as moved:
        assert moved.verify().ok
    done = shop.maintenance.unretire()
    assert (done.new_shop, done.new_shop_rows) == ("as_it_was", 0)


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("{folder}/nothing.db", "none"),
        ("{folder}/text.db", "unknown"),
        ("postgresql://till:***@127.0.0.1:1/shop", "unknown"),
    ],
)
def test_what_cannot_be_looked_at_is_not_known(
    shop: Shop, tmp_path: Path, address: str, state: str
) -> None:
    """A shop that cannot be reached may have been used: it is meant, then; it is told."""
    (tmp_path / "text.db").write_text("no database " * 99)
    retiring.retire(shop.runtime, address.format(folder=tmp_path))
    if state == "unknown":
        with pytest.raises(ShopError) as refused:
            shop.maintenance.unretire()
        assert code_of(refused) == ("database_unreachable", "unretire_unseen")
        assert shop.maintenance.retired_to()
    assert shop.maintenance.unretire(anyway=True).new_shop == state
    shop.charge("kim", 1)


def test_another_shop_at_the_new_address_is_none_of_this(shop: Shop, alike_url: str) -> None:
    """Rows of another shop are no sales of this one."""
    with Shop.create(alike_url, currency="KRW", timezone="UTC") as other:
        other.add_user("kim")
    retiring.retire(shop.runtime, parse_address(alike_url).display)
    assert shop.maintenance.unretire().new_shop == "none"


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_time_without_sales_is_that_of_each_table(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few wide rows may take longer than many narrow ones: each table is tried by itself."""
    narrow, wide = whole_tables.whole_tables()[:2]
    row_counts = {narrow: 1_000_000, wide: 100_000}
    row_seconds = {narrow: 0.000_01, wide: 0.001}
    now_seconds = [0.0]

    def pages(_session: object, table: whole_tables.WholeTable) -> Iterator[list[tuple[int]]]:
        while True:
            now_seconds[0] += 100 * row_seconds[table]
            yield [(0,)] * 100

    monkeypatch.setattr(copying, "time", SimpleNamespace(monotonic=lambda: now_seconds[0]))
    monkeypatch.setattr(whole_tables, "whole_tables", lambda: list(row_counts))
    monkeypatch.setattr(whole_tables, "row_count", lambda _session, table: row_counts[table])
    monkeypatch.setattr(whole_tables, "pages", pages)
    reading_seconds = 1_000_000 * 0.000_01 + 100_000 * 0.001
    told = copying.estimated_seconds(shop.runtime)
    assert told == pytest.approx(1 + 6 * reading_seconds, rel=0.01)
    assert now_seconds[0] < 2
