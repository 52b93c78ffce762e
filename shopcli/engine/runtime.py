"""The context of every use case (database, clock, ids, origin, identity), and the retry loop.

A use case opens a session with `reading`, `writing` or `writing_at_once` and does all its work in
that block. `retried` is the shop's only retry loop: it runs the whole use case again, so a use case
must keep no state outside its block.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

from shopcli.domain.errors import Busy, ShopError
from shopcli.domain.ledger.accounts import MoneyTerms
from shopcli.domain.moments import to_microseconds
from shopcli.domain.rights import OPERATOR, Member, Seller
from shopcli.engine.price_cache import PriceCache
from shopcli.engine.recent_refusals import RecentRefusals
from shopcli.storage.failures import (
    ConstraintViolated,
    GuardFailed,
    ReadConflict,
    SerializationFailure,
    StorageFailure,
)
from shopcli.storage.schema.constraints import error_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime
    from typing import Any

    from shopcli.domain.ids import Ids
    from shopcli.domain.rights import Holder, Owner
    from shopcli.storage.database import Database
    from shopcli.storage.schema.identity import Identity
    from shopcli.storage.session import Session

Result = TypeVar("Result")
Given = ParamSpec("Given")

ATTEMPT_COUNT_MAX = 12
"""Largest number of runs of one use case after deadlocks, lost races and failed guards."""

READ_COUNT_MAX = 3
"""The same for a read that a Postgres standby cancels."""

_PAUSE_SECONDS = 0.002
_PAUSE_SECONDS_MAX = 0.25

LOST = (SerializationFailure, GuardFailed, ConstraintViolated)
"""Failures of a transaction that lost a race; all of it was rolled back."""


def retried(use_case: Callable[Given, Result]) -> Callable[Given, Result]:
    """Run a use case again, as a whole, when concurrent changes made it fail (bounded).

    It is run again after a lost race, a failed guard, a violated constraint (the rows it decided by
    were outdated) or a read cancelled by a standby. The new run reads the present rows.

    Raises:
        Busy: Every run lost a race, or had its read cancelled.
        ShopError: The meaning of the constraint that the last run violated.
    """

    @wraps(use_case)
    def with_retries(*values: Given.args, **named: Given.kwargs) -> Result:
        count = 0
        while True:
            count += 1
            try:
                return use_case(*values, **named)
            except ReadConflict:
                if count >= READ_COUNT_MAX:
                    raise
            except LOST as failure:
                if count >= ATTEMPT_COUNT_MAX:
                    raise _error_of(failure) from failure
            if count > 1:
                time.sleep(_pause_seconds(count - 1))

    return with_retries


def _error_of(failure: StorageFailure) -> ShopError:
    if isinstance(failure, ConstraintViolated):
        return error_for(failure.name)
    return Busy("Others kept changing the same rows.", details={"reason": "lost_races"})


def _pause_seconds(attempt: int) -> float:
    # Random, so that two losers do not retry in step.
    lot = os.urandom(1)[0] / 256
    return min(_PAUSE_SECONDS * 2.0**attempt, _PAUSE_SECONDS_MAX) * lot


class Origin(NamedTuple):
    """Who writes, on which host, through which channel: stored with every row."""

    actor: str
    host: str
    channel: str


class KnownRelays:
    """Cached knowledge of listening relays, shared by all objects of one open shop."""

    __slots__ = ("look_again_at", "one_lives", "quiet_until")

    def __init__(self) -> None:
        self.one_lives = False
        self.look_again_at = self.quiet_until = 0.0


class KnownTerms:
    """The shop's terms of money as they were last read, which each charge checks again."""

    __slots__ = ("terms",)

    def __init__(self) -> None:
        self.terms = MoneyTerms()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Runtime:
    """The context that a use case is given."""

    database: Database
    clock: Callable[[], datetime]
    ids: Ids
    origin: Origin
    identity: Identity
    prices: PriceCache = field(default_factory=PriceCache)
    refusals: RecentRefusals = field(default_factory=RecentRefusals)
    known_relays: KnownRelays = field(default_factory=KnownRelays)
    known_terms: KnownTerms = field(default_factory=KnownTerms)
    holder: Holder = OPERATOR

    @property
    def owner(self) -> Owner | None:
        """Whose orders the holder of the shop can see; None means all."""
        if self.holder.username is not None:
            return Member(self.holder.username)
        if self.holder.role == "till":
            return Seller(self.origin.actor, self.origin.host, self.origin.channel)
        return None

    def details_of_others(self, others: dict[str, Any]) -> dict[str, Any]:
        """Details that may concern another user: only operators get them."""
        return others if self.holder.role == "operator" else {}

    def now(self) -> int:
        """The time now in microseconds since 1970."""
        return to_microseconds(self.clock())

    def reading(self, *, long: bool = False) -> AbstractContextManager[Session]:
        """Open a block that reads one snapshot.

        Args:
            long: Allow it to take an hour, as for a report over all rows.

        Raises:
            Busy: A standby cancelled it (`ReadConflict`), or it took too long.
            DatabaseUnreachable: The connection was lost, or the database does not answer.
        """
        return self.database.read(long=long)

    def reading_at_once(self) -> AbstractContextManager[Session]:
        """Open a block that reads by `session.reading`, best in one statement; it takes no lock.

        On Postgres each statement reads a snapshot of its own, which saves the round trips of begin
        and commit; on SQLite this is `reading`.
        """
        return self.database.write_at_once() if self.database.is_remote else self.database.read()

    def writing(
        self, key: str | None = None, *, long: bool = False
    ) -> AbstractContextManager[Session]:
        """Open a block in one transaction: committed at its end, rolled back if it raises.

        Args:
            key: The idempotency key to name in `OutcomeUnknown`.
            long: Allow it to take an hour, as for a change of all rows.

        Raises:
            OutcomeUnknown: The connection was lost during the commit.
        """
        return self.database.write(key, long=long)

    def writing_at_once(self, key: str | None = None) -> AbstractContextManager[Session]:
        """Open a block whose only change is one guarded statement.

        On Postgres that statement is a transaction of its own, which saves the round trips of begin
        and commit; on SQLite this is `writing`. The block reads by `session.reading`; any other
        statement is taken for the change.
        """
        return self.database.write_at_once(key)
