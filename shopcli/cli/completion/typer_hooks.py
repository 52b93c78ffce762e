"""Completion functions for Typer; the values come from `completion.names`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer import Context

from shopcli.cli.completion import names
from shopcli.cli.completion.names import Offers

if TYPE_CHECKING:
    from shopcli.cli.completion.names import Kind


def complete_sku(context: Context, incomplete: str) -> Offers:
    """Complete a SKU."""
    return _offered(context, "sku", incomplete)


def complete_order(context: Context, incomplete: str) -> Offers:
    """Complete an order's id; offers the newest, each with its user and products."""
    return _offered(context, "order", incomplete)


def complete_user(context: Context, incomplete: str) -> Offers:
    """Complete a user."""
    return _offered(context, "user", incomplete)


def complete_code(context: Context, incomplete: str) -> Offers:
    """Complete a coupon's code."""
    return _offered(context, "code", incomplete)


def complete_setting(context: Context, incomplete: str) -> Offers:
    """Complete a setting of the shop."""
    return _offered(context, "setting", incomplete)


def complete_config(context: Context, incomplete: str) -> Offers:
    """Complete a setting of the configuration file."""
    return _offered(context, "config", incomplete)


def complete_config_value(context: Context, incomplete: str) -> Offers:
    """Complete the value of a setting of the configuration file, where it is one of a few."""
    return _offered(context, "config_value", incomplete, str(context.params.get("name") or ""))


def complete_event_state(context: Context, incomplete: str) -> Offers:
    """Complete the state of an event."""
    return _offered(context, "event_state", incomplete)


def complete_topic(context: Context, incomplete: str) -> Offers:
    """Complete a topic of the manual."""
    return _offered(context, "topic", incomplete)


def complete_change_kind(context: Context, incomplete: str) -> Offers:
    """Complete what was changed."""
    return _offered(context, "change_kind", incomplete)


def complete_user_state(context: Context, incomplete: str) -> Offers:
    """Complete the state of a user."""
    return _offered(context, "user_state", incomplete)


def complete_order_state(context: Context, incomplete: str) -> Offers:
    """Complete the state of an order."""
    return _offered(context, "order_state", incomplete)


def complete_format(context: Context, incomplete: str) -> Offers:
    """Complete the format of an answer."""
    return _offered(context, "format", incomplete)


def complete_sales_key(context: Context, incomplete: str) -> Offers:
    """Complete what sales are added up by."""
    return _offered(context, "sales_key", incomplete)


def complete_money_key(context: Context, incomplete: str) -> Offers:
    """Complete what money is added up by."""
    return _offered(context, "money_key", incomplete)


def complete_times(context: Context, incomplete: str) -> Offers:
    """Complete the zone of times."""
    return _offered(context, "times", incomplete)


def _offered(context: Context, kind: Kind, incomplete: str, before: str = "") -> Offers:
    given = context.params.get("database") or context.find_root().params.get("database")
    return names.offered(kind, given if isinstance(given, str) else None, incomplete, before)
