"""The storefront's texts go through the catalogue: none is put together from words in its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

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

SENTENCE = re.compile(r"[A-Za-z]{2,}[,.:…]? [a-z]{2,}")
"""Two words with a blank between them."""

NO_SENTENCES = {
    "balance, history, orders",  # commands
    "bold $text-accent reverse",  # a style
    "in time",  # a question to the shop
    "outbox status, product restock",
    "page at ",
    "page down",  # keys, as they are printed on keyboards
    "page up",
}


def test_no_sentence_is_put_together_in_code() -> None:
    """An f-string that holds a word cannot be looked up in a catalogue."""
    found = {
        file: lines
        for file, tree in messages.modules()
        if file.startswith("tui/") and file not in COMMANDS
        if (lines := sorted(set(_worded(tree))))
    }

    assert found == {}


def test_each_sentence_is_in_the_catalogue() -> None:
    """A text that stands in the storefront's code is one that translators are given."""
    known = {one for text in messages.texts([]) for one in (text.text, text.many)}
    found = {
        (file, node.lineno, node.value)
        for file, tree in messages.modules()
        if file.startswith("tui/") and file not in COMMANDS
        for node in _constants(tree)
        if SENTENCE.search(node.value) and node.value not in known | NO_SENTENCES
        if not node.value.startswith("shop ")
    }

    assert found == set()


def _constants(tree: ast.AST) -> Iterator[Any]:
    """Texts in a module, without docstrings and those put together, which the other test finds."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.JoinedStr):
            continue
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node
        elif not is_docstring:
            yield from _constants(node)


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
