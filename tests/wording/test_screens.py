"""The storefront's texts go through the catalogue: none is put together from words in its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.wording import messages

WORDS = re.compile(
    r"[A-Za-z]{2,} [a-z]{2,}|(?<![\w$.\-:/(#])[A-Za-z]{2,}[,.:?!…]*(?: |$)|[a-z]{2,} $"
)
"""A word that stands by itself, which an id, a style or an action of Textual has none of."""

NO_TEXT = frozenset({"Binding", "add_class", "import_module", "query_one", "send"})
"""Calls whose arguments are names of Textual's or of our own; texts of bindings are collected."""

NAMES = {"app.", "beside ", "page at ", "said ", "shop ", "product:", "coupon:"}
"""Beginnings of keys, style classes and commands, which nobody reads as a text."""

COMMANDS = {"tui/commands.py"}
"""Lines of the command line, which are the same in every language."""

NOT_YET = {
    "tui/app.py",
    "tui/desk/timeline.py",
    "tui/screens/charging.py",
    "tui/screens/dialogs.py",
    "tui/screens/me.py",
    "tui/screens/till.py",
    "tui/screens/till_view.py",
    "tui/screens/users.py",
    "tui/till/charging.py",
    "tui/till/untaken.py",
    "tui/trigger.py",
    "tui/visit.py",
    "tui/wording.py",
}
"""Modules that still put sentences together. None may be added; one that is done is taken out."""


def test_no_sentence_is_put_together_in_code() -> None:
    """An f-string that holds a word cannot be looked up in a catalogue."""
    found = {
        file: lines
        for file, tree in messages.modules()
        if file.startswith("tui/") and file not in COMMANDS
        if (lines := sorted(set(_worded(tree))))
    }

    assert {file: lines for file, lines in found.items() if file not in NOT_YET} == {}


def _worded(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and _name(node) in NO_TEXT:
            continue
        if isinstance(node, ast.JoinedStr):
            for part in node.values:
                if not isinstance(part, ast.Constant) or part.value in NAMES:
                    continue
                if WORDS.search(str(part.value)):
                    yield node.lineno, str(part.value)
        yield from _worded(node)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
