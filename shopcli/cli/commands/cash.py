"""Commands on the drawer: cash in, out, list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.parsing.options import Key, Limit, Month, On, RequiredReason, Since, Until
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.terminal import Column
from shopcli.domain.records import DrawerEntry

if TYPE_CHECKING:
    from shopcli.domain.records import CashMove

cash_app = new_app("Cash in the drawer that is no member's.")

Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="In major units, above 0.")]


@cash_app.command(
    "in",
    cls=ShopCommand,
    epilog="""
    shop cash in 20000 --reason "change for the day"
    """,
)
def cash_in(
    context: typer.Context, amount: Amount, *, reason: RequiredReason, key: Key = None
) -> None:
    """Book cash put into the drawer, such as change."""
    call = Call.of(context)
    key = call.new_key(key)
    with call.shop() as shop:
        _answer(call, shop.cash_in(call.amount(amount), reason=reason, key=key), "put in")


@cash_app.command(
    "out",
    cls=ShopCommand,
    epilog="""
    shop cash out 15000 --reason "milk"
    shop cash out 200000 --reason "to the bank" --key bank-0007
    """,
)
def cash_out(
    context: typer.Context, amount: Amount, *, reason: RequiredReason, key: Key = None
) -> None:
    """Book cash taken from the drawer, for purchases or to the bank."""
    call = Call.of(context)
    key = call.new_key(key)
    with call.shop() as shop:
        _answer(call, shop.cash_out(call.amount(amount), reason=reason, key=key), "taken out")


@cash_app.command("list", cls=ShopCommand, epilog="shop cash list --on today")
def listing(
    context: typer.Context,
    limit: Limit = None,
    since: Since = None,
    until: Until = None,
    on: On = None,
    month: Month = None,
) -> None:
    """List the cash moves, newest first."""
    call = Call.of(context)
    shown = call.rows_to_show(limit)
    with call.shop() as shop:
        since_at, until_at = call.window(shop, since, until, on, month)
        moves = shop.cash_moves(limit=shown, since=since_at, until=until_at)
    call.output.rows(
        moves,
        DrawerEntry,
        [
            Column("entry"),
            Column("at", "when", spare=2),
            Column("direction", spare=3),
            Column("amount", right=True),
            Column("drawer", right=True, spare=1),
            Column("reason", wraps=True, spare=4),
            Column("actor", spare=5),
            Column("reverses", spare=6),
        ],
    )
    is_narrowed = not all(given is None for given in (since, until, on, month))
    empty = "No such cash moves." if is_narrowed else "No cash moves yet. See: shop cash in --help"
    call.remark_list(len(moves), limit, empty=empty)


def _answer(call: Call, move: CashMove, done: str) -> None:
    then = " then" if move.replayed else ""
    again = " (done before; nothing was changed now)" if move.replayed else ""
    call.output.record(
        move,
        f"the drawer: {done} {call.money(move.amount, move.currency)}{again}",
        f"entry {move.entry}, drawer{then} {call.money(move.drawer, move.currency)},"
        f" key {move.key}",
    )
    call.settled()
    if move.drawer < 0 and move.direction == "out" and not move.replayed:
        call.remark(
            "By the books the drawer is below zero now. If that is a slip, take it back: shop undo"
            f" {move.entry} --reason R"
        )
