"""Reads the relay's environment variables: endpoint, secrets, trusted certificates."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from shopcli.relay.secret_files import read_secret_file

URL_VARIABLE = "SHOP_PLATFORM_URL"
SECRET_VARIABLE = "SHOP_PLATFORM_SECRET"  # noqa: S105 (a name, not a secret)
SECRET_FILE_VARIABLE = "SHOP_PLATFORM_SECRET_FILE"  # noqa: S105 (a name, not a secret)
CA_FILE_VARIABLE = "SHOP_PLATFORM_CA_FILE"


def variables_of(environment: Mapping[str, str] | None) -> Mapping[str, str]:
    """The given variables, or those of this process."""
    return os.environ if environment is None else environment  # noqa: TID251 (the one reader here)


def signing_keys(variables: Mapping[str, str]) -> tuple[bytes, ...]:
    """Read the signing keys from a variable, or from the file that another one names.

    Returns:
        The keys; none if requests are not signed.

    Raises:
        InvalidInput: The secret is invalid, or its file is unreadable or writable by others.
    """
    from shopcli.relay.signature import parse_secrets  # only if requests are signed

    text = variables.get(SECRET_VARIABLE)
    if text:
        return parse_secrets(text, SECRET_VARIABLE)
    name = variables.get(SECRET_FILE_VARIABLE)
    if not name:
        return ()
    text = read_secret_file(Path(name), SECRET_FILE_VARIABLE, may_be_read_by_others=True)
    return parse_secrets(text, SECRET_FILE_VARIABLE)
