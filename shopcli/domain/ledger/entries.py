"""Names of booked money: balance entries (`kim:0042`) and cash moves (`cash:7`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt
from shopcli.domain.text import checked_identifier

if TYPE_CHECKING:
    from collections.abc import Sequence

DRAWER = "cash"
"""Stands before the colon of a cash move; a user may have this name too."""

NUMBER = re.compile(r"[0-9]{1,64}", re.ASCII)
_NAME = re.compile(rf"([^:]*):(0*{NUMBER.pattern})", re.ASCII)


def entry_id(username: str, sequence: int) -> str:
    """The id of a balance entry; unique, because user names contain no colon."""
    return f"{username}:{sequence:04d}"


def cash_move_id(number: int) -> str:
    """The id of a cash move."""
    return f"{DRAWER}:{number}"


class EntryName(NamedTuple):
    """What somebody calls an entry."""

    username: str
    number: int
    may_be_cash_move: bool
    """Not with a leading zero, which only entries of users have."""

    @property
    def of_user(self) -> str:
        """A name of the user's entry that can be no cash move's."""
        return f"{self.username}:0{self.number:03d}"


def span_of(entry_ids: Sequence[str]) -> tuple[int, int] | None:
    """The lowest and the highest number in a list of entries; None where it is empty.

    Args:
        entry_ids: Of one user, in the order of recording or against it.
    """
    ends = sorted(parse_entry(one).number for one in (*entry_ids[:1], *entry_ids[-1:]))
    return (ends[0], ends[-1]) if ends else None


def parse_entry(given: object) -> EntryName:
    """Read the whole id of an entry or a cash move.

    Raises:
        InvalidInput: It is neither.
    """
    found = _NAME.fullmatch(given.strip()) if isinstance(given, str) else None
    if found is None:
        raise InvalidInput(
            "'{value}' names no entry: that is a user and a number, as in kim:0042, or cash:7.",
            details={"field": "entry", "value": excerpt(str(given)), "reason": "entry"},
        )
    username = checked_identifier(found[1], "user name")
    is_plain = not found[2].startswith("0")
    return EntryName(username, int(found[2]), username == DRAWER and is_plain)
