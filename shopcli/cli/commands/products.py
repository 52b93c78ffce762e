"""Commands on products: products, and product show, history, add, set, restock, adjust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import (
    COMPARED_NAMES_MAX,
    Call,
    at_most_one_of,
    one_of,
    remark_lookalikes,
    see,
)
from shopcli.cli.completion.typer_hooks import complete_sku
from shopcli.cli.parsing.filters import InCategory, Low, OffSale, ProductQuery
from shopcli.cli.parsing.options import (
    Limit,
    Month,
    On,
    Reason,
    RequiredReason,
    Since,
    Until,
)
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.parsing.values import count, positive_count, signed_count
from shopcli.cli.terminal import Column
from shopcli.domain.errors import InvalidInput
from shopcli.domain.records import Product, StockMovement
from shopcli.domain.records.products import low_stock_mark

if TYPE_CHECKING:
    from shopcli import Shop

app = new_app("What is sold.")
product_app = new_app("Add, change and restock products.")

Sku = Annotated[str, typer.Argument(metavar="SKU", autocompletion=complete_sku)]
Category = Annotated[
    str | None, typer.Option("--category", metavar="TEXT", help="Category, such as Drinks.")
]
Barcode = Annotated[
    str | None, typer.Option("--barcode", metavar="TEXT", help="As scanned; '' clears it.")
]
LowStock = Annotated[
    int | None,
    typer.Option("--low-stock", metavar="N", parser=count, help="Stock at which to warn."),
]


@app.command(
    "products",
    cls=ShopCommand,
    epilog="""
    shop products
    shop products latte
    shop products --low
    shop products --category Drinks --format md
    """,
)
def products(
    context: typer.Context,
    query: ProductQuery = None,
    *,
    category: InCategory = None,
    low: Low = False,
    off_sale: OffSale = False,
    limit: Limit = None,
) -> None:
    """List what is sold, with exact stock."""
    call = Call.of(context)
    with call.shop() as shop:
        found = shop.products(
            query,
            limit=call.rows_to_show(limit),
            category=category,
            low=low,
            off_sale=off_sale,
        )
    columns = [
        Column("sku"),
        Column("name", wraps=True, spare=3),
        Column("price", right=True, spare=1),
        Column("stock", right=True, spare=2),
    ]
    if not (off_sale or all(product.on_sale for product in found)):
        columns.append(Column("on_sale", "on sale", spare=4))
    call.output.rows(found, Product, columns)
    empty = (
        "Nothing matches. See all: shop products"
        if query or category or low or off_sale
        else 'No products yet. Add one: shop product add LATTE --name "Latte" --price 4500'
    )
    call.remark_list(len(found), limit, empty=empty)


@product_app.command("show", cls=ShopCommand, epilog="shop product show LATTE")
def show(context: typer.Context, sku: Sku) -> None:
    """Show one product."""
    call = Call.of(context)
    with call.shop() as shop:
        found, shop_mark = shop.product(sku), _shop_mark(call, shop)
    call.output.record(found, *(_card(call, found, shop_mark) if call.output.is_table else ()))


@product_app.command("history", cls=ShopCommand, epilog="shop product history LATTE --limit 20")
def history(
    context: typer.Context,
    sku: Sku,
    limit: Limit = None,
    since: Since = None,
    until: Until = None,
    on: On = None,
    month: Month = None,
) -> None:
    """Show every change of a product's stock, in recording order."""
    call = Call.of(context)
    shown = call.rows_to_show(limit)
    with call.shop() as shop:
        since_at, until_at = call.window(shop, since, until, on, month)
        moved = shop.product_history(sku, limit=shown, since=since_at, until=until_at)
    call.output.rows(
        moved,
        StockMovement,
        [
            Column("at", "when", spare=3),
            Column("kind", spare=2),
            Column("quantity", right=True),
            Column("stock_after", "stock", right=True, spare=1),
            Column("order", spare=4),
            Column("reason", wraps=True, spare=5),
        ],
    )
    call.remark_list(len(moved), limit, empty="No movements.")


@product_app.command(
    "add",
    cls=ShopCommand,
    epilog="""
    shop product add LATTE --name "Latte" --price 4500 --stock 20
    """,
)
def add(
    context: typer.Context,
    sku: Sku,
    *,
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="Name to show.")],
    price: Annotated[str, typer.Option("--price", metavar="AMOUNT", help="In major units.")],
    stock: Annotated[
        int, typer.Option("--stock", metavar="QTY", parser=count, help="Units to begin with.")
    ] = 0,
    category: Category = None,
    barcode: Barcode = None,
    low_stock: LowStock = None,
) -> None:
    """Add a product."""
    call = Call.of(context)
    with call.shop() as shop:
        shop_mark = _shop_mark(call, shop)
        added = shop.add_product(
            sku,
            name=name,
            price=call.amount(price),
            stock=stock,
            category=category,
            barcode=barcode,
            low_stock=low_stock,
        )
        _answer(call, added, shop_mark)
        if not call.as_json:
            others = (one.sku for one in shop.products(limit=COMPARED_NAMES_MAX))
            remark_lookalikes(call, added.sku, others)


@product_app.command(
    "set",
    cls=ShopCommand,
    epilog="""
    shop product set LATTE --price 4800
    shop product set LATTE --off-sale --reason "recipe changed"
    """,
)
def change(
    context: typer.Context,
    sku: Sku,
    *,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT")] = None,
    price: Annotated[str | None, typer.Option("--price", metavar="AMOUNT")] = None,
    category: Category = None,
    barcode: Barcode = None,
    low_stock: LowStock = None,
    off_sale: Annotated[bool, typer.Option("--off-sale", help="Stop selling it.")] = False,
    on_sale: Annotated[bool, typer.Option("--on-sale", help="Sell it again.")] = False,
    reason: Reason = None,
) -> None:
    """Change a product; orders keep the name and price they were sold at."""
    call = Call.of(context)
    help_text = see("shop product set --help")
    at_most_one_of(help_text, off_sale=off_sale, on_sale=on_sale)
    if not (off_sale or on_sale) and all(
        value is None for value in (name, price, category, barcode, low_stock)
    ):
        raise InvalidInput("Nothing to change was given.", details=help_text)
    with call.shop() as shop:
        shop_mark = _shop_mark(call, shop)
        before = shop.product(sku)
        changed = shop.set_product(
            sku,
            name=name,
            price=call.optional_amount(price),
            category=category,
            barcode=barcode,
            low_stock=low_stock,
            on_sale=on_sale if on_sale or off_sale else None,
            reason=reason,
        )
        _answer(call, changed, shop_mark)
        call.remark_unchanged(before, changed)


@product_app.command("restock", cls=ShopCommand, epilog="shop product restock LATTE 24")
def restock(
    context: typer.Context,
    sku: Sku,
    quantity: Annotated[int, typer.Argument(metavar="QTY", parser=positive_count)],
    reason: Reason = None,
) -> None:
    """Add units to a product's stock."""
    call = Call.of(context)
    with call.shop() as shop:
        shop_mark = _shop_mark(call, shop)
        _answer(call, shop.restock(sku, quantity, reason=reason), shop_mark)


@product_app.command(
    "adjust",
    cls=ShopCommand,
    epilog="""
    shop product adjust LATTE --by=-2 --reason "spilt"
    shop product adjust LATTE --to=17 --reason "counted"
    """,
)
def adjust(
    context: typer.Context,
    sku: Sku,
    *,
    reason: RequiredReason,
    by: Annotated[
        int | None,
        typer.Option(
            "--by",
            metavar="±QTY",
            parser=signed_count,
            help="Units more or less; + if it has no sign.",
        ),
    ] = None,
    to: Annotated[
        int | None, typer.Option("--to", metavar="QTY", parser=count, help="Units counted.")
    ] = None,
) -> None:
    """Correct a product's stock."""
    call = Call.of(context)
    one_of(see("shop product adjust --help"), by=by, to=to)
    with call.shop() as shop:
        shop_mark = _shop_mark(call, shop)
        before = shop.product(sku)
        changed = shop.adjust_stock(sku, by=by, to=to, reason=reason)
        _answer(call, changed, shop_mark)
        call.remark_unchanged(before, changed)


def _card(call: Call, product: Product, shop_mark: int) -> list[str]:
    """All of a product, a line each, for a person."""
    mark = low_stock_mark(product, shop_mark)
    is_low = " (low)" if product.stock <= mark else ""
    told = {
        "price": call.money(product.price, product.currency),
        "stock": f"{product.stock}{is_low}, low at {mark}",
        "on sale": "yes" if product.on_sale else "no",
        "category": product.category,
        "barcode": product.barcode,
    }
    return [
        f"{product.sku}  {product.name}",
        *(f"  {name:<9} {value}" for name, value in told.items() if value is not None),
    ]


def _shop_mark(call: Call, shop: Shop) -> int:
    # Asked for before a change: what is read after it could fail and hide that it was made.
    return shop.browsing.low_stock_mark() if call.output.is_table else 0


def _answer(call: Call, product: Product, shop_mark: int) -> None:
    if not call.output.is_table:
        call.output.record(product)
        return
    price = call.money(product.price, product.currency)
    state = "" if product.on_sale else ", off sale"
    mark = low_stock_mark(product, shop_mark)
    low = product.stock <= mark
    about = {
        "category": product.category,
        "barcode": product.barcode,
        "low at": mark,
    }
    told = ", ".join(f"{name} {value}" for name, value in about.items() if value is not None)
    call.output.record(
        product,
        f"{product.sku} {product.name}: {price}, {product.stock} left{' (low)' * low}{state}",
        *([f"  {told}"] if told else []),
    )
