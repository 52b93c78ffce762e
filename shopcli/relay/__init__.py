"""Sends committed events to the platform; includes a platform for trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopcli.relay.relay import Relay

__all__ = ["Relay"]


def __getattr__(name: str) -> object:
    if name == "Relay":
        # Imported here: an order in a shop without an endpoint needs nothing of it.
        from shopcli.relay.relay import Relay

        return Relay
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
