"""What is done at the till by a key."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """A line typed, scanned or pasted; where several were pasted, each is a product."""

    text: str
    is_product: bool = False


class Press(NamedTuple):
    """A function key, with what was in the field."""

    key: str
    typed: str = ""


class Step(NamedTuple):
    """An arrow: more of the line under the cursor, or less."""

    units: int


class Back(NamedTuple):
    """Escape on an empty field."""


class PutBack(NamedTuple):
    """What was typed and is in the field again, and what is said of it."""

    text: str
    told: str


Deed = Line | Press | Step | Back
