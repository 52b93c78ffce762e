"""How Typer is told what values to complete; the values themselves are `cli.offers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer import Context

from shopcli.cli.completion import names
from shopcli.cli.completion.names import Offers

if TYPE_CHECKING:
    from shopcli.cli.completion.names import Kind


def complete_sku(context: Context, incomplete: str) -> Offers:
    """Products whose SKU begins so."""
    return _offered(context, "sku", incomplete)


def complete_order(context: Context, incomplete: str) -> Offers:
    """The newest orders, each with its buyer and its products."""
    return _offered(context, "order", incomplete)


def complete_user(context: Context, incomplete: str) -> Offers:
    """Users whose name begins so."""
    return _offered(context, "user", incomplete)


def complete_code(context: Context, incomplete: str) -> Offers:
    """Coupons whose code begins so."""
    return _offered(context, "code", incomplete)


def complete_setting(context: Context, incomplete: str) -> Offers:
    """Settings of the shop, with what each does."""
    return _offered(context, "setting", incomplete)


def complete_config(context: Context, incomplete: str) -> Offers:
    """Settings of this machine."""
    return _offered(context, "config", incomplete)


def complete_event_state(context: Context, incomplete: str) -> Offers:
    """States of a delivery."""
    return _offered(context, "event_state", incomplete)


def complete_topic(context: Context, incomplete: str) -> Offers:
    """Topics of help."""
    return _offered(context, "topic", incomplete)


def _offered(context: Context, kind: Kind, incomplete: str) -> Offers:
    given = context.params.get("database") or context.find_root().params.get("database")
    return names.offered(kind, given if isinstance(given, str) else None, incomplete)
