"""Run as a process: forks children that import a file in small steps and kill themselves at one.

Each line of input is a task, `{"url", "kind", "path", "choices", "point"}`; each line of output
tells what became of the child: `{"code"}` and, where it came to the end, how many points it passed
and where the rejected rows are. With point 0 it lives. Forking makes a child of milliseconds.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import psycopg  # noqa: F401 - so that no child has to load it

from shopcli import Shop
from shopcli.engine.imports import batches, importing, plans  # noqa: F401 - as above
from shopcli.engine.imports.plan import Choices
from shopcli.engine.imports.plans import charges, orders, people_and_coupons  # noqa: F401 - as above
from shopcli.engine.imports.reading import cells, groups
from shopcli.engine.imports.rejects import Rejects
from shopcli.storage.bulk import writing
from shopcli.storage.postgres import connections, transactions  # noqa: F401 - as above
from tests.clocks import SettableClock

ROWS_AT_ONCE = 20


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

    def burn(self) -> None:
        """Pass a point, or die there."""
        self.passed += 1
        if self.passed == self.point:
            os.kill(os.getpid(), signal.SIGKILL)


def _import(task: dict[str, Any], answer: int) -> None:
    """Import in this process, or die; what came of it is written to a descriptor."""
    fuse = Fuse(task["point"])
    for name in ("insert", "update", "add_to"):
        fuse.guard(writing, name)
    fuse.guard(Rejects, "keep")
    cells.CHUNK_ROW_COUNT = ROWS_AT_ONCE
    groups._CHUNK_COUNT = ROWS_AT_ONCE  # noqa: SLF001 - the same
    batches._PARTS_MAX = 1  # noqa: SLF001 - the same
    # The clock stands still, so that instants can be compared from run to run.
    with Shop.open(task["url"], clock=SettableClock()) as shop:
        summary = shop.imports.run(
            task["kind"],
            task["path"],
            choices=Choices(**task["choices"]),
            progress=lambda _phase, _done, _total: fuse.burn(),
        )
    found = {"points": fuse.passed, "rejects_file": summary.rejects_file}
    os.write(answer, json.dumps(found).encode())


def main() -> None:
    """Fork a child for each task."""
    for line in sys.stdin:
        reading, writing_end = os.pipe()
        child = os.fork()
        if not child:
            code = 70
            try:
                _import(json.loads(line), writing_end)
                code = 0
            except Exception:  # noqa: BLE001 - shown, and told by the code
                traceback.print_exc()
            finally:
                os._exit(code)
        os.close(writing_end)
        with open(reading, encoding="utf-8") as pipe:  # noqa: PTH123 - a descriptor
            found = json.loads(pipe.read() or "{}")
        _, status = os.waitpid(child, 0)
        told = {"code": os.waitstatus_to_exitcode(status), **found}
        os.write(1, f"{json.dumps(told)}\n".encode())


if __name__ == "__main__":
    main()
