"""Finds names that look alike: by case, by width, or by letters of other alphabets."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOOKS = str.maketrans(
    {
        **dict(zip("аеіјорсухѕһԁԛԝ", "aeljopcyxshdqw", strict=True)),  # noqa: RUF001  # the point
        **dict(zip("вкмнт", "bkmht", strict=True)),  # alike when large
        **dict(zip("αικνορτυχ", "alkvoptux", strict=True)),  # the point
        **dict(zip("βεζημ", "bezhm", strict=True)),  # alike when large
        "0": "o",
        "1": "l",
        "i": "l",
        "ı": "l",  # noqa: RUF001  # the point
        "|": "l",
    }
)
"""Small letters of Cyrillic and Greek, and digits, that look like Latin ones (UTS 39, abridged)."""


def look(name: str) -> str:
    """A form of a name that is equal for names that look alike."""
    return unicodedata.normalize("NFKC", name).casefold().translate(_LOOKS)


def is_written_otherwise(name: str, other: str) -> bool:
    """Whether two names look alike but differ in more than case."""
    return look(name) == look(other) and _folded(name) != _folded(other)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def lookalikes(name: str, others: Iterable[str]) -> list[str]:
    """The names that look like `name` but differ from it."""
    wanted = look(name)
    return [other for other in others if other != name and look(other) == wanted]
