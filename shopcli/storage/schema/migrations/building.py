"""Column and constraint forms of the migrations; like them never edited once released.

They repeat `storage.tables.columns` on purpose: tables change with the shop, old migrations do not.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.sql.schema import SchemaItem

AMOUNT_MAX = 2**53 - 1
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BYTES = sa.LargeBinary().with_variant(BYTEA(), "postgresql")


def create_table(name: str, *items: SchemaItem, rowid: bool = True) -> None:
    """Make a table, STRICT on SQLite; `rowid=False` stores it in primary key order there."""
    op.create_table(name, *items, sqlite_strict=True, sqlite_with_rowid=rowid)


def create_index(
    name: str, table: str, *columns: str, unique: bool = False, where: str | None = None
) -> None:
    """Make an index, over the rows that meet a condition."""
    condition = None if where is None else sa.text(where)
    op.create_index(
        name,
        table,
        list(columns),
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def texts(*names: str, null: bool = False) -> Iterator[sa.Column[str]]:
    """Texts that sort in code point order on both databases."""
    return (sa.Column(name, TEXT, nullable=null) for name in names)


def counts(*names: str, null: bool = False) -> Iterator[sa.Column[int]]:
    """64-bit integers."""
    return (sa.Column(name, COUNT, nullable=null) for name in names)


def origin() -> Iterator[sa.Column[str] | sa.Column[int]]:
    """Who wrote a row, when, where, through what, and why."""
    yield from counts("recorded_at")
    yield from texts("actor", "host", "channel")
    yield from texts("reason", null=True)


def primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """The primary key."""
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def unique(name: str, *columns: str) -> sa.UniqueConstraint:
    """A UNIQUE constraint."""
    return sa.UniqueConstraint(*columns, name=name)


def check(name: str, condition: str) -> sa.CheckConstraint:
    """A CHECK constraint."""
    return sa.CheckConstraint(condition, name=name)


def within(table: str, *columns: str, least: int = 0) -> Iterator[sa.CheckConstraint]:
    """Checks that columns lie between `least` and the largest amount."""
    for column in columns:
        yield check(f"ck_{table}_{column}", f"{column} BETWEEN {least} AND {AMOUNT_MAX}")


def references(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A foreign key on one column."""
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")
