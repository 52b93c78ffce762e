"""Keeps a shop of the schema this checkout makes: `python -m tests.schemas`, once, at a release.

Writes VERSION.db.gz, an SQLite file, and VERSION.sql, a dump of a Postgres database, side by side.
"""

from __future__ import annotations

import gzip
import re
import subprocess
import tempfile
from pathlib import Path

from shopcli import Shop
from shopcli.storage.schema.identity import SCHEMA_VERSION
from tests import postgres_server
from tests.clocks import SettableClock
from tests.postgres_server import DatabaseServer
from tests.raw_rows import raw_database
from tests.schemas.everything import START, fill

FOLDER = Path(__file__).parent


def _make(url: str, folder: Path) -> None:
    clock = SettableClock(START)
    Shop.create(url, currency="KRW", timezone="Asia/Seoul", clock=clock, actor="keeper")
    with Shop.open(url, clock=clock, actor="keeper") as shop:
        fill(shop, clock, folder)
        assert shop.verify().ok


def _dump(url: str, binaries: Path) -> str:
    done = subprocess.run(
        [binaries / "pg_dump", "--inserts", "--no-owner", "--no-privileges", url],
        check=True,
        capture_output=True,
        text=True,
    )
    # What psql alone understands, and what only newer servers do.
    return re.sub(r"^(\\|SET transaction_timeout).*\n", "", done.stdout, flags=re.MULTILINE)


def main() -> None:
    """Make both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "shop.db"
        _make(f"sqlite:///{path.as_posix()}", folder)
        with raw_database(f"sqlite:///{path.as_posix()}") as raw:
            raw.run("VACUUM")
            raw.run("PRAGMA wal_checkpoint(TRUNCATE)")
        kept = gzip.compress(path.read_bytes(), mtime=0)
        (FOLDER / f"{SCHEMA_VERSION}.db.gz").write_bytes(kept)
        server = postgres_server.make_folder()
        try:
            address = postgres_server.start(server)
            with DatabaseServer(address, "kept").database() as url:
                _make(url, folder)
                text = _dump(url, postgres_server.binaries(server))
        finally:
            postgres_server.stop(server)
        (FOLDER / f"{SCHEMA_VERSION}.sql").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
