"""What the keys of the screen underneath do."""

from __future__ import annotations

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


_EVERYWHERE = {"Help", "Quit", "palette", "Cart"}
"""Descriptions of keys that the second part explains."""


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
        self._here: dict[str, list[str]] = {}
        for key, (_, binding, enabled, _) in explained.active_bindings.items():
            if enabled and binding.description and not binding.system:
                self._here.setdefault(binding.description, []).append(key_name(key))

    def compose(self) -> ComposeResult:
        """The keys, here and everywhere."""
        always = _TILL if self.store.kiosk else _ALWAYS
        parts: list[str | tuple[str, str]] = [("Here\n", "bold")]
        for description, keys in self._here.items():
            if description not in _EVERYWHERE and "ursor" not in description:
                parts += [(f"  {'  '.join(keys[:3]):<12}", "$text-accent"), f" {description}\n"]
        parts.append(("\nEverywhere\n", "bold"))
        for keys_text, description in always:
            parts += [(f"  {keys_text:<12}", "$text-accent"), f" {description}\n"]
        with Vertical(classes="dialog"):
            yield Static("Keys", classes="dialog--title", markup=False)
            with VerticalScroll():
                yield Static(Content.assemble(*parts).rstrip(), markup=False)
            yield KeyHints()
