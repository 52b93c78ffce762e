"""What worker threads tell the screens that asked, and the app all screens; plain frozen facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Hashable

    from shopcli.domain.errors import ShopError


@dataclass
class Refused(Message, bubble=False):
    """What was asked for was refused or failed; `about` says what it was."""

    error: ShopError
    about: str = ""
    number: int = 0


@dataclass
class Looked(Message, bubble=False):
    """The shop was asked for its revision, and answered."""

    revision: Hashable


@dataclass
class LookFailed(Message, bubble=False):
    """The shop was asked for its revision, and did not answer."""

    error: ShopError


@dataclass
class Told(Message, bubble=False):
    """The answer to one question; `about` says which, `number` tells a late one from the newest."""

    about: str
    number: int
    value: object
