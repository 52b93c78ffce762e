"""Input fields of one line; their cursor does not blink, which would send bytes for ever."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

FUNCTION_KEYS = ("f4", "f5", "f6", "f7", "f8", "f9")
"""Function keys that a field for scans hands over, in the order of the keys around them."""


class Field(Input):
    """An input field of one line that obeys its keys in the order in which they came.

    Args:
        placeholder: Says what to type.
        id: Of the widget.
        value: The text in it at first.
        length_max: Most characters it takes.
    """

    class Full(Message):
        """What was typed does not fit any more."""

        def __init__(self, length_max: int) -> None:
            super().__init__()
            self.length_max = length_max

    def __init__(
        self,
        placeholder: str,
        *,
        id: str,  # noqa: A002  # Textual's word
        value: str = "",
        length_max: int = 200,
    ) -> None:
        super().__init__(value, placeholder=placeholder, id=id, compact=True, max_length=length_max)
        self.cursor_blink = False

    async def _on_key(self, event: events.Key) -> None:
        """Run what a key is bound to in this field at once.

        Textual types a character at once, but passes Enter, Backspace or an arrow through the
        queues of everything around the field before it is obeyed. By then characters that came
        after it are in the field already.
        """
        if event.is_printable:
            return
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if not binding.priority and await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return

    def restricted(self) -> None:
        """Tell that a character was not taken: the length is all that bounds a text."""
        self.post_message(self.Full(self.max_length or 0))

    def action_copy(self) -> None:
        """Copy the selected text; where there is none, leave the key to the application."""
        if not self.selected_text:
            raise SkipAction
        super().action_copy()


class ScanField(Field):
    """A field that hands over each line at its Enter, and is empty then for the next.

    Everything it tells comes as messages in the order of the keys.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "take", show=False),  # some scanners end a code with a line feed
        Binding("escape", "leave", show=False),
        Binding("up", "step(1)", show=False),
        Binding("down", "step(-1)", show=False),
        *(Binding(key, f"press('{key}')", show=False) for key in FUNCTION_KEYS),
    ]

    class Taken(Message):
        """Enter was pressed behind a text, which may be empty."""

        def __init__(self, text: str, pressed_at: float) -> None:
            super().__init__()
            self.text = text
            self.pressed_at = pressed_at
            """When, on the clock of messages."""

    class Pasted(Message):
        """Whole lines were pasted; text after the last line end stays in the field."""

        def __init__(self, lines: tuple[str, ...]) -> None:
            super().__init__()
            self.lines = lines

    class Pressed(Message):
        """A function key was pressed, with a text in the field."""

        def __init__(self, key: str, text: str) -> None:
            super().__init__()
            self.key = key
            self.text = text

    class Stepped(Message):
        """An arrow was pressed: one more or one less."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class Left(Message):
        """Escape was pressed; `had_text` says that it emptied the field."""

        def __init__(self, *, had_text: bool) -> None:
            super().__init__()
            self.had_text = had_text

    _pressed_at = 0.0
    _last_key = ""

    def _on_key(self, event: events.Key) -> None:  # type: ignore[override]  # Textual calls both
        """Keep when a key was pressed, before `Field` obeys it; a line ends once with CR and LF."""
        ends_again = (self._last_key, event.key) == ("enter", "ctrl+j")
        self._last_key, self._pressed_at = event.key, event.time
        if ends_again:
            event.stop()
            event.prevent_default()

    def action_take(self) -> None:
        """Hand over the text, and empty the field."""
        text, self.value = self.value.strip(), ""
        self.post_message(self.Taken(text, self._pressed_at))

    def action_step(self, step: int) -> None:
        """Tell that an arrow was pressed."""
        self.post_message(self.Stepped(step))

    def action_press(self, key: str) -> None:
        """Tell that a function key was pressed; a text that is marked goes, as by typing."""
        self.value = self._unmarked
        self.post_message(self.Pressed(key, self.value.strip()))

    def action_leave(self) -> None:
        """Empty the field, and tell that Escape was pressed."""
        had_text, self.value = bool(self.value), ""
        self.post_message(self.Left(had_text=had_text))

    @property
    def _unmarked(self) -> str:
        """What stays of the text where what is marked is replaced."""
        start, end = sorted(self.selection)
        return self.value[:start] + self.value[end:]

    def _on_paste(self, event: events.Paste) -> None:
        *lines, rest = (self._unmarked + event.text).splitlines() or [""]
        if event.text[-1:] in {"\n", "\r"}:
            lines, rest = [*lines, rest], ""
        event.prevent_default()
        event.stop()
        self.value = rest
        self.cursor_position = len(rest)
        if whole := tuple(line.strip() for line in lines if line.strip()):
            self.post_message(self.Pasted(whole))
