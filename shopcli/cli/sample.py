"""Finds the sample data and loads it into a shop; loading it twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from shopcli.domain.errors import CouponExists, InvalidInput, ProductExists, UserExists
from shopcli.domain.money import parse_major

if TYPE_CHECKING:
    from shopcli import Shop

_PACKAGE = Path(__file__).resolve().parents[1]
# The build copies `data/` into the wheel under this name; a checkout has it beside the package.
_CANDIDATES = (_PACKAGE / "sample", _PACKAGE.parent / "data")
_CURRENCY = "KRW"
_WON_PER_EURO, _WON_PER_YEN = 1000, 10
"""A latte for 4500 won is 4.50 euros or 450 yen: plausible prices, no exchange rate."""

_FILES = ("users.csv", "catalogue.csv", "coupons.csv", "charges.csv")


def sample_folder() -> Path:
    """Find the folder with the files of the sample.

    Returns:
        The folder inside an installed package, or the one beside the package in a checkout.

    Raises:
        InvalidInput: A file is missing, as where the package was copied without its data.
    """
    for folder in _CANDIDATES:
        if all((folder / name).is_file() for name in _FILES):
            return folder
    raise InvalidInput(
        "The sample data did not come with this installation in {folder}.",
        details={
            "folders": [str(folder) for folder in _CANDIDATES],
            "folder": str(_PACKAGE),
            "reason": "no_sample",
        },
    )


def load_sample(shop: Shop) -> None:
    """Load the sample users, products, coupons and charges; existing ones stay unchanged.

    Args:
        shop: An open shop; amounts are scaled to its currency.
    """
    for row in _rows("users.csv"):
        with suppress(UserExists):
            shop.add_user(row["user"], name=row["name"] or None)
    for row in _rows("catalogue.csv"):
        with suppress(ProductExists):
            shop.add_product(
                row["sku"],
                name=row["name"],
                price=_amount(shop, row["price"]) or 0,
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
        shop.charge(row["user"], _amount(shop, row["amount"]) or 0, key=row["key"])


def _rows(name: str) -> Iterator[dict[str, str]]:
    import csv  # only where the sample is loaded

    with (sample_folder() / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _count(text: str) -> int | None:
    return int(text) if text else None


def _amount(shop: Shop, text: str) -> int | None:
    """Scale an amount of the sample, which is in won, to the shop's currency, in minor units."""
    if not text:
        return None
    won = parse_major(text, 0)
    if shop.currency == _CURRENCY:
        return won
    if shop.exponent == 0:
        return won // _WON_PER_YEN
    minor_units: int = 10**shop.exponent
    return won * minor_units // _WON_PER_EURO
