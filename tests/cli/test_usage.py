"""How a line may be put: options anywhere, defaults from outside, and what a bad line is told."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import pytest
from typer.core import TyperOption

from shopcli.cli import problems
from shopcli.domain.errors import InvalidInput
from tests.cli.command_table import commands
from tests.cli.conftest import Prompt
from tests.command_lines import carry_out

ORDERS_OF_WORDS = [
    ["balance", "-u", "kim", "--json"],
    ["--json", "balance", "-u", "kim"],
    ["-u", "kim", "--json", "balance"],
    ["-ukim", "balance", "--json"],
    ["--user=kim", "--json", "balance"],
    ["balance", "--json", "--user", "kim"],
]


@pytest.mark.parametrize("words", ORDERS_OF_WORDS, ids=" ".join)
def test_options_go_before_or_after_the_words(stocked: Prompt, words: list[str]) -> None:
    """Everyone's options mean the same on either side of the words."""
    before = stocked("--db", stocked.url, *words, db=False)
    after = stocked(*words, "--db", stocked.url, db=False)

    assert before == after
    assert before.document == {"user": "kim", "balance": 50000, "currency": "KRW"}


@pytest.mark.parametrize(
    "words",
    [
        ["--limit", "1", "products"],
        ["products", "--limit=1"],
        ["--limit", "1", "user", "list"],
        ["user", "--limit", "1", "list"],
        ["--limit=1", "coupon", "list"],
    ],
    ids=" ".join,
)
def test_a_commands_own_options_may_come_first(stocked: Prompt, words: list[str]) -> None:
    """An option of one command is also understood before its words."""
    answer = stocked(*words, "--json")

    assert answer.code == 0
    assert len(answer.document) == 1


def test_a_value_that_is_a_word_is_not_taken_for_one(stocked: Prompt) -> None:
    """A key called like a command stays the value of its option."""
    charged = stocked.done("--key", "order", "charge", "5", "-u", "kim")

    assert charged["key"] == "order"


@pytest.mark.parametrize(
    "words",
    [
        ["--json", "nonsense"],
        ["nonsense", "--json"],
        ["charge", "--json"],
        ["charge", "--nonsense", "--json"],
        ["charge", "--key", "--json", "5"],
        ["user", "--json"],
        ["--nonsense", "--json", "products"],
        ["top", "--days", "three", "--json"],
        ["charge", "1", "2", "3", "--json"],
        ["balance", "--json", "-u"],
    ],
    ids=" ".join,
)
def test_a_bad_line_with_json_is_one_document(prompt: Prompt, words: list[str]) -> None:
    """With `--json` anywhere a usage error is one JSON document and nothing else."""
    answer = prompt(*words, db=False)

    assert (answer.code, answer.out) == (2, "")
    assert answer.error["code"] == "invalid_input"
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("words", [["nonsense"], ["charge"], ["--nonsense"], ["user"]])
def test_a_bad_line_is_text_without_json(prompt: Prompt, words: list[str]) -> None:
    """Without `--json` a usage error is text that says what to type."""
    answer = prompt(*words, db=False)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert "shop" in answer.err


def test_the_user_comes_from_flag_environment_and_file(
    stocked: Prompt, isolated_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flag wins over the environment, which wins over the configuration file."""
    for name in ("ana", "bo"):
        stocked.done("user", "add", name)
    assert stocked.refused("balance") == (2, "no_user")

    stocked.done("config", "set", "user", "kim")
    assert stocked.done("balance")["user"] == "kim"
    monkeypatch.setenv("SHOP_USER", "ana")
    assert stocked.done("balance")["user"] == "ana"
    assert stocked.done("balance", "-u", "bo")["user"] == "bo"


def test_the_database_comes_from_flag_environment_and_file(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is found in the same order; without any there is no shop yet."""

    def found(*words: str) -> int:
        return stocked("products", *words, db=False).code

    assert found() == 2
    stocked("config", "set", "database", stocked.url, db=False)
    assert found() == 0
    monkeypatch.setenv("SHOP_DATABASE_URL", "/nowhere/at/all.db")
    assert found() == 2
    assert found("--db", stocked.url) == 0


def test_config_says_where_each_value_comes_from(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each value in force has a source, and no secret is shown."""
    monkeypatch.setenv("SHOP_DATABASE_URL", "postgresql://till:hidden@h/shop?password=hidden")
    monkeypatch.setenv("SHOP_PLATFORM_URL", "https://me:hidden@p.example/in?token=hidden")
    monkeypatch.setenv("SHOP_PLATFORM_SECRET", "whsec_hidden")
    stocked("config", "set", "user", "kim", db=False)

    text = stocked("config", "show", "--json", db=False).out
    rows = {row["name"]: row for row in json.loads(text)}

    assert "hidden" not in text
    assert rows["database"]["source"] == "environment SHOP_DATABASE_URL"
    assert rows["user"]["source"].startswith("file ")
    assert rows["platform_secret"]["value"] == "set (not shown)"


def test_the_configuration_file_keeps_its_comments(prompt: Prompt) -> None:
    """Setting and unsetting a value leaves what people wrote in the file."""
    path = Path(prompt.done("config", "path")["path"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# the till at the door\nuser = 'ana'  # for now\n", encoding="utf-8")

    prompt.done("config", "set", "user", "kim")
    prompt.done("config", "set", "database", "/srv/shop.db")
    prompt.done("config", "unset", "database")

    assert path.read_text("utf-8") == '# the till at the door\nuser = "kim"  # for now\n'
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["user = ", "usr = 'kim'", "user = 5", "user = ''", "\x00"])
def test_a_broken_configuration_file_is_named(prompt: Prompt, text: str) -> None:
    """A file that is no TOML, or sets what does not exist, is refused by name."""
    path = Path(prompt.done("config", "path")["path"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

    answer = prompt("balance", "--json")

    assert (answer.code, answer.error["code"]) == (2, "invalid_input")
    assert str(path) in answer.error["message"]


def test_shop_alone_says_where_it_is(stocked: Prompt, tmp_path: Path) -> None:
    """The bare command names shop and user and a next step; without a shop, how to make one."""
    here = stocked("-u", "kim", terminal=True)
    nowhere = stocked("--db", str(tmp_path / "none.db"), db=False, terminal=True)

    assert (here.code, len(here.out.splitlines())) == (0, 3)
    assert "50,000 KRW" in here.out
    assert nowhere.code == 0
    assert f"shop init --sample --db {tmp_path / 'none.db'}" in nowhere.out


def test_a_shop_that_is_missing_is_made_where_it_was_looked_for(
    prompt: Prompt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether an option or a variable, maybe of this line alone, named the place."""
    monkeypatch.chdir(tmp_path)
    advised = [prompt("products", "--db", "g.db", db=False).err]
    monkeypatch.setenv("SHOP_DATABASE_URL", "g.db")
    advised += [
        prompt("products", db=False).err,
        carry_out("doctor", cwd=tmp_path).stdout.decode(),
        prompt(terminal=True, db=False).out.replace(" --sample", ""),
    ]

    assert [text for text in advised if "shop init --db g.db" not in text] == []
    made = prompt("init", "--db", "g.db", db=False, terminal=True)
    assert "Next: shop user add kim --db g.db" in made.out


def test_no_command_is_advised_that_cannot_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a terminal and without a shop the storefront tells what is needed first."""
    told = carry_out("tui", "--db", "none.db", cwd=tmp_path).stderr

    assert b"shop init" in told
    assert b"shop products" not in told


def test_init_is_safe_to_repeat(prompt: Prompt) -> None:
    """Making the same shop again, with samples or without, changes nothing."""
    first = prompt.done("init", "--sample")
    stocked = prompt.done("products"), prompt.done("user", "list"), prompt.done("coupon", "list")
    second = prompt.done("init", "--sample")

    assert {**first, "sample": True} == second
    assert len(stocked[0]) > 3
    assert stocked == (
        prompt.done("products"),
        prompt.done("user", "list"),
        prompt.done("coupon", "list"),
    )


def test_init_without_a_currency_takes_the_shop_as_it_is(prompt: Prompt, tmp_path: Path) -> None:
    """Only asking for another currency is refused; saying nothing is no such wish."""
    url = str(tmp_path / "euro.db")
    made = prompt("init", "--currency", "EUR", "--json", "--db", url, db=False)
    again = prompt("init", "--json", "--db", url, db=False)
    other = prompt("init", "--currency", "KRW", "--json", "--db", url, db=False)

    assert made.document == again.document
    assert (other.code, other.error["code"]) == (1, "currency_mismatch")


def test_init_refuses_a_zone_nobody_knows(prompt: Prompt) -> None:
    """A bad value is refused also where the shop is there and keeps its zone."""
    assert prompt.refused("init", "--timezone", "Mars/Crater") == (2, "invalid_input")
    assert prompt.done("init", "--timezone", "Europe/Berlin")["timezone"] == "Asia/Seoul"


def test_the_user_option_disturbs_no_command(stocked: Prompt) -> None:
    """An alias that always names a user works with commands that need none."""
    order = stocked.done("order", "LATTE", "-u", "kim")["order"]

    assert stocked.done("-u", "kim", "--limit", "1", "products")
    assert stocked.done("receipt", order, "-u", "kim")["order"] == order
    assert stocked.done("-u", "kim", "--key", "c1", "cancel", order)["state"] == "cancelled"


def test_colours_are_configured(prompt: Prompt) -> None:
    """Colours are `auto` until this machine says `never`; anything else is refused."""
    assert prompt.refused("config", "set", "colours", "pink") == (2, "invalid_input")
    prompt.done("config", "set", "colours", "never")

    (row,) = [row for row in prompt.done("config") if row["name"] == "colours"]
    assert row["value"] == "never"
    assert row["source"].startswith("file ")


def test_the_theme_of_the_storefront_is_configured(prompt: Prompt) -> None:
    """It is ours until this machine names another; of one that there is none it says which are."""
    (row,) = [row for row in prompt.done("config") if row["name"] == "theme"]
    assert row["value"] == "shop-dark"
    refused = prompt("config", "set", "theme", "pink", "--json", db=False).error
    assert (refused["code"], refused["details"]["themes"][:2]) == (
        "invalid_input",
        ["shop-dark", "shop-light"],
    )
    prompt.done("config", "set", "theme", "nord")

    (row,) = [row for row in prompt.done("config") if row["name"] == "theme"]
    assert (row["value"], row["source"][:5]) == ("nord", "file ")


def test_settings_are_set_and_unset(stocked: Prompt) -> None:
    """A setting of the shop is set, shown, and returned to its default."""
    assert stocked.done("settings", "set", "cancel_within", "2h")["value"] == "2h"
    assert stocked.done("settings", "unset", "cancel_within")["value"] == "24h"
    stocked.done("settings", "set", "platform.url", "https://p.example/x?token=hidden")

    assert "hidden" not in stocked("settings").out
    login = ("settings", "set", "platform.url", "https://me:hidden@p.example/x")
    assert stocked.refused(*login) == (2, "invalid_input")
    told = stocked(*login).err
    assert "hidden" not in told
    assert "***@p.example" in told
    assert "shop settings set platform.url https://p.example/x" in told
    assert stocked.refused("settings", "set", "cancel_within", "soon") == (2, "invalid_input")


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_folders_of_the_command_line_are_private(
    prompt: Prompt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the umask, others can neither read nor change what new folders hold."""
    monkeypatch.setenv("SHOP_CONFIG", str(tmp_path / "etc" / "shop" / "config.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state" / "here"))
    before = os.umask(0)
    try:
        prompt.done("config", "set", "user", "kim")
        report = problems.bug(ZeroDivisionError(), ["balance"])
    finally:
        os.umask(before)
    assert Path(report.details["report"]).is_relative_to(tmp_path / "state")
    modes = {
        path.relative_to(tmp_path): path.stat().st_mode & 0o077
        for top in ("etc", "state")
        for path in (tmp_path / top, *(tmp_path / top).rglob("*"))
    }
    assert len(modes) > 6
    assert set(modes.values()) == {0}, modes


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_a_configuration_file_that_everybody_can_write_is_refused(prompt: Prompt) -> None:
    """Whoever can write it could name another shop; doctor tells it too, also of the group."""
    path = Path(prompt.done("config", "path")["path"])
    prompt.done("config", "set", "user", "kim")
    path.chmod(0o666)
    assert prompt.refused("balance") == (2, "invalid_input")
    assert prompt.refused("config", "set", "user", "lee") == (2, "invalid_input")
    found = {one["name"]: one for one in prompt("doctor", "--json").document}
    assert found["configuration"]["ok"] is False
    path.chmod(0o660)
    assert prompt("balance", "--json").error["code"] == "unknown_user"
    found = {one["name"]: one for one in prompt("doctor", "--json").document}
    assert found["configuration file"]["ok"] is False


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
@pytest.mark.parametrize(("mode", "is_fine"), [(0o600, True), (0o640, True), (0o644, False)])
def test_a_secret_that_everybody_can_read_is_told(
    prompt: Prompt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, *, is_fine: bool
) -> None:
    """Doctor finds a secret file that others can read; a group may be the service's own."""
    secret = tmp_path / "secret"
    secret.write_text("whsec_" + "A" * 32, encoding="ascii")
    secret.chmod(mode)
    monkeypatch.setenv("SHOP_PLATFORM_SECRET_FILE", str(secret))
    found = {one["name"]: one for one in prompt("doctor", "--json").document}
    assert found["platform secret file"]["ok"] is is_fine


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (["user", "add", "-kim"], "-kim"),
        (["settings", "set", "cancel_within", "-1h"], "-1h"),
        (["product", "add", "-X1", "--name", "N", "--price", "5"], "-X1"),
        (["import", "users", "-members.csv", "--dry-run"], "-members.csv"),
    ],
)
def test_a_value_that_begins_with_a_dash_is_repeated_whole(
    stocked: Prompt, words: list[str], value: str
) -> None:
    """The line to type gives it as a value: it is taken, or refused for what it is."""
    answer = stocked(*words, "--json")
    assert (answer.code, answer.error["code"]) == (2, "invalid_input")
    assert answer.error["details"]["value"] == value
    _, _, line = answer.error["fix"].partition(": shop ")
    again = stocked(*shlex.split(line), db=False)
    assert again.code == 0 or value in again.err


@pytest.mark.parametrize("words", [["charge", "-5k", "-u", "kim"], ["outbox", "status", "-abc"]])
def test_what_can_be_no_value_is_not_advised_as_one(stocked: Prompt, words: list[str]) -> None:
    """Neither an amount with a sign nor a word for a command that takes none."""
    answer = stocked(*words, "--json")
    assert (answer.code, answer.error["code"]) == (2, "invalid_input")
    assert " -- " not in answer.error["fix"]
    assert words[1 if words[0] == "charge" else 2] in answer.error["message"]


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["balance", "-u", "kim", "-u", "jo"], "-u"),
        (["-u", "kim", "balance", "--user=jo"], "--user"),
        (["balance", "-ukim", "-ujo"], "-u"),
        (["products", "--limit", "1", "--limit", "2"], "--limit"),
        (["charge", "5", "--key", "a", "--key", "b", "-u", "kim"], "--key"),
        (["--limit", "1", "user", "list", "--limit", "2"], "--limit"),
    ],
)
def test_an_option_given_twice_is_a_contradiction(
    stocked: Prompt, words: list[str], option: str
) -> None:
    """With different values; which one is meant is not guessed."""
    refusal = stocked(*words, "--json")

    assert (refusal.code, refusal.error["code"]) == (2, "invalid_input")
    assert refusal.error["details"]["reason"] == "given_twice"
    assert refusal.error["details"]["option"] == option


def test_the_same_value_twice_is_no_contradiction(stocked: Prompt) -> None:
    """An alias may say what the line says, too."""
    assert stocked.done("-u", "kim", "balance", "--user", "kim")["user"] == "kim"


def test_every_option_of_one_value_refuses_another() -> None:
    """Of every command; none keeps the last one silently."""
    refused = 0
    for path, command, context in commands():
        context.resilient_parsing = False
        for option in command.params:
            if not isinstance(option, TyperOption) or option.is_flag or option.multiple:
                continue
            with pytest.raises(InvalidInput) as caught:
                command.make_parser(context).parse_args(
                    [option.opts[-1], "1", option.opts[-1], "2"]
                )
            assert caught.value.details["reason"] == "given_twice", (path, option.name)
            refused += 1
    assert refused > len(list(commands()))


def test_passwords_of_addresses_that_contradict_each_other_are_not_shown(prompt: Prompt) -> None:
    """Neither in the sentence nor in the details."""
    words = [word for host in "ab" for word in ("--db", f"postgresql://kim:hunter2@{host}/shop")]
    refusal = prompt("products", *words, "--json", db=False)

    assert refusal.error["details"]["reason"] == "given_twice"
    assert "hunter2" not in refusal.out + refusal.err
