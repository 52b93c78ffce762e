"""Reads files that hold secrets: short texts that belong to their owner alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from shopcli.domain.addresses import without_passwords
from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import inert

_LENGTH_MAX: Final = 65_536
_PATH_SHOWN_LENGTH_MAX: Final = 300
_WRITABLE: Final = stat.S_IWGRP | stat.S_IWOTH
_READABLE: Final = stat.S_IRGRP | stat.S_IROTH


def read_secret_file(path: Path, variable: str, *, may_be_read_by_others: bool) -> str:
    """Read the text of a file that a variable names.

    Args:
        path: The file.
        variable: The variable, for the message.
        may_be_read_by_others: Whether the mode may let others read it; they may never write it.

    Raises:
        InvalidInput: It is no file, open to others, too long, or no ASCII text. Nothing of what it
            holds is in the error.
    """
    try:
        # Opening a FIFO without a writer must not block.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123  # of a descriptor
            mode = os.fstat(descriptor).st_mode
            raw = file.read(_LENGTH_MAX + 1) if stat.S_ISREG(mode) else b""
    except OSError as error:
        raise InvalidInput(
            "The file '{path}' of {variable} cannot be read: {why}.",
            details=_about(path, variable, "no_secret_file", why=str(error.strerror)),
        ) from None
    if not stat.S_ISREG(mode):
        raise InvalidInput(
            "The file '{path}' of {variable} is no file but a folder, a pipe or a device.",
            details=_about(path, variable, "no_file"),
        )
    if os.name == "posix" and mode & _WRITABLE:
        raise InvalidInput(
            "The file '{path}' of {variable} can be written by others.",
            details=_about(path, variable, "open_secret_file"),
        )
    if os.name == "posix" and mode & _READABLE and not may_be_read_by_others:
        raise InvalidInput(
            "The file '{path}' of {variable} can be read by others.",
            details=_about(path, variable, "open_secret_file"),
        )
    if len(raw) > _LENGTH_MAX:
        raise InvalidInput(
            "The file '{path}' of {variable} is longer than {length_max} bytes.",
            details=_about(path, variable, "long_secret_file", length_max=_LENGTH_MAX),
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw:
        raise InvalidInput(
            "The file '{path}' of {variable} is UTF-16 or no text.",
            details=_about(path, variable, "encoded_secret_file"),
        )
    try:
        return raw.decode("utf-8-sig").encode("ascii").decode("ascii")
    except UnicodeError:
        raise InvalidInput(
            "The file '{path}' of {variable} holds other characters than ASCII.",
            details=_about(path, variable, "other_secret_file"),
        ) from None


def _about(path: Path, variable: str, reason: str, **details: object) -> dict[str, object]:
    # It may be no path but the secret itself.
    told = inert(without_passwords(str(path)))[:_PATH_SHOWN_LENGTH_MAX]
    return {"variable": variable, "path": told, "reason": reason, **details}
