"""What the checks of `verify` cost, counted in steps of SQLite's machine instead of time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shopcli import Shop
from shopcli.storage.sqlite.library import sqlite_library
from shopcli.storage.verifying.checks import CHECKS, statement
from tests import factories

STEPS_A_CALL = 100


def _steps(path: str, statement: str) -> int:
    """How much work a statement is."""
    connection: Any = sqlite_library().module.connect(path)
    calls = 0

    def count() -> int:
        nonlocal calls
        calls += 1
        return 0

    try:
        connection.set_progress_handler(count, STEPS_A_CALL)
        assert connection.execute(statement).fetchall() == []
    finally:
        connection.close()
    return calls * STEPS_A_CALL


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two shops where every order holds the same product, one with four times the orders."""
    paths: list[str] = []
    for count in (100, 400):
        path: Path = tmp_path_factory.mktemp("checks") / "shop.db"
        with Shop.create(str(path), currency="KRW", timezone="UTC") as shop:
            factories.user(shop, "kim", balance=10**9)
            factories.product(shop, "LATTE", price=100, stock=10**6)
            factories.product(shop, "BEANS", price=100, stock=10**6)
            for number in range(count):
                order = shop.order("kim", {"LATTE": 1, "BEANS": 2})
                if number % 4 == 0:
                    shop.cancel(factories.id_of(order))
        paths.append(str(path))
    return paths


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_takes_as_long_as_there_are_rows(sizes: list[str], name: str) -> None:
    """Four times the orders of one product are four times the work or so, not sixteen times."""
    few, many = (_steps(path, statement("sqlite", name)) for path in sizes)

    assert many <= 7 * max(few, 1000)
