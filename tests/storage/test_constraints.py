"""Constraint names: SQLite's messages lead to the same names as Postgres gives."""

from __future__ import annotations

import pytest
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint

from shopcli.domain.errors import CouponSoldOut, Internal, KeyConflict, UserExists
from shopcli.storage.schema import constraints
from shopcli.storage.schema.completeness import expected_guards
from shopcli.storage.schema.tables import metadata


def test_every_unique_constraint_is_known_by_its_columns() -> None:
    """The list of columns is that of the tables, no more and no less."""
    wanted: dict[str, str] = {}
    for table in metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
                columns = ", ".join(f"{table.name}.{c.name}" for c in constraint.columns)
                wanted[columns] = str(constraint.name)
        for index in table.indexes:
            if index.unique:
                columns = ", ".join(f"{table.name}.{c.name}" for c in index.columns)
                wanted[columns] = str(index.name)

    assert dict(constraints.UNIQUE_COLUMNS) == wanted


def test_constraint_names_are_unique() -> None:
    """A name tells one constraint from all others, on Postgres too where it may not be long."""
    names = [
        *(str(item.name) for table in metadata.tables.values() for item in table.constraints),
        *(str(item.name) for table in metadata.tables.values() for item in table.indexes),
    ]

    assert len(set(names)) == len(names)
    assert max(map(len, expected_guards("postgres"))) < 64


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("CHECK constraint failed: ck_products_stock", "ck_products_stock"),
        ("UNIQUE constraint failed: orders.key", "uq_orders_key"),
        (
            "UNIQUE constraint failed: user_coupons.username, user_coupons.code",
            "uq_user_coupons_username_code",
        ),
        ("NOT NULL constraint failed: products.name", "nn_products_name"),
        ("FOREIGN KEY constraint failed", "fk"),
        ("cannot store TEXT value in INTEGER column products.stock", "datatype"),
        ("tr_orders_no_delete", "tr_orders_no_delete"),
        ("something else", "unknown"),
    ],
)
def test_messages_of_sqlite_become_names(message: str, name: str) -> None:
    """Each kind of refusal is told by name."""
    assert constraints.name_from_sqlite(message) == name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("pk_users", UserExists),
        ("ck_coupons_claim_count", CouponSoldOut),
        ("uq_orders_key", KeyConflict),
        ("ck_shop_singleton", Internal),
    ],
)
def test_names_become_refusals(name: str, kind: type[Exception]) -> None:
    """A constraint that backs a rule says what the rule says; any other tells of a bug."""
    assert type(constraints.error_for(name)) is kind


def test_refusals_are_named_after_real_constraints() -> None:
    """No refusal waits for a constraint that does not exist."""
    assert set(constraints.REFUSALS) <= expected_guards("postgres")
