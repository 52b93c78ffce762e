"""The words of members, with the options that are theirs; the engine judges what they do.

What is not listed here is not there: a new option of a command is a member's once it is listed.
"""

from __future__ import annotations

import re
import shlex
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from typer._click.exceptions import NoSuchOption

from shopcli.cli.call import Call
from shopcli.cli.parsing.command_table import Stub
from shopcli.cli.parsing.options import format_options, shared_options
from shopcli.cli.parsing.root_words import TABLE, Entry
from shopcli.cli.parsing.typer_commands import (
    HELP_NAMES,
    ShopGroup,
    examples_of,
    options_of,
)
from shopcli.domain.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from typer._click import Command, Context, Parameter

_WINDOW = frozenset({"--since", "--until", "--on", "--month"})
_LIST = _WINDOW | {"--limit"}

OFFERED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "balance": frozenset(),
        "transfer": frozenset({"--to", "--reason", "--key"}),
        "history": _LIST,
        "statement": _WINDOW,
        "products": frozenset({"--category", "--limit"}),
        "claim": frozenset({"--key"}),
        "coupons": frozenset({"--limit"}),
        "order": frozenset({"--coupon", "--expect", "--dry-run", "--key"}),
        "orders": _LIST | {"--sku", "--state"},
        "receipt": frozenset({"--key"}),
        "cancel": frozenset({"--reason", "--key"}),
        "top": frozenset({"--days", "--limit", "--as-of"}),
    }
)
"""Each word of members, with its options beside those that every word takes."""

OF_ALL = frozenset({"--json", "--format", "--times", "--bom", *HELP_NAMES})
"""Options that every word of members takes."""

_ELSEWHERE = frozenset({"--db", "--user", "-u"})
"""Options that every command takes at the prompt, and no word of a member."""

_HELP = Entry("help", "help", "Show what can be typed.", package="member")
_NAMED_EXAMPLE = " -u kim"
_QUOTED = re.compile(r'"[^"]*"')
"""What is quoted once more for ssh: the shell of the member takes the outer quotes away."""


@cache
def members_group() -> ShopGroup:
    """The root of the command line of members, none of its commands imported."""
    return _MembersGroup()


def is_offered(word: str, options: Iterable[str]) -> bool:
    """Whether members have a word, with these options."""
    if word == _HELP.word:
        return OF_ALL.issuperset(options)
    return word in OFFERED and (OFFERED[word] | OF_ALL).issuperset(options)


class _MembersGroup(ShopGroup):
    """The words of members; others are told apart from what does not exist."""

    def __init__(self) -> None:
        entries = {entry.word: entry for entries in TABLE.values() for entry in entries}
        super().__init__(
            name="shop",
            help="The shop, for a member.",
            epilog="shop balance\nshop order LATTE:2 BAGEL\nshop help order",
            params=_of_all([*shared_options(), *format_options()]),
            commands={
                word: _OfferedCommand(entries[word], options) for word, options in OFFERED.items()
            }
            | {_HELP.word: _OfferedCommand(_HELP, frozenset())},
            context_settings={"help_option_names": HELP_NAMES},
        )
        self._known = frozenset(entries)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse the options before the word.

        Raises:
            NotAllowed: One of them is not a member's.
        """
        try:
            return super().parse_args(ctx, args)
        except NoSuchOption as error:
            if error.option_name in _ELSEWHERE:
                raise _withheld("shop", error.option_name) from None
            raise

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """Find the command of a word.

        Raises:
            NotAllowed: It is not a member's.
            InvalidInput: There is none; details hold the closest ones that are a member's.
        """
        word = args[0]
        if word in self._known and word not in self.commands:
            raise NotAllowed(
                "A {role:noun} may not do this: {verb:verb}.",
                details={"role": "member", "verb": word, "reason": "withheld_word"},
            )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401  # whatever the command returns
        """Give the options before the word to the call, then run the command."""
        Call.of(ctx).take(ctx.params)
        return super().invoke(ctx)


class _OfferedCommand(Stub):
    """A command with a member's options; loaded for itself, so that none is left of a call."""

    def __init__(self, entry: Entry, options: frozenset[str]) -> None:
        super().__init__(entry)
        self._options = options
        self._withheld: frozenset[str] = frozenset()

    @property
    def loaded(self) -> Command:
        """The real command without the options that are not a member's."""
        if self._loaded is None:
            command = super().loaded
            offered = self._options | OF_ALL
            self._withheld = frozenset(options_of(command)) - offered
            command.params = [one for one in command.params if _is_a_members(one, offered)]
            command.epilog = "\n".join(_examples(command, offered))
        return super().loaded

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: Context | None = None,
        **extra: Any,  # noqa: ANN401  # Typer's own
    ) -> Context:
        """Make the context of the real command.

        Raises:
            NotAllowed: The line has an option of it that is not a member's.
        """
        try:
            return super().make_context(info_name, args, parent, **extra)
        except NoSuchOption as error:
            if error.option_name in self._withheld:
                raise _withheld(self.entry.word, error.option_name) from None
            raise


def _of_all(parameters: Iterable[Parameter]) -> list[Parameter]:
    return [one for one in parameters if _is_a_members(one, OF_ALL)]


def _is_a_members(parameter: Parameter, offered: frozenset[str]) -> bool:
    return parameter.param_type_name == "argument" or offered.issuperset(parameter.opts)


def _examples(command: Command, offered: frozenset[str]) -> Iterable[str]:
    """The examples of a command that a member can type; they name no user."""
    for example in examples_of(command):
        line = example.replace(_NAMED_EXAMPLE, "")
        if offered.issuperset(word for word in shlex.split(line) if word.startswith("-")):
            yield _QUOTED.sub(r"'\g<0>'", line)


def _withheld(word: str, option: str) -> NotAllowed:
    return NotAllowed(
        "A member's command takes no {option}.",
        details={
            "role": "member",
            "verb": word,
            "option": option,
            "see": "shop --help" if word == "shop" else f"shop {word} --help",
            "reason": "withheld_option",
        },
    )
