"""What is not on the first screen is loaded while nobody presses a key, and styles are kept."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.first_paint import KeptStyles
from shopcli.tui.screens.preloading import BEHIND_TABS, SCREENS, Preloading
from tests.tui.stage import Stage, perform

RULE = "Label { color: $ink; }"


def test_other_screens_are_loaded_one_a_turn_and_never_while_keys_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A key that comes in between finds at most one module in its way."""
    loaded: list[str] = []
    turns: list[Callable[[], None]] = []
    ended: list[bool] = []
    is_quiet = [False]
    monkeypatch.setattr("shopcli.tui.screens.preloading.import_module", loaded.append)
    preloading = Preloading(
        ("me", "best"),
        lambda _seconds, step: turns.append(step),
        lambda: is_quiet[0],
        lambda: ended.append(True),
    )

    preloading.step()
    assert loaded == []
    is_quiet[0] = True
    turns.pop()()
    assert loaded == [f"{SCREENS}.me"]
    is_quiet[0] = False
    turns.pop()()
    assert loaded == [f"{SCREENS}.me"]
    is_quiet[0] = True
    for _ in range(2):
        turns.pop()()

    assert loaded == [f"{SCREENS}.me", f"{SCREENS}.best"]
    assert (ended, turns) == ([True], [])


def test_a_storefront_that_is_left_alone_loads_its_other_screens(stocked: Shop) -> None:
    """Both times it is told: once the first screen is painted, and once all is loaded."""
    told: list[bool] = []

    async def play(stage: Stage) -> None:
        await stage.until(lambda: len(told) == 2)
        assert all(f"{SCREENS}.{module}" in sys.modules for module in BEHIND_TABS)

    app = make_app(stocked, user="kim")
    app.is_loaded = lambda: told.append(True)
    perform(app, play)


def test_rules_are_parsed_anew_only_for_other_colours() -> None:
    """A tab that is opened parses nothing again; a theme parses all of it."""
    styles = KeptStyles(variables={"ink": "red"})
    styles.add_source(RULE, ("somewhere", "Label.CSS"))
    (first,) = styles.rules

    styles.set_variables({"ink": "red"})
    styles.add_source("Input { color: $ink; }", ("elsewhere", "Input.CSS"))
    styles.reparse()
    assert styles.rules[0] is first
    assert len(styles.rules) == 2

    styles.set_variables({"ink": "blue"})
    styles.reparse()
    assert styles.rules[0].styles.color != first.styles.color
