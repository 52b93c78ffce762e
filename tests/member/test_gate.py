"""The gate itself: whose environment counts, the storefront, bugs, and deliveries."""

from __future__ import annotations

import os
import pwd
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.__main__ import main
from shopcli.cli.environment import forget_the_client
from shopcli.cli.member.line import LINE_LENGTH_MAX, words_of
from shopcli.domain.errors import InvalidInput
from tests.factories import refusal
from tests.member.conftest import Gate
from tests.relay.hostile import OK, HostilePlatform, answering, header
from tests.tui.terminals import PATIENCE_SECONDS, terminal


@contextmanager
def unchanged_signals() -> Iterator[None]:
    """Heed them again after what was to be the last of a process."""
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
    before = [(number, signal.getsignal(number)) for number in numbers]
    yield
    for number, handler in before:
        signal.signal(number, handler)


def test_nothing_of_the_client_counts(gate: Gate, isolated_environment: Path) -> None:
    """Variables that a client sends choose neither shop nor user, configuration nor language."""
    other = isolated_environment / "other.toml"
    other.write_text('database = "/nowhere/shop.db"\nuser = "lee"\n', "utf-8")
    sent = {
        "SHOP_DATABASE_URL": "/nowhere/shop.db",
        "SHOP_USER": "lee",
        "SHOP_CONFIG": str(other),
        "SHOP_WAIT_MAX": "nonsense",
        "SHOP_COLOURS": "nonsense",
        "SHOP_PLATFORM_URL": "https://elsewhere.example/",
        "XDG_CONFIG_HOME": str(isolated_environment),
        "HOME": str(isolated_environment),
        "PGHOST": "nowhere.example",
        "PGOPTIONS": "-c default_transaction_read_only=on",
        "PGSSLMODE": "verify-full",
        "LANGUAGE": "ko",
        "LC_ALL": "ko_KR.UTF-8",
    }

    assert gate("claim TENTH --json", sent=sent).document["user"] == "kim"
    assert gate("nope", sent=sent).err.startswith("error: There is no command")
    assert gate("balance", sent={**sent, "LANG": "../../../../etc"}).code == 0


def test_only_terminal_and_language_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Libraries that read variables of their own see none that a client sent."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("SSH_ORIGINAL_COMMAND", "balance")
    with pytest.MonkeyPatch.context() as undone:
        for name in os.environ:
            undone.setenv(name, os.environ[name])  # put back afterwards
        assert forget_the_client() == "balance"
        left = dict(os.environ)
        assert forget_the_client() is None

    assert set(left) == {"TERM", "LANG", "HOME"}


def configure(gate: Gate, text: str) -> Path:
    """Write the configuration of the account."""
    file = gate.home / ".config" / "shopcli" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def test_the_machine_says_where_the_shop_is(gate: Gate) -> None:
    """Without --db it is in the account's configuration, whose user is never taken."""
    file = configure(gate, f'database = "{gate.url}"\nuser = "lee"\n')
    line = ("member", "--user", "kim")

    assert gate("balance", line=line).table[0]["user"] == "kim"
    configure(gate, 'database = ""\n')
    wrong = gate("balance --json", line=line)
    assert (wrong.code, wrong.error["code"]) == (2, "invalid_input")
    assert str(gate.home) not in wrong.err
    file.unlink()
    assert gate("balance --json", line=line).error["code"] == "no_shop"


def test_where_the_shop_is_stays_untold(gate: Gate, tmp_path: Path) -> None:
    """A shop that is not there, or an address that is none, is told without its place."""
    for address in (
        str(tmp_path / "missing.db"),
        str(tmp_path),
        f"mysql://x:secret@{tmp_path.name}/x",
        "postgresql://x:secret@localhost:1/nowhere",
    ):
        line = ("member", "--user", "kim", "--db", address)
        for command in ("balance", "balance --json"):
            answer = gate(command, line=line)
            assert answer.code in {2, 3}
            assert answer.out == ""
            for part in (tmp_path.name, "secret", "localhost", "nowhere"):
                assert part not in answer.err


def test_how_the_way_to_the_shop_is_secured_is_the_operators(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the prompt remarks on the connection, no member reads."""
    monkeypatch.setattr("shopcli.cli.call.remote_sslmode", lambda *_: "disable")

    assert gate("balance").err == ""
    keys = gate(None, line=("member", "--authorized-keys", os.devnull, "--db", gate.url))
    assert (keys.code, "sslmode" in keys.err) == (2, True)


def test_a_bug_is_reported_to_the_operator_alone(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report lies in the account's folder; the member learns neither its path nor the fault."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("of the shop's own making")

    monkeypatch.setattr("shopcli.engine.shop.Shop.balance", fail)
    monkeypatch.setattr("shopcli.engine.shop.Shop.order", fail)

    answer = gate("balance --json")
    assert (answer.code, answer.error["code"]) == (70, "internal")
    text = gate("balance").err + gate("order LATTE --key k7").err + answer.err
    assert str(gate.home) not in text
    assert "making" not in text
    assert "--key k7" in text
    assert len(list((gate.home / ".local/state/shopcli/reports").iterdir())) == 3


def test_without_terminal_and_command_it_says_what_to_type(gate: Gate) -> None:
    """The storefront needs a terminal; a connection without one is told so, exit 2."""
    for command in (None, "", "  ", "shop", " shop "):
        answer = gate(command)
        assert (answer.code, answer.out) == (2, "")
        assert "ssh -t" in answer.err


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_terminal_shows_the_members_storefront(gate: Gate) -> None:
    """With a terminal and no command it is opened, without the desk; q ends it, no file is made."""
    config = Path(pwd.getpwuid(os.getuid()).pw_dir, ".config", "shopcli", "config.toml")
    before = config.read_bytes() if config.exists() else None
    line = [sys.executable, "-m", "shopcli", "member", "--user", "kim", "--db", gate.url]
    with terminal(line) as shown:
        shown.sees("Name of LATTE", "4,500", "kim")
        assert "Desk" not in shown.text
        shown.press(b"\x10theme\r")
        shown.sees("flexoki")
        shown.press(b"nord\r")
        shown.read_until_quiet()
        shown.press(b"q")
        shown.read_until_quiet()
        assert shown.process.wait(PATIENCE_SECONDS) == 0
    assert (config.read_bytes() if config.exists() else None) == before


def test_an_order_is_sent_unless_a_relay_does_that(gate: Gate, shop: Shop) -> None:
    """Its event goes to the platform of the shop after the answer; or waits, where sshd says so."""
    secret = gate.home / "secret"
    secret.write_text(f"whsec_{'A' * 32}", "ascii")
    configure(gate, f'platform_secret_file = "{secret}"\n')
    with HostilePlatform(answering(OK)) as platform:
        shop.set_setting("platform.url", platform.url)
        sent = {"SHOP_PLATFORM_URL": "https://elsewhere.example/", "SHOP_PLATFORM_SECRET": "x"}
        assert gate("order LATTE --json", sent=sent).code == 0
        assert len(platform.requests) == 1
        assert header(platform.requests[0], "webhook-signature").startswith("v1,")
        waits = ("member", "--user", "kim", "--no-deliver", "--db", gate.url)
        assert gate("order LATTE --json", line=waits).code == 0
        assert len(platform.requests) == 1
        secret.unlink()
        told = gate("order LATTE")
        assert (told.code, told.err) == (0, "")
        assert len(platform.requests) == 1
    assert shop.outbox.status().pending == 2


def test_a_client_cannot_ask_for_completions(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """TAB is asked by a line without words; variables alone make none of the gate's line."""
    for name, value in {
        "_SHOP_COMPLETE": "complete_bash",
        "COMP_WORDS": f"shop balance --db {gate.url} -u ",
        "COMP_CWORD": "4",
        "SSH_ORIGINAL_COMMAND": "nothing of ours",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["shop", "member", "--user", "kim", "--db", gate.url])
    with pytest.MonkeyPatch.context() as undone:
        for name in os.environ:
            undone.setenv(name, os.environ[name])
        with unchanged_signals():
            assert main() == 2

    assert "lee" not in capsys.readouterr().out


def test_a_command_may_be_as_long_as_that() -> None:
    """The bound is on the whole of it, before it is split."""
    assert words_of("x" * LINE_LENGTH_MAX) == ["x" * LINE_LENGTH_MAX]
    refusal("invalid_input", words_of, "x" * (LINE_LENGTH_MAX + 1))
    with pytest.raises(InvalidInput):
        words_of("balance\0")
