"""The second phase of an import: short transactions, with room for others between them.

A killed import has applied whole batches and nothing else; run again it finds them by their keys.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from shopcli.engine.imports.checking import Rows
from shopcli.engine.imports.planning import Outcome
from shopcli.storage.bulk_trade import change_mark, use_memory
from shopcli.storage.patience import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from shopcli.engine.imports.planning import Plan
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session

TRANSACTION_SECONDS = 0.2
"""How long a batch aims to hold what others wait for."""

_GAP_SECONDS = 0.002
"""Long enough for somebody who waits to notice that the way is free (`storage.patience`)."""
_GAP_SECONDS_MAX = 0.05
_FIRST_PARTS = 1
_PARTS_MAX = 64


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

    def run(self, batches: Iterable[Any]) -> None:
        """Apply everything, batch by batch, each in a transaction of its own."""
        try:
            self._run(iter(batches))
        finally:
            self._runtime.read(lambda session: use_memory(session, large=False))

    def _run(self, several: Iterator[Any]) -> None:
        part_count = _FIRST_PARTS
        while (batch := _together(several, part_count)) is not None:
            stopwatch = Stopwatch()
            outcome = self._runtime.write(lambda session, rows=batch: self._apply(session, rows))  # type: ignore[misc]  # bound now
            seconds = stopwatch.seconds()
            self._told(outcome, _length(batch))
            if seconds < TRANSACTION_SECONDS / 2:
                part_count = min(part_count * 2, _PARTS_MAX)
            elif seconds > TRANSACTION_SECONDS:
                part_count = max(1, part_count // 2)
            time.sleep(self._gap_seconds)

    def rehearse(self, batches: Iterable[Any]) -> None:
        """Decide everything in one snapshot and write nothing."""

        def work(session: Session) -> None:
            for batch in batches:
                self._told(self._plan.apply(session, batch), _length(batch))

        self._runtime.read(work)

    def _apply(self, session: Session, batch: Any) -> Outcome:  # noqa: ANN401  # the plan's own
        mark = change_mark(session)
        others_wrote = self._mark not in (-1, mark)
        if self._mark == -1:
            use_memory(session, large=True)
        self._mark = mark
        if others_wrote:
            self._gap_seconds = min(self._gap_seconds * 2, _GAP_SECONDS_MAX)
        else:
            self._gap_seconds = max(self._gap_seconds / 2, _GAP_SECONDS)
        return self._plan.apply(session, batch)


def _together(batches: Iterator[Any], count: int) -> Any:  # noqa: ANN401  # the plan's own
    """The next batches as one, or None where there is none."""
    parts = []
    for batch in batches:
        parts.append(batch)
        if len(parts) == count:
            break
    if len(parts) <= 1:
        return parts[0] if parts else None
    if not isinstance(parts[0], Rows):
        return [group for part in parts for group in part]
    lines = [line for part in parts for line in part.lines]
    columns: list[Any] = []
    for several in zip(*(part.columns for part in parts), strict=True):
        if all(column is None for column in several):
            columns.append(None)
            continue
        joined: list[Any] = []
        for part, column in zip(parts, several, strict=True):
            joined += [None] * len(part.lines) if column is None else column
        columns.append(joined)
    return Rows(lines, columns)


def _length(batch: Any) -> int:  # noqa: ANN401  # the plan's own
    if isinstance(batch, Rows):
        return len(batch.lines)
    return sum(len(group[0]) for group in batch)
