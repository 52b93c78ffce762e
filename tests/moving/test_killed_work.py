"""Upgrades and backups that are killed anywhere, or made by many at once, do not come out half."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.storage.schema.identity import SCHEMA_VERSION
from tests.forked import Forks
from tests.moving.test_copy import everything
from tests.raw_rows import raw_database
from tests.schemas.kept import KEPT_VERSIONS, restore

FEW_POINTS = 3
AT_ONCE = 10


def _rows(url: str) -> dict[str, list[str]]:
    with raw_database(url) as raw:
        return raw.dump()


def _points(count: int, wanted: int) -> list[int]:
    return sorted({1 + step * (count - 1) // max(wanted - 1, 1) for step in range(wanted)})


@pytest.mark.parametrize("version", KEPT_VERSIONS)
@pytest.mark.parametrize(
    "wanted", [FEW_POINTS, pytest.param(1_000, marks=pytest.mark.proof)], ids=["few", "all"]
)
def test_a_killed_upgrade_leaves_the_old_shop(
    version: str, wanted: int, empty_database_url: str, tmp_path: Path, workers: Forks
) -> None:
    """At whatever statement it ends, every row is as it was, and the next upgrade is whole."""
    trial = f"sqlite:///{tmp_path}/trial.db"
    restore(version, trial)
    (count,) = workers.do(work="upgrade", url=trial).points
    restore(version, empty_database_url)
    before = _rows(empty_database_url)
    # Postgres has other statements, some fewer.
    for point in _points(count * 3 // 4, wanted):
        done = workers.do(work="upgrade", url=empty_database_url, point=point)
        assert done.codes == [-signal.SIGKILL]
        assert _rows(empty_database_url) == before
    assert workers.do(work="upgrade", url=empty_database_url).codes == [0]
    with Shop.open(empty_database_url) as shop:
        assert shop.verify().ok, shop.verify()


@pytest.mark.parametrize("version", KEPT_VERSIONS)
def test_many_upgrade_at_once(version: str, empty_database_url: str, workers: Forks) -> None:
    """One does it, the others find it done."""
    restore(version, empty_database_url)
    done = workers.do(work="upgrade", url=empty_database_url, many=AT_ONCE)
    assert done.codes == [0] * AT_ONCE
    assert Shop.schema_status(empty_database_url).schema_version == SCHEMA_VERSION
    with Shop.open(empty_database_url) as shop:
        assert shop.verify().ok, shop.verify()


@pytest.mark.parametrize(
    "wanted", [FEW_POINTS, pytest.param(1_000, marks=pytest.mark.proof)], ids=["few", "all"]
)
def test_a_killed_backup_leaves_the_one_before(
    shop: Shop, shop_url: str, tmp_path: Path, wanted: int, workers: Forks
) -> None:
    """What has the name is a whole backup at every moment, and what is left is hidden."""
    file = tmp_path / "backups" / "backup.db"
    file.parent.mkdir()
    shop.maintenance.back_up(str(file))
    first = everything(f"sqlite:///{file}")
    shop.charge("kim", 1)
    (count,) = workers.do(work="backup", url=shop_url, file=str(tmp_path / "trial.db")).points
    second = everything(shop_url)
    for point in _points(count, wanted):
        done = workers.do(work="backup", url=shop_url, file=str(file), point=point)
        assert done.codes == [-signal.SIGKILL]
        assert everything(f"sqlite:///{file}") in (first, second)
        names = [one.name for one in file.parent.iterdir() if one.suffix == ".db"]
        assert names == ["backup.db"]
    shop.maintenance.back_up(str(file), force=True)
    assert everything(f"sqlite:///{file}") == second
