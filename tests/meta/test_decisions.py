"""The map is of this house: what it names is there, and what is there is named."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "shopcli"
MAP = PACKAGE / "DECISIONS.md"
_PATH = re.compile(r"`((?:shopcli|tests)/[\w./-]+)`")
_LINK = re.compile(r"\]\(([^)\s:]+)\)")


def test_every_path_of_the_map_leads_somewhere() -> None:
    """Each file and folder that the map names or links to exists."""
    text = MAP.read_text(encoding="utf-8")
    named = [ROOT / path for path in _PATH.findall(text)]
    named += [PACKAGE / link for link in _LINK.findall(text)]

    assert named
    assert [path.relative_to(ROOT).as_posix() for path in named if not path.exists()] == []


def test_every_package_is_on_the_map() -> None:
    """Each folder with modules has a line; the versions of the schema are their folder's."""
    text = MAP.read_text(encoding="utf-8")
    folders = {path.parent.relative_to(ROOT).as_posix() for path in PACKAGE.glob("*/**/*.py")}

    assert [folder for folder in sorted(folders) if f"`{folder}/" not in text] == []


def test_decisions_are_numbered_without_gap() -> None:
    """A decision keeps its number, so that it can be named by it."""
    _, _, decisions = MAP.read_text(encoding="utf-8").partition("\n## Decisions\n")
    decisions, _, _ = decisions.partition("\n## ")
    numbers = [int(number) for number in re.findall(r"^(\d+)\. \*\*", decisions, re.MULTILINE)]

    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers
