"""The queue of those who want to write to a shop's file: one asks for the write lock, others sleep.

Without it every waiter asks SQLite, and two dozen of them take the processor from whoever writes.
It is a lock of the operating system on a file of its own beside the shop's, held by whoever comes
next until the database's lock is won; the system lets the others in one by one, about in the order
in which they came. A process that ends leaves it by that.

Whoever has won the lock has a turn: for some milliseconds it asks again without standing in line.
A process that comes after another must read again what it knew, which takes about as long as a
small transaction; with turns of a single one the rate was three quarters.

The file holds one number, so that those in line know how things stand: see `_recorded`.

It guards nothing: whoever does not come forward, for whatever reason, goes on without it.
"""

from __future__ import annotations

import _thread
import os
import stat
import sys
import time
from contextlib import suppress

from shopcli.storage.lock_waits import Stopwatch, scattered_pause_seconds

if sys.platform == "win32":

    def _lock(descriptor: int, *, wait: bool) -> None:  # noqa: ARG001 - as below
        """There is no such queue: whoever wants to write asks the database."""
        raise OSError

    def _unlock(descriptor: int) -> None:
        """Nothing was locked."""

else:
    import fcntl

    def _lock(descriptor: int, *, wait: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


QUEUE_SUFFIX = "-queue"
"""The lock file stays: removing it would let two in."""

PATIENCE_SECONDS = 0.5
"""Whoever comes next may have been stopped: if nothing has moved for so long, others go on."""

BEAT_SECONDS = 0.1
"""So often whoever is next shows that it still asks."""

TURN_SECONDS_MIN = 0.002
TURN_SECONDS_MAX = 0.01
TURN_TIMES_WAIT = 0.0003
"""In seconds squared: the longer one waited for a turn, the shorter it is. Turns are of about 10 ms
among 4, of less than 4 ms among 24, and of 2 ms among 96, where they come again after 0.3 s.
"""

EARLY_PAUSE_SECONDS = 0.001
SOON_PAUSE_SECONDS = 0.0003
"""Whoever has a turn may have nothing more to do: so soon, and then as long after again, the next
one asks before that turn is over. Sooner where it was so the last time."""

LATE_PAUSE_SECONDS = 0.0001
LATE_PAUSE_SECONDS_MAX = 0.0005
LATE_PAUSE_SHARE = 0.125
"""Afterwards the pauses grow with the time that has gone since."""

GIVE_WAY_SECONDS = 0.002
GIVE_WAY_SECONDS_MAX = 0.05
GIVE_WAY_SHARE = 0.25
"""Whoever had a turn lets those come first who were in line, which takes a while where processors
are busy: for such a share of what it had waited itself. Should it come before one that is being
woken, Linux would wake all others too, and their order would be lost."""

GIVE_WAY_PAUSE_SECONDS = 0.0005

_RECORD_BYTES = 8
_NANOSECONDS = 1_000_000_000
_NEXT = 1
"""Somebody is next: set by whoever has come forward, gone when the next turn begins."""

_FLAGS = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # should somebody have put a FIFO there
)


def turn_seconds(waited_seconds: float) -> float:
    """How long the turn is of one who waited for so long."""
    wanted = TURN_TIMES_WAIT / max(waited_seconds, TURN_SECONDS_MAX)
    return max(TURN_SECONDS_MIN, min(TURN_SECONDS_MAX, wanted))


class WriterQueue:
    """One connection's place in the queue for a file; not for two threads at once.

    Args:
        path: The shop's file.
    """

    __slots__ = (
        "_arrived_at", "_beat_at", "_descriptor", "_early_pause_seconds", "_is_next", "_is_usable",
        "_other_turn_ends_at", "_path", "_wait", "_waited_seconds", "turn_ends_at",
    )  # fmt: skip

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._is_usable = True
        self._is_next = False
        self._wait: _Wait | None = None
        self._arrived_at = self._beat_at = self._other_turn_ends_at = 0.0
        self._early_pause_seconds = EARLY_PAUSE_SECONDS
        self._waited_seconds = 0.0
        """For the last turn."""
        self.turn_ends_at = 0.0
        """Until then the database may be asked at once, without `is_free`; by `Stopwatch.now`."""

    def is_free(self) -> bool:
        """Whether nobody is in line, so that the database may be asked at once.

        Then this one is next, until `begin_turn` or `leave`.
        """
        if not self._is_usable:
            return True
        if self._waited_seconds and self._had_turn_lately():
            return False
        descriptor = self._descriptor
        if descriptor is None:
            descriptor = self._descriptor = _opened(self._path)
            if descriptor is None:
                self._is_usable = False
                return True
        if self._wait is not None:
            if self._wait.is_wanted_again():
                return False
            self._wait = None  # if it has the lock by now, asking for it changes nothing
        try:
            _lock(descriptor, wait=False)
        except BlockingIOError:
            return False
        except OSError:
            self._is_usable = False  # a file system without such locks
        else:
            self._is_next = True
        return True

    def get_in_line(self, timeout_seconds: float) -> None:
        """Wait to be next, as long as that may help; `begin_turn` or `leave` must follow.

        Whoever is not next then goes on all the same, and may become it (`is_next`).

        Args:
            timeout_seconds: Bound on waiting.
        """
        if not self._is_usable:
            return
        self._arrived_at = Stopwatch.now()
        if self._had_turn_lately():
            self._let_next_come()
            self._give_way(timeout_seconds)
        if self._is_next or self.is_free() or self._descriptor is None:
            self._arrived_at = 0.0  # nobody is in line, and perhaps nobody writes
            return
        if self._wait is None:
            self._wait = _Wait(self._descriptor)
            try:
                _thread.start_new_thread(self._wait.run, ())
            except RuntimeError:  # no more threads, or Python is about to end
                self._wait = None
                return
        elif self._wait.seen == _recorded(self._descriptor):
            return  # nothing has moved since this one went on without it
        self._stand_in_line(self._wait, self._arrived_at + timeout_seconds)

    def is_next(self) -> bool:
        """Whether nobody else in the queue asks for the database's lock now."""
        if not self._is_next and self._wait is not None and self._wait.is_accepted():
            self._is_next, self._wait = True, None
        return self._is_next

    def pause_seconds(self, waited_seconds: float) -> float:
        """How long to pause before the database is asked again.

        Args:
            waited_seconds: For how long it has been asked.
        """
        if not self.is_next():
            return scattered_pause_seconds(waited_seconds)
        now = Stopwatch.now()
        if not self._arrived_at:
            self._arrived_at = now - waited_seconds
        if not self._other_turn_ends_at:
            told = (_recorded(self._descriptor) >> 1) / _NANOSECONDS
            self._other_turn_ends_at = told if now < told <= now + TURN_SECONDS_MAX else now
            self._beat_at = now
        left = self._other_turn_ends_at - now
        if left > 0:
            return min(left, max(waited_seconds, self._early_pause_seconds))
        if now - self._beat_at >= BEAT_SECONDS:
            self._beat_at = now
            _record(self._descriptor, _moment(now) | _NEXT)
        return min(max(-left * LATE_PAUSE_SHARE, LATE_PAUSE_SECONDS), LATE_PAUSE_SECONDS_MAX)

    def begin_turn(self) -> None:
        """Having won the database's lock, let the next one come."""
        now = Stopwatch.now()
        if self._arrived_at:
            self._waited_seconds = now - self._arrived_at
            self.turn_ends_at = now + turn_seconds(self._waited_seconds)
            if self._is_next:
                _record(self._descriptor, _moment(self.turn_ends_at))
            was_early = now < self._other_turn_ends_at
            self._early_pause_seconds = SOON_PAUSE_SECONDS if was_early else EARLY_PAUSE_SECONDS
        else:
            self._waited_seconds = 0.0
            self.turn_ends_at = now + TURN_SECONDS_MAX
        self.leave()

    def leave(self) -> None:
        """Go away without having asked, or without success."""
        self._arrived_at = self._other_turn_ends_at = 0.0
        self._let_next_come()

    def _let_next_come(self) -> None:
        if self._is_next:
            self._is_next = False
            if self._descriptor is not None:
                _unlock(self._descriptor)
        elif self._wait is not None:
            self._wait.give_up()

    def close(self) -> None:
        """Leave for good."""
        self._is_usable = self._is_next = False
        wait, self._wait = self._wait, None
        descriptor, self._descriptor = self._descriptor, None
        if wait is not None and wait.give_up(for_good=True):
            return  # the thread that still waits closes it
        if descriptor is not None:
            os.close(descriptor)

    def _had_turn_lately(self) -> bool:
        return Stopwatch.now() < self.turn_ends_at + GIVE_WAY_SECONDS_MAX

    def _give_way(self, timeout_seconds: float) -> None:
        """Let those who are in line move up, as long as there may be any."""
        stopwatch = Stopwatch()
        wanted = max(GIVE_WAY_SECONDS, self._waited_seconds * GIVE_WAY_SHARE)
        bound = min(wanted, GIVE_WAY_SECONDS_MAX, timeout_seconds)
        self.turn_ends_at = self._waited_seconds = 0.0
        # Who is next now is about to win the lock; the one after it may be asleep.
        first = latest = _recorded(self._descriptor)
        while (latest == first or not latest & _NEXT) and stopwatch.seconds() < bound:
            time.sleep(GIVE_WAY_PAUSE_SECONDS)
            latest = _recorded(self._descriptor)

    def _stand_in_line(self, wait: _Wait, ends_at: float) -> None:
        """Wait until it is next, the time is over, or nothing has moved for too long."""
        wait.seen = _recorded(self._descriptor)
        while (left := ends_at - Stopwatch.now()) > 0:
            if wait.came.acquire(timeout=min(left, PATIENCE_SECONDS)):
                self.is_next()
                return
            last, wait.seen = wait.seen, _recorded(self._descriptor)
            if wait.seen == last:
                return


class _Wait:
    """A wait for the lock in a thread of its own, for the system knows no bound for it."""

    __slots__ = (
        "_descriptor", "_guard", "_has_lock", "_is_closing", "_is_given_up", "came", "seen",
    )  # fmt: skip

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._guard = _thread.allocate_lock()
        self._has_lock = self._is_given_up = self._is_closing = False
        self.seen = 0
        """What the file said when it was last looked at."""
        self.came = _thread.allocate_lock()
        self.came.acquire()

    def run(self) -> None:
        """Wait, and then hold the lock for whoever waits, if anybody still does."""
        try:
            _lock(self._descriptor, wait=True)
        except OSError:
            is_locked = False
        else:
            is_locked = True
            _record(self._descriptor, _recorded(self._descriptor) | _NEXT)
        with self._guard:
            if self._is_closing:
                os.close(self._descriptor)
            elif self._is_given_up and is_locked:
                _unlock(self._descriptor)
            else:
                self._has_lock = is_locked
            self.came.release()

    def is_wanted_again(self) -> bool:
        """Whether the thread still waits, from now on for somebody."""
        with self._guard:
            self._is_given_up = False
            return self.came.locked()

    def is_accepted(self) -> bool:
        """Whether the lock is held, from now on by the caller."""
        with self._guard:
            has_lock, self._has_lock = self._has_lock, False
            return has_lock

    def give_up(self, *, for_good: bool = False) -> bool:
        """Let the lock go, now or when it is had.

        Args:
            for_good: Nobody needs the file any more either.

        Returns:
            Whether the thread still waits.
        """
        with self._guard:
            self._is_given_up = True
            if self._has_lock:
                self._has_lock = False
                _unlock(self._descriptor)
            self._is_closing = for_good and self.came.locked()
            return self.came.locked()


def _moment(seconds: float) -> int:
    """A moment by `Stopwatch.now`, as the file has it."""
    return int(seconds * _NANOSECONDS) << 1


def _recorded(descriptor: int | None) -> int:
    """What the file says: when the turn ends that was begun last; its last bit is `_NEXT`.

    0 where it says nothing.
    """
    if descriptor is None:
        return 0
    try:
        return int.from_bytes(os.pread(descriptor, _RECORD_BYTES, 0), "little")
    except OSError:
        return 0


def _record(descriptor: int | None, record: int) -> None:
    if descriptor is not None:
        # On a full disk those in line may take others for stopped.
        with suppress(OSError):
            os.pwrite(descriptor, record.to_bytes(_RECORD_BYTES, "little"), 0)


def _opened(path: str) -> int | None:
    """A descriptor of the lock file; None where there can be none."""
    if sys.platform == "win32":
        return None
    try:
        # One file for all names of the shop's, as SQLite has it for the files beside it; with the
        # same permissions.
        real = os.path.realpath(path)
        like = os.stat(real)  # noqa: PTH116 - importing pathlib costs a command 3 ms
        mode = stat.S_IMODE(like.st_mode)
        descriptor = os.open(f"{real}{QUEUE_SUFFIX}", _FLAGS, mode)
    except OSError:
        return None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        return None
    try:
        if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) != mode:
            os.fchmod(descriptor, mode)
        if not os.geteuid() and found.st_uid != like.st_uid:
            os.fchown(descriptor, like.st_uid, like.st_gid)
    except OSError:
        pass  # it serves as it is
    return descriptor
