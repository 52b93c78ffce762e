"""Messages that worker threads post to the screen or the app that asked."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from shopcli.domain.errors import ShopError


@dataclass
class Refused(Message, bubble=False):
    """A question or a change was refused or failed; `about` names it."""

    error: ShopError
    about: str = ""
    number: int = 0


@dataclass
class Told(Message, bubble=False):
    """The answer to one question; `about` says which, `number` tells a late one from the newest."""

    about: str
    number: int
    value: object
