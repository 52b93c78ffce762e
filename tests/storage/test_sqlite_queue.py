"""The queue before the write lock of a file: order without guarding anything."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.addresses import QUEUE_SUFFIX
from shopcli.storage.lock_waits import Stopwatch
from shopcli.storage.sqlite import queue as queue_module
from shopcli.storage.sqlite.connections import connect_file
from shopcli.storage.sqlite.queue import PATIENCE_SECONDS, WriterQueue, turn_seconds

if sys.platform == "win32":
    pytest.skip(
        "Windows has no such lock; whoever waits asks the database", allow_module_level=True
    )
else:
    import fcntl

LONG_SECONDS = 30.0
SHORT_SECONDS = 0.01
PAST_ALL_BOUNDS_SECONDS = 300.0


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


def _enter(queue: WriterQueue, timeout_seconds: float) -> bool:
    """Get in line where it is not free; whether this one is next now."""
    if not queue.is_free():
        queue.get_in_line(timeout_seconds)
    return queue.is_next()


def test_one_is_next_and_the_others_wait(path: Path) -> None:
    """Who leaves lets in whoever waits, and nobody else before."""
    first, second, third = (WriterQueue(str(path)) for _ in range(3))
    assert _enter(first, SHORT_SECONDS)
    with ThreadPoolExecutor() as executor:
        waiting = executor.submit(_enter, second, LONG_SECONDS)
        first.leave()
        assert waiting.result(LONG_SECONDS)
    assert not _enter(third, SHORT_SECONDS)
    for queue in (first, second, third):
        queue.leave()
        queue.close()


def test_whoever_comes_forward_late_is_next_all_the_same(path: Path) -> None:
    """Who went on without being next keeps the place in line, also for the next transaction."""
    first, second, third = (WriterQueue(str(path)) for _ in range(3))
    assert _enter(first, SHORT_SECONDS)
    assert not _enter(second, SHORT_SECONDS)
    second.leave()
    assert not _enter(second, LONG_SECONDS)  # at once, for nothing has moved
    first.leave()
    while not second.is_next():
        pass
    assert not _enter(third, SHORT_SECONDS)
    second.leave()
    while not third.is_next():
        pass


def test_a_place_nobody_waits_for_is_passed_on(path: Path) -> None:
    """Who has got the database's lock without being next, or is gone, holds up nobody."""
    first, gone, done, last = (WriterQueue(str(path)) for _ in range(4))
    for queue in (first, gone, done):
        _enter(queue, SHORT_SECONDS)
    gone.close()
    done.leave()
    _enter(last, SHORT_SECONDS)
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
if not queue.is_free():
    queue.get_in_line(float(sys.argv[2]))
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
def test_who_is_stopped_in_the_queue_delays_others_once(
    path: Path, monkeypatch: pytest.MonkeyPatch, line: int
) -> None:
    """Others wait for half a second and then write, again and again, whatever their own bound."""
    assert PATIENCE_SECONDS == 0.5
    waits: list[float] = []
    stand_in_line = WriterQueue._stand_in_line  # noqa: SLF001 - to see how often

    def watched(queue: WriterQueue, wait: queue_module._Wait, ends_at: float) -> None:
        waits.append(ends_at)
        stand_in_line(queue, wait, PAST_ALL_BOUNDS_SECONDS + Stopwatch.now())

    monkeypatch.setattr(WriterQueue, "_stand_in_line", watched)
    monkeypatch.setattr(queue_module, "turn_seconds", lambda _: 0.0)
    with ExitStack() as stack:
        said = [stack.enter_context(_stopped(_STOPS_WITH, path, "0.01")) for _ in range(line)]
        assert said == ["True", "False"][:line]
        assert _add_users(path, "kim", "lee", "mina") == ["kim", "lee", "mina"]
    assert len(waits) == 1


def test_a_long_line_is_not_taken_for_one_that_was_stopped(path: Path) -> None:
    """As long as whoever is next still asks, those in line wait, longer than for a stopped one."""
    first, second = (WriterQueue(str(path)) for _ in range(2))
    assert _enter(first, SHORT_SECONDS)
    with ThreadPoolExecutor() as executor:
        waiting = executor.submit(_enter, second, PAST_ALL_BOUNDS_SECONDS)
        stopwatch = Stopwatch()
        while (asked := stopwatch.seconds()) < 2.5 * PATIENCE_SECONDS:
            time.sleep(first.pause_seconds(asked))
        assert not waiting.done()
        first.leave()
        assert waiting.result(LONG_SECONDS)
    second.leave()


def test_whoever_has_a_turn_asks_again_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """During its turn a writer does not stand in line, though somebody else is next."""

    def stood_in_line(queue: WriterQueue, timeout_seconds: float) -> None:
        message = f"{queue} waited for {timeout_seconds} s"
        raise AssertionError(message)

    monkeypatch.setattr(queue_module, "TURN_SECONDS_MAX", PAST_ALL_BOUNDS_SECONDS)
    monkeypatch.setattr(WriterQueue, "get_in_line", stood_in_line)
    with Shop.open(f"sqlite:///{path}") as shop:
        shop.add_user("kim")
        with Path(f"{path}{QUEUE_SUFFIX}").open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            shop.add_user("lee")
            assert len(shop.users()) == 2


def test_whoever_is_left_alone_gives_way_only_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a turn that was waited for others come first; where there are none, it is as before."""
    monkeypatch.setattr(queue_module, "turn_seconds", lambda _: 0.0)
    monkeypatch.setattr(queue_module, "GIVE_WAY_SECONDS_MAX", PAST_ALL_BOUNDS_SECONDS)
    first, second = (WriterQueue(str(path)) for _ in range(2))
    assert _enter(first, SHORT_SECONDS)
    with ThreadPoolExecutor() as executor:
        waiting = executor.submit(_enter, second, LONG_SECONDS)
        while second._wait is None:  # noqa: SLF001 - it must have stood in line
            pass
        first.begin_turn()
        assert waiting.result(LONG_SECONDS)
    second.begin_turn()

    assert not second.is_free()
    second.get_in_line(LONG_SECONDS)
    assert second.is_next()
    second.begin_turn()
    assert second.is_free()
    second.leave()


def test_a_turn_is_the_shorter_the_longer_it_was_waited_for() -> None:
    """Among many the turns are short, so that nobody waits long; but none is too short to use."""
    turns = [turn_seconds(waited / 1000) for waited in range(2000)]

    assert all(later <= earlier for earlier, later in pairwise(turns))
    assert turns[0] == 0.01
    assert turns[-1] == 0.002


def test_an_interrupt_leaves_the_queue(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is stopped by Ctrl-C while it begins holds up nobody afterwards."""

    def interrupted(queue: WriterQueue) -> None:
        assert queue.is_next()
        raise KeyboardInterrupt

    with Shop.open(f"sqlite:///{path}") as shop:
        with monkeypatch.context() as patch:
            patch.setattr(WriterQueue, "begin_turn", interrupted)
            with pytest.raises(KeyboardInterrupt):
                shop.add_user("kim")
        probe = WriterQueue(str(path))
        assert _enter(probe, SHORT_SECONDS)
        probe.close()
        shop.add_user("lee")
        assert [user.user for user in shop.users()] == ["lee"]


def test_a_file_system_without_such_locks_will_do(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody can stand in line, whoever waits asks the database, and is told `busy`."""

    def unknown(descriptor: int, *, wait: bool) -> None:
        raise OSError(errno.ENOTSUP, f"no locks for {descriptor}, {wait}")

    monkeypatch.setattr(queue_module, "_lock", unknown)
    with (
        _stopped(_STOPS_INSIDE, path) as said,
        Shop.open(f"sqlite:///{path}", wait_max=1.0) as shop,
    ):
        assert said == "True"
        with pytest.raises(ShopError) as caught:
            shop.add_user("kim")
        assert caught.value.code == "busy"
    assert _add_users(path, "kim", "lee") == ["kim", "lee"]


def test_a_stopped_waiter_holds_up_nobody_once_its_turn_comes(path: Path) -> None:
    """The lock goes to a stopped process too; whoever comes after it writes all the same."""
    first = WriterQueue(str(path))
    assert _enter(first, SHORT_SECONDS)
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
    get_in_line = WriterQueue.get_in_line

    def watched(queue: WriterQueue, timeout_seconds: float) -> None:
        waited.append(timeout_seconds)
        get_in_line(queue, timeout_seconds)

    monkeypatch.setattr(WriterQueue, "get_in_line", watched)
    with (
        _stopped(_STOPS_INSIDE, path) as said,
        Shop.open(f"sqlite:///{path}", wait_max=1.0) as shop,
    ):
        assert said == "True"
        assert shop.users() == ()  # reading goes on
        with pytest.raises(ShopError) as caught:
            shop.add_user("kim")
        assert caught.value.code == "busy"
    assert waited == [1.0]
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
            is_free = _enter(probe, SHORT_SECONDS)
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
    assert _enter(direct, SHORT_SECONDS)
    assert not _enter(linked, SHORT_SECONDS)
    direct.leave()
