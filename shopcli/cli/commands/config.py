"""Commands on the settings of this machine: config show, path, set, unset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.completion.typer_hooks import complete_config, complete_config_value
from shopcli.cli.configuration import (
    CHECKS,
    PLATFORM_FILES,
    Configured,
    checked_setting_name,
    read_file,
    write_setting,
)
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.terminal import Column
from shopcli.domain.addresses import display
from shopcli.domain.text import checked_identifier, checked_name

config_app = new_app("Settings of this machine, kept in a TOML file.", default="show")

PATH_LENGTH_MAX = 4096
"""Most characters of the path of a file."""

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="database, user, colours, theme, bell, wait_max, platform_secret_file,"
        " platform_headers_file or platform_ca_file",
        autocompletion=complete_config,
    ),
]


@config_app.command("show", cls=ShopCommand, epilog="shop config show")
def show(context: typer.Context) -> None:
    """Show each value in force and where it comes from; secrets are not shown."""
    call = Call.of(context)
    call.output.rows(
        [setting._asdict() for setting in call.settings.settings()],
        Configured._fields,
        [Column("name"), Column("value", wraps=True), Column("source", wraps=True, spare=1)],
    )


@config_app.command("path", cls=ShopCommand, epilog="shop config path")
def path(context: typer.Context) -> None:
    """Show where the configuration file is, or would be."""
    call = Call.of(context)
    where = str(call.settings.file_path())
    call.output.record({"path": where}, where)


@config_app.command(
    "set",
    cls=ShopCommand,
    epilog="""
    shop config set user kim
    shop config set database /srv/shop/shop.db
    shop config set colours never
    shop config set theme shop-light
    shop config set wait_max 30s
    shop config set platform_secret_file /etc/shop/secret
    """,
)
def change(
    context: typer.Context,
    name: Name,
    value: Annotated[str, typer.Argument(metavar="VALUE", autocompletion=complete_config_value)],
) -> None:
    """Set a value in the configuration file; its comments stay."""
    call = Call.of(context)
    checked_setting_name(name)
    if name == "user":
        value = checked_identifier(value, "user")
    elif name in CHECKS:
        CHECKS[name](value)
    elif name in PLATFORM_FILES:
        value = str(Path(checked_name(value, "File", length_max=PATH_LENGTH_MAX)).absolute())
    else:
        from shopcli.engine import lasting_address  # only where one is set

        value = lasting_address(value)
    file = call.settings.file_path()
    write_setting(file, name, value)
    call.changed()
    _answer(call, file, name)


@config_app.command("unset", cls=ShopCommand, epilog="shop config unset user")
def unset(context: typer.Context, name: Name) -> None:
    """Take a value out of the configuration file."""
    call = Call.of(context)
    checked_setting_name(name)
    file = call.settings.file_path()
    if name in read_file(file):
        write_setting(file, name, None)
        call.changed()
    _answer(call, file, name)


def _answer(call: Call, file: Path, name: str) -> None:
    value = read_file(file).get(name)
    shown = display(value) if value is not None else None
    call.output.record(
        {"name": name, "value": shown, "file": str(file)},
        f"{name} = {shown if shown is not None else '(not set)'}  in {file}",
    )
    call.remark_overruled(name)
