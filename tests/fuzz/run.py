"""One run: types lines on one ground after the other, counts them and collects what was found."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.carrying_out import carry_out
from tests.fuzz.databases import Lend
from tests.fuzz.grounds import SECRETS, Ground, ground, readable_secrets
from tests.fuzz.judges import Finding, findings
from tests.fuzz.line import Line
from tests.fuzz.lines import lines
from tests.fuzz.places import Place, known_commands

LINES_A_GROUND = 250
"""Lines between two looks at the whole shop; then it is made anew."""
_OF_A_KIND_MAX = 5
"""So many findings of one judge about one command are shown."""


@dataclass
class Run:
    """A run with its figures.

    Args:
        seed: Of all random choices.
        folder: For the grounds.
        lend: Lends shops.
        ports: Of whom a line may speak to.
    """

    seed: int
    folder: Path
    lend: Lend
    ports: tuple[int, ...]
    found: list[tuple[str, Finding]] = field(default_factory=list)
    _codes: Counter[int] = field(default_factory=Counter)
    _commands: Counter[str] = field(default_factory=Counter)
    _kinds: Counter[str] = field(default_factory=Counter)
    _tried: Counter[Place] = field(default_factory=Counter)
    _kept: Counter[tuple[str, str]] = field(default_factory=Counter)
    _slowest: tuple[float, str] = (0.0, "")

    def __post_init__(self) -> None:
        self._known = known_commands()
        self._places = [one for known in self._known.values() for one in known.places]

    def for_minutes(self, minutes: float) -> None:
        """Type lines until the time is over."""
        ends = time.monotonic() + minutes * 60
        number = 0
        while time.monotonic() < ends:
            self.one_ground(number, ends)
            number += 1
            typed, options = self._codes.total(), f"{len(self._tried)} of {len(self._places)}"
            sys.stderr.write(f"{typed} lines, {options} places, {len(self.found)} found\n")

    def one_ground(self, number: int, ends: float = float("inf")) -> None:
        """Type the lines of one ground, and look at its shop."""
        place = self.folder / f"ground{number}"
        draw = random.Random(f"{self.seed} {number}")  # noqa: S311 - to be repeated
        with ground(place, self.lend, self.ports) as here:
            for line in lines(self._known, here.names, draw, self._places_of(number)):
                if time.monotonic() > ends:
                    break
                self._type(line, here, number)
            self._look_at(here, number)

    def _places_of(self, number: int) -> list[Place]:
        """Every place comes once before any comes again."""
        found = []
        for at in range(number * LINES_A_GROUND, (number + 1) * LINES_A_GROUND):
            turn, index = divmod(at, len(self._places))
            order = list(range(len(self._places)))
            random.Random(f"{self.seed} turn {turn}").shuffle(order)  # noqa: S311 - as above
            found.append(self._places[order[index]])
        return found

    def _type(self, line: Line, here: Ground, number: int) -> None:
        outcome = carry_out(line, here.folder, _whole(here.environment, line.environment))
        self._codes[outcome.code] += 1
        self._commands[line.place.command] += 1
        self._kinds[line.kind] += 1
        self._tried[line.place] += 1
        told = f"ground {number}: {line}"
        if not line.ending:
            self._slowest = max(self._slowest, (outcome.seconds, told))
        for one in findings(line, outcome, SECRETS):
            self._keep(told, one, line.place.command)

    def _keep(self, told: str, finding: Finding, command: str) -> None:
        self.found.append((told, finding))
        self._kept[finding.judge, command] += 1
        if self._kept[finding.judge, command] <= _OF_A_KIND_MAX:
            sys.stderr.write(f"FOUND {finding.judge}: {finding.told}\n  {told}\n")

    def _look_at(self, here: Ground, number: int) -> None:
        """Look at the whole shop, and at the files that lines have left."""
        line = Line(Place("verify", "", ()), "look", ["verify", "--json"], {})
        outcome = carry_out(line, here.folder, here.environment)
        if outcome.code:
            told = f"{outcome.code}: {outcome.out[-2_000:]!r} {outcome.err[-1_000:]!r}"
            self._keep(f"ground {number}", Finding("verify", told), "verify")
        for path in readable_secrets(here.folder):
            self._keep(f"ground {number}", Finding("readable secret", path), "")
        for report in here.folder.glob("home/**/*report*"):
            if report.is_file():
                sys.stderr.write(report.read_text("utf-8", "replace")[-3_000:] + "\n")

    def report(self) -> str:
        """The figures, for people."""
        places = self._places
        codes = ", ".join(f"{code}: {many}" for code, many in sorted(self._codes.items()))
        kinds = ", ".join(f"{kind} {many}" for kind, many in sorted(self._kinds.items()))
        left = sorted({f"{one.command} {one.name}" for one in {*places} - {*self._tried}})
        parts = [
            f"seed {self.seed}: {self._codes.total()} lines, exit codes {codes}",
            f"places (arguments and options) tried: {len(self._tried)} of {len(set(places))}"
            + (f"; not {', '.join(left)}" if left else ""),
            f"kinds: {kinds}",
            "lines by command: "
            + ", ".join(
                f"{name or 'shop'} {many}" for name, many in sorted(self._commands.items())
            ),
            f"slowest: {self._slowest[0]:.1f} s, {self._slowest[1]}",
            f"found: {len(self.found)}",
            *(f"  {judge}: {command}: {many}" for (judge, command), many in self._kept.items()),
        ]
        return "\n".join(parts) + "\n"


def _whole(usual: Mapping[str, str], differs: Mapping[str, str | None]) -> dict[str, str]:
    whole = {**usual, **differs}
    return {name: value for name, value in whole.items() if value is not None}
