"""README and the manual say what is so: their commands, their Python, their codes, their links."""

from __future__ import annotations

import base64
import json
import re
import shlex
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from shopcli import Relay, Shop
from shopcli.cli import configuration
from shopcli.cli.completion import word_table
from shopcli.cli.environment import VARIABLES
from shopcli.cli.main import perform
from shopcli.domain import errors
from shopcli.engine.use_cases.settings import SETTINGS
from tests.command_lines import carry_out

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "shopcli" / "help"
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", *sorted(MANUAL.glob("*.md"))]
    if path.exists()
}
"""README and the manual; none where the tests run on the package alone."""

README_LINES_MAX = 180

_EXIT = re.compile(r"#\s*exit (\d+)\s*$")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def _blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGES[page], re.DOTALL | re.MULTILINE)


def _commands(page: str) -> list[tuple[str, int]]:
    commands = []
    for block in _blocks(page, "console"):
        for line in block.splitlines():
            if line.startswith("$ shop "):
                expected = _EXIT.search(line)
                command = _EXIT.sub("", line.removeprefix("$ ")).strip()
                commands.append((command, int(expected[1]) if expected else 0))
    return commands


MANUAL_PAGES = [page for page in PAGES if page != "README.md"]


def test_each_command_of_the_readme_ends_as_it_says(tmp_path: Path) -> None:
    """The transcript runs from top to bottom in one new shop, each command with its exit code."""
    ended = []
    for command, _ in _commands("README.md"):
        words = [*shlex.split(command)[1:], "--db", str(tmp_path / "shop.db")]
        done = carry_out(*words, cwd=tmp_path)
        ended.append((command, done.returncode))
        assert b"Traceback" not in done.stderr

    assert ended
    assert ended == _commands("README.md")


@pytest.mark.parametrize("page", [page for page in MANUAL_PAGES if _commands(page)])
def test_each_command_of_a_page_ends_as_it_says(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So do the transcripts of the manual, in one new shop for each page."""
    monkeypatch.chdir(tmp_path)
    ended = [
        (command, perform([*shlex.split(command)[1:], "--db", "shop.db"]))
        for command, _ in _commands(page)
    ]

    assert ended == _commands(page)


@pytest.mark.parametrize("page", ["README.md", "shopcli/help/python.md", "shopcli/help/reports.md"])
def test_the_python_example_runs(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Python example holds its own assertions in an empty folder."""
    monkeypatch.chdir(tmp_path)
    (example,) = _blocks(page, "python")[:1]

    exec(compile(example, page, "exec"), {})  # noqa: S102  # our own example


def test_every_error_code_stands_below_its_exit_code() -> None:
    """The page of exit codes names each code in the section of its exit code, and no other."""
    documented = {
        code: int(exit_text)
        for exit_text, section in re.findall(
            r"^## exit (\d+):(.*?)(?=^## |\Z)",
            PAGES["shopcli/help/exit-codes.md"],
            re.MULTILINE | re.DOTALL,
        )
        for code in re.findall(r"^- `([a-z_]+)`:", section, re.MULTILINE)
    }

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


def test_every_exit_code_has_a_row() -> None:
    """The table of exit codes has a row for each one there is."""
    rows = re.findall(r"^\| +(\d+) \|", PAGES["shopcli/help/exit-codes.md"], re.MULTILINE)
    raised = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.ShopError)
    }

    ended = {128 + number for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)}

    assert set(map(int, rows)) == {0, *raised, *ended}


def test_every_command_is_in_the_manual() -> None:
    """The page of commands names each word of the command line."""
    lines = re.findall(r"^shop (\S+)(?: (\S+))?", PAGES["shopcli/help/commands.md"], re.MULTILINE)
    listed = {f"shop {word}" for word, _ in lines}
    listed |= {f"shop {word} {part}" for word, parts in lines for part in parts.split("|")}

    assert set(word_table.table()) - {word_table.ROOT} - listed == set()


def test_options_in_the_manual_are_the_commands_own() -> None:
    """Each option that the page of commands shows is one of the command it stands beside."""
    known = {
        path: {name for row in rows for name in row.names}
        for path, rows in word_table.table().items()
    }
    unknown = []
    for block in _blocks("shopcli/help/commands.md", "text"):
        for shown in re.findall(r"^shop .*(?:\n +.*)*", block, re.MULTILINE):
            _, word, *rest = shown.split()
            parts = rest[0].split("|") if rest else []
            paths = [path for part in parts if (path := f"shop {word} {part}") in known]
            options = set().union(*(known[path] for path in paths or [f"shop {word}"]))
            unknown += [
                (word, one) for one in re.findall(r"--[a-z-]+", shown) if one not in options
            ]

    assert unknown == []


@pytest.mark.parametrize("page", PAGES)
def test_commands_that_are_named_exist(page: str) -> None:
    """Each `shop WORD` in a page's sentences and transcripts is a command."""
    known = {path.split()[1] for path in word_table.table() if path != word_table.ROOT}
    named = re.findall(r"(?:`|\| |\$ )shop\s+([a-z]+)\b", PAGES[page])

    assert set(named) - known == set()


def test_the_environment_and_settings_are_in_the_manual() -> None:
    """The page names each variable, each value of a machine and each setting of a shop."""
    page = PAGES["shopcli/help/environment.md"]
    wanted = [*VARIABLES.values(), *configuration.NAMES, *SETTINGS]

    assert [name for name in wanted if not re.search(rf"^{name} ", page, re.MULTILINE)] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """Each link into the project leads to a file, and each page that is named is a page."""
    folder = (ROOT / page).parent
    links = [link for link in _LINK.findall(PAGES[page]) if "://" not in link]

    assert [link for link in links if not (folder / link.partition("#")[0]).exists()] == []


def test_readme_is_one_page_and_names_every_other() -> None:
    """README has at most 180 lines and links to each page of the manual."""
    readme = PAGES["README.md"]

    assert len(readme.splitlines()) <= README_LINES_MAX
    assert [page for page in MANUAL_PAGES if f"({page})" not in readme] == []


def _receiver() -> str:
    (code,) = _blocks("shopcli/help/deliveries.md", "python")
    return code


@contextmanager
def _receiving() -> Iterator[str]:
    """The receiver of the page, served on a free port; its address."""
    names: dict[str, Any] = {}
    exec(compile(_receiver(), "receiver", "exec"), names)  # noqa: S102  # our own example
    names["Receiver"].log_message = lambda *_: None
    with HTTPServer(("127.0.0.1", 0), names["Receiver"]) as server, names["store"]:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


# The 16 lines leave their file to the end of the process.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_the_receiver_takes_what_the_shop_signs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """16 lines store each signed event once, also after a restart, and refuse the others."""
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
    assert len(list(filter(str.strip, _receiver().splitlines()))) == 16
