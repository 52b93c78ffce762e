"""A field to type one line into; its cursor is still: a blinking one costs bytes for ever."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import Input


class Field(Input):
    """One line of typing.

    Args:
        placeholder: What to type.
        id: As of any widget.
        value: What is there to begin with.
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
    """One line of typing that takes several pasted lines one by one."""

    class Pasted(Message):
        """Whole lines were pasted; what came after the last line end stays in the field."""

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
