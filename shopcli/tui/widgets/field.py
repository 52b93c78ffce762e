"""Input fields of one line; their cursor does not blink, which would send bytes for ever."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import Input


class Field(Input):
    """An input field of one line.

    Args:
        placeholder: Says what to type.
        id: Of the widget.
        value: The text in it at first.
        length_max: Most characters it takes.
    """

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


class ScanField(Field):
    """An input field of one line that splits pasted text into lines."""

    class Pasted(Message):
        """Whole lines were pasted; text after the last line end stays in the field."""

        def __init__(self, lines: tuple[str, ...]) -> None:
            super().__init__()
            self.lines = lines

    def _on_paste(self, event: events.Paste) -> None:
        *lines, rest = (self.value + event.text).splitlines() or [""]
        if event.text[-1:] in {"\n", "\r"}:
            lines, rest = [*lines, rest], ""
        event.prevent_default()
        event.stop()
        self.value = rest
        self.cursor_position = len(rest)
        if whole := tuple(line.strip() for line in lines if line.strip()):
            self.post_message(self.Pasted(whole))
