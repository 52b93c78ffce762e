"""The second schema; grows until this edition is released, and is never edited after that.

Triggers and procedures are not made here: they are made anew after every migration, so a change of
theirs needs a version of its own only to reach the shops that are there.
"""

from __future__ import annotations

import re
from itertools import groupby

import sqlalchemy as sa
from alembic import op

from shopcli.storage.schema.migrations.building import (
    check,
    counts,
    create_index,
    create_table,
    origin,
    primary,
    references,
    texts,
    unique,
    within,
)
from shopcli.storage.schema.migrations.reports import add_report_buckets

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Bring the tables of 0001 up to those of this edition."""
    _product_codes()
    _kinds_of_entries()
    _transfers()
    add_report_buckets()
    create_index("ix_admin_changes_at", "admin_changes", "at", "change_id")


def _product_codes() -> None:
    op.drop_index("ix_products_barcode", "products")
    create_table(
        "product_codes",
        *texts("code"),
        *counts("place"),
        *texts("sku"),
        primary("product_codes", "code", "place"),
        references("product_codes", "sku", "products.sku"),
        *within("product_codes", "place"),
        rowid=False,
    )
    products = op.get_bind().execute(sa.text("SELECT sku, barcode FROM products"))
    claims = sorted({(code, sku) for sku, barcode in products for code in _codes(sku, barcode)})
    rows = [
        {"code": code, "place": place, "sku": sku}
        for code, several in groupby(claims, key=lambda claim: claim[0])
        for place, (_, sku) in enumerate(several)
    ]
    if rows:
        insert = "INSERT INTO product_codes (code, place, sku) VALUES (:code, :place, :sku)"
        op.get_bind().execute(sa.text(insert), rows)


def _codes(sku: str, barcode: str | None) -> set[str]:
    """The codes of a product as this schema began to compare them."""
    formula = re.fullmatch(r'="([^"]*)"', barcode or "")
    given = formula[1] if formula else barcode or ""
    if given.startswith("'"):
        given = given[1:].removesuffix("'")
    codes = {given.zfill(14) if _GTIN.fullmatch(given) else given} - {""}
    return codes | ({sku.zfill(14)} if _GTIN.fullmatch(sku) else set())


_GTIN = re.compile(r"[0-9]{8,14}", re.ASCII)


_ENTRY_CHECKS = {
    "ck_balance_entries_kind": (
        "(kind = 'charge' AND amount_minor > 0)"
        " OR (kind = 'payment' AND amount_minor <= 0)"
        " OR (kind = 'refund' AND amount_minor >= 0)"
        " OR (kind = 'payout' AND amount_minor < 0)"
        " OR (kind = 'adjustment' AND amount_minor <> 0)"
        " OR (kind = 'transfer' AND amount_minor <> 0)"
    ),
    "ck_balance_entries_key": (
        "(key IS NULL) = (kind IN ('payment', 'refund')"
        " OR (kind = 'transfer' AND amount_minor > 0))"
    ),
}
_METHOD_CHECK = (
    "method IS NULL OR (kind IN ('charge', 'payout') AND length(method) BETWEEN 1 AND 32)"
)


def _kinds_of_entries() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _remake_balance_entries()
        return
    for name, condition in _ENTRY_CHECKS.items():
        op.drop_constraint(name, "balance_entries")
        op.create_check_constraint(name, "balance_entries", condition)
    (method,) = texts("method", null=True)
    op.add_column("balance_entries", method)
    op.create_check_constraint("ck_balance_entries_method", "balance_entries", _METHOD_CHECK)


def _remake_balance_entries() -> None:
    """SQLite cannot change a constraint: make the table again and copy its rows."""
    create_table(
        "balance_entries_new",
        *texts("username"),
        *counts("sequence"),
        *texts("kind"),
        *counts("amount_minor", "balance_after_minor"),
        *texts("order_id", null=True),
        *counts("at"),
        *texts("key", "fingerprint", null=True),
        *origin(),
        *texts("method", null=True),
        primary("balance_entries", "username", "sequence"),
        references("balance_entries", "order_id", "orders.order_id"),
        references("balance_entries", "username", "balances.username"),
        check(
            "ck_balance_entries_amount_minor",
            "amount_minor BETWEEN -9007199254740991 AND 9007199254740991",
        ),
        *(check(name, condition) for name, condition in _ENTRY_CHECKS.items()),
        check("ck_balance_entries_method", _METHOD_CHECK),
        check(
            "ck_balance_entries_order_id",
            "(order_id IS NOT NULL) = (kind IN ('payment', 'refund'))",
        ),
        *within("balance_entries", "balance_after_minor"),
        *within("balance_entries", "sequence", least=1),
        rowid=False,
    )
    op.execute("INSERT INTO balance_entries_new SELECT *, NULL FROM balance_entries")
    op.drop_table("balance_entries")
    op.rename_table("balance_entries_new", "balance_entries")
    create_index(
        "uq_balance_entries_kind_key",
        "balance_entries",
        "kind",
        "key",
        unique=True,
        where="key IS NOT NULL",
    )
    create_index(
        "uq_balance_entries_order_id_kind",
        "balance_entries",
        "order_id",
        "kind",
        unique=True,
        where="order_id IS NOT NULL",
    )


def _transfers() -> None:
    create_table(
        "transfers",
        *texts("username"),
        *counts("sequence"),
        *texts("to_username"),
        *counts("to_sequence"),
        primary("transfers", "username", "sequence"),
        unique("uq_transfers_to", "to_username", "to_sequence"),
        *(
            sa.ForeignKeyConstraint(
                [f"{side}username", f"{side}sequence"],
                ["balance_entries.username", "balance_entries.sequence"],
                name=f"fk_transfers_{side}entry",
            )
            for side in ("", "to_")
        ),
        check("ck_transfers_between_two", "username <> to_username"),
        rowid=False,
    )
