"""How the storefront behaves whatever is shown: sizes, keys, hostile texts, trouble, silence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual import events
from textual.geometry import Region

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.screens.checkout import CheckoutScreen
from tests.tui.stage import Stage, perform

SIZES = [(40, 12), (60, 16), (80, 24), (120, 36), (200, 60)]
HOSTILE = [
    "[bold]not bold[/bold]",
    "[@click=app.quit]press me[/]",
    "\x1b]0;retitled\x07after",
    "\x1b[2Jgone",
    "tab\tand\nnewline",
    "right\u202eleft",
    "{{braces}} %s $text-error",
    "👩‍👩‍👧‍👦 family",
    "[/]",
]


VIEWS = ("f3", "f4", "enter", "escape", "f5", "enter", "escape", "f6", "enter", "escape", "f7")
"""Keys that open the views of the desk, and what belongs to a row of them."""


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_fits_every_size(stocked: Shop, size: tuple[int, int]) -> None:
    """No screen fails, draws past the edge or cuts a bar, from 40 columns to 200."""

    async def play(stage: Stage) -> None:
        await stage.press("plus")
        for key in ("1", "2", "3", "4", "5", *VIEWS, "1", "c", "tab", "escape", "question_mark"):
            await stage.press(key)
            lines = stage.text.splitlines()
            assert len(lines) == size[1]
            assert all(len(line) <= size[0] for line in lines)
            assert "\u2501\u2026" not in stage.text

    perform(make_app(stocked, user="kim"), play, size=size)


def test_a_storm_of_resizes_is_survived(stocked: Shop) -> None:
    """Resizing without a pause, down to nothing and back, leaves the screen as it was."""

    async def play(stage: Stage) -> None:
        await stage.press("down", "plus")
        await stage.sees("cart 1")
        before = stage.text
        for width, height in [(200, 60), (3, 2), (40, 12), (1, 1), (120, 36), (20, 10)] * 5:
            await stage.pilot.resize_terminal(width, height)
        await stage.pilot.resize_terminal(80, 24)
        await stage.until(lambda: stage.text == before)

    perform(make_app(stocked, user="kim"), play)


def test_hostile_texts_are_shown_and_not_obeyed(shop: Shop, shop_url: str) -> None:
    """Names written past the shop's checks act on no screen: no escape, no markup, no crash."""
    for number, _ in enumerate(HOSTILE):
        shop.add_product(f"P{number}", name=f"name {number}", price=100, stock=5, low_stock=9)
    shop.add_user("kim", name="plain")
    shop.charge("kim", 10_000)
    shop.order("kim", {f"P{number}": 1 for number, _ in enumerate(HOSTILE)})
    _write_past_the_checks(shop)

    async def play(stage: Stage) -> None:
        await stage.sees("[bold]not bold[/bold]", "\\u{1b}]0;retitled")
        for key in ("plus", "down", "plus", "1", "2", "3", "4", "5", *VIEWS, "1", "c"):
            await stage.press(key)
            _check_harmless(stage)
        assert isinstance(stage.screen, CheckoutScreen)
        await stage.press("enter")
        await stage.sees("Paid")
        _check_harmless(stage)
        svg = stage.app.export_screenshot()
        assert "\x1b" not in svg

    perform(make_app(shop, user="kim"), play, size=(120, 40))


def _check_harmless(stage: Stage) -> None:
    strips = stage.screen._compositor.render_strips()  # noqa: SLF001  # what is drawn, as drawn
    drawn = "".join(strip.text for strip in strips)
    assert not any(ord(character) < 32 or character in "\x7f\x9b\u202e" for character in drawn)
    metas = [str(segment.style.meta) for strip in strips for segment in strip if segment.style]
    assert not any("app.quit" in meta for meta in metas)


def _write_past_the_checks(shop: Shop) -> None:
    """Write what the shop itself would refuse, as somebody with the database could."""
    with shop.runtime.writing() as session:
        for number, text in enumerate(HOSTILE):
            session.change(
                "UPDATE products SET name = :name, category = :name WHERE sku = :sku",
                {"name": text, "sku": f"P{number}"},
            )
        session.change("UPDATE users SET name = :name", {"name": HOSTILE[2]})


def test_q_quits_where_no_text_is_typed_and_ctrl_q_everywhere(stocked: Shop) -> None:
    """In the search q is a letter; in the list and in dialogs it ends the storefront, exit 0."""

    async def in_search(stage: Stage) -> None:
        await stage.press("slash")
        await stage.type("qq")
        await stage.sees("qq")
        await stage.pilot.press("ctrl+q")

    async def in_list(stage: Stage) -> None:
        await stage.pilot.press("q")

    async def in_dialog(stage: Stage) -> None:
        await stage.press("3", "m")
        await stage.press("escape", "question_mark")
        await stage.pilot.press("q")

    async def in_help(stage: Stage) -> None:
        await stage.press("question_mark")
        await stage.pilot.press("ctrl+q")

    for play in (in_search, in_list, in_dialog, in_help):
        app = make_app(stocked, user="kim")
        perform(app, play)
        assert app.return_code == 0
        assert not app.is_running


def test_q_asks_before_a_full_cart_is_put_down(stocked: Shop) -> None:
    """With something in the cart q asks, also over a dialog; Ctrl-Q does not."""

    async def play(stage: Stage) -> None:
        await stage.press("plus", "q")
        await stage.sees("Leave with 1 thing in the cart?")
        await stage.press("q", "escape")
        assert stage.app.visit.cart.count == 1
        await stage.press("c")
        await stage.sees("Balance after")
        await stage.press("q")
        await stage.sees("Leave with 1 thing")
        await stage.pilot.press("enter")

    app = make_app(stocked, user="kim")
    perform(app, play)
    assert app.return_code == 0

    async def at_once(stage: Stage) -> None:
        await stage.press("plus")
        await stage.pilot.press("ctrl+q")

    app = make_app(stocked, user="kim")
    perform(app, at_once)
    assert app.return_code == 0


@pytest.mark.parametrize("key", ["pageup", "pagedown", "end", "home", "up", "down", "enter"])
def test_keys_typed_into_an_opening_palette_end_nothing(stocked: Shop, key: str) -> None:
    """What is sent right behind Ctrl-P, before its list is laid out, is harmless."""

    async def play(stage: Stage) -> None:
        driver = stage.app._driver  # noqa: SLF001  # the pilot waits after each key
        assert driver is not None
        for one in ("ctrl+p", key, key):
            driver.send_message(events.Key(one, None))
        await stage.settle()
        assert stage.app.is_running

    perform(make_app(stocked, user="kim"), play)


def test_help_and_palette_explain_themselves(stocked: Shop) -> None:
    """? lists the keys that are live; the palette knows the shop's commands and the themes."""

    async def play(stage: Stage) -> None:
        await stage.press("question_mark")
        await stage.sees("Here", "Search", "Take out", "Everywhere")
        await stage.press("pagedown")
        await stage.sees("Copy the shop command")
        await stage.press("escape")
        await stage.press("ctrl+p")
        await stage.sees("Go to Coupons", "Change the theme")
        await stage.type("desk")
        await stage.press("enter")
        await stage.sees("Deliveries")

    perform(make_app(stocked, user="kim"), play)


def test_y_copies_the_command_of_what_was_done(stocked: Shop) -> None:
    """After an order, y gives its command line: with its key, and in the shop that is open."""

    async def play(stage: Stage) -> None:
        await stage.press("y")
        await stage.sees("Nothing was done yet")
        await stage.press("plus", "plus", "c")
        await stage.sees("Balance after")
        await stage.press("enter")
        await stage.sees("Paid")
        await stage.press("y")
        key = stocked.orders("kim")[0].key
        command = f"shop order AMERICANO:2 -u kim --key {key} --db here.db"
        assert stage.app.clipboard == command
        await stage.press("escape", "y")
        assert stage.app.clipboard == command

    perform(make_app(stocked, user="kim", pasted=lambda text: f"{text} --db here.db"), play)


def test_a_database_that_goes_away_is_said_and_recovered_from(
    stocked: Shop, tmp_path: Path
) -> None:
    """The file is moved away: a banner, keys still live; it comes back: the banner goes."""
    stocked.runtime.database.close()

    async def play(stage: Stage) -> None:
        await stage.sees("Latte")
        stocked.runtime.database.close()
        shutil.move(tmp_path / "shop.db", tmp_path / "away.db")
        await stage.sees("There is no shop", "Reconnecting")
        await stage.press("plus", "2")
        assert "No coupons yet" not in stage.text
        await stage.press("1")
        assert stage.app.is_running
        shutil.move(tmp_path / "away.db", tmp_path / "shop.db")
        await stage.until(lambda: "Reconnecting" not in stage.text)
        await stage.sees("Latte", "cart 1")

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
def test_themes_change_colours_only(stocked: Shop, theme: str) -> None:
    """Any theme says the same."""

    async def play(stage: Stage) -> None:
        await stage.press("plus")
        await stage.sees("cart 1")
        before = stage.text
        stage.app.theme = theme
        await stage.settle()
        assert stage.text == before

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize("size", SIZES)
def test_an_answer_moves_nothing(stocked: Shop, size: tuple[int, int]) -> None:
    """What is clicked is where it was: an answer has its line already, on each tab and in boxes."""

    async def play(stage: Stage) -> None:
        for key in ("1", "2", "3", "4", "5", "1", "plus", "c"):
            await stage.press(key)
            stage.app.say("")
            await stage.settle()
            before = _regions(stage)
            stage.app.say("That is so.", "warn")
            await stage.settle()
            assert "That is so." in stage.text
            assert _regions(stage) == before, key

    perform(make_app(stocked, user="kim"), play, size=size)


def _regions(stage: Stage) -> list[Region]:
    return [widget.region for widget in stage.screen.query("*") if widget.id != "trouble"]
