"""Times a backup of a file beside a plain copy of it, beside VACUUM INTO, and who writes meanwhile.

A plain copy is what nobody may do while the shop is used: it is the least that a disk can take.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from shopcli import Shop
from shopcli.domain.moments import from_microseconds
from shopcli.storage.bulk.snapshots import lasting_snapshot
from shopcli.storage.sqlite import whole_files
from shopcli.storage.sqlite.library import sqlite_library
from tests.bench import history
from tests.bench.best_sellers import NEWEST
from tests.bench.measure import Figure, seconds
from tests.bench.server import Server
from tests.bench.shops import stocked

ORDERS, QUICK_ORDERS = 40_000, 5_000
ROUNDS, QUICK_ROUNDS = 3, 2
USERS = 1_000
WAIT_SECONDS_MOST = 0.1
ALONE_SECONDS = 15.0


def backups(_server: Server, *, quick: bool) -> list[Figure]:
    """A backup of a file with orders of two lines, while somebody charges."""
    count = QUICK_ORDERS if quick else ORDERS
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        end = from_microseconds(NEWEST)
        stocked(str(path), user_count=USERS, product_count=USERS).close()
        with Shop.open(str(path), clock=lambda: end) as shop:
            history.fill(shop, count, newest=NEWEST, round_size=USERS)
        return _of(path, rounds)


def _of(path: Path, rounds: int) -> list[Figure]:
    pages, wholes, vacuums, copies, waits, alone = [], [], [], [], [], []
    folder = path.parent
    with Shop.open(str(path)) as shop:
        for number in range(rounds):
            copies.append(seconds(lambda: _plain(path, folder / "plain.db")))
            pages.append(seconds(lambda: _pages(shop, folder / "pages.db")))
            vacuums.append(seconds(lambda: _vacuum(path, folder / "vacuum.db")))
            writer, ends = _Writer(path), time.monotonic() + ALONE_SECONDS
            while time.monotonic() < ends:
                time.sleep(0.1)
            alone.append(writer.end())
            writer = _Writer(path)
            file = folder / f"backup-{number}.db"
            shop.maintenance.back_up(str(file))
            waits.append(writer.end())
            file.unlink()
            wholes.append(seconds(lambda: shop.maintenance.back_up(str(file))))  # noqa: B023  # now
            megabytes = file.stat().st_size / 1e6
            file.unlink()
    wait = max(waits)
    return [
        _figure(f"pages of {megabytes:.0f} MB by SQLite's backup", pages, copies, "plain copy"),
        _figure(
            f"shop db backup of {megabytes:.0f} MB, checked and compared",
            wholes,
            copies,
            "plain copy",
        ),
        _figure(f"VACUUM INTO of {megabytes:.0f} MB", vacuums, copies, "plain copy"),
        Figure(
            "longest wait of a writer meanwhile",
            wait * 1000,
            max(alone) * 1000,
            wait / max(alone),
            (min(waits) / max(alone), wait / max(alone)),
            f"<= {WAIT_SECONDS_MOST * 1000:.0f} ms more",
            wait - max(alone) <= WAIT_SECONDS_MOST,
            unit=" ms",
            remark=f"floor: the longest in {ALONE_SECONDS:g} s without a backup",
        ),
    ]


def _figure(name: str, ours: list[float], theirs: list[float], floor: str) -> Figure:
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return Figure(
        name,
        statistics.median(ours) * 1000,
        statistics.median(theirs) * 1000,
        statistics.median(ratios),
        (min(ratios), max(ratios)),
        "",
        None,
        unit=" ms",
        remark=f"floor: {floor}, flushed",
    )


def _plain(path: Path, to: Path) -> None:
    shutil.copyfile(path, to)
    _flush(to)


def _pages(shop: Shop, to: Path) -> None:
    with lasting_snapshot(shop.runtime.database) as source:
        whole_files.fill_new(source, to, lambda _done, _total: None)
    _flush(to)


def _vacuum(path: Path, to: Path) -> None:
    connection = sqlite_library().module.connect(str(path), isolation_level=None)
    connection.execute("VACUUM INTO ?", (str(to),))
    connection.close()
    _flush(to)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.unlink()


class _Writer:
    """A till, a process of its own, that charges without a pause and notes the longest wait."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CHARGE, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def end(self) -> float:
        """The seconds that the longest charge took."""
        told, _ = self._process.communicate("")
        return float(told)


_CHARGE = """
import sys, threading, time
from shopcli import Shop
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
longest = 0.0
with Shop.open(sys.argv[1]) as shop:
    user = shop.users()[0].user
    shop.charge(user, 1)
    print(flush=True)
    while not stop.is_set():
        started = time.perf_counter()
        shop.charge(user, 1)
        longest = max(longest, time.perf_counter() - started)
print(longest)
"""
