"""Writes the lines of sshd's `authorized_keys` from a file that says whose each key is.

A line of that file is `NAME TYPE KEY [COMMENT]`; blank lines and those that begin with `#` are left
out. Either all lines are good or none is written: a list of which a part is missing would lock
members out without a word.
"""

from __future__ import annotations

import base64
import binascii
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.addresses import display
from shopcli.domain.errors import InvalidInput, ShopError
from shopcli.domain.showing import inert
from shopcli.domain.text import checked_identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from shopcli import Shop

FILE_LENGTH_MAX = 10_000_000
"""Most bytes of a file of keys."""

_RESTRICTIONS = "restrict,pty"
"""No forwarding, no agent, no X11, no file of the account's own; but a terminal."""

_FIELD_COUNTS = {
    "ssh-ed25519": 1,
    "ssh-rsa": 2,
    "ecdsa-sha2-nistp256": 2,
    "ecdsa-sha2-nistp384": 2,
    "ecdsa-sha2-nistp521": 2,
    "sk-ssh-ed25519@openssh.com": 2,
    "sk-ecdsa-sha2-nistp256@openssh.com": 3,
}
"""How many fields stand behind the type of a key (RFC 4253, 5656, 8709; OpenSSH PROTOCOL.u2f)."""

_ERRORS_MAX = 100
_LENGTH_BYTES = 4


class _Key(NamedTuple):
    line: int
    user: str
    kind: str
    text: str
    comment: str


def lines_for_sshd(shop: Shop, file: str, database: str, *, delivers: bool) -> list[str]:
    """The lines of `authorized_keys` for a file of keys.

    Args:
        shop: The open shop, with an operator's rights.
        file: Path of the file; `-` is standard input.
        database: Address of the shop, which the lines name.
        delivers: Whether members' commands send events; else the lines say `--no-deliver`.

    Raises:
        InvalidInput: The file cannot be read or names nobody, the address holds a password, or
            lines of it are wrong; details hold each of those with its number.
    """
    address = _lasting(database)
    keys: dict[str, _Key] = {}
    wrong: list[dict[str, Any]] = []
    for number, text in _read(file):
        try:
            key = _checked(_split(number, text), keys, shop)
        except ShopError as error:
            wrong.append({"line": number, "code": error.code, "message": error.message})
        else:
            keys[key.text] = key
    if wrong:
        told = "".join(f"\n  line {one['line']}: {one['message']}" for one in wrong[:_ERRORS_MAX])
        told += f"\n  and {len(wrong) - _ERRORS_MAX} more" if len(wrong) > _ERRORS_MAX else ""
        raise InvalidInput(
            "No lines were written, as some of {file} are wrong:{told}",
            details={
                "file": inert(file),
                "told": told,
                "errors": wrong[:_ERRORS_MAX],
                "error_count": len(wrong),
                "reason": "key_lines",
            },
        )
    if not keys:
        raise InvalidInput(
            "{file} names nobody: such a list would lock every member out.",
            details={"file": inert(file), "reason": "nobodys_keys"},
        )
    return [_line(key, address, delivers=delivers) for key in keys.values()]


def _lasting(database: str) -> str:
    """The address as it is written into the lines, valid in any folder.

    Raises:
        InvalidInput: It holds a password, which every process list would show.
    """
    from shopcli.engine import lasting_address  # only where lines are written

    if display(database) != database:
        raise InvalidInput(
            "The lines would show the password of the database to whoever lists processes.",
            details={"reason": "password_in_lines"},
        )
    return lasting_address(database)


def _read(file: str) -> Iterator[tuple[int, str]]:
    """The lines that name a key, with their numbers."""
    try:
        if file == "-":
            raw = sys.stdin.buffer.read(FILE_LENGTH_MAX + 1)
        else:
            with Path(file).open("rb") as opened:
                raw = opened.read(FILE_LENGTH_MAX + 1)
    except OSError as error:
        raise InvalidInput(
            "{file} cannot be read: {why}.",
            details={"file": inert(file), "why": error.strerror, "reason": "no_keys"},
        ) from None
    if len(raw) > FILE_LENGTH_MAX:
        raise InvalidInput(
            "{file} holds more than {most:,} bytes.",
            details={"file": inert(file), "most": FILE_LENGTH_MAX, "reason": "no_keys"},
        )
    for number, line in enumerate(raw.decode("utf-8-sig", "surrogateescape").split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.strip()


def _split(number: int, text: str) -> _Key:
    """The parts of a line, of which only its form is checked.

    Raises:
        InvalidInput: It has not the form `NAME TYPE KEY [COMMENT]`.
    """
    if not text.isprintable() and any(not (c.isprintable() or c == "\t") for c in text):
        raise InvalidInput("It holds characters that are no text.")
    parts = text.split(maxsplit=3)
    if len(parts) < len(("name", "type", "key")) or parts[1] not in _FIELD_COUNTS:
        raise InvalidInput(
            "It is not of the form NAME TYPE KEY, with a type of: {types}.",
            details={"types": list(_FIELD_COUNTS)},
        )
    user, kind, key, *comment = parts
    return _Key(number, checked_identifier(user, "user name"), kind, key, "".join(comment))


def _checked(key: _Key, before: Mapping[str, _Key], shop: Shop) -> _Key:
    """The key of a line, if it is one, of a member, and not on a line before.

    Raises:
        InvalidInput: It is no key of its type, or stands on another line.
        UnknownUser: There is no such member.
    """
    if not _is_key(key.kind, key.text):
        raise InvalidInput(
            "It is no whole public key of the type {kind}.", details={"kind": key.kind}
        )
    shop.user(key.user)
    same = before.get(key.text)
    if same is not None:
        raise InvalidInput(
            "It has the key of line {line}, of {user}: a key lets one member in, once.",
            details={"line": same.line, "user": same.user},
        )
    return key


def _is_key(kind: str, text: str) -> bool:
    """Whether a text is a public key of this type: its type, then its fields, and no more."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    fields = list(_fields(raw))
    return (
        base64.b64encode(raw).decode() == text
        and len(fields) == 1 + _FIELD_COUNTS[kind]
        and fields[0] == kind.encode()
        and all(fields)
    )


def _fields(raw: bytes) -> Iterator[bytes]:
    """The fields of a key, each behind its length; an empty one where the length is wrong."""
    while raw:
        length = int.from_bytes(raw[:_LENGTH_BYTES], "big")
        field, raw = raw[_LENGTH_BYTES:][:length], raw[_LENGTH_BYTES + length :]
        yield field if len(field) == length else b""


def _line(key: _Key, address: str, *, delivers: bool) -> str:
    """One line for sshd, which runs the command by the account's shell.

    sshd reads a quote behind a backslash as a quote, and every other backslash as itself.
    """
    words = [*_program(), "member", f"--user={key.user}", f"--db={address}"]
    command = shlex.join(words if delivers else [*words, "--no-deliver"]).replace('"', r"\"")
    return f'{_RESTRICTIONS},command="{command}" {key.kind} {key.text} {key.comment}'.rstrip()


def _program() -> list[str]:
    """How this program is started, by its absolute path."""
    for path in (Path(sys.argv[0]), Path(sys.executable).with_name("shop")):
        if path.name == "shop" and path.is_file():
            return [str(path.absolute())]
    return [sys.executable, "-m", "shopcli"]
