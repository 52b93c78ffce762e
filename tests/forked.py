"""Work in forked processes, some of which kill themselves in the middle.

One process has loaded all that the work needs and forks a child for each task: that takes
milliseconds, where a process that starts takes a second. A module that works calls `serve`; a test
has `Forks` of it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import psycopg  # noqa: F401 - so that no child has to load it

from shopcli.storage.postgres import connections, transactions  # noqa: F401 - as above
from tests.batch.files import environment

FAILED = 70
"""Exit code of a child whose work raised; what it raised is shown."""


class Fuse:
    """Counts points, and kills the process at one of them."""

    def __init__(self, point: int) -> None:
        self.point = point
        self.passed = 0

    def guard(self, owner: Any, name: str) -> None:  # noqa: ANN401 - a module or a class
        """Put the fuse in front of and behind a function."""
        function: Callable[..., Any] = getattr(owner, name)

        def guarded(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - any function
            self.burn()
            answer = function(*arguments, **options)
            self.burn()
            return answer

        setattr(owner, name, guarded)

    def burn(self, *_told: object) -> None:
        """Pass a point, or die there; takes whatever a progress is told."""
        self.passed += 1
        if self.passed == self.point:
            os.kill(os.getpid(), signal.SIGKILL)


class Done(NamedTuple):
    """What became of the children of a task."""

    codes: list[int]
    """Exit codes; -9 of those that killed themselves."""
    points: list[int]
    """How many points those passed that came to the end."""
    answers: list[Any]
    """What these answered."""


Work = Callable[[dict[str, Any], Fuse], Any]
"""Does a task, or dies; its answer is JSON."""


def serve(work: Work) -> None:
    """Fork the children of each task that comes on standard input, until it ends."""
    for line in sys.stdin:
        task = json.loads(line)
        reading, writing = os.pipe()
        children = [_child(work, task, writing) for _ in range(task["many"])]
        os.close(writing)
        with open(reading, encoding="utf-8") as pipe:  # noqa: PTH123 - a descriptor
            found = [json.loads(told) for told in pipe]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        done = Done(codes, [points for points, _ in found], [answer for _, answer in found])
        os.write(1, f"{json.dumps(done)}\n".encode())


def _child(work: Work, task: dict[str, Any], answer: int) -> int:
    child = os.fork()
    if child:
        return child
    code = FAILED
    try:
        fuse = Fuse(task["point"])
        told = work(task["words"], fuse)
        os.write(answer, f"{json.dumps([fuse.passed, told])}\n".encode())
        code = 0
    except Exception:  # noqa: BLE001 - shown, and told by the code
        traceback.print_exc()
    finally:
        os._exit(code)


class Forks:
    """A process that forks others, which work and may be killed in the middle.

    Args:
        program: The module that works.
    """

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(program)],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, *, point: int = 0, many: int = 1, **words: object) -> Done:
        """Have a task done by as many at once; each dies at a point, or lives where that is 0."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        task = {"words": words, "point": point, "many": many}
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        return Done(*json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the process that forks."""
        self._process.communicate(timeout=20)
