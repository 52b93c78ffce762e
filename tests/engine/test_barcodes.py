"""Barcodes: one product each, in every form a scanner or a spreadsheet gives them."""

from __future__ import annotations

import threading

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.barcodes import canonical_code, checked_barcode, is_rounded
from shopcli.domain.records import Product
from tests.factories import refusal, stocked
from tests.raw_rows import raw_database

EAN = "4006381333931"


def _add(shop: Shop, sku: str, barcode: str | None = None) -> Product:
    return shop.add_product(sku, name=sku, price=100, stock=5, barcode=barcode)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (EAN, EAN),
        (EAN, f"0{EAN}"),
        ("012345678905", "12345678905"),
        ("00012345678905", "12345678905"),
        ("96385074", "00000096385074"),
        (EAN, f"'{EAN}"),
        (EAN, f'="{EAN}"'),
        ("A-1", "A-1"),
        ("4006", "4006"),
    ],
)
def test_a_barcode_belongs_to_one_product(shop: Shop, first: str, second: str) -> None:
    """Added or set, in any form of the same number, a barcode of another product is refused."""
    _add(shop, "A", first)
    refused = refusal("barcode_exists", _add, shop, "B", second)
    assert refused.details["sku"] == "A"
    assert [product.sku for product in shop.products()] == ["A"]
    _add(shop, "B")
    refusal("barcode_exists", shop.set_product, "B", barcode=second)
    assert shop.product("B").barcode is None
    assert shop.verify().ok


@pytest.mark.parametrize(
    ("sku", "barcode"), [(EAN, EAN), (EAN, f"0{EAN}"), ("0123456789", "123456789"), ("A-1", "A-1")]
)
def test_a_barcode_is_no_other_products_sku(shop: Shop, sku: str, barcode: str) -> None:
    """Neither may a barcode be another's SKU, nor a new SKU be another's barcode."""
    _add(shop, sku)
    assert refusal("barcode_exists", _add, shop, "B", barcode).details["sku"] == sku
    _add(shop, "B")
    refusal("barcode_exists", shop.set_product, "B", barcode=barcode)
    _add(shop, "C", "other-1")
    assert refusal("barcode_exists", _add, shop, "other-1").details["sku"] == "C"
    if canonical_code(barcode) != barcode or barcode == EAN:
        refusal("barcode_exists", _add, shop, canonical_code(sku))


def test_a_product_may_have_its_own_sku_as_barcode(shop: Shop) -> None:
    """A SKU that is printed on the product is its barcode too, and can be given and taken."""
    assert _add(shop, EAN, f"0{EAN}").barcode == f"0{EAN}"
    shop.set_product(EAN, barcode="")
    refusal("barcode_exists", _add, shop, "B", EAN)
    assert shop.set_product(EAN, barcode=EAN).barcode == EAN
    _add(shop, "A-1", "A-1")
    assert scanned(shop, "A-1") == "A-1"


def scanned(shop: Shop, word: str) -> str | None:
    """The SKU of what a scan finds."""
    found = shop.browsing.scanned(word)
    return None if found is None else found.sku


def test_a_barcode_is_given_up_and_taken_by_another(shop: Shop) -> None:
    """Cleared or replaced, a barcode is free; "" clears it."""
    _add(shop, "A", EAN)
    assert shop.set_product("A", barcode="").barcode is None
    _add(shop, "B", EAN)
    shop.set_product("B", barcode="96385074")
    assert shop.set_product("A", barcode=EAN).barcode == EAN
    assert (scanned(shop, EAN), scanned(shop, "96385074")) == ("A", "B")
    assert shop.set_product("A", barcode=f"0{EAN}").barcode == f"0{EAN}"
    assert shop.verify().ok


@pytest.mark.parametrize(
    "word", ["012345678905", "12345678905", "0012345678905", "00012345678905", '="012345678905"']
)
def test_a_scan_finds_every_form_of_a_number(shop: Shop, word: str) -> None:
    """UPC-A, EAN-13, GTIN-14 and a number without its zeros are one code."""
    _add(shop, "A", "012345678905")
    assert scanned(shop, word) == "A"
    assert scanned(shop, "A") == "A"
    assert scanned(shop, "2345678905") is None
    for odd in ("", " ", "\x00", "\udc80", "x" * 10_000, "'"):
        assert scanned(shop, odd) is None


@pytest.mark.parametrize("barcode", ["4.00638E+12", "4,00638E+12", "5.449E+12", "4006381333931.0"])
def test_a_rounded_barcode_is_refused(shop: Shop, barcode: str) -> None:
    """A number that a spreadsheet has rounded can never be scanned, so it never gets in."""
    assert is_rounded(barcode)
    refused = refusal("invalid_input", _add, shop, "A", barcode)
    assert barcode in refused.message


@pytest.mark.parametrize(
    "barcode", ["", " 123", "123 ", "\u00a0123", "x" * 65, "a\tb", "a\u200bb", "\x1b[2J", "a\u3164"]
)
def test_a_barcode_is_printable(barcode: str) -> None:
    """1 to 64 characters that are seen, no blank at either end."""
    refusal("invalid_input", checked_barcode, barcode)
    assert checked_barcode("a b:c/é") == "a b:c/é"
    refusal("invalid_input", checked_barcode, 5)


def test_order_takes_barcodes_for_skus(shop: Shop) -> None:
    """A word is a SKU, else a barcode, else either before its last colon with a quantity."""
    stocked(shop)
    shop.set_product("LATTE", barcode=EAN)
    shop.set_product("BEANS", barcode="LOT:7")
    words = ["LATTE", "LATTE:2", EAN, f"{EAN}:3", f"0{EAN}", "LOT:7", "LOT:7:2", "NONE", "NONE:4"]
    assert shop.read_lines(words) == [
        ("LATTE", 1),
        ("LATTE", 2),
        ("LATTE", 1),
        ("LATTE", 3),
        ("LATTE", 1),
        ("BEANS", 1),
        ("BEANS", 2),
        ("NONE", 1),
        ("NONE", 4),
    ]
    for word in ("LATTE:", "LATTE:0", "LATTE:x", ":2", "", "a:b:c"):
        refusal("invalid_input", shop.read_lines, [word])


def test_an_unknown_sku_that_is_a_barcode_says_so(shop: Shop) -> None:
    """Where a SKU is asked for, a barcode names the product it belongs to."""
    _add(shop, "A", EAN)
    assert "A" in refusal("unknown_product", shop.product, EAN).message


def _share(shop_url: str, *claims: tuple[str, int, str]) -> None:
    """Give codes to several products, as schema 0001 let happen."""
    with raw_database(shop_url) as raw:
        for code, place, sku in claims:
            raw.run(f"INSERT INTO product_codes VALUES ('{code}', {place}, '{sku}')")  # noqa: S608 - ours


def test_a_code_of_several_products_is_refused_when_scanned(shop: Shop, shop_url: str) -> None:
    """Duplicates from before stay and are told; a scan of one is refused until one is left."""
    stocked(shop)
    code = canonical_code(EAN)
    shop.set_product("LATTE", barcode=EAN)
    _share(shop_url, (code, 1, "BEANS"))
    with raw_database(shop_url) as raw:
        raw.run(f"UPDATE products SET barcode = '{EAN}' WHERE sku = 'BEANS'")  # noqa: S608 - ours
    refused = refusal("invalid_input", shop.browsing.scanned, EAN)
    assert refused.details["skus"] == ["BEANS", "LATTE"]
    refusal("invalid_input", shop.read_lines, [f"{EAN}:2"])
    (told,) = (check for check in shop.verify().checks if check.name == "codes_name_one_product")
    assert told.ok
    assert told.violations == (f"{code}: BEANS, LATTE",)
    assert shop.set_product("BEANS", name="Beans", barcode=EAN).barcode == EAN  # as it was
    refusal("barcode_exists", _add, shop, "NEW", EAN)
    shop.set_product("LATTE", barcode="")
    assert scanned(shop, EAN) == "BEANS"
    refusal("barcode_exists", shop.set_product, "LATTE", barcode=EAN)
    assert shop.verify().ok


def test_verify_finds_codes_that_are_not_the_products(shop: Shop, shop_url: str) -> None:
    """A claim that is missing, or that no product has, is a violation."""
    _add(shop, "A", EAN)
    _add(shop, "96385074")
    for statement in (
        "DELETE FROM product_codes WHERE sku = 'A'",
        "INSERT INTO product_codes VALUES ('stray', 0, 'A')",
    ):
        with raw_database(shop_url) as raw:
            raw.run(statement)
        proof = shop.verify()
        assert [check.name for check in proof.checks if not check.ok] == ["codes_are_of_products"]


def test_two_products_want_one_code_at_once(shop: Shop, shop_url: str) -> None:
    """Of tills, operators and imports that claim one code together, exactly one gets it."""
    _add(shop, "OLD")
    barrier, outcomes = threading.Barrier(6), []

    def claim(number: int) -> None:
        with Shop.open(shop_url) as mine:
            barrier.wait()
            try:
                if number == 0:
                    mine.set_product("OLD", barcode="ABC")
                elif number == 1:
                    _add(mine, "ABC")
                else:
                    _add(mine, f"NEW-{number}", "ABC")
                outcomes.append("done")
            except ShopError as error:
                outcomes.append(error.code)

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["barcode_exists"] * 5 + ["done"]
    assert scanned(shop, "ABC") is not None
    assert shop.verify().ok
