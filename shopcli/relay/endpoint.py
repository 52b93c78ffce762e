"""Finds and checks the endpoint that events are sent to.

Plain http is only for this machine unless the shop's settings allow it. A URL contains no
credentials. Proxies in the environment are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from shopcli.domain.addresses import HIDDEN, display, without_passwords
from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt
from shopcli.engine import microseconds
from shopcli.relay.environment import (
    CA_FILE_VARIABLE,
    SECRET_VARIABLE,
    URL_VARIABLE,
    signing_keys,
    variables_of,
)
from shopcli.relay.own_headers import Header, own_headers

if TYPE_CHECKING:
    from shopcli.engine import Shop

URL_SETTING = "platform.url"
ALLOW_HTTP_SETTING = "platform.allow_http"
GRACE_SETTING = "platform.grace_period"
BATCH_SETTING = "platform.batch_size"

GRACE_SECONDS = 2.0

_URL_LENGTH_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A checked address of a platform, with the keys that sign requests."""

    url: str
    scheme: str
    host: str
    port: int
    target: str
    """Path and query for the request line."""
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    headers: tuple[Header, ...] = field(default=(), repr=False)
    """Headers that the platform asks for."""
    ca_file: str | None = None
    allow_http: bool = False
    """Whether plain http to other machines is allowed."""
    batch_size: int = 1
    """Most events in a request; above 1 only if the platform accepts batches."""
    grace_seconds: float = GRACE_SECONDS
    """Longest time that a command waits for the delivery of its own events."""

    @property
    def shown(self) -> str:
        """The address without its query, which may hold a token."""
        return self.url.partition("?")[0]

    @property
    def host_header(self) -> str:
        """Value of the `Host` header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        default = 443 if self.scheme == "https" else 80
        return name if self.port == default else f"{name}:{self.port}"


def find_endpoint(shop: Shop, environment: Mapping[str, str] | None = None) -> Endpoint | None:
    """The endpoint in force: from the environment, else the shop's settings, else none.

    Args:
        shop: The shop, for its settings.
        environment: Environment variables; by default those of this process.

    Raises:
        InvalidInput: The address, a secret or a setting cannot be used.
    """
    variables = variables_of(environment)
    settings = shop.settings()
    named = variables.get(URL_VARIABLE)
    url = named or settings.get(URL_SETTING)
    if not url:
        return None
    parts = checked_url(url, URL_VARIABLE if named else URL_SETTING)
    return Endpoint(
        url=url,
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port or (443 if parts.scheme == "https" else 80),
        target=_target(parts),
        keys=signing_keys(variables),
        headers=own_headers(variables),
        ca_file=variables.get(CA_FILE_VARIABLE) or None,
        allow_http=settings.get(ALLOW_HTTP_SETTING) == "yes",
        batch_size=int(settings.get(BATCH_SETTING) or 1),
        grace_seconds=_seconds(settings.get(GRACE_SETTING)),
    )


def checked_url(url: str, source: str = URL_SETTING) -> SplitResult:
    """Split and check the URL of an endpoint.

    Args:
        url: The URL.
        source: Name of the variable or setting that holds it, for the message.

    Raises:
        InvalidInput: Not an http or https URL, no host, one that no platform can be at, or a user
            name, password or fragment.
    """
    problem = None
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port != 0
    except ValueError:
        raise _bad_url(url, source, "it is not an address") from None
    if len(url) > _URL_LENGTH_MAX or not url.isascii() or not url.isprintable() or " " in url:
        problem = "it holds characters an address cannot have"
    elif parts.scheme not in {"http", "https"}:
        problem = "it does not begin with https:// or http://"
    elif parts.username is not None or parts.password is not None:
        problem = "it names a user; set {variable} instead"
    elif not parts.hostname or not port_is_fine:
        problem = "it names no host"
    elif parts.fragment:
        problem = "it has a fragment"
    else:
        problem = _fault_of_number(parts.hostname)
    if problem:
        raise _bad_url(url, source, problem)
    return parts


def _fault_of_number(host: str) -> str | None:
    """Why a host given in numbers is none of a platform; names are judged when one connects."""
    if ":" not in host and host.strip("0123456789."):
        return None
    from shopcli.relay.network_addresses import never_a_platform  # only for such a host

    try:
        fault = never_a_platform(host)
    except ValueError:
        return None
    return "no platform can be at that address" if fault else None


def _bad_url(url: str, source: str, problem: str) -> InvalidInput:
    # Whoever is named, in part or whole, may be a token: neither user nor password is repeated.
    told = re.sub(r"//[^/?#]*@", f"//{HIDDEN}@", without_passwords(display(url)))
    return InvalidInput(
        "The platform's address '{value}' of {source} cannot be used: {problem:noun}.",
        details={
            "field": URL_SETTING,
            "value": excerpt(told),
            "source": source,
            "problem": problem,
            "variable": SECRET_VARIABLE,
            "reason": "platform_url",
        },
    )


def _target(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def _seconds(duration: str | None) -> float:
    return microseconds(duration) / 1_000_000 if duration else GRACE_SECONDS
