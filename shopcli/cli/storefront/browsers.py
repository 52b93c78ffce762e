"""Serves the storefront to browsers: where it listens, and by what address they reach it."""

from __future__ import annotations

import shlex
import socket
import sys
from contextlib import contextmanager, redirect_stdout
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


LOOPBACK: Final = "127.0.0.1"
PORT: Final = 8000
_PORT_MAX: Final = 65_535
_SHUTDOWN_SECONDS: Final = 5.0


def _as_typed(words: Sequence[str], port: int) -> list[str]:
    """What the line that serves a storefront says of whose it is, and of a port of its own."""
    typed = [*words[1:], *(["--yes"] if "--desk" in words else [])]
    return typed if port == PORT else [*typed, "--port", str(port)]


def serve_browsers(
    words: Sequence[str],
    *,
    host: str,
    port: int,
    public_url: str | None,
    ready: Callable[[str], object],
    say: Callable[[str], str] = str,
) -> None:
    """Serve a storefront to browsers until interrupted.

    Args:
        words: The words of the command line that opens the storefront of one browser.
        host: Name or number of the interface to listen on.
        port: Port to listen on; 0 takes a free one.
        public_url: How browsers reach it, where that is not by host and port.
        ready: Called with the address once browsers can connect.
        say: Translates what the page says.

    Raises:
        InvalidInput: textual-serve is not installed, nothing can listen there, the address is none,
            or it is missing where others than this machine can connect.
    """
    if public_url is None and not is_loopback(host):
        raise InvalidInput(
            "Browsers reach {host} by a name that is not known here.",
            details={
                "host": host,
                "port": port,
                "words": " ".join(_as_typed(words, port)),
                "reason": "no_public_url",
            },
        )
    origin = None if public_url is None else _origin(public_url)
    try:
        from aiohttp import web  # the extra `web`

        from shopcli.cli.storefront.browser_server import Address, StorefrontServer, page_texts
    except ImportError:
        raise InvalidInput(
            "What serves the storefront to browsers is not installed.",
            details={"reason": "no_web"},
        ) from None
    with _listening(host, port) as listener:
        url = public_url or f"http://{_in_url(host)}:{listener.getsockname()[1]}"
        address = Address(url, origin or url, is_told=public_url is not None)
        command = _command([sys.executable, "-m", "shopcli", *words])
        server = StorefrontServer(command, address, page_texts(say))
        ready(url)
        with redirect_stdout(sys.stderr):  # where it repeats what a storefront says at its end
            web.run_app(
                server._make_app(),  # noqa: SLF001  # its own `serve` logs local variables
                sock=listener,
                print=None,
                access_log=None,
                shutdown_timeout=_SHUTDOWN_SECONDS,
            )


def _command(words: Sequence[str]) -> str:
    """A line for the shell, which makes way for the program: it is to be ended, not the shell."""
    return shlex.join(words) if sys.platform == "win32" else f"exec {shlex.join(words)}"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an interface."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _origin(url: str) -> str:
    """What browsers send as `Origin` from pages of an address.

    Raises:
        InvalidInput: It is no address of a page.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    is_address = (
        parts.scheme in {"http", "https"}
        and parts.hostname
        and not (parts.username or parts.query or parts.fragment or url.endswith("/"))
        and url.isascii()
        and url.isprintable()
    )
    if not is_address or parts.hostname is None:
        raise InvalidInput(
            "'{value}' is no address that browsers open.",
            details={"field": "--public-url", "value": excerpt(url), "reason": "public_url"},
        )
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{_in_url(parts.hostname)}" + (
        f":{port}" if port not in {None, usual} else ""
    )


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    if not 0 <= port <= _PORT_MAX:  # for which `create_server` leaves a socket open
        raise _cannot_listen(host, port, "no such port")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise _cannot_listen(host, port, error.strerror or "no such address") from None
    with listener:
        yield listener


def _cannot_listen(host: str, port: int, why: str) -> InvalidInput:
    return InvalidInput(
        "The storefront cannot listen on port {port} of {host}: {why}.",
        details={"port": port, "host": host, "why": why, "reason": "port"},
    )
