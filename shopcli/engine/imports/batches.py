"""Phase two of an import: applies batches in short transactions, with pauses between them.

A killed import has applied whole batches only. Run again, it recognises applied rows by their keys.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from shopcli.domain.errors import ShopError
from shopcli.engine.imports.reading.rows import Rows
from shopcli.engine.runtime import retried
from shopcli.storage.bulk.helper_thread import HelperThread
from shopcli.storage.bulk.locking_reads import change_mark
from shopcli.storage.bulk.statistics import correct_statistics
from shopcli.storage.bulk.wal import Checkpoints, checkpoints, use_memory
from shopcli.storage.lock_waits import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from shopcli.engine.imports.plan import Outcome, Plan
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session

TRANSACTION_SECONDS = 0.2
"""Target for how long a batch holds locks that others wait for."""

_SECONDS_ALONE = 0.5
"""The same on SQLite while nobody else writes: with fewer batches, the same pages are written less
often. Another writer waits for the running batch and for one more, which is prepared by then.
"""

_GAP_SECONDS = 0.002
"""Long enough for a waiting writer to find the lock free (`storage.lock_waits`)."""
_GAP_SECONDS_MAX = 0.05
_FIRST_PARTS = 1
_PARTS_MAX = 32
"""Bounds memory: the running batch and the next one exist at the same time."""
_UNTRIED_PART_SECONDS = _SECONDS_ALONE / 4
"""Assumed until a batch has written something: rows applied before are skipped much faster."""
_BATCHES_OF_GROWTH = 2
"""Before the first batch a table may have grown unnoticed; that batch may fill an empty one."""
_GROWTH_MAX = 4
"""Largest factor between batch sizes: a larger batch may be slower than a smaller one suggests."""


class Applier:
    """Applies all batches of an input.

    Args:
        runtime: What every use case is given.
        plan: Decides and writes each batch.
        on_batch: Called after each batch with its outcome and its number of rows (or orders).
    """

    def __init__(
        self, runtime: Runtime, plan: Plan, on_batch: Callable[[Outcome, int], None]
    ) -> None:
        self._runtime = runtime
        self._plan = plan
        self._on_batch = on_batch
        self._gap_seconds = _GAP_SECONDS
        self._done_count = 0
        self._mark = -1
        self._is_alone = False
        self._part_seconds = _UNTRIED_PART_SECONDS
        """Seconds to apply one part, measured on the last batch that wrote something."""

    def run(self, batches: Iterable[Any]) -> None:
        """Apply all batches, each in its own transaction."""
        with ExitStack() as stack:
            taking_out = stack.enter_context(checkpoints(self._runtime.database))
            helper = stack.enter_context(HelperThread[_Batch | None]())
            ahead = _Prefetcher(iter(batches), self._plan, helper)
            stack.callback(self._use_little_memory)
            self._run(ahead, taking_out)

    def _use_little_memory(self) -> None:
        # An error here must not replace the one that ended the import.
        with suppress(ShopError):
            self._use_memory()

    @retried
    def _use_memory(self) -> None:
        with self._runtime.reading() as session:
            use_memory(session, large=False)

    def _run(self, ahead: _Prefetcher, taking_out: Checkpoints | None) -> None:
        while (batch := ahead.take()) is not None:
            stopwatch = Stopwatch()
            outcome = self._write(batch, ahead)
            self._done_count += 1
            done = outcome.created + outcome.updated
            if done:  # else it does not show how long new rows take
                share = done / (done + outcome.replayed)
                self._part_seconds = stopwatch.seconds() / batch.part_count / share
            self._on_batch(outcome, batch.row_count)
            if taking_out is not None:
                taking_out.after_commit()
            time.sleep(self._gap_seconds)

    @retried
    def _write(self, batch: _Batch, ahead: _Prefetcher) -> Outcome:
        with self._runtime.writing() as session:
            outcome = self._apply(session, batch)
            ahead.start(self._next_part_count(batch.part_count))
            return outcome

    def _next_part_count(self, part_count: int) -> int:
        aim_seconds = _SECONDS_ALONE if self._is_alone else TRANSACTION_SECONDS
        wanted = int(aim_seconds / self._part_seconds)
        return max(1, min(wanted, part_count * _GROWTH_MAX, _PARTS_MAX))

    def rehearse(self, batches: Iterable[Any]) -> None:
        """Decide all batches in one snapshot, for a dry run; writes nothing."""
        with self._runtime.reading(long=True) as session:
            for part in batches:
                batch = _Batch([part], self._plan)
                self._on_batch(self._plan.apply(session, batch.prepared), batch.row_count)

    def _apply(self, session: Session, batch: _Batch) -> Outcome:
        mark = change_mark(session)
        others_wrote = self._mark not in (-1, mark)
        self._is_alone = session.dialect == "sqlite" and not others_wrote
        if self._mark == -1:
            use_memory(session, large=True)
        if self._done_count < _BATCHES_OF_GROWTH:
            correct_statistics(session)
        self._mark = mark
        if others_wrote:
            self._gap_seconds = min(self._gap_seconds * 2, _GAP_SECONDS_MAX)
        else:
            self._gap_seconds = max(self._gap_seconds / 2, _GAP_SECONDS)
        return self._plan.apply(session, batch.prepared)


class _Batch:
    """Some parts of the input joined, with what the plan prepares without the database."""

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


class _Prefetcher:
    """Prepares the next batch in a thread while the database commits, which leaves Python free."""

    def __init__(
        self, parts: Iterator[Any], plan: Plan, helper: HelperThread[_Batch | None]
    ) -> None:
        self._parts = parts
        self._plan = plan
        self._helper = helper
        self._is_coming = False

    def start(self, part_count: int) -> None:
        """Start preparing a batch of this many parts, unless one is being prepared."""
        if not self._is_coming:
            self._is_coming = True
            self._helper.ask(partial(self._next, part_count))

    def take(self) -> _Batch | None:
        """The next batch, or None at the end of the input."""
        self.start(_FIRST_PARTS)
        self._is_coming = False
        return self._helper.answer()

    def _next(self, part_count: int) -> _Batch | None:
        parts = list(islice(self._parts, part_count))
        return _Batch(parts, self._plan) if parts else None
