"""The theme that is chosen in the storefront, and where it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shopcli.cli.configuration import CHOICES, THEME_DEFAULT, of_process, read_file
from shopcli.domain.errors import InvalidInput
from shopcli.tui.app import make_app
from tests.command_lines import carry_out
from tests.tui.stage import Stage, perform
from tests.tui.terminals import COMMAND, bare_pty

if TYPE_CHECKING:
    from shopcli import Shop

LIGHT_GROUND = b"48;2;252;251;248"
"""How a terminal is told the background of `shop-light`."""


def test_each_theme_that_can_be_configured_is_there(stocked: Shop) -> None:
    """The command line names those that the storefront has, and no others."""
    app = make_app(stocked, user="kim", theme="nord")

    assert set(CHOICES["theme"]) == set(app.available_themes)
    assert app.theme == "nord"
    assert make_app(stocked, user="kim", theme=THEME_DEFAULT).theme == "shop-dark"


def test_no_theme_hides_what_a_question_is_about(stocked: Shop) -> None:
    """In each theme that is offered, the screen shows beside a dialog and the palette."""

    async def play(stage: Stage) -> None:
        for keys, asks in (("u", "Who is shopping?"), ("ctrl+p", "Search for commands")):
            await stage.press(keys)
            for theme in CHOICES["theme"]:
                stage.app.theme = theme
                await stage.sees(asks, "kim 50,000", "1 Shop")
            await stage.press("escape")

    perform(make_app(stocked, user="kim"), play)


def test_a_theme_that_is_chosen_is_kept(stocked: Shop) -> None:
    """Each that is chosen is handed on, the one to begin with is not, and a variable is named."""
    kept: list[str] = []

    def keep(theme: str) -> str:
        kept.append(theme)
        return "SHOP_THEME" if theme == "nord" else ""

    async def play(stage: Stage) -> None:
        await stage.press("ctrl+p")
        await stage.type("theme")
        await stage.press("enter")
        await stage.type("shop-light")
        await stage.press("enter")
        await stage.until(lambda: kept == ["shop-light"])
        assert stage.app.theme == "shop-light"
        stage.app.theme = "nord"
        await stage.sees("SHOP_THEME is set here")

    app = make_app(stocked, user="kim", theme="shop-dark")
    app.keep_theme = keep
    perform(app, play)
    assert kept == ["shop-light", "nord"]


def test_a_theme_that_cannot_be_kept_holds_for_the_visit(stocked: Shop) -> None:
    """A file that cannot be written is told in a line, and the theme is there all the same."""

    def keep(_theme: str) -> str:
        raise InvalidInput(
            "The configuration file {file} cannot be written: {why}.",
            details={"file": "/x/y", "why": "no", "reason": "unwritable_configuration"},
        )

    async def play(stage: Stage) -> None:
        stage.app.theme = "shop-light"
        await stage.sees("for this visit alone", "/x/y")
        await stage.press("plus")
        await stage.sees("cart 1")
        assert stage.app.theme == "shop-light"

    app = make_app(stocked, user="kim", theme="shop-dark")
    app.keep_theme = keep
    perform(app, play)


def test_a_theme_is_there_the_next_time(stocked: Shop, shop_url: str, tmp_path: Path) -> None:
    """The command writes it to the configuration file, beside what is there, and begins with it."""
    assert stocked.verify().ok
    line = [*COMMAND, "--db", shop_url, "-u", "kim"]
    assert carry_out("config", "set", "bell", "no", cwd=tmp_path).returncode == 0
    with bare_pty(line, COLORTERM="truecolor") as terminal:
        terminal.read_until(b"puts it into your cart")
        assert LIGHT_GROUND not in terminal.written
        terminal.press(b"\x10")
        terminal.read_until(b"Change the theme")
        terminal.press(b"theme")
        terminal.read_until_quiet()  # an enter before anything is found chooses nothing
        terminal.press(b"\r")
        terminal.read_until(b"flexoki")
        terminal.press(b"shop-light\r")
        terminal.read_until(LIGHT_GROUND)
        terminal.read_until_quiet()
        terminal.press(b"q")
        terminal.read(1.0)
        assert terminal.process.wait(20) == 0

    assert read_file(of_process().file_path()) == {"bell": "no", "theme": "shop-light"}
    with bare_pty(line, COLORTERM="truecolor") as terminal:
        terminal.read_until(b"puts it into your cart")
        assert LIGHT_GROUND in terminal.written
