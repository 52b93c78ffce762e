"""An import killed anywhere and run again ends as if it had run once; two at once end the same."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shopcli import Shop, ShopError
from tests.batch import files
from tests.batch.files import assert_sound, command, counts, environment, run, state, take, write
from tests.batch.files import chance as choices

ORDER_COUNT = 300
KILLED = Path(__file__).with_name("killed_import.py")


def _facts(value: Any) -> Any:  # noqa: ANN401 - any part of a state
    """A state without instants, which differ from run to run."""
    if isinstance(value, dict):
        return {key: _facts(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_facts(item) for item in value]
    return None if isinstance(value, datetime) else value


def _files(folder: Path) -> dict[str, Path]:
    """Orders with coupons, refusals and rows apart; charges; products with stock."""
    chance = choices(11)
    orders = []
    for number in range(ORDER_COUNT):
        user = chance.choice(["kim", "sato", "nobody"])
        coupon = "WELCOME10" if number in {5, 150} else ""
        skus = chance.sample(["LATTE", "BAGEL", "MUG"], chance.randint(1, 2))
        orders += [f"o{number},{user},{sku},{chance.randint(1, 2)},{coupon}" for sku in skus]
    orders.append(orders.pop(3))
    return {
        "orders": write(folder / "orders.csv", "key,user,sku,quantity,coupon", *orders),
        "charges": write(
            folder / "charges.csv",
            "key,user,amount",
            *(f"c{n},{chance.choice(['kim', 'sato'])},{n + 1}" for n in range(ORDER_COUNT)),
        ),
        "products": write(
            folder / "products.csv",
            "sku,name,price,stock",
            *(f"P{n},Product {n},{n},{n % 3}" for n in range(ORDER_COUNT)),
        ),
    }


def _stock_up(shop: Shop) -> None:
    files.stock_up(shop, amount=900_000)
    shop.restock("LATTE", 150)
    shop.restock("BAGEL", 90)
    shop.claim("kim", "WELCOME10", key="claim-kim")


def _start(url: str, kind: str, path: Path, point: int) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, str(KILLED), url, kind, str(path), str(point)],
        env=environment(),
        capture_output=True,
        timeout=100,
        check=False,
    )


def _sweep(shop: Shop, url: str, folder: Path, expected: dict[str, Any], count: int) -> None:
    """Kill the import of each kind at `count` points, one run after the other, then let it end."""
    for kind, path in _files(folder).items():
        for number in range(count):
            point = 1 + number * expected[f"{kind} points"] // count
            died = _start(url, kind, path, point)
            assert died.returncode in {-signal.SIGKILL, 0}, died.stderr.decode()
            if number == 0:
                assert died.returncode == -signal.SIGKILL
        done = _start(url, kind, path, 0)
        assert done.returncode == 0, done.stderr.decode()
    assert _facts(state(shop)) == expected["state"]
    assert_sound(shop)


@pytest.fixture
def expected(tmp_path: Path) -> dict[str, Any]:
    """The state after one undisturbed run, and how many points each import passes."""
    url = str(tmp_path / "expected.db")
    folder = tmp_path / "undisturbed"
    folder.mkdir()
    found: dict[str, Any] = {}
    with Shop.create(url, timezone="Asia/Seoul") as shop:
        _stock_up(shop)
        for kind, path in _files(folder).items():
            done = _start(url, kind, path, 0)
            assert done.returncode == 0, done.stderr.decode()
            found[f"{kind} points"] = int(done.stdout)
        found["state"] = _facts(state(shop))
    return found


def test_killed_and_run_again(
    shop: Shop, shop_url: str, tmp_path: Path, expected: dict[str, Any]
) -> None:
    """Killed at a few points in a row, run again, the end is the same."""
    _stock_up(shop)
    _sweep(shop, shop_url, tmp_path, expected, 4)


@pytest.mark.proof
@pytest.mark.timeout(1200)
def test_killed_at_many_points(
    shop: Shop, shop_url: str, tmp_path: Path, expected: dict[str, Any]
) -> None:
    """The same with 60 points for each kind of import."""
    _stock_up(shop)
    _sweep(shop, shop_url, tmp_path, expected, 60)


def test_the_same_file_twice_at_once(
    shop: Shop, shop_url: str, tmp_path: Path, expected: dict[str, Any]
) -> None:
    """Two processes import the same files at the same time: each row is applied once."""
    _stock_up(shop)
    for kind, path in _files(tmp_path).items():
        both = [
            subprocess.Popen(
                command("import", kind, str(path), "--json", url=shop_url, cwd=tmp_path),
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
        alone = counts(take(shop, kind, path, dry_run=True))
        assert sum(created) == (alone[4] or alone[3])
    assert _facts(state(shop)) == expected["state"]
    assert_sound(shop)


def test_an_interrupt_says_how_to_go_on(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """Ctrl-C while standard input still comes: exit 130, nothing changed, repeat the command."""
    process = subprocess.Popen(
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
    done = subprocess.run(
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
        assert "again" in caught.value.fix
        assert take(shop, "users", path).created == 1
