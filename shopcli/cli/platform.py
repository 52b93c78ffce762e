"""The command that runs a receiver to try deliveries against: platform serve."""

from __future__ import annotations

from typing import Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.command import ShopCommand, new_app
from shopcli.cli.grammar import count

platform_app = new_app("A receiver to try deliveries against.")


@platform_app.command("serve", cls=ShopCommand, epilog="shop platform serve --port 8080")
def serve(
    context: typer.Context,
    port: Annotated[
        int, typer.Option("--port", metavar="N", parser=count, help="0 takes any free port.")
    ] = 8080,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS")] = "127.0.0.1",
) -> None:
    """Receive events and print each as one line, until interrupted."""
    call = Call.of(context)
    from shopcli.relay.platform import serve_platform  # a web server, only here

    serve_platform(host, port, report=call.output.line, announce=call.remark)
