"""What every use case is given: database, clock, ids, origin, identity; and what runs it again.

A use case opens a session with `reading`, `writing` or `writing_at_once` and does all its work in
that block. `retried` is the one retry loop of the shop: it runs a whole use case once more, so a
use case keeps nothing outside its block.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

from shopcli.domain.errors import Busy, ShopError
from shopcli.domain.moments import to_microseconds
from shopcli.domain.rights import OPERATOR, Member, Seller
from shopcli.engine.price_cache import PriceCache
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
"""Bound on running one use case again after a deadlock, a lost race or a failed guard."""

READ_COUNT_MAX = 3
"""The same for a read that a stand-by ends."""

_PAUSE_SECONDS = 0.002
_PAUSE_SECONDS_MAX = 0.25

LOST = (SerializationFailure, GuardFailed, ConstraintViolated)
"""What ends a transaction that came too late: nothing of it was kept."""


def retried(use_case: Callable[Given, Result]) -> Callable[Given, Result]:
    """A use case that runs again, as a whole, when others came between (bounded).

    It lost a race, a guard did not hold, a constraint refused what was decided by older rows, or a
    stand-by made its read give way. It then reads anew, and answers or refuses by what is there.

    Raises:
        Busy: It lost every race, or its read gave way each time.
        ShopError: What the constraint means that refused it each time.
    """

    @wraps(use_case)
    def until_settled(*values: Given.args, **named: Given.kwargs) -> Result:
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
                    raise _meaning(failure) from failure
            if count > 1:
                time.sleep(_pause_seconds(count - 1))

    return until_settled


def _meaning(failure: StorageFailure) -> ShopError:
    if isinstance(failure, ConstraintViolated):
        return error_for(failure.name)
    return Busy("Others kept changing the same rows.", details={"reason": "lost_races"})


def _pause_seconds(attempt: int) -> float:
    # Chance keeps two losers from trying again in step.
    lot = os.urandom(1)[0] / 256
    return min(_PAUSE_SECONDS * 2.0**attempt, _PAUSE_SECONDS_MAX) * lot


class Origin(NamedTuple):
    """Who writes, from where, through what: stored with every row."""

    actor: str
    host: str
    channel: str


class KnownRelays:
    """What is remembered of relays that listen, by all who hold the same shop."""

    __slots__ = ("look_again_at", "one_lives", "quiet_until")

    def __init__(self) -> None:
        self.one_lives = False
        self.look_again_at = self.quiet_until = 0.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Runtime:
    """Everything a use case needs from outside."""

    database: Database
    clock: Callable[[], datetime]
    ids: Ids
    origin: Origin
    identity: Identity
    prices: PriceCache = field(default_factory=PriceCache)
    known_relays: KnownRelays = field(default_factory=KnownRelays)
    holder: Holder = OPERATOR

    @property
    def owner(self) -> Owner | None:
        """Whose orders are there for whoever holds the shop; None means everybody's."""
        if self.holder.username is not None:
            return Member(self.holder.username)
        if self.holder.role == "till":
            return Seller(self.origin.actor, self.origin.host, self.origin.channel)
        return None

    def told(self, others: dict[str, Any]) -> dict[str, Any]:
        """Details of a refusal that may be of somebody else: only an operator reads them."""
        return others if self.holder.role == "operator" else {}

    def now(self) -> int:
        """The time now in microseconds since 1970."""
        return to_microseconds(self.clock())

    def reading(self, *, long: bool = False) -> AbstractContextManager[Session]:
        """A block that reads one snapshot.

        Args:
            long: It may take an hour, as a report over everything does.

        Raises:
            Busy: It had to give way (`ReadConflict`), or took too long.
            DatabaseUnreachable: The database was lost, or does not answer.
        """
        return self.database.read(long=long)

    def writing(
        self, key: str | None = None, *, long: bool = False
    ) -> AbstractContextManager[Session]:
        """A block in one transaction, committed at its end; whatever it raises rolls all back.

        Args:
            key: The idempotency key to name if the outcome is unknown.
            long: It may take an hour, as a change of all rows does.

        Raises:
            OutcomeUnknown: The database was lost while it committed.
        """
        return self.database.write(key, long=long)

    def writing_at_once(self, key: str | None = None) -> AbstractContextManager[Session]:
        """A block whose only change is one guarded statement.

        Where a statement is a transaction of its own (Postgres) this saves the round trips that
        begin and commit one; elsewhere it is `writing`. What the block only reads it asks
        `session.reading`; every other statement is taken for the change.
        """
        return self.database.write_at_once(key)
