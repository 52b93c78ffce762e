"""The contracts between layers, as they stand in pyproject.toml."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_imports_go_down_the_layers() -> None:
    """No module imports from a layer above its own or a library that is not its layer's."""
    checked = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Whoever reads a module can read what it imports first, types included."""
    from grimp import build_graph  # not where the wheel is tested alone

    graph = build_graph("shopcli", cache_dir=None)
    waiting = {
        module: graph.find_modules_directly_imported_by(module) - {"shopcli"}
        for module in graph.modules - {"shopcli"}
    }
    # Whatever imports nothing that still waits is read; what is left over waits for itself.
    while read := {module for module, imported in waiting.items() if not imported & {*waiting}}:
        waiting = {module: imported for module, imported in waiting.items() if module not in read}

    assert sorted(waiting) == []
