"""The command that opens the storefront: tui. Refuses at once where there is no terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.command import UserCommand, new_app
from shopcli.domain.errors import InvalidInput, OutcomeUnknown, TryLater, UnknownOrder

if TYPE_CHECKING:
    from shopcli import Shop

app = new_app("The storefront.")


@app.command(
    "tui",
    cls=UserCommand,
    epilog="""
    shop tui
    shop tui -u kim
    shop tui --kiosk
    """,
)
def tui(
    context: typer.Context,
    kiosk: Annotated[
        bool, typer.Option("--kiosk", help="A till for everybody: scan, name the user, pay, next.")
    ] = False,
) -> None:
    """The storefront, full screen; -u binds it to one user. ? explains the keys, Ctrl-Q ends it."""
    call = Call.of(context)
    _check_terminal(call)
    user, is_bound = _user(call)
    if kiosk and is_bound:
        raise InvalidInput("A till is bound to nobody.", fix="Leave out --user or --kiosk.")
    from shopcli import Shop  # the engine is loaded once a command needs it

    wait_max = call.settings.wait_max_seconds()
    with Shop.open(call.settings.database(), channel="tui", wait_max=wait_max) as shop:
        if user is not None:
            shop.user(user)

        def deliver(order_id: str) -> None:
            from shopcli.relay.prompt_delivery import deliver_after  # HTTP only where it is sent

            deliver_after(shop, order_id)

        from shopcli.tui.app import make_app  # 170 ms that no other command pays

        storefront = make_app(
            shop, user=None if kiosk else user, bound=is_bound, kiosk=kiosk, deliver=deliver
        )
        storefront.run()
        if storefront.fault is not None:
            raise storefront.fault
        if storefront.visit.doubt:
            _tell_payment(call, shop, storefront.visit.doubt)
    if storefront.return_code:
        raise typer.Exit(storefront.return_code)


def _check_terminal(call: Call) -> None:
    """Refuse before anything is written: without a terminal the storefront would wait for ever."""
    # Textual draws on standard error, so that one counts too.
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if call.as_json or not all(stream.isatty() for stream in streams):
        raise InvalidInput(
            "The storefront needs a terminal for input, output and errors.",
            fix="Without one type: shop products, then: shop order SKU:QTY --user USER",
        )


def _tell_payment(call: Call, shop: Shop, key: str) -> None:
    """Say what became of a payment that was on its way when the storefront ended.

    Raises:
        OutcomeUnknown: The database does not answer.
    """
    try:
        order = shop.receipt(key=key)
    except UnknownOrder:
        call.remark("The payment that was on its way was not made.")
    except TryLater as error:
        raise OutcomeUnknown(
            "The storefront ended before it was known whether a payment went through.",
            fix=f"Look with: shop receipt --key {key}",
            details={"key": key},
        ) from error
    else:
        call.remark(f"The payment that was on its way was made: order {order.order}.")


def _user(call: Call) -> tuple[str | None, bool]:
    """Who shops, and whether the command line said so."""
    for setting in call.settings.settings():
        if setting.name == "user":
            return setting.value, setting.source == "command line"
    return None, False
