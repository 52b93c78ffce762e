"""The queue of writers of a shop's file: the next one polls SQLite's write lock, the others sleep.

Without it every waiter polls SQLite, and two dozen of them take the processor from the writer. The
queue is an operating system lock on a file beside the shop's. The next writer holds it until it has
the write lock; then the system wakes one other, roughly in the order of arrival. A process that
ends releases it, unless a child that it forked meanwhile lives on; then others wait once in vain.

A writer that has got the write lock has a turn: for some milliseconds it takes the write lock again
without queueing. Each change of process costs about a small transaction, because the next one must
read its cache again; with turns of one transaction the throughput was three quarters.

The file holds one number, by which waiters see whether the queue moves: see `_recorded`.

The queue only keeps order: a writer that cannot use it, or waits in it too long, writes without it.
"""

from __future__ import annotations

import _thread
import os
import stat
import sys
import time
from contextlib import suppress

from shopcli.domain.addresses import QUEUE_SUFFIX
from shopcli.storage.lock_waits import Stopwatch, scattered_pause_seconds

if sys.platform == "win32":

    def _lock(descriptor: int, *, wait: bool) -> None:  # noqa: ARG001 - as below
        """Fail, so that writers poll the database without a queue."""
        raise OSError

    def _unlock(descriptor: int) -> None:
        """Do nothing: nothing is ever locked."""

else:
    import fcntl

    def _lock(descriptor: int, *, wait: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


PATIENCE_SECONDS = 0.5
"""If the queue has not moved for this long, the next writer may be stopped, and others go on."""

BEAT_SECONDS = 0.1
"""The interval at which the next writer records that it is still polling."""

TURN_SECONDS_MIN = 0.002
TURN_SECONDS_MAX = 0.01
TURN_TIMES_WAIT = 0.0003
"""A turn's length times the wait before it, in seconds squared: a longer wait, a shorter turn.
Turns take about 10 ms with 4 writers, less than 4 ms with 24, and 2 ms with 96 (one each 0.3 s).
"""

EARLY_PAUSE_SECONDS = 0.001
SOON_PAUSE_SECONDS = 0.0003
"""First pauses of the next writer while another's turn lasts, which may end early; each later pause
doubles the time waited. The shorter one applies if a turn ended early the last time."""

LATE_PAUSE_SECONDS = 0.0001
LATE_PAUSE_SECONDS_MAX = 0.0005
LATE_PAUSE_SHARE = 0.125
"""After the turn's end, pauses are this share of the time since then."""

GIVE_WAY_SECONDS = 0.002
GIVE_WAY_SECONDS_MAX = 0.05
GIVE_WAY_SHARE = 0.25
"""A writer that had a turn waits this share of its last wait before it queues again, so that a
waiter that is being woken goes first; waking takes time on busy processors. If the writer locked
before that waiter, Linux would wake all others too, and their order would be lost."""

GIVE_WAY_PAUSE_SECONDS = 0.0005

_RECORD_BYTES = 8
_NANOSECONDS = 1_000_000_000
_NEXT = 1
"""The bit that says there is a next writer: it sets the bit, and the next turn clears it."""

_FLAGS = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # in case the path is a FIFO
)


def turn_seconds(waited_seconds: float) -> float:
    """The length of the turn of a writer that waited this long."""
    wanted = TURN_TIMES_WAIT / max(waited_seconds, TURN_SECONDS_MAX)
    return max(TURN_SECONDS_MIN, min(TURN_SECONDS_MAX, wanted))


class WriterQueue:
    """One connection's place in the queue of a file; one thread may use it at a time.

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
        """Before the last turn."""
        self.turn_ends_at = 0.0
        """Until then it may take the write lock without `is_free`; by `Stopwatch.now`."""

    def is_free(self) -> bool:
        """Whether nobody waits, so that it may take the write lock at once.

        If so this writer is the next, until `begin_turn` or `leave`.
        """
        if not self._is_usable:
            return True
        if self._waited_seconds and self._had_recent_turn():
            return False
        descriptor = self._descriptor
        if descriptor is None:
            descriptor = self._descriptor = _open_lock_file(self._path)
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
        """Wait to be the next writer, while the queue moves; call `begin_turn` or `leave` after it.

        A writer that is still not the next goes on anyway, and may become it later (`is_next`).

        Args:
            timeout_seconds: Bound on waiting.
        """
        if not self._is_usable:
            return
        self._arrived_at = Stopwatch.now()
        if self._had_recent_turn():
            self._release()
            self._give_way(timeout_seconds)
        if self._is_next or self.is_free() or self._descriptor is None:
            self._arrived_at = 0.0  # nobody waits, and perhaps nobody writes
            return
        if self._wait is None:
            self._wait = _Wait(self._descriptor)
            try:
                _thread.start_new_thread(self._wait.run, ())
            except RuntimeError:  # no more threads, or Python is shutting down
                self._wait = None
                return
        elif self._wait.seen == _recorded(self._descriptor):
            return  # the queue has not moved since this writer gave up waiting in it
        self._stand_in_line(self._wait, self._arrived_at + timeout_seconds)

    def is_next(self) -> bool:
        """Whether this is the writer that holds the queue's lock."""
        if not self._is_next and self._wait is not None and self._wait.is_accepted():
            self._is_next, self._wait = True, None
        return self._is_next

    def pause_seconds(self, waited_seconds: float) -> float:
        """How long to pause before trying to take the write lock again.

        Args:
            waited_seconds: How long it has been trying.
        """
        if not self.is_next():
            return scattered_pause_seconds(waited_seconds)
        now = Stopwatch.now()
        if not self._arrived_at:
            self._arrived_at = now - waited_seconds
        if not self._other_turn_ends_at:
            ends_at = (_recorded(self._descriptor) >> 1) / _NANOSECONDS
            self._other_turn_ends_at = ends_at if now < ends_at <= now + TURN_SECONDS_MAX else now
            self._beat_at = now
        left = self._other_turn_ends_at - now
        if left > 0:
            return min(left, max(waited_seconds, self._early_pause_seconds))
        if now - self._beat_at >= BEAT_SECONDS:
            self._beat_at = now
            _record(self._descriptor, _moment(now) | _NEXT)
        return min(max(-left * LATE_PAUSE_SHARE, LATE_PAUSE_SECONDS), LATE_PAUSE_SECONDS_MAX)

    def begin_turn(self) -> None:
        """Begin a turn once it has the write lock, and release the queue to the next writer."""
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
        """Leave the queue without a turn."""
        self._arrived_at = self._other_turn_ends_at = 0.0
        self._release()

    def _release(self) -> None:
        if self._is_next:
            self._is_next = False
            if self._descriptor is not None:
                _unlock(self._descriptor)
        elif self._wait is not None:
            self._wait.give_up()

    def close(self) -> None:
        """Leave the queue and close its file."""
        self._is_usable = self._is_next = False
        wait, self._wait = self._wait, None
        descriptor, self._descriptor = self._descriptor, None
        if wait is not None and wait.give_up(for_good=True):
            return  # the thread that still waits closes it
        if descriptor is not None:
            os.close(descriptor)

    def _had_recent_turn(self) -> bool:
        return Stopwatch.now() < self.turn_ends_at + GIVE_WAY_SECONDS_MAX

    def _give_way(self, timeout_seconds: float) -> None:
        """Wait until a waiter has become the next writer, within a bound."""
        stopwatch = Stopwatch()
        wanted = max(GIVE_WAY_SECONDS, self._waited_seconds * GIVE_WAY_SHARE)
        bound = min(wanted, GIVE_WAY_SECONDS_MAX, timeout_seconds)
        self.turn_ends_at = self._waited_seconds = 0.0
        # The current next writer is about to get the write lock; the one after it may be asleep.
        first = latest = _recorded(self._descriptor)
        while (latest == first or not latest & _NEXT) and stopwatch.seconds() < bound:
            time.sleep(GIVE_WAY_PAUSE_SECONDS)
            latest = _recorded(self._descriptor)

    def _stand_in_line(self, wait: _Wait, ends_at: float) -> None:
        """Wait until it is next, the time is over, or the queue has not moved for too long."""
        wait.seen = _recorded(self._descriptor)
        while (left := ends_at - Stopwatch.now()) > 0:
            if wait.came.acquire(timeout=min(left, PATIENCE_SECONDS)):
                self.is_next()
                return
            last, wait.seen = wait.seen, _recorded(self._descriptor)
            if wait.seen == last:
                return


class _Wait:
    """A wait for the lock in a thread of its own, because the system call has no timeout."""

    __slots__ = (
        "_descriptor", "_has_lock", "_is_closing", "_is_given_up", "_mutex", "came", "seen",
    )  # fmt: skip

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._mutex = _thread.allocate_lock()
        self._has_lock = self._is_given_up = self._is_closing = False
        self.seen = 0
        """The file's record when it was last read."""
        self.came = _thread.allocate_lock()
        self.came.acquire()

    def run(self) -> None:
        """Wait for the lock, and keep it for the caller unless it has given up."""
        try:
            _lock(self._descriptor, wait=True)
        except OSError:
            is_locked = False
        else:
            is_locked = True
            _record(self._descriptor, _recorded(self._descriptor) | _NEXT)
        with self._mutex:
            if self._is_closing:
                os.close(self._descriptor)
            elif self._is_given_up and is_locked:
                _unlock(self._descriptor)
            else:
                self._has_lock = is_locked
            self.came.release()

    def is_wanted_again(self) -> bool:
        """Take a wait up again after `give_up`; whether its thread still waits."""
        with self._mutex:
            self._is_given_up = False
            return self.came.locked()

    def is_accepted(self) -> bool:
        """Pass the lock to the caller; False if it is not held."""
        with self._mutex:
            has_lock, self._has_lock = self._has_lock, False
            return has_lock

    def give_up(self, *, for_good: bool = False) -> bool:
        """Release the lock, now or as soon as the thread gets it.

        Args:
            for_good: The file is not needed any more, so the thread closes it.

        Returns:
            Whether the thread still waits.
        """
        with self._mutex:
            self._is_given_up = True
            if self._has_lock:
                self._has_lock = False
                _unlock(self._descriptor)
            self._is_closing = for_good and self.came.locked()
            return self.came.locked()


def _moment(seconds: float) -> int:
    """A time of `Stopwatch.now` in the form of the file's record."""
    return int(seconds * _NANOSECONDS) << 1


def _recorded(descriptor: int | None) -> int:
    """The file's record: when the last turn ends, with `_NEXT` as its lowest bit.

    0 where there is none.
    """
    if descriptor is None:
        return 0
    try:
        return int.from_bytes(os.pread(descriptor, _RECORD_BYTES, 0), "little")
    except OSError:
        return 0


def _record(descriptor: int | None, record: int) -> None:
    if descriptor is not None:
        # On a full disk waiters may believe that the others are stopped.
        with suppress(OSError):
            os.pwrite(descriptor, record.to_bytes(_RECORD_BYTES, "little"), 0)


def _open_lock_file(path: str) -> int | None:
    """Open the lock file and return its descriptor; None where that is not possible."""
    if sys.platform == "win32":
        return None
    try:
        # One lock file for all names (links) of the shop's file, with its permissions; SQLite does
        # the same for the files beside it.
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
        pass  # it works with other permissions too
    return descriptor
