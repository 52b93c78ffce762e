"""How a line wants its answer written: `--format`, `--json`, `--times` and `--bom`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMATS = ("table", "tsv", "csv", "json", "jsonl", "md")
TIMES = ("utc", "local")

_OF_JSON = frozenset({"json", "jsonl"})
_OF_PEOPLE = frozenset({"table", "md"})
NAME_FILES = frozenset({"import", "export"})
"""Commands whose own `--format` is that of a file."""

_NAME_ANYTHING = frozenset({"--db", "-u", "--user", "--format", "--times"})
"""Options whose value may be a word that is also a command."""


class Wanted(NamedTuple):
    """What a line says of its answer; None and False where it says nothing."""

    is_json: bool = False
    form: str | None = None
    times: str | None = None
    bom: bool = False

    @property
    def as_json(self) -> bool:
        """Whether answers and errors are JSON."""
        return self.is_json or self.form in _OF_JSON

    @property
    def words(self) -> list[str]:
        """The options as they are typed; a byte order mark belongs to one output, not to lines."""
        words = ["--json"] if self.is_json and self.form is None else []
        words += [f"--format={self.form}"] if self.form is not None else []
        return words + ([f"--times={self.times}"] if self.times is not None else [])

    def checked(self) -> Wanted:
        """This, if it can be done.

        Raises:
            InvalidInput: There is no such format or zone, or two options contradict each other.
        """
        if self.form is not None and self.form not in FORMATS:
            raise InvalidInput(
                "'{value}' is no format.",
                details={
                    "field": "format",
                    "value": excerpt(self.form),
                    "choices": list(FORMATS),
                    "reason": "format",
                },
            )
        check_times(self.times)
        form = f"--format {self.form}"
        if self.is_json and self.form not in {None, "json"}:
            raise _contradiction("--json", form)
        if self.times == "local" and self.as_json:
            raise _contradiction("--times local", "--json" if self.is_json else form)
        if self.times == "utc" and self.form in _OF_PEOPLE:
            raise _contradiction("--times utc", form)
        if self.bom and (self.as_json or self.form in _OF_PEOPLE):
            raise _contradiction("--bom", "--json" if self.is_json else form)
        return self


def check_times(times: str | None) -> None:
    """Refuse a value of `--times` that is none.

    Raises:
        InvalidInput: It is neither utc nor local.
    """
    if times is not None and times not in TIMES:
        raise InvalidInput(
            "'{value}' is no zone for times.",
            details={
                "field": "times",
                "value": excerpt(times),
                "choices": list(TIMES),
                "reason": "format",
            },
        )


def wants_json(argv: Sequence[str]) -> bool:
    """Whether a line asks for JSON, read without the parser, which may fail."""
    if "--json" in argv:
        return True
    before = ""
    asks = False
    for word in argv:
        if word == "--":
            break
        asks = asks or (before == "--format" and word in _OF_JSON)
        asks = asks or (word.removeprefix("--format=") in _OF_JSON and word.startswith("--"))
        if word in NAME_FILES and before not in _NAME_ANYTHING:
            return False
        before = word
    return asks


def _contradiction(*names: str) -> InvalidInput:
    return InvalidInput(
        "{names:and} contradict each other.",
        details={"names": list(names), "reason": "given_twice"},
    )
