"""What is advised where an amount was refused: never another amount than the one that was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopcli import Shop
from tests.cli.conftest import Prompt
from tests.clocks import SettableClock


@pytest.fixture
def euros(tmp_path: Path, clock: SettableClock) -> Prompt:
    """A prompt in a shop in euros, with a user."""
    url = f"sqlite:///{tmp_path / 'euros.db'}"
    Shop.create(url, currency="EUR", timezone="Europe/Berlin", clock=clock).close()
    prompt = Prompt(url, clock)
    prompt.done("user", "add", "kim")
    return prompt


@pytest.mark.parametrize(
    ("typed", "advised"),
    [
        ("12.505", "12.34"),
        ("12,505", "12.34"),
        ("1,000", "12.34"),
        ("12.50 USD", "12.34"),
        ("$12.50", "12.34"),
        ("12.50 EUR", "12.50"),
        ("12,5", "12.5"),
        ("€1.234,50", "1234.50"),
    ],
)
def test_only_the_plain_reading_of_an_amount_is_advised(
    euros: Prompt, tmp_path: Path, typed: str, advised: str
) -> None:
    """Digits that may be thousands or decimals, and other currencies, get the form, no value."""
    error = euros("charge", typed, "-u", "kim", "--json").error

    assert error["code"] == "invalid_input"
    assert error["fix"].rstrip(".").split()[-1] == advised
    assert ("EUR" in error["fix"]) == ("USD" in typed or "$" in typed)
    file = tmp_path / "charges.csv"
    file.write_text(f'key,user,amount\n1,kim,"{typed}"\n')
    told = str(euros("import", "charges", str(file), "--json").error["details"])
    assert ("12505" in told, "1000" in told) == (False, False)


@pytest.mark.parametrize(
    "line",
    [
        "charge 0 -u kim",
        "payout 0 -u kim --reason r",
        "coupon add A --amount 0 --limit 1",
        "coupon add A --percent 5 --cap 0 --limit 1",
    ],
)
def test_bounds_of_an_amount_are_told_in_major_units(euros: Prompt, line: str) -> None:
    """Whoever types major units is told the least and the most in major units."""
    error = euros(*line.split(), "--json").error

    assert error["code"] == "invalid_input"
    assert "0.01 EUR to 90071992547409.91 EUR" in error["message"]
    assert (error["details"]["value"], error["details"]["least"]) == (0, 1)


@pytest.mark.parametrize(
    ("line", "advised"),
    [
        ("order LATTE -2 -u kim", "LATTE:2"),
        ("order -u kim LATTE -2", "LATTE:2"),
        ("order LATTE 2 -u kim", "LATTE:2"),
        ("order -u kim -- LATTE -2", "LATTE:2"),
        ("order TEA LATTE -200 -u kim", "LATTE:200"),
        ("order LATTE -u kim -2", "LATTE:2"),
        ("order -2 -u kim", "LATTE:2"),
        ("order LATTE -1.5 -u kim", "LATTE:2"),
        ("order LATTE -0 -u kim", "LATTE:2"),
    ],
)
def test_a_forgotten_colon_is_advised(stocked: Prompt, line: str, advised: str) -> None:
    """A quantity that stands alone is put behind its product and a colon, whatever its sign."""
    command, *words = line.split()
    error = stocked(command, "--json", "--db", stocked.url, *words, db=False).error

    assert f"A quantity follows a colon: shop order {advised}" in error["fix"]
