"""Typer commands and groups of the shop: shared options, help with examples first."""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from shopcli.cli.call import Call
from shopcli.cli.parsing.contradictions import refuse_contradictions
from shopcli.cli.parsing.options import (
    USER_HELP,
    format_options,
    shared_options,
    user_option,
)
from shopcli.domain.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer._click import Command, Context
    from typer._click.formatting import HelpFormatter
    from typer._click.parser import _OptionParser

HELP_NAMES = ["-h", "--help"]


def new_app(help_text: str, *, default: str | None = None) -> typer.Typer:
    """Make a Typer application with the shop's group class and error style.

    Args:
        help_text: What the group is for.
        default: The command to run when the group is typed alone.
    """
    return typer.Typer(
        cls=type("Group", (ShopGroup,), {"default_word": default}),
        help=help_text,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": HELP_NAMES},
    )


class ShopCommand(TyperCommand):
    """A command that takes the shared options and shows its examples first.

    The `epilog` of a command holds its examples, one a line.
    """

    is_for_one_user = False
    """Whether help lists `--user`; every command takes it, so that an alias can hold it."""

    user_help = USER_HELP
    """What help says of `--user`."""

    def __init__(self, name: str | None, **attributes: Any) -> None:  # noqa: ANN401  # Typer's own
        own = attributes.get("params") or []
        has_files = any("--format" in parameter.opts for parameter in own)
        attributes["params"] = [
            *own,
            user_option(hidden=not self.is_for_one_user, help_text=self.user_help),
            *shared_options(),
            *([] if has_files else format_options()),
        ]
        attributes["context_settings"] = {
            "help_option_names": HELP_NAMES,
            **(attributes.get("context_settings") or {}),
        }
        super().__init__(name, **attributes)
        self._parser: _OptionParser | None = None

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse the words of this command.

        Raises:
            InvalidInput: An option that wants a value is followed by another option.
        """
        if not ctx.resilient_parsing:
            takes_value = options_of(self)
            for word, following in pairwise(args):
                if word == "--":
                    break
                if takes_value.get(word) and following in takes_value:
                    raise InvalidInput(
                        "The option {option} wants a value, and {following} is an option.",
                        details={
                            "option": word,
                            "following": following,
                            "see": f"{ctx.command_path} --help",
                            "reason": "usage",
                        },
                    )
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401  # whatever the command returns
        """Give the shared options to the call, then run the command."""
        call = Call.of(ctx)
        call.take(ctx.params)
        call.is_being_read = False
        return super().invoke(ctx)

    def make_parser(self, ctx: Context) -> _OptionParser:
        """The parser of this command; cached, as scripts run many lines of one command."""
        if self._parser is None:
            self._parser = super().make_parser(ctx)
            refuse_contradictions(self._parser)
        self._parser.ctx = ctx
        return self._parser

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """As Typer's, without braces around required arguments."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write usage, examples, description, options."""
        self.format_usage(ctx, formatter)
        write_examples(self.epilog, formatter)
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write arguments, this command's options, shared options."""
        write_parameters(self, ctx, formatter)


class UserCommand(ShopCommand):
    """A command for one user."""

    is_for_one_user = True


class ShopGroup(TyperGroup):
    """A group that suggests the closest command to a mistyped one, and lists its commands."""

    default_word: str | None = None
    """The command to run when none is named."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401  # Typer's own
        attributes["rich_markup_mode"] = None
        super().__init__(**attributes)

    def make_parser(self, ctx: Context) -> _OptionParser:
        """The parser of the options before a command."""
        parser = super().make_parser(ctx)
        refuse_contradictions(parser)
        return parser

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Insert the default command before options that have no command."""
        if self.default_word is not None and not ctx.resilient_parsing:
            named = any(word in self.commands for word in args)
            asks_help = bool(args) and args[0] in HELP_NAMES
            if not (named or asks_help or any(word[:1] != "-" for word in args[:1])):
                args = [self.default_word, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """Find the command of a word.

        Raises:
            InvalidInput: There is none; details hold the closest ones.
        """
        word = args[0]
        if ctx.resilient_parsing or word in self.commands or word.startswith("-"):
            return super().resolve_command(ctx, args)
        visible = [name for name, command in self.commands.items() if not command.hidden]
        near = get_close_matches(word, visible, n=3)
        path = ctx.command_path
        raise InvalidInput(
            "There is no command '{command}'.",
            details={
                "word": word[:80],
                "suggestions": near,
                "command": f"{path} {word[:80]}",
                "near": [f"{path} {name}" for name in near],
                "see": f"{path} --help",
                "reason": "near_command" if near else "usage",
            },
        )

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401  # whatever the command returns
        """Run the command that was named.

        Raises:
            InvalidInput: None was named.
        """
        if not (ctx._protected_args or self.invoke_without_command):  # noqa: SLF001  # Typer's own place
            words = [name for name, command in self.commands.items() if not command.hidden]
            raise InvalidInput(
                "'{command}' needs a subcommand: {suggestions}.",
                details={
                    "suggestions": words,
                    "command": ctx.command_path,
                    "see": f"{ctx.command_path} --help",
                    "reason": "usage",
                },
            )
        return super().invoke(ctx)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write usage, the first example of each command, description, options, commands."""
        self.format_usage(ctx, formatter)
        write_examples(self.epilog or self._first_examples(), formatter)
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)

    def _first_examples(self) -> str:
        shown = [command for command in self.commands.values() if not command.hidden]
        return "\n".join(line for command in shown for line in examples_of(command)[:1])

    def format_commands(
        self,
        ctx: Context,  # noqa: ARG002  # Typer's signature
        formatter: HelpFormatter,
    ) -> None:
        """List each command with the first line of its help, wrapped, never cut."""
        rows = [
            (name, (command.help or "").split("\n")[0])
            for name, command in self.commands.items()
            if not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write options, then commands."""
        write_parameters(self, ctx, formatter)
        self.format_commands(ctx, formatter)


def options_of(command: Command) -> dict[str, bool]:
    """Every option a command takes, and whether a value follows it."""
    takes_value = dict.fromkeys(HELP_NAMES, False)
    for parameter in command.params:
        if isinstance(parameter, TyperOption):
            for name in (*parameter.opts, *parameter.secondary_opts):
                takes_value[name] = not parameter.is_flag
    return takes_value


def examples_of(command: Command) -> list[str]:
    """The examples of a command, as they are typed."""
    return inspect.cleandoc(command.epilog).splitlines() if command.epilog else []


def help_text(root: Context, words: Sequence[str]) -> str:
    """The help of a command, as `--help` behind it prints it.

    Args:
        root: The context of the whole command line.
        words: The command; words behind it are left alone.

    Raises:
        InvalidInput: There is none; details hold the closest ones.
    """
    context = root
    for word in words:
        group = context.command
        if not isinstance(group, TyperGroup):
            break
        name, command, _ = group.resolve_command(context, [word])
        if command is None:
            break
        context = command.make_context(name, [], parent=context, resilient_parsing=True)
        context.resilient_parsing = False
    return context.get_help()


def write_examples(epilog: str | None, formatter: HelpFormatter) -> None:
    """Write examples without wrapping."""
    if epilog:
        with formatter.section("Examples"):
            for line in inspect.cleandoc(epilog).splitlines():
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


def write_parameters(command: Command, ctx: Context, formatter: HelpFormatter) -> None:
    """Write arguments and options; a flag is shown without a type."""
    arguments, options = [], []
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is None:
            continue
        name, text = record
        if isinstance(parameter, TyperOption):
            options.append((name.replace(" <bool>", ""), text))
        else:
            arguments.append((name, text))
    if arguments:
        with formatter.section("Arguments"):
            formatter.write_dl(arguments)
    if options:
        with formatter.section("Options"):
            formatter.write_dl(options)
