"""The command that runs a script: one command a line, by the same parser, in one process."""

from __future__ import annotations

import shlex
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from shopcli.cli import problems
from shopcli.cli.call import Call
from shopcli.cli.command import UserCommand, new_app
from shopcli.cli.problems import INTERRUPTED_EXIT_CODE, TERMINATED_EXIT_CODE
from shopcli.domain.errors import InvalidInput, PartlyDone, ShopError
from shopcli.domain.text import checked_key, inert

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from shopcli import Shop

app = new_app("Scripts.")

KEYED = frozenset({"charge", "payout", "adjust", "claim", "order", "cancel"})
DELIVERING = frozenset({"order", "cancel"})
_LASTING = frozenset({("run",), ("tui",), ("demo",), ("outbox", "relay"), ("platform", "serve")})
_KEYLESS = frozenset({("product", "restock"), ("product", "adjust")})
_DONE_BEFORE = frozenset({"user_exists", "product_exists", "coupon_exists"})
"""What adding says when the run was killed behind it."""
_SHOWN_LENGTH = 200


class _Line(NamedTuple):
    number: int
    words: list[str]


@app.command(
    "run",
    cls=UserCommand,
    epilog="""
    shop run opening.txt
    shop run --keep-going --json - < orders.txt
    shop run --resumable friday-2026-11-20 friday.txt
    """,
)
def run(
    context: typer.Context,
    script: Annotated[str, typer.Argument(metavar="SCRIPT|-", help="- is standard input.")],
    *,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Go on after a command that fails; exit 5.")
    ] = False,
    resumable: Annotated[
        str | None,
        typer.Option(
            "--resumable", metavar="NAME", help="Keys from NAME and the line: run it again at will."
        ),
    ] = None,
    no_deliver: Annotated[
        bool, typer.Option("--no-deliver", help="Leave events to a relay or a flush.")
    ] = False,
) -> None:
    """Run a script, one command a line; `#` begins a comment, the word `shop` may be left out."""
    call = Call.of(context)
    if resumable is not None:
        checked_key(resumable)
    with call.shop() as shop:
        runner = _Runner(call, shop, resumable, no_deliver=no_deliver)
        failed = 0
        first_code = 0
        for line in _lines(script, _read(script)):
            code = runner.carry_out(line)
            if code in {INTERRUPTED_EXIT_CODE, TERMINATED_EXIT_CODE}:
                raise typer.Exit(code)
            if code:
                failed += 1
                first_code = first_code or code
                if not keep_going:
                    break
    if failed and not keep_going:
        call.remark(f"Stopped after {runner.done} commands.")
        raise typer.Exit(first_code)
    if failed:
        raise PartlyDone(
            f"{failed} of {failed + runner.done} commands failed.",
            details={"failed": failed, "done": runner.done},
        )


class _Runner:
    """Carries out lines on a shop that stays open."""

    def __init__(self, call: Call, shop: Shop, name: str | None, *, no_deliver: bool) -> None:
        self.done = 0
        self._address = call.settings.database()
        self._settings = call.settings
        self._shop = shop
        self._name = name
        self._more = ["--json"] if call.as_json else []
        self._no_deliver = no_deliver

    def carry_out(self, line: _Line) -> int:
        """Carry out one line; its exit code."""
        from shopcli.cli.main import perform  # which loads this module

        words = self._completed(line)

        def tell(error: ShopError, *, as_json: bool) -> int:
            if self._name is not None and error.code in _DONE_BEFORE:
                problems.remark(f"line {line.number}: {error.message}", as_json=as_json)
                return 0
            error.message = f"Line {line.number}: {error.message}"
            error.details = {**error.details, "line": line.number}
            return problems.tell(error, as_json=as_json)

        code = perform(words, lend=self._lend, settings=self._settings, tell=tell)
        if code == 0:
            self.done += 1
        return code

    def _completed(self, line: _Line) -> list[str]:
        words = [*line.words]
        spoken = [word for word in words if not word.startswith("-")]
        first, two = tuple(spoken[:1]), tuple(spoken[:2])
        if first in _LASTING or two in _LASTING:
            raise InvalidInput(
                f"Line {line.number}: {inert(' '.join(two))!r} does not belong in a script.",
                details={"line": line.number},
            )
        command = first[0] if first else ""
        if self._name is not None:
            if two in _KEYLESS:
                raise InvalidInput(
                    f"Line {line.number}: {' '.join(two)} takes no key, so it cannot be resumed.",
                    fix="Change stock by: shop import products FILE --stock add --batch ID",
                    details={"line": line.number},
                )
            if command in KEYED and not any(
                word == "--key" or word.startswith("--key=") for word in words
            ):
                words.append(f"--key={self._name}:{line.number}")
        if self._no_deliver and command in DELIVERING:
            words.append("--no-deliver")
        return words + [word for word in self._more if word not in words]

    def _lend(self, address: str) -> AbstractContextManager[Shop]:
        if address == self._address:
            return nullcontext(self._shop)
        from shopcli.cli.main import open_shop  # which loads this module

        return open_shop(address)


def _read(script: str) -> Iterator[str]:
    """The lines of a script as they come."""
    name = inert(script)[:_SHOWN_LENGTH]
    try:
        if script == "-":
            yield from (line.decode() for line in sys.stdin.buffer)
            return
        with open(script, "rb") as file:  # noqa: PTH123  # also what is no path of a file
            yield from (
                line.decode("utf-8-sig" if at == 0 else "utf-8") for at, line in enumerate(file)
            )
    except UnicodeDecodeError:
        raise InvalidInput(f"{name} is not UTF-8 text.", fix="Save it as UTF-8.") from None
    except OSError as error:
        raise InvalidInput(
            f"{name} cannot be read: {error.strerror}.",
            fix="Name a script, or - for standard input.",
        ) from None


def _lines(script: str, lines: Iterator[str]) -> Iterator[_Line]:
    for number, line in enumerate(lines, 1):
        try:
            words = line.split() if _is_plain(line) else shlex.split(line, comments=True)
        except ValueError as error:
            raise InvalidInput(
                f"Line {number} of {inert(script)[:_SHOWN_LENGTH]}: {str(error).lower()}.",
                fix="Close each quote on its line.",
                details={"line": number},
            ) from None
        if words and words[0] == "shop":
            del words[0]
        if words:
            yield _Line(number, words)


def _is_plain(line: str) -> bool:
    return not any(mark in line for mark in "\"'\\#")
