"""Pastes: one event each, whatever is in them and however the terminal's reads cut them."""

from __future__ import annotations

import pytest
from textual.events import Key, Paste

from shopcli.tui.widgets.pasting import PasteParser

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
    parser = PasteParser()

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
