"""The two outbox commands that need no relay of their own: status and flush."""

from __future__ import annotations

import typer

from shopcli.cli.call import Call
from shopcli.cli.command import ShopCommand, new_app
from shopcli.domain.errors import PartlyDone

outbox_app = new_app("Deliveries to the data platform.")


@outbox_app.command("status", cls=ShopCommand, epilog="shop outbox status")
def status(context: typer.Context) -> None:
    """Show what waits, what went out, and whether the endpoint answers."""
    call = Call.of(context)
    from shopcli import Relay  # it knows the endpoint

    with call.shop() as shop:
        found = Relay(shop, environment=call.settings.environment).status()
    oldest = found.oldest_pending_seconds
    waiting = f", the oldest for {oldest} s" if oldest is not None else ""
    call.output.record(
        found,
        f"{found.pending} pending{waiting}, {found.leased} leased, "
        f"{found.delivered} delivered, {found.dead} dead",
        f"endpoint {found.endpoint or 'none: shop settings set platform.url URL'}",
        f"breaker {found.breaker}, relay {found.relay or 'none'}",
    )


@outbox_app.command("flush", cls=ShopCommand, epilog="shop outbox flush")
def flush(context: typer.Context) -> None:
    """Send everything that is due, then stop; exit 5 if something could not be sent."""
    call = Call.of(context)
    from shopcli import Relay  # HTTP only where something is sent

    with call.shop() as shop:
        done = Relay(shop, environment=call.settings.environment).flush()
    call.output.record(
        done, f"{done.sent} sent, {done.failed} failed, {done.pending} still pending"
    )
    if done.failed:
        raise PartlyDone(
            f"{done.failed} events could not be sent; they are tried again later.",
            fix="See: shop outbox status",
            details={"sent": done.sent, "failed": done.failed, "pending": done.pending},
        )
