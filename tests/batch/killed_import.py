"""Run as a process: forks children that import a file in small steps and kill themselves at one.

The words of a task are `{"url", "kind", "path", "choices"}`; see `tests.forked`.
"""

from __future__ import annotations

from typing import Any

from shopcli import Shop
from shopcli.engine.imports import batches, importing, plans  # noqa: F401 - so that no child has to load it
from shopcli.engine.imports.plan import Choices
from shopcli.engine.imports.plans import charges, orders, people_and_coupons  # noqa: F401 - as above
from shopcli.engine.imports.reading import cells, groups
from shopcli.engine.imports.rejects import Rejects
from shopcli.storage.bulk import writing
from tests.clocks import SettableClock
from tests.forked import Fuse, serve

ROWS_AT_ONCE = 20


def _import(words: dict[str, Any], fuse: Fuse) -> str | None:
    """Import in this process, or die; where the rejected rows are."""
    for name in ("insert", "update", "add_to"):
        fuse.guard(writing, name)
    fuse.guard(Rejects, "keep")
    cells.CHUNK_ROW_COUNT = ROWS_AT_ONCE
    groups._CHUNK_COUNT = ROWS_AT_ONCE  # noqa: SLF001 - the same
    batches._PARTS_MAX = 1  # noqa: SLF001 - the same
    # The clock stands still, so that instants can be compared from run to run.
    with Shop.open(words["url"], clock=SettableClock()) as shop:
        summary = shop.imports.run(
            words["kind"],
            words["path"],
            choices=Choices(**words["choices"]),
            progress=fuse.burn,
        )
    return summary.rejects_file


if __name__ == "__main__":
    serve(_import)
