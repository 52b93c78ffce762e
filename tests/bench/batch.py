"""Imports and scripts beside the databases' own loaders: rates, memory, and what others wait."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Self

from shopcli import Shop
from shopcli.storage.bulk import writing
from tests.bench.floors_batch import (
    charge_loop,
    copy,
    dot_import,
    insert_by_hand,
    products_by_hand_postgres,
    products_by_hand_sqlite,
)
from tests.bench.measure import Figure, compared, seconds
from tests.bench.server import Server

_Floor = Callable[[str, Path], object]
_Rounds = list[tuple[float, float]]
_Lend = Callable[..., AbstractContextManager[str]]
_LendStocked = Callable[[], AbstractContextManager[str]]

USER_COUNT = 5000
PRODUCT_COUNT = 500
MEMORY_LIMIT_MEGABYTES = 300
SCRIPT_RATE = 1500.0
WAIT_LIMIT_SECONDS = 1.0
ORDER_RATIOS = {"SQLite": 40 / 68, "Postgres": 10 / 19}
CHARGE_RATIO = 100 / 117
LOADERS: dict[str, tuple[_Floor, float]] = {"SQLite": (dot_import, 0.62), "Postgres": (copy, 0.66)}
KEYED: dict[str, _Floor] = {
    "SQLite": partial(dot_import, sku="sku TEXT PRIMARY KEY"),
    "Postgres": partial(copy, sku='sku text COLLATE "C" PRIMARY KEY'),
}
BY_HAND: dict[str, _Floor] = {
    "SQLite": products_by_hand_sqlite,
    "Postgres": products_by_hand_postgres,
}


def batch(server: Server, *, quick: bool) -> list[Figure]:
    """All figures about imports and scripts."""
    rounds = 1 if quick else 3
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="shop-bench-") as name:
        folder = Path(name)
        files = _files(folder, quick=quick)
        on_disk = _lender_of_files(folder)
        figures += _of_database("SQLite", on_disk, files, rounds)
        figures += _script(on_disk, folder, 1500 if quick else 10_000)
        figures += _of_database("Postgres", server.database, files, rounds)
    return figures


def _of_database(database: str, lend: _Lend, files: dict[str, Path], rounds: int) -> list[Figure]:
    figures = _products(database, lend, files["catalogue"], rounds)
    with lend() as template:
        _stock(template, files)
        return [
            *figures,
            *_charges_and_orders(database, lambda: lend(template), files, max(1, rounds - 1)),
            _waits(database, lambda: lend(template), files, "orders"),
            _waits(database, lambda: lend(template), files, "products"),
            _memory(database, lend, files["catalogue"]),
        ]


def _files(folder: Path, *, quick: bool) -> dict[str, Path]:
    chance = random.Random(1)  # noqa: S311  # a workload, not a secret
    many, charges, orders = (150_000, 30_000, 10_000) if quick else (1_000_000, 100_000, 50_000)
    pairs = [chance.sample(range(PRODUCT_COUNT), 2) for _ in range(orders)]
    rows: dict[str, Iterator[str]] = {
        "catalogue": (f"SKU{n:07d},Product number {n},{100 + n % 9000}" for n in range(many)),
        "users": (f"user{n}" for n in range(USER_COUNT)),
        "start": (f"start{n},user{n},1000000000" for n in range(USER_COUNT)),
        "products": (f"SKU{n},Product {n},{100 + n},10000000" for n in range(PRODUCT_COUNT)),
        "coupons": (f"C{n},10,,1000000" for n in range(orders // 5 // USER_COUNT + 1)),
        "claims": (f"c{n},user{n % USER_COUNT},C{n // USER_COUNT}" for n in range(orders // 5)),
        "charges": (
            f"k{n},user{chance.randrange(USER_COUNT)},{chance.randrange(1, 9999)}"
            for n in range(charges)
        ),
        "orders": (
            f"o{n},{_buyer(n)},SKU{sku},{1 + n % 3},{_coupon(n)}"
            for n, pair in enumerate(pairs)
            for sku in pair
        ),
    }
    heads = {
        "catalogue": "sku,name,price",
        "users": "user",
        "start": "key,user,amount",
        "products": "sku,name,price,stock",
        "coupons": "code,percent,amount,limit",
        "claims": "key,user,coupon",
        "charges": "key,user,amount",
        "orders": "key,user,sku,quantity,coupon",
    }
    paths = {}
    for name, lines in rows.items():
        paths[name] = folder / f"{name}.csv"
        with paths[name].open("w") as file:
            file.write(heads[name] + "\n")
            file.writelines(f"{line}\n" for line in lines)
    return paths


def _buyer(number: int) -> str:
    """On every fifth order the holder of its coupon; the same for both rows of an order."""
    holder = number // 5 % USER_COUNT
    return f"user{holder if number % 5 == 0 else number * 7919 % USER_COUNT}"


def _coupon(number: int) -> str:
    return f"C{number // 5 // USER_COUNT}" if number % 5 == 0 else ""


def _lender_of_files(folder: Path) -> _Lend:
    numbers = count(1)

    @contextmanager
    def lend(template: str | None = None) -> Iterator[str]:
        path = folder / f"shop{next(numbers)}.db"
        if template is not None:
            shutil.copy(template, path)
        yield str(path)
        for left in folder.glob(f"{path.name}*"):
            left.unlink()

    return lend


def _products(database: str, lend: _Lend, path: Path, rounds: int) -> list[Figure]:
    loader, at_least = LOADERS[database]
    plain: _Rounds = []
    keyed: _Rounds = []
    same: _Rounds = []
    row_count = sum(1 for _ in path.open()) - 1
    for _ in range(rounds):
        with lend() as url, lend() as other:
            with Shop.create(url, timezone="UTC") as shop:
                ours = seconds(lambda shop=shop: shop.imports.run("products", path))  # type: ignore[misc]  # bound now
            Shop.create(other, timezone="UTC").close()
            for rates, floor, address in (
                (plain, loader, url),
                (keyed, KEYED[database], other),
                (same, BY_HAND[database], other),
            ):
                bare = seconds(lambda floor=floor, address=address: floor(address, path))  # type: ignore[misc]  # bound now
                rates.append((row_count / ours, row_count / bare))
    name = f"import {row_count:,} products, {database}"
    return [
        compared(name, plain, at_least, "floor: the database's loader, plain table, no check"),
        compared(name, keyed, None, "floor: the same loader, a table with nothing but its key"),
        compared(name, same, None, "floor: the same rows in our schema, by hand, no check"),
    ]


def _stock(url: str, files: dict[str, Path]) -> None:
    with Shop.create(url, timezone="UTC") as shop:
        for kind, name in (
            ("users", "users"),
            ("charges", "start"),
            ("products", "products"),
            ("coupons", "coupons"),
            ("claims", "claims"),
        ):
            assert shop.imports.run(kind, files[name]).rejected == 0


class _Recorded:
    """Keeps the rows an import writes, to write them again by hand as the floor."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self._insert, self._update, self._add_to = writing.insert, writing.update, writing.add_to

    def __enter__(self) -> Self:
        for name in ("insert", "update", "add_to"):
            setattr(writing, name, self._recording(getattr(self, f"_{name}")))
        return self

    def __exit__(self, *_: object) -> None:
        writing.insert, writing.update, writing.add_to = self._insert, self._update, self._add_to

    def _recording(self, function: Callable[..., None]) -> Callable[..., None]:
        def recorded(session: Any, *arguments: Any) -> None:  # noqa: ANN401  # any of three
            kept = [list(one) if hasattr(one, "__next__") else one for one in arguments]
            self.calls.append((function, kept))
            function(session, *kept)

        return recorded

    def again(self, shop: Shop) -> None:
        """Write all rows in one transaction, deciding nothing."""
        with shop.runtime.database.write() as session:
            for function, arguments in self.calls:
                by_hand = insert_by_hand if function is self._insert else function
                by_hand(session, *arguments)


def _charges_and_orders(
    database: str, lend: _LendStocked, files: dict[str, Path], rounds: int
) -> list[Figure]:
    figures = []
    for kind in ("charges", "orders"):
        again: _Rounds = []
        loop: _Rounds = []
        for _ in range(rounds):
            with lend() as url, Shop.open(url) as shop, _Recorded() as recorded:
                created = shop.imports.run(kind, files[kind]).created
            floors = [(again, recorded.again)]
            if kind == "charges" and database == "SQLite":
                floors.append((loop, lambda shop: charge_loop(shop.url, files["charges"])))
            with lend() as url, Shop.open(url) as shop:
                ours = seconds(lambda shop=shop, kind=kind: shop.imports.run(kind, files[kind]))  # type: ignore[misc]  # bound now
            for rates, floor in floors:
                with lend() as url, Shop.open(url) as shop:
                    bare = seconds(lambda shop=shop, floor=floor: floor(shop))  # type: ignore[misc]  # bound now
                rates.append((created / ours, created / bare))
            del recorded
        at_least = ORDER_RATIOS[database] if kind == "orders" else None
        name = f"import {kind}, {database}"
        remark = "floor: the same rows by hand, one transaction, no check"
        figures.append(compared(name, again, at_least, remark))
        if loop:
            remark = "floor: a loop, 1000 a transaction, no check"
            figures.append(compared(name, loop, CHARGE_RATIO, remark))
    return figures


def _waits(database: str, lend: _LendStocked, files: dict[str, Path], kind: str) -> Figure:
    """The longest wait of single orders while rows are imported."""
    path = files["catalogue" if kind == "products" else kind]
    waits: list[float] = []
    done = threading.Event()
    with lend() as url, Shop.open(url) as shop:
        words = ["import", kind, str(path), "--quiet", "--db", url]
        process = subprocess.Popen(
            [sys.executable, "-m", "shopcli", *words], stdout=subprocess.DEVNULL
        )

        def watch() -> None:
            process.wait()
            done.set()

        watcher = threading.Thread(target=watch)
        watcher.start()
        number = 0
        while not done.is_set():
            number += 1
            started = time.perf_counter()
            shop.order(f"user{number % USER_COUNT}", {f"SKU{number % PRODUCT_COUNT}": 1})
            waits.append(time.perf_counter() - started)
        watcher.join()
    longest = max(waits)
    return Figure(
        f"longest wait of an order while {kind} are imported, {database}",
        longest,
        WAIT_LIMIT_SECONDS,
        longest / WAIT_LIMIT_SECONDS,
        (min(waits), longest),
        "< 1",
        longest < WAIT_LIMIT_SECONDS,
        unit=" s",
        remark=f"{len(waits)} orders meanwhile",
    )


_PEAK = """
import resource, sys
from pathlib import Path
from shopcli.cli.main import run
run(sys.argv[1:])
status = Path("/proc/self/status")
if status.exists():
    # What getrusage tells is no less than what the process had that started this one.
    words = status.read_text().split()
    kilobytes = int(words[words.index("VmHWM:") + 1])
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kilobytes = peak // 1024 if sys.platform == "darwin" else peak
sys.stderr.write(str(kilobytes))
"""


def _memory(database: str, lend: _Lend, path: Path) -> Figure:
    """Peak memory of a process that imports a large catalogue."""
    with lend() as url:
        Shop.create(url, timezone="UTC").close()
        words = ["import", "products", str(path), "--quiet", "--db", url]
        done = subprocess.run(
            [sys.executable, "-c", _PEAK, *words], capture_output=True, check=True, text=True
        )
    megabytes = int(done.stderr) / 1024
    ratio = megabytes / MEMORY_LIMIT_MEGABYTES
    return Figure(
        f"peak memory of the import of products, {database}",
        megabytes,
        MEMORY_LIMIT_MEGABYTES,
        ratio,
        (ratio, ratio),
        "<= 1",
        megabytes <= MEMORY_LIMIT_MEGABYTES,
        unit=" MB",
    )


def _script(lend: _Lend, folder: Path, size: int) -> list[Figure]:
    """Commands of a script a second, the start of the process included."""
    script = folder / "script.txt"
    script.write_text("".join(f"charge 100 -u kim --key z{n}\n" for n in range(size)))
    words = [sys.executable, "-m", "shopcli", "run", str(script), "--json", "--db"]

    def by_api(url: str) -> None:
        with Shop.open(url) as shop:
            for number in range(size):
                shop.charge("kim", 100, key=f"z{number}")

    with lend() as url, lend() as other:
        for address in (url, other):
            with Shop.create(address, timezone="UTC") as shop:
                shop.add_user("kim")
        spent = seconds(
            lambda: subprocess.run([*words, url], stdout=subprocess.DEVNULL, check=True)
        )
        rate, bare = size / spent, size / seconds(lambda: by_api(other))
    name = "shop run, charges on SQLite"
    return [
        compared(name, [(rate, SCRIPT_RATE)], 1, "floor: the target, on a quiet machine"),
        compared(name, [(rate, bare)], None, "floor: Shop.charge in a loop"),
    ]
