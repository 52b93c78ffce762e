"""What may never be, whatever was typed."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shopcli.cli.formats import NAME_FILES, wants_json
from shopcli.domain.showing import inert
from tests.fuzz.carrying_out import Outcome
from tests.fuzz.line import Line
from tests.fuzz.values import MARK

DOCUMENTED = frozenset({0, 1, 2, 3, 4, 5, 6})
ENDED = frozenset({129, 130, 143})
"""Exit codes of what was ended from outside."""
_RAW = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What acts on a terminal: control characters, and those that turn the direction of others."""
_COLOURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\[K")
"""What the command itself says to a terminal: colours, and the progress it draws over."""
_DRAWING = frozenset({"tui", "member"})
_WITHOUT_HANDLER_SECONDS = 1.5
"""So long a signal may find a process that has not begun to listen, on a machine at work."""
_LIST_OF_LINES = frozenset({"run", "outbox relay", "platform serve", "tui"})


class Finding(NamedTuple):
    """Something that may not be."""

    judge: str
    told: str


def findings(line: Line, outcome: Outcome, secrets: Sequence[str]) -> Iterator[Finding]:
    """What a line did that it may not.

    Args:
        line: The line.
        outcome: What became of it.
        secrets: What may be written nowhere.
    """
    if outcome.is_hung:
        yield Finding("hang", f"not ended after {outcome.seconds:.0f} s")
    elif (complaint := _of_code(line, outcome)) is not None:
        yield Finding("exit code", complaint)
    if outcome.left_processes and not outcome.was_ended:
        yield Finding("left a process", "something that it started still ran")
    for told in outcome.strange_writes:
        room = line.environment.get("TMPDIR")
        if room is not None and ("'/tmp" in told or room in told):
            continue  # where Python finds room instead
        yield Finding("wrote elsewhere", told)
    for name, written in (("stdout", outcome.out), ("stderr", outcome.err)):
        if b"Traceback (most recent" in written or b"Exception ignored" in written:
            yield Finding("traceback", f"{name}: {written[-600:]!r}")
        yield from (
            Finding("secret", f"{name}: {written[:600]!r}")
            for secret in secrets
            if secret.encode() in written
        )
    yield from _of_text(line, outcome)
    if wants_json(list(line.words)) and not outcome.was_ended:
        yield from _of_json(line, outcome)


def _of_code(line: Line, outcome: Outcome) -> str | None:
    code = outcome.code
    told = f"{code}, stderr {outcome.err[-600:]!r}"
    if code in DOCUMENTED or (code in ENDED and outcome.was_ended):
        is_silent = code and not (outcome.err or outcome.out or outcome.was_ended)
        return f"{told}: nobody was told why" if is_silent and _is_heard(line) else None
    # Before it could set up anything.
    is_early = outcome.seconds < _WITHOUT_HANDLER_SECONDS or line.is_process
    if outcome.was_ended and line.ending and is_early:
        number = line.ending.number or signal.SIGHUP
        return told if code != -number else None
    return told


def _is_heard(line: Line) -> bool:
    # To a shell that asks for completions a failure is nothing.
    if "_SHOP_COMPLETE" in line.environment:
        return False
    if line.place.command == "doctor" and line.stdout == "broken":  # it tells on stdout alone
        return False
    return line.stderr in {"file", "terminal"}


def _of_text(line: Line, outcome: Outcome) -> Iterator[Finding]:
    draws = line.place.command in _DRAWING
    for name, written in (("stdout", outcome.out), ("stderr", outcome.err)):
        try:
            text = written.decode("utf-8")
        except UnicodeDecodeError as error:
            if not outcome.was_ended:  # in the middle of a letter
                yield Finding("not UTF-8", f"{name}: {error}")
            continue
        if line.stdout == "terminal":
            text = _COLOURS.sub("", text).replace("\r\n", "\n")
            if draws or outcome.was_ended:
                raw = [one for one in line.words if MARK in one and one != inert(one)]
                if any(one in text for one in raw):
                    yield Finding("raw", f"{name}: {raw}")
                continue
        if "--bom" in line.words:
            text = text.removeprefix("\ufeff")
        # What is quoted in CSV may hold what ends its lines.
        seen = (
            text.replace("\n", "").replace("\t", "").replace("\r", "" if name == "stdout" else "\r")
        )
        if wrong := _RAW.search(seen):
            place = wrong.start()
            yield Finding("raw", f"{name}: {seen[max(0, place - 40) : place + 40]!r}")


def _of_json(line: Line, outcome: Outcome) -> Iterator[Finding]:
    command = line.place.command
    words = set(line.words)
    if words & {"--help", "-h"} or command in {"help", ""} or line.stdout == "terminal":
        return
    if command == "member":  # it is asked for by whoever comes over ssh, in another line
        return
    out, err = (one.decode("utf-8", "replace") for one in (outcome.out, outcome.err))
    is_file = command.split()[:1] and command.split()[0] in NAME_FILES
    if not is_file or command.startswith("import"):
        yield from _documents("stdout", out, many=True)
    if line.stderr == "file" and outcome.code and command != "doctor":  # which says it on stdout
        many = command in _LIST_OF_LINES
        found = list(_documents("stderr", err, many=many))
        yield from found
        if not found and '"error"' not in err:
            yield Finding("json", f"exit {outcome.code} and no error on stderr: {err!r}")


def _documents(name: str, text: str, *, many: bool) -> Iterator[Finding]:
    lines = text.splitlines()
    try:
        if text.strip():
            json.loads(text)
    except ValueError:
        if not many:
            yield Finding("json", f"{name} is not one document: {text[:400]!r}")
            return
        for one in lines:
            try:
                json.loads(one)
            except ValueError:
                yield Finding("json", f"{name} has a line that is none: {one[:300]!r}")
                return
