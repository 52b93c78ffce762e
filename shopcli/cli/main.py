"""From a command line to an exit code: parses, runs the command, reports errors."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING, Annotated

import typer
from typer._click.exceptions import (
    BadParameter,
    ClickException,
    MissingParameter,
    NoSuchOption,
    UsageError,
)
from typer.core import TyperGroup
from typer.main import get_command

from shopcli.cli import configuration, problems
from shopcli.cli.call import Call, see
from shopcli.cli.environment import completion_is_asked
from shopcli.cli.formats import wants_json
from shopcli.cli.parsing.command_table import RootGroup, words_first
from shopcli.cli.parsing.options import format_options, shared_options, user_option
from shopcli.cli.parsing.typer_commands import HELP_NAMES, examples_of, options_of
from shopcli.cli.process import as_process, reported
from shopcli.domain.errors import Internal, InvalidInput, ShopError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from typer._click import Context

    from shopcli import Shop

NAME = "shop"
_NEGATIVE = re.compile(r"-[0-9][0-9.,_]{0,30}")
_COMPLAINT_LENGTH_MAX = 300
"""Most characters of a parser's complaint: a script may hold words of any length."""

_root = typer.Typer(
    name=NAME,
    cls=RootGroup,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": HELP_NAMES},
    epilog="""
    shop init --sample
    shop charge 10000 -u kim
    shop order LATTE:2 BAGEL -u kim
    """,
)


@_root.callback()
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """A shop for people with a prepaid balance."""
    call = Call.of(context)
    if version:
        from shopcli import __version__

        call.output.record({"version": __version__}, f"shop {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        from shopcli.cli.home import where_am_i

        where_am_i(call)


@cache
def build() -> TyperGroup:
    """Build the tree of commands, none of them imported."""
    group = get_command(_root)
    if not isinstance(group, TyperGroup):
        raise Internal("The root of the command line is no group.")
    group.params += [*shared_options(), *format_options(), user_option()]
    return group


def perform(
    argv: list[str],
    *,
    lend: Callable[[str], AbstractContextManager[Shop]] | None = None,
    settings: configuration.Configuration | None = None,
    tell: Callable[..., int] = problems.tell,
) -> int:
    """Run one command line and report what went wrong.

    Args:
        argv: The words after `shop`.
        lend: Gives an open shop for an address; `shop run` gives the one it has open.
        settings: Configuration before the options of the line; this process's if not given.
        tell: Reports a problem and returns the exit code; scripts add the line number.

    Returns:
        The exit code.
    """
    call = Call(
        argv,
        settings or configuration.of_process(),
        as_json=wants_json(argv),
        lend=lend,
    )
    return carry_out(call, build, tell)


def carry_out(call: Call, group: Callable[[], TyperGroup], tell: Callable[..., int]) -> int:
    """Run the command line of a call and report what went wrong.

    Args:
        call: The context of the line, with its words.
        group: Builds the commands that may be on it.
        tell: Reports a problem and returns the exit code.

    Returns:
        The exit code.
    """
    call.is_being_read = True
    return reported(call, lambda: _parse_and_invoke(group(), call), tell)


def run(argv: list[str]) -> int:
    """Run the command line of this process.

    Returns:
        The exit code of the process.
    """
    return as_process(lambda: _complete() if completion_is_asked() else perform(argv))


def _parse_and_invoke(group: TyperGroup, call: Call) -> int:
    try:
        with group.make_context(NAME, words_first(group, call.argv), obj=call) as context:
            group.invoke(context)
    except typer.Exit as ending:
        return ending.exit_code
    except typer.Abort as stop:
        raise KeyboardInterrupt from stop
    except ClickException as error:
        raise _usage(error, call.argv) from error
    return 0


def _complete() -> int:
    """Print completions for the shell; print nothing on a failure."""
    try:
        build()._main_shell_completion({}, NAME)  # noqa: SLF001  # Typer's own, ends the process
    except Exception:  # noqa: BLE001  # as the docstring says
        return 1
    return 0


def _usage(error: ClickException, argv: Sequence[str]) -> ShopError:
    """Turn an error of the parser into one of the shop."""
    context = error.ctx if isinstance(error, UsageError) else None
    details: dict[str, object] = {}
    message = error.format_message()
    way_out = see(f"{NAME} --help")
    if context is not None:
        way_out = see(f"{context.command_path} --help")
        examples = examples_of(context.command)
        if examples:
            way_out = {
                **way_out,
                "example": _example(error, examples[0], argv),
                "reason": "example_and_more",
            }
    number = next((word for word in argv if _NEGATIVE.fullmatch(word)), None)
    if isinstance(error, NoSuchOption) and number is not None:
        path = context.command_path if context is not None else ""
        return InvalidInput(
            "'{value}' begins with a dash: numbers and amounts have no sign.",
            details={
                "value": number,
                "number": number[1:],
                **_unsigned(number[1:], path.removeprefix(f"{NAME} "), argv),
            },
        )
    if isinstance(error, NoSuchOption):
        word = _cut_by_the_parser(error.option_name, argv)
        message = error.message if word is None else f"No such option: {word}."
        if (
            word is not None
            and context is not None
            and (line := _behind_dashes(word, context, argv))
        ):
            return InvalidInput(
                "'{value}' begins with a dash, and is no option.",
                details={"value": word, "line": line, "reason": "dashed_value"},
            )
    if isinstance(error, NoSuchOption):
        near = sorted(error.possibilities or ())
        message = message if message.endswith(".") else f"{message}."
        details = {"option": error.option_name[:_COMPLAINT_LENGTH_MAX], "suggestions": near}
        if near:
            way_out = {"reason": "near_option"}
    elif isinstance(error, MissingParameter) and error.param is not None:
        details = {"missing": error.param.name}
    message = problems.without_secrets(message, argv)
    if len(message) > _COMPLAINT_LENGTH_MAX:
        message = f"{message[:_COMPLAINT_LENGTH_MAX]}…"
    return InvalidInput("{complaint}", details={**details, "complaint": message, **way_out})


_WORD_LENGTH_MAX = 80
_GIVEN_AGAIN = frozenset({"--db", "-u", "--user", "--json", "--format", "--times", "--bom"})
"""Options that advice repeats by itself."""


def _cut_by_the_parser(option: str, argv: Sequence[str]) -> str | None:
    """The whole word of which the parser took the first letter for an option, as in `-1h`."""
    words = (word for word in argv if word.startswith(option) and word[:2] != "--")
    word = next(words, "")
    return word if len(option) < len(word) <= _WORD_LENGTH_MAX else None


def _behind_dashes(word: str, context: Context, argv: Sequence[str]) -> str | None:
    """The line with a word as a value, behind `--`; None where that is none either."""
    import shlex  # only after a mistake

    command, path = context.command, context.command_path.split()[1:]
    if word[1].isdigit() and " ".join(path) in _OF_AMOUNTS:
        return None
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    takes_value = options_of(command)
    options: list[str] = []
    values: list[str] = []
    words = iter(argv)
    for one in words:
        name = one.partition("=")[0]
        if path and one == path[0]:
            del path[0]
        elif name not in takes_value:
            values.append(one)
        else:
            rest = [next(words, "")] if takes_value[name] and "=" not in one else []
            options += [one, *rest] if name not in _GIVEN_AGAIN else []
    is_complete = len(values) <= len(arguments) or any(one.nargs == -1 for one in arguments)
    is_long = any(len(one) > _WORD_LENGTH_MAX for one in (*options, *values))
    if not is_complete or is_long or path or "--" in argv:
        return None
    place = values.index(word)
    typed = [*options, *values[:place], "--", *values[place:]]
    return problems.without_secrets(f"{context.command_path} {shlex.join(typed)}", argv)


def _example(error: ClickException, example: str, argv: Sequence[str]) -> str:
    """An example of the refused command, about what the line named right behind the command."""
    from shopcli.domain.text import is_plain  # only after a mistake

    context = error.ctx if isinstance(error, UsageError) else None
    wrong = error.param if isinstance(error, BadParameter) else None
    if context is None or wrong is None or isinstance(error, MissingParameter):
        return example  # what is missing may be the name
    arguments = (one for one in context.command.params if one.param_type_name == "argument")
    *_, verb = context.command_path.split()
    _, found, behind = "\0".join(["", *argv, ""]).partition(f"\0{verb}\0")
    name, *_ = behind.split("\0")
    before, path, after = example.partition(f"{context.command_path} ")
    first, space, rest = after.partition(" ")
    is_name = bool(found) and is_plain(name) and not name.startswith("-")
    if (
        before
        or not is_name
        or wrong is next(arguments, wrong)
        or not first
        or first.startswith("-")
    ):
        return example
    return f"{path}{name}{space}{rest}"


_OF_AMOUNTS = frozenset({"cash in", "cash out", "charge", "payout", "transfer", "product restock"})
"""Commands whose arguments are, or end with, an amount or a quantity, which has no sign."""

_UNSIGNED = {
    "adjust": "unsigned_adjust",
    "charge": "unsigned_charge",
    "payout": "unsigned_payout",
}


def _unsigned(number: str, command: str, argv: Sequence[str]) -> dict[str, str]:
    """Details of a refusal that show how to type a negative number.

    Args:
        number: The number without its sign.
        command: The command it was given to.
        argv: The whole line.
    """
    if command == "order":
        return {"line": _line_meant(number, argv), "reason": "unsigned_order"}
    if command in {"settings set", "config set"}:
        noun, _, verb = command.partition(" ")
        *_, name = ("NAME", *argv[argv.index(verb) + 1 : argv.index(f"-{number}")])
        is_limit = name == "charge_max"
        reason = "no_charge_max" if is_limit else "unsigned_setting"
        return {"noun": noun, "name": name, "reason": reason}
    if command in {"product restock", "product adjust"}:
        verb = command.partition(" ")[2]
        words = [word for word in argv if not word.startswith("-")]
        given = words[words.index(verb) + 1 :]
        return {"sku": given[0] if given else "SKU", "reason": "unsigned_stock"}
    return {"reason": _UNSIGNED.get(command, "unsigned")}


def _line_meant(number: str, argv: Sequence[str]) -> str:
    """`SKU:QTY` of a quantity and the word before it, if that is a SKU; else an example."""
    from shopcli.domain.text import is_plain  # only after a mistake

    *_, option, sku = ("", "", *argv[: argv.index(f"-{number}")])
    is_sku = sku != "order" and not option.startswith("-") and is_plain(sku)
    is_quantity = number.isdigit() and int(number) > 0
    return f"{sku}:{number}" if is_sku and is_quantity and not sku.startswith("-") else "LATTE:2"
