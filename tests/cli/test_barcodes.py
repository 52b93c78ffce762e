"""Barcodes at the prompt: ordered by, cleared, and told where several products share one."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Prompt
from tests.clocks import SettableClock
from tests.schemas.kept import restore

EAN = "4006381333931"


def test_a_barcode_does_for_a_sku(stocked: Prompt) -> None:
    """`order` takes a barcode, with a quantity or without, and the same key finds it again."""
    stocked.done("product", "set", "LATTE", "--barcode", EAN)
    line = ("order", f"{EAN}:2", "BAGEL", f"0{EAN}", "-u", "kim", "--key", "till1-1")
    placed = stocked.done(*line)
    assert {row["sku"]: row["quantity"] for row in placed["lines"]} == {"LATTE": 3, "BAGEL": 1}
    assert stocked.done(*line)["replayed"]
    assert stocked.refused("order", "LATTE:x", "-u", "kim") == (2, "invalid_input")
    assert stocked.refused("order", "96385074", "-u", "kim") == (4, "unknown_product")


def test_an_empty_barcode_clears_it(stocked: Prompt) -> None:
    """`--barcode ""` takes a barcode away; another product's is refused by its own code."""
    assert stocked.done("product", "set", "LATTE", "--barcode", EAN)["barcode"] == EAN
    refused = stocked("product", "set", "BAGEL", "--barcode", f"0{EAN}", "--json")
    assert (refused.code, refused.error["code"]) == (1, "barcode_exists")
    assert refused.error["details"]["sku"] == "LATTE"
    assert stocked.done("product", "set", "LATTE", "--barcode", "")["barcode"] is None
    assert stocked.done("product", "set", "BAGEL", "--barcode", f"0{EAN}")["barcode"] == f"0{EAN}"


@pytest.fixture
def kept(empty_database_url: str, clock: SettableClock) -> Prompt:
    """A prompt in a shop of schema 0001, in which products share barcodes."""
    restore("0001", empty_database_url)
    return Prompt(empty_database_url, clock)


def test_shared_barcodes_are_told(kept: Prompt) -> None:
    """Upgrade, doctor and verify name each code that several products have; scans are refused."""
    upgraded = kept("db", "upgrade")
    assert upgraded.code == 0
    doctor = {finding["name"]: finding for finding in kept("doctor", "--json").document}
    checks = {check["name"]: check for check in kept.done("verify")["checks"]}
    told = checks["codes_name_one_product"]["violations"]
    assert not doctor["barcodes"]["ok"]
    for twins in ("BAGEL, BAGEL-2", "TWIN-1, TWIN-2", "7612345678900, SCANS-AS-SKU"):
        assert twins in upgraded.err
        assert twins in doctor["barcodes"]["detail"]
        assert any(twins in one for one in told)
    refused = kept("order", "8801234567893", "-u", "kim", "--json")
    assert refused.error["details"]["skus"] == ["TWIN-1", "TWIN-2"]
    assert kept.done("order", "0400638133393", "-u", "kim")["lines"][0]["sku"] == "QUOTED"
    assert kept.done("order", "0400638133394", "-u", "kim")["lines"][0]["sku"] == "FORMULA"
    for sku in ("BAGEL-2", "TWIN-1", "SCANS-AS-SKU"):
        kept.done("product", "set", sku, "--barcode", "")
    assert kept.done("order", "8801234567893", "-u", "kim")["lines"][0]["sku"] == "TWIN-2"
    assert kept("db", "upgrade").err == ""
    after = {finding["name"]: finding for finding in kept("doctor", "--json").document}
    assert after["barcodes"]["ok"]
