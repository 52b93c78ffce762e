"""A batch of stock movements is a request: the same again is replayed, another one refused."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from shopcli import Shop
from tests.batch.files import assert_sound, counts, state, stock_up, take, write
from tests.cli.conftest import Prompt
from tests.clocks import SettableClock


def _refused(shop: Shop, path: Path, **choices: str | bool) -> None:
    """Import a file of one row, which is refused as a conflict of its stock and changes nothing."""
    before = state(shop)
    summary = take(shop, "products", path, **choices)
    assert counts(summary) == (1, 0, 0, 0, 0, 1)
    (rejection,) = summary.rejections
    assert (rejection["code"], rejection["column"]) == ("key_conflict", "stock")
    assert "--batch" in rejection["message"]
    assert state(shop) == before


@pytest.mark.parametrize(("first", "then"), [("add", "set"), ("set", "add")])
def test_a_file_in_the_other_mode_is_another_request(
    shop: Shop, tmp_path: Path, first: str, then: str
) -> None:
    """What was delivered is not taken for a count, nor a count for a delivery."""
    stock_up(shop)
    path = write(tmp_path / "f.csv", "sku,stock", "LATTE,7")
    assert take(shop, "products", path, stock=first).updated == 1
    shop.order("kim", {"LATTE": 2})
    _refused(shop, path, stock=then)
    _refused(shop, path, stock=then, dry_run=True)
    assert take(shop, "products", path, stock=first).replayed == 1
    assert take(shop, "products", path, stock=then, batch="another").rejected == 0
    assert shop.product("LATTE").stock == {"set": 7, "add": 12}[then]
    assert_sound(shop)


@pytest.mark.parametrize("mode", ["add", "set"])
def test_a_batch_with_other_contents_is_another_request(
    shop: Shop, tmp_path: Path, mode: str
) -> None:
    """The name binds each product to what it was moved by first; rows that it has not had go on."""
    stock_up(shop)
    path = write(tmp_path / "f.csv", "sku,stock", "LATTE,7")
    assert take(shop, "products", path, stock=mode, batch="c1").updated == 1
    after = shop.product("LATTE").stock
    _refused(shop, write(tmp_path / "g.csv", "sku,stock", "LATTE,50"), stock=mode, batch="c1")
    both = write(tmp_path / "h.csv", "sku,stock", "LATTE,7", "BAGEL,50")
    shop.restock("LATTE", 1)
    assert counts(take(shop, "products", both, stock=mode, batch="c1")) == (2, 0, 1, 0, 1, 0)
    assert shop.product("LATTE").stock == after + 1
    assert_sound(shop)


def test_a_count_that_changed_nothing_is_bound_too(shop: Shop, tmp_path: Path) -> None:
    """That the stock was right already is repeated as such, and another count is refused."""
    stock_up(shop)
    path = write(tmp_path / "f.csv", "sku,stock", "LATTE,20")
    assert take(shop, "products", path, stock="set", batch="c1").unchanged == 1
    shop.order("kim", {"LATTE": 3})
    assert take(shop, "products", path, stock="set", batch="c1").replayed == 1
    _refused(shop, write(tmp_path / "g.csv", "sku,stock", "LATTE,17"), stock="set", batch="c1")
    assert shop.product("LATTE").stock == 17
    assert_sound(shop)


def test_a_new_product_is_bound_to_its_first_stock(shop: Shop, tmp_path: Path) -> None:
    """A product that the batch added is not restocked by it; a row without stock asks for none."""
    path = write(tmp_path / "f.csv", "sku,name,price,stock", "TEA,Tea,100,9")
    assert take(shop, "products", path, stock="add", batch="c1").created == 1
    assert take(shop, "products", path, stock="add", batch="c1").replayed == 1
    _refused(shop, write(tmp_path / "g.csv", "sku,stock", "TEA,5"), stock="add", batch="c1")
    nothing = write(tmp_path / "h.csv", "sku,stock", "TEA,")
    assert take(shop, "products", nothing, stock="add", batch="c1").unchanged == 1
    assert shop.product("TEA").stock == 9


def test_a_conflict_comes_before_what_differs(shop: Shop, tmp_path: Path) -> None:
    """Of several faults the key's is told first, as by every command."""
    stock_up(shop)
    path = write(tmp_path / "f.csv", "sku,stock,price", "LATTE,7,4500")
    take(shop, "products", path, stock="add", batch="c1")
    _refused(
        shop, write(tmp_path / "g.csv", "sku,stock,price", "LATTE,8,1"), stock="add", batch="c1"
    )


@pytest.mark.parametrize("batch", [(), ("--batch", "c1")], ids=["by hash", "by name"])
def test_the_name_to_give_is_told(
    shop_url: str, clock: SettableClock, tmp_path: Path, batch: tuple[str, ...]
) -> None:
    """Rows refused under a name want another one, and the command to import them has it."""
    prompt = Prompt(shop_url, clock)
    prompt.done("product", "add", "LATTE", "--name", "Latte", "--price", "5", "--stock", "20")
    path = write(tmp_path / "f.csv", "sku,stock", "LATTE,7")
    prompt.done("import", "products", "--stock", "add", *batch, str(path))
    count = ("import", "products", "--stock", "set", *batch, str(path))
    refused = prompt(*count, "--json")
    assert refused.code == 5
    details = refused.error["details"]
    assert refused.error["fix"].endswith(details["again"])
    _, *words = shlex.split(details["again"])
    assert prompt.done(*words)["updated"] == 1
    assert prompt.done(*words)["replayed"] == 1
    assert prompt(*count, "--json").error["details"]["again"] == details["again"]
    assert prompt.done("product", "show", "LATTE")["stock"] == 7

    write(path, "sku,stock", "LATTE,8", "TEA,1")
    mixed = prompt(*count, "--json")
    assert mixed.error["details"]["reason"] == (
        "rows_rejected_by_batch" if batch else "rows_rejected"
    )


@pytest.mark.parametrize("batch", [(), ("--batch", "monday")], ids=["by hash", "by name"])
def test_mended_rejects_are_of_the_first_batch(
    shop_url: str, clock: SettableClock, tmp_path: Path, batch: tuple[str, ...]
) -> None:
    """The command that imports them names it, so the file as it was adds nothing twice."""
    prompt = Prompt(shop_url, clock)
    prompt.done("product", "add", "LATTE", "--name", "Latte", "--price", "5", "--stock", "20")
    path = write(tmp_path / "d.csv", "sku,stock", "LATTE,7", "TEA,5")
    delivery = ("import", "products", str(path), "--stock", "add", *batch)
    again = prompt(*delivery, "--json").error["details"]["again"]
    prompt.done("product", "add", "TEA", "--name", "Tea", "--price", "1", "--stock", "1")
    _, *words = shlex.split(again)
    prompt.done(*words)
    prompt.done(*words)
    prompt.done(*delivery)
    stocks = [prompt.done("product", "show", sku)["stock"] for sku in ("LATTE", "TEA")]
    assert stocks == [27, 6]
