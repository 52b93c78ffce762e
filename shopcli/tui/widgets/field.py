"""A field to type one line into; its cursor is still: a blinking one costs bytes for ever."""

from __future__ import annotations

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
