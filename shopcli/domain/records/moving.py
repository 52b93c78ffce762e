"""Records of moving a shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CopiedTable:
    """A table of both shops: how many rows it has, and the digest of them."""

    table: str
    rows: int
    digest: str


@dataclass(frozen=True)
class ShopCopy:
    """A copy of a shop, made of one snapshot of it.

    Digests leave out what belongs to one copy alone: its own row, who relays, and leases.
    """

    shop: str
    """Id of the shop, the same in each copy of it."""
    copy: str
    """Id of this copy."""
    database: str
    source: str
    snapshot_at: datetime
    """What was recorded later is not in the copy."""
    last_entry: str | None
    """The balance entry recorded last, of those in the copy."""
    last_entry_at: datetime | None
    rows: int
    tables: tuple[CopiedTable, ...]
    held: str | None
    """Why the copy holds its deliveries."""
    retired: bool
    """Whether the shop that was copied is retired."""
    ok: bool
    """Whether `verify` found nothing; what it did find is in the shop that was copied, too."""
    failed: tuple[str, ...]
    """Names of the checks that it failed."""
