"""Run as a process: forks children that copy a shop and kill themselves at a point.

Each line of input is a task, `{"url", "to", "retire", "point"}`; each line of output tells what
became of the child: `{"code"}` and, where it came to the end, how many points it passed. With point
0 it lives.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

import psycopg  # noqa: F401 - so that no child has to load it

from shopcli import Shop
from shopcli.engine.moving import copying, retiring
from shopcli.storage.bulk import whole_tables
from shopcli.storage.postgres import connections, transactions  # noqa: F401 - as above
from shopcli.storage.schema import making, retirement
from tests.batch.killed_import import Fuse


def _copy(task: dict[str, Any], answer: int) -> None:
    """Copy in this process, or die; what came of it is written to a descriptor."""
    fuse = Fuse(task["point"])
    for owner, name in (
        (making, "_migrate"),
        (whole_tables, "write"),
        (copying, "add_copy"),
        (copying, "analyze"),
        (copying, "_compare"),
        (copying, "_verified"),
        (retirement, "retire"),
        (retiring, "retire"),
    ):
        fuse.guard(owner, name)
    with Shop.open(task["url"]) as shop:
        shop.maintenance.copy(
            task["to"],
            then_retire=task["retire"],
            progress=lambda _phase, _done, _total: fuse.burn(),
        )
    os.write(answer, json.dumps({"points": fuse.passed}).encode())


def main() -> None:
    """Fork a child for each task."""
    for line in sys.stdin:
        reading, writing_end = os.pipe()
        child = os.fork()
        if not child:
            code = 70
            try:
                _copy(json.loads(line), writing_end)
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
