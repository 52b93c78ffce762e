"""Limits that keep the code readable, checked on the files themselves."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "shopcli"
MODULES = sorted(PACKAGE.rglob("*.py"))

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
FOLDER_ENTRIES_MAX = 25
# Names that would hold anything, so that in time they do.
BANNED_NAMES = {
    "base", "common", "core", "helper", "helpers", "lib", "misc", "shared", "tools", "util",
    "utils",
}  # fmt: skip
TOP_LEVEL = {
    ".ci", ".gitattributes", ".github", ".gitignore", ".python-version", "LICENSE", "README.md",
    "data", "noxfile.py", "pyproject.toml", "shopcli", "tests", "uv.lock",
}  # fmt: skip

_RULE_OFF = re.compile(r"# (?:noqa: [A-Z0-9]+(?:, [A-Z0-9]+)*|type: ignore\[[a-z, -]+\])(.*)$")

BLOCKS = {"reading", "reading_at_once", "writing", "writing_at_once"}
# Blocks that run once: what may take an hour, and steps of a use case that is run again itself.
RUN_ONCE = {"verify", "rehearse", "_take_all", "_place_by_cache"}


@cache
def _trees() -> dict[str, ast.Module]:
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in MODULES
    }


def test_modules_are_short() -> None:
    """No module has more than 600 lines."""
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}

    assert {path: count for path, count in lines.items() if count > FILE_LINES_MAX} == {}


def test_folders_are_small() -> None:
    """No folder holds more than 25 modules and folders of modules."""
    entries = {path for path in MODULES if path.name != "__init__.py"}
    entries |= {path.parent for path in MODULES} - {PACKAGE}
    counts = Counter(entry.parent.relative_to(ROOT).as_posix() for entry in entries)

    assert {folder: count for folder, count in counts.items() if count > FOLDER_ENTRIES_MAX} == {}


def test_modules_say_what_they_own() -> None:
    """Every module opens with a docstring."""
    assert [name for name, tree in _trees().items() if not ast.get_docstring(tree)] == []


def test_functions_fit_on_a_screen() -> None:
    """No function has more than 70 lines, docstring included."""
    lines = {
        f"{name}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for name, tree in _trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert MODULES
    assert {name: count for name, count in lines.items() if count > FUNCTION_LINES_MAX} == {}


def test_whatever_opens_a_block_runs_again() -> None:
    """A use case that others may come between is run again, so none is refused by chance."""
    opening = {
        f"{name}:{node.name}": any(_is_retried(decorator) for decorator in node.decorator_list)
        for name, tree in _trees().items()
        if name.startswith("shopcli/engine/") and not name.endswith("/exports.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(map(_opens_block, ast.walk(node)))
    }

    assert any(opening.values())
    once = {name for name, is_retried in opening.items() if not is_retried}
    assert {name.partition(":")[2] for name in once} == RUN_ONCE


def _is_retried(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Name) and decorator.id == "retried"


def _opens_block(node: ast.AST) -> bool:
    if not isinstance(node, ast.withitem) or not isinstance(node.context_expr, ast.Call):
        return False
    function = node.context_expr.func
    return isinstance(function, ast.Attribute) and function.attr in BLOCKS


def test_no_module_may_hold_just_anything() -> None:
    """No module or folder has a name that says nothing about its contents."""
    inside = [path.relative_to(PACKAGE) for path in MODULES]
    banned = [path for path in inside if BANNED_NAMES & {*path.parts, path.stem}]

    assert banned == []


def test_only_what_was_agreed_lies_at_the_top() -> None:
    """The top of the repository holds the agreed files and folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - whichever git the developer uses
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: build products cannot be told from sources")
    tops = {name.split("/", 1)[0] for name in listed.stdout.split("\0") if name}

    assert tops - TOP_LEVEL == set()


def test_each_rule_that_is_off_says_why() -> None:
    """Beside every `noqa` and `type: ignore` stands its reason, or in the comment above it."""
    missing = []
    for path in [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]:
        lines = path.read_text(encoding="utf-8").splitlines()
        for above, line in pairwise(["", *lines]):
            found = _RULE_OFF.search(line)
            if found and not re.search(r"\w", found[1]) and not above.lstrip().startswith("#"):
                missing.append(f"{path.relative_to(ROOT)}: {line.strip()}")

    assert missing == []
