"""Types lines for as long as asked, on one database, and tells what no line may do."""

from __future__ import annotations

import argparse
import gc
import secrets
import shutil
import sys
from types import ModuleType

import psycopg

import shopcli.cli.storefront.browsers
import shopcli.relay.daemon
import shopcli.tui.app
from tests import memory_folder
from tests.fuzz.databases import on_postgres, on_sqlite
from tests.fuzz.grounds import neighbours
from tests.fuzz.run import Run

LOADED: tuple[ModuleType, ...] = (
    psycopg,
    shopcli.cli.storefront.browsers,
    shopcli.relay.daemon,
    shopcli.tui.app,
)
"""What is loaded before the first line, so that none has to."""


def main() -> int:
    """Type lines and print what was found; 1 if there was anything."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("database", choices=["sqlite", "postgres"])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=None, help="of an earlier run")
    parser.add_argument("--ground", type=int, default=None, help="only this one of that run")
    arguments = parser.parse_args()
    seed = secrets.randbits(32) if arguments.seed is None else arguments.seed
    sys.stderr.write(f"fuzz: {arguments.database}, seed {seed}\n")
    folder = memory_folder.make("shop-fuzz-")
    databases = on_sqlite if arguments.database == "sqlite" else on_postgres
    try:
        with databases(folder) as lend, neighbours(folder) as ports:
            run = Run(seed, folder, lend, ports)
            gc.freeze()  # so that children share what is loaded
            if arguments.ground is not None:
                run.one_ground(arguments.ground)
            else:
                run.for_minutes(arguments.minutes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(f"{arguments.database}, {run.report()}")
    return 1 if run.found else 0


if __name__ == "__main__":
    sys.exit(main())
