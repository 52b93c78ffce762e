"""Orders the hosts of an address: those that answer come before those that stay silent.

The client library tries one host after another and waits for each until its timeout: if the first
host were silent, every command would wait for it.
"""

from __future__ import annotations

import socket
import threading
from queue import Empty, SimpleQueue
from typing import Any

_GRACE_SECONDS = 0.25
"""How long to wait for the others once one has answered, because the order is a preference."""

DEFAULT_PORT = "5432"


def answering_first(options: dict[str, Any], timeout_seconds: float) -> dict[str, Any]:
    """Connection options whose hosts that answer come first, else in the order given.

    Args:
        options: As libpq takes them; with one host, or with sockets, they are returned unchanged.
        timeout_seconds: Bound on waiting for the first host to answer.
    """
    hosts = str(options.get("host") or "").split(",")
    if len(hosts) < 2 or options.get("hostaddr") or any(host[:1] in "/@" for host in hosts):  # noqa: PLR2004  # several
        return options
    ports = str(options.get("port") or DEFAULT_PORT).split(",")
    if len(ports) == 1:
        ports *= len(hosts)
    if len(ports) != len(hosts):
        return options  # the library refuses them itself
    silent = _silent(list(zip(hosts, ports, strict=True)), timeout_seconds)
    order = sorted(range(len(hosts)), key=lambda place: place in silent)
    return {
        **options,
        "host": ",".join(hosts[place] for place in order),
        "port": ",".join(ports[place] or DEFAULT_PORT for place in order),
    }


def _silent(places: list[tuple[str, str]], timeout_seconds: float) -> set[int]:
    """The indexes of the hosts that stay silent while another accepts or refuses."""
    answers: SimpleQueue[int] = SimpleQueue()

    def ask(place: int) -> None:
        host, port = places[place]
        try:
            socket.create_connection((host, int(port or DEFAULT_PORT)), timeout_seconds).close()
        except TimeoutError:
            return
        except OSError:
            pass  # it refuses at once, so libpq will not wait for it
        answers.put(place)

    for place in range(len(places)):
        threading.Thread(target=ask, args=[place], daemon=True).start()
    silent = set(range(len(places)))
    seconds = timeout_seconds
    try:
        while silent:
            silent.discard(answers.get(timeout=seconds))
            seconds = _GRACE_SECONDS
    except Empty:
        pass
    return silent
