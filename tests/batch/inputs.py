"""One input for each kind of import, with refusals, changes and rows apart; checks nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from shopcli import Shop
from tests.batch import files
from tests.batch.files import chance, write


class Input(NamedTuple):
    """What is imported, and how."""

    name: str
    kind: str
    header: str
    rows: list[str]
    choices: dict[str, Any]

    def file(self, folder: Path) -> Path:
        """The input as a file of this folder."""
        return write(folder / f"{self.name}.csv", self.header, *self.rows)


def stock_up(shop: Shop) -> None:
    """What the inputs count on being there before the first of them."""
    files.stock_up(shop, amount=900_000)
    shop.restock("LATTE", 150)
    shop.restock("BAGEL", 90)
    shop.claim("kim", "WELCOME10", key="claim-kim")


def inputs(row_count: int) -> list[Input]:
    """All of them, of so many rows or a few more, each able to follow those before it."""
    return [
        *_standing(row_count),
        *_trading(row_count),
        _deliveries(row_count),
        _past(row_count),
    ]


def _standing(row_count: int) -> list[Input]:
    """What a shop has before anybody buys; some of it is there already and differs."""
    several = range(row_count)
    change = {"on_existing": "update"}
    return [
        Input(
            "users",
            "users",
            "user,name",
            [*(f"u{n},User {n}" for n in several), "kim,Kim", "sato,"],
            change,
        ),
        Input(
            "products",
            "products",
            "sku,name,price,stock",
            [f"P{n},Product {n},{n},{n % 3}" for n in several],
            {},
        ),
        Input(
            "coupons",
            "coupons",
            "code,percent,amount,limit",
            [
                *(f"C{n},{n % 100 + 1},,{n % 7 + 1}" for n in several),
                "WELCOME10,10,,20",
                "WELCOME10X,,5,20",
            ],
            change,
        ),
    ]


def _trading(row_count: int) -> list[Input]:
    choices = chance(11)
    orders = []
    for number in range(row_count):
        user = choices.choice(["kim", "sato", "nobody"])
        coupon = "WELCOME10" if number in {5, 50} else ""
        skus = choices.sample(["LATTE", "BAGEL", "MUG"], choices.randint(1, 2))
        orders += [f"o{number},{user},{sku},{choices.randint(1, 2)},{coupon}" for sku in skus]
    orders.append(orders.pop(3))
    people = ["kim", "sato", "u1", "u2", "u3", "nobody"]
    charges = [f"c{n},{choices.choice(people)},{n + 1}" for n in range(row_count)]
    # Of most coupons there are fewer than people who want one.
    claims = [f"g{n},u{choices.randint(0, row_count + 10)},C{n % 40}" for n in range(row_count)]
    return [
        Input("charges", "charges", "key,user,amount", charges, {}),
        Input("claims", "claims", "key,user,coupon", claims, {}),
        Input("orders", "orders", "key,user,sku,quantity,coupon", orders, {}),
    ]


def _deliveries(row_count: int) -> Input:
    """Goods that come in: more stock, a price here and there, a new product, a wrong SKU."""
    rows = [f"P{n},{'' if n % 5 else n + 1},{n % 4},," for n in range(row_count)]
    rows[40:40] = ["NEW1,7,3,New,", "WRONG,,3,,"]
    header = "sku,price,stock,name,category"
    return Input("deliveries", "products", header, rows, {"stock": "add", "on_existing": "update"})


def _past(row_count: int) -> Input:
    choices = chance(12)
    rows = []
    for number in range(row_count):
        user = choices.choice(["kim", "sato", "u1", "nobody"])
        day, hour = choices.randint(1, 28), choices.randint(0, 23)
        skus = choices.sample(["LATTE", "BAGEL", "P7", "P8"], choices.randint(1, 2))
        rows += [
            f"h{number},{user},{sku},{choices.randint(1, 3)},2026-02-{day:02d}T{hour:02d}:30,900,"
            for sku in skus
        ]
    rows.append(rows.pop(3))
    header = "key,user,sku,quantity,ordered_at,unit_price,discount"
    return Input("past", "orders", header, rows, {"historical": True, "events": "skip"})
