"""Records the story of a visit on a real terminal: `python -m tests.tui.recording FILE.cast`.

The file is an asciicast, version 2: a line for each piece that was written, and when. The keys are
typed as fast as they are obeyed; the times in the file are those of somebody who reads along.
"""

from __future__ import annotations

import codecs
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

from tests.tui.terminals import PATIENCE_SECONDS, Pty

SIZE: Final = (80, 24)
BYTES_MAX: Final = 200_000
KEY_SECONDS: Final = 0.09
"""Between two letters that are typed."""

ANSWER_SECONDS_MAX: Final = 0.6
"""The longest that an answer takes in the file, however busy this machine is."""

ENTER, ESCAPE = "\r", "\x1b"


class Step(NamedTuple):
    """Keys typed one after another, and how long what they show is read."""

    keys: tuple[str, ...]
    seconds: float
    shows: str = ""
    """What must be written before the next step."""


def typed(line: str, seconds: float, shows: str = "") -> Step:
    """A line of the shell, letter by letter."""
    return Step((*line, ENTER), seconds, shows)


STORY: Final = (
    typed("shop init --sample", 4),
    typed("shop charge 20000 -u kim", 4),
    typed("shop tui -u kim", 6, "4,500"),
    Step(("+",), 4),
    Step(("/", *"lat"), 4),
    Step((ENTER, "+", "+"), 4),
    Step(("2",), 5),
    Step((ENTER,), 5),
    Step(("c",), 7),
    Step((ENTER,), 6, "Paid"),
    Step((ESCAPE,), 1),
    Step(("q",), 2),
    typed("shop history -u kim", 5),
    typed("shop top", 5),
    typed("shop verify", 4),
    typed("exit", 1),
)


class Recorder:
    """Keeps what a terminal was sent, with times of its own."""

    def __init__(self, terminal: Pty) -> None:
        self._terminal = terminal
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._clock = 0.0
        self.events: list[tuple[float, str, str]] = []

    def play(self, step: Step) -> None:
        """Type the keys of a step, and keep what they show."""
        mark = len(self._terminal.written)
        for key in step.keys:
            self._terminal.press(key.encode())
            self._keep(0.05)
            self._clock += KEY_SECONDS
        self._keep(0.6)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while step.shows and step.shows.encode() not in self._terminal.written[mark:]:
            assert time.monotonic() < deadline, step
            self._keep(0.6)
        self._clock += step.seconds

    def _keep(self, quiet_seconds: float) -> None:
        """Keep what is written until nothing was for so long."""
        started, before = time.monotonic(), len(self._terminal.written)
        while self._terminal.read(quiet_seconds):
            text = self._decode(self._terminal.written[before:])
            before = len(self._terminal.written)
            taken = min(time.monotonic() - started, ANSWER_SECONDS_MAX)
            self.events.append((round(self._clock + taken, 3), "o", text))


def record(path: Path) -> None:
    """Record the story.

    Args:
        path: The file to write.
    """
    with tempfile.TemporaryDirectory(prefix="shop-") as folder:
        programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        surroundings = {
            "HOME": folder,
            "TZ": "Asia/Seoul",
            "PATH": programs,
            "PS1": "$ ",
            "SHOP_DATABASE_URL": "shop.db",
        }
        shell = ["bash", "--norc", "--noprofile", "-i"]
        terminal = Pty(["env", "-C", folder, *shell], SIZE, surroundings)
        try:
            recorder = Recorder(terminal)
            for step in STORY:
                recorder.play(step)
        finally:
            terminal.end()
    width, height = SIZE
    header = {"version": 2, "width": width, "height": height, "title": "shopcli"}
    lines = [header, *recorder.events]
    written = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    if len(written.encode()) > BYTES_MAX:
        raise SystemExit(f"{path} would have {len(written):,} characters; it is to stay small")
    path.write_text(written, "utf-8")
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    record(Path(sys.argv[1]))
