"""Exports: what goes out comes in again as the same; files appear whole, links are not followed."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.batch.records import Format
from shopcli.engine.use_cases import exports
from shopcli.engine.use_cases.exports import COLUMNS
from shopcli.storage.bulk import pages
from shopcli.storage.session import Row
from tests import warm_processes
from tests.batch.files import command, environment, run, state, stock_up, take
from tests.cli.conftest import Prompt
from tests.clocks import SettableClock


@pytest.fixture
def traded(shop: Shop, clock: SettableClock) -> Shop:
    """A shop in which something of everything has happened."""
    stock_up(shop)
    shop.add_user("김", name="김철수")
    shop.add_product("-1", name="=1+1", price=0, category="+x", barcode="=y")
    shop.set_product("MUG", on_sale=False, low_stock=2)
    shop.add_coupon("CAPPED", percent=5, cap=300, limit=9, closes=clock() + timedelta(days=9))
    shop.claim("kim", "WELCOME10", key="=claim")
    clock.advance(minutes=1)
    shop.order("kim", {"LATTE": 2, "BAGEL": 1}, coupon="WELCOME10", key="@order")
    gone = shop.order("sato", {"BAGEL": 1}, key="gone")
    shop.cancel(gone.order or "")
    moment = clock() - timedelta(days=40)
    shop.book("sato", {"LATTE": 3}, ordered_at=moment, discount=100, key="then")
    return shop


@pytest.mark.parametrize("what", COLUMNS)
def test_how_far_an_export_is(traded: Shop, tmp_path: Path, what: str) -> None:
    """It begins with nothing done of all there is, and ends with all of it done."""
    told: list[tuple[str, int, int | None]] = []
    row_count = traded.exports.save(
        what, tmp_path / "out.csv", progress=lambda *state: told.append(state)
    )
    assert row_count > 0
    assert told[0] == ("exported", 0, row_count)
    assert told[-1] == ("exported", row_count, row_count)


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl"])
@pytest.mark.parametrize("kind", ["products", "users", "coupons", "claims", "orders"])
def test_an_export_imported_again_changes_nothing(
    traded: Shop, tmp_path: Path, kind: str, form: str
) -> None:
    """Each row is found unchanged, or replayed by its key, in every format."""
    before = state(traded)
    path = tmp_path / f"{kind}.{form}.gz"
    row_count = traded.exports.save(kind, path, form)
    is_order = kind == "orders"  # of which one was cancelled
    summary = take(traded, kind, path, form=form, historical=is_order, ignore_state=is_order)
    assert (summary.rows, summary.created, summary.updated, summary.rejected) == (
        row_count,
        0,
        0,
        0,
    )
    assert state(traded) == before


def test_a_shop_moves_by_export_and_import(
    traded: Shop, tmp_path: Path, clock: SettableClock
) -> None:
    """Users, catalogue and history of one shop make the same sales in another."""
    with Shop.create(
        str(tmp_path / "other.db"), currency="KRW", timezone="Asia/Seoul", clock=clock
    ) as other:
        for kind in ("users", "products", "coupons"):
            path = tmp_path / f"{kind}.csv"
            traded.exports.save(kind, path)
            assert take(other, kind, path).rejected == 0
        for user in ("kim", "sato"):
            other.charge(user, 100_000)
        path = tmp_path / "orders.csv"
        traded.exports.save("orders", path)
        assert take(other, "orders", path, historical=True, max_errors=1).created == 2
        kept = traded.receipt(key="@order")
        moved = other.receipt(key="@order")
        assert (moved.lines, moved.total) == (kept.lines, kept.total)
        assert moved.placed_at == kept.placed_at


def test_cells_of_csv_are_inert(traded: Shop) -> None:
    """No cell of text begins as a formula; names come back as they are."""
    text = io.StringIO()
    traded.exports.write("products", text, "csv")
    rows = {row["sku"]: row for row in csv.DictReader(io.StringIO(text.getvalue()))}
    formula = rows["'-1"]
    assert formula["name"] == "'=1+1"
    assert (formula["category"], formula["barcode"]) == ("'+x", "'=y")


@pytest.mark.parametrize("what", COLUMNS)
def test_every_export_has_its_columns(traded: Shop, what: str) -> None:
    """The header and every line have the same width; JSON has the same keys and its currency."""
    text, lines = io.StringIO(), io.StringIO()
    row_count = traded.exports.write(what, text, "tsv")
    assert traded.exports.write(what, lines, "jsonl") == row_count > 0
    head, *rows = text.getvalue().splitlines()
    assert {row.count("\t") for row in rows} == {head.count("\t")}
    records = [json.loads(line) for line in lines.getvalue().splitlines()]
    keys = [*head.split("\t")]
    has_money = any(":amount" in column for column in COLUMNS[what])
    for record in records:
        assert list(record) == keys + ["currency"] * has_money


def test_sales_leave_cancelled_orders_out(traded: Shop) -> None:
    """What was cancelled is not among the sales."""
    text = io.StringIO()
    assert traded.exports.write("sales", text, "csv") == 3
    units = sum(int(row["quantity"]) for row in csv.DictReader(io.StringIO(text.getvalue())))
    assert units == 2 + 1 + 3


def test_files_appear_whole_and_replace_nothing(traded: Shop, tmp_path: Path) -> None:
    """A file that is there stays without `force`; links, folders and failures change nothing."""
    path = tmp_path / "users.csv"
    path.write_text("mine")
    link = tmp_path / "link.csv"
    link.symlink_to(path)
    dangling = tmp_path / "dangling.csv"
    dangling.symlink_to(tmp_path / "elsewhere.csv")
    for target, force in ((path, False), (link, True), (dangling, False), (tmp_path, True)):
        with pytest.raises(ShopError) as caught:
            traded.exports.save("users", target, "csv", force=force)
        assert caught.value.exit_code == 2
    with pytest.raises(ShopError):
        traded.exports.save("users", tmp_path / "no folder" / "x.csv")
    assert path.read_text() == "mine"
    assert not (tmp_path / "elsewhere.csv").exists()
    assert traded.exports.save("users", path, force=True) == 3
    assert path.read_text().startswith("user,name")
    assert not [file.name for file in tmp_path.iterdir() if file.name.startswith(".shop")]


def test_packed_files(traded: Shop, tmp_path: Path) -> None:
    """`.gz` is packed, the same rows the same bytes."""
    for name in ("a", "b"):
        traded.exports.save("users", tmp_path / f"{name}.csv.gz")
    first, second = (tmp_path / f"{name}.csv.gz" for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    assert gzip.decompress(first.read_bytes()).startswith(b"user,name")


@pytest.mark.parametrize("form", [[], ["--format", "jsonl"]], ids=["csv", "jsonl"])
def test_what_one_line_exports_another_imports(
    traded: Shop, shop_url: str, tmp_path: Path, form: list[str]
) -> None:
    """`shop export KIND` writes to standard output what `shop import KIND -` finds unchanged."""
    before = state(traded)
    for kind in ("products", "users", "coupons", "claims", "orders"):
        historical = ["--historical", "--ignore-state"] if kind == "orders" else []
        written = run("export", kind, "-o", "-", *form, url=shop_url, cwd=tmp_path)
        assert (written.returncode, written.stderr) == (0, b""), kind
        words = ("import", kind, "-", "--json", *form, *historical)
        done = run(*words, url=shop_url, cwd=tmp_path, stdin=written.stdout)
        assert (done.returncode, done.stderr) == (0, b""), kind
        summary = json.loads(done.stdout)
        assert summary["unchanged"] + summary["replayed"] > 0, kind
        assert (summary["created"], summary["updated"], summary["rejected"]) == (0, 0, 0), kind
    assert state(traded) == before
    assert not list(tmp_path.glob("-*"))


def test_export_piped_into_import(traded: Shop, shop_url: str, tmp_path: Path) -> None:
    """`shop export KIND | shop import KIND -`, both at the same time, is a no-op."""
    before = state(traded)
    source = warm_processes.Popen(
        command("export", "products", url=shop_url, cwd=tmp_path),
        env=environment(),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
    )
    done = warm_processes.run(
        command("import", "products", "-", "--json", url=shop_url, cwd=tmp_path),
        env=environment(),
        cwd=tmp_path,
        stdin=source.stdout,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert source.stdout is not None
    source.stdout.close()
    assert (source.wait(), done.returncode, done.stderr) == (0, 0, b"")
    assert json.loads(done.stdout)["unchanged"] > 0
    assert state(traded) == before


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl"])
@pytest.mark.parametrize("kind", ["products", "users", "coupons", "claims", "orders"])
def test_an_export_of_nothing_is_an_import_of_nothing(shop: Shop, kind: str, form: Format) -> None:
    """Also JSON Lines, which are empty then; a file that is empty is a mistake all the same."""
    text = io.StringIO()
    assert shop.exports.write(kind, text, form) == 0
    stream = io.BytesIO(text.getvalue().encode())
    summary = take(shop, kind, Path("-"), form=form, stream=stream, historical=kind == "orders")
    assert (summary.rows, summary.rejected) == (0, 0)


@pytest.mark.usefixtures("traded")
def test_an_interrupted_export_leaves_no_file(
    shop_url: str,
    tmp_path: Path,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-C amid the rows: exit 130, and nothing of the file is there, also not half of it."""

    def users(wanted: exports._Wanted) -> Iterator[Row]:  # as below
        yield next(iter(pages.products(wanted.session)))
        raise KeyboardInterrupt

    monkeypatch.setitem(exports._READERS, "users", users)  # noqa: SLF001 - rows that take long
    prompt = Prompt(shop_url, clock)
    path = tmp_path / "users.csv"
    answer = prompt("export", "users", "-o", str(path))
    assert (answer.code, answer.out) == (130, "")
    assert "no file" in answer.err
    assert not [file.name for file in tmp_path.iterdir() if "export" in file.name]
    assert not path.exists()


@pytest.mark.parametrize("row_count", [1, 2, 1000])
@pytest.mark.parametrize("what", COLUMNS)
def test_an_export_as_json_is_one_document(
    traded: Shop, monkeypatch: pytest.MonkeyPatch, what: str, row_count: int
) -> None:
    """It is an array of what JSON Lines hold, however many rows are read at a time."""
    monkeypatch.setattr(exports, "_BLOCK_ROW_COUNT", row_count)
    document, lines = io.StringIO(), io.StringIO()
    assert traded.exports.write(what, document, "json") == traded.exports.write(
        what, lines, "jsonl"
    )
    assert document.getvalue().count("\n") == 1, "`run --json` answers in JSON Lines"
    assert json.loads(document.getvalue()) == [
        json.loads(line) for line in lines.getvalue().splitlines()
    ]


@pytest.mark.parametrize("what", COLUMNS)
def test_an_empty_export_as_json_is_a_document_too(
    shop_url: str, clock: SettableClock, what: str
) -> None:
    """Nothing is an empty array, not nothing at all."""
    assert Prompt(shop_url, clock).done("export", what) == []
