"""Commands on the books: close, closing list, show."""

from __future__ import annotations

from typing import Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.parsing.options import Key, Limit, Month, On, Since, Until
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.parsing.values import positive_count
from shopcli.cli.terminal import Column
from shopcli.domain.records import Closing

app = new_app("Close the books.")
closing_app = new_app("The books that are closed.")


@app.command(
    "close",
    cls=ShopCommand,
    epilog="""
    shop close --dry-run
    shop close --counted 153200
    shop close --counted 153200 --key close-2026-11-28 --format md
    """,
)
def close(
    context: typer.Context,
    *,
    counted: Annotated[
        str | None,
        typer.Option("--counted", metavar="AMOUNT", help="The cash counted in the drawer."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look; close nothing.")] = False,
    key: Key = None,
) -> None:
    """Close the books since the last close; each entry is in exactly one."""
    call = Call.of(context)
    if not dry_run:
        key = call.new_key(key)
    with call.shop() as shop:
        counted_minor = call.optional_amount(counted)
        done = shop.close_books(counted=counted_minor, dry_run=dry_run, key=key)
    _answer(call, done)
    if done.replayed:
        call.remark("It was closed before; nothing was changed now.")
    call.settled()


@closing_app.command(
    "list",
    cls=ShopCommand,
    epilog="""
    shop closing list --limit 7
    shop closing list --month 2026-11
    """,
)
def listing(
    context: typer.Context,
    limit: Limit = None,
    since: Since = None,
    until: Until = None,
    on: On = None,
    month: Month = None,
) -> None:
    """List the closes, newest first."""
    call = Call.of(context)
    shown = call.rows_to_show(limit)
    with call.shop() as shop:
        since_at, until_at = call.window(shop, since, until, on, month)
        closings = shop.closings(limit=shown, since=since_at, until=until_at)
    call.output.rows(
        closings,
        Closing,
        [
            Column("number", "close", right=True),
            Column("until", "closed", spare=1),
            Column("entries", right=True, spare=6),
            Column("sold", right=True, spare=2),
            Column("refunded", "given back", right=True, spare=3),
            Column("closing", "balances", right=True, spare=2),
            Column("cash_expected", "cash expected", right=True, spare=3),
            Column("difference", right=True, spare=2),
            Column("actor", spare=5),
        ],
    )
    is_narrowed = not all(given is None for given in (since, until, on, month))
    empty = "No such closes." if is_narrowed else "No close yet. Try: shop close --dry-run"
    call.remark_list(len(closings), limit, empty=empty)


@closing_app.command(
    "show",
    cls=ShopCommand,
    epilog="""
    shop closing show 3
    shop closing show 3 --format md | lp
    """,
)
def show(
    context: typer.Context,
    number: Annotated[
        int, typer.Argument(metavar="N", parser=positive_count, help="The number of the close.")
    ],
) -> None:
    """Show a close as it was."""
    call = Call.of(context)
    with call.shop() as shop:
        found = shop.closing(number)
    _answer(call, found)


def _answer(call: Call, closing: Closing) -> None:
    from shopcli.cli import closing_page

    output = call.output
    if output.form == "md":
        output.write(closing_page.markdown(call, closing))
    else:
        output.record(closing, *closing_page.plain(call, closing))
