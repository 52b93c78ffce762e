"""Writes input files and reads a shop's whole state for tests; checks nothing itself."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path
from typing import Any

from shopcli import Shop
from shopcli.engine.imports.importing import ImportSummary
from shopcli.engine.imports.plan import Choices
from shopcli.storage.schema.tables import metadata
from shopcli.wording.advice import explained
from tests.command_lines import carry_out
from tests.raw_rows import raw_database

ROOT = Path(__file__).resolve().parents[2]

_MADE = frozenset(
    {"shop_id", "copy_id", "user_id", "order_id", "event_id", "change_id", "body", "body_sha256"}
)
"""Columns whose values are made for each row, or hold such values."""


def chance(seed: int) -> random.Random:
    """A repeatable source of choices."""
    return random.Random(seed)  # noqa: S311  # choices in tests are no secrets


def write(path: Path, *lines: str, end: str = "\n") -> Path:
    """A text file of these lines."""
    path.write_bytes("".join(f"{line}{end}" for line in lines).encode())
    return path


def take(shop: Shop, kind: str, path: Path, **options: Any) -> ImportSummary:  # noqa: ANN401 - of two signatures
    """Import a file, worded as the command line does; options that are choices go there."""
    names = set(Choices.__dataclass_fields__)
    choices = Choices(**{name: value for name, value in options.items() if name in names})
    rest = {name: value for name, value in options.items() if name not in names}
    return shop.imports.run(kind, path, choices=choices, **{"worded": explained, **rest})


def counts(summary: ImportSummary) -> tuple[int, int, int, int, int, int]:
    """(rows, created, updated, unchanged, replayed, rejected)."""
    return (
        summary.rows,
        summary.created,
        summary.updated,
        summary.unchanged,
        summary.replayed,
        summary.rejected,
    )


def stock_up(shop: Shop, users: Iterable[str] = ("kim", "sato"), *, amount: int = 100_000) -> None:
    """A small shop: users with money, products, a coupon."""
    for user in users:
        shop.add_user(user)
        shop.charge(user, amount, key=f"start-{user}")
    shop.add_product("LATTE", name="Latte", price=4500, stock=20)
    shop.add_product("BAGEL", name="Bagel, sesame", price=3300, stock=10)
    shop.add_product("MUG", name="Mug", price=12_000, stock=1)
    shop.add_coupon("WELCOME10", percent=10, limit=2)


def state(shop: Shop) -> dict[str, Any]:
    """Everything that an import can change, without ids and the times of recording."""
    users = [user.user for user in shop.users()]
    return {
        "users": [astuple(user) for user in shop.users()],
        "products": [astuple(product) for product in shop.products()],
        "movements": {
            product.sku: [
                (movement.kind, movement.quantity, movement.stock_after)
                for movement in shop.product_history(product.sku)
            ]
            for product in shop.products()
        },
        "entries": {
            user: [
                (entry.kind, entry.amount, entry.balance_after, entry.at)
                for entry in shop.history(user)
            ]
            for user in users
        },
        "coupons": [astuple(coupon) for coupon in shop.coupon_list()],
        "held": {
            user: [
                (held.coupon, held.number, held.state, held.claimed_at, held.usable_until)
                for held in shop.coupons(user)
            ]
            for user in users
        },
        "orders": sorted(
            (
                order.key,
                order.user,
                order.state,
                astuple(order)[3],
                order.subtotal,
                order.discount,
                order.coupon,
                order.balance_after,
                order.placed_at,
            )
            for order in shop.orders()
        ),
    }


def everything(shop_url: str) -> dict[str, list[str]]:
    """Every row of every table; of ids, and of what holds them, only whether they are there."""
    found = {}
    with raw_database(shop_url) as database:
        for table in metadata.sorted_tables:
            names = [column.name for column in table.columns]
            rows = database.run(f"SELECT {', '.join(names)} FROM {table.name}")  # noqa: S608 - our own names
            found[table.name] = sorted(
                repr([v is None if n in _MADE else v for n, v in zip(names, row, strict=True)])
                for row in rows
            )
    return found


def assert_sound(shop: Shop) -> None:
    """Fail with the violations of the shop's invariants."""
    found = shop.verify()
    assert found.ok, [check for check in found.checks if not check.ok]


def command(*words: str, url: str, cwd: Path) -> list[str]:
    """The words that start the shop's command line as a process."""
    assert cwd.is_dir()
    return [sys.executable, "-m", "shopcli", *words, "--db", url]


def run(
    *words: str, url: str, cwd: Path, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Carry out a line of the shop's command line."""
    return carry_out(*words, "--db", url, cwd=cwd, stdin=stdin)


def environment() -> dict[str, str]:
    """The environment of processes: this checkout or what is installed, English, no colours."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(["", str(ROOT)]).lstrip(os.pathsep)}
