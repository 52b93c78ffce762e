"""Signs and verifies requests by Standard Webhooks: HMAC-SHA256 over id, timestamp and body.

Each secret adds a signature, so that a secret can be rotated without losing events. No error
contains a secret.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence

from shopcli.domain.errors import InvalidInput

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300

_VERSION = "v1"
_KEY_LENGTH_MIN = 24


class SignatureError(Exception):
    """A request has no valid signature, or its timestamp is too old or too new."""


def parse_secrets(text: str, source: str) -> tuple[bytes, ...]:
    """Parse secrets separated by blanks into keys.

    Args:
        text: Secrets such as `whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw`; several during rotation.
        source: Name of the variable that holds the text, for the message.

    Raises:
        InvalidInput: No secret, or an invalid one; the message does not repeat the text.
    """
    keys = tuple(_key(secret) for secret in text.split())
    if not keys or None in keys:
        raise InvalidInput(
            "{source} holds no secret of the form {prefix} and at least 24 bytes in base64.",
            details={"source": source, "prefix": PREFIX, "reason": "secret"},
        )
    return tuple(key for key in keys if key is not None)


def sign(keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: a signature for each key, separated by blanks."""
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    return " ".join(
        f"{_VERSION},{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"
        for key in keys
    )


def check_stamp(headers: Mapping[str, str], now: int) -> None:
    """Check everything about a signature that does not need the body.

    Args:
        headers: Headers of the request, with names in lower case.
        now: Seconds since 1970.

    Raises:
        SignatureError: There is no signature, or the timestamp is too old or too new.
    """
    timestamp = headers.get("webhook-timestamp", "")
    is_signed = headers.get("webhook-id") and headers.get("webhook-signature")
    if not (is_signed and timestamp.isascii() and timestamp.isdigit()):
        raise SignatureError("the request carries no signature")
    if len(timestamp) > 12 or abs(int(timestamp) - now) > TOLERANCE_SECONDS:  # noqa: PLR2004 (digits)
        raise SignatureError("the request is too old or too new")


def verify(keys: Iterable[bytes], headers: Mapping[str, str], body: bytes, now: int) -> None:
    """Check that one of the keys signed a request, at most five minutes from now.

    Args:
        keys: Keys to accept.
        headers: Headers of the request, with names in lower case.
        body: The body as received.
        now: Seconds since 1970.

    Raises:
        SignatureError: No valid signature, or a timestamp that is too old or too new.
    """
    check_stamp(headers, now)
    timestamp = int(headers["webhook-timestamp"])
    expected = sign(tuple(keys), headers["webhook-id"], timestamp, body).split()
    known = [one.encode() for one in headers["webhook-signature"].split()]
    if not any(hmac.compare_digest(one.encode(), other) for one in expected for other in known):
        raise SignatureError("no signature fits")


def _key(secret: str) -> bytes | None:
    if not secret.startswith(PREFIX):
        return None
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) >= _KEY_LENGTH_MIN else None
