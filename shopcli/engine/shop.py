"""The facade: every use case as a method of one object; holds no rules of its own.

Arguments, results and errors of each method are described at its use case, and shown by, for
example, `help(Shop.charge)`.
"""

from __future__ import annotations

import time
from contextlib import closing as closed
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput, NotAllowed
from shopcli.domain.ids import Ids
from shopcli.domain.moments import system_clock, to_microseconds, zone
from shopcli.domain.money import DEFAULT_CURRENCY, exponent_of
from shopcli.domain.rights import Holder, name_verb
from shopcli.domain.showing import inert
from shopcli.domain.text import checked_name
from shopcli.engine import machine
from shopcli.engine.facade import Facade, UseCases, may, verb
from shopcli.engine.runtime import Origin, Runtime
from shopcli.engine.verifying.damage import refuse_if_damaged
from shopcli.storage.database import connect
from shopcli.storage.lock_waits import WAIT_MAX_SECONDS
from shopcli.storage.schema.identity import recognise, refuse_other

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from shopcli.domain.records import Restoration
    from shopcli.domain.rights import Role
    from shopcli.domain.times.windows import Window
    from shopcli.engine import codes
    from shopcli.engine.parts import Browsing, Exports, Imports, Maintenance, Outbox
    from shopcli.engine.use_cases import (
        balances,
        bookings,
        cancellations,
        changes,
        closing,
        coupons,
        drawer,
        orders,
        products,
        receipts,
        refunds,
        reports,
        sales,
        settings,
        statements,
        undoing,
        users,
    )
    from shopcli.engine.verifying import closings, verification
    from shopcli.storage.database import Database
    from shopcli.storage.schema.identity import Identity
    from shopcli.storage.schema.making import SchemaStatus

    Clock = Callable[[], datetime]
else:
    # A module of use cases is loaded by the first call of one of them: a command needs one or two.
    balances = UseCases("use_cases.balances")
    bookings = UseCases("use_cases.bookings")
    cancellations = UseCases("use_cases.cancellations")
    changes = UseCases("use_cases.changes")
    closing = UseCases("use_cases.closing")
    closings = UseCases("verifying.closings")
    codes = UseCases("codes")
    coupons = UseCases("use_cases.coupons")
    drawer = UseCases("use_cases.drawer")
    orders = UseCases("use_cases.orders")
    products = UseCases("use_cases.products")
    receipts = UseCases("use_cases.receipts")
    refunds = UseCases("use_cases.refunds")
    reports = UseCases("use_cases.reports")
    sales = UseCases("use_cases.sales")
    settings = UseCases("use_cases.settings")
    statements = UseCases("use_cases.statements")
    undoing = UseCases("use_cases.undoing")
    users = UseCases("use_cases.users")
    verification = UseCases("verifying.verification")

LONGEST_WAIT_SECONDS = 3600.0


def _checked_wait(seconds: float) -> float:
    """A timeout for answers of the database.

    Raises:
        InvalidInput: It is not a number of seconds above 0 and up to an hour.
    """
    given: object = seconds
    if isinstance(given, int | float) and 0 < given <= LONGEST_WAIT_SECONDS:
        return float(given)
    raise InvalidInput(
        "A wait of at most {seconds} is not possible.",
        details={"seconds": inert(seconds)[:40], "reason": "wait_max"},
    )


@contextmanager
def _named(verb: str) -> Iterator[None]:
    """Let an error of the database say which verb it did not allow."""
    try:
        yield
    except NotAllowed as error:
        name_verb(error, verb)
        raise


class Shop(Facade):
    """A shop in a database. Thread-safe; amounts are integers in minor units.

    Made by `Shop.open` or `Shop.create`. Errors are subclasses of `ShopError` with `code` and
    `details`.
    """

    # People
    add_user = verb(users.add)
    set_user = verb(users.change)
    user = verb(users.get)
    users = verb(users.listing)
    charge = verb(balances.charge)
    payout = verb(balances.payout)
    adjust = verb(balances.adjust)
    transfer = verb(balances.transfer)
    undo = verb(undoing.undo)
    balance = verb(balances.balance)
    history = verb(balances.history)
    statement = verb(statements.statement)

    # The drawer
    cash_in = verb(drawer.cash_in)
    cash_out = verb(drawer.cash_out)
    cash_moves = verb(drawer.listing)

    # The books
    close_books = verb(closing.close)
    verify_closing = verb(closings.verify)
    closings = verb(closing.listing)
    closing = verb(closing.get)

    # Products
    add_product = verb(products.add)
    set_product = verb(products.change)
    product = verb(products.get)
    restock = verb(products.restock)
    adjust_stock = verb(products.adjust)
    product_history = verb(products.history)
    products = verb(products.listing)
    top = verb(sales.top)

    # Coupons
    add_coupon = verb(coupons.add)
    set_coupon = verb(coupons.change)
    coupon = verb(coupons.get)
    coupon_list = verb(coupons.listing)
    claim = verb(coupons.claim)
    coupons = verb(coupons.held_by)

    # Orders
    read_lines = verb(codes.lines)
    order = verb(orders.place, emits=True)
    book = verb(bookings.book, emits=True)
    refund = verb(refunds.refund, emits=True)
    cancel = verb(cancellations.cancel, emits=True)
    orders = verb(receipts.listing)
    receipt = verb(receipts.receipt)

    # Reports
    report_sales = verb(reports.sales)
    report_money = verb(reports.money)
    report_stock = verb(sales.stock)

    # The shop itself
    changes = verb(changes.listing)
    set_setting = verb(settings.change)
    setting_sources = verb(settings.sources)
    settings = verb(settings.everything)
    verify = verb(verification.verify)

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
        """Create a shop and open it; a shop with the same currency that exists is only opened.

        Args:
            url: Path or address of the database.
            currency: ISO 4217 code; it can never be changed.
            timezone: IANA name; the system's time zone if None.
            clock: Returns the time now as an aware datetime; the system's clock if None.
            actor: Name stored as author of changes; the OS login if None.
            channel: Channel stored with changes: cli, tui, import or api.
            wait_max: Timeout of any answer of a database server, in seconds, above 0 up to 3600.

        Raises:
            CurrencyMismatch: A shop with another currency exists there.
            NotAShop: The database holds something else; nothing was written.
            InvalidInput: An argument is out of bounds.
        """
        from shopcli.storage.schema.making import create  # loads SQLAlchemy and Alembic

        exponent = exponent_of(currency)
        zone_name = machine.time_zone() if timezone is None else timezone
        zone(zone_name)
        final_clock = clock or system_clock
        with _named("create"):
            create(
                url,
                shop_id=Ids(final_clock).new(),
                currency=currency,
                exponent=exponent,
                timezone=zone_name,
                created_at=to_microseconds(final_clock()),
            )
        shop = cls.open(url, clock=clock, actor=actor, channel=channel, wait_max=wait_max)
        # Opening it made a connection; do not keep one until the shop is used.
        shop.close()
        return shop

    @classmethod
    def upgrade(cls, url: str, *, backup: str | None = None) -> SchemaStatus:
        """Migrate the schema of a shop to this release's version; a no-op if it has it.

        Args:
            url: Path or address of the database.
            backup: Path of a copy of the file that is made before it is migrated; none if None,
                and none is made where there is nothing to migrate. `{date}` and `{time}` in its
                name are those of the shop's clocks.

        Returns:
            The versions before and after, and the copy that was made.

        Raises:
            NoShop: The database does not exist or is empty.
            NotAShop: The database holds something else, or is damaged.
            SchemaNew: A newer release made the schema.
            InvalidInput: No copy can be made at that path, as a file is there.
            ShopExists: The path of the copy is that of the shop itself.
        """
        from shopcli.storage.schema import making  # loads SQLAlchemy and Alembic

        with _named("upgrade"), closed(connect(url)) as database:
            try:
                made = None
                if backup is not None:
                    from shopcli.engine.moving.upgrading import keep_before_upgrade  # as above

                    made = keep_before_upgrade(url, backup)
                return replace(making.upgrade(url), backup=made)
            except Exception as error:
                refuse_if_damaged(database, error, database.change_count)
                raise

    @classmethod
    def restore(
        cls,
        url: str,
        backup: str,
        *,
        over: str | None = None,
        clock: Clock | None = None,
        progress: Callable[[str, int, int | None], None] | None = None,
    ) -> Restoration:
        """Restore a shop from a backup, into an empty database or over the same shop.

        Args:
            url: Path or address of the database.
            backup: Path of the backup.
            over: Id of the shop that is replaced, or at least its last four characters.
            clock: Returns the time now as an aware datetime; the system's clock if None.
            progress: Called with (phase, done, in all or None).

        Raises:
            ShopError: What `shopcli.engine.moving.restoring.restore` raises.
        """
        # Loads SQLAlchemy and Alembic.
        from shopcli.engine.moving.full_disks import nothing_restored
        from shopcli.engine.moving.restoring import restore

        final_clock = clock or system_clock
        origin = Origin(machine.login(), machine.host_name(), "api")

        def runtime_of(database: Database, identity: Identity) -> Runtime:
            return Runtime(database, final_clock, Ids(final_clock), origin, identity)

        with _named("restore"), nothing_restored():
            return restore(backup, url, over=over, runtime_of=runtime_of, progress=progress)

    @classmethod
    def schema_status(cls, url: str) -> SchemaStatus:
        """Return the schema version of a shop, and the version that this release needs.

        Raises:
            NoShop: The database does not exist or is empty.
            NotAShop: The database holds something else.
        """
        from shopcli.storage.schema import making  # as above

        with _named("schema_status"):
            return making.status(url)

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
        """Open a shop; call `close` when done, or use it in a `with` block.

        Args:
            url: Path or address of the database.
            clock: Returns the time now as an aware datetime; the system's clock if None.
            actor: Name stored as author of changes; the OS login if None.
            channel: Channel stored with changes: cli, tui, import or api.
            wait_max: Timeout of any answer of a database server, in seconds, above 0 up to 3600.

        Raises:
            NoShop: The database does not exist or is empty.
            NotAShop: The database holds something else.
            SchemaOld: An older release made the schema; `Shop.upgrade` migrates it.
            SchemaNew: A newer release made the schema.
            NotAllowed: The login of the database may not read it.
            DatabaseUnreachable: The database does not answer.
            InvalidInput: An argument is out of bounds.
        """
        final_clock = clock or system_clock
        origin = Origin(
            machine.login() if actor is None else checked_name(actor, "Actor"),
            machine.host_name(),
            checked_name(channel, "Channel"),
        )
        database = connect(url, wait_max_seconds=_checked_wait(wait_max))
        try:
            with _named("open"):
                identity = recognise(database)
        except BaseException:
            database.close()
            raise
        database.check_new = refuse_other(identity.shop_id, database.display)
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
        """Return the same open shop limited to a member's rights; connections are shared.

        Args:
            user: Name of the member. Calls that name no user are about this one; calls that name
                another, and those that `shopcli.domain.rights` does not allow to members, raise
                `NotAllowed`. Orders of other users are not found.

        Raises:
            UnknownUser: No such user.
        """
        return self._held_by(Holder("member", self.user(user).user))

    def as_till(self) -> Self:
        """Return the same open shop limited to a till's rights; connections are shared.

        A till sells to every user, and can read and cancel only the orders it placed itself: those
        with its actor, host and channel.
        """
        return self._held_by(Holder("till"))

    def _held_by(self, holder: Holder) -> Self:
        return type(self)(replace(self._runtime, holder=holder))

    @property
    def role(self) -> Role:
        """The role that calls of this object are authorised for: operator, member or till."""
        return self._runtime.holder.role

    @property
    def member(self) -> str | None:
        """The user name that this object is limited to; None if it is not a member's."""
        return self._runtime.holder.username

    def may(self, verb: str) -> bool:
        """Whether this role may call a method (`charge`, `outbox.retry`) at least for its own user.

        For front ends, to hide what would be refused. Unknown methods are an operator's.
        """
        return may(self._runtime, verb)

    @property
    def id(self) -> str:
        """The shop's id, made when the shop was created."""
        return self._runtime.identity.shop_id

    @property
    def currency(self) -> str:
        """ISO 4217 code of the shop's currency."""
        return self._runtime.identity.currency

    @property
    def exponent(self) -> int:
        """Number of decimals of the currency."""
        return self._runtime.identity.exponent

    @property
    def timezone(self) -> str:
        """IANA name of the zone that times without a zone are in."""
        return self._runtime.identity.timezone

    @property
    def url(self) -> str:
        """Address of the database, without its password."""
        return self._runtime.database.display

    @property
    def runtime(self) -> Runtime:
        """The context of use cases; for the relay, not for front ends."""
        return self._runtime

    @property
    def change_count(self) -> int:
        """Number of changes that the database counted for this object since it was opened."""
        return self._runtime.database.change_count

    @property
    def server_ahead_seconds(self) -> float | None:
        """How far the server's clock was ahead of this one when last connected; None for a file.

        Sends no query. Too small by the time that the server's reply took.
        """
        told = self._runtime.database.server_time
        if told is None:
            return None
        passed = int((time.monotonic() - told.told_at_seconds) * 1_000_000)
        return (told.at + passed - self._runtime.now()) / 1_000_000

    @property
    def outbox(self) -> Outbox:
        """Deliveries, for operators and relays."""
        from shopcli.engine.parts import Outbox  # most commands need no part

        return Outbox(self._runtime)

    @property
    def browsing(self) -> Browsing:
        """Bounded reads for screens that stay open."""
        from shopcli.engine.parts import Browsing  # as above

        return Browsing(self._runtime)

    @property
    def exports(self) -> Exports:
        """Exports of rows."""
        from shopcli.engine.parts import Exports  # as above

        return Exports(self._runtime)

    @property
    def imports(self) -> Imports:
        """Imports of files."""
        from shopcli.engine.parts import Imports  # as above

        return Imports(self._runtime)

    @property
    def maintenance(self) -> Maintenance:
        """Facts about the database, and moving the shop to another."""
        from shopcli.engine.parts import Maintenance  # as above

        return Maintenance(self._runtime)

    def now(self) -> datetime:
        """Return the time now, by the shop's clock."""
        return self._runtime.clock()

    def moment(self, text: str, *, ends: bool = False, ago: bool = False) -> datetime:
        """Parse a typed instant; without a zone, the shop's is meant.

        Args:
            text: A date with or without a time, as in `2026-11-22T09:30`; a time of today, as in
                `09:30`; `now`, `today` or `yesterday`.
            ends: Read a day as its last microsecond, not its first.
            ago: Read `30m`, `12h`, `3d` and `2w` too, as so long ago.

        Raises:
            InvalidInput: It is no instant.
        """
        from shopcli.domain.times.typed import parse_typed  # only where a time is typed

        return parse_typed(text, self.timezone, self.now(), ends=ends, ago=ago)

    def window(
        self,
        since: str | None = None,
        until: str | None = None,
        *,
        on: str | None = None,
        month: str | None = None,
    ) -> Window:
        """Parse a typed window: two bounds of which either may be left out, a day, or a month.

        Args:
            since: As for `moment`, with spans.
            until: Likewise; a day belongs to the window as a whole, an instant does not.
            on: A day: `2026-11-22`, `today` or `yesterday`.
            month: As in `2026-11`.

        Raises:
            InvalidInput: One of them cannot be read, nothing lies in the window, or two are typed.
        """
        from shopcli.domain.times.windows import Typed, parse_window  # as above

        return parse_window(Typed(since, until, on, month), self.timezone, self.now())
