"""Names on the left, amounts on the right: bills, receipts, totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from shopcli.domain.showing import inert
from shopcli.tui.widgets.columns import folded
from shopcli.tui.widgets.fitting import fitted


class Entry(NamedTuple):
    """A line of a ledger; both texts may be untrusted."""

    name: str
    amount: str
    is_product: bool = False
    """Whether the name may be cut: a product's may, codes, users and our own words may not."""
    is_strong: bool = False
    """Whether it is what counts: a total, or the balance after."""


def ledger(entries: Sequence[Entry], width: int, notes: Sequence[str] = ()) -> Content:
    """Draw entries; a name that does not fit beside its amount gets lines of its own.

    Args:
        entries: From top to bottom.
        width: In cells.
        notes: Text below, wrapped.
    """
    parts: list[str | tuple[str, str]] = []
    for entry in entries:
        text = "".join(f"{line}\n" for line in _lines(entry, width))
        parts.append((text, "bold") if entry.is_strong else text)
    parts += [(f"{inert(note)}\n", "$text-error") for note in notes]
    return Content.assemble(*parts).rstrip()


def _lines(entry: Entry, width: int) -> list[str]:
    name, amount = inert(entry.name), inert(entry.amount)
    room = width - cell_len(amount) - 1
    if cell_len(name) <= room or (entry.is_product and room > 0):
        return [f"{fitted(name, room)} {amount}"]
    *above, last = folded(name, width)
    if cell_len(last) <= room:
        return [*above, f"{fitted(last, room)} {amount}"]
    values = folded(amount, width)
    return [*above, last, *(" " * (width - cell_len(value)) + value for value in values)]
