"""A shop with some of everything in it, and an empty database to move it to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from shopcli import Shop
from tests.cli.conftest import Prompt
from tests.clocks import SettableClock
from tests.conftest import Filling
from tests.engine import lived_in
from tests.forked import Forks
from tests.postgres_server import DatabaseServer
from tests.schemas import everything


def live_in(shop: Shop, clock: SettableClock) -> None:
    """Leave every kind of row."""
    with TemporaryDirectory() as folder:
        lived_in.fill(shop, clock, Path(folder))
    shop.set_product("TEA", barcode="4006381333931")


def do_everything(shop: Shop, clock: SettableClock) -> None:
    """Leave odd names too, deliveries under way, and a lease of a relay that died."""
    with TemporaryDirectory() as folder:
        everything.fill(shop, clock, Path(folder))


@pytest.fixture
def filling() -> Filling:
    """What is moved."""
    return live_in


@pytest.fixture
def prompt(shop_url: str, clock: SettableClock) -> Prompt:
    """Types lines in that shop."""
    return Prompt(shop_url, clock)


@pytest.fixture
def target_url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of the other kind than the shop's."""
    yield from _empty("postgres" if dialect == "sqlite" else "sqlite", tmp_path, request)


@pytest.fixture
def alike_url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of the same kind as the shop's."""
    yield from _empty(dialect, tmp_path, request)


@pytest.fixture(scope="module")
def workers() -> Iterator[Forks]:
    """Processes that copy, back up or upgrade a shop."""
    process = Forks(Path(__file__).with_name("killed_work.py"))
    yield process
    process.close()


def _empty(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder.as_posix()}/target.db"
        return
    server: DatabaseServer = request.getfixturevalue("database_server")
    with server.database() as url:
        yield url
