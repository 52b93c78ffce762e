"""Records of `verify`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """An invariant, with a sentence for each violation found, at most 100."""

    name: str
    ok: bool
    violations: tuple[str, ...]


@dataclass(frozen=True)
class Verification:
    """Result of verify; `ok` if every check is."""

    ok: bool
    checks: tuple[Check, ...]
