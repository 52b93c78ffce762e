"""The table of words as the commands have it; `python -m tests.cli.command_table` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from typer._click import Command, Context
from typer.core import TyperArgument, TyperGroup, TyperOption

from shopcli.cli.completion import names as offers
from shopcli.cli.completion import word_table
from shopcli.cli.main import build
from shopcli.cli.parsing.command_table import Stub

HEADER = "command\tkind\tnames\thidden\tvalues\thelp\n"


def commands() -> Iterator[tuple[str, Command, Context]]:
    """Every command by its path, groups before what is in them."""
    yield from _below(word_table.ROOT, build(), None)


def _below(
    path: str, command: Command, parent: Context | None
) -> Iterator[tuple[str, Command, Context]]:
    if isinstance(command, Stub):
        command = command.loaded
    name = path.rpartition(" ")[2]
    context = command.make_context(name, [], parent, resilient_parsing=True)
    yield path, command, context
    if isinstance(command, TyperGroup):
        for word in command.list_commands(context):
            yield from _below(f"{path} {word}", command.commands[word], context)


def table() -> str:
    """The whole file."""
    return HEADER + "".join(
        "\t".join(row) + "\n"
        for path, command, context in commands()
        for row in rows(path, command, context)
    )


def rows(path: str, command: Command, context: Context) -> Iterator[tuple[str, ...]]:
    """What may follow one command: its words, then its arguments and options."""
    if isinstance(command, TyperGroup):
        for word in command.list_commands(context):
            below = command.commands[word]
            yield path, "word", word, _hidden(below.hidden), "", below.get_short_help_str()
    for parameter in command.get_params(context):
        assert isinstance(parameter, TyperArgument | TyperOption)
        values = _values_of(parameter, context)
        if isinstance(parameter, TyperArgument):
            kind = "arguments" if parameter.nargs == -1 else "argument"
            yield path, kind, str(parameter.name), "", values, parameter.help or ""
        else:
            kind = "flag" if parameter.is_flag else "option"
            # Typer keeps those of `--help` in a set, in no order.
            names = " ".join(sorted([*parameter.opts, *parameter.secondary_opts]))
            assert parameter.nargs == 1
            assert not parameter.multiple
            assert not parameter.count
            yield path, kind, names, _hidden(parameter.hidden), values, parameter.help or ""


def _hidden(is_hidden: bool) -> str:  # noqa: FBT001  # it is all there is to say
    return "hidden" if is_hidden else ""


def _values_of(parameter: TyperArgument | TyperOption, context: Context) -> str:
    asked: list[str] = []

    def remembered(kind: str, *_: object) -> list[tuple[str, str]]:
        asked.append(kind)
        return []

    with patch.object(offers, "offered", remembered):
        assert parameter.shell_complete(context, "") == []
    return "".join(asked)


if __name__ == "__main__":
    Path(word_table.FILE).write_text(table(), encoding="utf-8")
