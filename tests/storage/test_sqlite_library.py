"""Which SQLite runs: never WAL mode on a release with the WAL-reset bug."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from shopcli.storage.sqlite.library import choose, loses_no_commit


def _module(version: str) -> SimpleNamespace:
    numbers = tuple(int(number) for number in version.split("."))
    return SimpleNamespace(sqlite_version=version, sqlite_version_info=numbers)


@pytest.mark.parametrize(
    ("version", "mended"),
    [
        ("3.37.2", False),
        ("3.40.1", False),
        ("3.44.5", False),
        ("3.44.6", True),
        ("3.45.0", False),
        ("3.50.6", False),
        ("3.50.7", True),
        ("3.51.0", False),
        ("3.51.2", False),
        ("3.51.3", True),
        ("3.53.4", True),
    ],
)
def test_mended_releases_are_known(version: str, mended: bool) -> None:  # noqa: FBT001 - a case
    """The bug is in all releases but the newest and two branches."""
    assert loses_no_commit(_module(version).sqlite_version_info) is mended


@pytest.mark.parametrize(
    ("standard", "bundled", "name", "mode"),
    [
        ("3.51.3", "3.53.4", "sqlite3", "WAL"),
        ("3.40.1", "3.53.4", "pysqlite3", "WAL"),
        ("3.40.1", "3.51.1", "sqlite3", "DELETE"),
        ("3.40.1", None, "sqlite3", "DELETE"),
        ("3.50.7", None, "sqlite3", "WAL"),
    ],
)
def test_the_safest_library_is_chosen(
    standard: str, bundled: str | None, name: str, mode: str
) -> None:
    """The standard library's if mended, else the bundled one if mended, else no WAL mode."""
    chosen = choose(_module(standard), None if bundled is None else _module(bundled))

    assert (chosen.name, chosen.journal_mode) == (name, mode)
