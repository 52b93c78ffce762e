"""Rows, and whatever else has a fixed number of parts, are read by name outside storage."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "shopcli").rglob("*.py"))

# What a row is called where it is read.
ROW_NAMES = {
    "account", "bound", "current", "done", "entered", "event", "first", "group", "held", "line",
    "locked", "moved", "person", "row", "taken",
}  # fmt: skip
ROW_READERS = {"row", "fetchone"}

EXAMPLE = """
class _Event(NamedTuple):
    at: int

def _lookup(name: str) -> tuple[str | None, str]: ...
def _newest() -> _Event | None: ...
def _words(line: str) -> tuple[str, ...]: ...

class Reader:
    def __init__(self, split: "tuple[str, int] | None", tiling: Tiling) -> None:
        self._pair: tuple[str, int] = split
        self._all: tuple[str, ...] = ()
        {expression}
"""


def test_rows_are_read_by_name() -> None:
    """Outside storage nothing is taken out of a row, a pair or a named tuple by its place."""
    modules = {
        path.relative_to(ROOT).as_posix(): _nodes(path.read_text(encoding="utf-8"))
        for path in MODULES
    }
    readers = _Readers(modules.values())

    found = [
        f"{name}:{place}"
        for name, nodes in modules.items()
        if not name.startswith("shopcli/storage/")
        for place in readers.by_place(nodes)
    ]

    assert found == []


@pytest.mark.parametrize(
    "expression",
    [
        "row[0]", "row[-1]", "line[1:]", "rows[0][1]", "session.row(text)[0]", "c.fetchone()[0]",
        "self._lookup('user')[0]", "_newest()[0]", "split[0]", "self._pair[1]",
    ],
)  # fmt: skip
def test_a_row_that_is_read_by_place_is_noticed(expression: str) -> None:
    """What the test above looks for is found in each of its forms."""
    nodes = _nodes(EXAMPLE.format(expression=expression))

    assert _Readers([nodes]).by_place(nodes) == [f"{len(EXAMPLE.splitlines())}: {expression}"]


@pytest.mark.parametrize(
    "expression", ["words[0]", "_words(text)[0]", "self._all[0]", "row[name]", "text.split()[0]"]
)
def test_a_sequence_may_be_read_by_place(expression: str) -> None:
    """What has any number of parts, or is read by a name, is left alone."""
    nodes = _nodes(EXAMPLE.format(expression=expression))

    assert _Readers([nodes]).by_place(nodes) == []


def _nodes(source: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(source)))


class _Readers:
    """Finds what reads by place; what is fixed in length is known by its annotations.

    Args:
        modules: The nodes of each: a function may be called in another module than its own.
    """

    def __init__(self, modules: Iterable[list[ast.AST]]) -> None:
        nodes = list(chain.from_iterable(modules))
        self._tuples = {
            node.name
            for node in nodes
            if isinstance(node, ast.ClassDef) and any(map(_is_named_tuple, node.bases))
        }
        functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
        others = {node.name for node in functions if not self._is_fixed(node.returns)}
        self._functions = {node.name for node in functions} - others

    def by_place(self, nodes: list[ast.AST]) -> list[str]:
        """Line and text of what is read by place in a module."""
        fixed = {name for name, annotation in _annotated(nodes) if self._is_fixed(annotation)}
        return [
            f"{node.lineno}: {ast.unparse(node)}"
            for node in nodes
            if isinstance(node, ast.Subscript)
            and _is_place(node.slice)
            and self._is_row(node.value, fixed)
        ]

    def _is_row(self, value: ast.expr, fixed: set[str | None]) -> bool:
        if isinstance(value, ast.Subscript):
            return isinstance(value.value, ast.Name) and value.value.id == "rows"
        if isinstance(value, ast.Call):
            name = _own_name(value.func)
            is_reader = isinstance(value.func, ast.Attribute) and value.func.attr in ROW_READERS
            return is_reader or name in self._functions
        name = _own_name(value)
        return (name is not None and name in fixed) or (
            isinstance(value, ast.Name) and name in ROW_NAMES
        )

    def _is_fixed(self, annotation: ast.expr | None) -> bool:
        """Whether it is a tuple of so many parts, or a named one, or None instead."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        if isinstance(annotation, ast.BinOp):
            return self._is_fixed(annotation.left) or self._is_fixed(annotation.right)
        if isinstance(annotation, ast.Subscript) and _own_name(annotation.value) == "tuple":
            parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else []
            return not any(isinstance(part, ast.Constant) and part.value is ... for part in parts)
        return isinstance(annotation, ast.Name) and annotation.id in self._tuples


def _is_named_tuple(base: ast.expr) -> bool:
    return isinstance(base, ast.Name) and base.id == "NamedTuple"


def _annotated(nodes: list[ast.AST]) -> Iterator[tuple[str | None, ast.expr | None]]:
    """Arguments, variables and attributes of a module, with their annotations."""
    for node in nodes:
        if isinstance(node, ast.arg):
            yield node.arg, node.annotation
        elif isinstance(node, ast.AnnAssign):
            yield _own_name(node.target), node.annotation


def _own_name(value: ast.expr) -> str | None:
    """The name of a variable, or of an attribute of `self`; None for all else."""
    if isinstance(value, ast.Name):
        return value.id
    is_own = isinstance(value, ast.Attribute) and _own_name(value.value) == "self"
    return value.attr if isinstance(value, ast.Attribute) and is_own else None


def _is_place(index: ast.expr) -> bool:
    """Whether an index is a number that is written out, or a slice bounded by one."""
    if isinstance(index, ast.Slice):
        return any(_is_place(bound) for bound in (index.lower, index.upper) if bound)
    if isinstance(index, ast.UnaryOp):
        return _is_place(index.operand)
    return isinstance(index, ast.Constant) and isinstance(index.value, int)
