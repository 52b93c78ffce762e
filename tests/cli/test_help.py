"""Help: every command has one, with examples that are lines the parser takes."""

from __future__ import annotations

import re
import shlex
from itertools import takewhile

import pytest
from typer._click import Command, Context
from typer.core import TyperGroup

from shopcli.cli.commands.help import PAGES
from shopcli.cli.completion.names import topics
from shopcli.cli.main import build
from shopcli.cli.parsing.command_table import load
from shopcli.cli.parsing.root_words import TABLE
from shopcli.cli.parsing.typer_commands import examples_of
from tests.cli.conftest import Prompt


def _commands() -> dict[str, Command]:
    found: dict[str, Command] = {}
    for entries in TABLE.values():
        for entry in entries:
            try:
                command = load(entry)
            except ModuleNotFoundError:
                continue
            if isinstance(command, TyperGroup):
                found |= {f"{entry.word} {name}": sub for name, sub in command.commands.items()}
            else:
                found[entry.word] = command
    return found


COMMANDS = _commands()

LINES_OF_SENTENCES = sorted(
    {
        " ".join(line.split())
        for page in PAGES.iterdir()
        for line in re.findall(r"`shop ([^`]*\s--[^`]*)`", page.read_text(encoding="utf-8"))
        if not line.endswith("--help")
    }
)
"""Commands that sentences of the manual show with an option."""


@pytest.mark.parametrize(("path", "command"), COMMANDS.items(), ids=COMMANDS)
def test_a_command_explains_itself(path: str, command: Command) -> None:
    """Each command says in a sentence what it does, and shows how it is typed."""
    assert command.help
    assert command.help.split("\n")[0][0].isupper()
    assert examples_of(command)
    for example in examples_of(command):
        assert example.startswith(f"shop {path}"), example


@pytest.mark.parametrize(("path", "command"), COMMANDS.items(), ids=COMMANDS)
def test_examples_are_lines_the_parser_takes(path: str, command: Command) -> None:
    """What help shows can be typed."""
    for example in examples_of(command):
        typed = takewhile(lambda word: word not in {"<", ">", "|"}, shlex.split(example))
        words = list(typed)[1 + len(path.split()) :]
        context = Context(command, info_name=path)
        with context.scope(cleanup=False):
            command.parse_args(context, words)


@pytest.mark.parametrize("line", LINES_OF_SENTENCES)
def test_a_line_in_a_sentence_lacks_no_option_it_must_have(line: str) -> None:
    """What the manual shows with some option can be typed with these alone."""
    words = shlex.split(line)
    path = next(name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS)
    with Context(COMMANDS[path], info_name=path).scope(cleanup=False) as context:
        COMMANDS[path].parse_args(context, words[len(path.split()) :])


def test_help_is_the_same_everywhere(prompt: Prompt) -> None:
    """`-h`, `--help` and `shop help` show the same text, examples before options."""
    texts = [
        prompt(*words, db=False).out
        for words in (["order", "-h"], ["order", "--help"], ["help", "order"], ["-h", "order"])
    ]

    assert len(set(texts)) == 1
    as_json = prompt("help", "order", "--json", db=False)
    assert as_json.document == {"text": texts[0].rstrip()}
    assert texts[0].index("Examples:") < texts[0].index("Options:")
    assert "--coupon" in texts[0]


def test_the_root_lists_every_command(prompt: Prompt) -> None:
    """`shop --help` names each word once, and loads none of them."""
    text = prompt("--help", db=False).out

    for word in build().commands:
        assert f"\n  {word} " in text


@pytest.mark.wheel
def test_each_topic_is_a_page_of_the_manual() -> None:
    """The topics are the pages that are shipped, no more and no less."""
    assert sorted(topics()) == sorted(path.stem for path in PAGES.iterdir())


@pytest.mark.parametrize("topic", topics())
def test_a_page_is_printed_as_it_stands(prompt: Prompt, topic: str) -> None:
    """Each page is printed as text, on a terminal too, or carried by JSON."""
    text = (PAGES / f"{topic}.md").read_text(encoding="utf-8")

    assert prompt("help", topic, db=False).out == text
    assert prompt("help", topic, db=False, terminal=True).out == text
    assert prompt("help", topic, "--json", db=False).document == {"text": text.rstrip()}


def test_a_page_named_like_a_command_leads_to_it() -> None:
    """`shop help` shows the page, which says how to see the options."""
    both = set(topics()) & set(COMMANDS)
    pages = {topic: (PAGES / f"{topic}.md").read_text(encoding="utf-8") for topic in both}

    assert both
    assert [topic for topic, text in pages.items() if f"`shop {topic} --help`" not in text] == []


def test_pages_fit_a_terminal() -> None:
    """No line of the manual is wider than 80 columns, and each page begins with its title."""
    pages = {path.stem: path.read_text(encoding="utf-8") for path in PAGES.iterdir()}
    wide = [
        (topic, line)
        for topic, text in pages.items()
        for line in text.splitlines()
        if len(line) > 80  # the terminal of old
    ]

    assert wide == []
    assert [topic for topic, text in pages.items() if not text.startswith("# ")] == []


def test_a_loaded_command_is_what_the_table_says() -> None:
    """The line in the root's help is the first sentence of the command's own."""
    for entries in TABLE.values():
        for entry in entries:
            if entry.word in COMMANDS:
                told = (COMMANDS[entry.word].help or "").split("\n")[0]
                assert told.split(":")[0].split(",")[0].startswith(entry.help[:8]), entry.word
