"""The command that takes back an entry: undo."""

from __future__ import annotations

from typing import Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.parsing.options import Key, RequiredReason
from shopcli.cli.parsing.typer_commands import UserCommand, new_app
from shopcli.domain.ledger.entries import entry_id

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
    if entry.isascii() and entry.isdigit() and len(entry) <= _DIGITS_MAX:
        # With a zero in front: the drawer's moves are never written so.
        entry = entry_id(call.user(), int(entry)).replace(":", ":0")
    with call.shop() as shop:
        done = shop.undo(entry, reason=reason, key=key)
    then = " then" if done.replayed else ""
    whose = "the drawer" if done.user is None else done.user
    held = done.drawer if done.balance is None else done.balance
    holder = "drawer" if done.user is None else "balance"
    call.output.record(
        done,
        f"{whose}: undid {done.reverses}, {call.money(done.amount, done.currency)}"
        f"{' (done before; nothing was changed now)' if done.replayed else ''}",
        f"entry {done.entry}, {holder}{then} {call.money(held or 0, done.currency)},"
        f" key {done.key}",
    )
    call.settled()


_DIGITS_MAX = 16
