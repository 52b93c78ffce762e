"""Commands on a balance: charge, balance, transfer, history, payout, adjust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import Call, like, one_of
from shopcli.cli.parsing.options import (
    Key,
    Limit,
    Month,
    On,
    Reason,
    RequiredReason,
    Since,
    Until,
)
from shopcli.cli.parsing.typer_commands import UserCommand, new_app
from shopcli.cli.parsing.values import signed_amount
from shopcli.cli.terminal import Column
from shopcli.domain.records import BalanceEntry

if TYPE_CHECKING:
    from shopcli.domain.records import BalanceChange, Transfer

app = new_app("Commands on a balance.")

Method = Annotated[
    str | None,
    typer.Option(
        "--method", metavar="METHOD", help="How: one of the setting `methods` (else its first)."
    ),
]


@app.command(
    "charge",
    cls=UserCommand,
    epilog="""
    shop charge 10000 -u kim
    shop charge 12.50 -u kim --method card --key till1-0042
    """,
)
def charge(
    context: typer.Context,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="In major units, above 0.")],
    method: Method = None,
    key: Key = None,
    reason: Reason = None,
) -> None:
    """Add money to a balance."""
    call = Call.of(context)
    user, key = call.user(), call.new_key(key)
    with call.shop() as shop:
        change = shop.charge(user, call.amount(amount), key=key, reason=reason, method=method)
        _answer(call, change, "charged")


@app.command("balance", cls=UserCommand, epilog="shop balance -u kim")
def balance(context: typer.Context) -> None:
    """Show what a user can spend."""
    call = Call.of(context)
    user = call.user()
    with call.shop() as shop:
        found = shop.balance(user)
    call.output.record(found, f"{found.user} has {call.money(found.balance, found.currency)}")


@app.command(
    "transfer",
    cls=UserCommand,
    epilog="""
    shop transfer 5000 --to lee -u kim
    shop transfer 2.50 --to lee -u kim --reason "for lunch" --key kim-0007
    """,
)
def transfer(
    context: typer.Context,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="In major units, above 0.")],
    *,
    to: Annotated[str, typer.Option("--to", metavar="USER", help="Who is given the money.")],
    reason: Reason = None,
    key: Key = None,
) -> None:
    """Give money to another user."""
    call = Call.of(context)
    user, key = call.user(), call.new_key(key)
    with call.shop() as shop:
        done = shop.transfer(user, to, call.amount(amount), reason=reason, key=key)
    call.output.record(
        done,
        f"{done.user}: gave {call.money(done.amount, done.currency)} to {done.to}"
        f"{_again(done.replayed)}",
        _balance_then(call, done),
    )
    call.settled()


@app.command(
    "history",
    cls=UserCommand,
    epilog="""
    shop history -u kim
    shop history -u kim --since 2026-11-01 --limit 20
    """,
)
def history(
    context: typer.Context,
    limit: Limit = None,
    since: Since = None,
    until: Until = None,
    on: On = None,
    month: Month = None,
) -> None:
    """Show every change of a balance, in recording order.

    Times are those at which it happened: shop statement goes by when it was recorded.
    """
    call = Call.of(context)
    user = call.user()
    shown = call.rows_to_show(limit)
    with call.shop() as shop:
        since_at, until_at = call.window(shop, since, until, on, month)
        entries = shop.history(user, limit=shown, since=since_at, until=until_at)
    columns = [
        Column("id", "entry", spare=2),
        Column("at", "when", spare=3),
        Column("kind", spare=1),
        Column("amount", right=True),
        Column("balance_after", "balance", right=True, spare=2),
        Column("order", spare=4),
        Column("method", spare=7),
        Column("reason", wraps=True, spare=5),
        Column("reverses", spare=5),
    ]
    if any(entry.recorded_at != entry.at for entry in entries):
        columns.insert(5, Column("recorded_at", "recorded", spare=6))
    call.output.rows(entries, BalanceEntry, columns)
    is_narrowed = not all(given is None for given in (since, until, on, month))
    empty = (
        "No such entries." if is_narrowed else f"No entries yet. Try: shop charge 10000 -u {user}"
    )
    call.remark_list(len(entries), limit, empty=empty)


@app.command(
    "payout",
    cls=UserCommand,
    epilog="""
    shop payout 5000 -u kim --reason "leaves us"
    shop payout --all -u kim --reason "leaves us"
    """,
)
def payout(
    context: typer.Context,
    amount: Annotated[
        str | None, typer.Argument(metavar="[AMOUNT]", help="In major units, above 0.")
    ] = None,
    *,
    reason: RequiredReason,
    everything: Annotated[bool, typer.Option("--all", help="The whole balance.")] = False,
    method: Method = None,
    key: Key = None,
) -> None:
    """Pay a balance out."""
    call = Call.of(context)
    one_of(like("shop payout 5000 --reason R"), AMOUNT=amount, all=everything)
    user, key = call.user(), call.new_key(key)
    with call.shop() as shop:
        change = shop.payout(
            user, call.optional_amount(amount), reason=reason, key=key, method=method
        )
        _answer(call, change, "paid out")


@app.command(
    "adjust",
    cls=UserCommand,
    epilog="""
    shop adjust --by=-500 -u kim --reason "counted twice"
    shop adjust --by=+500 -u kim --reason "was short"
    """,
)
def adjust(
    context: typer.Context,
    *,
    by: Annotated[
        str, typer.Option("--by", metavar="±AMOUNT", help="In major units; + if it has no sign.")
    ],
    reason: RequiredReason,
    key: Key = None,
) -> None:
    """Correct a balance."""
    call = Call.of(context)
    user, key = call.user(), call.new_key(key)
    with call.shop() as shop:
        by_minor = signed_amount(by, shop.exponent, shop.currency)
        change = shop.adjust(user, by_minor, reason=reason, key=key)
        _answer(call, change, "adjusted by")


def _answer(call: Call, change: BalanceChange, done: str) -> None:
    amount = change.amount if done.startswith("adjusted") else abs(change.amount)
    how = "" if change.method is None else f", {change.method}"
    told = f"{change.user}: {done} {call.money(amount, change.currency)}{how}"
    call.output.record(
        change,
        f"{told}{_again(change.replayed)}",
        _balance_then(call, change),
    )
    call.settled()


def _again(replayed: bool) -> str:
    return " (done before; nothing was changed now)" if replayed else ""


def _balance_then(call: Call, change: BalanceChange | Transfer) -> str:
    then = " then" if change.replayed else ""
    held = call.money(change.balance, change.currency)
    return f"entry {change.entry}, balance{then} {held}, key {change.key}"
