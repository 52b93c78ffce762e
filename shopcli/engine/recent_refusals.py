"""What was refused lately, and so is looked at before it is tried again; never trusted.

In a rush most people are refused. A change takes locks that those who are served need, a look takes
none and is as exact: it reads what is left at that instant, and where the rule holds by now the
change is tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

SUBJECT_COUNT_MAX = 20_000
"""Largest number of subjects; when there are more, all are forgotten."""

Subject = tuple[str, ...]
"""What ran out, such as ("product", "LATTE")."""


class RecentRefusals:
    """What ran out at the last attempt. Safe to share between threads."""

    __slots__ = ("_subjects",)

    def __init__(self) -> None:
        self._subjects: set[Subject] = set()

    def hold_any(self, subjects: Iterable[Subject]) -> bool:
        """Whether any of these ran out."""
        return bool(self._subjects) and not self._subjects.isdisjoint(subjects)

    def add(self, subjects: Collection[Subject]) -> None:
        """Store what ran out."""
        if len(self._subjects) >= SUBJECT_COUNT_MAX:
            self._subjects.clear()
        self._subjects.update(subjects)

    def discard(self, subjects: Iterable[Subject]) -> None:
        """Forget what is there again."""
        self._subjects.difference_update(subjects)
