"""Words for what was scanned at the till and not taken: each code whole, or its length."""

from __future__ import annotations

from collections.abc import Sequence

from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.showing import inert
from shopcli.domain.text import IDENTIFIER_LENGTH_MAX
from shopcli.tui.widgets.columns import folded

TAKES_AWAY = " esc takes this away."

_SHOWN_MAX = 4
"""Most scans that were not taken which are named, the last ones."""

_LINE_COUNT_MAX = 5
"""Most lines that name them, where there are several."""

_CODE_LENGTH_MAX = IDENTIFIER_LENGTH_MAX + len(f":{AMOUNT_MAX}")
"""Most characters of a code with a quantity behind it; no other text is repeated."""


def untaken_text(texts: Sequence[str], width: int) -> str:
    """Name the last of what was not taken, each whole, and count the others.

    Args:
        texts: As they were scanned or typed.
        width: Of a line, in cells.
    """
    names = [_whole_or_length(text) for text in texts]
    for shown in range(min(len(names), _SHOWN_MAX), 0, -1):
        more = len(names) - shown
        before = f" and {more:,} before" if more else ""
        told = f"Not in the cart: {', '.join(names[-shown:])}{before}."
        if len(folded(f"{told}{TAKES_AWAY}", width)) <= _LINE_COUNT_MAX:
            break
    return told


def _whole_or_length(text: str) -> str:
    """A scanned text; what is longer than any code is told by its length."""
    return inert(text) if len(text) <= _CODE_LENGTH_MAX else f"{len(text):,} characters"
