"""What was undone: a row for each request, and what its entries take back."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from shopcli.storage.schema.tables.columns import count_column, table, text_column

reversals = table(
    "reversals",
    text_column("key"),
    text_column("fingerprint"),
    PrimaryKeyConstraint("key", name="pk_reversals"),
    rowid=False,
)
"""Requests to undo; what each has undone names its key."""

reversed_entries = table(
    "reversed_entries",
    text_column("username"),
    count_column("sequence"),
    count_column("reversed_sequence"),
    text_column("key"),
    PrimaryKeyConstraint("username", "sequence", name="pk_reversed_entries"),
    UniqueConstraint("username", "reversed_sequence", name="uq_reversed_entries_once"),
    UniqueConstraint("key", "username", name="uq_reversed_entries_key_username"),
    ForeignKeyConstraint(["key"], ["reversals.key"], name="fk_reversed_entries_key"),
    ForeignKeyConstraint(
        ["username", "sequence"],
        ["balance_entries.username", "balance_entries.sequence"],
        name="fk_reversed_entries_entry",
    ),
    ForeignKeyConstraint(
        ["username", "reversed_sequence"],
        ["balance_entries.username", "balance_entries.sequence"],
        name="fk_reversed_entries_reversed_entry",
    ),
    CheckConstraint("sequence > reversed_sequence", name="ck_reversed_entries_later"),
    rowid=False,
)
"""Each entry of the kind `reversal`, and the one that it takes back; two for a transfer."""
