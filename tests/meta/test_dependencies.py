"""What is imported is what is declared, so that an installation has all it needs."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _declared() -> set[str]:
    """The distributions in pyproject, extras included, as they are imported: with _ for -."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *chain.from_iterable(extras)]
    names = {re.split(r"[^A-Za-z0-9_.-]", line, maxsplit=1)[0] for line in lines}
    return {name.replace("-", "_") for name in names}


def _imported(file: Path) -> set[str]:
    """The packages a module imports when it runs, without those only types are taken from."""
    tree = ast.parse(file.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def test_what_is_imported_is_declared() -> None:
    """Each package the shop imports is the standard library's, its own, or a declared one."""
    known = set(sys.stdlib_module_names) | {"shopcli"} | _declared()
    strange = {
        (str(file.relative_to(ROOT)), name)
        for file in sorted((ROOT / "shopcli").rglob("*.py"))
        for name in _imported(file) - known
    }

    assert strange == set()
