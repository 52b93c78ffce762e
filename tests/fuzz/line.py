"""A line with everything that it is given."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shopcli.domain.showing import inert
from tests.fuzz.places import Place

Stream = Literal["file", "closed", "full", "broken", "terminal"]
"""What a line writes to; broken is a pipe that nobody reads."""

Input = bytes | Literal["closed", "nothing", "silent"]
"""What comes on standard input; silent is a pipe into which nobody writes."""

_SHOWN_MAX = 200
"""Longer values are cut where a line is told."""


@dataclass(frozen=True)
class Ending:
    """How a line is ended from outside, if it has not ended by itself by then."""

    after_seconds: float
    number: int
    """Of the signal; 0 closes its terminal."""
    keys: bytes = b""
    """Typed before, on a terminal."""


@dataclass(frozen=True)
class Line:
    """A line with everything that it is given."""

    place: Place
    """What it tries."""
    kind: str
    """Of the value there."""
    words: Sequence[str]
    environment: Mapping[str, str | None]
    """What differs from that of everyday; None where a variable is not set."""
    stdin: Input = "nothing"
    stdout: Stream = "file"
    stderr: Stream = "file"
    ending: Ending | None = None
    is_process: bool = False
    """Whether Python is started for it."""

    def __str__(self) -> str:
        variables = [
            f"{name}={shlex.quote(_cut(value))}" if value is not None else f"--unset={name}"
            for name, value in sorted(self.environment.items())
        ]
        prefix = ["env", *variables] if variables else []
        stdin = self.stdin if isinstance(self.stdin, str) else f"{len(self.stdin)} bytes"
        words = map(_cut, self.words)
        streams = f"  # stdin {stdin}, stdout {self.stdout}, stderr {self.stderr}"
        how = " process" if self.is_process else ""
        ending = f", {self.ending}" if self.ending else ""
        return " ".join([*prefix, "shop", shlex.join(words)]) + streams + how + ending


def _cut(text: str) -> str:
    return inert(text if len(text) <= _SHOWN_MAX else f"{text[:20]}…({len(text)})")
