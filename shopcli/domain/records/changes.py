"""Record of an operator's change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AdminChange:
    """A change by an operator; `before` and `after` are JSON objects as text."""

    id: str
    at: datetime
    subject_kind: str
    subject: str
    action: str
    before: str | None
    after: str | None
    actor: str
    host: str
    channel: str
    reason: str | None
