"""What a shell may complete from the shop itself: SKUs, users, coupon codes; never says a word.

A completion that prints or fails spoils the line being typed, so whatever goes wrong is an empty
answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from typer import Context

from shopcli.cli.configuration import of_process
from shopcli.domain.text import inert

if TYPE_CHECKING:
    from shopcli import Shop

OFFERED_MAX = 200
LOOKED_AT_MAX = 5000
"""Bound on what one press of TAB reads."""

Completions = list[tuple[str, str]]


def complete_sku(context: Context, incomplete: str) -> Completions:
    """Products whose SKU begins so."""
    return _offered(
        context,
        lambda shop: [
            (product.sku, product.name)
            for product in shop.products(incomplete or None, limit=LOOKED_AT_MAX)
        ],
        incomplete,
    )


def complete_order(context: Context, incomplete: str) -> Completions:
    """The newest orders, each with its buyer and its products."""
    return _offered(
        context,
        lambda shop: [
            (order.order or "", f"{order.user}: {', '.join(line.sku for line in order.lines)}")
            for order in shop.orders(limit=OFFERED_MAX)
        ],
        incomplete,
    )


def complete_user(context: Context, incomplete: str) -> Completions:
    """Users whose name begins so."""
    return _offered(
        context, lambda shop: [(user.user, user.name or "") for user in shop.users()], incomplete
    )


def complete_code(context: Context, incomplete: str) -> Completions:
    """Coupons whose code begins so."""
    written = str.lower if incomplete.islower() else str
    return _offered(
        context,
        lambda shop: [(written(coupon.code), coupon.state) for coupon in shop.coupon_list()],
        incomplete,
    )


def _offered(
    context: Context, found: Callable[[Shop], Completions], incomplete: str
) -> Completions:
    given = context.params.get("database") or context.find_root().params.get("database")
    settings = of_process({"database": given if isinstance(given, str) else None})
    try:
        from shopcli import Shop  # only when a value is completed

        with Shop.open(settings.database(), channel="cli") as shop:
            offered = [(word, inert(help_)) for word, help_ in found(shop)]
    except Exception:  # noqa: BLE001  # an empty answer, as the module's docstring says
        return []
    return [pair for pair in offered if pair[0].startswith(incomplete)][:OFFERED_MAX]
