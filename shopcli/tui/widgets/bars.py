"""What frames every screen: wallet and tabs above, an answer and the live keys below."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from shopcli.domain.showing import inert
from shopcli.tui.widgets.columns import fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual import events
    from textual.binding import Binding
    from textual.screen import Screen

HINT_LINE_COUNT_MAX = 2
"""Lines that the keys may take where one is too short for them."""

_LAST = ("app.help", "help", "leave", "quit")
"""Actions whose keys stand behind all others, in this order."""

_NARROW = 60
"""Below this many columns the tabs stand close together."""

_KEY_NAMES = {
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "question_mark": "?",
    "escape": "esc",
    "enter": "enter",
    "delete": "del",
    "left": "←",
    "right": "→",
    "equals_sign": "=",
    "pagedown": "page down",
    "pageup": "page up",
    "up": "↑",
    "down": "↓",
}


class Hint(NamedTuple):
    """A key, what it does in a word, and the action that a click stands for."""

    key: str
    name: str
    action: str

    @property
    def length(self) -> int:
        """How many cells it takes with the gap behind it."""
        return cell_len(self.key) + cell_len(self.name) + 3

    @property
    def pieces(self) -> list[tuple[str, str, str]]:
        """What is drawn of it."""
        return [(self.key, "strong", self.action), (f" {self.name}  ", "muted", self.action)]


class LineBar(Widget):
    """One or two lines of pieces, some of which do something when clicked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--strong", "bar--muted", "bar--chosen"}

    class Pressed(Message):
        """A piece was clicked; `action` is what it stands for."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's word
        super().__init__(id=id)
        self._spots: dict[int, list[tuple[int, int, str]]] = {}

    def tone(self, name: str) -> Style:
        """The style of a component, on this bar's own."""
        return self.rich_style + self.get_component_rich_style(f"bar--{name}")

    def line(self, y: int, pieces: Sequence[tuple[str, str, str]], right: str = "") -> Strip:
        """Lay (text, tone, action) pieces out from the left and a text at the right end."""
        width, x = self.size.width, 1
        segments = [Segment(" ", self.rich_style)]
        spots: list[tuple[int, int, str]] = []
        for text, tone, action in pieces:
            length = cell_len(text)
            if action:
                spots.append((x, x + length, action))
            segments.append(Segment(text, self.tone(tone) if tone else self.rich_style))
            x += length
        self._spots[y] = spots
        if right:
            room = max(0, width - x - 2)
            text = right if cell_len(right) <= room else fitted(right, room)
            gap = width - x - cell_len(text) - 1
            segments.append(Segment(" " * max(0, gap), self.rich_style))
            segments.append(Segment(text, self.tone("strong")))
        return Strip(segments).adjust_cell_length(width, self.rich_style).simplify()

    def on_click(self, event: events.Click) -> None:
        """Do what the piece under the pointer stands for."""
        for start, end, action in self._spots.get(event.y, ()):
            if start <= event.x < end:
                event.stop()
                self.post_message(self.Pressed(action))


class TopBar(LineBar):
    """Who is shopping, what they have, what is in the cart, and the tabs."""

    def __init__(self, tabs: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(id="top-bar")
        self._tabs = tabs
        self._chosen = ""
        self._left = ""
        self._right: Sequence[str] = ()

    def tell(self, left: str, right: Sequence[str], chosen: str) -> None:
        """Show this; draws only what is new.

        Args:
            left: Where we are.
            right: Wallet and cart, the longest form first; the first that fits is shown.
            chosen: The tab that is open.
        """
        if (left, right, chosen) != (self._left, self._right, self._chosen):
            self._left, self._right, self._chosen = left, right, chosen
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the wallet, then the tabs."""
        if y == 0:
            left, forms = inert(self._left), [inert(form) for form in self._right]
            shortest = forms[-1] if forms else ""
            right = next((f for f in forms if cell_len(f) + 3 <= self.size.width), shortest)
            if cell_len(left) + cell_len(right) + 4 > self.size.width:
                left = ""  # the money is never cut while there is room for it
            return self.line(0, [(left, "strong", "")], right)
        narrow = self.size.width < _NARROW
        pieces = []
        for key, name, mode in self._tabs:
            tone = "chosen" if mode == self._chosen else ""
            text = f" {key} {name} " if not narrow else f"{key} {name}"
            pieces += [(text, tone, f"app.go('{mode}')"), (" ", "", "")]
        return self.line(1, pieces)


class KeyHints(LineBar):
    """The keys that do something here, the most particular first, as many as there is room for."""

    def __init__(self) -> None:
        super().__init__(id="key-hints")
        self._hint_lines: list[list[Hint]] = [[]]

    def on_mount(self) -> None:
        """Watch which keys are live."""
        self.screen.bindings_updated_signal.subscribe(self, self._renew)
        self._renew(self.screen)

    def on_resize(self) -> None:
        """Fit them to the new width."""
        self._renew(self.screen)

    def render_line(self, y: int) -> Strip:
        """Draw the hints."""
        hints = self._hint_lines[y] if y < len(self._hint_lines) else []
        return self.line(y, [piece for hint in hints for piece in hint.pieces])

    def _renew(self, screen: Screen[object]) -> None:
        if not self.size.width:
            return  # a height taken before there is a width would lay the whole screen out twice
        focused = screen.focused
        shown: dict[str, tuple[str, str]] = {}
        for key, (_, binding, enabled, _) in screen.active_bindings.items():
            if (
                binding.show
                and enabled
                and binding.action not in shown
                and not _is_typed(focused, key, binding)
            ):
                shown[binding.action] = (binding.key_display or key_name(key), binding.description)
        last = [Hint(*shown.pop(action), "") for action in _LAST if action in shown]
        particular = [Hint(key, name, "") for key, name in getattr(screen, "HINTS", ())]
        others = [Hint(key, name, action) for action, (key, name) in shown.items()]
        # The way back comes after all others.
        particular += sorted(others, key=lambda hint: hint.key == "esc")
        lines = _laid_out(particular, last, self.size.width - 2)
        if lines != self._hint_lines:
            if len(lines) != len(self._hint_lines):
                self.styles.height = len(lines)
            self._hint_lines = lines
            self.refresh()


class Answer(Static):
    """One or more lines that answer what was just done; out of the way where there is nothing."""

    def __init__(self, *, id: str = "answer") -> None:  # noqa: A002  # Textual's word
        super().__init__("", id=id, markup=False)
        self._text = ""

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def say(self, text: str, tone: str = "") -> None:
        """Say something, or nothing; `tone` is good, warn or bad."""
        if text != self._text:
            self._text = text
            self.update("\n".join(inert(line) for line in text.splitlines()))
        self.display = bool(text)
        self.set_classes(tone)


def key_name(key: str) -> str:
    """A key as it is printed on keyboards."""
    return _KEY_NAMES.get(key, key)


def _is_typed(focused: Widget | None, key: str, binding: Binding) -> bool:
    """Whether a key is a letter of the field that has the focus."""
    name = binding.key_display or key_name(key)
    character = name if len(name) == 1 and name.isascii() else None
    return (
        focused is not None and not binding.priority and focused.check_consume_key(key, character)
    )


def _laid_out(particular: Sequence[Hint], last: Sequence[Hint], width: int) -> list[list[Hint]]:
    """Hints in one line or more: all that fit, with those that come last on the last line."""
    for line_count in range(1, HINT_LINE_COUNT_MAX + 1):
        lines: list[list[Hint]] = [[] for _ in range(line_count)]
        rooms = [width] * (line_count - 1) + [width - sum(hint.length for hint in last)]
        line, left_out = 0, False
        for hint in particular:
            while line < line_count and rooms[line] < hint.length:
                line += 1
            if line == line_count:
                left_out = True
                break
            lines[line].append(hint)
            rooms[line] -= hint.length
        lines[-1] += last
        if not left_out:
            break
    return lines
