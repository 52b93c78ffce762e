"""What others on the way to a database server could do, and what to do about it."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

_ENCRYPT = "Add sslmode=verify-full to the address, or at least sslmode=require"
_PROVE = "Use sslmode=verify-full"
_MAY_BE_READ = "What goes to the database server may be read on its way"

_WEAKNESSES = MappingProxyType(
    {
        "": (f"{_MAY_BE_READ}: no sslmode is named", _ENCRYPT),
        "disable": (f"{_MAY_BE_READ}: sslmode disable never encrypts", _ENCRYPT),
        "allow": (f"{_MAY_BE_READ}: sslmode allow takes plain text", _ENCRYPT),
        "prefer": (f"{_MAY_BE_READ}: sslmode prefer takes plain text", _ENCRYPT),
        "require": (
            "The database server need not prove who it is: sslmode require takes any",
            _PROVE,
        ),
        "verify-ca": (
            "Others of the same authority could pretend to be it: sslmode verify-ca takes any",
            _PROVE,
        ),
    }
)


class Weakness(NamedTuple):
    """Something that others could do."""

    what: str
    fix: str


def weakness(sslmode: str) -> tuple[Weakness, ...]:
    """What a mode of libpq lets others do; nothing for `verify-full`.

    Args:
        sslmode: The mode; "" if none is set.
    """
    found = _WEAKNESSES.get(sslmode)
    return () if found is None else (Weakness(*found),)
