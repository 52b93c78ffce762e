"""Times a candidate beside its floor, in turn and in one process, and keeps what the table prints.

The machine drifts within minutes, so only the ratio of two rounds that ran back to back is
compared; the figure quoted is the median of those ratios, the spread their smallest and largest.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. Rates are per second unless `unit` says otherwise."""

    name: str
    candidate: float
    floor: float
    ratio: float
    spread: tuple[float, float]
    target: str
    met: bool | None
    unit: str = "/s"
    remark: str = ""


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes, with no garbage collection inside it."""
    gc.collect()
    gc.disable()
    try:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started
    finally:
        gc.enable()


def repeated(work: Callable[[], object], times: int) -> list[float]:
    """How long each of some calls takes that leave next to no garbage, so collected only before."""
    spent = []

    def together() -> None:
        for _ in range(times):
            started = time.perf_counter()
            work()
            spent.append(time.perf_counter() - started)

    seconds(together)
    return spent


def paired(
    name: str,
    *,
    candidate: Callable[[], int],
    floor: Callable[[], int],
    rounds: int,
    at_least: float | None,
    remark: str = "",
) -> Figure:
    """Rates of a candidate and its floor.

    Args:
        name: First column of the table.
        candidate: Does some work through the public API and says how many operations it was.
        floor: The same by hand.
        rounds: Pairs to run, after one pair that is not counted.
        at_least: Smallest ratio candidate : floor that meets the target.
        remark: Last column.
    """
    rates: list[tuple[float, float]] = []
    for turn in range(rounds + 1):
        pair = (
            (_rate(candidate), _rate(floor)) if turn % 2 else (_rate(floor), _rate(candidate))[::-1]
        )
        if turn:
            rates.append(pair)
    return compared(name, rates, at_least, remark)


def compared(
    name: str, rates: list[tuple[float, float]], at_least: float | None, remark: str = ""
) -> Figure:
    """The figure of rounds of which the candidate's rate and its floor's are known."""
    ratios = [ours / bare for ours, bare in rates]
    ratio = statistics.median(ratios)
    return Figure(
        name,
        statistics.median(ours for ours, _ in rates),
        statistics.median(bare for _, bare in rates),
        ratio,
        (min(ratios), max(ratios)),
        "" if at_least is None else f">= {at_least:g}",
        None if at_least is None else ratio >= at_least,
        remark=remark,
    )


def _rate(work: Callable[[], int]) -> float:
    counts: list[int] = []
    spent = seconds(lambda: counts.append(work()))
    return counts[0] / spent


def table(figures: list[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| operation | candidate | floor | ratio | spread | target | met | remark |",
        "|---|---:|---:|---:|---|---|---|---|",
    ]
    for figure in figures:
        met = {True: "yes", False: "NO", None: ""}[figure.met]
        low, high = figure.spread
        lines.append(
            f"| {figure.name} | {_number(figure.candidate)}{figure.unit} |"
            f" {_number(figure.floor)}{figure.unit} | {figure.ratio:.2f} | {low:.2f}-{high:.2f} |"
            f" {figure.target} | {met} | {figure.remark} |"
        )
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
