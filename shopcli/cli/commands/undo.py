"""The command that takes back an entry: undo."""

from __future__ import annotations

from typing import Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.parsing.options import Key, RequiredReason
from shopcli.cli.parsing.typer_commands import UserCommand, new_app
from shopcli.domain.amounts import typed_amount
from shopcli.domain.ledger.entries import NUMBER, EntryName, parse_entry

app = new_app("Take back an entry.")


@app.command(
    "undo",
    cls=UserCommand,
    epilog="""
    shop undo kim:0042 --reason "typed twice"
    shop undo 42 -u kim --reason "typed twice" --key till1-0043
    shop undo cash:7 --reason "was the bank's"
    """,
)
def undo(
    context: typer.Context,
    entry: Annotated[
        str,
        typer.Argument(
            metavar="ENTRY", help="As in kim:0042, cash:7, or a number of the user's history."
        ),
    ],
    *,
    reason: RequiredReason,
    key: Key = None,
) -> None:
    """Take back a charge, payout, adjustment, transfer or cash move, once."""
    call = Call.of(context)
    key = call.new_key(key)
    if NUMBER.fullmatch(entry):
        entry = EntryName(call.user(), int(entry), may_be_cash_move=False).of_user
    else:
        named = parse_entry(entry)
        owner = None if named.may_be_cash_move else named.username
        call.check_user(owner, entry, "other_users_entry")
    with call.shop() as shop:
        done = shop.undo(entry, reason=reason, key=key)
    then = " then" if done.replayed else ""
    whose = done.user or "the drawer"
    holder, held = ("balance", done.balance) if done.user else ("drawer", done.drawer)
    now = "" if held is None else f"{holder}{then} {call.money(held, done.currency)}, "
    if done.other_balance is not None:
        now += f"{done.other}'s {call.money(done.other_balance, done.currency)}, "
    call.output.record(
        done,
        f"{whose}: undid {done.reverses}, {call.money(done.amount, done.currency)}"
        f"{' (done before; nothing was changed now)' if done.replayed else ''}",
        f"entry {done.entry}, {now}key {done.key}",
    )
    call.settled()
    if done.drawer is not None and done.drawer < 0 and done.amount < 0 and not done.replayed:
        amount = typed_amount(-done.amount, done.currency)
        call.remark(
            "By the books the drawer is below zero now. If that is a slip, book it again: shop cash"
            f" in {amount} --reason R"
        )
