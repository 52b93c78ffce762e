"""Record of a user."""

from __future__ import annotations

from dataclasses import dataclass

from shopcli.domain.money import Minor


@dataclass(frozen=True)
class User:
    """A person or till with a balance. `state` is active, blocked or closed."""

    user: str
    name: str | None
    state: str
    balance: Minor
    currency: str
