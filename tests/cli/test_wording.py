"""What people read: slips met with what was meant, coupons of no use, a sample that fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.cli.completion import names as offers
from shopcli.cli.main import perform
from shopcli.cli.output import span
from tests.cli.conftest import Prompt
from tests.raw_rows import raw_database


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("LATTE 2", "LATTE:2"),
        ("LATTE 2 BAGEL 3", "LATTE:2 BAGEL:3"),
        ("LATTE BAGEL 3", "LATTE BAGEL:3"),
    ],
)
def test_a_quantity_without_its_colon_is_understood(stocked: Prompt, line: str, meant: str) -> None:
    """A number that is no product is taken for the quantity of the one before it, and advised."""
    error = stocked("order", *line.split(), "-u", "kim", "--json").error

    assert error["code"] == "unknown_product"
    assert f"shop order {meant} -u kim" in error["fix"]
    assert "colon" not in stocked("order", "2", "-u", "kim", "--json").error["fix"]


def test_a_coupon_that_was_switched_off_is_not_usable(stocked: Prompt) -> None:
    """It is still claimed, but whoever holds it sees that no order can use it now."""
    stocked.done("claim", "TENTH", "-u", "kim")
    assert stocked.done("coupons", "-u", "kim")[0]["usable"] is True

    stocked.done("coupon", "set", "TENTH", "--disabled")

    held = stocked.done("coupons", "-u", "kim")[0]
    assert (held["state"], held["usable"]) == ("claimed", False)
    stocked.done("coupon", "set", "TENTH", "--enabled")
    stocked.done("order", "LATTE", "--coupon", "TENTH", "-u", "kim")
    assert stocked.done("coupons", "-u", "kim")[0]["usable"] is False


def test_a_backlog_is_not_let_go_unasked(stocked: Prompt) -> None:
    """From a pipe, a new address for events that wait needs `--yes`; without any it does not."""
    line = ("settings", "set", "platform.url", "https://platform.example/")
    stocked.done(*line)
    stocked.done("settings", "unset", "platform.url")
    stocked.done("order", "LATTE", "-u", "kim", "--no-deliver")

    refused = stocked(*line, "--json")

    assert (refused.code, refused.error["code"]) == (2, "invalid_input")
    assert refused.error["details"]["pending"] == 1
    values = {row["name"]: row["value"] for row in stocked.done("settings")}
    assert values[line[2]] is None
    assert stocked.done(*line, "--yes")["value"] == line[-1]


@pytest.mark.parametrize(
    ("currency", "latte"), [("KRW", 4500), ("EUR", 450), ("JPY", 450), ("KWD", 4500)]
)
def test_the_sample_has_prices_of_its_currency(tmp_path: Path, currency: str, latte: int) -> None:
    """A latte costs 4500 won, 4.50 euros, 450 yen; everybody can still buy something."""
    address = str(tmp_path / "shop.db")
    assert perform(["init", "--sample", "--currency", currency, "--db", address]) == 0

    with Shop.open(address) as shop:
        assert shop.product("LATTE").price == latte
        assert min(product.price for product in shop.products()) > 0
        assert shop.order("kim", {"LATTE": 2}).total == 2 * latte


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"), (59, "59 s"), (60, "1 min"), (61, "1 min 1 s"), (3_600, "1 h"),
        (86_399, "23 h 59 min"), (658_730, "7 d 14 h"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_told_in_large_units(seconds: int, told: str) -> None:
    """A week is not told in seconds."""
    assert span(seconds) == told


def test_a_product_is_shown_with_all_that_is_known(stocked: Prompt) -> None:
    """Category, barcode and low mark stand beside price and stock."""
    stocked.done(
        *("product", "set", "LATTE", "--category", "coffee", "--low-stock", "30"),
        *("--barcode", "4006381333931"),
    )

    told = stocked("product", "show", "LATTE", terminal=True).out

    assert [part for part in ("coffee", "4006381333931", "low at 30") if part not in told] == []


def test_a_product_without_a_mark_is_low_by_the_shops(stocked: Prompt) -> None:
    """The setting holds wherever a person reads of the product; a changed product says it too."""
    stock = stocked.done("product", "show", "LATTE")["stock"]
    stocked.done("settings", "set", "low_stock", str(stock))

    shown = stocked("product", "show", "LATTE", terminal=True).out
    more = stocked("product", "restock", "LATTE", "1", terminal=True).out

    assert "(low)" in shown
    assert f"low at {stock}" in shown
    assert "(low)" not in more


def test_help_names_its_topics(prompt: Prompt) -> None:
    """Both ways to help end with the topics, and TAB offers them."""
    for line in (["--help"], ["help"]):
        told = " ".join(prompt(*line, db=False).out.split())
        assert f"Topics: {', '.join(offers.topics())}" in told


@pytest.mark.parametrize("kind", ["setting", "config", "event_state", "topic"])
def test_names_of_ours_are_offered(kind: offers.Kind) -> None:
    """TAB knows settings, configuration, states and topics, by how they begin."""
    everything = [name for name, _ in offers.offered(kind, None, "")]

    assert len(everything) > 2
    assert [name for name, _ in offers.offered(kind, None, everything[0])] == [everything[0]]


def test_the_values_of_a_configuration_are_offered() -> None:
    """TAB knows what may be set, by the name before it."""
    for name, value in (("theme", "shop-light"), ("bell", "yes"), ("colours", "never")):
        assert (value, "") in offers.offered("config_value", None, "", name)
    assert offers.offered("config_value", None, "", "user") == []


def test_what_was_written_past_the_shop_is_not_offered(stocked: Prompt, shop_url: str) -> None:
    """A name that a shell would act on is none; what is said of others acts on no shell either."""
    names = ("ZQ$(touch X)", "ZQ;touch X", "ZQ`x`", "ZQ OK")
    for place, _ in enumerate(names):
        stocked.done("product", "add", f"ZQ{place}", "--name", "Z", "--price", "1")
    with raw_database(shop_url) as database:
        database.unguard()
        for place, name in enumerate(names):
            written = f"UPDATE products SET sku = '{name}' WHERE sku = 'ZQ{place}'"  # noqa: S608  # no stranger's
            database.run(written)
    stocked.done("product", "add", "ZQ-1", "--name", "$(x) `y` \"z\" 'q' \\ !", "--price", "1")

    found = offers.offered("sku", shop_url, "ZQ")

    assert [name for name, _ in found] == ["ZQ-1"]
    assert not set(found[0][1]) & set("$`\"'\\!")
