"""Headers that the platform asks for, such as `Authorization`, from a file of `Name: value` lines.

They are sent with each event and shown nowhere: no message, record or report holds a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from shopcli.domain.errors import InvalidInput
from shopcli.relay.secret_files import read_secret_file

HEADERS_FILE_VARIABLE = "SHOP_PLATFORM_HEADERS_FILE"

COUNT_MAX: Final = 32
LENGTH_MAX: Final = 8_192
"""Bytes of all lines together: what servers commonly take."""

HIDDEN: Final = "***"

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token of RFC 9110, section 5.6.2
_VALUE = re.compile(r"[!-~]+(?:[ \t]+[!-~]+)*")  # a field value of RFC 9110, section 5.5

_OF_THE_SHOP: Final = frozenset(
    {
        # What says where one request ends and the next begins, and who is asked.
        "host", "content-length", "transfer-encoding", "connection", "keep-alive",
        "proxy-connection", "te", "trailer", "upgrade", "expect",
        # What the shop says of its body.
        "content-type", "content-encoding", "accept-encoding", "user-agent",
    }
)  # fmt: skip
_OF_WEBHOOKS: Final = "webhook-"

_SECRET_LENGTH_MIN: Final = 6
"""A shorter word, as in `Bearer`'s `v1`, would hide what is no secret in other texts."""


class Header(NamedTuple):
    """A header line."""

    name: str
    value: str


def own_headers(variables: Mapping[str, str]) -> tuple[Header, ...]:
    """Read the headers from the file that a variable names; none if it is not set.

    Raises:
        InvalidInput: The file cannot be used, others can read it, or a line is no header that may
            be set. The error names the line by its number, and never what stands there.
    """
    path = variables.get(HEADERS_FILE_VARIABLE)
    if not path:
        return ()
    text = read_secret_file(Path(path), HEADERS_FILE_VARIABLE, may_be_read_by_others=False)
    if len(text) > LENGTH_MAX:
        raise _wrong(None, "they are longer than {length_max} bytes", length_max=LENGTH_MAX)
    headers: dict[str, Header] = {}
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if not line.strip():
            continue
        header = _read(line, number)
        if header.name.lower() in headers:
            raise _wrong(number, "the same name stands in a line before")
        headers[header.name.lower()] = header
    if len(headers) > COUNT_MAX:
        raise _wrong(None, "there are more than {count_max}", count_max=COUNT_MAX)
    return tuple(headers.values())


def without_values(text: str, headers: Iterable[Header]) -> str:
    """A text without the values of headers: a platform may repeat what it was sent."""
    for secret in sorted(_secrets(headers), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _secrets(headers: Iterable[Header]) -> set[str]:
    """Values, and the long words in them: the token behind `Bearer` is repeated alone as well."""
    return {
        part
        for header in headers
        for part in (header.value, *header.value.split())
        if part == header.value or len(part) >= _SECRET_LENGTH_MIN
    }


def _read(line: str, number: int) -> Header:
    name, colon, value = line.partition(":")
    value = value.strip(" \t")
    if not colon:
        raise _wrong(number, "it has no colon")
    if not _NAME.fullmatch(name):
        raise _wrong(number, "what stands before the colon is no name of a header")
    if not _VALUE.fullmatch(value):
        raise _wrong(number, "what stands behind the colon is no value of a header")
    if name.lower() in _OF_THE_SHOP or name.lower().startswith(_OF_WEBHOOKS):
        raise _wrong(number, "{name} is set by the shop itself", name=name)
    return Header(name, value)


def _wrong(number: int | None, problem: str, **details: object) -> InvalidInput:
    about = {
        "variable": HEADERS_FILE_VARIABLE,
        "problem": problem,
        "reason": "platform_headers",
        **details,
    }
    if number is None:
        return InvalidInput(
            "The headers of {variable} cannot be used: {problem:noun}.", details=about
        )
    return InvalidInput(
        "Line {line} of {variable} cannot be used: {problem:noun}.",
        details={"line": number, **about},
    )
