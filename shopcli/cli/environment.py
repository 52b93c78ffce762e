"""The one reader of environment variables under `cli`."""

from __future__ import annotations

import os
from collections.abc import Mapping

VARIABLES = {
    "database": "SHOP_DATABASE_URL",
    "user": "SHOP_USER",
    "colours": "SHOP_COLOURS",
    "wait_max": "SHOP_WAIT_MAX",
    "config": "SHOP_CONFIG",
    "platform_url": "SHOP_PLATFORM_URL",
    "platform_secret": "SHOP_PLATFORM_SECRET",
    "platform_secret_file": "SHOP_PLATFORM_SECRET_FILE",
    "platform_ca_file": "SHOP_PLATFORM_CA_FILE",
    "no_color": "NO_COLOR",
}
"""Variable of each setting; `shop help environment` explains them."""


def process_environment() -> Mapping[str, str]:
    """The variables this process was started with."""
    return os.environ


def terminal_is_plain() -> bool:
    """Whether the user wants no colour (https://no-color.org) or the terminal has none."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def terminal_draws() -> bool:
    """Whether the terminal takes back what it shows, which a bar needs."""
    return os.environ.get("TERM") != "dumb"


def completion_is_asked() -> bool:
    """Whether a shell asks how a line could go on (Typer's own protocol)."""
    return bool(os.environ.get("_SHOP_COMPLETE"))


def completion_request() -> Mapping[str, str]:
    """The variables in which a shell asks."""
    return os.environ
