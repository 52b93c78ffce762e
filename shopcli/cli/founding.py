"""The command that makes a shop: init."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.command import ShopCommand, new_app
from shopcli.cli.configuration import default_database_path

app = new_app("Making a shop.")


@app.command(
    "init",
    cls=ShopCommand,
    epilog="""
    shop init --sample
    shop init --currency EUR --timezone Europe/Berlin
    shop init --db postgresql://till@db.example/shop
    """,
)
def init(
    context: typer.Context,
    currency: Annotated[
        str, typer.Option("--currency", metavar="CODE", help="ISO 4217 code, fixed for ever.")
    ] = "KRW",
    timezone: Annotated[
        str | None,
        typer.Option("--timezone", metavar="ZONE", help="Like Asia/Seoul (else the system's)."),
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Also load sample users, products and coupons.")
    ] = False,
) -> None:
    """Make the shop: its database schema. On a shop that is there already it changes nothing."""
    call = Call.of(context)
    address = call.settings.database()
    if Path(address) == default_database_path():
        Path(address).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    from shopcli import Shop  # the engine, once the words are right

    with Shop.create(address, currency=currency, timezone=timezone, channel="cli") as shop:
        if sample:
            from shopcli.cli.sample import load_sample  # reads the data that ships

            load_sample(shop)
        made = {
            "shop": shop.id,
            "database": shop.url,
            "currency": shop.currency,
            "timezone": shop.timezone,
            "sample": sample,
        }
    call.output.record(
        made,
        f"Shop at {made['database']} ({made['currency']}, {made['timezone']})",
        "Next: shop products" if sample else "Next: shop user add kim",
    )
