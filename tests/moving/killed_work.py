"""Run as a process: forks children that upgrade a shop or back it up, and kill themselves.

Each line of input is a task, `{"work", "url", "file", "point", "many"}`; each line of output tells
what became of the children: `{"codes", "points"}`. With point 0 they live.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

import psycopg  # noqa: F401 - so that no child has to load it
import sqlalchemy as sa

from shopcli import Shop
from shopcli.engine.moving import backing_up
from shopcli.storage.postgres import connections, transactions  # noqa: F401 - as above
from shopcli.storage.schema import making
from shopcli.storage.sqlite import whole_files
from tests.batch.killed_import import Fuse


def _work(task: dict[str, Any], answer: int) -> None:
    """Do it in this process, or die; how many points were passed is written to a descriptor."""
    fuse = Fuse(task["point"])
    if task["work"] == "upgrade":
        sa.event.listen(sa.Engine, "before_cursor_execute", lambda *_words: fuse.burn())
        making.upgrade(task["url"])
    else:
        for owner, name in (
            (whole_files, "_flush"),
            (whole_files, "make_file"),
            (backing_up, "make_another_copy"),
            (whole_files, "is_whole"),
        ):
            fuse.guard(owner, name)
        with Shop.open(task["url"]) as shop:
            shop.maintenance.back_up(
                task["file"],
                force=True,
                progress=lambda _phase, _done, _total: fuse.burn(),
            )
    os.write(answer, f"{fuse.passed}\n".encode())


def _child(task: dict[str, Any], answer: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        _work(task, answer)
        code = 0
    except Exception:  # noqa: BLE001 - shown, and told by the code
        traceback.print_exc()
    finally:
        os._exit(code)


def main() -> None:
    """Fork the children of each task."""
    for line in sys.stdin:
        task = json.loads(line)
        reading, writing_end = os.pipe()
        children = [_child(task, writing_end) for _ in range(task["many"])]
        os.close(writing_end)
        with open(reading, encoding="utf-8") as pipe:  # noqa: PTH123 - a descriptor
            points = [int(found) for found in pipe.read().split()]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        os.write(1, f"{json.dumps({'codes': codes, 'points': points})}\n".encode())


if __name__ == "__main__":
    main()
