"""Real processes that start an action at the same moment; knows nothing of shops."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from typing import Any, Concatenate, ParamSpec, TypeVar

from tests.concurrency.processes import FRESH

Result = TypeVar("Result")
Given = ParamSpec("Given")
Start = Callable[[], None]
Work = Callable[Concatenate[str, Start, Given], Result]
"""What a process does: gets an address, prepares, calls `start`, acts, and answers."""

ANSWER_SECONDS_MAX = 90


def _serve(connection: Connection, gate: Event) -> None:
    """Do one work after the other, each from the moment the gate opens."""

    def start() -> None:
        connection.send(("ready", None))
        gate.wait()

    while (job := connection.recv()) is not None:
        work, url, values = job
        try:
            answer = ("done", work(url, start, *values))
        except BaseException:  # noqa: BLE001 - shown where the test runs
            answer = ("broken", traceback.format_exc())
        connection.send(answer)


class Crowd:
    """Processes that are started once and race again and again.

    Args:
        size: How many at most take part in a race.
    """

    def __init__(self, size: int) -> None:
        self._gate = FRESH.Event()
        self._members: list[tuple[BaseProcess, Connection]] = []
        for _ in range(size):
            here, there = FRESH.Pipe()
            process = FRESH.Process(target=_serve, args=(there, self._gate), daemon=True)
            process.start()
            there.close()
            self._members.append((process, here))

    def race(self, url: str, *entries: tuple[Callable[..., Result], Sequence[Any]]) -> list[Result]:
        """Let each entry, a work and its values, run in a process of its own, all at once.

        Returns:
            What each work answered, in the order of the entries.
        """
        assert len(entries) <= len(self._members)
        self._gate.clear()
        connections = [connection for _, connection in self._members[: len(entries)]]
        for connection, (work, values) in zip(connections, entries, strict=True):
            connection.send((work, url, tuple(values)))
        for connection in connections:
            _answer(connection, "ready")
        self._gate.set()
        return [_answer(connection, "done") for connection in connections]

    def all_of(
        self, url: str, work: Callable[..., Result], values: Sequence[Sequence[Any]]
    ) -> list[Result]:
        """Let the same work run with each of the values, all at once."""
        return self.race(url, *((work, each) for each in values))

    def disband(self) -> None:
        """End all processes."""
        for process, connection in self._members:
            if process.is_alive():
                connection.send(None)
        for process, connection in self._members:
            process.join(timeout=5)
            process.kill()
            process.join()
            connection.close()


def _answer(connection: Connection, expected: str) -> Any:  # noqa: ANN401 - any work's result
    if not connection.poll(ANSWER_SECONDS_MAX):
        message = f"a process gave no answer within {ANSWER_SECONDS_MAX} s"
        raise TimeoutError(message)
    kind, value = connection.recv()
    assert kind == expected, value
    return value
