"""The thread that works beside an import: in order, with errors passed on, and ended by no signal.

The signals come from a timer of the process, each a little later than the one before.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from shopcli.storage.bulk.helper_thread import HelperThread

_INTERRUPTED = """
import faulthandler, signal, sys
from shopcli.storage.bulk.helper_thread import HelperThread

class Stop(Exception): pass

def stop(*_): raise Stop

signal.signal(signal.SIGALRM, stop)
stopped = 0
for number in range(ROUNDS):
    try:
        with HelperThread() as helper:
            signal.setitimer(signal.ITIMER_REAL, (number % 400 + 1) / 1_000_000)
            try:
                while True:
                    helper.ask(int)
                    helper.answer()
            finally:
                helper.ask(int)
    except Stop:
        stopped += 1
print(stopped)
"""
ROUNDS = 4000


def test_answers_come_in_order() -> None:
    """Each call is answered once, in the order in which it was asked for."""
    with HelperThread[int]() as helper:
        for number in range(100):
            helper.ask(lambda number=number: number)  # type: ignore[misc]  # a default binds it

        assert [helper.answer() for _ in range(100)] == [*range(100)]
        assert not helper.has_answer


def test_what_a_call_raises_is_its_answer() -> None:
    """An error ends no thread: the next call is done as well."""
    with HelperThread[int]() as helper:
        helper.ask(lambda: 1 // 0)
        helper.ask(lambda: 2)

        with pytest.raises(ZeroDivisionError):
            helper.answer()
        assert helper.answer() == 2


def test_what_was_asked_for_is_done_before_the_end() -> None:
    """The last calls are done although nobody waits for their answers."""
    done: list[int] = []
    with HelperThread[None]() as helper:
        for number in range(10):
            helper.ask(lambda number=number: done.append(number))  # type: ignore[misc]  # as above

    assert done == [*range(10)]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such timer")
def test_a_signal_at_any_moment_leaves_no_lock_behind() -> None:
    """A signal that raises in the middle of asking or waiting ends the block, and hangs nothing."""
    script = _INTERRUPTED.replace("ROUNDS", str(ROUNDS))
    told = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, timeout=60
    )

    assert int(told.stdout) == ROUNDS
