"""What `shop` alone answers: where am I, and what next; three lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.addresses import display
from shopcli.domain.errors import NoShop, UnknownUser

if TYPE_CHECKING:
    from shopcli.cli.call import Call


def where_am_i(call: Call) -> None:
    """Answer with the shop and the user a command would use, and a command to type next."""
    address = display(call.settings.database())
    user = call.settings.user()
    found: dict[str, object] = {"database": address, "shop": None, "currency": None}
    found |= {"timezone": None, "user": user, "balance": None}
    try:
        with call.shop() as shop:
            found |= {"shop": shop.id, "currency": shop.currency, "timezone": shop.timezone}
            if user is not None:
                found["balance"] = shop.balance(user).balance
    except NoShop:
        here, who, then = f"No shop at {address} yet.", "", "shop init --sample, or: shop demo"
    except UnknownUser:
        here, who = f"Shop at {address}", f"User {user} is not known here."
        then = f"shop user add {user}"
    else:
        here, who, then = _told(call, found)
    found["next"] = then
    lines = [here, who, f"Next: {then}   (shop --help lists everything)"]
    call.output.record(found, *(line for line in lines if line))


def _told(call: Call, found: dict[str, object]) -> tuple[str, str, str]:
    here = f"Shop at {found['database']} ({found['currency']}, {found['timezone']})"
    user, balance = found["user"], found["balance"]
    if user is None:
        return here, "No user named: add -u USER or set SHOP_USER.", "shop products"
    if not isinstance(balance, int) or balance == 0:
        return here, f"User {user} has nothing to spend.", f"shop charge 10000 -u {user}"
    who = f"User {user} has {call.money(balance, str(found['currency']))}."
    return here, who, "shop products, then: shop order SKU:2"
