"""The queue before the write lock of a file: order without guarding anything."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.storage.sqlite.connections import connect_file
from shopcli.storage.sqlite.queue import QUEUE_SUFFIX, WriterQueue

if sys.platform == "win32":
    pytest.skip(
        "Windows has no such lock; whoever waits asks the database", allow_module_level=True
    )
else:
    import fcntl

LONG_SECONDS = 30.0
SHORT_SECONDS = 0.01


@pytest.fixture
def path(sqlite_template: Path, tmp_path: Path) -> Path:
    """A shop's file."""
    copied = tmp_path / "shop.db"
    copied.write_bytes(sqlite_template.read_bytes())
    return copied


def _add_users(path: Path, *users: str) -> list[str]:
    with Shop.open(f"sqlite:///{path}") as shop:
        for user in users:
            shop.add_user(user)
        return [user.user for user in shop.users()]


def test_one_is_next_and_the_others_wait(path: Path) -> None:
    """Who leaves lets in whoever waits, and nobody else before."""
    first, second, third = (WriterQueue(str(path)) for _ in range(3))
    first.enter(SHORT_SECONDS)
    assert first.is_next()
    with ThreadPoolExecutor() as executor:
        waiting = executor.submit(second.enter, LONG_SECONDS)
        first.leave()
        waiting.result(LONG_SECONDS)
    assert second.is_next()
    third.enter(SHORT_SECONDS)
    assert not third.is_next()
    for queue in (first, second, third):
        queue.leave()
        queue.close()


def test_a_turn_that_comes_late_is_still_a_turn(path: Path) -> None:
    """Who went on without being next keeps the place in line, also for the next transaction."""
    first, second, third = (WriterQueue(str(path)) for _ in range(3))
    first.enter(SHORT_SECONDS)
    second.enter(SHORT_SECONDS)
    second.leave()
    second.enter(SHORT_SECONDS)
    assert not second.is_next()
    first.leave()
    while not second.is_next():
        pass
    third.enter(SHORT_SECONDS)
    assert not third.is_next()
    second.leave()
    while not third.is_next():
        pass


def test_a_turn_nobody_waits_for_is_passed_on(path: Path) -> None:
    """Who has got the database's lock without being next, or is gone, holds up nobody."""
    first, gone, done, last = (WriterQueue(str(path)) for _ in range(4))
    first.enter(SHORT_SECONDS)
    gone.enter(SHORT_SECONDS)
    done.enter(SHORT_SECONDS)
    gone.close()
    done.leave()
    last.enter(SHORT_SECONDS)
    first.leave()
    while not last.is_next():
        pass
    last.leave()
    while _open_count(path) > 3:
        pass  # the thread that waited for `gone` closes its file


def _open_count(path: Path) -> int:
    queue = Path(f"{path}{QUEUE_SUFFIX}").stat()
    count = 0
    for name in [entry.name for entry in Path("/dev/fd").iterdir()]:
        try:
            count += os.path.samestat(os.fstat(int(name)), queue)
        except OSError:
            continue
    return count


def test_whoever_stopped_in_the_queue_holds_up_nobody_for_long(path: Path) -> None:
    """A lock that somebody keeps delays writers, and refuses none."""
    with Path(f"{path}{QUEUE_SUFFIX}").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert _add_users(path, "kim", "lee", "mina") == ["kim", "lee", "mina"]


def test_who_holds_the_database_is_waited_for(path: Path) -> None:
    """The queue lets nobody past the lock of the database."""
    holder = connect_file(str(path), "mode=rw", 0)
    holder.execute("BEGIN IMMEDIATE")
    probe = WriterQueue(str(path))
    with ThreadPoolExecutor() as executor:
        adding = executor.submit(_add_users, path, "kim")
        while not adding.done():
            probe.enter(SHORT_SECONDS)
            is_free = probe.is_next()
            probe.leave()
            if not is_free:
                break
        assert not adding.done()
        holder.execute("ROLLBACK")
        assert adding.result(LONG_SECONDS) == ["kim"]
    holder.close()


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o660])
def test_the_lock_file_has_the_permissions_of_the_shop(path: Path, mode: int) -> None:
    """Whoever may write the shop may get in line, and nobody else."""
    path.chmod(mode)
    old = os.umask(0o077)
    try:
        _add_users(path, "kim")
    finally:
        os.umask(old)

    assert stat.S_IMODE(Path(f"{path}{QUEUE_SUFFIX}").stat().st_mode) == mode


def _link(place: Path) -> None:
    place.symlink_to(place.with_name("victim"))


@pytest.mark.parametrize("plant", [_link, os.mkfifo, Path.mkdir], ids=["link", "fifo", "folder"])
def test_what_was_planted_in_its_place_is_left_alone(
    path: Path, plant: Callable[[Path], None]
) -> None:
    """A link is not followed, nothing hangs, and the shop works without the queue."""
    place = Path(f"{path}{QUEUE_SUFFIX}")
    plant(place)
    before = place.lstat()

    assert _add_users(path, "kim") == ["kim"]
    assert (place.lstat().st_ino, place.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert not place.with_name("victim").exists()


def test_all_names_of_a_file_have_one_queue(path: Path) -> None:
    """Whoever uses a link to the shop's file gets in the same line."""
    link = path.with_name("link.db")
    link.symlink_to(path)
    direct, linked = WriterQueue(str(path)), WriterQueue(str(link))
    direct.enter(SHORT_SECONDS)
    linked.enter(SHORT_SECONDS)

    assert not linked.is_next()
    direct.leave()
