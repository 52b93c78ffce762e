"""The `shop …` command line of each change the storefront makes, to copy and repeat.

Commands of money and coupons have the key of the change: typed again they answer it, and do
nothing twice. Of the others only a restock does it again.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shopcli.domain.records import Order

_LONG = {"-u": "--user"}


READABLE_LENGTH_MAX = 240
"""Longest command that is shown whole where somebody is to type it."""


def order(made: Order) -> str:
    """The command that places this order, with its key."""
    return _order(made, made.key, {})


def order_once(shown: Order, key: str, total_major: str) -> str:
    """The command that pays what was shown, once in any case; empty where it is too long to read.

    Args:
        shown: The quote that was confirmed.
        key: The key with which it was sent.
        total_major: Its total; another is refused.
    """
    command = _order(shown, key, {"--expect": total_major})
    return command if len(command) <= READABLE_LENGTH_MAX else ""


def _order(made: Order, key: str | None, more: Mapping[str, str]) -> str:
    lines = [
        line.sku if line.quantity == 1 else f"{line.sku}:{line.quantity}" for line in made.lines
    ]
    coupon = {} if made.coupon is None else {"--coupon": made.coupon}
    options = {**coupon, **more, "-u": made.user, "--key": key or ""}
    return _line("order", data=lines, options=options)


def receipt(order_id: str) -> str:
    """The command that shows an order."""
    return _line("receipt", data=[order_id])


def charge(user: str, amount_major: str, key: str, method: str | None = None) -> str:
    """The command that charges a balance."""
    how = {} if method is None else {"--method": method}
    return _line("charge", data=[amount_major], options={**how, "-u": user, "--key": key})


def payout(user: str, amount_major: str, reason: str, key: str, method: str | None) -> str:
    """The command that pays out of a balance."""
    how = {} if method is None else {"--method": method}
    options = {**how, "--reason": reason, "-u": user, "--key": key}
    return _line("payout", data=[amount_major], options=options)


def adjust(user: str, by_major: str, reason: str, key: str) -> str:
    """The command that corrects a balance by an amount with its sign."""
    options = {"--by": by_major, "--reason": reason, "-u": user, "--key": key}
    return _line("adjust", data=[], options=options)


def transfer(user: str, to: str, amount_major: str, reason: str | None, key: str) -> str:
    """The command that gives money to another user."""
    why = {} if reason is None else {"--reason": reason}
    options = {"--to": to, **why, "-u": user, "--key": key}
    return _line("transfer", data=[amount_major], options=options)


def history(user: str, day: str) -> str:
    """The command that shows what happened on a balance on a day, as in `2026-11-22`."""
    return _line("history", data=[], options={"-u": user, "--on": day})


def coupons(user: str) -> str:
    """The command that shows the coupons of a user."""
    return _line("coupons", data=[], options={"-u": user})


def claim(user: str, code: str, key: str) -> str:
    """The command that claims a coupon."""
    return _line("claim", data=[code], options={"-u": user, "--key": key})


def cancel(order_id: str, key: str) -> str:
    """The command that cancels an order."""
    return _line("cancel", data=[order_id], options={"--key": key})


def statement(user: str, month: str) -> str:
    """The command that shows what changed a balance in a month, as in `2026-11`."""
    return _line("statement", data=[], options={"-u": user, "--month": month})


def restock(sku: str, quantity: int) -> str:
    """The command that restocks a product."""
    return _line("product", "restock", data=[sku, str(quantity)])


def take_from_stock(sku: str, quantity: int) -> str:
    """The command that takes a wrong restock back; the reason is to be filled in."""
    return _line(
        "product", "adjust", data=[sku], options={"--by": str(-quantity), "--reason": "WHY"}
    )


def undo(entry: str, reason: str = "WHY") -> str:
    """The command that takes an entry back, once; the reason may be left to be filled in."""
    return _line("undo", data=[entry], options={"--reason": reason})


def undo_once(entry: str, reason: str, key: str) -> str:
    """The command that takes an entry back."""
    return _line("undo", data=[entry], options={"--reason": reason, "--key": key})


def refund(
    order_id: str, sku: str, quantity: int, reason: str, key: str, *, lost: bool, force: bool
) -> str:
    """The command that gives units of an order back."""
    flags = {**({"--lost": ""} if lost else {}), **({"--force": ""} if force else {})}
    options = {"--reason": reason, **flags, "--key": key}
    return _line("refund", data=[order_id, f"{sku}:{quantity}"], options=options)


def stock_history(sku: str) -> str:
    """The command that shows how the stock of a product changed."""
    return _line("product", "history", data=[sku])


def retry(event_id: str) -> str:
    """The command that makes an event due now."""
    return _line("outbox", "retry", data=[event_id])


def retry_dead() -> str:
    """The command that makes all dead events due now."""
    return "shop outbox retry --dead"


def flush() -> str:
    """The command that sends all events that are due."""
    return "shop outbox flush"


def outbox_status() -> str:
    """The command that shows where deliveries stand."""
    return "shop outbox status"


def hold(reason: str) -> str:
    """The command that holds deliveries."""
    return _line("outbox", "hold", data=[], options={"--reason": reason})


def resume() -> str:
    """The command that lets deliveries go."""
    return "shop outbox resume"


def replay(since: str, until: str) -> str:
    """The command that sends delivered events again.

    Args:
        since: When the first of them was written, as RFC 3339.
        until: When the last of them was, likewise.
    """
    options = {"--from": since, "--to": until, "--yes": ""}
    return _line("outbox", "replay", data=[], options=options)


def set_price(sku: str, price_major: str) -> str:
    """The command that changes the price of a product."""
    return _line("product", "set", data=[sku], options={"--price": price_major})


def set_on_sale(sku: str, *, is_on_sale: bool) -> str:
    """The command that takes a product off sale, or puts it back."""
    return _line(
        "product", "set", data=[sku], options={"--on-sale" if is_on_sale else "--off-sale": ""}
    )


def coupon_limit(code: str, limit: int) -> str:
    """The command that changes how many of a coupon can be claimed."""
    return _line("coupon", "set", data=[code], options={"--limit": str(limit)})


def switch_coupon(code: str, *, is_on: bool, reason: str) -> str:
    """The command that switches a coupon off, or on again."""
    options = {
        "--enabled" if is_on else "--disabled": "",
        **({"--reason": reason} if reason else {}),
    }
    return _line("coupon", "set", data=[code], options=options)


def set_user_state(user: str, state: str, reason: str) -> str:
    """The command that makes a user blocked, or active again."""
    options = {f"--{state}": "", **({"--reason": reason} if reason else {})}
    return _line("user", "set", data=[user], options=options)


def close_books(key: str, counted_major: str | None) -> str:
    """The command that closes the books."""
    counted = {} if counted_major is None else {"--counted": counted_major}
    return _line("close", data=[], options={**counted, "--key": key})


def add_user(user: str) -> str:
    """The command that adds a user."""
    return _line("user", "add", data=[user])


def show_user(user: str) -> str:
    """The command that shows a user."""
    return _line("user", "show", data=[user])


def _line(*words: str, data: Sequence[str], options: Mapping[str, str] | None = None) -> str:
    """A command line that reads its values as values, even where one begins with a dash."""
    given = [word for name, value in (options or {}).items() for word in _option(name, value)]
    dashed = any(value.startswith("-") for value in data)
    rest = [*given, "--", *data] if dashed else [*data, *given]
    return shlex.join(_plain(("shop", *words, *rest)))


def _option(name: str, value: str) -> tuple[str, ...]:
    if not value:
        return (name,)  # a flag
    if value.startswith("-"):
        return (f"{_LONG.get(name, name)}={value}",)
    return (name, value)


def _plain(words: Iterable[str]) -> Iterable[str]:
    # Values come from the database; a clipboard is pasted into shells.
    return ("".join(c if c.isprintable() else "?" for c in word) for word in words)
