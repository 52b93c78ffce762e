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
    counts,
    create_table,
    primary,
    references,
    texts,
    within,
)

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Bring the tables of 0001 up to those of this edition."""
    _product_codes()


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
