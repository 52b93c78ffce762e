"""A Postgres server that makes every commit durable, and databases on it for the measurements."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from tests.postgres_server import DatabaseServer, start, stop

# A process of a crowd keeps a connection for each kind of work it has done.
_CONFIGURATION = """
max_connections = 300
"""


class Server:
    """One server for a whole run, with its default, durable settings.

    It starts when the first database is asked for, and stops at the end of the block.
    """

    def __init__(self) -> None:
        self._closing = ExitStack()
        self._databases: DatabaseServer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """Lend the address of a new database; dropping it also writes out what others left.

        Args:
            template: The address of the database it is a copy of; else it is empty.
        """
        if self._databases is None:
            self._databases = DatabaseServer(self._closing.enter_context(_running()), "bench")
        with self._databases.database(template) as url:
            yield url


@contextmanager
def _running() -> Iterator[str]:
    """Run a server; lends the address of its maintenance database."""
    # On a disk: in memory a commit would cost nothing, neither ours nor its floor's.
    folder = Path(tempfile.mkdtemp(prefix="shop-pg-"))
    try:
        yield start(folder, _CONFIGURATION)
    finally:
        stop(folder)
