"""What a press of TAB offers: the same as Typer would, without loading it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopcli.cli.completion import names as offers
from shopcli.cli.completion import word_table
from shopcli.cli.completion.shells import answer
from shopcli.cli.main import build
from tests.cli import command_table

VALUES = {
    "sku": [("LATTE", "Latte: \"hot\" 'n' $5 `x`"), ("WATER", "")],
    "user": [("kim", "Kim"), ("lee", "")],
    "code": [("TENTH", "open")],
    "order": [("01ARZ3NDEKTSV4RRFFQ69G5FAV", "kim: LATTE, WATER")],
    "setting": [("cancel_within", "How long.")],
    "config": [("user", "")],
    "config_value": [("shop-light", "")],
    "event_state": [("dead", "")],
    "change_kind": [("user", "")],
    "order_state": [("paid", "")],
    "user_state": [("blocked", "")],
    "sales_key": [("product", "")],
    "money_key": [("day", "")],
    "format": [("csv", ""), ("jsonl", "")],
    "times": [("local", "")],
    "topic": [("keys", "")],
}
SHELLS = ("bash", "zsh", "fish")

OPENING, CLOSING = "_arguments '*: :((", "))'\n"
"""What zsh is to evaluate stands between these."""

Answer = tuple[int, bool, bool, list[str]]


def settled(code: int, text: str) -> Answer:
    """An answer without the order of its lines: Typer keeps the names of `--help` in a set."""
    lines = text.removeprefix(OPENING).removesuffix(CLOSING).splitlines()
    return code, text.startswith(OPENING), text.endswith(CLOSING), sorted(lines)


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are a few known ones, so that both ways are asked the same; lines never wrap."""

    def offered(
        kind: str, database: str | None, incomplete: str, before: str = ""
    ) -> list[tuple[str, str]]:
        asked = (f"{database or 'none'}.db", f"the database asked behind '{before}'")
        named = [*VALUES[kind], asked]
        return [(name, word) for name, word in named if name.startswith(incomplete)]

    monkeypatch.setattr(offers, "offered", offered)
    monkeypatch.setattr("shopcli.cli.completion.shells.offered", offered)
    monkeypatch.setenv("COLUMNS", "500")


def ask(
    monkeypatch: pytest.MonkeyPatch, shell: str, line: str, *, action: str = "get-args"
) -> None:
    """Put a request into the environment as the shell's script does; the line ends in the cursor.

    In bash the words reach us a line each; the last is the incomplete one.
    """
    given = line.split(" ")
    monkeypatch.setenv("_SHOP_COMPLETE", f"complete_{shell}")
    if shell == "bash":
        monkeypatch.setenv("COMP_WORDS", "\n".join(given))
        monkeypatch.setenv("COMP_CWORD", str(len(given) - 1))
    else:
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", action)


def typers_own(capsys: pytest.CaptureFixture[str]) -> Answer:
    """What Typer answers."""
    with pytest.raises(SystemExit) as ending:
        build()._main_shell_completion({}, "shop")  # noqa: SLF001  # as the command does
    return settled(int(str(ending.value.code)), capsys.readouterr().out)


def ours(capsys: pytest.CaptureFixture[str]) -> Answer:
    """What the table answers."""
    code = answer()
    assert code is not None
    return settled(code, capsys.readouterr().out)


def lines_about(path: str, rows: list[word_table.Row]) -> Iterator[str]:
    """Lines that stop at every place a command has."""
    yield path
    arguments = [row for row in rows if row.kind in {"argument", "arguments"}]
    for beginning in ("", "--", "L", "-u", "=", "--db=x", "--user="):
        for count in range(len(arguments) + 2):
            yield f"{path} {'LATTE ' * count}{beginning}"
    for beginning in ("", "-"):
        yield f"{path} -- {beginning}"
        yield f"{path} --unknown {beginning}"
    for row in rows:
        for name in row.names:
            if row.kind in {"option", "flag"}:
                yield f"{path} {name} "
                yield f"{path} {name} k --"
                yield f"{path} {name}=k --"
                yield f"{path} {name}=k"
            else:
                yield f"{path} {name[:2]}"


def test_the_table_is_that_of_the_commands() -> None:
    """Each word, option and argument has its row; `python -m tests.cli.command_table` writes it."""
    assert Path(word_table.FILE).read_text(encoding="utf-8") == command_table.table()


def test_every_command_and_option_is_answered_as_typer_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At every place of every command the answer and the exit code are Typer's own."""
    read_once = word_table.table()  # a process reads it for one answer, this one for thousands
    monkeypatch.setattr(word_table, "table", lambda: read_once)
    for path, rows in read_once.items():
        for line in lines_about(path, rows):
            ask(monkeypatch, "bash", line)

            assert ours(capsys) == typers_own(capsys), line


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_every_description_is_written_as_typer_does(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a shell shows descriptions, they and their quoting are Typer's own."""
    for path in word_table.table():
        for beginning in ("", "-"):
            ask(monkeypatch, shell, f"{path} {beginning}")

            assert ours(capsys) == typers_own(capsys), path


@pytest.mark.parametrize("line", ["shop order L", "shop order nothing", "shop verify "])
def test_fish_is_told_whether_there_is_an_answer(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code says whether fish should offer files instead."""
    ask(monkeypatch, "fish", line, action="is-args")

    assert ours(capsys) == typers_own(capsys)


WORDS = st.sampled_from(
    [
        "order", "product", "show", "user", "claim", "receipt", "charge", "LATTE", "kim", "10",
        "--db", "--db=x", "--json", "--json=1", "-u", "-ukim", "--user", "--coupon", "--key",
        "--limit", "-h", "--help", "--", "-", "=", "--unknown", "-x", "-uh", "-hu", "é", "",
    ]
)  # fmt: skip


@settings(deadline=None)
@given(line=st.lists(WORDS, max_size=6).map(lambda given: " ".join(["shop", *given])))
def test_any_line_is_answered_as_typer_does(line: str) -> None:
    """However words and options follow one another, what may follow them is what Typer says."""
    with pytest.MonkeyPatch.context() as monkeypatch, redirect_stdout(io.StringIO()) as output:
        ask(monkeypatch, "zsh", line)
        mine = answer() or 0
        length = output.tell()
        with pytest.raises(SystemExit) as ending:
            build()._main_shell_completion({}, "shop")  # noqa: SLF001  # as the command does

    both = output.getvalue()
    assert settled(mine, both[:length]) == settled(int(str(ending.value.code)), both[length:])


def test_an_open_quote_ends_with_the_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A word whose quote is still open is completed without it."""
    ask(monkeypatch, "zsh", "shop order 'LA")

    assert ours(capsys) == typers_own(capsys)


@pytest.mark.parametrize("request_", ["complete_powershell", "source_bash", "nonsense"])
def test_other_requests_are_left_to_typer(request_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What bash, zsh and fish do not ask is none of the table's."""
    monkeypatch.setenv("_SHOP_COMPLETE", request_)

    assert answer() is None
