"""Collects a bounded number of violations by check."""

from __future__ import annotations

import json
from typing import Any

from shopcli.domain.records import Check
from shopcli.domain.showing import inert
from shopcli.storage.verifying.checks import VIOLATION_COUNT_MAX


class Findings:
    """Violations by check.

    Args:
        names: Names of the checks, in the order to report them.
    """

    def __init__(self, *names: str) -> None:
        self._found: dict[str, list[str]] = {name: [] for name in names}

    def add(self, check: str, violation: str) -> None:
        """Add a violation, unless the check has the largest number of them."""
        found = self._found[check]
        if len(found) < VIOLATION_COUNT_MAX:
            found.append(violation)

    def checks(self) -> list[Check]:
        """All checks with their violations, unsafe characters escaped."""
        return [check(name, found) for name, found in self._found.items()]


def check(name: str, violations: list[str]) -> Check:
    """One check with its violations, unsafe characters escaped."""
    return Check(name, not violations, tuple(map(inert, violations)))


def values_of(text: str | None) -> dict[str, Any] | None:
    """The values of a recorded change; None if it is no JSON object."""
    if text is None:
        return {}
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None
