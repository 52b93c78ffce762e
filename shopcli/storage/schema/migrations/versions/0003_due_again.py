"""The third schema: since when a settled delivery that was made pending again waits.

It grows until this edition is released, and is never edited after that.
"""

from __future__ import annotations

from alembic import op

from shopcli.storage.schema.migrations.building import counts

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the column; of what was made due again before, only the order's age is known."""
    (due_again_at,) = counts("due_again_at", null=True)
    op.add_column("outbox", due_again_at)
