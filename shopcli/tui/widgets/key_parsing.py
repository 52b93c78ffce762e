"""What a terminal sends, as keys and pastes: Textual's parser, with two faults of it mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Key

from shopcli.tui.widgets.pasting import PasteParser

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

_ESCAPE = "\x1b"
_OF_LONGER_SEQUENCES = "[O]P_^X\x1b"
"""What follows an escape character at the beginning of something else than a key behind Escape."""
_WORD_BACK = "\x7f"
"""Alt and backspace, which takes a word away in a field."""


class KeyParser(PasteParser):
    """Takes Escape and a key right behind it for these two keys.

    Textual takes them for the key alone, or for another one: Escape and Enter in a hurry, or
    together over a slow line, did what a question asked.
    """

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:  # noqa: FBT001, FBT002  # as Textual's
        if _is_key_behind_escape(sequence):
            yield Key("escape", _ESCAPE)
            sequence = sequence[1:]
        yield from super()._sequence_to_key_events(sequence, alt)


def _is_key_behind_escape(sequence: str) -> bool:
    return (
        len(sequence) == len(_ESCAPE) + 1
        and sequence.startswith(_ESCAPE)
        and sequence[1] not in _OF_LONGER_SEQUENCES + _WORD_BACK
    )


def parse_keys(driver: ModuleType) -> None:
    """Have a driver of Textual use this parser; it has no parameter for one.

    Args:
        driver: The module of the driver.
    """
    vars(driver)["XTermParser"] = KeyParser
