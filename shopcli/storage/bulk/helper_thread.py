"""A thread that does one call after the other for another one, which a signal may interrupt."""

from __future__ import annotations

import _thread
from queue import SimpleQueue
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

Answer = TypeVar("Answer")


class HelperThread(Generic[Answer]):
    """Does calls in the order they are asked for, until the end of a `with` block.

    An executor of Python's does the same, but not where a signal raises: it may come when the lock
    of a `threading.Condition` is just taken, which executors, futures, events and `Thread.start`
    use. That lock is never released then, and whoever wants it next waits for ever: an import that
    was interrupted did not end. A `SimpleQueue` has no such moment.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[Callable[[], Answer] | None] = SimpleQueue()
        self._answers: SimpleQueue[tuple[Answer] | BaseException] = SimpleQueue()
        self._end: SimpleQueue[None] = SimpleQueue()

    def __enter__(self) -> Self:
        _thread.start_new_thread(self._run, ())
        return self

    def __exit__(self, *_: object) -> None:
        self._calls.put(None)
        self._end.get()

    def ask(self, call: Callable[[], Answer]) -> None:
        """Ask for a call; each is followed by one `answer`, at the latest by the end."""
        self._calls.put(call)

    @property
    def has_answer(self) -> bool:
        """Whether `answer` would not wait."""
        return not self._answers.empty()

    def answer(self) -> Answer:
        """Wait for what the next call returned, or raise what it raised."""
        told = self._answers.get()
        if isinstance(told, tuple):
            return told[0]
        raise told

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            try:
                self._answers.put((call(),))
            except BaseException as error:  # noqa: BLE001  # whoever asks for the answer gets it
                self._answers.put(error)
        self._end.put(None)
