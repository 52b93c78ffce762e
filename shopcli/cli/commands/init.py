"""The command init: makes a shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import Call, open_shop
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.domain.errors import NoShop
from shopcli.domain.moments import zone
from shopcli.domain.money import DEFAULT_CURRENCY

if TYPE_CHECKING:
    from shopcli import Shop

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
        str | None,
        typer.Option(
            "--currency",
            metavar="CODE",
            help="ISO 4217 currency code; cannot be changed later (else KRW).",
        ),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option("--timezone", metavar="ZONE", help="Like Asia/Seoul (else the system's)."),
    ] = None,
    sample: Annotated[
        bool,
        typer.Option(
            "--sample",
            help="Also load sample users, products and coupons.",
        ),
    ] = False,
) -> None:
    """Make the shop: its database schema. On a shop that is there already it changes nothing.

    `sample` in the answer says whether this command was to load the sample.
    """
    call = Call.of(context)
    if timezone is not None:
        zone(timezone)
    if sample:
        from shopcli.cli.sample import load_sample, sample_folder  # reads the data that ships

        sample_folder()  # refuses before anything is written where the sample is missing
    address = call.address()
    with _open_or_create(call, address, currency, timezone) as shop:
        call.watch(shop)
        if timezone not in (None, shop.timezone):
            call.remark(f"The shop was there before; its time zone stays {shop.timezone}.")
        if sample:
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
        call.pasted(f"Next: {'shop products' if sample else 'shop user add kim'}"),
    )


def _open_or_create(call: Call, address: str, currency: str | None, timezone: str | None) -> Shop:
    """Open the existing shop where no currency is given; else create it."""
    from shopcli import Shop  # the engine, once the words are right

    if currency is None:
        try:
            return open_shop(address, call.settings)
        except NoShop:
            currency = DEFAULT_CURRENCY
    shop = Shop.create(
        address,
        currency=currency,
        timezone=timezone,
        channel="cli",
        wait_max=call.settings.wait_max_seconds(),
    )
    call.changed()
    return shop
