"""Run as a process: imports a file in small transactions and kills itself at a given point.

Usage: killed_import.py URL KIND FILE CHOICES POINT; CHOICES is JSON. With POINT 0 it goes on to the
end, and prints as JSON how many points it passed and where the rejected rows are.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from shopcli import Shop
from shopcli.engine.imports import batches
from shopcli.engine.imports.plan import Choices
from shopcli.engine.imports.reading import cells, groups
from shopcli.engine.imports.rejects import Rejects
from shopcli.storage.bulk import writing
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


def main(url: str, kind: str, path: str, choices: str, point: int) -> None:
    """Import, or die."""
    fuse = Fuse(point)
    for name in ("insert", "update", "add_to"):
        fuse.guard(writing, name)
    fuse.guard(Rejects, "keep")
    cells.CHUNK_ROW_COUNT = ROWS_AT_ONCE
    groups._CHUNK_COUNT = ROWS_AT_ONCE  # noqa: SLF001 - the same
    batches._PARTS_MAX = 1  # noqa: SLF001 - the same
    # The clock stands still, so that instants can be compared from run to run.
    with Shop.open(url, clock=SettableClock()) as shop:
        summary = shop.imports.run(
            kind,
            path,
            choices=Choices(**json.loads(choices)),
            progress=lambda _phase, _done, _total: fuse.burn(),
        )
    sys.stdout.write(json.dumps({"points": fuse.passed, "rejects_file": summary.rejects_file}))


if __name__ == "__main__":
    _, _url, _kind, _path, _choices, _point = sys.argv
    main(_url, _kind, _path, _choices, int(_point))
