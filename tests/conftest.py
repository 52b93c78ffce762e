"""Fixtures every test may use: two databases, a clock, a shop, and a machine without memories."""

from __future__ import annotations

import gc
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from secrets import randbits
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import hypothesis
import pytest

from tests import memory_folder, postgres_server
from tests.clocks import SettableClock
from tests.kept_connections import KEPT
from tests.postgres_server import DatabaseServer
from tests.reused_databases import ReusedDatabases

if TYPE_CHECKING:
    import trustme

    # The fixtures import it late: tests that need no shop run even while it cannot be imported.
    from shopcli import Shop

# Where a container forbids it, each worker would compile four hundred modules for each run.
sys.dont_write_bytecode = False

ROOT = Path(__file__).resolve().parents[1]
IN_CI = "CI" in os.environ
POSTGRES_URL = os.environ.get("SHOP_TEST_POSTGRES_URL")
MAY_LACK_POSTGRES = os.environ.get("SHOP_TEST_ALLOW_NO_POSTGRES") == "1" and not IN_CI

TEMPLATE_CURRENCY = "KRW"
TEMPLATE_TIMEZONE = "Asia/Seoul"

# Deadlines measure the machine, not the code; so does the complaint about slow examples.
_SLOW_IS_FINE = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile(
    "explore", deadline=None, print_blob=True, suppress_health_check=_SLOW_IS_FINE
)
# What decides whether a change is accepted tries the same examples each time: a fault that is
# old must not stop what is new. New examples are looked for by `nox -s proofs`.
hypothesis.settings.register_profile(
    "same", hypothesis.settings.get_profile("explore"), derandomize=True, database=None
)
hypothesis.settings.register_profile(
    "nightly", hypothesis.settings.get_profile("explore"), max_examples=2_000
)
hypothesis.settings.load_profile("same")

_postgres_folder = pytest.StashKey[Path]()
_own_folder = pytest.StashKey[Path]()
run_seed = pytest.StashKey[int]()
"""Of the random choices of this run: `--hypothesis-seed`, else a new one."""

_folders = count(1)
"""Numbers the folders of this process; pytest would read a list of thousands for each new one."""
_NAME_CHARACTERS = 30
"""How much of a test's name its folder has: the path of a socket has at most 103 bytes."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose one seed and one folder for Postgres for all workers of this run."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        # So it is where a shell started the run in the background. A process that a test starts
        # would inherit that, and not be interrupted by what interrupts it at a prompt.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:  # the same under nohup
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker is not None:
        config.stash[_postgres_folder] = Path(worker["postgres_folder"])
        config.stash[run_seed] = worker["run_seed"]
        return
    config.stash[_postgres_folder] = postgres_server.make_folder()
    if config.option.basetemp is None:
        # Pytest makes it anew; with `--basetemp` the files of a failed test are kept.
        config.stash[_own_folder] = memory_folder.make("shop-tests-")
        config.option.basetemp = str(config.stash[_own_folder])
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(randbits(32))
    config.stash[run_seed] = int(config.option.hypothesis_seed)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 - xdist has no types
    """Tell a parallel worker where the server of this run is, and its seed."""
    node.workerinput["postgres_folder"] = str(node.config.stash[_postgres_folder])
    node.workerinput["run_seed"] = node.config.stash[run_seed]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Look for unreachable objects less often, and never among the modules loaded by now.

    By Python's defaults that was a sixth of the processor's time of tests that draw screens.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server once all workers are done."""
    folder = config.stash.get(_postgres_folder, None)
    if folder is not None and not hasattr(config, "workerinput"):
        postgres_server.stop(folder)
    own = config.stash.get(_own_folder, None)
    if own is not None:
        shutil.rmtree(own, ignore_errors=True)  # a test may leave what cannot be removed


def pytest_report_header(config: pytest.Config) -> str:
    """Say how to repeat this run's random choices."""
    if hypothesis.settings().derandomize:
        return f"properties: the same examples; random choices: {config.stash[run_seed]}"
    return f"properties: repeat with --hypothesis-seed={config.stash[run_seed]}"


def _isolate(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Make the environment that of a new user on a machine without settings."""
    for name in list(os.environ):
        if name.startswith(("SHOP_", "XDG_", "PG")):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    # Set in containers. Each process would compile the whole package anew; and write at once what
    # it keeps in a buffer on the machines of users.
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    for name in ("DATA", "CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("TZ", "UTC")
    if hasattr(time, "tzset"):
        time.tzset()


@pytest.fixture(scope="session", autouse=True)
def isolated_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what session fixtures make away from this machine's user."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        _isolate(monkeypatch, tmp_path_factory.mktemp("home-of-run"))
        yield


@pytest.fixture(autouse=True)
def isolated_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Give each test its own home folder and no settings; answers with that folder."""
    home = tmp_path_factory.mktemp(f"home-{next(_folders)}", numbered=False)
    _isolate(monkeypatch, home)
    return home


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test alone."""
    name = re.sub(r"\W", "_", request.node.name)[:_NAME_CHARACTERS]
    return tmp_path_factory.mktemp(f"{name}-{next(_folders)}", numbered=False)


@pytest.fixture(scope="session")
def database_server(request: pytest.FixtureRequest) -> Iterator[DatabaseServer]:
    """The Postgres server of this run; absent, a failure, unless the developer allowed it."""
    try:
        url = POSTGRES_URL or postgres_server.start(request.config.stash[_postgres_folder])
    except (ImportError, OSError, subprocess.SubprocessError) as problem:
        reason = f"no Postgres server: {problem!r}"
        if MAY_LACK_POSTGRES:
            pytest.skip(reason)
        pytest.fail(f"{reason} (SHOP_TEST_ALLOW_NO_POSTGRES=1 skips these tests)", pytrace=False)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    server = DatabaseServer(url, f"shop_test_{worker}_{os.getpid()}")
    with server.connected(), _kept_connections():
        yield server


@contextmanager
def _kept_connections() -> Iterator[None]:
    """Let whatever the shop opens be kept when it is closed, while that is switched on."""
    from shopcli.storage.postgres.waiting import BoundedConnection

    def connect(conninfo: str, *, autocommit: bool) -> BoundedConnection:
        return KEPT.connect(BoundedConnection, conninfo, autocommit=autocommit)

    makes = SimpleNamespace(connect=connect)
    with patch("shopcli.storage.postgres.connections.BoundedConnection", makes):
        yield


@pytest.fixture
def keeps_connections() -> bool:
    """Whether connections to Postgres that were closed are opened again by the next test."""
    return True


@pytest.fixture(autouse=True)
def kept_connections(keeps_connections: bool) -> None:  # noqa: FBT001  # a fixture
    """Switch it on or off for a test."""
    KEPT.is_on = keeps_connections


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def dialect(request: pytest.FixtureRequest) -> str:
    """The database a test runs on; each test that asks for a database runs once on both."""
    name: str = request.param
    return name


@pytest.fixture
def database_url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database of this test alone, with nothing in it."""
    if dialect == "sqlite":
        yield _sqlite_url(tmp_path / "shop.db")
        return
    server: DatabaseServer = request.getfixturevalue("database_server")
    with server.database() as url:
        yield url


@pytest.fixture
def empty_database_url(database_url: str) -> str:
    """The same, for tests that say so beside `shop_url`."""
    return database_url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop's file without users, products or orders, made once and copied for each test."""
    path = tmp_path_factory.mktemp("template") / "shop.db"
    _create_shop(_sqlite_url(path))
    return path


@pytest.fixture(scope="session")
def postgres_template(database_server: DatabaseServer) -> Iterator[str]:
    """The same as a Postgres database."""
    with database_server.database() as url:
        _create_shop(url)
        yield url


Filling = Callable[["Shop", SettableClock], None]
"""Fills an empty shop whose clock stands at its start, and leaves that clock where it is."""


class SqliteTemplates:
    """Files of filled shops, each made once and copied for each test.

    Args:
        folder: Where they are.
        empty: A shop's file with nothing in it.
    """

    def __init__(self, folder: Path, empty: Path) -> None:
        self._folder = folder
        self._made: dict[Filling | None, Path] = {None: empty}

    def like(self, filling: Filling | None) -> Path:
        """The file of a shop that was filled so."""
        if filling is not None and filling not in self._made:
            folder = self._folder / str(len(self._made))
            folder.mkdir()
            _fill(_copied(self._made[None], folder), filling)
            self._made[filling] = folder / "shop.db"
        return self._made[filling]


class PostgresTemplates:
    """Postgres databases of filled shops, each made once and lent like that for each test.

    Args:
        server: Where they are.
        empty: The address of a shop with nothing in it.
    """

    def __init__(self, server: DatabaseServer, empty: str) -> None:
        self._server = server
        self._empty = empty
        self._made: dict[Filling | None, ReusedDatabases] = {}
        self._templates: list[str] = []

    def like(self, filling: Filling | None) -> ReusedDatabases:
        """Lends shops that were filled so."""
        if filling not in self._made:
            template = self._empty
            if filling is not None:
                template = self._server.create(self._empty)
                self._templates.append(template)
                _fill(template, filling)
            self._made[filling] = ReusedDatabases(self._server, template)
        return self._made[filling]

    def drop(self) -> None:
        """Drop all of them."""
        for shops in self._made.values():
            shops.drop()
        for template in self._templates:
            self._server.drop(template)


@pytest.fixture(scope="session")
def sqlite_templates(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> SqliteTemplates:
    """The files that tests copy."""
    return SqliteTemplates(tmp_path_factory.mktemp("templates"), sqlite_template)


@pytest.fixture(scope="session")
def postgres_templates(
    database_server: DatabaseServer, postgres_template: str
) -> Iterator[PostgresTemplates]:
    """The databases that tests are lent."""
    templates = PostgresTemplates(database_server, postgres_template)
    yield templates
    templates.drop()


@pytest.fixture(scope="session")
def postgres_shops(postgres_templates: PostgresTemplates) -> ReusedDatabases:
    """Lends shops with nothing in them."""
    return postgres_templates.like(None)


@pytest.fixture
def postgres_shop_url(postgres_shops: ReusedDatabases) -> Iterator[str]:
    """The address of a shop on Postgres in won and Seoul time, of this test alone."""
    with postgres_shops.lent() as url:
        yield url


@pytest.fixture
def filling() -> Filling | None:
    """What the shop of a test begins with; nothing, unless a folder or a module says otherwise."""
    return None


@pytest.fixture
def shop_url(
    dialect: str, tmp_path: Path, filling: Filling | None, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The address of a shop in won and Seoul time, of this test alone, filled by `filling`."""
    if dialect == "sqlite":
        files: SqliteTemplates = request.getfixturevalue("sqlite_templates")
        yield _copied(files.like(filling), tmp_path)
        return
    databases: PostgresTemplates = request.getfixturevalue("postgres_templates")
    with databases.like(filling).lent() as url:
        yield url


def _copied(template: Path, folder: Path) -> str:
    # Closing the last connection moves the write-ahead log into the file; a log that is there all
    # the same belongs to it.
    for part in template.parent.glob("shop.db*"):
        shutil.copy(part, folder)
    return _sqlite_url(folder / "shop.db")


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands still until the test moves it."""
    return SettableClock()


@pytest.fixture
def shop(shop_url: str, clock: SettableClock) -> Iterator[Shop]:
    """An open shop on a database of this test alone, living by `clock`."""
    from shopcli import Shop

    with Shop.open(shop_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of a test's random choices: `--hypothesis-seed`, else a new one for each run."""
    chosen = request.config.stash[run_seed]
    print(f"seed {chosen}")  # noqa: T201 - shown with a failure
    return chosen


@pytest.fixture(scope="session")
def bakery_csv() -> Path:
    """A bakery's real sales, if they lie beside this checkout."""
    path = ROOT.parent / "shared" / "data" / "bakery.csv"
    if not path.is_file():
        pytest.skip(f"the bakery's sales are not beside this checkout: {path}")
    return path


def _sqlite_url(path: Path) -> str:
    return f"sqlite:///{path.as_posix()}"


def _create_shop(url: str) -> None:
    from shopcli import Shop

    Shop.create(
        url, currency=TEMPLATE_CURRENCY, timezone=TEMPLATE_TIMEZONE, clock=SettableClock()
    ).close()


def _fill(url: str, filling: Filling) -> None:
    from shopcli import Shop

    clock = SettableClock()
    with Shop.open(url, clock=clock) as shop:
        filling(shop, clock)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority of this run."""
    import trustme  # for tests of TLS alone

    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    """Its certificate, as a shop would be given it."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return path
