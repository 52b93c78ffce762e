"""What a refusal says to type next does what it says; the refusal repeats what it refuses."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from shopcli import Shop
from tests import warm_processes
from tests.cli.conftest import Prompt

COMMAND = re.compile(r"shop ((?:(?!, |; |$).)+)")


def _advised(prompt: Prompt, line: str) -> list[str]:
    """The words of the command that the refusal of a line names, without its database."""
    error = prompt(*shlex.split(line), "--json").error
    found = COMMAND.search(error["fix"])
    assert found is not None, error
    words = shlex.split(found[1])
    if "--db" in words:
        place = words.index("--db")
        del words[place : place + 2]
    return words


@pytest.mark.parametrize("line", ["receipt zzzzzzzz", "cancel abcdabcd"])
def test_orders_are_looked_up_without_a_user_too(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """Where no user is known the list of all orders is advised, else the user's own."""
    assert stocked(*_advised(stocked, line)).code == 0
    assert _advised(stocked, line) == ["orders", "--all"]
    monkeypatch.setenv("SHOP_USER", "kim")
    assert _advised(stocked, line) == ["orders"]


@pytest.mark.parametrize("line", ["receipt 2v", "cancel 2v", "outbox show 2v", "outbox retry 2v"])
def test_an_ending_that_is_too_short_is_told_so(stocked: Prompt, line: str) -> None:
    """An ending of less than four characters names nothing; message and help say how many."""
    answer = stocked(*line.split(), "--json")
    assert answer.code == 4
    assert "at least the last 4 characters" in answer.error["message"]
    page = stocked(*line.split()[:-1], "--help").out
    assert "at least the last 4 characters" in " ".join(page.split())


@pytest.mark.parametrize(
    ("line", "advised"),
    [
        ("product restock LATTE -5", "product adjust LATTE --by=-5 --reason R"),
        ("product adjust LATTE -5 --reason r", "product adjust LATTE --by=-5 --reason R"),
        ("adjust -5 -u kim", "adjust --by=-5 --reason R -u kim"),
        ("charge -5 -u kim", "payout 5 --reason R -u kim"),
        ("payout -5 -u kim", "payout 5 --reason R -u kim"),
        ("order BAGEL:9 -u kim", "product restock BAGEL 7"),
        ("product adjust BAGEL --by=-100 --reason r", "product adjust --to=0 --reason R BAGEL"),
    ],
)
def test_the_command_that_was_meant_is_advised(stocked: Prompt, line: str, advised: str) -> None:
    """What takes away, and what is missing, are named with product and quantity, ready to type."""
    words = _advised(stocked, line)
    assert words == advised.split()
    assert stocked(*words).code == 0


@pytest.mark.parametrize(
    ("booked", "again"),
    [
        ("charge 5 --method card -u kim", "charge 5 --method card --user kim"),
        ("payout 5 --reason r -u kim", "payout 5 --reason R --method cash --user kim"),
        ("adjust --by=-5 --reason r -u kim", "adjust --by=-5 --reason R --user kim"),
        ("adjust --by=5 --reason r -u kim", "adjust --by=+5 --reason R --user kim"),
        ("transfer 5 --to lee -u kim", "transfer 5 --to lee --user kim"),
        ("cash in 5 --reason r", "cash in 5 --reason R"),
        ("cash out 5 --reason r", "cash out 5 --reason R"),
    ],
)
def test_what_was_undone_is_booked_again_by_the_command_advised(
    stocked: Prompt, booked: str, again: str
) -> None:
    """A reversal is not undone: what books the entry anew is named, of whichever side it is."""
    stocked.done("user", "add", "lee")
    undone = stocked.done("undo", stocked.done(*booked.split())["entry"], "--reason", "r")
    reversals = [undone["entry"]]
    if "lee" in booked:
        reversals.append(stocked.done("history", "-u", "lee")[-1]["id"])
    for entry in reversals:
        words = _advised(stocked, f"undo {entry} --reason r")
        assert words == again.split()
    assert stocked(*words).code == 0


def test_a_drawer_below_zero_is_remarked_on_with_what_takes_it_back(stocked: Prompt) -> None:
    """It is booked, as the drawer may hold what nobody has booked yet; a slip is undone."""
    said = "the drawer is below zero now"
    held = stocked.done("cash", "in", "5", "--reason", "r")["drawer"]
    assert said not in stocked("cash", "out", str(held), "--reason", "r").err
    below = stocked("cash", "out", "1", "--reason", "r", "--key", "k1")
    assert (below.code, said in below.err) == (0, True)
    assert "shop undo cash:3 --reason R" in below.err
    assert said not in stocked("cash", "out", "1", "--reason", "r", "--key", "k1").err
    assert stocked.done("undo", "cash:3", "--reason", "r")["drawer"] == 0
    undone = stocked("undo", "cash:1", "--reason", "r")
    assert (undone.code, said in undone.err) == (0, True)
    assert "shop cash in 5 --reason R" in undone.err


def test_money_that_went_out_since_is_not_said_to_be_spent(stocked: Prompt) -> None:
    """Of whoever has too little to give it back no more is said than that."""
    stocked.done("user", "add", "lee")
    given = stocked.done("transfer", "400", "--to", "lee", "-u", "kim")["entry"]
    stocked.done("payout", "400", "--reason", "r", "-u", "lee")
    refused = stocked("undo", given, "--reason", "r", "--json").error
    assert (refused["code"], refused["details"]["missing"]) == ("insufficient_balance", 400)
    assert refused["fix"].startswith("See where it went: shop history --user lee")


@pytest.mark.parametrize(
    ("line", "advised"),
    [
        ("product restock BAGEL 0", ["product", "restock", "BAGEL", "24"]),
        ("product restock 0", ["product", "restock", "LATTE", "24"]),
        ("product history BAGEL --limit 0", ["product", "history", "BAGEL"]),
        ("coupon set FIRST3 --limit 0", ["coupon", "set", "FIRST3"]),
        ("user list --limit 0", ["user", "list"]),
    ],
)
def test_an_example_is_about_what_was_named(stocked: Prompt, line: str, advised: list[str]) -> None:
    """Not about another product or coupon, which whoever pastes it would change."""
    assert _advised(stocked, line)[: len(advised)] == advised


@pytest.mark.parametrize(
    "line",
    [
        "product restock MUG 99999999999999999999",
        "product restock MUG 9007199254740992",
        "product history MUG --limit 99999999999999999999",
        "order MUG:99999999999999999999 -u kim",
        "order MUG:9007199254740992 -u kim",
    ],
)
def test_a_count_that_is_too_large_names_the_limit(stocked: Prompt, line: str) -> None:
    """It is at least 1, so that is not what is wrong with it."""
    error = stocked(*line.split(), "--json").error
    assert error["code"] == "invalid_input"
    assert "9007199254740991" in error["message"]


def test_what_is_short_is_told_in_both_numbers(stocked: Prompt) -> None:
    """Whoever cannot have so many reads how many were wanted and how many are left."""
    for line, numbers in (
        ("order BAGEL:9 -u kim", ["9 wanted", "2 left"]),
        ("product adjust BAGEL --by=-100 --reason r", ["100 of BAGEL", "2 are left"]),
    ):
        error = stocked(*line.split(), "--json").error
        assert all(number in error["message"] for number in numbers)
        assert error["details"]["items"][0]["available"] == 2


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("payout -u kim --reason r", "AMOUNT or --all"),
        ("receipt", "ORDER or --key"),
        ("product adjust LATTE --reason r", "--by or --to"),
    ],
)
def test_alternatives_are_named_as_they_are_typed(stocked: Prompt, line: str, names: str) -> None:
    """An argument is not told with the dashes of an option."""
    assert f"exactly one of {names}." in stocked(*line.split(), "--json").error["message"]


@pytest.mark.parametrize(("state", "first"), [("blocked", "Unblock"), ("closed", "Reopen")])
def test_a_user_is_let_in_first(stocked: Prompt, state: str, first: str) -> None:
    """What a blocked or closed user may not do is possible after the command that is advised."""
    stocked.done("user", "add", "lee")
    stocked.done("user", "set", "lee", f"--{state}")
    line = ("charge", "5", "-u", "lee")
    assert stocked(*line, "--json").error["fix"].startswith(f"{first} first: ")
    assert stocked(*_advised(stocked, "charge 5 -u lee")).code == 0
    assert stocked(*line).code == 0


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("outbox list --state foo", "'foo'"),
        ("import users users.csv --on-existing nope", "'nope'"),
        ("import products products.csv --stock nope", "'nope'"),
        ("import orders orders.csv --historical --events nope", "'nope'"),
        ("config set bell sometimes", "'sometimes'"),
        ("config set colours sometimes", "'sometimes'"),
        ("config set theme sometimes", "'sometimes'"),
        ("config set wait_max sometime", "'sometime'"),
    ],
)
def test_a_refusal_repeats_the_choice_it_refuses(stocked: Prompt, line: str, value: str) -> None:
    """A word that is none of its kind is told, with those that are."""
    answer = stocked(*line.split(), "--json")
    assert (answer.code, answer.error["code"]) == (2, "invalid_input")
    assert value in answer.error["message"]


@pytest.mark.parametrize(
    ("terms", "line", "code", "key", "local"),
    [
        ("--opens 2030-01-02T03:04", "claim C", "coupon_not_open", "opens", "2030-01-02 03:04"),
        ("--closes 2020-01-02T03:04", "claim C", "coupon_closed", "closes", "2020-01-02 03:04"),
        ("--use-by 2020-01-02T03:04", "claim C", "coupon_expired", "use_by", "2020-01-02 03:04"),
    ],
)
def test_a_coupon_out_of_its_time_names_the_instant(
    stocked: Prompt, terms: str, line: str, code: str, key: str, local: str
) -> None:
    """A person reads the shop's time, a program finds the instant in the details."""
    stocked.done("coupon", "add", "C", "--percent", "5", "--limit", "9", *terms.split())
    error = stocked(*line.split(), "-u", "kim", "--json").error
    assert error["code"] == code
    assert error["details"][key].endswith("T18:04:00.000000Z")
    assert local in stocked(*line.split(), "-u", "kim").err


def test_a_held_coupon_that_ran_out_names_the_instant(stocked: Prompt) -> None:
    """An order is told until when its coupon could be used."""
    stocked.done("coupon", "add", "C", "--percent", "5", "--limit", "9", "--valid-days", "1")
    held = stocked.done("claim", "C", "-u", "kim")
    stocked.clock.advance(days=2)
    error = stocked("order", "LATTE", "--coupon", "C", "-u", "kim", "--json").error
    assert error["code"] == "coupon_expired"
    assert error["details"]["usable_until"] == held["usable_until"]


def test_a_wrong_variable_is_mended_where_it_is_set(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A setting of the machine cannot mend a variable, which wins over it."""
    for variable, value in (("SHOP_COLOURS", "pink"), ("SHOP_WAIT_MAX", "abc")):
        monkeypatch.setenv(variable, value)
        error = stocked("config", "--json").error
        assert error["details"]["variable"] == variable
        name, _, mended = error["details"]["example"].partition("=")
        assert f"{variable}={mended}" in error["fix"]
        monkeypatch.setenv(name, mended)
        assert stocked("config").code == 0


def test_a_file_of_somebody_else_is_not_advised(prompt: Prompt, tmp_path: Path) -> None:
    """The advice for a file that is no shop names another path, not the same one again."""
    file = tmp_path / "notes.txt"
    file.write_text("No database at all, only notes, and enough of them to be read as such.")

    error = prompt("balance", "-u", "kim", "--db", str(file), "--json", db=False).error

    assert error["code"] == "not_a_shop"
    assert "shop init --db PATH" in error["fix"]
    assert str(file) not in error["fix"]


def test_a_sign_is_not_explained_by_other_commands(stocked: Prompt) -> None:
    """A setting with a sign is told how to have its default, and nothing of balances or stock."""
    error = stocked("settings", "set", "low_stock", "-1", "--json").error
    assert "shop settings unset low_stock" in error["fix"]


def test_nothing_is_not_taken(stocked: Prompt) -> None:
    """Where nothing is left, nothing is missing, and no idle command is advised."""
    stocked.done("user", "add", "poor")
    for line in ("payout --all --reason r -u poor", "adjust --by=-5 --reason r -u poor"):
        error = stocked(*line.split(), "--json").error
        assert (error["code"], error["details"]["reason"]) == (
            "insufficient_balance",
            "nothing_to_take",
        )
        assert "missing" not in error["message"]
    stocked.done("product", "adjust", "BAGEL", "--to=0", "--reason", "r")
    error = stocked("product", "adjust", "BAGEL", "--by=-1", "--reason", "r", "--json").error
    assert (error["code"], error["details"]["reason"]) == ("out_of_stock", "nothing_left")
    assert "--to=0" not in error["fix"]


def test_a_coupon_that_was_switched_off_is_not_the_end(stocked: Prompt) -> None:
    """Whoever cannot claim it is told where the others are."""
    stocked.done("coupon", "set", "TENTH", "--disabled")
    assert _advised(stocked, "claim TENTH -u kim") == ["coupon", "list"]


def test_what_opens_after_it_closes_is_repeated(stocked: Prompt) -> None:
    """Both instants are in the refusal."""
    line = "coupon add NEW --percent 5 --limit 2 --opens 2026-12-02 --closes 2026-12-01"
    error = stocked(*line.split(), "--json").error
    assert error["code"] == "invalid_input"
    assert "2026-12" in error["message"]
    assert {"opens", "closes"} <= set(error["details"])


def test_a_category_is_removed_as_a_barcode_is(stocked: Prompt) -> None:
    """An empty text leaves a product without a category."""
    stocked.done("product", "set", "LATTE", "--category", "coffee")
    assert stocked.done("product", "set", "LATTE", "--category", "")["category"] is None


def test_a_count_that_agrees_is_told_so(stocked: Prompt) -> None:
    """Setting the stock to what it is already says that nothing was changed."""
    line = ("product", "adjust", "LATTE", "--to=20", "--reason", "counted")
    assert "nothing was changed" in stocked(*line).err
    assert len(stocked.done("product", "history", "LATTE")) == 1


def test_all_that_is_short_is_restocked(stocked: Prompt) -> None:
    """Each product of an order that is short has its command; after all of them it is sold."""
    stocked.done("charge", "1000000", "-u", "kim")
    line = ["order", "LATTE:25", "BAGEL:9", "-u", "kim"]
    fix = stocked(*line, "--json").error["fix"]
    for command in COMMAND.findall(fix):
        words, _, _ = command.partition(" --db")
        stocked.done(*shlex.split(words))
    assert stocked.done(*line)["state"] == "paid"


@pytest.mark.postgres
@pytest.mark.parametrize("dialect", ["postgres"], indirect=True)
@pytest.mark.parametrize(
    ("where", "fix"),
    [("of_variable", "SHOP_WAIT_MAX=60s"), ("longer", "shop config set wait_max 60s")],
)
def test_a_wait_is_made_longer_where_it_is_set(
    stocked: Prompt, shop: Shop, monkeypatch: pytest.MonkeyPatch, where: str, fix: str
) -> None:
    """A variable wins over the file, so it is the variable that is to be changed."""
    if where == "of_variable":
        monkeypatch.setenv("SHOP_WAIT_MAX", "1s")
    else:
        stocked("config", "set", "wait_max", "1s", db=False)
    words = [sys.executable, "-m", "shopcli", "balance", "-u", "kim", "--json", "--db", stocked.url]
    with shop.runtime.database.write() as session:
        session.change("LOCK TABLE balances IN ACCESS EXCLUSIVE MODE")
        told = warm_processes.run(words, capture_output=True, check=False, timeout=60).stderr
    error = json.loads(told)["error"]
    assert (error["code"], error["details"]["reason"]) == ("busy", f"wait_max_{where}")
    assert fix in error["fix"]
