"""What the keys of the screen underneath do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from shopcli.tui.screens.frame import Dialog
from shopcli.tui.widgets.bars import KeyHints, key_name

_ALWAYS = (
    ("1 … 5", "Shop, Coupons, Me, Best, Desk"),
    ("↑ ↓", "Move; also j and k, page keys, home, end"),
    ("tab", "To the next part of the screen"),
    ("c", "Cart: coupon, total, pay"),
    ("u", "Say who shops"),
    ("y", "Copy the shop command of what was done last"),
    ("ctrl+p", "Every command by name, and the themes"),
    ("q  ctrl+q", "Quit; ctrl+q also while typing"),
)
_TILL = (
    ("enter", "Take what was scanned or typed; empty: go on to paying"),
    ("SKU:3", "Three of a product"),
    ("ctrl+q", "Quit"),
)


class GuideScreen(Dialog[None]):
    """Lists the keys that are live on a screen, then those that always are.

    Args:
        explained: The screen underneath.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1,enter", "cancel", show=False),
    ]

    def __init__(self, explained: Screen[object]) -> None:
        super().__init__()
        self._hints: tuple[tuple[str, str], ...] = getattr(explained, "HINTS", ())
        self._here = [
            (f"{binding.key_display or _keys(binding)}", binding.description)
            for binding in explained.BINDINGS
            if isinstance(binding, Binding) and binding.description
        ]

    def compose(self) -> ComposeResult:
        """The keys, here and everywhere."""
        always = _TILL if self.store.kiosk else _ALWAYS
        parts: list[str | tuple[str, str]] = [("Here\n", "bold")]
        parts += _table([*self._hints, *self._here])
        parts.append(("\nEverywhere\n", "bold"))
        parts += _table(always)
        with Vertical(classes="dialog"):
            yield Static("Keys", classes="dialog--title", markup=False)
            with VerticalScroll():
                yield Static(Content.assemble(*parts).rstrip(), markup=False)
            yield KeyHints()


def _keys(binding: Binding) -> str:
    return "  ".join(key_name(key) for key in binding.key.split(",")[:3])


def _table(rows: Iterable[tuple[str, str]]) -> list[str | tuple[str, str]]:
    parts: list[str | tuple[str, str]] = []
    for keys, description in rows:
        parts += [(f"  {keys:<12}", "$text-accent"), f" {description}\n"]
    return parts
