"""Commands on users: user add, set, list, show."""

from __future__ import annotations

from typing import Annotated

import typer

from shopcli.cli.call import COMPARED_NAMES_MAX, Call, at_most_one_of, remark_lookalikes, see
from shopcli.cli.completion.typer_hooks import complete_user
from shopcli.cli.parsing.filters import Below, Idle, UserQuery, UserState
from shopcli.cli.parsing.options import Limit, Reason
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.terminal import Column
from shopcli.domain.errors import InvalidInput
from shopcli.domain.records import User

user_app = new_app("Add and change users.")

_NO_USERS = "No users yet. Add one: shop user add kim"

Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="Name to show.")]
Word = Annotated[str, typer.Argument(metavar="USER", autocompletion=complete_user)]


@user_app.command(
    "add",
    cls=ShopCommand,
    epilog="""
    shop user add kim
    shop user add kim --name "Kim Minji"
    """,
)
def add(context: typer.Context, user: Word, name: Name = None) -> None:
    """Add a user with balance 0."""
    call = Call.of(context)
    with call.shop() as shop:
        added = shop.add_user(user, name=name)
        _answer(call, added)
        if not call.as_json:
            remark_lookalikes(
                call, added.user, (one.user for one in shop.users(COMPARED_NAMES_MAX))
            )


@user_app.command(
    "set",
    cls=ShopCommand,
    epilog="""
    shop user set kim --name "Kim Minji"
    shop user set kim --blocked --reason "card lost"
    shop user set kim --closed --forget-name
    """,
)
def change(
    context: typer.Context,
    user: Word,
    *,
    name: Name = None,
    blocked: Annotated[bool, typer.Option("--blocked", help="No charge, claim or order.")] = False,
    active: Annotated[bool, typer.Option("--active", help="Unblock or reopen.")] = False,
    closed: Annotated[bool, typer.Option("--closed", help="Has left; needs balance 0.")] = False,
    forget_name: Annotated[bool, typer.Option("--forget-name", help="Delete the name.")] = False,
    reason: Reason = None,
) -> None:
    """Change a user's name or state."""
    call = Call.of(context)
    help_text = see("shop user set --help")
    at_most_one_of(help_text, blocked=blocked, active=active, closed=closed)
    at_most_one_of(help_text, name=name, forget_name=forget_name)
    states = {"blocked": blocked, "active": active, "closed": closed}
    state = next((state for state, wanted in states.items() if wanted), None)
    if state is None and name is None and not forget_name:
        raise InvalidInput("Nothing to change was given.", details=help_text)
    with call.shop() as shop:
        before = shop.user(user)
        changed = shop.set_user(
            user, name=name, forget_name=forget_name, state=state, reason=reason
        )
        _answer(call, changed)
        call.remark_unchanged(before, changed)


@user_app.command(
    "list",
    cls=ShopCommand,
    epilog="""
    shop user list
    shop user list minji
    shop user list --below 5000 --state active
    shop user list --idle 90
    """,
)
def list_all(
    context: typer.Context,
    query: UserQuery = None,
    *,
    state: UserState = None,
    below: Below = None,
    idle: Idle = None,
    limit: Limit = None,
) -> None:
    """List users with their balances."""
    call = Call.of(context)
    with call.shop() as shop:
        users = shop.users(
            limit=call.rows_to_show(limit),
            query=query,
            state=state,
            below=call.optional_amount(below),
            idle=idle,
        )
    call.output.rows(
        users,
        User,
        [
            Column("user"),
            Column("name", wraps=True, spare=3),
            Column("state", spare=2),
            Column("balance", right=True, spare=1),
        ],
    )
    is_narrowed = any(given is not None for given in (query, state, below, idle))
    empty = "No such user. See all: shop user list" if is_narrowed else _NO_USERS
    call.remark_list(len(users), limit, empty=empty)


@user_app.command("show", cls=ShopCommand, epilog="shop user show kim")
def show(context: typer.Context, user: Word) -> None:
    """Show one user."""
    call = Call.of(context)
    with call.shop() as shop:
        _answer(call, shop.user(user))


def _answer(call: Call, user: User) -> None:
    name = f" ({user.name})" if user.name else ""
    balance = call.money(user.balance, user.currency)
    call.output.record(user, f"{user.user}{name}: {user.state}, balance {balance}")
