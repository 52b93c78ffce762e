"""The second schema; grows until this edition is released, and is never edited after that.

Triggers and procedures are not made here: they are made anew after every migration, so a change of
theirs needs a version of its own only to reach the shops that are there.
"""

from __future__ import annotations

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Bring the tables of 0001 up to those of this edition."""
