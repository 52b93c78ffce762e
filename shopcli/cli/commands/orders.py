"""Commands on orders: order, orders, receipt, refund, cancel; events are sent after the answer."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import Call, like, one_of
from shopcli.cli.completion.typer_hooks import complete_code, complete_order, complete_sku
from shopcli.cli.paper import afterwards, given_back, write_receipt
from shopcli.cli.parsing.filters import OrderState, WithSku
from shopcli.cli.parsing.options import (
    Key,
    Limit,
    Month,
    NoDeliver,
    On,
    Reason,
    RequiredReason,
    Since,
    Until,
)
from shopcli.cli.parsing.typer_commands import ShopCommand, UserCommand, new_app
from shopcli.cli.parsing.values import quantities_joined
from shopcli.cli.terminal import Column
from shopcli.domain.errors import InvalidInput, RefundExceedsOrder, ShopError, UnknownProduct
from shopcli.domain.records import Order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shopcli import Shop

app = new_app("Commands on orders.")

ORDER_HELP = "Its id, or at least the last 4 characters of it."


@app.command(
    "order",
    cls=UserCommand,
    epilog="""
    shop order LATTE:2 BAGEL -u kim
    shop order LATTE --coupon WELCOME10 -u kim
    shop order LATTE:2 --dry-run -u kim
    shop order LATTE:2 --expect 9000 -u kim
    """,
)
def order(
    context: typer.Context,
    lines: Annotated[
        list[str],
        typer.Argument(
            metavar="SKU[:QTY]…",
            help="SKU or barcode, and how many (else 1).",
            autocompletion=complete_sku,
        ),
    ],
    *,
    coupon: Annotated[
        str | None,
        typer.Option(
            "--coupon",
            metavar="CODE",
            help="A coupon the user holds.",
            autocompletion=complete_code,
        ),
    ] = None,
    expect: Annotated[
        str | None,
        typer.Option(
            "--expect",
            metavar="TOTAL",
            help="Order only at this total, in major units; else exit 1.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what it would cost.")
    ] = False,
    key: Key = None,
    no_deliver: NoDeliver = False,
) -> None:
    """Order and pay from the balance."""
    call = Call.of(context)
    user = call.user()
    values = {"--coupon": coupon, "--expect": expect, "--key": key}
    flags = {"--dry-run": dry_run, "--no-deliver": no_deliver}
    if not dry_run:
        key = call.new_key(key)
    with call.shop() as shop:
        wanted = shop.read_lines(lines)
        expected = call.optional_amount(expect)
        try:
            placed = shop.order(
                user, wanted, coupon=coupon, key=key, dry_run=dry_run, expected_total=expected
            )
        except UnknownProduct as error:
            meant = quantities_joined(lines, {item["sku"] for item in error.details["items"]})
            if meant != lines:
                line = _typed_again(meant, values, flags)
                error.details = {**error.details, "line": line, "reason": "quantity_apart"}
            raise
        _answer(call, placed, is_new=not placed.replayed)
        if dry_run and not call.output.is_table:  # a person reads it in the answer
            call.remark("Dry run: nothing was changed.")
        call.settled()
        if placed.order is not None and not no_deliver:
            deliver(call, placed.order)


@app.command(
    "orders",
    cls=UserCommand,
    epilog="""
    shop orders -u kim
    shop orders --all --since 2026-11-01
    shop orders --all --sku LATTE --state cancelled
    """,
)
def orders(
    context: typer.Context,
    *,
    everyone: Annotated[bool, typer.Option("--all", help="Of every user.")] = False,
    sku: WithSku = None,
    state: OrderState = None,
    limit: Limit = None,
    since: Since = None,
    until: Until = None,
    on: On = None,
    month: Month = None,
) -> None:
    """List a user's orders, newest first."""
    call = Call.of(context)
    user = None if everyone else call.user()
    shown = call.rows_to_show(limit)
    with call.shop() as shop:
        since_at, until_at = call.window(shop, since, until, on, month)
        found = shop.orders(user, limit=shown, since=since_at, until=until_at, sku=sku, state=state)
    columns = [
        Column("placed_at", "when", spare=3),
        Column("order"),
        Column("state", spare=2),
        Column("total", right=True, spare=1),
        Column("lines", "what", wraps=True, whole_words=True, spare=4),
    ]
    if everyone:
        columns.insert(1, Column("user", spare=2))
    call.output.rows(found, Order, columns)
    is_narrowed = not all(given is None for given in (sku, state, since, until, on, month))
    empty = "No such orders." if is_narrowed else "No orders yet. Try: shop order LATTE:2"
    call.remark_list(len(found), limit, empty=empty)


@app.command(
    "receipt",
    cls=ShopCommand,
    epilog="""
    shop receipt 7f3k2q9a
    shop receipt --key till1-0042
    shop receipt 7f3k2q9a --format table | lp
    """,
)
def receipt(
    context: typer.Context,
    order_id: Annotated[
        str | None,
        typer.Argument(metavar="[ORDER]", help=ORDER_HELP, autocompletion=complete_order),
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", metavar="KEY", help="The key it was placed with.")
    ] = None,
) -> None:
    """Show an order as it was sold."""
    call = Call.of(context)
    one_of(like("shop receipt ORDER"), ORDER=order_id, key=key)
    with call.shop() as shop:
        found = shop.receipt(order_id) if key is None else shop.receipt(key=key)
        call.check_user(found.user, order_id or key or "", "other_users_order")
    if call.output.is_drawn:
        write_receipt(call, found)
    else:
        call.output.record(found)


@app.command(
    "refund",
    cls=ShopCommand,
    epilog="""
    shop refund 7f3k2q9a LATTE --reason "spilt"
    shop refund 7f3k2q9a LATTE:2 BAGEL --reason "never came" --lost
    """,
)
def refund(
    context: typer.Context,
    order_id: Annotated[
        str,
        typer.Argument(metavar="ORDER", help=ORDER_HELP, autocompletion=complete_order),
    ],
    lines: Annotated[
        list[str],
        typer.Argument(
            metavar="SKU[:QTY]…",
            help="SKU or barcode, and how many (else 1).",
            autocompletion=complete_sku,
        ),
    ],
    *,
    reason: RequiredReason,
    lost: Annotated[
        bool, typer.Option("--lost", help="The units do not go back to stock.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Also when it is too late.")] = False,
    key: Key = None,
    no_deliver: NoDeliver = False,
) -> None:
    """Give part of an order back: money, stock and sales in one step."""
    call = Call.of(context)
    values = {"--reason": reason, "--key": key}
    flags = {"--lost": lost, "--force": force, "--no-deliver": no_deliver}
    key = call.new_key(key)
    with call.shop() as shop:
        try:
            wanted = shop.read_lines(lines)
        except InvalidInput as error:
            if error.details.get("reason") == "line":
                error.details = {**error.details, "order": order_id, "reason": "refund_line"}
            raise
        _check_user(call, shop, order_id)
        try:
            given = shop.refund(order_id, wanted, reason=reason, lost=lost, force=force, key=key)
        except RefundExceedsOrder as error:
            unknown = {item["sku"] for item in error.details["items"] if not item["left"]}
            meant = quantities_joined(lines, unknown)
            if meant != lines:
                line = _typed_again([order_id, *meant], values, flags)
                error.details = {**error.details, "line": line, "reason": "quantity_apart"}
            raise
        again = " (done before; nothing was changed now)" if given.replayed else ""
        then = " then" if given.replayed else ""
        call.output.record(
            given,
            f"Order {given.order}: given back{again}",
            *(f"  {given_back(call, line)}" for line in given.lines),
            f"refunded {call.money(given.refunded, given.currency)}, "
            f"balance{then} {call.money(given.balance, given.currency)}",
            f"key {given.key}",
        )
        call.settled()
        if not no_deliver:
            deliver(call, given.order)


@app.command(
    "cancel",
    cls=ShopCommand,
    epilog="""
    shop cancel 7f3k2q9a
    shop cancel 7f3k2q9a --force --reason "came back cold"
    """,
)
def cancel(
    context: typer.Context,
    order_id: Annotated[
        str,
        typer.Argument(metavar="ORDER", help=ORDER_HELP, autocompletion=complete_order),
    ],
    *,
    reason: Reason = None,
    force: Annotated[bool, typer.Option("--force", help="Also when it is too late.")] = False,
    key: Key = None,
    no_deliver: NoDeliver = False,
) -> None:
    """Cancel an order: stock, balance, coupon and sales go back in one step."""
    call = Call.of(context)
    key = call.new_key(key)
    with call.shop() as shop:
        _check_user(call, shop, order_id)
        # Read before: once it is cancelled, nothing may keep the answer back.
        code = None if call.output.as_json else shop.receipt(order_id).coupon
        undone = shop.cancel(order_id, reason=reason, key=key, force=force)
        coupon = ", coupon given back" if undone.coupon_restored else ""
        if code is not None and not undone.coupon_restored:
            coupon = f", coupon {code} not given back: it has expired"
        again = " (before; nothing was changed now)" if undone.replayed else ""
        then = " then" if undone.replayed else ""
        call.output.record(
            undone,
            f"Order {undone.order} cancelled{again}",
            f"refunded {call.money(undone.refunded, undone.currency)}{coupon}, "
            f"balance{then} {call.money(undone.balance, undone.currency)}",
            f"key {undone.key}",
        )
        call.settled()
        if not no_deliver:
            deliver(call, undone.order)


def _check_user(call: Call, shop: Shop, order_id: str) -> None:
    """Refuse to change an order that is not of the user whom the line names."""
    if call.names_user:
        call.check_user(shop.receipt(order_id).user, order_id, "other_users_order")


def _typed_again(
    lines: Sequence[str], values: Mapping[str, str | None], flags: Mapping[str, bool]
) -> str:
    """What to type after `shop order`, with the options that were given."""
    options = [
        *(f"{name}={shlex.quote(value)}" for name, value in values.items() if value is not None),
        *(name for name, is_given in flags.items() if is_given),
    ]
    has_dash = any(line.startswith("-") for line in lines)
    return " ".join([*options, "--", *lines] if has_dash else [*lines, *options])


def deliver(call: Call, order_id: str) -> None:
    """Send the waiting events of an order, if an endpoint is configured; call after the answer."""
    shop = call.opened
    if not (call.delivers and has_platform(call, shop)):
        return
    from shopcli.relay.prompt_delivery import deliver_after  # HTTP only where something is sent

    environment = call.settings.platform_variables()
    deliver_after(shop, order_id, environment=environment, remark=call.remark_to_operator)


def has_platform(call: Call, shop: Shop) -> bool:
    """Whether an endpoint is configured; no where the database does not answer."""
    if call.settings.platform_url() is not None:
        return True
    try:
        return bool(shop.settings().get("platform.url"))
    except ShopError:
        return False


def _answer(call: Call, order: Order, *, is_new: bool) -> None:
    if not call.output.is_table:
        call.output.record(order)
        return
    money = call.output.money
    if order.order is None:
        lines = [f"Dry run for {order.user}: nothing was changed"]
    else:
        when = call.moment(order.placed_at)
        lines = [f"Order {order.order}, {order.user}, {order.state}, {when}"]
    lines += [
        f"  {line.quantity} x {line.sku} {line.name}  {money(line.line_total)}"
        for line in order.lines
    ]
    if order.discount:
        lines.append(f"  {order.coupon or 'discount'}  -{money(order.discount)}")
    lines.append(f"  total {call.money(order.total, order.currency)}")
    lines += [f"  {line}" for line in afterwards(call, order)]
    left = "balance would be" if order.order is None else "balance" if is_new else "balance then"
    balance = call.money(order.balance_after, order.currency)
    again = " (done before; nothing was changed now)" if order.replayed else ""
    key = f", key {order.key}" if order.order else ""
    call.output.record(order, *lines, f"{left} {balance}{key}{again}")
