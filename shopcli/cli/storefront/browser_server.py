"""A server that gives each browser a process with a storefront, by textual-serve.

textual-serve asks nobody who they are, lets every page of every site connect and believes what it
sends. So a browser is let in only by a page of this server, which its `Origin` tells, only so many
at once, and what its page does not send ends the conversation. The name of the shop's database
travels in the environment: a command is shown to whoever lists processes.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final, NamedTuple

from aiohttp import WSCloseCode, web
from textual_serve.app_service import AppService
from textual_serve.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp import WSMessage
    from aiohttp.typedefs import Handler

BROWSER_COUNT_MAX: Final = 32
"""Most browsers at once: each has a process of some 60 MB."""
MESSAGE_BYTES_MAX: Final = 65_536
"""Most that a page sends at once: a long paste."""
CELLS_MAX: Final = 500
"""Widest and highest that a page is drawn."""

USUAL_CELLS: Final = (80, 24)
"""Width and height of a page that does not say how large it is."""
FONT_PIXELS: Final = (6, 16, 72)
"""Lowest, usual and highest letters, for `?fontsize=` of the page."""

_PAGE: Final = Path(__file__).with_name("browser_page.html")
"""Our own page: that of textual-serve loads a font from elsewhere, and says nothing at the end."""

_END_SECONDS: Final = 4.0
"""How long a storefront may take to end once its browser is gone; it takes three itself."""


class Address(NamedTuple):
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
            "Server": "shop",
            "X-Content-Type-Options": "nosniff",
        }


def page_texts(say: Callable[[str], str]) -> dict[str, str]:
    """What the page says where there is no storefront in it.

    Args:
        say: Translates a text.
    """
    return {
        "lang": say("en"),  # of these texts, as HTML names it
        "ended": say("The storefront has ended."),
        "lost": say(
            "The connection to the shop was lost. What was sent last was done once and completely,"
            " or not at all: look at the history before you pay again."
        ),
        "unreached": say(
            "The shop cannot be reached, or too many browsers are open. Try again in a moment."
        ),
        "again": say("Open it again"),
    }


class StorefrontServer(Server):
    """Lets browsers in that come from its own page, and not too many of them.

    Args:
        command: Opens the storefront of one browser.
        address: Where browsers open it.
        texts: What the page says, by `page_texts`.
    """

    def __init__(self, command: str, address: Address, texts: Mapping[str, str]) -> None:
        super().__init__(command, title="shop", public_url=address.url)
        self._address = address
        self._texts = texts
        self._websockets: set[web.WebSocketResponse] = set()

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.on_response_prepare.append(self._add_headers)

        @web.middleware
        async def with_own_page(request: web.Request, handler: Handler) -> web.StreamResponse:
            return self._page(request) if request.path == "/" else await handler(request)

        app.middlewares.append(with_own_page)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing; whoever started it was told."""

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002  # as it is called
        """Let the browsers go, which ends their storefronts."""
        for websocket in list(self._websockets):
            await websocket.close(code=WSCloseCode.GOING_AWAY)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Open a storefront for a browser, and end it when the browser goes."""
        if request.headers.get("Origin") != self._address.origin:
            raise web.HTTPForbidden(text=f"Open {self._address.url}/ in a browser.\n")
        if len(self._websockets) >= BROWSER_COUNT_MAX:
            raise web.HTTPServiceUnavailable(text="Too many browsers are open. Try again.\n")
        websocket = web.WebSocketResponse(heartbeat=15, max_msg_size=MESSAGE_BYTES_MAX)
        self._websockets.add(websocket)
        try:
            await websocket.prepare(request)
            sides = zip(("width", "height"), USUAL_CELLS, strict=True)
            width, height = (_cells(request.query.get(side), usual) for side, usual in sides)
            await self._converse(websocket, width, height)
        finally:
            self._websockets.discard(websocket)
        return websocket

    async def _converse(self, websocket: web.WebSocketResponse, width: int, height: int) -> None:
        async def close() -> None:
            await websocket.close()

        service = AppService(
            self.command,
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=close,
            download_manager=self.download_manager,
        )
        await service.start(width, height)
        try:
            async for message in websocket:
                if not await _obeyed(websocket, service, message):
                    await websocket.close(code=WSCloseCode.POLICY_VIOLATION)
                    break
        finally:
            with suppress(ConnectionError):
                await _ended(service)

    async def _add_headers(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(self._address.headers)

    def _page(self, request: web.Request) -> web.Response:
        """The page; who opened it by another name of this machine is sent to the one it uses."""
        address = self._address
        if not address.is_told and f"http://{request.host}" != address.origin:
            raise web.HTTPFound(f"{address.url}/")
        facts = {
            "static": f"{address.url}/static",
            "websocket": f"ws{address.url.removeprefix('http')}/ws",
            "font_size": str(_pixels(request.query.get("fontsize"))),
            **self._texts,
        }
        page = Template(_PAGE.read_text("utf-8"))
        filled = page.substitute({name: escape(text) for name, text in facts.items()})
        return web.Response(text=filled, content_type="text/html")


async def _ended(service: AppService) -> None:
    """Ask a storefront to end, and kill it where it does not."""
    try:
        async with asyncio.timeout(_END_SECONDS):
            await service.stop()
    except TimeoutError:
        process = service._process  # noqa: SLF001  # it has no other name for it
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()


async def _obeyed(
    websocket: web.WebSocketResponse, service: AppService, message: WSMessage
) -> bool:
    """Do what a page of textual-serve sends; False if it is something else."""
    try:
        sent = json.loads(message.data)
    except (ValueError, TypeError, RecursionError):
        return False
    match sent:
        case ["stdin", str(keys)] if _is_text(keys):
            await service.send_bytes(keys.encode())
        case ["resize", {"width": width, "height": height}]:
            usual_width, usual_height = USUAL_CELLS
            await service.set_terminal_size(
                _cells(width, usual_width), _cells(height, usual_height)
            )
        case ["ping", data]:
            await websocket.send_json(["pong", data])
        case ["blur", *_]:
            await service.blur()
        case ["focus", *_]:
            await service.focus()
        case _:
            return False
    return True


def _is_text(keys: str) -> bool:
    try:
        keys.encode()
    except UnicodeEncodeError:  # half a character
        return False
    return True


def _pixels(asked: str | None) -> int:
    """How high letters are."""
    try:
        return max(FONT_PIXELS[0], min(int(asked or ""), FONT_PIXELS[-1]))
    except ValueError:
        return FONT_PIXELS[1]


def _cells(asked: object, usual: int) -> int:
    """How many cells wide or high a page is; the usual where it is no number."""
    try:
        return max(1, min(int(str(asked)), CELLS_MAX))
    except ValueError:
        return usual
