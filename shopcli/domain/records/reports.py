"""Records of reports. Their rows begin with what they are added up by.

The class of a row is made when a report needs it: a command needs one of many.
"""

from __future__ import annotations

from dataclasses import dataclass, make_dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from shopcli.domain.money import Minor

if TYPE_CHECKING:
    from collections.abc import Mapping


class SalesRow:
    """What was sold and given back, for one key of a report.

    Rows by product also have `sku` and `name`, others an attribute named like the key.
    """

    units: int
    orders: int
    gross: Minor
    discount: Minor
    net: Minor
    refunded: Minor


_SALES = {
    "units": int,
    "orders": int,
    "gross": Minor,
    "discount": Minor,
    "net": Minor,
    "refunded": Minor,
}
_KEYS: Mapping[str, Mapping[str, Any]] = {
    "product": {"sku": str, "name": str},
    "category": {"category": str | None},
    "hour": {"hour": str},
    "day": {"day": str},
    "week": {"week": str},
    "month": {"month": str},
    "user": {"user": str},
    "coupon": {"coupon": str | None},
}


@dataclass(frozen=True)
class SalesTotals(SalesRow):
    """What was sold and given back in all; each order is counted once.

    `units`, `orders`, `gross`, `discount` and `net` (gross - discount) are of what was sold in the
    window, whatever was given back later; `refunded` is what was given back in the window.
    """

    units: int
    orders: int
    gross: Minor
    discount: Minor
    net: Minor
    refunded: Minor


@dataclass(frozen=True)
class SalesReport:
    """Sales of the window [`since`, `until`), None where it has no bound, by ascending key."""

    since: datetime | None
    until: datetime | None
    by: str
    currency: str
    rows: tuple[SalesRow, ...]
    totals: SalesTotals


class MoneyRow:
    """What came in and went out, for one key of a report, named like an attribute of the row.

    `charged`, `reversed`, `paid_out`, `sold` and `refunded` are positive: `reversed` is minus the
    reversals, whatever they take back. `adjusted` and `transferred` are as entered. Balances have
    changed by charged - reversed - paid_out + adjusted + transferred - sold + refunded.
    """

    charged: Minor
    reversed: Minor
    paid_out: Minor
    adjusted: Minor
    transferred: Minor
    sold: Minor
    refunded: Minor


_MONEY = dict.fromkeys(
    ("charged", "reversed", "paid_out", "adjusted", "transferred", "sold", "refunded"), Minor
)
_MONEY_KEYS: Mapping[str, Any] = {"day": str, "method": str | None, "user": str, "actor": str}


@dataclass(frozen=True)
class MoneyTotals(MoneyRow):
    """What came in and went out in all."""

    charged: Minor
    reversed: Minor
    paid_out: Minor
    adjusted: Minor
    transferred: Minor
    sold: Minor
    refunded: Minor


@dataclass(frozen=True)
class MoneyReport:
    """Money of the window [`since`, `until`), None where it has no bound, by ascending key."""

    since: datetime | None
    until: datetime | None
    by: str
    currency: str
    rows: tuple[MoneyRow, ...]
    totals: MoneyTotals


@dataclass(frozen=True)
class StockRow:
    """A product to reorder: `stock` is at or below `low_stock`, its own mark or the shop's."""

    sku: str
    name: str
    stock: int
    low_stock: int
    sold_7_days: int


@cache
def sales_row(by: str) -> type[Any]:
    """The class of the rows of a report of sales by a key."""
    return _row(f"SalesBy{by.title()}", {**_KEYS[by], **_SALES}, SalesRow)


@cache
def money_row(by: str) -> type[Any]:
    """The class of the rows of a report of money by a key."""
    return _row(f"MoneyBy{by.title()}", {by: _MONEY_KEYS[by], **_MONEY}, MoneyRow)


def _row(name: str, fields: Mapping[str, Any], base: type) -> type[Any]:
    made = make_dataclass(name, fields.items(), bases=(base,), frozen=True)
    made.__doc__, made.__module__ = base.__doc__, __name__
    return made
