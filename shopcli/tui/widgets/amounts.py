"""Names on the left, amounts on the right: bills, receipts, totals."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from shopcli.domain.text import inert
from shopcli.tui.widgets.columns import fitted

_STRONG = frozenset({"Total", "Balance after"})


def ledger(entries: Sequence[tuple[str, str]], width: int, notes: Sequence[str] = ()) -> Content:
    """Draw entries in that many cells; an amount is never cut, a name may be.

    Args:
        entries: (name, amount); both may be untrusted.
        width: In cells.
        notes: What to say below, wrapped.
    """
    parts: list[str | tuple[str, str]] = []
    for name, amount in entries:
        shown, value = inert(name), inert(amount)
        text = f"{fitted(shown, max(1, width - cell_len(value) - 1))} {value}\n"
        parts.append((text, "bold") if name in _STRONG else text)
    parts += [(f"{inert(note)}\n", "$text-error") for note in notes]
    return Content.assemble(*parts).rstrip()
