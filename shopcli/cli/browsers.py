"""Serves the storefront to browsers, each in a process of its own, by textual-serve.

textual-serve asks nobody who they are and lets every page of every site connect. So a browser is
let in only by a page of this server, which its `Origin` tells, and only so many at once. The name
of the shop's database travels in the environment: a command is shown to whoever lists processes.
"""

from __future__ import annotations

import shlex
import socket
import sys
from contextlib import contextmanager, redirect_stdout
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from aiohttp import web
    from aiohttp.typedefs import Handler
    from textual_serve.server import Server

LOOPBACK: Final = "127.0.0.1"
PORT: Final = 8000
BROWSER_COUNT_MAX: Final = 32
"""Most browsers at once: each has a process of some 60 MB."""

_SHUTDOWN_SECONDS: Final = 5.0


def serve_browsers(
    words: Sequence[str],
    *,
    host: str,
    port: int,
    public_url: str | None,
    ready: Callable[[str], object],
) -> None:
    """Serve a storefront to browsers until interrupted.

    Args:
        words: The words of the command line that opens the storefront of one browser.
        host: Name or number of the interface to listen on.
        port: Port to listen on; 0 takes a free one.
        public_url: How browsers reach it, where that is not by host and port.
        ready: Called with the address once browsers can connect.

    Raises:
        InvalidInput: textual-serve is not installed, nothing can listen there, the address is none,
            or it is missing where others than this machine can connect.
    """
    if public_url is None and not is_loopback(host):
        raise InvalidInput(
            "Browsers reach {host} by a name that is not known here.",
            details={"host": host, "port": port, "reason": "no_public_url"},
        )
    origin = None if public_url is None else _origin(public_url)
    try:
        from aiohttp import web  # the extra `web`
    except ImportError:
        raise InvalidInput(
            "What serves the storefront to browsers is not installed.",
            details={"reason": "no_web"},
        ) from None
    with _listening(host, port) as listener:
        url = public_url or f"http://{_in_url(host)}:{listener.getsockname()[1]}"
        address = _Address(url, origin or url, is_told=public_url is not None)
        server = _server(shlex.join([sys.executable, "-m", "shopcli", *words]), address)
        ready(url)
        with redirect_stdout(sys.stderr):  # where it repeats what a storefront says at its end
            web.run_app(
                server._make_app(),  # noqa: SLF001  # its own `serve` logs local variables
                sock=listener,
                print=None,
                access_log=None,
                shutdown_timeout=_SHUTDOWN_SECONDS,
            )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an interface."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Address(NamedTuple):
    """Where browsers open it."""

    url: str
    origin: str
    """What they send as `Origin` from its pages."""
    is_told: bool
    """Whether it was told; then a server in front of this one may name others as `Host`."""

    @property
    def headers(self) -> dict[str, str]:
        """Of each answer: its page loads nothing from elsewhere, and no other page holds it."""
        websocket = f"ws{self.origin.removeprefix('http')}"
        return {
            "Content-Security-Policy": (
                "default-src 'self' 'unsafe-inline' data:;"
                f" connect-src 'self' {websocket}; frame-ancestors 'none'"
            ),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }


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
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or "no such address or port"
        raise InvalidInput(
            "The storefront cannot listen on port {port} of {host}: {why}.",
            details={"port": port, "host": host, "why": why, "reason": "port"},
        ) from None
    with listener:
        yield listener


def _server(command: str, address: _Address) -> Server:
    """The server of one storefront."""
    from aiohttp import web
    from textual_serve.server import Server

    class StorefrontServer(Server):
        """Lets browsers in that come from its own page, and not too many of them."""

        browser_count = 0

        async def _make_app(self) -> web.Application:
            app = await super()._make_app()
            app.on_response_prepare.append(_add_headers)
            app.middlewares.append(_to_its_name)
            return app

        async def on_startup(self, app: web.Application) -> None:
            """Say nothing; whoever started it was told."""

        async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
            """Open a storefront for a browser."""
            if request.headers.get("Origin") != address.origin:
                raise web.HTTPForbidden(text=f"Open {address.url}/ in a browser.\n")
            if self.browser_count >= BROWSER_COUNT_MAX:
                raise web.HTTPServiceUnavailable(text="Too many browsers are open. Try again.\n")
            self.browser_count += 1
            try:
                return await super().handle_websocket(request)
            finally:
                self.browser_count -= 1

    async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(address.headers)

    @web.middleware
    async def _to_its_name(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Send who opened it by another name of this machine to the one that its page uses."""
        is_by_its_name = address.is_told or f"http://{request.host}" == address.origin
        if request.path == "/" and not is_by_its_name:
            raise web.HTTPFound(f"{address.url}/")
        return await handler(request)

    return StorefrontServer(command, title="shop", public_url=address.url)
