"""The queue before the write lock of a file: order without guarding anything."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from shopcli import Shop, ShopError
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


_STOPS_WITH = """
import sys
from shopcli.storage.sqlite.queue import WriterQueue
queue = WriterQueue(sys.argv[1])
queue.enter(float(sys.argv[2]))
print(queue.is_next(), flush=True)
sys.stdin.readline()
"""
"""A process that is next, or waits in line, and then is stopped."""

_STOPS_INSIDE = """
import sys
from shopcli.storage.sqlite.connections import connect_file
connection = connect_file(sys.argv[1], "mode=rw", 5.0)
connection.execute("BEGIN IMMEDIATE")
print(True, flush=True)
sys.stdin.readline()
"""


@contextmanager
def _stopped(script: str, path: Path, *given: str) -> Iterator[str]:
    """A process that has said something and was stopped there; what it said."""
    words = [sys.executable, "-c", script, str(path), *given]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline().strip()
            process.send_signal(signal.SIGSTOP)
            yield said
        finally:
            process.kill()  # also one that is stopped


@pytest.mark.parametrize("line", [1, 2], ids=["holder", "holder and waiter"])
def test_who_is_stopped_in_the_queue_delays_others_by_its_patience(
    path: Path, monkeypatch: pytest.MonkeyPatch, line: int
) -> None:
    """Others wait once, for half a second, and write; whatever bound they have themselves."""
    bounds: list[float] = []
    get_in_line = WriterQueue._get_in_line  # noqa: SLF001 - to see for how long

    def watched(queue: WriterQueue, descriptor: int, timeout_seconds: float) -> None:
        bounds.append(timeout_seconds)
        get_in_line(queue, descriptor, timeout_seconds)

    monkeypatch.setattr(WriterQueue, "_get_in_line", watched)
    with ExitStack() as stack:
        said = [stack.enter_context(_stopped(_STOPS_WITH, path, "0.01")) for _ in range(line)]
        assert said == ["True", "False"][:line]
        assert _add_users(path, "kim", "lee", "mina") == ["kim", "lee", "mina"]
    assert bounds == [0.5]


def test_a_stopped_waiter_holds_up_nobody_once_its_turn_comes(path: Path) -> None:
    """The lock goes to a stopped process too; whoever comes after it writes all the same."""
    first = WriterQueue(str(path))
    first.enter(SHORT_SECONDS)
    with _stopped(_STOPS_WITH, path, "0.01") as is_next:
        assert is_next == "False"
        first.leave()
        assert _add_users(path, "kim", "lee") == ["kim", "lee"]
    first.close()


def test_who_is_stopped_inside_a_transaction_makes_others_busy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database itself is held, so writers are told `busy` after their bound, and no sooner."""
    waited: list[float] = []
    enter = WriterQueue.enter

    def watched(queue: WriterQueue, timeout_seconds: float) -> None:
        waited.append(timeout_seconds)
        enter(queue, timeout_seconds)

    monkeypatch.setattr(WriterQueue, "enter", watched)
    with (
        _stopped(_STOPS_INSIDE, path) as said,
        Shop.open(f"sqlite:///{path}", wait_max=1.0) as shop,
    ):
        assert said == "True"
        assert shop.users() == ()  # reading goes on
        with pytest.raises(ShopError) as caught:
            shop.add_user("kim")
        assert caught.value.code == "busy"
    assert waited
    assert _add_users(path, "kim") == ["kim"]


@pytest.mark.proof
def test_a_stranger_that_only_waits_gets_its_turn(path: Path) -> None:
    """A program that knows no queue, and waits 5 s as usual, gets no error among our writers."""
    is_over = threading.Event()

    def crowd(name: int) -> int:
        count = 0
        with Shop.open(f"sqlite:///{path}") as shop:
            while not is_over.is_set():
                shop.add_user(f"user-{name}-{count}")
                count += 1
        return count

    stranger = connect_file(str(path), "mode=rw", 5.0)
    with ThreadPoolExecutor(8) as executor:
        ours = [executor.submit(crowd, name) for name in range(8)]
        try:
            for number in range(100):
                stranger.execute("BEGIN IMMEDIATE")
                stranger.execute(
                    "INSERT INTO shop_settings (name, value) VALUES (?, 'x')", (f"s{number}",)
                )
                stranger.execute("COMMIT")
        finally:
            is_over.set()
            stranger.close()
        assert all(one.result(LONG_SECONDS) for one in ours)


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
