"""Puts a kept shop of an older schema into an empty database."""

from __future__ import annotations

import gzip
from pathlib import Path

from shopcli.storage.schema.identity import SCHEMA_VERSIONS

_FOLDER = Path(__file__).parent

KEPT_VERSIONS = SCHEMA_VERSIONS[:-1]
"""Every schema before today's; each was kept with some of everything in it."""


def restore(version: str, url: str) -> None:
    """Put the kept shop of a schema where nothing is yet.

    Args:
        version: One of `KEPT_VERSIONS`.
        url: An SQLite file that does not exist, or an empty Postgres database.
    """
    if url.startswith("sqlite:///"):
        packed = (_FOLDER / f"{version}.db.gz").read_bytes()
        Path(url.removeprefix("sqlite:///")).write_bytes(gzip.decompress(packed))
        return
    # Imported late, as most readers of a file need no driver of a server.
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((_FOLDER / f"{version}.sql").read_bytes())
