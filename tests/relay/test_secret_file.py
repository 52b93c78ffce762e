"""The file of the platform's secrets: what is no such file is named, and holds nothing up."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from shopcli.domain.errors import InvalidInput
from shopcli.relay.environment import SECRET_FILE_VARIABLE, signing_keys

KEY = b"k" * 24
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


def _write(data: bytes, mode: int = 0o600) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(data)
        path.chmod(mode)

    return make


@pytest.mark.parametrize("data", [SECRET.encode(), f"{SECRET}\n".encode("utf-8-sig")])
def test_a_secret_is_read(tmp_path: Path, data: bytes) -> None:
    """Also from a file that an editor gave a byte order mark."""
    path = tmp_path / "secret"
    _write(data)(path)

    assert signing_keys({SECRET_FILE_VARIABLE: str(path)}) == (KEY,)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: path.exists(), "No such file"),
        (Path.mkdir, "directory"),
        (os.mkfifo, "pipe"),
        (_write(SECRET.encode(), 0o622), "written by others"),
        (_write(SECRET.encode("utf-16")), "UTF-16"),
        (_write(SECRET.encode("utf-16-le")), "UTF-16"),
        (_write("schlüssel".encode()), "ASCII"),
        (_write("schlüssel".encode("latin-1")), "ASCII"),
        (_write(SECRET.encode() * 5_000), "longer"),
    ],
    ids=["none", "folder", "fifo", "open", "utf-16", "utf-16-le", "utf-8", "latin-1", "long"],
)
def test_what_is_no_secret_file_is_named(
    tmp_path: Path, make: Callable[[Path], object], told: str
) -> None:
    """What was found there is told, with its path and variable; nothing of it is shown."""
    path = tmp_path / "secret"
    make(path)
    with pytest.raises(InvalidInput) as caught:
        signing_keys({SECRET_FILE_VARIABLE: str(path)})

    assert told in caught.value.message
    assert str(path) in caught.value.message
    assert SECRET_FILE_VARIABLE in caught.value.message
    assert "whsec" not in caught.value.message


def test_a_secret_given_as_its_file_is_not_shown() -> None:
    """Where the variable holds the secret itself, the message hides it."""
    with pytest.raises(InvalidInput) as caught:
        signing_keys({SECRET_FILE_VARIABLE: SECRET})

    assert SECRET.removeprefix("whsec_") not in str(caught.value.details)
    assert "whsec_***" in caught.value.message
