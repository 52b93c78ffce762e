"""The command run: runs a script, one command a line, in one process."""

from __future__ import annotations

import re
import shlex
import sys
from contextlib import nullcontext
from difflib import get_close_matches
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from shopcli.cli import problems
from shopcli.cli.call import Call, open_shop
from shopcli.cli.completion.word_table import ROOT, table
from shopcli.cli.formats import NAME_FILES
from shopcli.cli.output import Unwritable
from shopcli.cli.parsing.command_table import words_first
from shopcli.cli.parsing.options import KEY_HELP
from shopcli.cli.parsing.script_kinds import TABLE, binary_kind, text_kind
from shopcli.cli.parsing.typer_commands import HELP_NAMES, UserCommand, new_app
from shopcli.cli.problems import (
    HANGUP_EXIT_CODE,
    INTERRUPTED_EXIT_CODE,
    TERMINATED_EXIT_CODE,
    Problem,
    Terminated,
    Unanswered,
    ended_by,
)
from shopcli.domain.errors import Busy, InvalidInput, KeyConflict, OutcomeUnknown, PartlyDone
from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.domain.text import KEY_LENGTH_MAX, checked_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from contextlib import AbstractContextManager

    from shopcli import Shop
    from shopcli.domain.errors import ShopError
    from shopcli.wording.catalogue import Catalogue

app = new_app("Scripts.")

DELIVERING = frozenset({"order", "refund", "cancel"})
_LASTING = frozenset(
    {("run",), ("tui",), ("demo",), ("member",), ("outbox", "relay"), ("platform", "serve")}
)
_KEYLESS = frozenset({("product", "restock"), ("product", "adjust")})
_DONE_BEFORE = frozenset({"user_exists", "product_exists", "coupon_exists"})
"""Refusals of add commands that an earlier, killed run had carried out."""
_SHOWN_LENGTH = 200
_LINE_LENGTH_MAX = 1_000_000
_WITHOUT_COMMAND = frozenset({*HELP_NAMES, "--version"})
"""Options that may be on a line without a command."""

_OPEN_PIPES = ("/dev/", "/proc/")
"""Folders in which a shell names a pipe, as for `shop run <(…)`."""
_LINES_ASSUMED = 9_999_999
"""Lines of a script that is not counted."""

_SURROGATES = re.compile("[\udc80-\udcff]")
_ENDED = frozenset({HANGUP_EXIT_CODE, INTERRUPTED_EXIT_CODE, TERMINATED_EXIT_CODE})


@cache
def keyed_commands() -> frozenset[str]:
    """The commands that take an idempotency key, as typed, read from the table of words."""
    return frozenset(
        command.removeprefix(f"{ROOT} ")
        for command, rows in table().items()
        if any("--key" in row.names and row.help == KEY_HELP for row in rows)
    )


class _Line(NamedTuple):
    number: int
    words: list[str]
    wrong: InvalidInput | None = None
    """Why the line cannot be parsed."""

    text: str = ""


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
        _check_name(resumable, script)
        checked_key(resumable)
    with call.shop() as shop:
        if call.wanted.bom:
            raise InvalidInput(
                "A byte order mark begins one answer, and a script gives many.",
                details={"reason": "bom_of_script"},
            )
        flags = {"--keep-going": keep_going, "--no-deliver": no_deliver}
        given = [*(name for name in flags if flags[name]), *call.wanted.words]
        runner = _Runner(call, shop, script, resumable, given)
        try:
            code = runner.carry_out_all(keep_going=keep_going)
        except (KeyboardInterrupt, Terminated) as stop:
            further = runner.how_to_go_on(runner.line_number + 1)
            details = {"after_line": runner.line_number, **further}
            raise ended_by(stop, "Interrupted after line {after_line}.", details) from None
    if runner.has_stopped:
        call.remark(f"Stopped at line {runner.line_number}; commands done: {runner.done}.")
        call.remark(runner.how_to_go_on_after(runner.line_number, code, call.catalogue))
        raise typer.Exit(code)
    if code:
        raise PartlyDone(
            "{failed} of {all} commands failed.",
            details={
                "failed": runner.failed,
                "done": runner.done,
                "all": runner.failed + runner.done,
                "reason": runner.how_to_mend(),
            },
        )


def _check_name(name: str, script: str) -> None:
    """Refuse a name with which a line of the script could have no key: `NAME:LINE` is too long.

    Raises:
        InvalidInput: It is; details hold how long it may be.
    """
    most = KEY_LENGTH_MAX - len(f":{_LINES_ASSUMED}")
    if len(name) > most:
        most = KEY_LENGTH_MAX - len(f":{_line_count(script)}")
    if len(name) > most:
        raise InvalidInput(
            "The name of --resumable has {length} characters; with the numbers of this script's"
            " lines behind it, {most} are left.",
            details={"length": len(name), "most": most, "reason": "resumable"},
        )


def _line_count(script: str) -> int:
    """Lines of a script, or as many as are assumed where it can be read only once."""
    try:
        if script != "-" and Path(script).is_file():
            return max(1, sum(1 for _ in _read(script)))
    except (OSError, InvalidInput):
        pass  # told when it is run
    return _LINES_ASSUMED


class _Runner:
    """Runs the lines of a script on one open shop."""

    def __init__(
        self, call: Call, shop: Shop, script: str, name: str | None, given: Collection[str]
    ) -> None:
        self.done = 0
        self.failed = 0
        self.line_number = 0
        """Number of the line that was run last."""
        self.has_stopped = False
        """Whether what follows that line was not run."""
        self._goes_on = False
        """Whether it goes on after a line that failed."""
        self._is_another_script = False
        """Whether a line's own key has done something else."""
        self._last_error: ShopError | None = None
        self._call = call
        self._address = call.settings.database()
        self._settings = call.settings
        self._shop = shop
        self._script = script
        self._name = name
        self._wanted = call.wanted
        self._no_deliver = "--no-deliver" in given
        self._options = "".join(f" {option}" for option in sorted(given))
        """What the rest of the script is to be run with, too."""

    def carry_out_all(self, *, keep_going: bool) -> int:
        """Run the script; return 0 or the exit code of its first failure."""
        self._goes_on = keep_going
        first_code = 0
        for line in _lines(self._script):
            self._last_error = None
            code = self._carry_out(line)
            self.line_number = line.number
            if not code or self._is_done_unanswered():
                self.done += 1
            else:
                self.failed += 1
            if code and self._stops_after(code):
                self.has_stopped = True
                return code
            first_code = first_code or code
        return first_code

    def _stops_after(self, code: int) -> bool:
        """Whether the script stops at a line that failed with this exit code.

        Where one answer could not be written, nobody would be told of the others either.
        """
        return code in _ENDED or self._is_unanswered() or not self._goes_on

    def _is_unanswered(self) -> bool:
        """Whether the answer of the last line could not be written."""
        return isinstance(self._last_error, Unwritable | Unanswered)

    def _is_done_unanswered(self) -> bool:
        return isinstance(self._last_error, Unanswered) and self._last_error.is_done

    def how_to_go_on(self, line_number: int) -> dict[str, Any]:
        """Details that select the advice for going on from a line."""
        if self._name is not None:
            return {"reason": "goes_on"}
        if self._script == "-" or self._script.startswith(_OPEN_PIPES):
            return {"line": line_number, "reason": "rest_of_input"}
        end_of_options = "-- " if self._script.startswith("-") else ""
        return {
            "line": line_number,
            "rest": f"tail -n +{line_number} {end_of_options}{shlex.quote(self._script)}",
            "options": self._options,
            "reason": "rest_of_script",
        }

    def how_to_go_on_after(self, at: int, code: int, catalogue: Catalogue) -> str:
        """The advice after line `at` failed."""
        from shopcli.wording.advice import worded  # only after a stop

        say = catalogue.text
        if code in _ENDED or code == OutcomeUnknown.exit_code:
            if self._name is not None:
                return worded("interrupted", self.how_to_go_on(at), catalogue)
            # Its command would be done a second time, under a new key.
            further = worded("interrupted", self.how_to_go_on(at + 1), catalogue)
            if self._is_done_unanswered():
                return further
            return f"{filled(say('First see to line {line}.'), {'line': at})} {further}"
        if self._name is not None:
            # Its keys go by the numbers of lines: one that moves is done again.
            return worded("partly_done", {"reason": self.how_to_mend()}, catalogue)
        further = worded("interrupted", self.how_to_go_on(at), catalogue)
        if self._last_error is not None and self._last_error.code == Busy.code:
            return f"{say('Try again in a moment.')} {further}"
        return f"{say('Fix it.')} {further}"

    def how_to_mend(self) -> str:
        """The reason that selects the advice where commands failed and the script went on."""
        if self._is_another_script:
            return "another_script_resumed"
        return "lines_failed" if self._name is None else "resumable_lines_failed"

    def _carry_out(self, line: _Line) -> int:
        from shopcli.cli.main import perform  # which loads this module

        def tell(problem: Problem, *, as_json: bool) -> int:
            error, message, fix = problem
            self._last_error = error
            if self._name is not None and error.code in _DONE_BEFORE:
                problems.remark(f"line {line.number}: {message}", as_json=as_json)
                return 0
            is_own_key = error.details.get("key") == f"{self._name}:{line.number}"
            if is_own_key and error.code == KeyConflict.code:
                self._is_another_script = True
                error.details["reason"] = "resumed"
                error, message, fix = self._call.worded(error)
            error.details = {**error.details, "line": line.number}
            if as_json and self._stops_after(error.exit_code):
                go_on = self.how_to_go_on_after(line.number, error.exit_code, self._call.catalogue)
                error.details["go_on"] = self._call.pasted(go_on)
            message = f"Line {line.number}: {message}"
            return problems.tell(Problem(error, message, fix), as_json=as_json)

        try:
            words = self._completed(line)
        except InvalidInput as error:
            return tell(self._call.worded(error), as_json=self._wanted.as_json)
        return perform(words, lend=self._lend, settings=self._settings, tell=tell)

    def _completed(self, line: _Line) -> list[str]:
        """The words of a line, command first, with the options this run adds.

        Raises:
            InvalidInput: The line cannot be parsed, or is not allowed in this script.
        """
        from shopcli.cli.main import build  # which loads this module

        if line.wrong is not None:
            raise line.wrong
        words = words_first(build(), line.words)
        if words[0] not in build().commands and words[0] not in _WITHOUT_COMMAND:
            raise _no_command(line.text, words[0], build().commands)
        first, two = tuple(words[:1]), tuple(words[:2])
        if first in _LASTING or two in _LASTING:
            raise InvalidInput(
                "{words} does not belong in a script.",
                details={
                    "words": inert(" ".join(two if two in _LASTING else first)),
                    "reason": "lasting",
                },
            )
        if self._script == "-" and first == ("import",) and "-" in words:
            raise InvalidInput(
                "Standard input is the script, so no rows can come from there.",
                details={"reason": "script_is_input"},
            )
        command = words[0]
        more = []
        if self._name is not None:
            if two in _KEYLESS:
                raise InvalidInput(
                    "{command} takes no key, so it cannot be resumed.",
                    details={"command": " ".join(two), "reason": "keyless"},
                )
            if keyed_commands() & {command, " ".join(two)} and not any(
                word == "--key" or word.startswith("--key=") for word in words
            ):
                more.append(f"--key={self._name}:{line.number}")
        if self._no_deliver and command in DELIVERING:
            more.append("--no-deliver")
        more += self._format_of_run(words)
        end = words.index("--") if "--" in words else len(words)
        return [*words[:end], *more, *words[end:]]

    def _format_of_run(self, words: Sequence[str]) -> list[str]:
        """The options that make a line answer as the run does, unless it says how itself."""
        names = {word.partition("=")[0] for word in words}
        if words[0] in NAME_FILES:
            # Their `--format` is that of a file, so that all a run can add is that errors are JSON.
            return ["--json"] if self._wanted.as_json and "--json" not in names else []
        if names & {"--json", "--format"}:
            return []
        return (self._wanted._replace(times=None) if "--times" in names else self._wanted).words

    def _lend(self, address: str) -> AbstractContextManager[Shop]:
        if address == self._address:
            return nullcontext(self._shop)
        return open_shop(address, self._settings)


def _lines(script: str) -> Iterator[_Line]:
    """The commands of a script, one by one; a line that cannot be parsed holds its error.

    Raises:
        InvalidInput: It cannot be read, or is no text in UTF-8 from its first line on.
    """
    name = inert(script)[:_SHOWN_LENGTH]
    number = 0
    try:
        for number, text in enumerate(_read(script), 1):
            if len(text) > _LINE_LENGTH_MAX:
                raise InvalidInput(
                    "Line {line} of {file} has more than {most} characters.",
                    details={
                        "line": number,
                        "file": name,
                        "most": _LINE_LENGTH_MAX,
                        "reason": "long_line",
                    },
                )
            if number == 1 and (kind := binary_kind(text)) is not None:
                raise InvalidInput(
                    "{file} is no script: it seems to be {kind:noun}.",
                    details={"file": name, "kind": kind, "reason": "binary_script"},
                )
            line = _line(number, text)
            if line.words or line.wrong:
                yield line
    except OSError as error:
        raise InvalidInput(
            "{file} cannot be read: {why}.",
            details={
                "line": number + 1,
                "file": name,
                "why": error.strerror,
                "reason": "no_script",
            },
        ) from None


def _read(script: str) -> Iterator[str]:
    """The lines of a script; bytes that are not UTF-8 become lone surrogates."""
    source = sys.stdin.fileno() if script == "-" else script
    if script != "-" and not script.startswith(_OPEN_PIPES) and Path(script).is_fifo():
        raise InvalidInput(
            "{file} is a pipe; opening it would wait for a writer.",
            details={"file": inert(script)[:_SHOWN_LENGTH], "reason": "pipe"},
        )
    with open(  # a descriptor, or what is no path of a file
        source, encoding="utf-8-sig", errors="surrogateescape", closefd=script != "-"
    ) as file:
        # A device without line ends would fill the memory.
        yield from iter(partial(file.readline, _LINE_LENGTH_MAX + 1), "")


def _no_command(text: str, word: str, commands: Collection[str]) -> InvalidInput:
    """The refusal of a line that is no command; repeats none of it, as it may be a secret."""
    kind = text_kind(text)
    details: dict[str, Any] = {"kind": kind, "reason": "no_script_command"}
    if kind == TABLE:
        details["reason"] = "rows_in_script"
    elif near := get_close_matches(word, commands, n=1):
        details |= {"suggestions": near, "reason": "near_script_command"}
    return InvalidInput(
        "It begins with no command of the shop."
        if kind is None
        else "It begins with no command of the shop; the file seems to be {kind:noun}.",
        details=details,
    )


def _line(number: int, text: str) -> _Line:
    if "\0" in text:
        wrong = InvalidInput("It holds a NUL character.", details={"reason": "nul_in_script"})
        return _Line(number, [], wrong)
    if not text.isascii() and _SURROGATES.search(text):
        return _Line(
            number, [], InvalidInput("It is not UTF-8 text.", details={"reason": "script_encoding"})
        )
    try:
        words = text.split() if _is_plain(text) else shlex.split(text, comments=True)
    except ValueError as error:
        details = {"complaint": str(error).capitalize(), "reason": "quote_in_script"}
        wrong = InvalidInput("{complaint}.", details=details)
        return _Line(number, [], wrong)
    if words and words[0] == "shop":
        del words[0]
    return _Line(number, words, text=text)


def _is_plain(line: str) -> bool:
    return not any(mark in line for mark in "\"'\\#")
