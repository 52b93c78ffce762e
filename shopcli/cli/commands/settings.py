"""Commands on the settings of this shop: settings list, set, unset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.completion.typer_hooks import complete_setting
from shopcli.cli.environment import VARIABLES
from shopcli.cli.parsing.options import Reason, Yes
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.terminal import Column
from shopcli.domain.addresses import display
from shopcli.domain.errors import InvalidInput

if TYPE_CHECKING:
    from shopcli import Shop

settings_app = new_app("Settings of this shop, kept in its database.", default="list")

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="As in `shop settings list`.", autocompletion=complete_setting
    ),
]


@settings_app.command("list", cls=ShopCommand, epilog="shop settings list")
def list_all(context: typer.Context) -> None:
    """List every setting, the value in force here, where that comes from and what it does."""
    call = Call.of(context)
    with call.shop() as shop:
        values, sources = shop.settings(), shop.setting_sources()
    from shopcli.engine import SETTINGS  # loaded with the shop

    url = call.settings.platform_url()
    if url is not None:
        values["platform.url"] = url
        sources["platform.url"] = f"environment {VARIABLES['platform_url']}"
    rows = [
        {**_row(name, value, sources[name]), "meaning": SETTINGS[name].meaning}
        for name, value in sorted(values.items())
    ]
    call.output.rows(
        rows,
        ["name", "value", "source", "meaning"],
        [
            Column("name"),
            Column("value", wraps=True),
            Column("source", spare=2),
            Column("meaning", wraps=True, spare=1),
        ],
        document=rows,
    )


@settings_app.command(
    "set",
    cls=ShopCommand,
    epilog="""
    shop settings set platform.url https://platform.example/events
    shop settings set cancel_within 2h
    """,
)
def change(
    context: typer.Context,
    name: Name,
    value: Annotated[str, typer.Argument(metavar="VALUE")],
    reason: Reason = None,
    yes: Yes = False,
) -> None:
    """Set a setting of this shop."""
    from shopcli.engine import check_form, check_reach  # loaded with the shop

    call = Call.of(context)
    with call.shop() as shop:
        check_form(name, value)
        check_reach(name, value, shop.settings())
        if name == "platform.url" and not yes and not _backlog_may_go(call, shop, value):
            raise typer.Exit(1)
        shop.set_setting(name, value, reason=reason)
        _answer(call, shop, name)


@settings_app.command("unset", cls=ShopCommand, epilog="shop settings unset platform.url")
def unset(context: typer.Context, name: Name, reason: Reason = None) -> None:
    """Take a setting back to its default."""
    call = Call.of(context)
    with call.shop() as shop:
        shop.set_setting(name, None, reason=reason)
        _answer(call, shop, name)


def _backlog_may_go(call: Call, shop: Shop, url: str) -> bool:
    """Ask whether waiting events may be sent to a new address.

    Raises:
        InvalidInput: Events wait, and there is no terminal to ask on.
    """
    waiting = shop.outbox.status().pending
    if not waiting:
        return True
    address = display(url)
    told = f"Events waiting: {waiting}. The next flush or relay sends them to {address}"
    if not call.can_ask:
        raise InvalidInput(
            "Events waiting: {pending}. The next flush or relay sends them to {address}, and"
            " nobody can be asked.",
            details={"pending": waiting, "address": address, "reason": "backlog"},
        )
    call.remark(f"{told}.")
    agreed = typer.confirm("Set it?", default=False, err=True)
    if not agreed:
        call.remark("Nothing was changed.")
    return agreed


def _answer(call: Call, shop: Shop, name: str) -> None:
    row = _row(name, shop.settings().get(name), shop.setting_sources()[name])
    call.output.record(row, f"{name} = {row['value'] or '(default)'}")
    if name == "platform.url":
        call.remark_overruled("platform_url")


def _row(name: str, value: str | None, source: str) -> dict[str, str | None]:
    if value and "secret" in name:
        value = "set (not shown)"
    elif value and "url" in name:
        value = display(value)
    return {"name": name, "value": value, "source": source}
