"""The facade: everything the shop can do, as one object; composes, and holds no rule of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.ids import Ids
from shopcli.domain.moments import parse_moment, system_clock, to_microseconds, zone
from shopcli.domain.money import DEFAULT_CURRENCY, exponent_of
from shopcli.domain.text import checked_name
from shopcli.engine import (
    ambient,
    audit,
    balances,
    cancellations,
    coupons,
    orders,
    products,
    sales,
    settings,
    users,
)
from shopcli.engine.runtime import Origin, Runtime
from shopcli.storage.database import connect
from shopcli.storage.recognition import recognise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from shopcli.domain import records
    from shopcli.engine.outbox import Outbox

    Lines = Mapping[str, int] | Iterable[tuple[str, int]]
    Clock = Callable[[], datetime]


class Shop:
    """A shop in a database. Thread-safe; amounts are integers in minor units.

    Made by `Shop.open` or `Shop.create`. Refusals raise subclasses of `ShopError`, each with `code`
    and `details`; what each verb can raise is said at the use case of the same name in
    `shopcli.engine`.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

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
    ) -> Self:
        """Make a shop; a no-op where the same shop is already there.

        Args:
            url: Path or address of the database.
            currency: ISO 4217 code, for ever.
            timezone: IANA name; the system's where None.
            clock: Gives the time now as an aware datetime; the system's where None.
            actor: Who acts; the OS login where None.
            channel: Through what: cli, tui, import or api.

        Raises:
            CurrencyMismatch: There is a shop with another currency.
            NotAShop: There is something else; nothing was written.
            InvalidInput: A value is none of its kind.
        """
        from shopcli.storage.schema import create  # noqa: PLC0415  # loads SQLAlchemy and Alembic

        exponent = exponent_of(currency)
        zone_name = ambient.time_zone() if timezone is None else timezone
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
        return cls.open(url, clock=clock, actor=actor, channel=channel)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        clock: Clock | None = None,
        actor: str | None = None,
        channel: str = "api",
    ) -> Self:
        """Open a shop; close it, or use it in a `with` block.

        Args:
            url: Path or address of the database.
            clock: Gives the time now as an aware datetime; the system's where None.
            actor: Who acts; the OS login where None.
            channel: Through what: cli, tui, import or api.

        Raises:
            NoShop: Nothing is there.
            NotAShop: Something else is there.
            SchemaOld: Made by an older release.
            SchemaNew: Made by a newer release.
            DatabaseUnreachable: The database does not answer.
        """
        final_clock = clock or system_clock
        origin = Origin(
            ambient.login() if actor is None else checked_name(actor, "Actor"),
            ambient.host_name(),
            checked_name(channel, "Channel"),
        )
        database = connect(url)
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
        from shopcli.engine.outbox import Outbox  # noqa: PLC0415  # most commands deliver nothing

        return Outbox(self._runtime)

    def now(self) -> datetime:
        """The time now, by the shop's clock."""
        return self._runtime.clock()

    def moment(self, text: str) -> datetime:
        """An instant as people type it; without a zone it is meant in the shop's."""
        return parse_moment(text, self.timezone)

    def add_user(self, user: str, name: str | None = None) -> records.User:
        """Add a user with an empty balance."""
        return users.add(self._runtime, user, name)

    def user(self, user: str) -> records.User:
        """One user."""
        return users.get(self._runtime, user)

    def users(self, limit: int | None = None) -> tuple[records.User, ...]:
        """Users by name."""
        return users.listing(self._runtime, limit)

    def set_user(
        self,
        user: str,
        *,
        name: str | None = None,
        forget_name: bool = False,
        state: str | None = None,
        reason: str | None = None,
    ) -> records.User:
        """Rename, forget the name of, block, close or make active again."""
        return users.change(
            self._runtime, user, name=name, forget_name=forget_name, state=state, reason=reason
        )

    def charge(
        self,
        user: str,
        amount: int,
        key: str | None = None,
        at: datetime | None = None,
        reason: str | None = None,
    ) -> records.BalanceChange:
        """Put money in."""
        return balances.charge(self._runtime, user, amount, key, at, reason)

    def payout(
        self, user: str, amount: int | None = None, *, reason: str, key: str | None = None
    ) -> records.BalanceChange:
        """Pay money out; all of it where no amount is given."""
        return balances.payout(self._runtime, user, amount, reason, key)

    def adjust(
        self, user: str, by: int, *, reason: str, key: str | None = None
    ) -> records.BalanceChange:
        """Correct a balance by a signed amount."""
        return balances.adjust(self._runtime, user, by, reason, key)

    def balance(self, user: str) -> records.Balance:
        """What a user can spend."""
        return balances.balance(self._runtime, user)

    def history(
        self, user: str, limit: int | None = None, since: datetime | None = None
    ) -> tuple[records.BalanceEntry, ...]:
        """A user's balance entries in recording order."""
        return balances.history(self._runtime, user, limit, since)

    def add_product(
        self,
        sku: str,
        *,
        name: str,
        price: int,
        stock: int = 0,
        category: str | None = None,
        barcode: str | None = None,
        low_stock: int | None = None,
    ) -> records.Product:
        """Add a product with its first stock."""
        return products.add(
            self._runtime,
            sku,
            name=name,
            price=price,
            stock=stock,
            category=category,
            barcode=barcode,
            low_stock=low_stock,
        )

    def set_product(
        self,
        sku: str,
        *,
        name: str | None = None,
        price: int | None = None,
        category: str | None = None,
        barcode: str | None = None,
        low_stock: int | None = None,
        on_sale: bool | None = None,
        reason: str | None = None,
    ) -> records.Product:
        """Change what is given of a product."""
        return products.change(
            self._runtime,
            sku,
            name=name,
            price=price,
            category=category,
            barcode=barcode,
            low_stock=low_stock,
            on_sale=on_sale,
            reason=reason,
        )

    def product(self, sku: str) -> records.Product:
        """One product."""
        return products.get(self._runtime, sku)

    def products(
        self, query: str | None = None, limit: int | None = None
    ) -> tuple[records.Product, ...]:
        """Products by SKU; a query keeps those with it in SKU, name or barcode."""
        return products.listing(self._runtime, query, limit)

    def restock(self, sku: str, quantity: int, reason: str | None = None) -> records.Product:
        """Add units that came in."""
        return products.restock(self._runtime, sku, quantity, reason)

    def adjust_stock(
        self, sku: str, *, by: int | None = None, to: int | None = None, reason: str
    ) -> records.Product:
        """Correct stock by a signed number of units, or to what was counted."""
        return products.adjust(self._runtime, sku, by=by, to=to, reason=reason)

    def product_history(
        self, sku: str, limit: int | None = None, since: datetime | None = None
    ) -> tuple[records.StockMovement, ...]:
        """A product's stock movements in recording order."""
        return products.history(self._runtime, sku, limit, since)

    def add_coupon(
        self,
        code: str,
        *,
        percent: int | None = None,
        amount: int | None = None,
        cap: int | None = None,
        limit: int,
        min_order: int | None = None,
        opens: datetime | None = None,
        closes: datetime | None = None,
        use_by: datetime | None = None,
        valid_days: int | None = None,
    ) -> records.Coupon:
        """Add a coupon of which `limit` can be claimed."""
        return coupons.add(
            self._runtime,
            code,
            percent=percent,
            amount=amount,
            cap=cap,
            limit=limit,
            min_order=min_order,
            opens=opens,
            closes=closes,
            use_by=use_by,
            valid_days=valid_days,
        )

    def set_coupon(
        self,
        code: str,
        *,
        limit: int | None = None,
        closes: datetime | None = None,
        disabled: bool | None = None,
        reason: str | None = None,
    ) -> records.Coupon:
        """Change the limit, the end of claiming, or switch off and on."""
        return coupons.change(
            self._runtime, code, limit=limit, closes=closes, disabled=disabled, reason=reason
        )

    def coupon(self, code: str) -> records.Coupon:
        """One coupon's terms and counts."""
        return coupons.get(self._runtime, code)

    def coupon_list(self, limit: int | None = None) -> tuple[records.Coupon, ...]:
        """Coupons by code."""
        return coupons.listing(self._runtime, limit)

    def claim(self, user: str, code: str, key: str | None = None) -> records.Claim:
        """Take one of a limited number of coupons."""
        return coupons.claim(self._runtime, user, code, key)

    def coupons(self, user: str) -> tuple[records.UserCoupon, ...]:
        """The coupons a user has claimed, newest first."""
        return coupons.held_by(self._runtime, user)

    def order(
        self,
        user: str,
        lines: Lines,
        coupon: str | None = None,
        key: str | None = None,
        dry_run: bool = False,  # noqa: FBT001, FBT002  # part of the public contract
    ) -> records.Order:
        """Order several products at once and pay from the balance."""
        return orders.place(self._runtime, user, lines, coupon, key, dry_run=dry_run)

    def orders(
        self, user: str | None = None, limit: int | None = None, since: datetime | None = None
    ) -> tuple[records.Order, ...]:
        """Orders of a user, or of everybody, newest first."""
        return orders.listing(self._runtime, user, limit, since)

    def receipt(self, order: str | None = None, *, key: str | None = None) -> records.Order:
        """An order as it stands, by id or by its key; amounts as at sale."""
        return orders.receipt(self._runtime, order, key)

    def cancel(
        self,
        order: str,
        reason: str | None = None,
        key: str | None = None,
        force: bool = False,  # noqa: FBT001, FBT002  # part of the public contract
    ) -> records.Cancellation:
        """Undo an order: stock, balance, coupon and sales, once."""
        return cancellations.cancel(self._runtime, order, reason, key, force=force)

    def top(
        self, days: int = 3, limit: int | None = 5, as_of: datetime | None = None
    ) -> records.Top:
        """The products sold most in the last days."""
        return sales.top(self._runtime, days, limit, as_of)

    def changes(self, subject_kind: str, subject: str) -> tuple[records.AdminChange, ...]:
        """The recorded changes of a user, product, coupon, setting or outbox event."""
        return audit.changes(self._runtime, subject_kind, subject)

    def settings(self) -> dict[str, str | None]:
        """Every setting of the shop with its value."""
        return settings.everything(self._runtime)

    def set_setting(self, name: str, value: str | None, reason: str | None = None) -> None:
        """Set a setting of the shop, or return it to its default with None."""
        settings.change(self._runtime, name, value, reason)

    def verify(self) -> records.Verification:
        """Recompute every invariant from the rows."""
        from shopcli.engine.verification import verify  # noqa: PLC0415  # rarely asked for

        return verify(self._runtime)
