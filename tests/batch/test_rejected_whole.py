"""A record that does not fit the header is kept whole, and refused again until it is mended."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from shopcli import Shop
from tests.batch.files import assert_sound, state, stock_up, take, write

_UPDATE = {"on_existing": "update", "stock": "add"}


class Misfit(NamedTuple):
    """A record that cannot be read, which cut or filled up could be another one."""

    kind: str
    header: str
    record: str
    choices: dict[str, Any] = {}  # noqa: RUF012  # of a tuple, never changed


MISFITS = {
    "charge, too long": Misfit("charges", "key,user,amount", "m1,kim,1,000"),
    "charge, too long, key last": Misfit("charges", "user,amount,key", "kim,1,000,m1"),
    "charge, too long by nothing": Misfit("charges", "key,user,amount", "m1,kim,5,"),
    "charge, too short": Misfit("charges", "key,user,amount,at", "m1,kim,1000"),
    "charge, beside the header": Misfit("charges", "key,user,amount,", "m1,kim,1,000"),
    "charge, beside and malformed": Misfit("charges", "key,user,amount,,at", "m1,kim,1,000,x"),
    "product, too long": Misfit("products", "sku,name,price", "B2,Cake,2,4.50"),
    "product, too short": Misfit("products", "sku,name,price,stock", "B2,Cake,2"),
    "stock, too long": Misfit("products", "sku,stock", "LATTE,1,000", _UPDATE),
    "stock, too short": Misfit("products", "name,sku,price,stock", "Caffè,LATTE,5000", _UPDATE),
    "product, one cell": Misfit("products", "sku,price", "NEW", _UPDATE),
    "product, one column": Misfit("products", "sku", "LATTE,MUG", _UPDATE),
    "order, too long": Misfit("orders", "key,user,sku,quantity", "g1,kim,LATTE,1,000"),
    "order, too short": Misfit("orders", "key,user,sku,quantity,coupon", "g1,kim,LATTE,2"),
    "claim, too long": Misfit("claims", "key,user,coupon", "c1,kim,WELCOME10,2026-01-01"),
    "claim, too short": Misfit("claims", "key,user,coupon,at", "c1,kim,WELCOME10"),
    "user, too long": Misfit("users", "user,name", "lee,Lee,Bruce"),
    "user, too short": Misfit("users", "user,name", "lee"),
    "user, too short, name first": Misfit("users", "name,user", "lee"),
    "user, one column": Misfit("users", "user", "lee,Lee"),
    "user, a formula": Misfit("users", "user,name", "=lee,Lee,Bruce"),
    "user, an open quote": Misfit("users", "user,name", '"lee,Lee'),
    "coupon, too long": Misfit("coupons", "code,percent,amount,limit", "TEN,10,,1,000"),
    "coupon, one cell": Misfit("coupons", "code,limit", "WELCOME10", {"on_existing": "update"}),
}
_FORMS = {"csv": ",", "tsv": "\t"}


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize("what", MISFITS)
def test_a_misfit_is_kept_whole(shop: Shop, tmp_path: Path, what: str, form: str) -> None:
    """Its cells are all in the rejects file, which is refused as it stands, however often."""
    stock_up(shop)
    before = state(shop)
    misfit, separator = MISFITS[what], _FORMS[form]
    record = misfit.record.replace(",", separator)
    path = write(tmp_path / f"f.{form}", misfit.header.replace(",", separator), record)
    for _ in range(3):
        summary = take(shop, misfit.kind, path, max_errors=None, **misfit.choices)
        assert (summary.rows, summary.rejected) == (1, 1)
        assert state(shop) == before
        path = Path(summary.rejects_file or "")
        with path.open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file, delimiter=separator)
        own = [cell for name, cell in row.items() if not name.startswith("_")]
        assert [cell.removeprefix("'") for cell in own if cell] == [record]
        assert row["_code"] == "invalid_input"
    assert_sound(shop)


def test_a_misfit_is_mended_in_place(shop: Shop, tmp_path: Path) -> None:
    """Whoever writes the cells where they belong imports what was meant."""
    stock_up(shop)
    path = write(tmp_path / "c.csv", "key,user,amount", "m1,kim,1,000", "m2,sato,5")
    rejects = Path(take(shop, "charges", path, max_errors=None).rejects_file or "")
    text = rejects.read_text(encoding="utf-8")
    rejects.write_text(text.replace(',"m1,kim,1,000",,', "m1,kim,1000,"), encoding="utf-8")
    assert take(shop, "charges", rejects).created == 1
    assert (shop.balance("kim").balance, shop.balance("sato").balance) == (101_000, 100_005)


@pytest.mark.parametrize(
    "line",
    [
        '{"user": "lee", "": "Lee"}',
        '{"user": "lee", "user": "sato2"}',
        '["lee"]',
        '{"user": "lee"',
        "lee",
    ],
)
def test_a_line_that_is_no_row_is_kept_in_json_lines(shop: Shop, tmp_path: Path, line: str) -> None:
    """Its text stays whole under `_input`, and is refused as it stands, however often."""
    path = write(tmp_path / "u.jsonl", line)
    for _ in range(3):
        summary = take(shop, "users", path, max_errors=None)
        assert (summary.rows, summary.rejected) == (1, 1)
        assert not shop.users()
        path = Path(summary.rejects_file or "")
        found = json.loads(path.read_text(encoding="utf-8"))
        assert (found["_input"], found["_code"]) == (line, "invalid_input")


@pytest.mark.parametrize("kind", ["users", "charges"])
def test_a_line_that_is_too_long_is_refused_again(shop: Shop, tmp_path: Path, kind: str) -> None:
    """It is not kept, and what stands for it names nothing."""
    header = {"users": "user,name", "charges": "key,user,amount"}[kind]
    path = write(tmp_path / "f.csv", header, "k" * 1_000_001)
    first = take(shop, kind, path, max_errors=None)
    again = take(shop, kind, Path(first.rejects_file or ""), max_errors=None)
    assert [(one.rows, one.rejected) for one in (first, again)] == [(1, 1), (1, 1)]
