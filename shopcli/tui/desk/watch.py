"""What an operator has to see to, read together; each with what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from shopcli.domain.deliveries.values import Retryable
from shopcli.domain.errors import ShopError
from shopcli.domain.records import Coupon, Order, OutboxEvent, OutboxStatus, Product
from shopcli.domain.records.products import low_stock_mark

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shopcli import Shop

PRODUCT_COUNT_MAX = 50
"""Most products and coupons that are listed; the lowest first."""

RUNNING_OUT_FRACTION = 5
"""A coupon is running out when a fifth of its limit is left, or less."""

_TRIED_COUNT = 20
"""So many of the newest events that wait are looked at for what the platform answers."""

COMING_IN_COUNT = 30
"""How many of the newest orders stand beside what needs somebody."""


@dataclass(frozen=True, slots=True)
class Unclosed:
    """That something was sold on a day before today which no close covers."""

    since: datetime | None
    """When the last close was made; None where there is none."""


@dataclass(frozen=True, slots=True)
class Low:
    """A product on sale with little or nothing left."""

    product: Product
    mark: int


@dataclass(frozen=True, slots=True)
class Watch:
    """Everything that may need somebody."""

    status: OutboxStatus
    is_awaited: bool
    """Whether anybody waits for the events: there is a platform, or was one."""
    fault: ShopError | None
    """Why the platform's address cannot be used."""
    dead: Retryable
    """What was given up needs somebody; what was discarded needs nobody."""
    refusal: str | None
    """Why the newest events that wait were not taken, where each of them was tried."""
    low: tuple[Low, ...]
    coupons: tuple[Coupon, ...]
    unclosed: Unclosed | None
    orders: tuple[Order, ...]
    """The newest, where there is room for them."""

    @property
    def waiting_count(self) -> int:
        """How many deliveries wait; one that is being sent just now may be about to fail."""
        return self.status.pending + self.status.leased

    @property
    def count(self) -> int:
        """How many lines of it need somebody."""
        about_events = (
            self.status.retired_to is not None,
            self.dead.given_up > 0 and self.status.retired_to is None,
            halt(self) != "",
        )
        return sum(about_events) + len(self.low) + len(self.coupons) + (self.unclosed is not None)


def halt(watch: Watch) -> str:
    """Why events wait; empty where none does.

    It is fault, held, stopped, refused, open, no_platform, or no_relay.
    """
    status = watch.status
    if status.retired_to is not None:
        return ""
    if watch.fault is not None:
        return "fault"
    if status.held is not None:
        return "held"
    if status.breaker == "stopped":
        return "stopped"
    if watch.refusal is not None and (status.breaker == "open" or not status.relay):
        return "refused"
    if status.breaker == "open":
        return "open"
    if not watch.waiting_count or not watch.is_awaited:
        return ""
    if status.endpoint is None:
        return "no_platform"
    return "" if status.relay else "no_relay"


def read_watch(shop: Shop, variables: Mapping[str, str] | None, *, with_orders: bool) -> Watch:
    """Read what may need somebody.

    Args:
        shop: The shop of an operator.
        variables: Variables with the platform's address; those of this process if None.
        with_orders: Whether the newest orders are shown, too.
    """
    status, is_awaited, fault = read_status(shop, variables)
    shop_mark = shop.browsing.low_stock_mark()
    low = shop.browsing.low_stock(PRODUCT_COUNT_MAX)
    return Watch(
        status=status,
        is_awaited=is_awaited,
        fault=fault,
        dead=shop.outbox.retryable() if status.dead else Retryable(0, 0),
        refusal=_refusal(shop) if status.endpoint is not None else None,
        low=tuple(Low(product, low_stock_mark(product, shop_mark)) for product in low),
        coupons=_running_out(shop),
        unclosed=_unclosed(shop),
        orders=shop.orders(limit=COMING_IN_COUNT) if with_orders else (),
    )


def read_status(
    shop: Shop, variables: Mapping[str, str] | None
) -> tuple[OutboxStatus, bool, ShopError | None]:
    """Where deliveries stand, whether anybody waits for them, and what is wrong with the address.

    Args:
        shop: The shop of an operator.
        variables: As of `read_watch`.
    """
    from shopcli import Relay  # it knows the platform; only an operator looks at deliveries

    relay = Relay(shop, environment=variables)
    try:
        status = relay.status()
    except ShopError as error:
        return shop.outbox.status(), True, error
    return status, relay.is_awaited(status), None


def _refusal(shop: Shop) -> str | None:
    """What the platform answered last, where it took none of the newest events that wait."""
    waiting = newest_waiting(shop, _TRIED_COUNT)
    errors = [event.last_error for event in waiting if event.last_error]
    return errors[0] if errors and len(errors) == len(waiting) else None


def newest_waiting(shop: Shop, limit: int) -> list[OutboxEvent]:
    """The newest events that wait; those being sent just now stay where they are among them."""
    found = [
        event
        for state in ("pending", "leased")
        for event in shop.outbox.list(state=state, limit=limit)
    ]
    return sorted(found, key=attrgetter("id"), reverse=True)[:limit]


def _running_out(shop: Shop) -> tuple[Coupon, ...]:
    found = [
        coupon
        for coupon in shop.coupon_list()
        if coupon.state in {"open", "sold_out"}
        and (coupon.limit - coupon.claimed) * RUNNING_OUT_FRACTION <= coupon.limit
    ]
    return tuple(sorted(found, key=lambda coupon: coupon.limit - coupon.claimed))[
        :PRODUCT_COUNT_MAX
    ]


def _unclosed(shop: Shop) -> Unclosed | None:
    """Whether a day before today has an order that no close covers."""
    closings = shop.closings(limit=1)
    since = closings[0].until if closings else None
    midnight = shop.moment("today")
    if since is not None and since >= midnight:
        return None
    found = shop.orders(limit=1, since=since, until=midnight)
    return Unclosed(since) if found else None
