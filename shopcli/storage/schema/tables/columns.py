"""Building blocks of the table definitions: shared metadata, column forms, range checks."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.sql.schema import SchemaItem

from shopcli.domain.money import AMOUNT_MAX

metadata = MetaData()

Count = BigInteger().with_variant(Integer(), "sqlite")
CodePointText = Text().with_variant(Text(collation="C"), "postgresql")
Bytes = LargeBinary().with_variant(BYTEA(), "postgresql")


def text_column(name: str, *, null: bool = False) -> Column[str]:
    """A text that sorts in code point order on both databases."""
    return Column(name, CodePointText, nullable=null)


def count_column(name: str, *, null: bool = False) -> Column[int]:
    """A 64-bit integer: a count, an amount in minor units, or microseconds since 1970."""
    return Column(name, Count, nullable=null)


def origin_columns() -> tuple[Column[int], Column[str], Column[str], Column[str], Column[str]]:
    """Columns that say when a row was written, by whom, where, through what, and why."""
    return (
        count_column("recorded_at"),
        text_column("actor"),
        text_column("host"),
        text_column("channel"),
        text_column("reason", null=True),
    )


def within(table_name: str, column: str, *, least: int = 0) -> CheckConstraint:
    """A check that a column lies between `least` and the largest amount."""
    return CheckConstraint(
        f"{column} BETWEEN {least} AND {AMOUNT_MAX}", name=f"ck_{table_name}_{column}"
    )


def table(name: str, *items: SchemaItem, rowid: bool = True) -> Table:
    """A table of the shop; `rowid=False` stores the rows in primary key order on SQLite."""
    return Table(name, metadata, *items, sqlite_strict=True, sqlite_with_rowid=rowid)
