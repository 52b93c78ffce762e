"""README does what it says: its commands, its Python, its codes."""

from __future__ import annotations

import base64
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from shopcli import Relay, Shop
from shopcli.domain import errors

_EXIT = re.compile(r"#\s*exit (\d+)\s*$")


@cache
def _readme() -> str:
    return (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", _readme(), re.DOTALL | re.MULTILINE)


def _commands() -> list[tuple[str, int]]:
    commands = []
    for block in _blocks("console"):
        for line in block.splitlines():
            if line.startswith("$ shop "):
                expected = _EXIT.search(line)
                command = _EXIT.sub("", line.removeprefix("$ ")).strip()
                commands.append((command, int(expected[1]) if expected else 0))
    return commands


def test_each_command_of_the_transcript_ends_as_it_says(tmp_path: Path) -> None:
    """The transcripts run from top to bottom in one new shop, each command with its exit code."""
    ended = []
    for command, _ in _commands():
        words = [sys.executable, "-m", "shopcli", *shlex.split(command)[1:]]
        done = subprocess.run(
            [*words, "--db", str(tmp_path / "shop.db")],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        ended.append((command, done.returncode))
        assert "Traceback" not in done.stderr

    assert ended == _commands()


def test_the_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python example holds its own assertions in an empty folder."""
    monkeypatch.chdir(tmp_path)
    (example,) = _blocks("python")[:1]

    exec(compile(example, "README.md", "exec"), {})  # noqa: S102  # our own example


def test_every_error_code_stands_beside_its_exit_code() -> None:
    """The table of errors names each code in the row of its exit code, and no other."""
    documented = {}
    for exit_text, codes in re.findall(r"^\| (\d+) \|[^|]*\|([^|]*)\|$", _readme(), re.MULTILINE):
        for code in re.findall(r"`([a-z_]+)`", codes):
            documented[code] = int(exit_text)

    def leaves(kind: type[errors.ShopError]) -> list[type[errors.ShopError]]:
        below = [
            leaf
            for child in kind.__subclasses__()
            if child.__module__ == errors.__name__
            for leaf in leaves(child)
        ]
        return below or [kind]

    raised = {leaf.code: leaf.exit_code for leaf in leaves(errors.ShopError)}
    assert documented == raised


@contextmanager
def _receiving() -> Iterator[str]:
    """The receiver of the page, served on a free port; its address."""
    names: dict[str, Any] = {}
    exec(compile(_blocks("python")[1], "README.md", "exec"), names)  # noqa: S102  # our own example
    names["Receiver"].log_message = lambda *_: None
    with HTTPServer(("127.0.0.1", 0), names["Receiver"]) as server, names["store"]:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_the_receiver_takes_what_the_shop_signs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """15 lines store each signed event once, also after a restart, and refuse the others."""
    monkeypatch.chdir(tmp_path)
    secret, other = (f"whsec_{base64.b64encode(bytes([n]) * 32).decode()}" for n in (1, 2))
    monkeypatch.setenv("SHOP_PLATFORM_SECRET", secret)
    with Shop.create(str(tmp_path / "shop.db")) as shop:
        shop.add_user("kim")
        shop.add_product("LATTE", name="Latte", price=4500, stock=20)
        shop.charge("kim", 20_000)
        first = shop.order("kim", {"LATTE": 1})
        sent = []
        for _ in range(2):
            with _receiving() as url:
                shop.set_setting("platform.url", url)
                sent += [Relay(shop).flush().sent]
                shop.outbox.replay(None)
                sent += [Relay(shop).flush().sent]
                shop.outbox.replay(None)
        shop.order("kim", {"LATTE": 1})
        with _receiving() as url:
            shop.set_setting("platform.url", url)
            refused = Relay(shop, environment={"SHOP_PLATFORM_SECRET": other}).flush()

    stored = [json.loads(line) for line in (tmp_path / "events.jsonl").open(encoding="utf-8")]
    assert (sent, refused.sent, refused.failed) == ([1, 1, 1, 1], 0, 2)
    assert [event["subject"] for event in stored] == [first.order]
    assert len(list(filter(str.strip, _blocks("python")[1].splitlines()))) == 15
