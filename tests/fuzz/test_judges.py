"""The judges of the fuzz: each finds what it looks for, and nothing in what is right."""

from __future__ import annotations

import signal
from dataclasses import replace

import pytest

from tests.fuzz.carrying_out import Outcome
from tests.fuzz.grounds import SECRETS
from tests.fuzz.judges import findings
from tests.fuzz.line import Ending, Line
from tests.fuzz.places import Place, known_commands

PLAIN = Line(Place("balance", "--user", ("--user",)), "right", ["balance", "--user", "kim"], {})
JSON = replace(PLAIN, words=[*PLAIN.words, "--json"])
ENDED = replace(PLAIN, ending=Ending(1.0, signal.SIGTERM))
FINE = Outcome(0, b"user\tbalance\nkim\t5\n", b"", 0.1, False, False, False, ())  # noqa: FBT003 - in order

WRONG = {
    "exit code": (PLAIN, FINE._replace(code=70, err=b"error: a bug\n")),
    "exit code of no signal": (PLAIN, FINE._replace(code=130, err=b"interrupted\n")),
    "exit code by a signal": (ENDED, FINE._replace(code=-15, was_ended=True, seconds=2.0)),
    "exit code that is not told": (PLAIN, FINE._replace(code=2, out=b"")),
    "hang": (PLAIN, FINE._replace(is_hung=True, code=-9)),
    "left a process": (PLAIN, FINE._replace(left_processes=True)),
    "wrote elsewhere": (PLAIN, FINE._replace(strange_writes=("open '/etc/passwd'",))),
    "traceback": (PLAIN, FINE._replace(err=b"Traceback (most recent call last):\n")),
    "secret": (PLAIN, FINE._replace(out=SECRETS[0].encode())),
    "raw": (PLAIN, FINE._replace(out=b"\x1b[31mred\n")),
    "raw on stderr": (PLAIN, FINE._replace(err=b"over\rwritten\n")),
    "raw bidi": (PLAIN, FINE._replace(out="\u202ex\n".encode())),
    "raw on a terminal": (replace(PLAIN, stdout="terminal"), FINE._replace(out=b"\x1b]0;PWN\x07")),
    "not UTF-8": (PLAIN, FINE._replace(out=b"\xff\n")),
    "json on stdout": (JSON, FINE),
    "json on stderr": (JSON, FINE._replace(code=2, out=b"", err=b"error: no\n")),
    "json twice": (JSON, FINE._replace(code=2, out=b"", err=b'{"error":{}}\n{"error":{}}\n')),
}


@pytest.mark.parametrize("what", WRONG)
def test_judges_find_what_they_look_for(what: str) -> None:
    """Each wrong outcome is found, by the judge that looks for it."""
    line, outcome = WRONG[what]

    found = {one.judge for one in findings(line, outcome, SECRETS)}
    assert any(what.startswith(judge) for judge in found)


def test_judges_let_right_ones_pass() -> None:
    """Answers, refusals and ends as documented are no findings."""
    refused = FINE._replace(code=4, out=b"", err=b'{"error":{"code":"unknown_user"}}\n')
    ended = FINE._replace(code=143, was_ended=True, err=b"Interrupted.\n")

    right = [(PLAIN, FINE), (JSON, refused), (ENDED, ended)]
    assert [one for line, outcome in right for one in findings(line, outcome, SECRETS)] == []


def test_every_option_of_every_command_is_a_place() -> None:
    """The tree of commands is walked to its leaves, and each takes what all commands take."""
    known = known_commands()

    assert {"", "charge", "product set", "db copy", "outbox relay"} <= set(known)
    leaves = [one for one in known.values() if not one.is_group]
    assert {("--help", True), ("--db", False), ("--json", True)} <= set.intersection(
        *({(place.name, place.is_flag) for place in leaf.places} for leaf in leaves)
    )
