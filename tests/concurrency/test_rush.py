"""Many more processes than processors on one file: nobody is refused, nobody slows the others."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from shopcli import Shop, ShopError
from shopcli.storage.sqlite.connections import connect_file
from tests import factories
from tests.concurrency.crowd import Crowd, Start

ROUND_SECONDS = 3.0


def order_for(url: str, start: Start, user: str, seconds: float, count: int) -> tuple[int, int]:
    """Order until the time is over, or so often; answers with (done, refused)."""
    done = refused = 0
    with Shop.open(url) as shop:
        start()
        started = time.monotonic()
        while done + refused < count and time.monotonic() - started < seconds:
            try:
                shop.order(user, {"LATTE": 1})
                done += 1
            except ShopError:
                refused += 1
    return done, refused


def note_for(url: str, start: Start, seconds: float) -> tuple[int, int]:
    """Write as a program does that knows only SQLite, and waits for 5 s; answers as `order_for`."""
    stranger = connect_file(url.removeprefix("sqlite:///"), "mode=rw", 5.0)
    start()
    started = time.monotonic()
    done = 0
    while time.monotonic() - started < seconds:
        stranger.execute("BEGIN IMMEDIATE")
        stranger.execute(
            "INSERT INTO shop_settings (name, value) VALUES (?, 'x')", (f"note{done}",)
        )
        stranger.execute("COMMIT")
        done += 1
    stranger.close()
    return done, 0


def _url(template: Path, folder: Path, user_count: int, journal: str = "wal") -> str:
    path = folder / "shop.db"
    path.write_bytes(template.read_bytes())
    connection = connect_file(str(path), "mode=rw", 5.0)
    mode = connection.execute(f"PRAGMA journal_mode={journal}").fetchone()[0]
    connection.close()
    assert mode == journal
    url = f"sqlite:///{path.as_posix()}"
    with Shop.open(url) as shop:
        factories.product(shop, "LATTE", price=1, stock=1_000_000)
        for number in range(user_count):
            factories.user(shop, f"user{number}", balance=1_000_000)
    return url


@pytest.mark.parametrize(
    ("journal", "many"),
    [
        ("wal", 24),
        # Its commits flush four times: where a disk is slow, 24 would wait for longer than 5 s.
        ("delete", 8),
        pytest.param("delete", 24, marks=pytest.mark.proof),
    ],
)
def test_all_of_a_crowd_are_served(
    sqlite_template: Path, tmp_path: Path, journal: str, many: int
) -> None:
    """Each of many processes gets each of its orders, and the books are right."""
    url = _url(sqlite_template, tmp_path, many, journal)
    crowd = Crowd(many)
    try:
        told = crowd.all_of(url, order_for, [(f"user{n}", 60.0, 10) for n in range(many)])
    finally:
        crowd.disband()

    assert told == [(10, 0)] * many
    with Shop.open(url) as shop:
        assert shop.product("LATTE").stock == 1_000_000 - 10 * many
        assert shop.verify().ok


@pytest.mark.proof
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("many", "share"), [(24, 0.6), (48, 0.5), (96, 0.4)])
def test_many_are_served_nearly_as_fast_as_four(
    sqlite_template: Path, tmp_path: Path, many: int, share: float
) -> None:
    """Nobody is refused or left out, and together they do nearly what four do."""
    url = _url(sqlite_template, tmp_path, many)
    crowd = Crowd(many)
    done = {4: 0, many: 0}
    try:
        for count in (4, many) * 2:  # in turn, as the machine may have other work too
            entries = [(f"user{n}", ROUND_SECONDS, 1_000_000) for n in range(count)]
            told = crowd.all_of(url, order_for, entries)
            assert [refused for _, refused in told] == [0] * count
            assert all(times for times, _ in told)
            done[count] += sum(times for times, _ in told)
    finally:
        crowd.disband()

    assert done[many] >= done[4] * share


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_a_stranger_gets_its_turn_among_two_dozen(sqlite_template: Path, tmp_path: Path) -> None:
    """A program that waits as SQLite does gets no error, and keeps nobody of ours from a turn."""
    url = _url(sqlite_template, tmp_path, 24)
    crowd = Crowd(25)
    ours = [(order_for, (f"user{n}", 2 * ROUND_SECONDS, 1_000_000)) for n in range(24)]
    try:
        told = crowd.race(url, (note_for, (2 * ROUND_SECONDS,)), *ours)
    finally:
        crowd.disband()

    assert all(times and not refused for times, refused in told)
