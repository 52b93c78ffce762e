"""A PgBouncer in transaction mode in front of a Postgres server, for the time of a block."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

_CONFIGURATION = """
[databases]
* = host={host} port={port} user={user}{password}
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {server_connection_count}
max_client_conn = {client_count_max}
server_round_robin = 1
"""


def program() -> str | None:
    """Where PgBouncer is; its package puts it where only administrators look."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


@contextmanager
def pooled(
    url: str, *, server_connection_count: int = 2, client_count_max: int = 200
) -> Iterator[str]:
    """Lend another address of the same database, by way of a PgBouncer.

    Args:
        url: The address of a database on a server on this machine, by its socket or by TCP.
        server_connection_count: For any number of clients; with two, each transaction may get
            another connection than the last.
        client_count_max: It lets no more in.
    """
    direct = conninfo_to_dict(url)
    user_name, password = direct.get("user", "postgres"), direct.get("password")
    path = program()
    assert path is not None
    folder = Path(tempfile.mkdtemp(prefix="shop-pooler-"))
    file = folder / "pgbouncer.ini"
    file.write_text(
        _CONFIGURATION.format(
            host=direct.get("host") or "127.0.0.1",
            port=direct.get("port", 5432),
            user=user_name,
            password=f" password={password}" if password else "",
            folder=folder,
            server_connection_count=server_connection_count,
            client_count_max=client_count_max,
        )
    )
    # It refuses to run as root, and must be able to reach the server's socket.
    user, group = _login(str(direct.get("host") or ""))
    if user is not None:
        shutil.chown(folder, user, group)
    process = subprocess.Popen(
        [path, str(file)], stderr=subprocess.PIPE, text=True, user=user, group=group
    )
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if "process up" in line:
                break
        else:
            raise RuntimeError("PgBouncer did not start.")
        name = urlsplit(url).path
        yield f"postgresql://{user_name}@{name}?host={folder}&port=6432"
    finally:
        process.terminate()
        process.communicate()
        shutil.rmtree(folder)


def _login(host: str) -> tuple[int | None, int | None]:
    """User and group to run it as, where this process is root: those of the server's socket."""
    if os.geteuid() != 0:
        return None, None
    if host.startswith("/"):
        owner = Path(host).stat()
        if owner.st_uid != 0:
            return owner.st_uid, owner.st_gid
    import pwd  # not on Windows, where nobody is root

    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid
