"""Former values of products and coupons, by the audit record."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shopcli.engine.verifying.findings import values_of
from shopcli.storage.verifying import pages

if TYPE_CHECKING:
    from shopcli.storage.session import Session

_SUBJECT_COUNT_MAX = 2000


class KnownValues:
    """Looks up former values, with a cache of the subjects used last.

    Args:
        session: The snapshot to read.
        subject_kind: product or coupon.
    """

    def __init__(self, session: Session, subject_kind: str) -> None:
        def former(subject: str) -> dict[str, list[Any]]:
            found: dict[str, list[Any]] = {}
            for before, _ in pages.changes_of(session, subject_kind, subject):
                for field, value in (values_of(before) or {}).items():
                    found.setdefault(field, []).append(value)
            return found

        self._former = lru_cache(maxsize=_SUBJECT_COUNT_MAX)(former)

    def was(self, subject: str, field: str, value: object) -> bool:
        """Whether the field had this value before one of its recorded changes."""
        return value in self._former(subject).get(field, ())

    def former(self, subject: str, field: str) -> list[Any]:
        """The values of a field before each recorded change of it."""
        return self._former(subject).get(field, [])
