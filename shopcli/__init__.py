"""A shop for people with a prepaid balance: the engine's public names, loaded when first used.

    from shopcli import Shop, ShopError, Relay

The command line is `shop` (or `python -m shopcli`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopcli.domain.errors import ShopError
    from shopcli.engine.shop import Shop
    from shopcli.relay import Relay

__version__ = "0.1.0"

__all__ = ["Relay", "Shop", "ShopError", "__version__"]

_HOMES = {
    "Relay": "shopcli.relay",
    "Shop": "shopcli.engine.shop",
    "ShopError": "shopcli.domain.errors",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module  # `shop --version` needs none of it

    return getattr(import_module(home), name)
