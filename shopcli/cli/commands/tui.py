"""The command tui: opens the storefront; refuses at once where there is no terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.environment import VARIABLES, hand_on
from shopcli.cli.parsing.options import Yes
from shopcli.cli.parsing.typer_commands import UserCommand, new_app
from shopcli.cli.storefront.browsers import LOOPBACK, PORT, is_loopback, serve_browsers
from shopcli.cli.storefront.showing import open_storefront, whose
from shopcli.domain.errors import InvalidInput
from shopcli.domain.facts import filled

app = new_app("The storefront.")


class _StorefrontCommand(UserCommand):
    user_help = "Bind it to this member; no variable does that."


@app.command(
    "tui",
    cls=_StorefrontCommand,
    epilog="""
    shop tui
    shop tui -u kim
    shop tui --kiosk
    shop tui --desk
    shop tui --web -u kim
    shop tui --web --kiosk --port 8080
    """,
)
def tui(
    context: typer.Context,
    kiosk: Annotated[
        bool, typer.Option("--kiosk", help="A till for everybody: scan, name the user, pay, next.")
    ] = False,
    desk: Annotated[
        bool, typer.Option("--desk", help="The operator's: it begins at the desk.")
    ] = False,
    web: Annotated[
        bool, typer.Option("--web", help="In browsers; needs --user, --kiosk, or --desk --yes.")
    ] = False,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="HOST", help=f"With --web: where to listen; {LOOPBACK}."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="PORT", help=f"With --web: the port; {PORT}. 0: any free."),
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option("--public-url", metavar="URL", help="With --web: how browsers reach it."),
    ] = None,
    yes: Yes = False,
) -> None:
    """The storefront, full screen. ? explains keys, q or Ctrl-Q ends.

    With --user it has that member's rights and no others. SHOP_USER and the configured user do not
    bind it: they only say who shops at first, and the operator's desk is there.
    """
    call = Call.of(context)
    user, is_bound = whose(call, kiosk=kiosk, desk=desk)
    if web:
        words = _for_browsers(user if is_bound else None, kiosk=kiosk, desk=desk and yes)
        _serve(call, words, host or LOOPBACK, PORT if port is None else port, public_url)
        return
    _check_unused(host=host, port=port, public_url=public_url)
    code = open_storefront(call, kiosk=kiosk, desk=desk)
    if code:
        raise typer.Exit(code)


def _for_browsers(user: str | None, *, kiosk: bool, desk: bool) -> list[str]:
    """The words that open the storefront of one browser.

    Raises:
        InvalidInput: It is not said whose it is. In a browser nobody is known.
    """
    if user is not None:
        return ["tui", f"--user={user}"]
    if kiosk:
        return ["tui", "--kiosk"]
    if desk:
        return ["tui", "--desk"]
    raise InvalidInput(
        "Nobody is asked for a name in a browser, so it must be said whose storefront it is.",
        details={"reason": "web_of_nobody"},
    )


def _serve(call: Call, words: list[str], host: str, port: int, public_url: str | None) -> None:
    """Serve the storefront to browsers."""
    with call.shop() as shop:  # what cannot be opened is told here, and not to each browser
        if (user := words[-1].removeprefix("--user=")) != words[-1]:
            shop.user(user)
    hand_on({VARIABLES["database"]: str(call.address())})

    say = call.catalogue.text

    def ready(url: str) -> None:
        call.remark(filled(say("The storefront is at {url}/ (Ctrl-C ends)."), {"url": url}))
        if not is_loopback(host):
            told = say(
                "Whoever reaches it can do there what the storefront may: nobody is asked who they"
                " are, and nothing is encrypted. Let a web server with TLS and a login stand in"
                " front of it."
            )
            call.remark(told)

    serve_browsers(words, host=host, port=port, public_url=public_url, ready=ready, say=say)


def _check_unused(**options: object) -> None:
    """Refuse options of `--web` without it."""
    for name, value in options.items():
        if value is not None:
            raise InvalidInput(
                "{option} is for --web.",
                details={"option": f"--{name.replace('_', '-')}", "reason": "only_with_web"},
            )
