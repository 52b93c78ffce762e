"""The command on sales: top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import Call, instant
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.parsing.values import positive_count
from shopcli.cli.terminal import Column
from shopcli.domain.records import TopRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shopcli.domain.records import Top

app = new_app("What sold.")


@app.command(
    "top",
    cls=ShopCommand,
    epilog="""
    shop top
    shop top --days 7 --limit 10
    shop top --as-of 2026-11-01T00:00
    """,
)
def top(
    context: typer.Context,
    days: Annotated[
        int,
        typer.Option("--days", metavar="N", parser=positive_count, help="Length of the window."),
    ] = 3,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", parser=positive_count, help="How many ranks.")
    ] = 5,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="TIME", help="End of the window (else now).")
    ] = None,
) -> None:
    """Show what sold most: units over the last days, exact to the moment."""
    call = Call.of(context)
    with call.shop() as shop:
        best = shop.top(days=days, limit=limit, as_of=instant(shop, as_of, ends=True, ago=True))
    columns = [
        Column("rank", "#", right=True, spare=4),
        Column("sku"),
        Column("name", wraps=True, spare=5),
        Column("units", right=True, spare=1),
        Column("revenue", right=True, spare=3),
        Column("stock", right=True, spare=2),
    ]
    rows: Sequence[object] = best.rows
    if call.output.is_table:
        columns.insert(4, Column("bar", "", spare=6))
        rows = [
            {**vars(row), "bar": bar} for row, bar in zip(best.rows, _bars(call, best), strict=True)
        ]
    call.output.rows(rows, TopRow, columns, document=best)
    if call.output.is_table:
        window = f"{call.moment(best.window_start)} to {call.moment(best.window_end)}"
        nothing = "" if best.rows else "Nothing sold. "
        call.remark(f"{nothing}{window} ({call.output.timezone}), {best.currency}")
    else:
        begins, ends = map(call.output.exact_moment, (best.window_start, best.window_end))
        call.remark(f"window from {begins} to {ends} ({call.output.timezone}), {best.currency}")


_BAR_WIDTH = 16
_BLOCKS = " ▏▎▍▌▋▊▉█"
"""No block to a whole one, by eighths."""


def _bars(call: Call, best: Top) -> Iterator[str]:
    """A bar for each row, as long as its units are many; of `#` where blocks cannot be shown."""
    encoding = getattr(call.output.stream, "encoding", None) or ""
    blocks = _BLOCKS if encoding.lower().startswith("utf") else "    #####"
    most = max((row.units for row in best.rows), default=1)
    for row in best.rows:
        whole, eighths = divmod(row.units * _BAR_WIDTH * 8 // most, 8)
        yield (blocks[8] * whole + blocks[eighths]).rstrip() or blocks[1].strip()
