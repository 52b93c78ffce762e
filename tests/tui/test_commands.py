"""The command lines that the storefront copies: each does what was done, whatever it is about."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from typer._click import Context

from shopcli import Shop, tui
from shopcli.cli.main import perform
from shopcli.cli.parsing.root_words import TABLE
from shopcli.cli.parsing.typer_commands import options_of
from shopcli.tui import commands
from shopcli.tui.visit import Visit, begin
from tests.cli.test_help import COMMANDS

ROOT_WORDS = {entry.word for entries in TABLE.values() for entry in entries}

NAMES = ["plain", "-dashed", "--user", "-u"]


@pytest.mark.parametrize("name", NAMES)
def test_copied_lines_read_their_data_as_data(shop: Shop, shop_url: str, name: str) -> None:
    """A name that looks like an option is none: each copied line does what the storefront did."""
    shop.add_coupon(name, amount=100, limit=5)
    shop.add_product(f"{name}-p", name="A product", price=1_000, stock=9)

    for line in (
        commands.add_user(name),
        commands.charge(name, "5000", "my charge"),
        commands.claim(name, name, "-my claim"),
        commands.restock(f"{name}-p", 3),
    ):
        assert _type(line, shop_url) == 0
    shown = shop.order(name, {f"{name}-p": 2}, coupon=name, key="mine", dry_run=True)
    assert _type(commands.order(shown), shop_url) == 0
    (made,) = shop.orders(name)
    assert (made.total, made.coupon, made.key) == (1_900, name.upper(), "mine")
    assert _type(commands.receipt(made.order or ""), shop_url) == 0
    for line in (
        commands.charge(name, "5000", "my charge"),
        commands.claim(name, name, "-my claim"),
        commands.order(made),
        commands.order_once(shown, "mine", "1900"),
    ):
        assert _type(line, shop_url) == 0, "its key does it once"
    assert shop.balance(name).balance == 5_000 - 1_900
    for _ in range(2):
        assert _type(commands.cancel(made.order or "", "over"), shop_url) == 0
    assert shop.balance(name).balance == 5_000


def test_each_line_that_is_copied_is_one_the_parser_takes() -> None:
    """A line that is handed out can be typed: its command has these options, and lacks none."""
    made = inspect.getmembers(commands, inspect.isfunction)
    lines = [line for name, make in made if name[0] != "_" for line in _made_by(make)]

    assert len(lines) > 30
    for line in lines:
        path, words = _path_and_rest(line)
        with Context(COMMANDS[path], info_name=path).scope(cleanup=False) as context:
            COMMANDS[path].parse_args(context, words)


def test_each_command_that_a_screen_names_has_these_options() -> None:
    """Also where only the beginning of a line is shown, as in the palette."""
    lines = {line for file in Path(tui.__path__[0]).rglob("*.py") for line in _named_in(file)}

    assert {"shop user set --blocked", "shop settings set platform.url URL"} <= lines
    for line in lines:
        path, words = _path_and_rest(line)
        unknown = {word for word in words if word.startswith("-")} - {*options_of(COMMANDS[path])}
        assert not unknown, line


def test_only_the_balance_of_whoever_shops_is_kept(shop: Shop) -> None:
    """What was read of others is left aside, and a change of user forgets the balance."""
    visit = _visit(shop)

    visit.note_balance("sato", 370_400)
    shown = [visit.balance]
    visit.note_balance("kim", 500)
    shown.append(visit.balance)
    visit.user = "sato"
    shown.append(visit.balance)

    assert shown == [None, 500, None]


def test_every_form_of_the_wallet_holds_the_whole_balance(shop: Shop) -> None:
    """However narrow the bar is, a name may be cut, an amount never."""
    visit = _visit(shop)
    visit.user = "a-name-that-goes-on-and-on-for-as-long-as-it-may-be"
    visit.note_balance(visit.user, 9_007_199_254_740_991)

    forms = visit.wallets()

    assert all("9,007,199,254,740,991" in form for form in forms)
    assert [len(form) for form in forms] == sorted((len(form) for form in forms), reverse=True)


def _visit(shop: Shop) -> Visit:
    return begin(shop, user="kim", deliver=lambda _order: None)


def _type(line: str, shop_url: str) -> int:
    program, *words = shlex.split(line)
    assert program == "shop"
    return perform(["--db", shop_url, *words])


def _made_by(make: Callable[..., str]) -> Iterator[str]:
    """Lines of every form that a function makes; of an order they are typed above."""
    values: list[list[object]] = []
    for parameter in inspect.signature(make).parameters.values():
        match parameter.annotation, parameter.name:
            case "Order", _:
                return
            case "bool", _:
                values.append([True, False])
            case "int", _:
                values.append([3])
            case kind, "state":
                values.append(["active", "blocked"])
            case kind, _:
                values.append(["7", None] if "None" in kind else ["7"])
    names = list(inspect.signature(make).parameters)
    for given in product(*values):
        yield make(**dict(zip(names, given, strict=True)))


def _named_in(file: Path) -> Iterator[str]:
    """What a text names as a command: from there to its end."""
    for one in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            found = re.search(r"(?<!`)\bshop ([a-z]+) .*$|(?<!`)\bshop ([a-z]+)$", one.value)
            if found and (found[1] or found[2]) in ROOT_WORDS:
                yield found[0]


def _path_and_rest(line: str) -> tuple[str, list[str]]:
    words = shlex.split(line)[1:]
    path = next(name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS)
    return path, words[len(path.split()) :]
