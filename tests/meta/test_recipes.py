"""The recipes of the manual, run as they stand there by a shell."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import shopcli
from shopcli import Shop

PAGE = (Path(shopcli.__file__).parent / "help" / "recipes.md").read_text("utf-8")

SENDERS = ("mail", "lp")
"""Programs that send something away; here each keeps what it is given."""

Cook = Callable[[str], Path]


def blocks(heading: str, language: str = "sh") -> str:
    """What is to be typed, or a file, below a heading."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    found = re.findall(rf"^```{language}\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert found
    return "".join(found)


@pytest.fixture
def cook(shop: Shop, shop_url: str, tmp_path: Path) -> Cook:
    """Carries out a recipe in a shop with a day behind it; answers with the folder."""
    shop.add_user("kim", name="김민지")
    shop.add_user("lee")
    shop.add_product("LATTE", name="=1+1 | <b>", price=4500, stock=9, category="coffee")
    shop.add_product("TEA", name="Tea", price=3000, stock=9, low_stock=20)
    charged = shop.charge("kim", 50_000)
    shop.charge("lee", 700, method="card")
    shop.order("kim", {"LATTE": 2, "TEA": 1}, key="till1-0042")
    shop.cancel(str(shop.order("kim", {"TEA": 1}).order))
    shop.transfer("kim", "lee", 300)
    shop.adjust("lee", -1, reason="counted")
    shop.payout("lee", 9, reason="leaves, us")
    assert charged.balance == 50_000

    programs = tmp_path / "programs"
    programs.mkdir()
    for name in SENDERS:
        (programs / name).write_text(f'#!/bin/sh\ncat >> "{tmp_path}/{name}.txt"\n', "utf-8")
    (programs / "shop").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m shopcli "$@"\n', "utf-8")
    for program in programs.iterdir():
        program.chmod(0o755)

    def carry_out(recipe: str) -> Path:
        environment = {
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "SHOP_DATABASE_URL": shop_url,
        }
        done = subprocess.run(  # recipes of our own
            ["/bin/sh", "-euc", recipe],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        (tmp_path / "out.txt").write_text(done.stdout, "utf-8")
        return tmp_path

    return carry_out


def test_a_spreadsheet_reads_what_is_exported(cook: Cook, shop: Shop) -> None:
    """UTF-8 by its mark, times of the shop, and no formula."""
    recipe = blocks("A spreadsheet").replace("2026-11", f"{shop.now():%Y-%m}")
    folder = cook(recipe)

    for name in ("november.csv", "products.csv"):
        text = (folder / name).read_bytes()
        assert text.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
        assert {row["name"] for row in rows} >= {"'=1+1 | <b>", "Tea"}
    sales = list(csv.DictReader((folder / "november.csv").read_text("utf-8-sig").splitlines()))
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", one["placed_at"]) for one in sales)


def test_a_chat_is_given_a_price_list(cook: Cook) -> None:
    """A table of Markdown that no name breaks."""
    lines = (cook(blocks("A price list for a chat")) / "prices.md").read_text("utf-8").splitlines()

    assert len(lines) == 3
    assert "4,500" in lines[2]
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
    assert "&lt;b&gt;" in lines[2]


def test_cron_mails_tables(cook: Cook, shop: Shop) -> None:
    """What was sold that day, and what is low, as a person reads it."""
    recipe = blocks("A mail each morning").replace("yesterday", f"{shop.now():%Y-%m-%d}")
    told = (cook(recipe) / "mail.txt").read_text("utf-8")

    assert "LATTE" in told
    assert "9,000" in told
    assert "TEA" in told.split("stock", 1)[1]
    assert not {"\t", "\x1b"} & set(told)


def test_a_receipt_is_printed(cook: Cook) -> None:
    """The printer is given each line and the total."""
    paper = (cook(blocks("A receipt on paper")) / "lp.txt").read_text("utf-8")

    assert "12,000" in paper
    assert "=1+1 | <b>" in paper


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger, a Debian package, is absent")
def test_hledger_agrees_with_the_shop(cook: Cook, shop: Shop) -> None:
    """Its liabilities are the balances, its accounts add up to 0, each kind is in its account."""
    heading = "Double entry: hledger"
    rules = blocks(heading, "hledger")
    folder = cook(f"cat > shop.rules <<'END'\n{rules}END\n{blocks(heading)}")

    told = (folder / "out.txt").read_text("utf-8")
    lines = re.findall(r"^ +KRW(-?\d+)  (\S+)$", told, re.MULTILINE)
    accounts = {account: int(amount) for amount, account in lines}
    for user in shop.users():
        assert accounts[f"liabilities:members:{user.user}"] == -user.balance
    assert accounts["assets:card"] == 700
    assert accounts["assets:cash"] == 50_000 - 9
    assert accounts["income:sales"] == -12_000
    assert accounts["equity:adjustments"] == -1
    assert "equity:transfers" not in accounts
    assert "assets:unknown" not in accounts
    assert sum(accounts.values()) == 0
