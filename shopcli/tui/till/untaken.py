"""Words for what was scanned at the till and not taken: each code whole, or its length."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shopcli.domain.facts import filled
from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.showing import inert
from shopcli.domain.text import IDENTIFIER_LENGTH_MAX
from shopcli.tui.cart import CartLine
from shopcli.tui.widgets.columns import folded
from shopcli.tui.wording import counted

_SHOWN_MAX = 4
"""Most scans that were not taken which are named, the last ones."""

_LINE_COUNT_MAX = 5
"""Most lines that name them, where there are several."""

_CODE_LENGTH_MAX = IDENTIFIER_LENGTH_MAX + len(f":{AMOUNT_MAX}")
"""Most characters of a code with a quantity behind it; no other text is repeated."""


def takes_away(told: str, say: Callable[[str], str]) -> str:
    """What is told until a key takes it away, with that key."""
    return f"{told} {say('esc takes this away.')}"


def untaken_text(texts: Sequence[str], width: int, say: Callable[[str], str]) -> str:
    """Name the last of what was not taken, each whole, and count the others.

    Args:
        texts: As they were scanned or typed.
        width: Of a line, in cells.
        say: Translates a text.
    """
    all_of_them = say("Not in the cart: {named}.")
    last = say("Not in the cart: {named} and {count} before.")
    return _named(texts, width, all_of_them, last, say)


def waiting_text(
    texts: Sequence[str], width: int, say: Callable[[str], str], *, is_sent: bool
) -> str:
    """Name, as `untaken_text`, what waits for money on its way, or for the end of a sale.

    Args:
        texts: As of `untaken_text`.
        width: As of `untaken_text`.
        say: As of `untaken_text`.
        is_sent: Whether money is on its way; else there is a sale that is not paid.
    """
    if is_sent:
        all_of_them = say("Waits for its turn: {named}.")
        last = say("Waits for its turn: {named} and {count} before.")
    else:
        all_of_them = say("Waits until that is paid or put down: {named}.")
        last = say("Waits until that is paid or put down: {named} and {count} before.")
    return _named(texts, width, all_of_them, last, say)


def put_down_text(lines: Sequence[CartLine], say: Callable[[str], str]) -> str:
    """Name what is put down where scans that waited behind it are taken at once."""
    named = [counted(one.quantity, inert(one.product.name)) for one in lines[:_SHOWN_MAX]]
    more = ["…"] if len(lines) > _SHOWN_MAX else []
    told = say("Put down: {named}. f9 takes it back once the cart is empty.")
    return filled(told, {"named": ", ".join(named + more)})


def _named(
    texts: Sequence[str], width: int, all_of_them: str, last: str, say: Callable[[str], str]
) -> str:
    """Fill the first form with all texts; where that is too long, the second with the last."""
    names = [_whole_or_length(text, say) for text in texts]
    for shown in range(min(len(names), _SHOWN_MAX), 0, -1):
        more = len(names) - shown
        facts = {"named": ", ".join(names[-shown:]), "count": f"{more:,}"}
        told = filled(last if more else all_of_them, facts)
        if len(folded(takes_away(told, say), width)) <= _LINE_COUNT_MAX:
            break
    return told


def _whole_or_length(text: str, say: Callable[[str], str]) -> str:
    """A scanned text; what is longer than any code is told by its length."""
    if len(text) <= _CODE_LENGTH_MAX:
        return inert(text)
    return filled(say("{count} characters"), {"count": f"{len(text):,}"})
