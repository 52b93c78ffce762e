"""A paste is one paste up to its end mark, whatever is in it: no key of it is ever obeyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual._xterm_parser import XTermParser

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.message import Message

_ESCAPE = "\x1b"
_START, _END = f"{_ESCAPE}[200~", f"{_ESCAPE}[201~"
_SHOWN = "␛"
"""Stands for an escape character in a paste: nothing that is pasted becomes another text."""


class PasteParser(XTermParser):
    """Textual's parser of what a terminal sends, with escape characters in a paste made inert.

    Textual takes one for the beginning of a key, and what follows for keys: a line end in a paste
    was then an Enter, which puts into the cart or pays.
    """

    def __init__(self, debug: bool = False) -> None:  # noqa: FBT001, FBT002  # as Textual's
        self._is_paste = False
        self._begun = ""
        """The end of what came, as far as it may be the beginning of a mark."""
        super().__init__(debug)

    def feed(self, data: str) -> Iterable[Message]:
        """Take what one read of the terminal brought; an end mark may come in two."""
        if not data:  # nothing comes any more
            return super().feed(data)
        taken = self._without_escapes(data)
        return super().feed(taken) if taken else ()

    def _without_escapes(self, data: str) -> str:
        parts = []
        for character in data:
            mark = _END if self._is_paste else _START
            if mark.startswith(self._begun + character):
                self._begun += character
                held = "" if self._is_paste else character
            else:
                held, self._begun = self._let_go(), ""
                if character == _ESCAPE:
                    self._begun = character
                if not (self._begun and self._is_paste):
                    held += character
            if self._begun == mark:
                held = mark if self._is_paste else held
                self._is_paste, self._begun = not self._is_paste, ""
            parts.append(held)
        return "".join(parts)

    def _let_go(self) -> str:
        """What was held back inside of a paste and is no end mark."""
        return self._begun.replace(_ESCAPE, _SHOWN) if self._is_paste else ""


def line_of(paste: str) -> str | None:
    """The one line of a paste that has a text; empty where none has; None where several have."""
    lines = [line for line in paste.splitlines() if line.strip()]
    return None if len(lines) > 1 else "".join(lines)
