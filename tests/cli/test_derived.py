"""Lists that follow from the commands: nobody can forget to write them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import typer

from shopcli.cli import commands
from shopcli.cli.commands.run import keyed_commands
from shopcli.cli.parsing.root_words import TABLE


def _modules() -> list[str]:
    folder = Path(commands.__file__).parent
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    return [*(f"commands.{name}" for name in names), "member.gate"]


def test_every_command_of_the_folder_has_a_word_at_the_root() -> None:
    """A command, or a group of them, that is written is one that can be typed."""
    entries = [entry for entries in TABLE.values() for entry in entries]
    known = {(entry.word, f"{entry.package}.{entry.module}") for entry in entries}
    written = set()
    for module in _modules():
        for name, app in vars(import_module(f"shopcli.cli.{module}")).items():
            if not isinstance(app, typer.Typer):
                continue
            if name == "app":
                written |= {(str(one.name), module) for one in app.registered_commands}
            elif (name.removesuffix("_app"), module) in known:
                written.add((name.removesuffix("_app"), module))
            else:  # a group within a group
                assert name.startswith("_"), (module, name)

    assert written == known


def test_the_commands_with_a_key_are_those_that_move_something() -> None:
    """A resumed script gives keys to these, and not to the one that looks for a key."""
    of_money = {"charge", "payout", "adjust", "transfer", "undo", "cash in", "cash out", "close"}
    assert keyed_commands() == {*of_money, "claim", "order", "refund", "cancel"}
