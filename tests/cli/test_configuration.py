"""What is set for this machine and for this shop is refused alike wherever it is set."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import platformdirs
import pytest

from shopcli.cli.environment import APPLICATION, user_folder
from tests.cli.conftest import Prompt
from tests.relay.hostile import OK, HostilePlatform, answering, header

ELSEWHERE = "http://192.0.2.2:18770/"
COMMANDS = ["balance -u lee", "products", "init", "config", "doctor", "settings"]


def test_a_configuration_file_that_is_named_must_exist(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No command works on another shop than the one the missing file names; it can be made."""
    file = tmp_path / "named.toml"
    monkeypatch.setenv("SHOP_CONFIG", str(file))
    for line in COMMANDS:
        answer = prompt(*line.split(), "--json", db=False)
        assert (answer.code, answer.error["code"]) == (2, "invalid_input"), line
        assert str(file) in answer.error["message"]
    assert prompt("config", "path", "--json", db=False).document == {"path": str(file)}

    assert prompt("config", "set", "database", prompt.url, db=False).code == 0
    assert prompt("products", "--json", db=False).document == []


@pytest.mark.parametrize(
    ("name", "variable", "value"),
    [
        ("colours", "SHOP_COLOURS", "loud"),
        ("theme", "SHOP_THEME", "pink"),
        ("bell", "SHOP_BELL", "loud"),
        ("wait_max", "SHOP_WAIT_MAX", "soon"),
        ("database", "SHOP_DATABASE_URL", "mysql://x"),
    ],
)
def test_a_value_is_refused_alike_wherever_it_is_set(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch, name: str, variable: str, value: str
) -> None:
    """What the environment may not say, the file may not either; each refusal repeats it."""
    told = prompt("config", "set", name, value, "--json", db=False).error
    monkeypatch.setenv(variable, value)
    line = ("tui", "--json") if name in {"theme", "bell"} else ("products", "--json")
    answer = prompt(*line, db=name in {"colours", "theme", "bell"})

    if name != "wait_max":  # the prompt opens its shop without the machine's settings
        assert (answer.code, answer.error["code"]) == (2, told["code"]) == (2, "invalid_input")
        assert value.partition(":")[0] in answer.error["message"]
    assert value.partition(":")[0] in told["message"]


def test_the_files_of_the_platform_can_be_configured(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a variable the order's event is signed by the configured file; a variable wins."""
    secret = tmp_path / "secret"
    secret.write_text(f"whsec_{'A' * 32}", "ascii")
    monkeypatch.chdir(tmp_path)
    set_to = stocked("config", "set", "platform_secret_file", "secret", db=False)
    assert (set_to.code, str(secret) in set_to.out) == (0, True)

    with HostilePlatform(answering(OK)) as platform:
        stocked("settings", "set", "platform.url", platform.url)
        stocked.done("order", "LATTE", "-u", "kim")
        assert header(platform.requests[0], "webhook-signature").startswith("v1,")
        monkeypatch.setenv("SHOP_PLATFORM_SECRET_FILE", str(tmp_path / "none"))
        stocked.done("order", "LATTE", "-u", "kim")
        assert len(platform.requests) == 1
    assert stocked("config", "set", "platform_ca_file", "", db=False).code == 2
    shown = {row["name"]: row["source"] for row in stocked("config", "show", db=False).table}
    assert "SHOP_PLATFORM_SECRET_FILE" in shown["platform_secret_file"]


def test_each_variable_that_help_names_is_shown(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`config show` has a row for every variable; of a secret it says that it is set."""
    page = prompt("help", "environment", db=False).out
    variables = set(re.findall(r"^([A-Z]+(?:_[A-Z]+)+)  ", page, re.MULTILINE))
    assert "SHOP_PLATFORM_CA_FILE" in variables
    values = {
        "SHOP_BELL": "yes",
        "SHOP_COLOURS": "never",
        "SHOP_DATABASE_URL": prompt.url,
        "SHOP_THEME": "nord",
        "SHOP_WAIT_MAX": "3s",
    }
    for variable in variables - {"SHOP_CONFIG"}:
        monkeypatch.setenv(variable, values.get(variable, "hush"))

    rows = prompt("config", "show", "--json", db=False).document
    sources = {row["source"] for row in rows}
    assert {f"environment {variable}" for variable in variables - {"SHOP_CONFIG"}} <= sources
    assert all(row["value"] != "hush" for row in rows if row["name"] == "platform_secret")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cancel_within", "2x"),
        ("low_stock", "few"),
        ("members_charge", "maybe"),
        ("platform.batch_size", "0"),
        ("platform.url", "ftp://platform.example"),
        ("platform.url", "http://[::1"),
        ("platform.url", "https://platform.example:0/"),
        ("platform.url", ELSEWHERE),
        ("cancel_withn", "2h"),
        ("url", "https://platform.example/"),
    ],
)
def test_a_setting_is_judged_before_anything_is_asked(
    stocked: Prompt, name: str, value: str
) -> None:
    """A value that cannot be is refused with itself repeated, events waiting or not."""
    stocked.done("order", "LATTE", "-u", "kim")
    before = stocked.done("settings")

    for words in ([], ["--yes"]):
        error = stocked("settings", "set", name, value, *words, "--json").error
        assert error["code"] == "invalid_input"
        assert "pending" not in error["details"]
        known = any(row["name"] == name for row in before)
        assert (value.partition(":")[0] if known else name) in error["message"]
        assert known or error["details"]["suggestions"]
    assert stocked.done("settings") == before


@pytest.mark.parametrize("name", ["cancel_within", "platform.grace_period"])
def test_no_time_at_all_is_typed_with_its_unit(prompt: Prompt, name: str) -> None:
    """A bare 0 is refused with what it means; of another bare number the unit is not guessed."""
    assert "0s" in prompt("settings", "set", name, "0", "--json").error["fix"]
    assert "0s" not in prompt("settings", "set", name, "10", "--json").error["fix"]
    assert prompt.done("settings", "set", name, "0s")["value"] == "0s"


def test_plain_http_to_another_machine_is_allowed_first(prompt: Prompt) -> None:
    """The refusal names the setting that is needed; this machine needs none."""
    line = ("settings", "set", "platform.url", ELSEWHERE)
    assert "platform.allow_http yes" in prompt(*line, "--json").error["fix"]
    for url in ("http://localhost:9/", "http://127.0.0.1:9/", "http://[::1]:9/"):
        prompt.done("settings", "set", "platform.url", url)
    prompt.done("settings", "set", "platform.allow_http", "yes")
    assert prompt.done(*line)["value"] == ELSEWHERE


def test_the_settings_listed_are_those_in_force(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that wins over the shop's setting is listed as its source, without a password."""
    prompt.done("settings", "set", "platform.url", "https://stored.example/")
    monkeypatch.setenv("SHOP_PLATFORM_URL", "https://kim:hush@wins.example/")
    for words in ((), ("list",)):
        rows = {row["name"]: row for row in prompt("settings", *words).table}
        row = rows["platform.url"]
        assert "wins.example" in row["value"]
        assert "hush" not in row["value"]
        assert row["source"] == "environment SHOP_PLATFORM_URL"
    monkeypatch.delenv("SHOP_PLATFORM_URL")
    (row,) = (row for row in prompt.done("settings") if row["name"] == "platform.url")
    assert (row["value"], row["source"]) == ("https://stored.example/", "shop")


@pytest.mark.parametrize(
    ("line", "variable", "value"),
    [
        ("settings set platform.url https://stored.example/", "SHOP_PLATFORM_URL", ELSEWHERE),
        ("settings unset platform.url", "SHOP_PLATFORM_URL", ELSEWHERE),
        ("config set user kim", "SHOP_USER", "lee"),
        ("config unset user", "SHOP_USER", "lee"),
        ("config set wait_max 20s", "SHOP_WAIT_MAX", "3s"),
        ("config set colours never", "SHOP_COLOURS", "loud"),
        ("config set theme shop-light", "SHOP_THEME", "nord"),
        ("config set bell yes", "SHOP_BELL", "no"),
        ("config set database other.db", "SHOP_DATABASE_URL", "this.db"),
    ],
)
def test_a_value_that_does_not_come_into_force_is_told(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch, line: str, variable: str, value: str
) -> None:
    """Where a variable wins over what is set or unset, standard error names the variable."""
    in_shop = line.startswith("settings")
    assert variable not in prompt(*line.split(), db=in_shop).err
    monkeypatch.setenv(variable, value)
    answer = prompt(*line.split(), db=in_shop)
    assert answer.code == 0
    assert variable in answer.err


def test_a_pipe_reads_what_each_setting_means(prompt: Prompt) -> None:
    """The rows of settings are the same in a pipe, as JSON and on a terminal."""
    rows = prompt.done("settings")
    assert all(row["meaning"] for row in rows)
    assert [row["meaning"] for row in prompt("settings").table] == [row["meaning"] for row in rows]


@pytest.mark.parametrize(
    ("kind", "variable"),
    [("config", "XDG_CONFIG_HOME"), ("data", "XDG_DATA_HOME"), ("state", "XDG_STATE_HOME")],
)
@pytest.mark.parametrize("value", [None, "", "/elsewhere", "/elsewhere/", "not/absolute", " "])
@pytest.mark.parametrize("home", ["/home/kim", "/home/kim/"])
def test_folders_are_those_that_platformdirs_names(
    monkeypatch: pytest.MonkeyPatch,
    kind: Literal["config", "data", "state"],
    variable: str,
    value: str | None,
    home: str,
) -> None:
    """Where configuration, data and reports are is known without it on Linux, and is the same."""
    monkeypatch.setenv("HOME", home)
    monkeypatch.delenv(variable, raising=False)
    if value is not None:
        monkeypatch.setenv(variable, value)

    wanted = {
        "config": platformdirs.user_config_dir,
        "data": platformdirs.user_data_dir,
        "state": platformdirs.user_state_dir,
    }[kind](APPLICATION)
    assert user_folder(kind) == Path(wanted)
