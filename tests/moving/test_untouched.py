"""A backup that was used as a shop, or damaged, is no backup: not removed, and not restored."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from shopcli import Shop, ShopError
from tests.clocks import SettableClock
from tests.moving.test_copy import code_of, everything
from tests.raw_rows import raw_database


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    """Where backups are put."""
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


def _charge(file: Path) -> None:
    with Shop.open(str(file)) as used:
        used.charge("kim", 5)


def _rename(file: Path) -> None:
    with Shop.open(str(file)) as used:
        used.set_user("kim", name="Kim, renamed")


def _spoil(file: Path) -> None:
    with raw_database(f"sqlite:///{file}") as raw:
        raw.run("UPDATE balances SET balance_minor = balance_minor + 1 WHERE username = 'kim'")


USES: dict[str, Callable[[Path], None]] = {
    "charged": _charge,
    "renamed": _rename,
    "spoiled": _spoil,
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_backup_that_was_used_is_neither_removed_nor_written_over(
    shop: Shop, clock: SettableClock, backups: Path, use: Callable[[Path], None]
) -> None:
    """Whatever was done in it since is kept, though it has the name and the hold of a backup."""
    naming = str(backups / "shop-{date}.db")
    files = []
    for _ in range(3):
        files.append(Path(shop.maintenance.back_up(naming).file))
        clock.advance(timedelta(days=1))
    use(files[0])
    used = everything(f"sqlite:///{files[0]}")

    made = shop.maintenance.back_up(naming, keep=1)
    with pytest.raises(ShopError) as caught:
        shop.maintenance.back_up(str(files[0]), force=True)

    assert code_of(caught) == ("shop_exists", "backup_onto_other")
    assert made.removed == (str(files[2]), str(files[1]))
    assert everything(f"sqlite:///{files[0]}") == used


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_backup_that_is_open_is_neither_removed_nor_written_over(
    shop: Shop, clock: SettableClock, backups: Path
) -> None:
    """Who has it open is about to use it as a shop."""
    naming = str(backups / "shop-{date}.db")
    file = Path(shop.maintenance.back_up(naming).file)
    clock.advance(timedelta(days=1))
    with Shop.open(str(file)) as open_one:
        open_one.balance("kim")
        assert shop.maintenance.back_up(naming, keep=1).removed == ()
        with pytest.raises(ShopError) as caught:
            shop.maintenance.back_up(str(file), force=True)
        assert code_of(caught)[0] == "shop_exists"
        open_one.charge("kim", 5)
    assert file.exists()


def test_the_shop_that_is_backed_up_is_not_removed(
    shop: Shop, clock: SettableClock, backups: Path
) -> None:
    """A backup that has become the shop keeps its name, even before anything is sold in it."""
    naming = str(backups / "shop-{date}.db")
    file = Path(shop.maintenance.back_up(naming).file)
    with ExitStack() as closing:
        for _ in range(2):
            clock.advance(timedelta(days=1))
            again = closing.enter_context(Shop.open(str(file), clock=clock))
            assert str(file) not in again.maintenance.back_up(naming, keep=1).removed
    assert file.exists()


def test_the_newest_are_told_by_when_they_were_made(
    shop: Shop, clock: SettableClock, backups: Path
) -> None:
    """A name that has no date, or that of a wrong clock, keeps none of them longer."""
    naming = str(backups / "{time}.db")
    first = shop.maintenance.back_up(naming).file
    clock.advance(timedelta(hours=23))  # earlier on the next day's clock
    second = shop.maintenance.back_up(naming).file
    clock.advance(timedelta(hours=23))

    made = shop.maintenance.back_up(naming, keep=2)

    assert made.removed == (first,)
    assert Path(second).exists()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_shop_that_is_not_sound_costs_no_older_backup(
    shop: Shop, shop_url: str, clock: SettableClock, backups: Path
) -> None:
    """Where an invariant does not hold in the new one, the last good ones stay."""
    naming = str(backups / "shop-{date}.db")
    good = Path(shop.maintenance.back_up(naming, with_verify=True).file)
    clock.advance(timedelta(days=1))
    with raw_database(shop_url) as raw:
        raw.run("UPDATE balances SET balance_minor = balance_minor + 1 WHERE username = 'kim'")

    made = shop.maintenance.back_up(naming, keep=1, with_verify=True)

    assert (made.ok, made.removed) == (False, ())
    assert good.exists()


def test_a_link_is_not_replaced(shop: Shop, backups: Path) -> None:
    """What it points to is neither written nor forgotten."""
    target = backups / "target"
    target.write_text("dear\n")
    link = backups / "link.db"
    link.symlink_to(target)
    with pytest.raises(ShopError) as caught:
        shop.maintenance.back_up(str(link), force=True)
    assert code_of(caught) == ("invalid_input", "link")
    assert link.is_symlink()
    assert target.read_text() == "dear\n"


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_backup_of_another_shop_is_not_written_over(
    shop: Shop, backups: Path, tmp_path: Path
) -> None:
    """`--force` replaces what this shop has made, and no other shop's."""
    other = str(tmp_path / "other.db")
    Shop.create(other, currency="KRW", timezone="Asia/Seoul").close()
    file = str(backups / "other.db")
    with Shop.open(other) as theirs:
        theirs.maintenance.back_up(file)
    with pytest.raises(ShopError) as caught:
        shop.maintenance.back_up(file, force=True)
    assert code_of(caught) == ("shop_exists", "backup_onto_other")


@pytest.mark.parametrize("is_over", [False, True], ids=["new", "over"])
def test_a_backup_with_another_balance_is_not_restored(
    shop: Shop,
    shop_url: str,
    backups: Path,
    tmp_path: Path,
    is_over: bool,  # noqa: FBT001 - a case
) -> None:
    """Damage that SQLite does not see, as one bit of a number, is found by the digest."""
    file = backups / "shop.db"
    shop.maintenance.back_up(str(file))
    before = everything(shop_url)
    _spoil(file)
    to = shop_url if is_over else str(tmp_path / "fresh.db")
    with pytest.raises(ShopError) as caught:
        Shop.restore(to, str(file), over=shop.id[-4:] if is_over else None)

    assert code_of(caught) == ("verify_failed", "changed_backup")
    assert everything(shop_url) == before
    if not is_over:
        with pytest.raises(ShopError) as missing:
            Shop.open(to)
        assert missing.value.code == "no_shop"
