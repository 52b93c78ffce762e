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


@dataclass(frozen=True)
class Backup:
    """A backup of a shop: a file with every row of one snapshot, which is a copy of the shop."""

    shop: str
    copy: str
    file: str
    source: str
    snapshot_at: datetime
    """What was recorded later is not in the backup."""
    bytes: int
    rows: int
    tables: tuple[CopiedTable, ...]
    held: str
    """Why the backup, where it is opened as a shop, holds its deliveries."""
    ok: bool | None
    """Whether `verify` found nothing in the backup; None where it was not asked."""
    failed: tuple[str, ...]
    """Names of the checks that it failed."""
    removed: tuple[str, ...]
    """Older backups that were removed, as only so many are kept."""


@dataclass(frozen=True)
class Restoration:
    """A shop that was restored from a backup."""

    shop: str
    copy: str
    database: str
    file: str
    snapshot_at: datetime | None
    """When the backup was made; None where the file does not say."""
    rows: int
    replaced: bool
    """Whether the shop was there before, and is now as it was then."""
    held: str
    """Why it holds its deliveries."""
    was_retired_to: str | None = None
    """Where the shop that was replaced had moved; None where it had not."""


@dataclass(frozen=True)
class Unretirement:
    """A shop that can be changed again after it had moved."""

    database: str
    was_retired_to: str | None
    """Where it had moved; None where it was not retired, and nothing was changed."""
    new_shop: str | None
    """What is there: none, as_it_was (nobody has used it), went_on, or unknown (no answer)."""
    new_shop_rows: int
    """Rows of the shop there that are not in this one."""
