"""The options that narrow lists and exports, each defined once."""

from __future__ import annotations

from typing import Annotated

import typer

from shopcli.cli.completion.typer_hooks import (
    complete_order_state,
    complete_sku,
    complete_user_state,
)
from shopcli.cli.parsing.values import positive_count

ProductQuery = Annotated[
    str | None, typer.Argument(metavar="[QUERY]", help="Part of a SKU, name or barcode.")
]
InCategory = Annotated[
    str | None, typer.Option("--category", metavar="TEXT", help="Only of this category.")
]
Low = Annotated[
    bool, typer.Option("--low", help="Only what is low: on sale, with stock at its mark or below.")
]
OffSale = Annotated[bool, typer.Option("--off-sale", help="Only what is off sale.")]
UserQuery = Annotated[
    str | None, typer.Argument(metavar="[QUERY]", help="Part of a user name or a name.")
]
UserState = Annotated[
    str | None,
    typer.Option(
        "--state",
        metavar="STATE",
        help="Only users who are active, blocked or closed.",
        autocompletion=complete_user_state,
    ),
]
Below = Annotated[
    str | None, typer.Option("--below", metavar="AMOUNT", help="Only with a balance below it.")
]
Idle = Annotated[
    int | None,
    typer.Option(
        "--idle",
        metavar="DAYS",
        parser=positive_count,
        help="Only whose balance did not change for so long.",
    ),
]
WithSku = Annotated[
    str | None,
    typer.Option(
        "--sku", metavar="SKU", help="Only with this product.", autocompletion=complete_sku
    ),
]
OrderState = Annotated[
    str | None,
    typer.Option(
        "--state",
        metavar="STATE",
        help="Only paid or cancelled orders, or partly refunded ones.",
        autocompletion=complete_order_state,
    ),
]
