"""Runs the measurements and prints one table."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable

from tests.bench import (
    backups,
    batch,
    best_sellers,
    catalogue,
    closes,
    combining,
    copies,
    crowds,
    delivery,
    growth,
    hot_rows,
    orders,
    outbox,
    prompt,
    reports,
    rush,
    storefront,
)
from tests.bench.measure import Figure, table
from tests.bench.server import Server

PARTS: dict[str, Callable[..., list[Figure]]] = {
    "sqlite": orders.sqlite,
    "postgres": orders.on_postgres,
    "top": best_sellers.best_sellers,
    "reports": reports.reports,
    "closes": closes.closes,
    "backups": backups.backups,
    "catalogue": catalogue.catalogue,
    "delivery": delivery.delivery,
    "outbox": outbox.outbox,
    "growth": growth.growth,
    "copy": copies.copies,
    "prompt": prompt.prompt,
    "storefront": storefront.storefront,
    "batch": batch.batch,
}
ON_REQUEST: dict[str, Callable[..., list[Figure]]] = {
    "crowds": crowds.crowds,
    "hot": hot_rows.hot_rows,
    "combining": combining.combining,
    "rush": rush.rush,
}
"""Not among those that run when no part is named."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller rounds, under three minutes")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS, *ON_REQUEST], help="only these")
    arguments = parser.parse_args()
    figures: list[Figure] = []
    begun = time.monotonic()
    with Server() as server:
        for name in arguments.parts or PARTS:
            # What is loaded stays, so no look for garbage before a timing goes through it.
            gc.freeze()
            started = time.monotonic()
            found = (PARTS | ON_REQUEST)[name](server, quick=arguments.quick)
            figures += found
            # A long run shows what it has, whatever becomes of the rest.
            sys.stderr.write(f"{name}: {time.monotonic() - started:.0f} s\n{table(found)}\n")
    gc.unfreeze()
    sys.stderr.write(f"all: {time.monotonic() - begun:.0f} s\n")
    sys.stdout.write(table(figures) + "\n")


main()
