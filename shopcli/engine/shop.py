"""The facade: everything the shop can do, as one object; composes, and holds no rule of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput
from shopcli.domain.ids import Ids
from shopcli.domain.moments import parse_moment, system_clock, to_microseconds, zone
from shopcli.domain.money import DEFAULT_CURRENCY, exponent_of
from shopcli.domain.rights import Holder
from shopcli.domain.showing import inert
from shopcli.domain.text import checked_name
from shopcli.engine import audit, judging, machine, settings
from shopcli.engine.runtime import Origin, Runtime
from shopcli.engine.verbs.catalogue import CatalogueVerbs
from shopcli.engine.verbs.people import PeopleVerbs
from shopcli.engine.verbs.trading import TradingVerbs
from shopcli.storage.database import connect
from shopcli.storage.lock_waits import WAIT_MAX_SECONDS
from shopcli.storage.schema.identity import recognise

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from shopcli.domain import records
    from shopcli.domain.rights import Role
    from shopcli.engine.browsing import Browsing
    from shopcli.engine.exports import Exports
    from shopcli.engine.imports.importing import Imports
    from shopcli.engine.outbox import Outbox

    Clock = Callable[[], datetime]

LONGEST_WAIT_SECONDS = 3600.0


def _checked_wait(seconds: float) -> float:
    """A bound on waiting.

    Raises:
        InvalidInput: It is no number of seconds above 0 and up to an hour.
    """
    given: object = seconds
    if isinstance(given, int | float) and 0 < given <= LONGEST_WAIT_SECONDS:
        return float(given)
    raise InvalidInput(
        f"A wait of at most {inert(seconds)[:40]} is not possible.",
        fix="Give seconds, above 0 and at most 3600.",
    )


class Shop(PeopleVerbs, CatalogueVerbs, TradingVerbs):
    """A shop in a database. Thread-safe; amounts are integers in minor units.

    Made by `Shop.open` or `Shop.create`. Refusals raise subclasses of `ShopError`, each with `code`
    and `details`; what each verb can raise is said at the use case of the same name in
    `shopcli.engine`.
    """

    @classmethod
    def create(
        cls,
        url: str,
        currency: str = DEFAULT_CURRENCY,
        timezone: str | None = None,
        *,
        clock: Clock | None = None,
        actor: str | None = None,
        channel: str = "api",
        wait_max: float = WAIT_MAX_SECONDS,
    ) -> Self:
        """Make a shop; a no-op where the same shop is already there.

        Args:
            url: Path or address of the database.
            currency: ISO 4217 code, for ever.
            timezone: IANA name; the system's where None.
            clock: Gives the time now as an aware datetime; the system's where None.
            actor: Who acts; the OS login where None.
            channel: Through what: cli, tui, import or api.
            wait_max: Bound on waiting for any answer of a database server, in seconds.

        Raises:
            CurrencyMismatch: There is a shop with another currency.
            NotAShop: There is something else; nothing was written.
            InvalidInput: A value is none of its kind.
        """
        from shopcli.storage.schema.making import create  # loads SQLAlchemy and Alembic

        exponent = exponent_of(currency)
        zone_name = machine.time_zone() if timezone is None else timezone
        zone(zone_name)
        final_clock = clock or system_clock
        create(
            url,
            shop_id=Ids(final_clock).new(),
            currency=currency,
            exponent=exponent,
            timezone=zone_name,
            created_at=to_microseconds(final_clock()),
        )
        shop = cls.open(url, clock=clock, actor=actor, channel=channel, wait_max=wait_max)
        # Looking at it opened a connection; a shop that was only made should keep none.
        shop.close()
        return shop

    @classmethod
    def open(
        cls,
        url: str,
        *,
        clock: Clock | None = None,
        actor: str | None = None,
        channel: str = "api",
        wait_max: float = WAIT_MAX_SECONDS,
    ) -> Self:
        """Open a shop; close it, or use it in a `with` block.

        Args:
            url: Path or address of the database.
            clock: Gives the time now as an aware datetime; the system's where None.
            actor: Who acts; the OS login where None.
            channel: Through what: cli, tui, import or api.
            wait_max: Bound on waiting for any answer of a database server, in seconds.

        Raises:
            NoShop: Nothing is there.
            NotAShop: Something else is there.
            SchemaOld: Made by an older release.
            SchemaNew: Made by a newer release.
            DatabaseUnreachable: The database does not answer.
        """
        final_clock = clock or system_clock
        origin = Origin(
            machine.login() if actor is None else checked_name(actor, "Actor"),
            machine.host_name(),
            checked_name(channel, "Channel"),
        )
        database = connect(url, wait_max_seconds=_checked_wait(wait_max))
        try:
            identity = recognise(database)
        except BaseException:
            database.close()
            raise
        return cls(Runtime(database, final_clock, Ids(final_clock), origin, identity))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database's connections."""
        self._runtime.database.close()

    def as_member(self, user: str) -> Self:
        """The same open shop with no more than a member's rights; it shares this one's connections.

        Args:
            user: Who that is. What names nobody is about this user; naming another is refused, as
                is every verb that `shopcli.domain.rights` does not give to members. Orders of
                others are not there.

        Raises:
            UnknownUser: No such user.
        """
        return self._held_by(Holder("member", self.user(user).user))

    def as_till(self) -> Self:
        """The same open shop with no more than a till's rights; it shares this one's connections.

        A till sells to everybody, and sees and cancels the orders it sold itself: those placed with
        its actor, on its host, through its channel.
        """
        return self._held_by(Holder("till"))

    def _held_by(self, holder: Holder) -> Self:
        shop = type(self)(replace(self._runtime, holder=holder))
        # What is known of relays that listen need not be asked again.
        shop._waker = self._waker  # noqa: SLF001  # one of its own kind
        return shop

    @property
    def role(self) -> Role:
        """Whose rights the verbs of this object have."""
        return self._runtime.holder.role

    @property
    def member(self) -> str | None:
        """The member this object is bound to, if it is."""
        return self._runtime.holder.username

    def may(self, verb: str) -> bool:
        """Whether a verb (`charge`, `outbox.retry`) is one this object would do, for its own user.

        For front ends, to hide what would be refused. Unknown verbs are an operator's.
        """
        return judging.may(self._runtime, verb)

    @property
    def id(self) -> str:
        """The id the shop got when it was made."""
        return self._runtime.identity.shop_id

    @property
    def currency(self) -> str:
        """ISO 4217 code of every amount."""
        return self._runtime.identity.currency

    @property
    def exponent(self) -> int:
        """Decimals of the currency."""
        return self._runtime.identity.exponent

    @property
    def timezone(self) -> str:
        """Zone of times typed without one."""
        return self._runtime.identity.timezone

    @property
    def url(self) -> str:
        """Address of the database, without secrets."""
        return self._runtime.database.display

    @property
    def runtime(self) -> Runtime:
        """What the use cases are given; for the relay, not for front ends."""
        return self._runtime

    @property
    def outbox(self) -> Outbox:
        """Deliveries."""
        from shopcli.engine.outbox import Outbox  # most commands deliver nothing

        return Outbox(self._runtime)

    @property
    def browsing(self) -> Browsing:
        """Bounded reads for screens that stay open."""
        from shopcli.engine.browsing import Browsing  # no command browses

        return Browsing(self._runtime)

    @property
    def exports(self) -> Exports:
        """Rows written out."""
        from shopcli.engine.exports import Exports  # most commands export nothing

        return Exports(self._runtime)

    @property
    def imports(self) -> Imports:
        """Imports of files."""
        from shopcli.engine.imports.importing import Imports  # most commands import nothing

        return Imports(self._runtime)

    def now(self) -> datetime:
        """The time now, by the shop's clock."""
        return self._runtime.clock()

    def moment(self, text: str, *, ends: bool = False) -> datetime:
        """An instant as people type it; without a zone it is meant in the shop's.

        Args:
            text: As in `2026-11-22T09:30`, or a date alone.
            ends: Something ends then: a date alone is the last microsecond of that day.
        """
        return parse_moment(text, self.timezone, ends=ends)

    def changes(self, subject_kind: str, subject: str) -> tuple[records.AdminChange, ...]:
        """The recorded changes of a user, product, coupon, setting or outbox event."""
        return audit.changes(self._runtime, subject_kind, subject)

    def settings(self) -> dict[str, str | None]:
        """Every setting of the shop with its value."""
        return settings.everything(self._runtime)

    def setting_sources(self) -> dict[str, str]:
        """Where each setting's value comes from: shop or default."""
        return settings.sources(self._runtime)

    def set_setting(self, name: str, value: str | None, reason: str | None = None) -> None:
        """Set a setting of the shop, or return it to its default with None."""
        settings.change(self._runtime, name, value, reason)

    def verify(self) -> records.Verification:
        """Recompute every invariant from the rows."""
        from shopcli.engine.verifying.verification import verify  # rarely asked for

        return verify(self._runtime)
