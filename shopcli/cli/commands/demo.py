"""The command demo: runs example commands in a temporary shop; leaves the user's data alone."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
import tempfile
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

import typer

from shopcli.cli.call import Call
from shopcli.cli.configuration import Configuration
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.problems import (
    HANGUP_EXIT_CODE,
    INTERRUPTED_EXIT_CODE,
    TERMINATED_EXIT_CODE,
    Terminated,
)
from shopcli.cli.rush import CODE, COUPON_COUNT, Rush, people_file, rush
from shopcli.cli.sample import sample_folder
from shopcli.domain.errors import Internal, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcli.relay.platform import Arrival

app = new_app("The whole story.")

ARRIVAL_SECONDS_MAX = 5.0
_STYLING = re.compile(r"\x1b\[[0-9;]*m")


class Step(NamedTuple):
    """One command of the demo: what it shows, its words, and the expected exit code."""

    tells: str
    line: str
    exit_code: int = 0
    event_count: int = 0


STORY = (
    Step("A shop is one file; this one is thrown away afterwards.", "init --sample"),
    Step("Money goes in, and every change of a balance is kept.", "charge 10000 -u kim"),
    Step("Stock is exact at the moment of reading.", "products at"),
    Step("First come, first served: one coupon of a limited number.", "claim FIRST3 -u kim"),
    Step(
        "An order is paid from the balance, and at once sent to the platform outside.",
        "order LATTE:2 CROISSANT --coupon FIRST3 -u kim --key till1-0001",
        event_count=1,
    ),
    Step(
        "The same key again: the first answer, nothing is done twice.",
        "order LATTE:2 CROISSANT --coupon FIRST3 -u kim --key till1-0001",
    ),
    Step("More than there is: refused, and nothing changes.", "order TOTE:7 -u kim", 1),
    Step("Others buy as well.", "order LATTE MATCHA MELONPAN:2 -u sato", event_count=1),
    Step("A mistake is undone completely, and the platform is told.", "", event_count=1),
    Step("What sold most in the last three days.", "top"),
    Step("The history of the balance.", "history -u kim"),
)

BEFORE_THE_RUSH = (
    Step(
        "A rush: a coupon for the first hundred …", "coupon add {code} --percent 10 --limit {limit}"
    ),
    Step("… of five hundred people.", "import users {people} --quiet"),
)

ENDING = Step("And the books are right, recomputed from every row.", "verify")


@app.command("demo", cls=ShopCommand, epilog="shop demo")
def demo(context: typer.Context) -> None:
    """The whole story in a throw-away shop, delivered to a platform on this machine."""
    call = Call.of(context)
    sample_folder()  # refuses before the first step where the sample is missing
    from shopcli.relay.platform import Platform  # a web server, only here

    arrivals: SimpleQueue[Arrival] = SimpleQueue()
    with (
        _folder() as folder,
        Platform(report=arrivals.put) as platform,
    ):
        environment = _environment(Path(folder), platform.url)
        runner = _StepRunner(call, Configuration(environment), arrivals)
        for step in STORY:
            runner.play(step)
        rushed = _rush(runner, Path(folder), environment)
        runner.play(ENDING)
    if call.as_json:
        call.output.document(
            {
                "ok": True,
                "steps": runner.played,
                "events": runner.events,
                "rush": rushed._asdict(),
            }
        )
    else:
        call.output.text("\nThat is all. Make your own: shop init --sample")


def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder that is thrown away.

    Raises:
        InvalidInput: None can be made.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="shop-demo-", ignore_cleanup_errors=True)
    except OSError as error:
        raise InvalidInput(
            "No folder can be made for the throw-away shop: {why}.",
            details={"why": error.strerror or str(error), "reason": "no_temporary_folder"},
        ) from None


def _environment(folder: Path, platform_url: str) -> dict[str, str]:
    """The settings of the demo: no database or platform of the user is used."""
    nothing_set = folder / "config.toml"
    nothing_set.touch(mode=0o600)
    return {
        "SHOP_DATABASE_URL": str(folder / "shop.db"),
        "SHOP_CONFIG": str(nothing_set),
        "SHOP_PLATFORM_URL": platform_url,
    }


def _rush(runner: _StepRunner, folder: Path, environment: Mapping[str, str]) -> Rush:
    """Play the rush, and tell how it went."""
    people = people_file(folder)
    for step in BEFORE_THE_RUSH:
        line = step.line.format(code=CODE, limit=COUPON_COUNT, people=shlex.quote(str(people)))
        runner.play(step._replace(line=line))
    rushed = rush(folder, environment)
    runner.tell(
        f"\n# {rushed.people} people claim it at once, from {rushed.processes} processes of"
        " `shop run`.",
        f"{rushed.claimed} have a number, {rushed.refused} were told that all are claimed,"
        f" after {rushed.seconds:.1f} s.",
    )
    if rushed.claimed != rushed.coupons:
        raise Internal(
            "Of {limit} coupons {claimed} were claimed.",
            details={"limit": rushed.coupons, "claimed": rushed.claimed},
        )
    return rushed


class _CapturedOutput(io.StringIO):
    """Captures the output of a step; claims to be a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Answer yes, so that commands write for a person."""
        return True


class _StepRunner:
    """Runs the steps and shows their output."""

    def __init__(self, call: Call, settings: Configuration, arrivals: SimpleQueue[Arrival]) -> None:
        self.played: list[dict[str, object]] = []
        self.events: list[dict[str, object]] = []
        self._call = call
        self._settings = settings
        self._arrivals = arrivals

    def play(self, step: Step) -> None:
        """Run one step and wait for its events.

        Raises:
            KeyboardInterrupt, Terminated: A signal ended it, and so it ends the demo.
            Internal: It ended with another exit code than expected.
        """
        line = step.line or f"cancel {self._last_order()} --reason spilt"
        code, shown = self._perform(shlex.split(line))
        if code == INTERRUPTED_EXIT_CODE:
            raise KeyboardInterrupt
        if code in {HANGUP_EXIT_CODE, TERMINATED_EXIT_CODE}:
            raise Terminated(code)
        self.played.append({"tells": step.tells, "command": f"shop {line}", "exit_code": code})
        told = [f"\n# {step.tells}", f"$ shop {line}", shown.rstrip("\n")]
        self.tell(*told, *(self._received() for _ in range(step.event_count)))
        if code != step.exit_code:
            raise Internal(
                "The step 'shop {line}' ended with {code}, not {expected}.",
                details={"line": line, "code": code, "expected": step.exit_code},
            )

    def tell(self, *lines: str) -> None:
        """Show lines to a person."""
        if not self._call.as_json:
            self._call.output.text("\n".join(lines))

    def _perform(self, argv: list[str]) -> tuple[int, str]:
        from shopcli.cli.main import perform  # which loads this module in turn

        captured = _CapturedOutput()
        with contextlib.redirect_stdout(captured), contextlib.redirect_stderr(captured):
            code = perform(argv, settings=self._settings)
        shown = captured.getvalue()
        return code, shown if sys.stdout.isatty() else _STYLING.sub("", shown)

    def _received(self) -> str:
        try:
            arrival = self._arrivals.get(timeout=ARRIVAL_SECONDS_MAX)
        except Empty:
            raise Internal("No event reached the platform.") from None
        event = arrival.event or {}
        self.events.append({"type": event.get("type"), "order": event.get("subject")})
        return f"  platform received {event.get('type')} of order {event.get('subject')}"

    def _last_order(self) -> object:
        return self.events[-1]["order"]
