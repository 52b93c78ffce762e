"""An import killed anywhere and run again ends as if it had run once; two at once end the same."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import ANY

import pytest

from shopcli import Shop, ShopError
from shopcli.wording.advice import advice
from tests import warm_processes
from tests.batch.files import (
    assert_sound,
    command,
    counts,
    environment,
    everything,
    run,
    state,
    take,
    write,
)
from tests.batch.inputs import Input, inputs, stock_up
from tests.clocks import SettableClock
from tests.forked import Done, Forks
from tests.postgres_server import DatabaseServer

KILLED = Path(__file__).with_name("killed_import.py")
FEW_ROWS, MANY_ROWS = inputs(100), inputs(300)
FEW_POINTS, MANY_POINTS = 3, 60


class Imports(Forks):
    """Processes that import a file and may be killed in the middle."""

    def kill(self, url: str, given: Input, path: Path, point: int) -> int:
        """Import up to a point; the exit code."""
        (code,) = self._run(url, given, path, point).codes
        return code

    def end(self, url: str, given: Input, path: Path) -> tuple[int, list[str]]:
        """Import to the end: how many points it passed, and which lines were rejected."""
        done = self._run(url, given, path, 0)
        assert done.codes == [0]
        (points,), (rejects_file,) = done.points, done.answers
        if rejects_file is None:
            return points, []
        with Path(rejects_file).open(encoding="utf-8") as rejects:
            # Why may differ: what was short of money at first may be short of stock by now.
            return points, [row["_line"] for row in csv.DictReader(rejects)]

    def _run(self, url: str, given: Input, path: Path, point: int) -> Done:
        choices = given.choices
        return self.do(point=point, url=url, kind=given.kind, path=str(path), choices=choices)


@pytest.fixture(scope="module")
def imports() -> Iterator[Imports]:
    """Processes that import."""
    process = Imports(KILLED)
    yield process
    process.close()


class Undisturbed(NamedTuple):
    """What becomes of a shop by imports that run once."""

    points: dict[str, int]
    rejected: dict[str, list[str]]
    rows: dict[str, list[str]]
    state: dict[str, Any]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, imports: Imports) -> Undisturbed:
    """One import after the other, on SQLite whatever the test runs on."""
    folder = tmp_path_factory.mktemp("undisturbed")
    url = f"sqlite:///{folder}/shop.db"
    points, rejected = {}, {}
    with Shop.create(url, timezone="Asia/Seoul", clock=SettableClock()) as shop:
        stock_up(shop)
        for given in FEW_ROWS:
            found = imports.end(url, given, given.file(folder))
            points[given.name], rejected[given.name] = found
        return Undisturbed(points, rejected, everything(url), state(shop))


def test_killed_and_run_again(
    shop: Shop, shop_url: str, tmp_path: Path, undisturbed: Undisturbed, imports: Imports
) -> None:
    """Killed at a few points one after the other, then run to the end: as if it had run once."""
    stock_up(shop)
    for given in FEW_ROWS:
        path = given.file(tmp_path)
        for number in range(FEW_POINTS):
            point = 1 + number * undisturbed.points[given.name] // FEW_POINTS
            code = imports.kill(shop_url, given, path, point)
            assert code in {-signal.SIGKILL, 0}
            if number == 0:
                assert code == -signal.SIGKILL
        assert imports.end(shop_url, given, path)[1] == undisturbed.rejected[given.name]
    assert everything(shop_url) == undisturbed.rows
    assert_sound(shop)


@pytest.mark.proof
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("given", MANY_ROWS, ids=lambda given: given.name)
def test_killed_at_many_points(
    given: Input,
    shop_url: str,
    copied: Callable[[str], AbstractContextManager[str]],
    tmp_path: Path,
    imports: Imports,
) -> None:
    """Killed at any of many points of a first run and run again: as if it had run once."""
    with Shop.open(shop_url, clock=SettableClock()) as shop:
        stock_up(shop)
        for earlier in MANY_ROWS[: MANY_ROWS.index(given)]:
            take(shop, earlier.kind, earlier.file(tmp_path), **earlier.choices)
    path = given.file(tmp_path)
    with copied(shop_url) as url:
        point_count, rejected = imports.end(url, given, path)
        expected = everything(url)
    assert point_count >= MANY_POINTS
    for number in range(MANY_POINTS):
        point = 1 + number * point_count // MANY_POINTS
        with copied(shop_url) as url:
            assert imports.kill(url, given, path, point) == -signal.SIGKILL
            assert imports.end(url, given, path) == (ANY, rejected), point
            assert everything(url) == expected, point
            with Shop.open(url, clock=SettableClock()) as shop:
                assert_sound(shop)


@pytest.fixture
def copied(
    dialect: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[[str], AbstractContextManager[str]]:
    """Lends a copy of a shop that nobody has open."""
    if dialect == "postgres":
        server: DatabaseServer = request.getfixturevalue("database_server")
        return server.database

    @contextmanager
    def copy(url: str) -> Iterator[str]:
        folder = tmp_path / "copy"
        folder.mkdir()
        original = Path(url.removeprefix("sqlite:///"))
        for part in original.parent.glob(f"{original.name}*"):
            shutil.copy(part, folder)
        yield f"sqlite:///{folder}/{original.name}"
        shutil.rmtree(folder)

    return copy


def test_the_same_file_twice_at_once(
    shop: Shop, shop_url: str, tmp_path: Path, undisturbed: Undisturbed
) -> None:
    """Two processes import the same files at the same time: each row is applied once."""
    stock_up(shop)
    for given in FEW_ROWS:
        path = given.file(tmp_path)
        options = [f"--{name.replace('_', '-')}" for name in given.choices]
        values = ["" if value is True else value for value in given.choices.values()]
        words = [w for pair in zip(options, values, strict=True) for w in pair if w]
        alone = counts(take(shop, given.kind, path, **given.choices, dry_run=True))
        both = [
            warm_processes.Popen(
                command(
                    *("import", given.kind, str(path), *words, "--json"), url=shop_url, cwd=tmp_path
                ),
                env=environment(),
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for _ in range(2)
        ]
        answers = [process.communicate(timeout=100) for process in both]
        assert {process.returncode for process in both} <= {0, 5}, answers
        created = [json.loads(out)["created"] for out, _ in answers]
        assert sum(created) == alone[1]
    assert _facts(state(shop)) == _facts(undisturbed.state)
    assert_sound(shop)


def _facts(value: Any) -> Any:  # noqa: ANN401 - any part of a state
    """A state without instants, which differ from run to run."""
    if isinstance(value, dict):
        return {key: _facts(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_facts(item) for item in value]
    return None if isinstance(value, datetime) else value


def test_an_interrupt_says_how_to_go_on(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """Ctrl-C while standard input still comes: exit 130, nothing changed, repeat the command."""
    process = warm_processes.Popen(
        command("import", "users", "-", url=shop_url, cwd=tmp_path),
        env=environment(),
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    assert process.stdin is not None
    line = b"user\n" + b"kim\n" * 100_000
    process.stdin.write(line)  # comes back once the import reads, as a pipe is smaller
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"again" in told
    assert not shop.users()
    assert (
        run("import", "users", "-", url=shop_url, cwd=tmp_path, stdin=b"user\nkim\n").returncode
        == 0
    )


def test_a_full_disk_while_checking(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """Where the checked rows cannot be kept, nothing is applied and the folder is named."""
    path = write(tmp_path / "p.csv", "sku,name,price", *(f"S{n},{n:0150d},5" for n in range(9000)))
    code = (
        "import resource, sys; from shopcli.cli.main import run;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000));"
        "sys.exit(run(sys.argv[1:]))"
    )
    words = ["import", "products", str(path), "--json", "--db", shop_url]
    done = warm_processes.run(
        [sys.executable, "-c", code, *words],
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "folder" in json.loads(done.stderr)["error"]["details"]
    assert not shop.products()


def test_a_shop_that_stays_busy(shop_url: str, tmp_path: Path, dialect: str) -> None:
    """An import that cannot get hold of the shop says how to go on, and goes on."""
    path = write(tmp_path / "u.csv", "user", "kim")
    with Shop.open(shop_url) as shop, Shop.open(shop_url) as other:
        shop.add_user("sato")
        with other.runtime.database.write() as session:
            if dialect == "postgres":
                session.change("LOCK TABLE users IN EXCLUSIVE MODE")
            with pytest.raises(ShopError) as caught:
                take(shop, "users", path)
        assert (caught.value.code, caught.value.exit_code) == ("busy", 3)
        assert "again" in advice(caught.value)
        assert take(shop, "users", path).created == 1
