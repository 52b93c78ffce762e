"""Addresses at the prompt: what is none makes nothing and shows no secret; a path lasts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shopcli.domain.addresses import without_passwords
from tests.cli.conftest import Prompt
from tests.command_lines import carry_out

NEARLY = [
    '"postgresql://kim:hush@host/db"',
    "postgresql:/kim:hush@host/db",
    "postgresql://kim:hush/hush@host/db",
    "host=h user=kim password=hush",
    "mysql://kim:hush@host/db",
    "kim:hush@host/db",
    "k:hush@host/db",
    "//k:hush@host/db",
    "postgresql\uff1a//k:hush@host/db",
]
COMMANDS = ["init", "doctor", "config", "config show --json", "products", "products --json", ""]


@pytest.mark.parametrize("address", NEARLY)
def test_no_command_shows_what_is_nearly_an_address(address: str, tmp_path: Path) -> None:
    """Each command answers without the secret, and nothing is made."""
    for command in COMMANDS:
        done = carry_out(*command.split(), cwd=tmp_path, environment={"SHOP_DATABASE_URL": address})
        assert b"hush" not in done.stdout + done.stderr, command
        assert done.returncode in {0, 1, 2}, (command, done.stderr)
    assert carry_out("init", "--db", address, cwd=tmp_path).returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["balance"], ["init"], ["outbox", "status"]])
@pytest.mark.parametrize("address", ["postgresql://kim:hush@host/db", *NEARLY])
def test_a_complaint_repeats_no_secret(
    address: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """An address where none belongs is not repeated with its password."""
    from shopcli.cli.main import perform

    assert perform([*words, address, f"--url={address}"]) == 2
    assert "hush" not in capsys.readouterr().err


def test_the_database_set_lasts_wherever_it_is_used(tmp_path: Path) -> None:
    """A path is kept absolute, so that another folder makes no other shop of it."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert carry_out("config", "set", "database", "eur.db", cwd=tmp_path).returncode == 0
    assert carry_out("init", cwd=elsewhere).returncode == 0

    assert (tmp_path / "eur.db").is_file()
    assert list(elsewhere.iterdir()) == []
    assert carry_out("config", "set", "database", "postgres:/x", cwd=tmp_path).returncode == 2


def test_a_path_may_begin_with_two_slashes(tmp_path: Path) -> None:
    """It is the file that POSIX means by it, not the host that a file URI would."""
    path = tmp_path / "shop.db"

    assert carry_out("init", "--db", f"/{path}", cwd=tmp_path).returncode == 0
    assert carry_out("products", "--db", str(path), cwd=tmp_path).returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="Windows has neither device files nor FIFOs")
def test_what_has_no_end_is_no_configuration_file(tmp_path: Path) -> None:
    """A device or a FIFO named as configuration is refused at once."""
    os.mkfifo(tmp_path / "fifo")

    for name in ("/dev/zero", str(tmp_path / "fifo")):
        done = carry_out("products", "--json", cwd=tmp_path, environment={"SHOP_CONFIG": name})
        assert (done.returncode, b"invalid_input" in done.stderr) == (2, True)


NOWHERE = "postgresql://kim@shop.invalid:1/snacks"


@pytest.mark.parametrize("words", ["products", "init", "doctor", "db status", "db upgrade"])
def test_an_open_way_to_the_server_is_told_once(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command that is not sure of its server says so, on stderr, to a person."""
    from shopcli.cli.main import perform

    def told(*options: str) -> tuple[int, int]:
        perform([*words.split(), *options])
        said = capsys.readouterr()
        told = [line for line in said.err.splitlines() if "verify-full" in line]
        return len(told), said.out.count("verify-full")

    assert told("--db", NOWHERE) == (1, 0)
    assert told("--db", NOWHERE, "--json") == (0, 0)
    for mode in ("disable", "prefer", "require", "verify-ca"):
        assert told("--db", f"{NOWHERE}?sslmode={mode}") == (1, 0)
    assert told("--db", NOWHERE.replace("shop.invalid", "localhost")) == (0, 0)
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert told("--db", NOWHERE) == (0, 0)


LEAKING = [
    "{}", "product show {}", "receipt {}", "charge {} -u kim", "balance -u {}", "claim {} -u kim",
    "order {} -u kim", "top --as-of {}", "top --days {}", "settings set {} x",
    "settings set platform.url {}", "config set {} x", "config set user {}",
    "config set colours {}", "help {}", "outbox show {}", "import users {}",
    "import users --format {} x", "run {}", "charge 5 -u kim --key \u00e9{}",
    "platform serve --host {}", "product add X --name x --price {}", "init --timezone {}",
    "init --currency {}", "db {}", "export users -o {}", "outbox list --state {}",
]  # fmt: skip


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize(
    "address",
    [
        "postgresql://kim:hun/ter2@db.example/shop",
        "https://a-long-login-name:hunter2-that-is-cut@platform.example/",
        "https://user-of-some-length:hunterter22222222222222222222222@platform.example/",
        "host=db.example&password=hunter2",
        "whsec_hunter2hunter2hunter2hunter2hunter2hu",
    ],
)
def test_no_refusal_repeats_a_password(prompt: Prompt, address: str) -> None:
    """Whatever argument an address with a password was given as, its refusal does not show it."""
    shown = [
        prompt(*line.format(address).split(), *form).err
        for line in LEAKING
        for form in ([], ["--json"])
    ]

    parts = ("hunter", "hun@", "hun/", "ter2")
    assert [text for text in shown if any(part in text for part in parts)] == []


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://kim:***@db.example:5432/shop is unreachable.",
        "Listening on http://127.0.0.1:8080/ (Ctrl-C ends)",
        "See http://127.0.0.1:8080, or 'http://localhost:80'.",
        "https://[::1]:8080/events and kim@db.example",
        "postgresql://kim@db.example/shop",
        "postgresql://kim:@/shop?host=/run/postgres",
    ],
)
def test_what_holds_no_password_is_shown_whole(text: str) -> None:
    """Ports, logins alone and what is hidden already stay as they are."""
    assert without_passwords(text) == text
