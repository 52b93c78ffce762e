"""Run as a process: forks children that send or order, and kill themselves at a given step.

Usage: mortal.py URL; each line of input is a task, `{"role", "platform", "point", "words"}`, each
line of output tells what became of the child. With point 0 it lives. A step is a place before or
after a writing statement, the beginning or end of a write transaction, sending (also half a
request) or receiving. Forking makes a child of milliseconds: a sweep needs hundreds.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

import filelock  # noqa: F401 (so that no child has to load it)
import platformdirs  # noqa: F401 (as above)
import psycopg  # noqa: F401 (as above)

from shopcli import Relay, Shop
from shopcli.cli import main as command_line
from shopcli.cli.commands import orders as _orders  # noqa: F401 (as above)
from shopcli.domain.deliveries.retry_schedule import Policy
from shopcli.engine import parts as _parts  # noqa: F401 (as above)
from shopcli.engine.use_cases import cancellations, changes, deliveries, outbox, receipts  # noqa: F401 (as above)
from shopcli.engine.use_cases import orders as _ordering  # noqa: F401 (as above)
from shopcli.relay import daemon, dispatcher, endpoint, prompt_delivery, sockets  # noqa: F401 (as above)
from shopcli.storage.postgres import blocks as postgres_blocks
from shopcli.storage.postgres import connections as postgres_connections
from shopcli.storage.postgres import transactions as _transactions  # noqa: F401 (as above)
from shopcli.storage.sqlite import connections as sqlite_connections
from shopcli.storage.sqlite import transactions
from shopcli.storage.sqlite.library import sqlite_library

POLICY = Policy(
    delays_seconds=(0.01,) * 50,
    pauses_seconds=(0.01,),
    attempt_seconds=2.0,
    lease_seconds=20.0,
    retry_after_seconds_max=0.01,
)
"""Tries again at once, so that a sweep need not wait."""


class Fuse:
    """Counts steps, and kills the process at one of them."""

    def __init__(self, point: int) -> None:
        self._point = point
        self._count = 0
        self._lock = threading.Lock()

    def burn(self, step: str) -> None:
        """Pass a step, or die there."""
        with self._lock:
            self._count += 1
            if self._count == self._point:
                os.write(1, f"{step}\n".encode())
                os.kill(os.getpid(), signal.SIGKILL)

    def guard(self, owner: type, name: str, *, shown: str = "") -> None:
        """Put a step before and after a method."""
        method: Callable[..., Any] = getattr(owner, name)
        label = shown or f"{owner.__name__}.{name}"

        def guarded(self_: object, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 (any)
            text = _statement(arguments)
            if text is None:
                return method(self_, *arguments, **options)
            self.burn(f"before {label} {text}")
            answer = method(self_, *arguments, **options)
            self.burn(f"after {label} {text}")
            return answer

        setattr(owner, name, guarded)


def _statement(arguments: tuple[Any, ...]) -> str | None:
    """The start of a writing statement, nothing for what is no statement, None for a reading."""
    if not arguments or not isinstance(arguments[0], str):
        return ""
    words = arguments[0].split()
    return None if words[0] == "SELECT" and "pg_notify" not in words[1] else " ".join(words[:3])


def _arm(fuse: Fuse) -> None:
    for session in (sqlite_connections.SqliteSession, postgres_connections.PostgresSession):
        for name in ("rows", "row", "change", "change_many"):
            fuse.guard(session, name)
    for block in (transactions.Writing, postgres_blocks.SingleStatements):
        fuse.guard(block, "__enter__", shown="begin")
        fuse.guard(block, "__exit__", shown="commit")
    for transaction in (postgres_blocks.ReadTransaction, postgres_blocks.WriteTransaction):
        fuse.guard(transaction, "__exit__", shown="commit")
    fuse.guard(sockets.Wire, "receive_into")
    send = sockets.Wire.sendall

    def in_two_parts(wire: sockets.Wire, data: bytes) -> None:
        fuse.burn("before sending")
        send(wire, data[: len(data) // 2])
        fuse.burn("half a request sent")
        send(wire, data[len(data) // 2 :])
        fuse.burn("after sending")

    setattr(sockets.Wire, "sendall", in_two_parts)  # noqa: B010 (a method cannot be assigned)


def _watch(shop: Shop, environment: dict[str, str], count: int) -> None:
    """The relay that stays, until so many events are delivered in all."""
    stop = threading.Event()
    done = 0

    def add(settled: Any) -> None:  # noqa: ANN401 (of one attribute)
        nonlocal done
        done += settled.delivered
        if shop.outbox.status().pending + shop.outbox.status().leased == 0 or done >= count:
            stop.set()

    relay = Relay(shop, environment=environment, policy=POLICY, concurrency=2)
    daemon.RelayDaemon(relay, stop, report=lambda _sentence: None, on_settled=add).run()


def _flush(shop: Shop, environment: dict[str, str]) -> None:
    """Flush until nothing waits."""
    relay = Relay(shop, environment=environment, policy=POLICY, concurrency=2)
    while relay.flush().pending:
        threading.Event().wait(0.01)


def _live(url: str, task: dict[str, Any]) -> int:
    """Do a task in this process."""
    _arm(Fuse(task["point"]))
    environment = {"SHOP_PLATFORM_URL": task["platform"]}
    if task["role"] == "command":
        vars(deliveries)["Policy"] = lambda: POLICY
        os.environ |= environment
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        sys.stdout = sys.stderr
        return command_line.run([*task["words"], "--db", url])
    with Shop.open(url) as shop:
        if task["role"] == "watch":
            _watch(shop, environment, task["count"])
        else:
            _flush(shop, environment)
    return 0


def main(url: str) -> None:
    """Fork a child for each task."""
    sqlite_library()  # loaded once, as the modules above
    gc.freeze()  # else each child copies the memory of all modules, by looking through them
    for line in sys.stdin:
        child = os.fork()
        if not child:
            code = 70
            try:
                code = _live(url, json.loads(line))
            except Exception:  # noqa: BLE001 (shown, and told by the code)
                traceback.print_exc()
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        os.write(1, f"{os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1])
