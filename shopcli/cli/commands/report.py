"""Commands that add up: report sales, money, stock; and statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from shopcli.cli.call import Call
from shopcli.cli.completion.typer_hooks import complete_money_key, complete_sales_key
from shopcli.cli.parsing.options import (
    Limit,
    Month,
    On,
    RecordedMonth,
    RecordedOn,
    RecordedSince,
    RecordedUntil,
    Since,
    Until,
)
from shopcli.cli.parsing.typer_commands import ShopCommand, UserCommand, new_app
from shopcli.cli.terminal import Column
from shopcli.domain.records import StatementEntry, StockRow
from shopcli.domain.records.reports import money_row, sales_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli.domain.records import MoneyReport, SalesReport, Statement

app = new_app("What happened on a balance.")
report_app = new_app("What was sold, what came in, what to reorder.")

_ABSENT = "(none)"
_UNSPARED = 9
"""How readily a column goes that holds nothing but zeros."""


@report_app.command(
    "sales",
    cls=ShopCommand,
    epilog="""
    shop report sales --on today
    shop report sales --by day --month 2026-11
    shop report sales --by coupon --since 7d
    """,
)
def sales(
    context: typer.Context,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="KEY",
            help="product, category, hour, day, week, month, user or coupon.",
            autocompletion=complete_sales_key,
        ),
    ] = "product",
    since: Since = None,
    until: Until = None,
    on: On = None,
    month: Month = None,
) -> None:
    """Add up what was sold and given back, each by when it happened."""
    call = Call.of(context)
    with call.shop() as shop:
        since_at, until_at = call.window(shop, since, until, on, month)
        report = shop.report_sales(by, since_at, until_at)
    columns = [
        Column(by),
        Column("units", right=True),
        Column("orders", right=True, spare=4),
        Column("gross", right=True, spare=3),
        Column("discount", right=True, spare=6),
        Column("net", right=True, spare=1),
        Column("refunded", right=True, spare=2),
    ]
    if by == "product":
        columns[:1] = [Column("sku"), Column("name", wraps=True, spare=5)]
    _answer(call, report, sales_row(by), columns)
    _remark_totals(call, report, "Nothing was sold or given back.")


@report_app.command(
    "money",
    cls=ShopCommand,
    epilog="""
    shop report money --on today
    shop report money --by method --month 2026-11
    shop report money --by actor --since yesterday
    """,
)
def money(
    context: typer.Context,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="KEY",
            help="day, method, user or actor (who booked it).",
            autocompletion=complete_money_key,
        ),
    ] = "day",
    since: Since = None,
    until: Until = None,
    on: On = None,
    month: Month = None,
) -> None:
    """Add up what came in and went out, by when it happened."""
    call = Call.of(context)
    with call.shop() as shop:
        since_at, until_at = call.window(shop, since, until, on, month)
        report = shop.report_money(by, since_at, until_at)
    columns = [
        Column(by),
        Column("charged", right=True),
        Column("reversed", right=True, spare=3),
        Column("paid_out", right=True, spare=2),
        Column("adjusted", right=True, spare=4),
        Column("transferred", right=True, spare=5),
        Column("sold", right=True),
        Column("refunded", right=True, spare=1),
    ]
    _answer(call, report, money_row(by), columns)
    _remark_totals(call, report, "Nothing came in or went out.")


@report_app.command(
    "stock",
    cls=ShopCommand,
    epilog="""
    shop report stock
    shop report stock --limit 10
    """,
)
def stock(context: typer.Context, limit: Limit = None) -> None:
    """List what to reorder: stock at or below its mark, lowest first."""
    call = Call.of(context)
    with call.shop() as shop:
        rows = shop.report_stock(limit=call.rows_to_show(limit))
    call.output.rows(
        rows,
        StockRow,
        [
            Column("sku"),
            Column("name", wraps=True, spare=3),
            Column("stock", right=True),
            Column("low_stock", "low at", right=True, spare=2),
            Column("sold_7_days", "sold in 7 days", right=True, spare=1),
        ],
    )
    call.remark_list(len(rows), limit, empty="Nothing is low.")


@app.command(
    "statement",
    cls=UserCommand,
    epilog="""
    shop statement -u kim
    shop statement -u kim --month 2026-11
    """,
)
def statement(
    context: typer.Context,
    since: RecordedSince = None,
    until: RecordedUntil = None,
    on: RecordedOn = None,
    month: RecordedMonth = None,
) -> None:
    """Show a balance, every change of it with what was bought, and the balance then.

    It goes by when each was recorded, so that it never changes afterwards. An imported order has
    happened before that: shop history goes by when it happened.
    """
    call = Call.of(context)
    user = call.user()
    with call.shop() as shop:
        since_at, until_at = call.window(shop, since, until, on, month)
        told = shop.statement(user, since_at, until_at)
    drawn = call.output.is_drawn
    call.output.rows(
        _with_bounds(told) if drawn else told.entries,
        StatementEntry,
        [
            Column("at", "when", spare=3),
            Column("kind", spare=2),
            Column("amount", right=True),
            Column("balance_after", "balance", right=True, spare=1),
            Column("lines", "what", wraps=True, whole_words=True, spare=4),
            Column("method", spare=7),
            Column("reason", wraps=True, spare=5),
        ],
        document=told,
    )
    if not drawn:
        opening, closing = (call.money(one, told.currency) for one in (told.opening, told.closing))
        call.remark(f"opening {opening}, closing {closing}")


def _with_bounds(told: Statement) -> list[dict[str, Any]]:
    """The entries between the balances before and after them."""
    nothing = dict.fromkeys(StatementEntry.__dataclass_fields__)
    opening = {**nothing, "at": told.since, "kind": "opening", "balance_after": told.opening}
    closing = {**nothing, "at": told.until, "kind": "closing", "balance_after": told.closing}
    return [opening, *map(vars, told.entries), closing]


def _answer(
    call: Call, report: SalesReport | MoneyReport, keys: type, columns: Sequence[Column]
) -> None:
    """Answer with the rows; a table ends with the totals."""
    rows: Sequence[object] = report.rows
    totals = vars(report.totals)
    if call.output.is_drawn:
        columns = [
            column._replace(spare=_UNSPARED) if totals.get(column.key, 1) == 0 else column
            for column in columns
        ]
        key = columns[0].key
        rows = [{**vars(row), key: _shown(vars(row)[key])} for row in report.rows]
        if rows:
            rows = [*rows, {"name": "", **totals, key: "total"}]
    call.output.rows(rows, keys, columns, document=report)


def _shown(key: str | None) -> str:
    return _ABSENT if key is None else key


def _remark_totals(call: Call, report: SalesReport | MoneyReport, nothing: str) -> None:
    """Remark what there is nothing of, or in a pipe the totals, which are no rows."""
    if not report.rows:
        call.remark(nothing)
    elif not call.output.is_drawn:
        counts = ("units", "orders")
        told = (
            f"{name} {value if name in counts else call.output.money(value)}"
            for name, value in vars(report.totals).items()
        )
        call.remark(f"total: {', '.join(told)} {report.currency}")
