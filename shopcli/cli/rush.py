"""A rush for a coupon, in the demo: many people at once, from several processes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from shopcli.cli.environment import process_environment
from shopcli.domain.errors import Internal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PERSON_COUNT = 500
PROCESS_COUNT = 4
COUPON_COUNT = 100
CODE = "RUSH"
_SECONDS_MAX = 120
_REFUSED = "coupon_sold_out"


class Rush(NamedTuple):
    """How a rush went."""

    people: int
    processes: int
    coupons: int
    claimed: int
    refused: int
    seconds: float


def people_file(folder: Path) -> Path:
    """Write the file of the people who come, to be imported."""
    file = folder / "people.csv"
    file.write_text("user\n" + "".join(f"{_person(n)}\n" for n in range(PERSON_COUNT)), "utf-8")
    return file


def rush(folder: Path, environment: Mapping[str, str]) -> Rush:
    """Let all people claim one coupon each, from scripts that run at the same time.

    Args:
        folder: Where the scripts are written.
        environment: What the processes are told of the shop.

    Raises:
        Internal: Somebody was told neither a number nor that all are claimed.
    """
    scripts = [folder / f"rush{number}.txt" for number in range(PROCESS_COUNT)]
    for number, script in enumerate(scripts):
        people = range(number, PERSON_COUNT, PROCESS_COUNT)
        script.write_text("".join(f"claim {CODE} -u {_person(n)}\n" for n in people), "utf-8")
    given = process_environment().items()
    own = {name: value for name, value in given if not name.startswith("SHOP_")}
    begun = time.monotonic()
    processes = [
        subprocess.Popen(  # noqa: S603  # our own words
            [sys.executable, "-m", "shopcli", "run", str(script), "--keep-going", "--json"],
            env={**own, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        for script in scripts
    ]
    try:
        told = [process.communicate(timeout=_SECONDS_MAX) for process in processes]
    except BaseException:  # interrupted: their shop is about to be thrown away
        for process in processes:
            process.kill()
            process.wait()
        raise
    seconds = time.monotonic() - begun
    claimed = sum('"number"' in line for out, _ in told for line in out.splitlines())
    refused = sum(_is_refusal(line) for _, err in told for line in err.splitlines())
    if claimed + refused != PERSON_COUNT:
        raise Internal(
            "Of {people} people in the rush {served} were answered.",
            details={"people": PERSON_COUNT, "served": claimed + refused, "told": told[0][1][:500]},
        )
    return Rush(PERSON_COUNT, PROCESS_COUNT, COUPON_COUNT, claimed, refused, round(seconds, 2))


def _person(number: int) -> str:
    return f"person{number:03d}"


def _is_refusal(line: str) -> bool:
    try:
        return bool(json.loads(line)["error"]["code"] == _REFUSED)
    except (ValueError, KeyError, TypeError):
        return False
