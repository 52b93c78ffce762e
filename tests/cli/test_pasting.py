"""What is advised can be pasted: it names the same shop and user, and quotes what a shell reads."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.cli.advice import FOR_ONE_USER, line_options, repeated
from shopcli.cli.completion.word_table import table
from shopcli.domain.moments import local
from tests.cli.conftest import Prompt

ADDRESS = "my shop/it's.db"
DB = f" --db {shlex.quote(ADDRESS)}"
PASTED = {
    "Add one: shop user add kim": f"Add one: shop user add kim{DB}",
    "Add one: shop user add -- -x": f"Add one: shop user add{DB} -- -x",
    "Claim it first: shop claim TEN": f"Claim it first: shop claim TEN -u lee{DB}",
    "Add money: shop charge 5 --user kim": f"Add money: shop charge 5 --user kim{DB}",
    "Like: shop charge 5 -u kim (more: shop charge --help)": (
        f"Like: shop charge 5 -u lee{DB} (more: shop charge --help)"
    ),
    "Make one with `shop init`, or: shop products, then: shop order L · shop top": (
        f"Make one with `shop init{DB}`, or: shop products{DB}, then: shop order L -u lee{DB}"
        f" · shop top{DB}"
    ),
    "Use another shop, or the shop at hand; shop help keys": (
        "Use another shop, or the shop at hand; shop help keys"
    ),
}


@pytest.mark.parametrize("text", PASTED)
def test_advice_repeats_the_options_of_the_line(text: str) -> None:
    """Commands carry the database and the user that were given; other words stay as they are."""
    assert repeated(text, {"database": ADDRESS, "user": "lee"}) == PASTED[text]
    assert repeated(text, {}) == text


def test_advice_shows_no_password() -> None:
    """An address that holds one is not repeated; its place is kept: no other shop is meant."""
    given = {"database": "postgresql://kim:hunter2@db.example/shop"}

    assert repeated("See: shop products", given) == "See: shop products --db ADDRESS"


def test_options_are_found_on_a_line_that_could_not_be_read() -> None:
    """Both spellings, anywhere; an option at the end without its value is none."""
    assert line_options(["charge", "--db=x.db", "-5", "-u", "lee"]) == {
        "database": "x.db",
        "user": "lee",
    }
    assert line_options(["--user=-x", "balance", "--db"]) == {"user": "-x"}
    assert line_options(["-ulee", "balance"]) == {"user": "lee"}
    assert line_options(["-u", "kim", "balance", "-u", "lee", "--", "-u", "no"]) == {"user": "lee"}


def test_each_command_for_one_user_is_advised_with_that_user() -> None:
    """But for the storefront and the gate, which an option would bind to the user."""
    named = {
        command.removeprefix("shop ")
        for command, rows in table().items()
        if any("-u" in row.names and not row.is_hidden for row in rows)
    }

    assert named - {"shop", "tui", "member"} == FOR_ONE_USER


def test_an_order_advised_keeps_the_options_of_the_line(stocked: Prompt) -> None:
    """A quantity that stood alone is all that is mended: coupon, total and key stay."""
    stocked.done("claim", "TENTH", "-u", "kim")
    options = ["--coupon", "TENTH", "--expect", "8100", "--key", "till 1", "--no-deliver"]

    fix = stocked("order", "LATTE", "2", *options, "-u", "kim", "--json").error["fix"]
    words = shlex.split(fix.partition("shop ")[2])
    made = stocked.done(*[stocked.url if word == "ADDRESS" else word for word in words])

    assert (made["user"], made["total"], made["coupon"]) == ("kim", 8100, "TENTH")
    assert made["key"] == "till 1"


def test_an_instant_is_told_in_the_time_of_the_shop(stocked: Prompt) -> None:
    """A person reads local time, also in a refusal; programs read UTC."""
    assert local("until 2026-11-22T00:30:00.000000Z.", lambda at: at.strftime("%H")) == "until 00."
    order = stocked.done("order", "LATTE", "-u", "kim")["order"]
    stocked.clock.advance(days=3)

    text = stocked("cancel", order).err
    error = stocked("cancel", order, "--json").error

    assert ".000000Z" not in text
    assert error["details"]["cancellable_until"].endswith("Z")


def test_a_time_that_was_typed_is_repeated_as_it_was(stocked: Prompt, tmp_path: Path) -> None:
    """Nor is a name, a key or a file shown as another, for holding what reads as a time."""
    typed = "2026-11-22T00:30:00Z"
    written = "2026-11-22T00:30:00.000000Z"
    assert f"'{typed}x'" in stocked("top", "--as-of", f"{typed}x").err
    assert f"'x{written}'" in stocked("top", "--as-of", f"x{written}").err
    assert f"'{typed}'" in stocked("balance", "-u", typed).err
    stocked.done("charge", "5", "-u", "kim", "--key", typed)
    assert f"The key {typed} was used" in stocked("charge", "6", "-u", "kim", "--key", typed).err
    for name in (f"{written}.csv", f"{written}-a.csv", f"a-{written}"):
        missing = str(tmp_path / name)
        assert missing in stocked("import", "charges", missing).err
    file = tmp_path / "charges.csv"
    file.write_text(f"key,user,amount,at\nk,kim,5,{typed}x\n")
    assert f"'{typed}x' is no time" in stocked("import", "charges", str(file)).err


def test_advice_works_when_it_is_pasted(stocked: Prompt) -> None:
    """The command of a refusal, typed as it stands, does what the refused one needed."""
    assert stocked("user", "add", "--db", stocked.url, "--", "-x", db=False).code == 0
    refused = stocked("order", "LATTE:2", "--user=-x", "--json").error
    command = shlex.split(refused["fix"].partition(": ")[2])
    assert command[0] == "shop"

    words = [stocked.url if word == "ADDRESS" else word for word in command[1:]]
    assert stocked(*words, db=False).code == 0
    assert stocked.done("order", "LATTE:2", "--user=-x")["balance_after"] == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("charge -5000 -u kim", "shop payout 5000"),
        ("payout -5000 --reason r -u kim", "Type 5000"),
        ("product restock LATTE -3", "--by=-3"),
    ],
)
def test_a_number_that_takes_away_is_told_as_one(stocked: Prompt, line: str, told: str) -> None:
    """A negative amount is no unknown option: the refusal repeats it and says what to type."""
    error = stocked(*line.split(), "--json").error

    assert error["code"] == "invalid_input"
    assert "No such option" not in error["message"]
    assert told in error["fix"]


@pytest.mark.parametrize(
    "line",
    [
        "history -u kim --since",
        "orders -u kim --since",
        "product history LATTE --since",
        "top --as-of",
        "outbox list --since",
        "outbox prune --before",
        "coupon add NEW --percent 5 --limit 1 --closes",
    ],
)
@pytest.mark.parametrize("value", ["", "2026-11-22X09:30", "2026-W47-7", "20261122"])
def test_a_time_is_one_or_is_refused(stocked: Prompt, line: str, value: str) -> None:
    """An empty time is not "none given", and only the forms that are promised are read."""
    answer = stocked(*line.split(), value, "--json")

    assert (answer.code, answer.error["code"]) == (2, "invalid_input")


@pytest.mark.parametrize("words", [["products"], ["--help"], ["--version"], ["balance", "-h"]])
def test_an_answer_to_nobody_is_told(tmp_path: Path, words: list[str]) -> None:
    """With standard output closed a command cannot succeed: its answer reached nobody."""
    database = str(tmp_path / "shop.db")
    Shop.create(database).close()
    line = shlex.join([sys.executable, "-m", "shopcli", "--db", database, *words])

    ended = subprocess.run(
        ["/bin/sh", "-c", f"{line} >&-"], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr
