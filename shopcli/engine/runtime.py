"""What every use case is given: database, clock, ids, origin, identity; runs a use case to its end.

Holds the one retry loop of the shop. A use case is a function of an open session; it may run more
than once, so it must keep nothing outside the session.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from shopcli.domain.errors import Busy
from shopcli.domain.moments import to_microseconds
from shopcli.domain.rights import OPERATOR, Member, Seller
from shopcli.engine.price_cache import Memory
from shopcli.storage.failures import (
    ConstraintViolated,
    GuardFailed,
    ReadConflict,
    SerializationFailure,
)
from shopcli.storage.schema.constraints import error_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from shopcli.domain.ids import Ids
    from shopcli.domain.rights import Holder, Owner
    from shopcli.storage.database import Database
    from shopcli.storage.schema.identity import Identity
    from shopcli.storage.session import Session

Result = TypeVar("Result")

ATTEMPT_COUNT_MAX = 12
"""Bound on running one use case again after a deadlock, a lost race or a failed guard."""

READ_COUNT_MAX = 3
"""The same for a read that a stand-by ends."""

_PAUSE_SECONDS = 0.002
_PAUSE_SECONDS_MAX = 0.25


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
    memory: Memory = field(default_factory=Memory)
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

    def read(self, work: Callable[[Session], Result], *, long: bool = False) -> Result:
        """Run a reading use case in one snapshot; again if a stand-by made it give way (bounded).

        Args:
            work: The use case.
            long: It may take an hour, as a report over everything does; then it runs once.

        Raises:
            Busy: It had to give way, or took too long.
            DatabaseUnreachable: The database was lost, or does not answer.
        """
        for _ in range(0 if long else READ_COUNT_MAX - 1):
            try:
                with self.database.read() as session:
                    return work(session)
            except ReadConflict:
                continue
        with self.database.read(long=long) as session:
            return work(session)

    def write(
        self, work: Callable[[Session], Result], key: str | None = None, *, long: bool = False
    ) -> Result:
        """Run a writing use case in one transaction, again if it lost a race (bounded).

        Args:
            work: The use case; whatever it raises rolls everything back.
            key: The idempotency key to name if the outcome is unknown.
            long: It may take an hour, as a change of all rows does.

        Raises:
            Busy: It lost every race within the bound.
            OutcomeUnknown: The database was lost while it committed.
        """

        def once() -> Result:
            with self.database.write(key, long=long) as session:
                return work(session)

        return self._until_settled(once)

    def write_at_once(self, work: Callable[[Session], Result], key: str | None = None) -> Result:
        """Run a use case whose only change is one guarded statement.

        Where a statement is a transaction of its own (Postgres) this saves the round trips that
        begin and commit one; elsewhere it is `write`. What `work` only reads it asks
        `session.reading`; every other statement is taken for the change.
        """

        def once() -> Result:
            with self.database.write_at_once(key) as session:
                return work(session)

        return self._until_settled(once)

    def write_boldly(
        self,
        bold: Callable[[Session], Result],
        careful: Callable[[], Result],
        key: str | None = None,
    ) -> Result:
        """Try one guarded statement that asks nothing first; where it does not hold, be careful.

        Args:
            bold: The use case as one guarded change. It raises `GuardFailed`, or meets a
            constraint,
                where a rule may be broken or the key may be used; then nothing is kept.
            careful: The use case that reads, decides, and can say why not.
            key: The idempotency key to name if the outcome is unknown.
        """
        try:
            with self.database.write_at_once(key) as session:
                return bold(session)
        except (SerializationFailure, GuardFailed, ConstraintViolated):
            return careful()

    def _until_settled(self, once: Callable[[], Result]) -> Result:
        for attempt in range(ATTEMPT_COUNT_MAX):
            try:
                return once()
            except (SerializationFailure, GuardFailed, ConstraintViolated) as failure:
                lost: Exception = failure
            if attempt:
                time.sleep(self._pause_seconds(attempt))
        if isinstance(lost, ConstraintViolated):
            raise error_for(lost.name) from lost
        raise Busy(
            "Others kept changing the same rows.", details={"reason": "lost_races"}
        ) from lost

    def _pause_seconds(self, attempt: int) -> float:
        # The random end of an id keeps two losers from trying again in step.
        lot = int(self.ids.new()[-2:], 36) / 36.0**2
        return min(_PAUSE_SECONDS * 2.0**attempt, _PAUSE_SECONDS_MAX) * lot
