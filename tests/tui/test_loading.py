"""What is not on the first screen is loaded while nobody presses a key, and styles are kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from textual.geometry import Size
from textual.screen import Screen

import shopcli
from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.first_paint import KeptStyles
from shopcli.tui.screens.help import KeysScreen
from shopcli.tui.screens.preloading import BEHIND_TABS, SCREENS, Preloading, load
from shopcli.tui.screens.screen import STYLES_BEHIND, Asking, StoreScreen
from tests.tui.stage import Stage, perform

RULE = "Label { color: $ink; }"

BEHIND = (
    *(f"{SCREENS}.{module}" for module in (*BEHIND_TABS, "picking", "statement", "till")),
    *(f"shopcli.tui.{module}" for module in ("payment", "checkout", "desk", "journal", "till")),
    *(f"shopcli.domain.records.{noun}" for noun in ("coupons", "orders", "outbox", "reports")),
    *("shopcli.engine.use_cases.orders", "shopcli.relay", "shopcli.engine.moving"),
    *("sqlalchemy", "alembic", "psycopg", "http.client", "hashlib", "typer", "shopcli.cli.main"),
)
"""What nobody sees on the first screen."""

START = f"""
import json, sys
from shopcli.__main__ import _command_line
_command_line(["tui", "--db", sys.argv[1]])
from shopcli import Shop
with Shop.open(sys.argv[1]) as shop:
    from shopcli.tui.app import make_app
    app = make_app(shop, user="kim", sort="category", theme="shop-dark")
    assert app.visit.opening.surroundings.balance is not None
    import shopcli.tui.screens.shop
    print(json.dumps([name for name in {BEHIND!r} if name in sys.modules]))
"""


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
        [partial(load, module) for module in ("me", "best")],
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


@pytest.mark.wheel
def test_before_the_first_paint_nothing_is_loaded_that_is_not_on_it(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Each module takes a millisecond, each record half of one, and other libraries more."""
    path = shutil.copy(sqlite_template, tmp_path / "shop.db")
    with Shop.open(str(path)) as shop:
        shop.add_user("kim")
    done = subprocess.run(
        [sys.executable, "-c", START, str(path)],
        env={**os.environ, "PYTHONPATH": str(Path(shopcli.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_the_first_paint_reads_no_styles_of_other_screens(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are read while nobody presses a key, and no tab that is opened then renews any."""
    told: list[bool] = []
    renewed: list[bool] = []
    app = make_app(stocked, user="kim", theme="shop-dark")
    behind = str(STYLES_BEHIND)

    async def play(stage: Stage) -> None:
        await stage.until(lambda: len(told) == 2)
        assert app.stylesheet.has_source(behind)
        monkeypatch.setattr(app, "refresh_css", lambda: renewed.append(True))
        await stage.press("2")
        await stage.press("1")
        assert stage.app.current_mode == "shop"

    def loaded() -> None:
        if not told:
            assert not app.stylesheet.has_source(behind)
        told.append(True)

    app.is_loaded = loaded
    perform(app, play)
    assert renewed == []


def test_a_tab_opened_at_once_has_its_styles(stocked: Shop) -> None:
    """Nobody waits for them to be read while idle."""

    async def play(stage: Stage) -> None:
        await stage.press("2")
        assert stage.screen.query_one("#coupon-detail").styles.padding.left == 2

    perform(make_app(stocked, user="kim"), play)


def test_a_tab_is_styled_and_read_once_when_it_is_opened(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Textual tells a new tab twice that it is on top; each costs a styling and a question."""
    resumed: list[str] = []
    styled: list[str] = []
    resume, style = StoreScreen.on_screen_resume, StoreScreen.update_node_styles

    def count_resume(screen: StoreScreen) -> None:
        resumed.append(type(screen).__name__)
        resume(screen)

    def count_styling(screen: StoreScreen, animate: bool = True) -> None:  # noqa: FBT001, FBT002  # Textual's
        styled.append(type(screen).__name__)
        style(screen, animate)

    monkeypatch.setattr(StoreScreen, "on_screen_resume", count_resume)
    monkeypatch.setattr(StoreScreen, "update_node_styles", count_styling)

    async def play(stage: Stage) -> None:
        assert resumed == ["ShopScreen"]
        stage.app.stylesheet.learn(STYLES_BEHIND)
        await stage.press("2")
        assert (resumed, styled) == (["ShopScreen", "CouponsScreen"], [])
        await stage.press("1")
        await stage.press("2")
        assert resumed == ["ShopScreen", "CouponsScreen", "ShopScreen", "CouponsScreen"]
        assert styled == ["ShopScreen", "CouponsScreen"]

    perform(make_app(stocked, user="kim"), play)


def test_a_box_is_laid_out_once_for_its_size(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Textual lays it out twice, and each screen behind it anew; another size counts for both."""
    laid_out: list[str] = []
    refresh = Asking._refresh_layout  # noqa: SLF001  # what is saved

    def count_layout(
        screen: Asking[object],
        size: Size | None = None,
        scroll: bool = False,  # noqa: FBT001, FBT002  # Textual's
    ) -> None:
        if size is not None:
            laid_out.append(type(screen).__name__)
        refresh(screen, size, scroll)

    monkeypatch.setattr(Asking, "_refresh_layout", count_layout)

    async def play(stage: Stage) -> None:
        laid_out.clear()
        await stage.press("question_mark")
        assert laid_out == ["KeysScreen"]
        await stage.pilot.resize_terminal(100, 30)
        await stage.until(lambda: {*laid_out[1:]} == {"KeysScreen", "ShopScreen"})

    perform(make_app(stocked, user="kim"), play)


def test_a_box_is_whole_when_it_is_painted_first(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its keys, laid out for its width, are on it; to paint it before would cost as much again."""
    painted: list[str] = []
    app = make_app(stocked, user="kim")
    display = app._display  # noqa: SLF001  # what is painted is told nowhere else

    def keep(screen: Screen[object], renderable: object) -> None:
        display(screen, renderable)
        if isinstance(screen, KeysScreen):
            strips = screen._compositor.render_strips()  # noqa: SLF001  # as above
            painted.append("\n".join(strip.text for strip in strips))

    async def play(stage: Stage) -> None:
        monkeypatch.setattr(app, "_display", keep)
        await stage.press("question_mark")
        assert "esc Back" in painted[0]

    perform(app, play, draws=True)


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
