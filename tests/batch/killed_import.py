"""Run as a process: imports a file in small transactions and kills itself at a given statement.

Usage: killed_import.py URL KIND FILE POINT; with POINT 0 it prints how many points it passed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from shopcli import Shop
from shopcli.engine.imports import applying, checking, grouping
from shopcli.storage import bulk

ROWS_AT_ONCE = 40


class Fuse:
    """Counts statements, and kills the process before one of them."""

    def __init__(self, point: int) -> None:
        self.point = point
        self.passed = 0

    def guard(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with the fuse in front and behind."""

        def guarded(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - any function
            self.burn()
            answer = function(*arguments, **options)
            self.burn()
            return answer

        return guarded

    def burn(self) -> None:
        """Pass a point, or die there."""
        self.passed += 1
        if self.passed == self.point:
            os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, kind: str, path: str, point: int) -> None:
    """Import, or die."""
    fuse = Fuse(point)
    for name in ("insert", "update", "add_to"):
        setattr(bulk, name, fuse.guard(getattr(bulk, name)))
    checking._CHUNK_ROW_COUNT = ROWS_AT_ONCE  # noqa: SLF001 - more places to die in
    grouping._CHUNK_COUNT = ROWS_AT_ONCE  # noqa: SLF001 - the same
    applying._PARTS_MAX = 1  # noqa: SLF001 - the same
    with Shop.open(url) as shop:
        shop.imports.run(kind, path, progress=lambda _phase, _done, _total: fuse.burn())
    sys.stdout.write(str(fuse.passed))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
