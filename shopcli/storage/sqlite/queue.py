"""The queue of those who want to write to a shop's file: one asks for the write lock, others sleep.

Without it every waiter asks SQLite, and two dozen of them take the processor from whoever writes.
It is a lock of the operating system on a file of its own beside the shop's, held by whoever comes
next until the database's lock is won; the system lets the others in one by one, about in the order
in which they came. It guards nothing: whoever cannot have it soon, for whatever reason, goes on
without it. A process that ends leaves it by that.
"""

from __future__ import annotations

import _thread
import os
import stat
import sys

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
"""Whoever comes next may have been stopped, so nobody waits longer for the queue to move."""

_FLAGS = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # should somebody have put a FIFO there
)


class WriterQueue:
    """One connection's place in the queue for a file; not for two threads at once.

    Args:
        path: The shop's file.
    """

    __slots__ = ("_descriptor", "_is_next", "_is_usable", "_path", "_turn")

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._is_usable = True
        self._is_next = False
        self._turn: _Turn | None = None

    def enter(self, timeout_seconds: float) -> None:
        """Get in line and wait to be next, as long as that may help; `leave` must follow.

        Whoever is not next then goes on all the same, and may become it (`is_next`).

        Args:
            timeout_seconds: Bound on waiting, beside the queue's own.
        """
        if not self._is_usable:
            return
        descriptor = self._descriptor
        if descriptor is None:
            descriptor = self._descriptor = _opened(self._path)
        if descriptor is None:
            self._is_usable = False
            return
        if self._turn is not None:
            if self._turn.is_wanted_again():
                return  # nothing has moved since this one went on without it
            self._turn = None
        try:
            _lock(descriptor, wait=False)
        except BlockingIOError:
            self._get_in_line(descriptor, min(timeout_seconds, PATIENCE_SECONDS))
        except OSError:
            self._is_usable = False  # a file system without such locks
        else:
            self._is_next = True

    def is_next(self) -> bool:
        """Whether nobody else in the queue asks for the database's lock now."""
        if not self._is_next and self._turn is not None and self._turn.is_accepted():
            self._is_next, self._turn = True, None
        return self._is_next

    def leave(self) -> None:
        """Let the next one come."""
        if self._is_next:
            self._is_next = False
            if self._descriptor is not None:
                _unlock(self._descriptor)
        elif self._turn is not None:
            self._turn.give_up()

    def close(self) -> None:
        """Leave for good."""
        self._is_usable = False
        if self._turn is not None and self._turn.give_up(for_good=True):
            return  # the thread that still waits closes it
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _get_in_line(self, descriptor: int, timeout_seconds: float) -> None:
        self._turn = turn = _Turn(descriptor)
        try:
            _thread.start_new_thread(turn.wait, ())
        except RuntimeError:  # no more threads, or Python is about to end
            self._turn = None
            return
        if turn.came.acquire(timeout=timeout_seconds):
            self.is_next()


class _Turn:
    """A wait for the lock in a thread of its own, for the system knows no bound for it."""

    __slots__ = ("_descriptor", "_guard", "_has_lock", "_is_closing", "_is_given_up", "came")

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._guard = _thread.allocate_lock()
        self._has_lock = self._is_given_up = self._is_closing = False
        self.came = _thread.allocate_lock()
        self.came.acquire()

    def wait(self) -> None:
        """Wait, and then hold the lock for whoever waits for this turn, if anybody still does."""
        try:
            _lock(self._descriptor, wait=True)
        except OSError:
            is_locked = False
        else:
            is_locked = True
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
