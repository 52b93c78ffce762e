"""A shop whose file has a bit that turned: whatever reads or changes it says that it is damaged.

What fails then is anything: a row without the row it refers to, a word that the shop never writes,
a column that has another name. None of that is told as a bug, unless the file is sound.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.errors import Busy, Internal, NotAShop
from shopcli.engine.verifying import damage
from shopcli.storage.database import connect
from shopcli.storage.lock_waits import TIMEOUT_SECONDS
from shopcli.storage.sqlite import whole_files
from tests.clocks import SettableClock
from tests.command_lines import carry_out
from tests.engine import lived_in
from tests.factories import id_of
from tests.raw_rows import raw_database
from tests.schemas import kept

Deed = Callable[[Shop], object]


@pytest.fixture(scope="module")
def content(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a shop in which every kind of row exists."""
    folder, clock = tmp_path_factory.mktemp("sound"), SettableClock()
    file = folder / "shop.db"
    for part in sqlite_template.parent.glob("shop.db*"):
        shutil.copy(part, folder)
    with Shop.open(str(file), clock=clock) as shop:
        lived_in.fill(shop, clock, folder)
    return file.read_bytes()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the damaged shop is."""
    (tmp_path / "damaged").mkdir()
    return tmp_path / "damaged" / "shop.db"


def _turned(file: Path, content: bytes, *places: int) -> None:
    """Make the file one with a bit of these bytes turned, and nothing beside it."""
    for left in file.parent.iterdir():
        left.unlink()
    turned = bytearray(content)
    for place in places:
        turned[place] ^= 0b10
    file.write_bytes(turned)


def _told(file: Path, deed: Deed) -> str | None:
    """Why a deed is refused; None where it is not."""
    try:
        with Shop.open(str(file)) as shop:
            deed(shop)
    except (Internal, Busy) as error:
        pytest.fail(f"{error!r}")
    except ShopError as error:
        return str(error.details.get("reason") or error.code)
    return None


def _in_definition(content: bytes, table: str, word: str) -> set[int]:
    """Where a word stands in the definition of a table, and in those that it once had."""
    starts = re.finditer(f'CREATE TABLE "?{table}"? '.encode(), content)
    return {content.index(word.encode(), start.end()) for start in starts}


def _export(shop: Shop) -> None:
    with Path(shop.url).with_suffix(".csv").open("w", encoding="utf-8") as to:
        shop.exports.write("sales", to, "csv")


def _cancel(shop: Shop) -> None:
    shop.cancel(id_of(shop.orders("ann")[0]), reason="why", force=True)


@pytest.mark.parametrize(
    ("word", "deeds"),
    [
        ("ORDER", (Shop.orders, _export, _cancel, lambda shop: shop.order("ann", {"TEA": 1}))),
        ("reversal", (Shop.report_money, Shop.closings, lambda shop: shop.history("kim"))),
        ('"paid_out"', (Shop.closings, lambda shop: shop.closing(1), Shop.close_books)),
        ("LATTE", (Shop.orders, Shop.report_sales, lambda shop: shop.order("ann", {"LATTE": 1}))),
    ],
)
def test_a_word_that_turned_anywhere_is_damage_or_does_no_harm(
    file: Path, content: bytes, word: str, deeds: tuple[Deed, ...]
) -> None:
    """A row without its order, or a word that the shop never writes, is no bug of the shop."""
    if word == "ORDER":
        file.write_bytes(content)
        with Shop.open(str(file)) as shop:
            word = id_of(shop.orders("ann")[0])
    told = set[str | None]()
    for found in re.finditer(re.escape(word.encode()), content):
        for deed in deeds:
            _turned(file, content, found.end() - 2)
            told.add(_told(file, deed))
    assert "damaged_file" in told


@pytest.mark.parametrize(
    ("table", "column", "deed"),
    [
        ("stock_movements", "recorded_at", lambda shop: shop.product_history("LATTE")),
        ("stock_movements", "actor", lambda shop: shop.restock("LATTE", 1)),
        ("balance_entries", "fingerprint", lambda shop: shop.charge("kim", 100)),
        ("orders", "recorded_at", lambda shop: shop.close_books(dry_run=True)),
        ("outbox", "type", lambda shop: shop.outbox.list()),
        (
            "platform_endpoint",
            "next_try_at",
            lambda shop: shop.outbox.deliveries.endpoint(lived_in.URL),
        ),
        ("products", "category", lambda shop: shop.products()),
    ],
)
def test_a_column_that_has_another_name_is_damage(
    file: Path, content: bytes, table: str, column: str, deed: Deed
) -> None:
    """A letter turned in a definition, of which SQLite itself says nothing is wrong."""
    _turned(file, content, *_in_definition(content, table, column))
    assert _told(file, deed) == "damaged_file"


def test_a_currency_that_is_none_is_damage(shop_url: str, dialect: str) -> None:
    """It is told as the shop is opened: no amount could be put into words."""
    with raw_database(shop_url) as raw:
        raw.unguard()
        raw.run("UPDATE shop SET currency = 'KRS'")
    with pytest.raises(NotAShop) as caught:
        Shop.open(shop_url)
    assert (
        caught.value.details["reason"]
        == {
            "postgres": "damaged_server",
            "sqlite": "damaged_file",
        }[dialect]
    )
    assert "KRS" in caught.value.message


@pytest.mark.parametrize("version", kept.KEPT_VERSIONS)
def test_a_damaged_shop_of_an_older_release_is_not_upgraded(file: Path, version: str) -> None:
    """Where an upgrade cannot go on, the shop is told to be damaged, and stays as it was."""
    kept.restore(version, f"sqlite:///{file}")
    content, told = file.read_bytes(), set[str]()
    with raw_database(f"sqlite:///{file}") as raw:
        ((order,),) = raw.run("SELECT order_id FROM order_lines LIMIT 1")
    for found in re.finditer(order.encode(), content):
        _turned(file, content, found.end() - 2)
        before = file.read_bytes()
        try:
            Shop.upgrade(str(file))
        except NotAShop as error:
            told.add(error.details["reason"])
            assert file.read_bytes() == before
    assert told == {"damaged_file"}


def test_the_copy_before_an_upgrade_of_a_damaged_shop_is_refused(file: Path) -> None:
    """Also where SQLite cannot even look through the file, as a check calls what is no function."""
    kept.restore("0002", f"sqlite:///{file}")
    content = file.read_bytes()
    _turned(file, content, *_in_definition(content, "orders", "length"))
    with pytest.raises(NotAShop) as caught:
        Shop.upgrade(str(file), backup=str(file.parent / "before.db"))
    assert caught.value.details["reason"] == "damaged_file"


def test_a_line_of_a_damaged_shop_writes_no_report_of_a_bug(
    file: Path, content: bytes, tmp_path: Path
) -> None:
    """It exits with 2, says what is wrong, and what to do."""
    _turned(file, content, *_in_definition(content, "stock_movements", "recorded_at"))
    done = carry_out("product", "history", "LATTE", "--db", str(file), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"is damaged" in done.stderr
    assert b"restore the latest backup" in done.stderr


class _BugError(Exception):
    """Stands for any."""


def _broken_clock() -> datetime:
    raise _BugError


def test_a_bug_in_a_sound_shop_stays_one(shop_url: str) -> None:
    """What failed is raised as it was."""
    with Shop.open(shop_url, clock=_broken_clock) as shop, pytest.raises(_BugError):
        shop.add_user("zoe")


def test_a_bug_behind_a_commit_stays_one(file: Path, content: bytes) -> None:
    """Damage is a refusal, and a refusal says that nothing was done."""
    _turned(file, content, *_in_definition(content, "stock_movements", "recorded_at"))
    database = connect(str(file))
    damage.refuse_if_damaged(database, KeyError(), database.change_count - 1)
    with pytest.raises(NotAShop):
        damage.refuse_if_damaged(database, KeyError(), database.change_count)
    database.close()


def test_a_look_that_takes_too_long_is_cut(
    file: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing is known of the file by then, nothing is said; who writes waits longer."""
    assert damage.LOOKING_SECONDS_MAX < TIMEOUT_SECONDS
    _turned(file, content, *(found.start() for found in re.finditer(b"reversal", content)))
    database = connect(str(file))
    with pytest.raises(NotAShop):
        damage.refuse_if_damaged(database, KeyError(), database.change_count)
    monkeypatch.setattr(damage, "LOOKING_SECONDS_MAX", -1.0)
    monkeypatch.setattr(whole_files, "STEPS_BETWEEN_LOOKS", 1)
    damage.refuse_if_damaged(database, KeyError(), database.change_count)
    database.close()
