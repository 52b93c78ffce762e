"""A shop for people with a prepaid balance: the engine's public names, loaded when first used.

    from shopcli import Shop, ShopError, Relay

The command line is `shop` (or `python -m shopcli`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.later import names_of

if TYPE_CHECKING:
    from shopcli.domain.errors import ShopError
    from shopcli.engine.shop import Shop
    from shopcli.relay import Relay

__version__ = "0.1.0"

__all__ = ["Relay", "Shop", "ShopError", "__version__"]

__getattr__ = names_of(
    __name__, {"relay": ("Relay",), "engine": ("Shop",), "domain.errors": ("ShopError",)}
)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
