"""The bars of every screen: wallet and tabs above, answer line and key hints below."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from shopcli.domain.showing import inert
from shopcli.tui.store import translation
from shopcli.tui.widgets.fitting import fitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual import events
    from textual.binding import Binding
    from textual.screen import Screen

HINT_LINE_COUNT_MAX = 2
"""Most lines that the key hints may take."""

_LAST = ("app.help", "help", "leave", "quit")
"""Actions whose hints come after all others, in this order."""

_NARROW = 60
"""Below this many columns the tabs are drawn close together."""

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
    """A key, what it does in a word, and the action that a click runs."""

    key: str
    name: str
    action: str = ""

    @property
    def length(self) -> int:
        """Its width in cells with the gap after it."""
        return cell_len(self.key) + cell_len(self.name) + 3

    @property
    def pieces(self) -> list[tuple[str, str, str]]:
        """Its pieces, as `LineBar.line` takes them."""
        return [(self.key, "strong", self.action), (f" {self.name}  ", "muted", self.action)]


class LineBar(Widget):
    """A bar of one or two lines, made of pieces; clicking some of them runs an action."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--strong", "bar--muted", "bar--chosen"}

    class Pressed(Message):
        """A piece was clicked that runs `action`."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's word
        super().__init__(id=id)
        self._spots: dict[int, list[tuple[int, int, str]]] = {}

    def tone(self, name: str) -> Style:
        """The style of a component class over that of this bar."""
        return self.rich_style + self.get_component_rich_style(f"bar--{name}")

    def line(self, y: int, pieces: Sequence[tuple[str, str, str]], right: str = "") -> Strip:
        """Lay out (text, tone, action) pieces from the left and a text at the right end."""
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
        """Post `Pressed` for the piece under the pointer, if it runs an action."""
        for start, end, action in self._spots.get(event.y, ()):
            if start <= event.x < end:
                event.stop()
                self.post_message(self.Pressed(action))


class TopBar(LineBar):
    """Shows the user, the balance, the cart, and the tabs."""

    def __init__(self, tabs: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(id="top-bar")
        self._tabs = tabs
        self._chosen = ""
        self._left = ""
        self._right: Sequence[str] = ()

    def tell(self, left: str, right: Sequence[str], chosen: str) -> None:
        """Show these; draws only if something changed.

        Args:
            left: The place, such as "shop / cart".
            right: Forms of wallet and cart, inert, the longest first; the first that fits is shown.
            chosen: The tab that is open.
        """
        if (left, right, chosen) != (self._left, self._right, self._chosen):
            self._left, self._right, self._chosen = left, right, chosen
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the wallet, then the tabs."""
        if y == 0:
            left, forms = inert(self._left), self._right
            shortest = forms[-1] if forms else ""
            right = next((f for f in forms if cell_len(f) + 3 <= self.size.width), shortest)
            if cell_len(left) + cell_len(right) + 4 > self.size.width:
                left = ""  # the place gives way to the wallet
            return self.line(0, [(left, "strong", "")], right)
        narrow = self.size.width < _NARROW
        pieces = []
        for key, name, mode in self._tabs:
            tone = "chosen" if mode == self._chosen else ""
            text = f" {key} {name} " if not narrow else f"{key} {name}"
            pieces += [(text, tone, f"app.go('{mode}')"), (" ", "", "")]
        return self.line(1, pieces)


class KeyHints(LineBar):
    """Shows the active keys, those of the focused widget first, as many as fit."""

    def __init__(self) -> None:
        super().__init__(id="key-hints")
        self._hint_lines: list[list[Hint]] = [[]]

    def on_mount(self) -> None:
        """Watch for changes of the active keys."""
        self.screen.bindings_updated_signal.subscribe(self, self._renew)
        self._renew(self.screen)

    def on_resize(self) -> None:
        """Lay the hints out for the new width."""
        self._renew(self.screen)

    def render_line(self, y: int) -> Strip:
        """Draw the hints."""
        hints = self._hint_lines[y] if y < len(self._hint_lines) else []
        return self.line(y, [piece for hint in hints for piece in hint.pieces])

    def _renew(self, screen: Screen[object]) -> None:
        if not self.size.width:
            return  # a height set before the width is known would lay the whole screen out twice
        focused = screen.focused
        say = translation(self)
        shown: dict[str, tuple[str, str, str]] = {}
        is_narrow = self.size.width < _NARROW
        elsewhere = getattr(screen, "ON_BUTTON", ()) if is_narrow else ()
        for key, (node, binding, enabled, _) in screen.active_bindings.items():
            if (
                binding.show
                and enabled
                and binding.action not in shown
                and binding.action not in elsewhere
                and not is_typed(focused, key, binding)
            ):
                name = binding.action.removeprefix("app.")
                action = f"app.{name}" if node is screen.app else binding.action
                keys = binding.key_display or key_name(key)
                shown[binding.action] = (keys, say(binding.description), action)
        last = [Hint(*shown.pop(action)) for action in _LAST if action in shown]
        hints: Iterable[tuple[str, ...]] = getattr(screen, "key_hints", tuple)()
        particular = [Hint(*one) for one in hints]
        others = [Hint(*one) for one in shown.values()]
        # The key that goes back comes after all others.
        particular += sorted(others, key=lambda hint: hint.key == "esc")
        lines = _laid_out(particular, last, self.size.width - 2)
        if lines != self._hint_lines:
            if len(lines) != len(self._hint_lines):
                self.styles.height = len(lines)
            self._hint_lines = lines
            self.refresh()


class Answer(Static):
    """A text in one or more lines, such as the outcome of the last action; hidden if empty.

    The answer line itself, `#answer`, is never hidden: what is above it stays where it is.
    """

    def __init__(self, *, id: str = "answer") -> None:  # noqa: A002  # Textual's word
        super().__init__("", id=id, markup=False)
        self._text = ""
        self.tone = ""
        """How it was said last: good, warn, bad or nothing."""

    @property
    def text(self) -> str:
        """The text shown."""
        return self._text

    def say(self, text: str, tone: str = "") -> None:
        """Show a text, empty to hide it; `tone` is good, warn or bad."""
        if text != self._text:
            self._text = text
            self.update("\n".join(inert(line) for line in text.splitlines()))
        self.tone = tone
        self.set_classes(f"said {tone}" if text else "")

    @property
    def is_cut(self) -> bool:
        """Whether there is no room for all of it where it is shown."""
        width, height = self.content_size
        return bool(self._text) and self.get_content_height(self.size, self.size, width) > height

    def render_line(self, y: int) -> Strip:
        """Draw a line; the last one names the key that shows all, where that is not all."""
        line = super().render_line(y)
        width, height = self.content_size
        if y != height - 1 or not self.is_cut:
            return line
        say = translation(self)
        mark = say("… f1: all of it")
        room = max(0, width - cell_len(mark))
        style = self.rich_style + Style(bold=True)
        begin = line.crop(0, room).adjust_cell_length(room, self.rich_style)
        return Strip([*begin, Segment(mark, style)]).adjust_cell_length(width)


def key_name(key: str) -> str:
    """The name of a key as keyboards print it."""
    return _KEY_NAMES.get(key, key)


def is_typed(focused: Widget | None, key: str, binding: Binding) -> bool:
    """Whether the field that has the focus takes the key as text."""
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
