"""How processes are started: as fresh as spawned ones, without importing everything each."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

_IMPORTED = (
    "pytest",
    "tests.concurrency.crowd",
    "tests.factories",
    "shopcli.engine.shop",
    "shopcli.engine.use_cases.cancellations",
    "shopcli.engine.use_cases.orders",
    "shopcli.storage.postgres.transactions",
    "shopcli.storage.sqlite.transactions",
    "shopcli.storage.placement",
)


def _fresh() -> ForkServerContext | SpawnContext:
    """Forks of a process that has imported these and done nothing else; spawned on Windows.

    Two dozen that import them take ten seconds of a processor, before the first one trades.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_IMPORTED))
    return context


FRESH = _fresh()
