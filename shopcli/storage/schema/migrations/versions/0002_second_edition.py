"""The second schema; never edited, as shops have it.

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
from shopcli.storage.schema.migrations.closes import add_closes
from shopcli.storage.schema.migrations.refunds import add_refunds
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
    add_refunds()
    add_report_buckets()
    create_index("ix_admin_changes_at", "admin_changes", "at", "change_id")
    _reversals()
    _drawer()
    add_closes()
    _copies()


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
        " OR (kind = 'reversal' AND amount_minor <> 0)"
    ),
    "ck_balance_entries_key": (
        "(key IS NULL) = (kind IN ('payment', 'refund') OR kind = 'reversal'"
        " OR (kind = 'transfer' AND amount_minor > 0))"
    ),
}
_METHOD_CHECK = (
    "method IS NULL OR ((kind IN ('charge', 'payout') OR kind = 'reversal')"
    " AND length(method) BETWEEN 1 AND 32)"
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
    op.drop_index("uq_balance_entries_order_id_kind", "balance_entries")
    _index_payments()


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
    _index_payments()


def _index_payments() -> None:
    """An order is paid once; parts of it may be given back several times."""
    create_index(
        "uq_balance_entries_order_id_kind",
        "balance_entries",
        "order_id",
        "kind",
        unique=True,
        where="kind = 'payment'",
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


def _reversals() -> None:
    create_table(
        "reversals",
        *texts("key"),
        *texts("fingerprint"),
        primary("reversals", "key"),
        rowid=False,
    )
    create_table(
        "reversed_entries",
        *texts("username"),
        *counts("sequence", "reversed_sequence"),
        *texts("key"),
        primary("reversed_entries", "username", "sequence"),
        unique("uq_reversed_entries_once", "username", "reversed_sequence"),
        unique("uq_reversed_entries_key_username", "key", "username"),
        references("reversed_entries", "key", "reversals.key"),
        *(
            sa.ForeignKeyConstraint(
                ["username", f"{which}sequence"],
                ["balance_entries.username", "balance_entries.sequence"],
                name=f"fk_reversed_entries_{which}entry",
            )
            for which in ("", "reversed_")
        ),
        check("ck_reversed_entries_later", "sequence > reversed_sequence"),
        rowid=False,
    )


def _drawer() -> None:
    most = "9007199254740991"
    create_table(
        "cash_moves",
        *counts("number"),
        *texts("kind"),
        *counts("amount_minor", "drawer_after_minor"),
        *texts("key", "fingerprint", null=True),
        *origin(),
        primary("cash_moves", "number"),
        unique("uq_cash_moves_key", "key"),
        check(
            "ck_cash_moves_kind",
            "(kind = 'in' AND amount_minor > 0) OR (kind = 'out' AND amount_minor < 0)"
            " OR (kind = 'reversal' AND amount_minor <> 0)",
        ),
        check(
            "ck_cash_moves_key",
            "(key IS NULL) = (kind = 'reversal') AND (key IS NULL) = (fingerprint IS NULL)",
        ),
        check("ck_cash_moves_reason", "reason IS NOT NULL"),
        check("ck_cash_moves_amount_minor", f"amount_minor BETWEEN -{most} AND {most}"),
        check("ck_cash_moves_drawer_after_minor", f"drawer_after_minor BETWEEN -{most} AND {most}"),
        *within("cash_moves", "number", least=1),
    )
    create_table(
        "reversed_cash_moves",
        *counts("number", "reversed_number"),
        *texts("key"),
        primary("reversed_cash_moves", "number"),
        unique("uq_reversed_cash_moves_once", "reversed_number"),
        unique("uq_reversed_cash_moves_key", "key"),
        references("reversed_cash_moves", "key", "reversals.key"),
        references("reversed_cash_moves", "number", "cash_moves.number"),
        references("reversed_cash_moves", "reversed_number", "cash_moves.number"),
        check("ck_reversed_cash_moves_later", "number > reversed_number"),
    )


def _copies() -> None:
    create_table(
        "shop_copy",
        *counts("singleton"),
        *texts("copy_id"),
        *texts("held_reason", null=True),
        *counts("held_at", null=True),
        *texts("retired_to", null=True),
        *counts("retired_at", null=True),
        *texts("backup_digest", null=True),
        primary("shop_copy", "singleton"),
        check("ck_shop_copy_singleton", "singleton = 1"),
        check("ck_shop_copy_held", "(held_reason IS NULL) = (held_at IS NULL)"),
        check("ck_shop_copy_retired", "(retired_to IS NULL) = (retired_at IS NULL)"),
    )
    op.execute("INSERT INTO shop_copy (singleton, copy_id) SELECT 1, shop_id FROM shop")
