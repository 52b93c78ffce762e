"""The relay's one reader of environment variables: endpoint, secrets, trusted certificates."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from shopcli.domain.errors import InvalidInput

URL_VARIABLE = "SHOP_PLATFORM_URL"
SECRET_VARIABLE = "SHOP_PLATFORM_SECRET"  # noqa: S105 (a name, not a secret)
SECRET_FILE_VARIABLE = "SHOP_PLATFORM_SECRET_FILE"  # noqa: S105 (a name, not a secret)
CA_FILE_VARIABLE = "SHOP_PLATFORM_CA_FILE"

_SECRET_FILE_LENGTH_MAX = 65_536


def variables_of(environment: Mapping[str, str] | None) -> Mapping[str, str]:
    """The variables given, or this process's."""
    return os.environ if environment is None else environment  # noqa: TID251 (the one reader here)


def signing_keys(variables: Mapping[str, str]) -> tuple[bytes, ...]:
    """The keys to sign with, from a variable or the file another one names; none: unsigned.

    Raises:
        InvalidInput: The secret is none, or its file cannot be read or can be written by others.
    """
    from shopcli.relay.signature import parse_secrets  # only where something is signed

    text = variables.get(SECRET_VARIABLE)
    if text:
        return parse_secrets(text, SECRET_VARIABLE)
    name = variables.get(SECRET_FILE_VARIABLE)
    return parse_secrets(_read_secret_file(Path(name)), SECRET_FILE_VARIABLE) if name else ()


def _read_secret_file(path: Path) -> str:
    try:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_SECRET_FILE_LENGTH_MAX)
    except (OSError, UnicodeDecodeError):
        raise InvalidInput(
            f"The file of {SECRET_FILE_VARIABLE} cannot be read.", fix="Name one that exists."
        ) from None
    if os.name == "posix" and mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise InvalidInput(
            f"The file of {SECRET_FILE_VARIABLE} can be written by others.",
            fix="Run: chmod 600 FILE",
        )
    return text
