"""The names of backups: `{date}` and `{time}` in a name are those of the backup.

Braces mean nothing to crontab and to shells, as `%` does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_PLACES = {"{date}": ("%Y-%m-%d", r"\d{4}-\d\d-\d\d"), "{time}": ("%H%M%S", r"\d{6}")}


_BEGINS_WITH_BRACES = re.compile(r"\{\w*\}[\w.{} -]*")


class Naming(NamedTuple):
    """A name of files, in which some places stand for the time of each."""

    pattern: str

    @property
    def is_dated(self) -> bool:
        """Whether each file has a name of its own."""
        return any(place in self.pattern for place in _PLACES)

    def name(self, at: datetime) -> str:
        """The name of the file made at a time of the shop's clocks."""
        name = self.pattern
        for place, (form, _) in _PLACES.items():
            name = name.replace(place, at.strftime(form))
        return name

    def matches(self, name: str) -> bool:
        """Whether a file was named so."""
        parts = re.split("(" + "|".join(map(re.escape, _PLACES)) + ")", self.pattern)
        expression = "".join(_PLACES[one][1] if one in _PLACES else re.escape(one) for one in parts)
        return re.fullmatch(expression, name, re.ASCII) is not None


def from_here(file: str) -> str:
    """A path that begins with braces, written so that it is no address with a variable in it."""
    return f"./{file}" if _BEGINS_WITH_BRACES.fullmatch(file) else file


def checked_naming(path: Path) -> Naming:
    """The naming of backups that are put at a path.

    Raises:
        InvalidInput: It has other braces, or has them in its folder.
    """
    naming = Naming(path.name)
    rest = path.name
    for place in _PLACES:
        rest = rest.replace(place, "")
    if re.search(r"\{.*\}", rest) or any(place in str(path.parent) for place in _PLACES):
        raise InvalidInput(
            "{file} cannot be the name of a backup.",
            details={
                "file": str(path),
                "example": "shop-{date}-{time}.db",
                "reason": "backup_name",
            },
        )
    return naming


def checked_keep(naming: Naming, keep: int | None) -> int | None:
    """How many of the files named so are kept.

    Raises:
        InvalidInput: It is less than one, or all would have the same name.
    """
    if keep is None:
        return None
    if type(keep) is not int or keep < 1:
        raise InvalidInput(
            "At least one backup is kept.", details={"field": "keep", "reason": "keep_none"}
        )
    if not naming.is_dated:
        stem, point, suffix = naming.pattern.rpartition(".")
        if not stem:
            stem, point, suffix = naming.pattern, "", ""
        raise InvalidInput(
            "Backups that are all named {file} replace one another: only one can be kept.",
            details={
                "field": "keep",
                "file": naming.pattern,
                "example": f"{stem}-{{date}}{point}{suffix}",
                "reason": "keep_undated",
            },
        )
    return keep
