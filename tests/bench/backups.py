"""Times a backup of a file beside a plain copy of it, beside VACUUM INTO, and who writes meanwhile.

A plain copy is what nobody may do while the shop is used: it is the least that a disk can take.
"""

from __future__ import annotations

import os
import shutil
import statistics
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from shopcli import Shop
from shopcli.domain.moments import from_microseconds
from shopcli.engine.moving.comparing import COMPARED
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
            vacuums.append(seconds(lambda: _vacuum(path, folder / "vacuum.db")))
            alone.append(_longest_wait(path, threading.Event(), 1.0))
            stop, waited = threading.Event(), list[float]()
            thread = threading.Thread(
                target=lambda: waited.append(_longest_wait(path, stop, 600))  # noqa: B023  # joined
            )
            thread.start()
            file, at = folder / f"backup-{number}.db", list[float]()

            def note(phase: str, _done: int, _total: int | None) -> None:
                if phase == COMPARED:
                    at.append(time.perf_counter())  # noqa: B023  # called at once

            started = time.perf_counter()
            made = shop.maintenance.back_up(str(file), progress=note)
            wholes.append(time.perf_counter() - started)
            pages.append(at[0] - started)
            stop.set()
            thread.join()
            waits += waited
            file.unlink()
    megabytes = made.bytes / 1e6
    wait = max(waits)
    return [
        _figure(f"backup of {megabytes:.0f} MB, pages and integrity", pages, copies, "plain copy"),
        _figure(f"backup of {megabytes:.0f} MB, compared", wholes, copies, "plain copy"),
        _figure(f"VACUUM INTO of {megabytes:.0f} MB", vacuums, copies, "plain copy"),
        Figure(
            "longest wait of a writer meanwhile",
            wait * 1000,
            max(alone) * 1000,
            wait / max(alone),
            (min(waits) / max(alone), wait / max(alone)),
            f"<= {WAIT_SECONDS_MOST * 1000:.0f} ms",
            wait <= WAIT_SECONDS_MOST,
            unit=" ms",
            remark="floor: the longest wait in a second without a backup",
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


def _vacuum(path: Path, to: Path) -> None:
    connection = sqlite_library().module.connect(str(path), isolation_level=None)
    connection.execute("VACUUM INTO ?", (str(to),))
    connection.close()
    _flush(to)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.unlink()


def _longest_wait(path: Path, stop: threading.Event, seconds_most: float) -> float:
    """The longest that one of many charges took, one after the other, until stopped."""
    longest, ends = 0.0, time.perf_counter() + seconds_most
    with Shop.open(str(path)) as shop:
        user = shop.users()[0].user
        while not stop.is_set() and time.perf_counter() < ends:
            started = time.perf_counter()
            shop.charge(user, 1)
            longest = max(longest, time.perf_counter() - started)
    return longest
