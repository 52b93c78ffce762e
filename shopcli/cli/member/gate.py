"""The command member: lets one member in over ssh, and writes the lines by which sshd knows them.

It is the whole program of the connection. What the client asks for is a command line of the
member's words (`shopcli/cli/member/offered.py`) or, with a terminal and no command, the storefront.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from shopcli.cli import problems
from shopcli.cli.call import Call, one_of, see
from shopcli.cli.configuration import Configuration
from shopcli.cli.environment import forget_the_client, process_environment
from shopcli.cli.member.call import MemberCall
from shopcli.cli.member.line import words_of
from shopcli.cli.member.offered import members_group
from shopcli.cli.parsing.options import NoDeliver
from shopcli.cli.parsing.typer_commands import UserCommand, new_app
from shopcli.cli.process import reported
from shopcli.domain.errors import InvalidInput
from shopcli.domain.text import checked_identifier

app = new_app("Members over ssh.")


class _GateCommand(UserCommand):
    user_help = "The member; no variable and no configuration names one."


@app.command(
    "member",
    cls=_GateCommand,
    epilog="""
    shop member --user kim --db /srv/shop/shop.db
    shop member --authorized-keys /etc/shop/keys --db /srv/shop/shop.db
    """,
)
def member(
    context: typer.Context,
    *,
    authorized_keys: Annotated[
        str | None,
        typer.Option(
            "--authorized-keys",
            metavar="FILE",
            help="Write the lines for sshd: FILE (- is stdin) has lines NAME KEY.",
        ),
    ] = None,
    no_deliver: NoDeliver = False,
) -> None:
    """Let a member in over ssh, and nobody else: for command= and ForceCommand of sshd.

    What the client asks for is in SSH_ORIGINAL_COMMAND: one of the member's words, or nothing for
    the storefront. See: shop help ssh
    """
    call = Call.of(context)
    user = call.typed_user
    one_of(see("shop member --help"), user=user, authorized_keys=authorized_keys)
    if authorized_keys is not None:
        from shopcli.cli.member.authorized_keys import lines_for_sshd  # not at the gate

        with call.shop() as shop:
            lines = lines_for_sshd(
                shop, authorized_keys, call.settings.database(), delivers=not no_deliver
            )
        call.output.text("\n".join(lines))
        return
    code = _let_in(checked_identifier(user, "user name"), call, delivers=not no_deliver)
    if code:
        raise typer.Exit(code)


def _let_in(user: str, call: Call, *, delivers: bool) -> int:
    """Do what the member's client asks for; return the exit code."""
    from shopcli.cli.main import carry_out  # which loads this module

    asked = forget_the_client() or ""
    flags = {"user": user, "database": call.settings.given().get("database")}
    settings = Configuration(process_environment(), flags)

    def serve() -> int:
        _check_set_up(settings)
        words = words_of(asked)
        if not words:
            return _show_storefront(connection, user)
        line = MemberCall(words, settings, user, delivers=delivers)
        return carry_out(line, members_group, problems.tell)

    connection = MemberCall(asked.split(), settings, user, delivers=delivers)
    return reported(connection, serve, problems.tell)


def _check_set_up(settings: Configuration) -> None:
    """Refuse a wrong configuration of this machine, of which a member is told nothing more.

    Raises:
        InvalidInput: It is wrong.
    """
    try:
        settings.database()
        settings.colours()
        settings.wait_max_seconds()
        settings.theme()
    except InvalidInput:
        raise InvalidInput(
            "The shop cannot be used at present.", details={"reason": "wrong_set_up"}
        ) from None


def _show_storefront(connection: MemberCall, user: str) -> int:
    """Run the member's storefront; return the exit code.

    Raises:
        InvalidInput: There is no terminal to show it on.
    """
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise InvalidInput(
            "There is no terminal for the storefront, and no command was given.",
            details={"reason": "no_words"},
        )
    from shopcli.cli.storefront.showing import show  # a line of words needs no storefront

    return show(connection, user, is_bound=True)
