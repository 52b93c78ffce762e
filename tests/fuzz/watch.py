"""Tells what a process writes outside of its folder, by Python's own audit events."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

_CHANGING = {
    "os.mkdir": 1,
    "os.rename": 2,
    "os.remove": 1,
    "os.rmdir": 1,
    "os.chmod": 1,
    "os.chown": 1,
    "os.link": 2,
    "os.symlink": 2,
    "os.truncate": 1,
    "shutil.rmtree": 1,
    "sqlite3.connect": 1,
}
"""Events, and how many of their arguments are paths."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_DEVICES = ("/dev/", "/proc/")


def watch_writes(report: int, folder: Path) -> None:
    """Write a line for each path outside the folder that is opened for writing or changed.

    Args:
        report: A descriptor.
        folder: Where the process may write.
    """
    allowed = (f"{folder.resolve()}/", *_DEVICES)

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            paths = (path,) if isinstance(flags, int) and flags & _WRITES else ()
        else:
            paths = arguments[: _CHANGING.get(event, 0)]
        for one in paths:
            if isinstance(one, int) or one is None:
                continue
            whole = os.path.realpath(os.fsdecode(one))
            if not f"{whole}/".startswith(allowed):
                told = f"{event} {os.fsdecode(one)!r}\n"
                os.write(report, told.encode("utf-8", "backslashreplace"))

    sys.addaudithook(hear)
