"""Where a value can be typed: every argument and option, as the tree of commands has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from typer._click import Command, Context
from typer.core import TyperArgument, TyperGroup, TyperOption

from tests.cli.command_table import commands


class Place(NamedTuple):
    """An argument or option of a command."""

    command: str
    """The words after `shop`; empty at the root."""
    name: str
    """How it is typed, `--limit`; the word in help where it is an argument."""
    names: tuple[str, ...]
    """All forms of an option; empty where it is an argument."""
    is_flag: bool = False
    is_required: bool = False
    takes_several: bool = False

    @property
    def is_argument(self) -> bool:
        """Whether it has a position instead of a name."""
        return not self.names


class Known(NamedTuple):
    """A command with all that may follow it."""

    command: str
    is_group: bool
    places: tuple[Place, ...]
    """Empty only where it takes nothing."""


def known_commands() -> Mapping[str, Known]:
    """Every command by its words, groups and the root included."""
    found = {}
    for path, command, context in commands():
        words = path.partition(" ")[2]
        places = tuple(_place(words, one) for one in _parameters(command, context))
        found[words] = Known(words, isinstance(command, TyperGroup), places)
    return found


def _parameters(command: Command, context: Context) -> list[TyperArgument | TyperOption]:
    parameters = command.get_params(context)
    known = [one for one in parameters if isinstance(one, TyperArgument | TyperOption)]
    assert len(known) == len(parameters)
    return known


def _place(command: str, parameter: TyperArgument | TyperOption) -> Place:
    name = str(parameter.name)
    if isinstance(parameter, TyperArgument):
        several = parameter.nargs == -1
        return Place(command, name, (), is_required=parameter.required, takes_several=several)
    # Typer keeps those of `--help` in a set, in no order.
    names = tuple(sorted([*parameter.opts, *parameter.secondary_opts]))
    return Place(
        command,
        names[0] if names[0].startswith("--") else names[-1],
        names,
        is_flag=parameter.is_flag,
        is_required=parameter.required,
    )
