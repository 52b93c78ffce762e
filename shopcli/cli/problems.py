"""The one owner of standard error: what went wrong, why and what to type next; and remarks.

With `--json` a problem is exactly one JSON document, in English, and remarks are left out. A
traceback goes to a report file that only the user can read, never to the screen.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from shopcli.domain.errors import Internal, OutcomeUnknown, ShopError
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HANGUP_EXIT_CODE = 129
INTERRUPTED_EXIT_CODE = 130
TERMINATED_EXIT_CODE = 143

_SECRET_MARKS = ("secret", "password", "whsec_")


class Terminated(BaseException):
    """The process was asked to end by SIGTERM, or by SIGHUP as its terminal was closed.

    Args:
        exit_code: What the process is to exit with: 128 and the number of the signal.
    """

    def __init__(self, exit_code: int = TERMINATED_EXIT_CODE) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


class Interrupted(ShopError):
    """The user or the system ended the command before its answer was written."""

    code = "interrupted"
    exit_code = INTERRUPTED_EXIT_CODE


class Unanswered(OutcomeUnknown):
    """The answer of a command that has changed something, or may have, could not be written."""

    @property
    def is_done(self) -> bool:
        """Whether it is known to be done."""
        return bool(self.details.get("done"))


class Problem(NamedTuple):
    """An error with its message and advice in words."""

    error: ShopError
    message: str
    fix: str


def tell(problem: Problem, *, as_json: bool) -> int:
    """Print a problem and return its exit code."""
    from shopcli.cli.json_text import json_text  # also needed when no answer was ever written
    from shopcli.domain.addresses import without_passwords  # as when something went wrong
    from shopcli.domain.encoding import as_json as encoded

    # Refused values are repeated in messages; secrets are removed here, as all of it passes here.
    error = problem.error
    message, fix = without_passwords(problem.message), without_passwords(problem.fix)
    if as_json:
        document = {
            "error": {
                "code": error.code,
                "message": message,
                "fix": fix,
                "details": _each_text(encoded(error.details), without_passwords),
            }
        }
        _write(json_text(document, sys.stderr) + "\n")
        return error.exit_code
    lines = [f"{_mark('error:')} {_inert_lines(message)}"]
    if fix:
        lines += [f"  {line}" for line in _inert_lines(fix).splitlines()]
    key = error.details.get("key")
    if error.code in {"outcome_unknown", "interrupted"} and key and str(key) not in fix:
        lines.append(f"  Repeat it with: --key {inert(key)}")
    _write("\n".join(lines) + "\n")
    return error.exit_code


def _each_text(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401  # JSON
    """Apply a change to each text in a JSON value."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _each_text(one, change) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(one, change) for one in value]
    return value


def remark(text: str, *, as_json: bool = False) -> None:
    """Print a remark that is not part of the answer."""
    if not as_json:
        _write(_inert_lines(text) + "\n")


def ended_by(stop: BaseException, fact: str, details: dict[str, Any]) -> Interrupted:
    """Make the problem of a long command that Ctrl-C, SIGTERM or SIGHUP ended.

    Args:
        stop: `KeyboardInterrupt` or `Terminated`.
        fact: How far it got, as a sentence.
        details: Details of the problem; `reason` selects the advice.
    """
    return _by_signal(Interrupted(fact, details=details), stop)


def stop_behind(error: BaseException) -> BaseException | None:
    """The signal that an error followed from: it may come while a lock is let go of.

    What was to be let go of is not there then, and that is raised instead of the signal.
    """
    behind = error.__context__
    while behind is not None and not isinstance(behind, (KeyboardInterrupt, Terminated)):
        behind = behind.__context__
    return behind


def _by_signal(problem: Interrupted, stop: BaseException) -> Interrupted:
    """The same problem, with the exit code of the signal."""
    if isinstance(stop, Terminated):
        problem.exit_code = stop.exit_code  # type: ignore[misc]  # same problem, other signal
    return problem


def interrupted(
    key: str | None,
    *,
    answered: bool = False,
    changed: bool = False,
    unchanged: bool = False,
    stop: BaseException,
) -> Interrupted:
    """Make the problem of a command that a signal ended.

    Args:
        key: Idempotency key of the money command that was running, if one was.
        answered: Whether its answer was written.
        changed: Whether it has changed something, for certain or perhaps.
        unchanged: Whether it is certain that it has changed nothing.
        stop: What ended it: `Terminated`, or whatever the keyboard raises.
    """
    if answered:
        problem = Interrupted("Interrupted after the answer, which holds; its event may wait.")
    elif unchanged:
        details = {} if key is None else {"key": key}
        problem = Interrupted("Interrupted; nothing was changed.", details=details)
    elif key is not None:
        problem = Interrupted(
            "Interrupted; it may have been done or not.",
            details={"key": key, "reason": "in_doubt"},
        )
    elif changed:
        problem = Interrupted(
            "Interrupted; it may have been done or not.", details={"reason": "look_first"}
        )
    else:
        problem = Interrupted("Interrupted.")
    return _by_signal(problem, stop)


def unanswered(
    error: ShopError, key: str | None, *, is_done: bool, is_repeatable: bool = False
) -> Unanswered:
    """Make the problem of a command that has done its work, or may have, but could not answer.

    Args:
        error: Why the answer could not be written.
        key: Idempotency key of the command, if it has one.
        is_done: Whether it is known to be done; details then have `done`.
        is_repeatable: Whether it does nothing twice although it has no key, as an import.
    """
    details = {"key": key} if key is not None else {}
    if is_done:
        reason = "answer_lost" if key is None else "answer_lost_with_key"
        if is_repeatable:
            reason = "import_ended"
        problem = Unanswered(
            "{cause} It is done; only its answer is lost.",
            details={**details, "done": True, "reason": reason},
        )
    else:
        problem = Unanswered(
            "{cause} It was done or not; nobody was told.",
            details={**details, "reason": "in_doubt"},
        )
    problem.__cause__ = error
    return problem


def bug(error: BaseException, argv: Sequence[str], key: str | None = None) -> Internal:
    """Write a report of an unexpected error; make the problem that names its file."""
    where = _write_report(error, argv)
    return Internal(
        "The shop met a bug ({type}); a report is in {report}."
        if where
        else "The shop met a bug ({type}); no report could be written.",
        details={
            "report": where,
            "type": type(error).__name__,
            **({"key": key, "reason": "bug_with_key"} if key else {"reason": "bug"}),
        },
    )


def _write_report(error: BaseException, argv: Sequence[str]) -> str | None:
    import platform  # all of this only after a bug
    import tempfile
    import traceback

    from shopcli import __version__
    from shopcli.cli import configuration

    text = "\n".join(
        [
            f"shopcli {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"command: {_masked(argv)}",
            "",
            *traceback.format_exception(error),
        ]
    )
    try:
        folder = configuration.report_folder()
        configuration.make_private_folder(folder)
        with tempfile.NamedTemporaryFile(  # made with mode 0600
            "w",
            encoding="utf-8",
            errors="backslashreplace",
            dir=folder,
            prefix="report-",
            suffix=".txt",
            delete=False,
        ) as report:
            report.write(text)
    except OSError:
        return None
    return report.name


def without_secrets(text: str, argv: Sequence[str]) -> str:
    """Hide passwords that a text repeats from the command line."""
    from shopcli.domain.addresses import display

    for word in argv:
        for part in (word, word.partition("=")[2]):
            shown = display(part) if part else part
            if shown != part:
                text = text.replace(part, shown)
    return text


def _masked(argv: Sequence[str]) -> str:
    from shopcli.domain.addresses import display  # only after a bug

    words = []
    for word in argv:
        if any(mark in word.lower() for mark in _SECRET_MARKS):
            words.append("***")
        else:
            words.append(display(word))
    return " ".join(inert(word) for word in words)


def _inert_lines(text: str) -> str:
    return "\n".join(inert(line) for line in text.split("\n"))


def _mark(text: str) -> str:
    from shopcli.cli.configuration import styling_is_off  # only when something went wrong

    if sys.stderr.isatty() and not styling_is_off():
        return f"\x1b[31m{text}\x1b[0m"
    return text


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        return  # standard error is closed: nobody can read it
