"""The second phase of an import: short transactions, with room for others between them.

A killed import has applied whole batches and nothing else; run again it finds them by their keys.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from shopcli.domain.errors import ShopError
from shopcli.engine.imports.reading.rows import Rows
from shopcli.engine.runtime import retried
from shopcli.storage.bulk.locking_reads import change_mark
from shopcli.storage.bulk.wal import Checkpoints, checkpoints, use_memory
from shopcli.storage.lock_waits import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from typing import Self

    from shopcli.engine.imports.plan import Outcome, Plan
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session

TRANSACTION_SECONDS = 0.2
"""How long a batch aims to hold what others wait for."""

_SECONDS_ALONE = 0.5
"""The same on SQLite while nobody else writes: fewer batches write the same pages less often.

Whoever comes waits for the batch that runs, and for one more that is prepared already.
"""

_GAP_SECONDS = 0.002
"""Long enough for somebody who waits to notice that the way is free (`storage.lock_waits`)."""
_GAP_SECONDS_MAX = 0.05
_FIRST_PARTS = 1
_PARTS_MAX = 32
"""Bounds the memory: this batch and the next one are there at the same time."""
_UNTRIED_PART_SECONDS = _SECONDS_ALONE / 4
"""As long as nothing was written: what was done before is gone through much more quickly."""
_GROWTH_MAX = 4
"""So many times as many parts at most: a batch may turn out slower than a smaller one tells."""


class Applying:
    """Applies batches until the input is done.

    Args:
        runtime: What every use case is given.
        plan: Decides and writes.
        told: Called after each batch with its outcome and how many rows (or orders) it had.
    """

    def __init__(self, runtime: Runtime, plan: Plan, told: Callable[[Outcome, int], None]) -> None:
        self._runtime = runtime
        self._plan = plan
        self._told = told
        self._gap_seconds = _GAP_SECONDS
        self._mark = -1
        self._is_alone = False
        self._part_seconds = _UNTRIED_PART_SECONDS
        """How long a part takes to apply, by the last batch that wrote something."""

    def run(self, batches: Iterable[Any]) -> None:
        """Apply everything, batch by batch, each in a transaction of its own."""
        with ExitStack() as stack:
            taking_out = stack.enter_context(checkpoints(self._runtime.database))
            ahead = stack.enter_context(_Ahead(iter(batches), self._plan))
            stack.callback(self._use_little_memory)
            self._run(ahead, taking_out)

    def _use_little_memory(self) -> None:
        # What ended the import is what is told, also where the database is lost by now.
        with suppress(ShopError):
            self._use_memory()

    @retried
    def _use_memory(self) -> None:
        with self._runtime.reading() as session:
            use_memory(session, large=False)

    def _run(self, ahead: _Ahead, taking_out: Checkpoints | None) -> None:
        while (batch := ahead.take()) is not None:
            stopwatch = Stopwatch()
            outcome = self._write(batch, ahead)
            done = outcome.created + outcome.updated
            if done:  # else it tells nothing of how long a part of new rows will take
                share = done / (done + outcome.replayed)
                self._part_seconds = stopwatch.seconds() / batch.part_count / share
            self._told(outcome, batch.row_count)
            if taking_out is not None:
                taking_out.after_commit()
            time.sleep(self._gap_seconds)

    @retried
    def _write(self, batch: _Batch, ahead: _Ahead) -> Outcome:
        with self._runtime.writing() as session:
            outcome = self._apply(session, batch)
            ahead.start(self._next_part_count(batch.part_count))
            return outcome

    def _next_part_count(self, part_count: int) -> int:
        aim_seconds = _SECONDS_ALONE if self._is_alone else TRANSACTION_SECONDS
        wanted = int(aim_seconds / self._part_seconds)
        return max(1, min(wanted, part_count * _GROWTH_MAX, _PARTS_MAX))

    def rehearse(self, batches: Iterable[Any]) -> None:
        """Decide everything in one snapshot and write nothing."""
        with self._runtime.reading(long=True) as session:
            for part in batches:
                batch = _Batch([part], self._plan)
                self._told(self._plan.apply(session, batch.prepared), batch.row_count)

    def _apply(self, session: Session, batch: _Batch) -> Outcome:
        mark = change_mark(session)
        others_wrote = self._mark not in (-1, mark)
        self._is_alone = session.dialect == "sqlite" and not others_wrote
        if self._mark == -1:
            use_memory(session, large=True)
        self._mark = mark
        if others_wrote:
            self._gap_seconds = min(self._gap_seconds * 2, _GAP_SECONDS_MAX)
        else:
            self._gap_seconds = max(self._gap_seconds / 2, _GAP_SECONDS)
        return self._plan.apply(session, batch.prepared)


class _Batch:
    """Some parts of the input as one, with what can be prepared without the database."""

    def __init__(self, parts: list[Any], plan: Plan) -> None:
        rows: Any
        self.part_count = len(parts)
        if isinstance(parts[0], Rows):
            rows = Rows.joined(parts)
            self.row_count = len(rows.lines)
        else:
            rows = [group for part in parts for group in part]
            self.row_count = sum(len(group.rows) for group in rows)
        self.prepared = plan.prepare(rows)


class _Ahead:
    """Prepares the next batch while the database commits, which needs nothing of Python."""

    def __init__(self, parts: Iterator[Any], plan: Plan) -> None:
        from concurrent.futures import ThreadPoolExecutor  # only where many rows are written

        self._parts = parts
        self._plan = plan
        self._executor = ThreadPoolExecutor(1, "shop-import")
        self._coming: Future[_Batch | None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown()

    def start(self, part_count: int) -> None:
        """Begin to prepare a batch of so many parts, unless it was begun."""
        if self._coming is None:
            self._coming = self._executor.submit(self._next, part_count)

    def take(self) -> _Batch | None:
        """The next batch, or None where there is none."""
        self.start(_FIRST_PARTS)
        coming, self._coming = self._coming, None
        return None if coming is None else coming.result()

    def _next(self, part_count: int) -> _Batch | None:
        parts = list(islice(self._parts, part_count))
        return _Batch(parts, self._plan) if parts else None
