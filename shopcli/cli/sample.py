"""The sample data: where it lies, and putting it into a shop; running it twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from shopcli.domain.errors import CouponExists, ProductExists, UserExists
from shopcli.domain.money import parse_major

if TYPE_CHECKING:
    from shopcli import Shop

_PACKAGE = Path(__file__).resolve().parents[1]
# The build copies `data/` into the wheel under this name; a checkout has it beside the package.
_CANDIDATES = (_PACKAGE / "sample", _PACKAGE.parent / "data")


def sample_folder() -> Path:
    """Find the folder with catalogue.csv, users.csv, coupons.csv and charges.csv.

    Returns:
        The folder inside an installed package, or the one beside the package in a checkout.
    """
    for folder in _CANDIDATES:
        if (folder / "catalogue.csv").is_file():
            return folder
    # Only a broken installation gets here: both forms are tested.
    message = f"sample data is missing from {_PACKAGE}"
    raise FileNotFoundError(message)


def load_sample(shop: Shop) -> None:
    """Put the sample users, products, coupons and charges into a shop, what is there stays.

    Args:
        shop: The shop; amounts of the sample are meant in its currency.
    """
    for row in _rows("users.csv"):
        with suppress(UserExists):
            shop.add_user(row["user"], name=row["name"] or None)
    for row in _rows("catalogue.csv"):
        with suppress(ProductExists):
            shop.add_product(
                row["sku"],
                name=row["name"],
                price=parse_major(row["price"], shop.exponent),
                stock=int(row["stock"]),
                category=row["category"] or None,
                barcode=row["barcode"] or None,
                low_stock=_count(row["low_stock"]),
            )
    for row in _rows("coupons.csv"):
        with suppress(CouponExists):
            shop.add_coupon(
                row["code"],
                percent=_count(row["percent"]),
                amount=_amount(shop, row["amount"]),
                cap=_amount(shop, row["cap"]),
                limit=int(row["limit"]),
                min_order=_amount(shop, row["min_order"]),
                valid_days=_count(row["valid_days"]),
            )
    for row in _rows("charges.csv"):
        shop.charge(row["user"], parse_major(row["amount"], shop.exponent), key=row["key"])


def _rows(name: str) -> Iterator[dict[str, str]]:
    import csv  # only where the sample is loaded

    with (sample_folder() / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _count(text: str) -> int | None:
    return int(text) if text else None


def _amount(shop: Shop, text: str) -> int | None:
    return parse_major(text, shop.exponent) if text else None
