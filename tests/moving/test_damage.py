"""Bits of a file that turned: whatever is done with it says so, and never that the shop met a bug.

Most turn where something stands, and many in the definitions, which SQLite reads before anything.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.errors import VerifyFailed
from tests.raw_rows import raw_database
from tests.schemas import kept

FLIPS = 20
"""So that it takes no longer than others; of 2,000 none was told otherwise."""

SAYS_SO = {"damaged_backup", "changed_backup", "damaged_file", "damaged_source", "other_file"}
OTHERWISE = {
    "empty_backup",  # the first words of the file say that it is one of SQLite
    "schema_new",  # the number of the schema
    "schema_old",
}


def _restore(file: Path) -> None:
    Shop.restore(f"sqlite:///{file.parent}/new.db", str(file))


def _verify(file: Path) -> None:
    with Shop.open(f"sqlite:///{file}") as shop:
        shop.verify()


def _back_up(file: Path) -> None:
    with Shop.open(f"sqlite:///{file}") as shop:
        shop.maintenance.back_up(str(file.parent / "copy.db"))


DEEDS = (_restore, _verify, _back_up)


def _told(folder: Path, content: bytes | bytearray, deed: Callable[[Path], None]) -> str | None:
    """Why a deed with such a file is refused; None if it is not."""
    for left in folder.iterdir():
        left.unlink()
    file = folder / "damaged.db"
    file.write_bytes(content)
    try:
        deed(file)
    except ShopError as error:
        return str(error.details.get("reason") or error.code)
    return None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the damaged file lies, and what is made of it."""
    made = tmp_path / "damaged"
    made.mkdir()
    return made


@pytest.fixture
def content(shop: Shop, tmp_path: Path) -> bytes:
    """The bytes of a backup."""
    return Path(shop.maintenance.back_up(str(tmp_path / "backup.db")).file).read_bytes()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_bit_that_turned_anywhere_is_no_bug(folder: Path, content: bytes) -> None:
    """It is told as damage, or harms nothing."""
    seed = random.randrange(10**6)  # noqa: S311  # no secret
    chance = random.Random(seed)  # noqa: S311  # no secret
    places = [place for place, byte in enumerate(content) if byte]
    texts = [place for place in places[:40_000] if content[place : place + 1].isalpha()]
    for number in range(FLIPS):
        place = chance.choice(texts if number % 2 else places)
        bit = 7 if number % 4 == 1 else chance.randrange(8)
        turned = bytearray(content)
        turned[place] ^= 1 << bit
        for deed in DEEDS:
            why = f"{deed.__name__} with bit {bit} of byte {place}, seed {seed}"
            try:
                told = _told(folder, turned, deed)
            except Exception as error:  # noqa: BLE001  # to say which bit it was
                pytest.fail(f"{why}: {error!r}")
            assert told in {None, *SAYS_SO, *OTHERWISE}, why


def test_an_older_backup_that_lost_a_reference_is_damaged(tmp_path: Path) -> None:
    """It is told before the upgrade of its copy, which could not go on."""
    file = tmp_path / "old.db"
    kept.restore(kept.KEPT_VERSIONS[0], f"sqlite:///{file}")
    with raw_database(f"sqlite:///{file}") as raw:
        raw.unguard()
        raw.run("UPDATE delivery_attempts SET event_id = 'none' || event_id")
    with pytest.raises(VerifyFailed) as caught:
        _restore(file)
    assert caught.value.details["reason"] == "damaged_backup"
    assert "delivery_attempts" in caught.value.message


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize(
    ("definition", "letter", "bit"),
    [
        (b"CREATE TABLE order_lines", b"AND", 7),
        (b"CREATE TABLE stock_movements", b"movements", 7),
        (b"CREATE TABLE admin_changes", b"actor TEXT", 1),
    ],
)
def test_a_letter_that_turned_in_a_definition_is_damage(
    folder: Path, content: bytes, definition: bytes, letter: bytes, bit: int
) -> None:
    """Also where the driver cannot word it, or a column has another name: an older backup helps."""
    place = content.index(letter, content.rindex(definition))
    turned = bytearray(content)
    turned[place] ^= 1 << bit
    assert _told(folder, turned, _restore) == "damaged_backup"
    assert _told(folder, turned, _verify) in (None, "damaged_file")
    assert _told(folder, turned, _back_up) in ("damaged_file", "damaged_source")
