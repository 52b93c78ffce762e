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
from textual.widgets import Input, Static

from shopcli.domain.showing import inert
from shopcli.tui.screens.screen import Asking, Dialog
from shopcli.tui.widgets.bars import Answer, KeyHints, is_typed, key_name
from shopcli.tui.widgets.box import Box
from shopcli.tui.widgets.rows import RowList

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
        self._told = [one.text for one in explained.query(Answer) if one.is_cut or not one.display]
        say = self.visit.wording.catalogue.text
        self._here = [
            (_keys(binding), say(binding.tooltip or binding.description))
            for binding in _bindings(explained)
            if binding.description and _is_live(explained, binding)
        ]
        self._always = [] if self.store.kiosk else list(self._everywhere(explained))

    def compose(self) -> ComposeResult:
        """Compose what is told there and was cut, the keys of the screen, those of every screen."""
        width = max(20, min(_WIDTH, self.app.size.width - 8))
        said: set[str] = set()
        say = self.visit.wording.catalogue.text
        sections = [
            (say("Here"), [*self._field_keys, *self._here]),
            (say("Everywhere"), self._always),
        ]
        parts: list[str | tuple[str, str]] = []
        if told := list(filter(None, self._told)):
            told = [inert(line) for text in told for line in text.splitlines()]
            parts += [(f"{say('What was told')}\n", "bold"), "\n".join(told), "\n"]
        for heading, rows in sections:
            if rows := _unsaid(rows, said):
                parts += ["\n" if parts else "", (f"{heading}\n", "bold"), *_table(rows, width)]
        with Box():
            yield Static(say("Keys"), classes="dialog--title", markup=False)
            with VerticalScroll():
                yield Static(Content.assemble(*parts).rstrip(), markup=False)
            yield KeyHints()

    def _everywhere(self, explained: Screen[object]) -> Iterable[tuple[str, str]]:
        """Keys that no screen lists itself, as far as they do something on this one."""
        say = self.visit.wording.catalogue.text
        is_box, is_typing = isinstance(explained, Dialog), isinstance(explained.focused, Input)
        has_letters = not is_box and not is_typing
        leads_away = has_letters and self.visit.payment is None  # else user and tab stay
        if leads_away:
            pages = [say(name) for name in self.store.pages.values()]
            yield f"1 … {len(pages)}", ", ".join(pages)
        yield from self._moving(explained)
        if has_letters:
            own = {key for binding in _bindings(explained) for key in binding.key.split(",")}
            if "c" not in own:
                yield "c", say("Cart: coupon, total, pay")
            if leads_away and not self.visit.bound:
                yield "u", say("Say who shops")
            yield "y", say("Copy the shop command of what was done last")
        if not is_box:
            yield "ctrl+p", say("Every command by name, and the themes")
        if is_typing:
            yield "ctrl+q", say("Quit at once, also while typing")
        else:
            yield "q  ctrl+q", say("Quit; ctrl+q at once, also while typing")

    def _moving(self, explained: Screen[object]) -> Iterable[tuple[str, str]]:
        """Keys that move, where there is more than one place to move to."""
        say, focused = self.visit.wording.catalogue.text, explained.focused
        if isinstance(focused, RowList):
            if focused.row_count > 1:
                yield "↑ ↓", say("Move; also j and k, page keys, home, end")
        elif focused is not None and focused.max_scroll_y:
            yield "↑ ↓", say("Scroll; also page keys, home, end")
        if len(explained.focus_chain) > 1:
            yield "tab", say("To the next part of the screen")


def _bindings(screen: Screen[object]) -> Iterable[Binding]:
    """The bindings of a screen and of the kinds of screens that it is one of, its own first.

    Those of the application that a box repeats are listed with what is everywhere.
    """
    for kind in type(screen).__mro__:
        if issubclass(kind, Asking):
            for binding in kind.__dict__.get("BINDINGS", ()):
                if isinstance(binding, Binding) and not binding.action.startswith("app."):
                    yield binding


def _is_live(screen: Screen[object], binding: Binding) -> bool:
    """Whether a key does something, and is not taken as text by the field with the focus."""
    _, name, parameters = parse(binding.action)
    if not screen.check_action(name, parameters):
        return False
    return not all(is_typed(screen.focused, key, binding) for key in binding.key.split(","))


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
    """The names of its keys; = is + without shift, and not named beside it."""
    shown = (binding.key_display or "").split()
    names = [key_name(key) for key in binding.key.split(",")]
    others = [name for name in names if name not in {*shown, "="}]
    return "  ".join([*([" ".join(shown)] if shown else []), *others[:3]])


def _table(rows: Iterable[tuple[str, str]], width: int) -> list[str | tuple[str, str]]:
    parts: list[str | tuple[str, str]] = []
    for keys, description in rows:
        indent = max(_KEYS_WIDTH, cell_len(keys) + 3)
        first, *rest = wrap(description, width - indent)
        parts += [(f"  {keys}{' ' * (indent - 2 - cell_len(keys))}", "$text-accent"), f"{first}\n"]
        parts += [f"{' ' * indent}{line}\n" for line in rest]
    return parts
