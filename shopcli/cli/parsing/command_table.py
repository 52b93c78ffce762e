"""Loads each command when it is typed; imports no command itself.

`commands` holds a stub for each row of the table, so that help, suggestions and completion know
the words without importing the commands.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from textwrap import fill
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info, get_group

from shopcli.cli.call import Call
from shopcli.cli.completion.names import topics
from shopcli.cli.parsing.root_words import TABLE, Entry
from shopcli.cli.parsing.typer_commands import HELP_NAMES, ShopGroup, options_of
from shopcli.domain.errors import Internal

if TYPE_CHECKING:
    import typer
    from typer._click import Command, Context
    from typer._click.formatting import HelpFormatter
    from typer._click.shell_completion import CompletionItem


def load(entry: Entry) -> Command:
    """Import the module of a row and build the command."""
    module = import_module(f"shopcli.cli.{entry.package}.{entry.module}")
    if entry.is_group:
        app: typer.Typer = getattr(module, f"{entry.word}_app")
        group = get_group(app)
        group.name = entry.word
        return group
    app = module.app
    for info in app.registered_commands:
        if info.name == entry.word:
            return get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)
    raise Internal(
        "The module {module} has no command {word}.",
        details={"module": entry.module, "word": entry.word},
    )


class Stub(TyperCommand):
    """A placeholder for a command that is loaded when it is needed."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.word, help=entry.help, rich_markup_mode=None)
        self.entry = entry
        self._loaded: Command | None = None

    @property
    def loaded(self) -> Command:
        """The real command."""
        if self._loaded is None:
            self._loaded = load(self.entry)
        return self._loaded

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: Context | None = None,
        **extra: Any,  # noqa: ANN401  # Typer's own
    ) -> Context:
        """Make the context of the real command."""
        return self.loaded.make_context(info_name, args, parent, **extra)

    def shell_complete(self, ctx: Context, incomplete: str) -> list[CompletionItem]:
        """The completions of the real command."""
        return self.loaded.shell_complete(ctx, incomplete)


class RootGroup(ShopGroup):
    """The root group: all commands under headings, none of them imported."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401  # Typer's own
        super().__init__(**attributes)
        self._without_options: dict[str, Any] | None = None
        for entries in TABLE.values():
            for entry in entries:
                self.commands[entry.word] = Stub(entry)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse options before the first word; skip the parser where there are none."""
        if ctx.resilient_parsing or not args or args[0] not in self.commands:
            return super().parse_args(ctx, args)
        if self._without_options is None:
            rest = super().parse_args(ctx, args)
            self._without_options = dict(ctx.params)
            return rest
        ctx.params.update(self._without_options)
        ctx._protected_args, ctx.args = args[:1], args[1:]  # noqa: SLF001  # as Typer's groups do
        return ctx.args

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401  # whatever the command returns
        """Give the options before the first word to the call, then run the command."""
        Call.of(ctx).take(ctx.params)
        return super().invoke(ctx)

    def format_commands(
        self,
        ctx: Context,  # noqa: ARG002  # Typer's signature
        formatter: HelpFormatter,
    ) -> None:
        """List the commands under their headings."""
        for heading, entries in TABLE.items():
            with formatter.section(heading):
                formatter.write_dl([(entry.word, entry.help) for entry in entries])
        formatter.write_paragraph()
        text = f"Topics: {', '.join(topics())} (shop help TOPIC)"
        # Topics are typed as shown here, so none is broken at its hyphen.
        formatter.write(f"{fill(text, formatter.width, break_on_hyphens=False)}\n")


def words_first(root: TyperGroup, argv: list[str]) -> list[str]:
    """Move options that come before the command to the end, where the command takes them.

    `shop --limit 3 products` and `shop user --json list` are read as if the options came last. A
    line that cannot be read this way is left alone, for the parser to say what is wrong with it.
    """
    if not argv or (argv[0] in root.commands and not _has_leading_options(root, argv)):
        return argv
    for positions, command in _readings(root, argv, 0):
        last = positions[-1]
        leading = [argv[i] for i in range(last) if i not in positions]
        if _all_options(command, leading):
            return [*(argv[i] for i in positions), *leading, *argv[last + 1 :]]
    return argv


def _has_leading_options(root: TyperGroup, argv: list[str]) -> bool:
    stub = root.commands[argv[0]]
    is_group = isinstance(stub, Stub) and stub.entry.is_group
    return is_group and len(argv) > 1 and argv[1].startswith("-") and argv[1] not in HELP_NAMES


def _readings(
    group: TyperGroup, argv: list[str], start: int
) -> Iterator[tuple[list[int], Command]]:
    for position in range(start, len(argv)):
        if argv[position] == "--":
            return
        command = group.commands.get(argv[position])
        if command is None:
            continue
        if isinstance(command, Stub):
            command = command.loaded
        if isinstance(command, TyperGroup):
            for positions, inner in _readings(command, argv, position + 1):
                yield [position, *positions], inner
        else:
            yield [position], command


def _all_options(command: Command, words: list[str]) -> bool:
    takes_value = options_of(command)
    waiting = False
    for word in words:
        if waiting:
            waiting = False
            continue
        name, equals, _ = word.partition("=")
        if name in takes_value and not (equals and not takes_value[name]):
            waiting = takes_value[name] and not equals
        elif not (word[:2] in takes_value and takes_value[word[:2]] and len(word) > 2):  # noqa: PLR2004  # -uKIM
            return False
    return not waiting
