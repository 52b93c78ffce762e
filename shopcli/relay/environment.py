"""Reads the relay's environment variables: endpoint, secrets, trusted certificates."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from shopcli.domain.addresses import without_passwords
from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import inert

URL_VARIABLE = "SHOP_PLATFORM_URL"
SECRET_VARIABLE = "SHOP_PLATFORM_SECRET"  # noqa: S105 (a name, not a secret)
SECRET_FILE_VARIABLE = "SHOP_PLATFORM_SECRET_FILE"  # noqa: S105 (a name, not a secret)
CA_FILE_VARIABLE = "SHOP_PLATFORM_CA_FILE"

_SECRET_FILE_LENGTH_MAX = 65_536
_PATH_SHOWN_LENGTH_MAX = 300


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
    return parse_secrets(_read_secret_file(Path(name)), SECRET_FILE_VARIABLE) if name else ()


def _read_secret_file(path: Path) -> str:
    try:
        # Opening a FIFO without a writer must not block.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123  # of a descriptor
            mode = os.fstat(descriptor).st_mode
            raw = file.read(_SECRET_FILE_LENGTH_MAX + 1) if stat.S_ISREG(mode) else b""
    except OSError as error:
        raise InvalidInput(
            "The file '{path}' of {variable} cannot be read: {why}.",
            details=_secret_file(path, "no_secret_file", why=str(error.strerror)),
        ) from None
    if not stat.S_ISREG(mode):
        raise InvalidInput(
            "The file '{path}' of {variable} is no file but a folder, a pipe or a device.",
            details=_secret_file(path, "no_file"),
        )
    if os.name == "posix" and mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise InvalidInput(
            "The file '{path}' of {variable} can be written by others.",
            details=_secret_file(path, "open_secret_file"),
        )
    if len(raw) > _SECRET_FILE_LENGTH_MAX:
        raise InvalidInput(
            "The file '{path}' of {variable} is longer than {length_max} bytes.",
            details=_secret_file(path, "long_secret_file", length_max=_SECRET_FILE_LENGTH_MAX),
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw:
        raise InvalidInput(
            "The file '{path}' of {variable} is UTF-16 or no text.",
            details=_secret_file(path, "encoded_secret_file"),
        )
    try:
        return raw.decode("utf-8-sig").encode("ascii").decode("ascii")
    except UnicodeError:
        raise InvalidInput(
            "The file '{path}' of {variable} holds other characters than ASCII.",
            details=_secret_file(path, "other_secret_file"),
        ) from None


def _secret_file(path: Path, reason: str, **details: object) -> dict[str, object]:
    # It may be no path but the secret itself.
    told = inert(without_passwords(str(path)))[:_PATH_SHOWN_LENGTH_MAX]
    return {"variable": SECRET_FILE_VARIABLE, "path": told, "reason": reason, **details}
