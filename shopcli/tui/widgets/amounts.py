"""Names on the left, amounts on the right: bills, receipts, totals."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, chop_cells
from textual.content import Content

from shopcli.domain.showing import inert
from shopcli.tui.widgets.columns import fitted

_STRONG = frozenset({"Total", "Balance after"})


def ledger(
    entries: Sequence[tuple[str, str]], width: int, notes: Sequence[str] = (), *, whole: str = ""
) -> Content:
    """Draw entries in that many cells; an amount is never cut, a name may be.

    Args:
        entries: (name, amount); both may be untrusted.
        width: In cells.
        notes: What to say below, wrapped.
        whole: A name that is never cut: where it does not fit it takes lines of its own.
    """
    parts: list[str | tuple[str, str]] = []
    for name, amount in entries:
        shown, value = inert(name), inert(amount)
        room = max(1, width - cell_len(value) - 1)
        above = ""
        if name == whole and cell_len(shown) > room:
            above, shown = _over_lines(shown, width, room)
        text = f"{above}{fitted(shown, room)} {value}\n"
        parts.append((text, "bold") if name in _STRONG else text)
    parts += [(f"{inert(note)}\n", "$text-error") for note in notes]
    return Content.assemble(*parts).rstrip()


def _over_lines(name: str, width: int, room: int) -> tuple[str, str]:
    """What of a name goes on lines of its own, and what is left to go beside the amount."""
    kind, _, code = name.rpartition(" ")
    lines = chop_cells(code, width)
    if kind and cell_len(name) <= width:
        lines = [name]
    elif kind:
        lines = [kind, *lines]
    if cell_len(lines[-1]) > room:
        lines.append("")
    return "".join(f"{line}\n" for line in lines[:-1]), lines[-1]
