"""Refuses an option that is given twice with different values: which one is meant is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer._click.parser import _Option

from shopcli.domain.addresses import display, without_passwords
from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt

if TYPE_CHECKING:
    from typer._click.parser import _OptionParser, _ParsingState

_ABSENT = object()


class _SingleOption(_Option):
    """One name of an option; refuses another value than the one given before."""

    def __init__(self, name: str, known: _Option, parser: _OptionParser) -> None:
        super().__init__(known.obj, [name], known.dest, known.action, known.nargs, known.const)
        self._name = name
        self._parser = parser

    def process(self, value: Any, state: _ParsingState) -> None:  # noqa: ANN401  # Typer's own
        """Keep a value.

        Raises:
            InvalidInput: It contradicts one given before.
        """
        if self.action == "store":
            self._check(value, state)
        elif self.action == "store_const":
            self._check(self.const, state)
        super().process(value, state)

    def _check(self, value: object, state: _ParsingState) -> None:
        before = state.opts.get(self.dest or "", _ABSENT)
        context = self._parser.ctx
        if before in (_ABSENT, value) or context is None or context.resilient_parsing:
            return
        raise InvalidInput(
            "{option} is given twice, with different values: {values:and}.",
            details={
                "option": self._name,
                "values": [self._shown(before), self._shown(value)],
                "see": f"{context.command_path} --help",
                "reason": "given_twice",
            },
        )

    def _shown(self, value: object) -> str:
        text = str(value)
        return excerpt(display(text) if self.dest == "database" else without_passwords(text))


def refuse_contradictions(parser: _OptionParser) -> None:
    """Let a parser refuse every option of one value that is given several; lists stay lists."""
    for names in (parser._long_opt, parser._short_opt):  # noqa: SLF001  # there is no public way
        for name, option in names.items():
            names[name] = _SingleOption(name, option, parser)
