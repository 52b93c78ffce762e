"""The help: what the keys of the screen underneath do."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import ClassVar

from rich.cells import cell_len
from textual.actions import parse
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from shopcli.tui.screens.screen import Asking, Dialog
from shopcli.tui.widgets.bars import KeyHints, key_name
from shopcli.tui.widgets.box import Box

_WIDTH = 54
_KEYS_WIDTH = 15


class KeysScreen(Dialog[None]):
    """Lists the keys that are active on a screen, then those that always are.

    Args:
        explained: The screen underneath.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1,enter", "cancel", show=False),
    ]

    def __init__(self, explained: Screen[object]) -> None:
        super().__init__()
        self._field_keys = tuple(explained.field_keys()) if isinstance(explained, Asking) else ()
        self._is_box = isinstance(explained, Dialog)
        self._q_leaves = not isinstance(explained, Dialog) or explained.Q_LEAVES
        say = self.visit.wording.catalogue.text
        self._here = [
            (
                f"{binding.key_display or _keys(binding)}",
                say(binding.tooltip or binding.description),
            )
            for binding in explained.BINDINGS
            if isinstance(binding, Binding) and binding.description and _is_live(explained, binding)
        ]

    def compose(self) -> ComposeResult:
        """Compose the keys of the screen, then those of every screen."""
        width = max(20, min(_WIDTH, self.app.size.width - 8))
        said: set[str] = set()
        say = self.visit.wording.catalogue.text
        sections = [
            (say("Here"), [*self._field_keys, *self._here]),
            (say("Everywhere"), [] if self.store.kiosk else list(self._always())),
        ]
        parts: list[str | tuple[str, str]] = []
        for heading, rows in sections:
            if rows := _unsaid(rows, said):
                parts += ["\n" if parts else "", (f"{heading}\n", "bold"), *_table(rows, width)]
        with Box():
            yield Static(say("Keys"), classes="dialog--title", markup=False)
            with VerticalScroll():
                yield Static(Content.assemble(*parts).rstrip(), markup=False)
            yield KeyHints()

    def _always(self) -> Iterable[tuple[str, str]]:
        say = self.visit.wording.catalogue.text
        if not self._q_leaves:
            yield "ctrl+q", say("Quit at once, also while typing")
            return
        if self._is_box:  # over a screen, whose keys it holds back
            yield "q  ctrl+q", say("Quit; ctrl+q at once, also while typing")
            return
        pages = [say(name) for name in self.store.pages.values()]
        yield f"1 … {len(pages)}", ", ".join(pages)
        yield "↑ ↓", say("Move; also j and k, page keys, home, end")
        yield "tab", say("To the next part of the screen")
        yield "c", say("Cart: coupon, total, pay")
        if not self.visit.bound:
            yield "u", say("Say who shops")
        yield "y", say("Copy the shop command of what was done last")
        yield "ctrl+p", say("Every command by name, and the themes")
        yield "q  ctrl+q", say("Quit; ctrl+q at once, also while typing")


def _is_live(screen: Screen[object], binding: Binding) -> bool:
    _, name, parameters = parse(binding.action)
    return screen.check_action(name, parameters) is not False


def _unsaid(rows: Iterable[tuple[str, str]], said: set[str]) -> list[tuple[str, str]]:
    """The rows whose keys no earlier row listed; adds their keys to `said`."""
    left = []
    for keys, description in rows:
        named = set(keys.replace("↑↓", "↑ ↓").split())
        if not named <= said:
            said |= named
            left.append((keys, description))
    return left


def _keys(binding: Binding) -> str:
    return "  ".join(key_name(key) for key in binding.key.split(",")[:3])


def _table(rows: Iterable[tuple[str, str]], width: int) -> list[str | tuple[str, str]]:
    parts: list[str | tuple[str, str]] = []
    for keys, description in rows:
        indent = max(_KEYS_WIDTH, cell_len(keys) + 3)
        first, *rest = wrap(description, width - indent)
        parts += [(f"  {keys}{' ' * (indent - 2 - cell_len(keys))}", "$text-accent"), f"{first}\n"]
        parts += [f"{' ' * indent}{line}\n" for line in rest]
    return parts
