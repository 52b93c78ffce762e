"""The answer of `shop` without a command: shop, user, and what to type next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli.domain.addresses import display
from shopcli.domain.errors import NoShop, UnknownUser
from shopcli.domain.money import Minor
from shopcli.domain.text import typed, typed_after

if TYPE_CHECKING:
    from shopcli.cli.call import Call


@dataclass(frozen=True)
class Here:
    """The shop and the user that a command would use. `next` is a command to type."""

    database: str
    shop: str | None
    currency: str | None
    timezone: str | None
    user: str | None
    balance: Minor | None
    next: str


def where_am_i(call: Call) -> None:
    """Answer with the shop and the user a command would use, and a command to type next."""
    address = display(call.settings.database())
    user = call.settings.user()
    shop_id = currency = timezone = balance = None
    try:
        with call.shop() as shop:
            shop_id, currency, timezone = shop.id, shop.currency, shop.timezone
            if user is not None:
                balance = shop.balance(user).balance
    except NoShop:
        here, who, then = f"No shop at {address} yet.", "", "shop init --sample, or: shop demo"
    except UnknownUser as error:
        here, who = f"Shop at {address}", f"User {user} is not known here."
        then = f"shop user add {typed(error.details['user'])}"
    else:
        here = f"Shop at {address} ({currency}, {timezone})"
        who, then = _told(call, user, balance, currency)
    then = call.pasted(then)
    found = Here(address, shop_id, currency, timezone, user, balance, then)
    lines = [here, who, f"Next: {then}   (shop --help lists everything)"]
    call.output.record(found, *(line for line in lines if line))


def _told(call: Call, user: str | None, balance: int | None, currency: str) -> tuple[str, str]:
    if user is None:
        return "No user named: add -u USER or set SHOP_USER.", "shop products"
    if not balance:
        return f"User {user} has nothing to spend.", f"shop charge 10000 {typed_after('-u', user)}"
    return (
        f"User {user} has {call.money(balance, currency)}.",
        f"shop products, then: shop order SKU:2 {typed_after('-u', user)}",
    )
