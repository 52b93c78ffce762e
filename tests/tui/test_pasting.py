"""Pastes: one event each, whatever is in them and however the terminal's reads cut them."""

from __future__ import annotations

import pytest
from textual.events import Key, Paste
from textual.widgets import Input

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.widgets.key_parsing import KeyParser
from tests.tui.stage import Stage, perform

START, END = "\x1b[200~", "\x1b[201~"
PASTES = (
    "line1\nline2\t\x1b[31mred\x1b[0m\rq",
    "\x1b",
    "\x1b\x1b[A\x1b",
    "a\x1b[20",
    f"{START}\ry",
    "\x1b[<0;3;3M\x1bOP",
)


@pytest.mark.parametrize("pasted", PASTES)
@pytest.mark.parametrize("length", [1, 2, 5, 4096])
def test_no_key_of_a_paste_is_obeyed(pasted: str, length: int) -> None:
    """It is one paste up to its end mark; the keys around it are keys."""
    sent = f"a{START}{pasted}{END}b\x1b[A"
    parser = KeyParser()

    found = [
        event
        for place in range(0, len(sent), length)
        for event in parser.feed(sent[place : place + length])
    ]

    assert [one.key if isinstance(one, Key) else type(one) for one in found] == [
        "a",
        Paste,
        "b",
        "up",
    ]
    paste = found[1]
    assert isinstance(paste, Paste)
    assert paste.text == pasted.replace("\x1b", "␛")


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b\rq", ["escape", "enter", "q"]),
        ("\x1b3", ["escape", "3"]),
        ("\x1bx\x1b\x1b[A", ["escape", "x", "escape", "up"]),
        ("\x1b\x7f", ["ctrl+w"]),
        ("\x1bOP", ["f1"]),
    ],
)
def test_a_key_right_behind_escape_is_a_key_of_its_own(sent: str, keys: list[str]) -> None:
    """Both are obeyed, Escape first: an Enter behind it answers no question with yes."""
    found = [*KeyParser().feed(sent)]

    assert [one.key for one in found if isinstance(one, Key)] == keys
    assert len(found) == len(keys)


OPENS = {
    "the search of the shop": ("slash",),
    "a user's name": ("u",),
    "a category": ("g",),
    "a quantity": ("n",),
    "the find of the journal": ("3", "slash"),
    "an amount": ("3", "m"),
    "the palette": ("ctrl+p",),
    "the search of the desk": ("5", "f4", "slash"),
    "a reason at the desk": ("5", "f5", "b"),
    "the count of the drawer": ("5", "f3", "d"),
}
"""Every field of the storefront, and the keys that lead to it."""


@pytest.mark.parametrize("keys", OPENS.values(), ids=OPENS)
def test_a_field_takes_one_line_of_a_paste_or_says_that_it_takes_none(
    stocked: Shop, keys: tuple[str, ...]
) -> None:
    """Never the first of several in silence; blank lines around one are none."""

    async def play(stage: Stage) -> None:
        await stage.press(*keys)
        field = stage.screen.query(Input).first()
        await stage.until(lambda: stage.screen.focused is field)
        stage.app.post_message(Paste("1000\n50000\n"))
        await stage.sees("Nothing was pasted: that is several lines")
        assert field.value == ""
        stage.app.post_message(Paste("\r\n12\r\n"))
        await stage.until(lambda: field.value == "12")
        await stage.until(lambda: "Nothing was pasted" not in stage.text)

    perform(make_app(stocked, user="kim"), play, size=(100, 30))


def test_a_paste_that_is_too_long_is_told(stocked: Shop) -> None:
    """Nothing of it is taken; what is selected gives way."""

    async def play(stage: Stage) -> None:
        await stage.press("u")
        field = stage.screen.query_one(Input)
        stage.app.post_message(Paste("k" * 65))
        await stage.sees("Nothing was pasted: that is too long", "64 characters")
        assert field.value == ""
        stage.app.post_message(Paste("k" * 64))
        await stage.until(lambda: len(field.value) == 64)
        field.select_all()
        stage.app.post_message(Paste("j" * 64))
        await stage.until(lambda: field.value == "j" * 64)

    perform(make_app(stocked), play)
