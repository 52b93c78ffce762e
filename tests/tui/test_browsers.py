"""The storefront in browsers: who is let in, what the page may load, and that nothing stays."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import aiohttp
import pytest

from shopcli import Shop
from shopcli.cli.storefront.browsers import is_loopback, serve_browsers
from shopcli.domain.errors import InvalidInput
from shopcli.storage.lock_waits import wait_until
from tests import factories
from tests.cli.conftest import Prompt
from tests.clocks import SettableClock

SECONDS_MAX = 30
EVERYWHERE = "0.0.0.0"  # noqa: S104 - refused, which is the matter

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.fixture
def dialect() -> str:
    """One database; which does not matter here."""
    return "sqlite"


@pytest.fixture
def url(shop: Shop, shop_url: str) -> str:
    """A shop where kim can buy."""
    factories.stocked(shop)
    return shop_url


@contextmanager
def serving(url: str, *words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve the storefront of a shop; answers with the address of its page, and the process."""
    command = [sys.executable, "-m", "shopcli", "tui", "--web", "--port", "0", "--db", url, *words]
    with subprocess.Popen(command, stdout=-1, stderr=-1, text=True) as process:
        assert process.stderr is not None
        try:
            line = process.stderr.readline()
            assert "(Ctrl-C ends)" in line, line + process.stderr.read()
            yield line.split(" is at ")[1].split()[0].rstrip("/"), process
        finally:
            process.kill()


class Served(NamedTuple):
    """A till that is served to browsers."""

    url: str
    process: subprocess.Popen[str]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One for several tests, as it goes on whatever its browsers do; it has not said a word."""
    url = str(tmp_path_factory.mktemp("served") / "shop.db")
    Shop.create(url, currency="KRW", timezone="UTC").close()
    with serving(url, "--kiosk") as (address, process):
        yield Served(address, process)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=SECONDS_MAX) == ("", "")


def visited(visit: Callable[[aiohttp.ClientSession], Awaitable[None]]) -> None:
    """Visit it by a client of HTTP."""

    async def run() -> None:
        async with aiohttp.ClientSession() as session, asyncio.timeout(SECONDS_MAX):
            await visit(session)

    asyncio.run(run())


async def _seen(websocket: aiohttp.ClientWebSocketResponse, text: str) -> None:
    """Wait until a text was drawn."""
    drawn = ""
    while text not in drawn:
        message = await websocket.receive()
        assert message.type == aiohttp.WSMsgType.BINARY, (message, drawn)
        drawn += message.data.decode("utf-8", "replace")


def _children(process_id: int) -> list[int]:
    """The processes that a process has started, as Linux lists them."""
    found = list[int]()
    for thread in Path(f"/proc/{process_id}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended meanwhile
            found += map(int, (thread / "children").read_text().split())
    return found


def _words(process_id: int) -> str:
    return Path(f"/proc/{process_id}/cmdline").read_text("utf-8")


def _lives(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_browser_is_the_member(url: str) -> None:
    """It shows that member's storefront, leaves by its key, and no process stays behind."""
    with serving(url, "--user", "kim") as (address, process):

        async def visit(session: aiohttp.ClientSession) -> None:
            async with session.ws_connect(
                f"{address}/ws?width=80&height=24", origin=address
            ) as websocket:
                await _seen(websocket, "Name of LATTE")
                assert len(_children(process.pid)) == 1
                await websocket.send_json(["stdin", "5"])  # the desk, which a member has not
                await websocket.send_json(["stdin", "q"])
                message = await websocket.receive()
                while message.type == aiohttp.WSMsgType.BINARY:
                    assert b"Desk" not in message.data
                    message = await websocket.receive()

        visited(visit)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS_MAX)
        assert (process.returncode, out) == (0, "")
        assert "Traceback" not in err


def test_a_server_that_is_ended_takes_its_storefronts_along(url: str) -> None:
    """A browser that is open when the server is ended leaves no process behind."""
    with serving(url, "--kiosk") as (address, process):

        async def visit(session: aiohttp.ClientSession) -> None:
            async with session.ws_connect(f"{address}/ws", origin=address) as websocket:
                await _seen(websocket, "scan or type")
                (child,) = _children(process.pid)
                process.send_signal(signal.SIGTERM)
                while (await websocket.receive()).type == aiohttp.WSMsgType.BINARY:
                    pass
                await asyncio.to_thread(process.wait, SECONDS_MAX)
                assert await asyncio.to_thread(wait_until, lambda: not _lives(child), SECONDS_MAX)

        visited(visit)


def test_a_storefront_whose_server_is_gone_ends(url: str) -> None:
    """A server that is killed leaves no process behind either."""
    with serving(url, "--kiosk") as (address, process):

        async def visit(session: aiohttp.ClientSession) -> None:
            async with session.ws_connect(f"{address}/ws", origin=address) as websocket:
                await _seen(websocket, "scan or type")
                (child,) = _children(process.pid)
                process.kill()
                assert await asyncio.to_thread(wait_until, lambda: not _lives(child), SECONDS_MAX)

        visited(visit)


def test_pages_of_others_are_not_let_in(url: str) -> None:
    """No page but its own opens a storefront, holds it in a frame or is loaded into it."""
    with serving(url, "--user", "kim") as (address, process):
        port = address.rpartition(":")[2]

        async def visit(session: aiohttp.ClientSession) -> None:
            for origin in (None, "http://evil.example", "null", f"http://localhost:{port}"):
                headers = {} if origin is None else {"Origin": origin}
                async with session.get(f"{address}/ws", headers=headers) as answer:
                    assert answer.status == 403
            async with session.get(f"{address}/") as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "frame-ancestors 'none'" in policy
                assert "default-src 'self'" in policy
                assert f"ws://127.0.0.1:{port}/ws" in await answer.text()
            rebound = {"Host": f"evil.example:{port}"}
            async with session.get(f"{address}/", headers=rebound, allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"]) == (302, f"{address}/")

        visited(visit)
        assert _children(process.pid) == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--web"], "web_of_nobody"),
        (["--web", "--desk"], "web_of_nobody"),
        (["--web", "--user", "kim", "--kiosk"], "one_of_storefronts"),
        (["--web", "--user", ""], "identifier"),
        (["--web", "--kiosk", "--host", EVERYWHERE], "no_public_url"),
        (["--web", "--kiosk", "--host", "192.0.2.1", "--public-url", "http://a.example"], "port"),
        (["--web", "--kiosk", "--port", "99999"], "port"),
        (["--web", "--kiosk", "--public-url", "shop.example.org"], "public_url"),
        (["--web", "--kiosk", "--public-url", "https://a:b@shop.example.org"], "public_url"),
        (["--web", "--kiosk", "--public-url", "https://shop.example.org/"], "public_url"),
        (["--web", "--kiosk", "--public-url", "javascript:alert(1)"], "public_url"),
        (["--port", "8000"], "only_with_web"),
        (["--public-url", "http://a.example"], "only_with_web"),
        (["--host", "127.0.0.1"], "only_with_web"),
    ],
    ids=lambda case: " ".join(case) if isinstance(case, list) else case,
)
def test_what_cannot_be_served_is_refused(
    url: str, clock: SettableClock, words: list[str], reason: str
) -> None:
    """Whose storefront it is, where it is and how it is reached must be said, and be possible."""
    answer = Prompt(url, clock)("tui", *words, "--json")

    assert answer.code == 2
    assert answer.error["code"] == "invalid_input"
    assert answer.error["details"]["reason"] == reason
    assert answer.error["fix"]


@pytest.mark.parametrize(
    "whose", [["--user=kim"], ["--kiosk", "--port", "8080"], ["--desk", "--yes"]], ids=" ".join
)
def test_the_line_that_is_advised_is_of_the_same_storefront(
    url: str, clock: SettableClock, whose: list[str]
) -> None:
    """Whose it is, and its port: what is missing is how browsers reach it, and no more."""
    answer = Prompt(url, clock)("tui", "--web", *whose, "--host", EVERYWHERE, "--json")
    line = f"shop tui --web {' '.join(whose)} --host {EVERYWHERE} --public-url"
    assert line in answer.error["fix"]


def test_a_user_who_is_not_there_is_told_at_once(url: str, clock: SettableClock) -> None:
    """And not to each browser."""
    answer = Prompt(url, clock)("tui", "--web", "--user", "nobody", "--json")
    assert (answer.code, answer.error["code"]) == (4, "unknown_user")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop that was installed alone serves no browsers."""
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    with pytest.raises(InvalidInput) as caught:
        serve_browsers([], host="127.0.0.1", port=0, public_url=None, ready=print)
    assert caught.value.details["reason"] == "no_web"


@pytest.mark.parametrize(
    ("host", "answer"),
    [("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("localhost", True),
     (EVERYWHERE, False), ("::", False), ("192.168.0.4", False), ("shop.local", False)],
)  # fmt: skip
def test_what_only_this_machine_reaches(host: str, answer: bool) -> None:  # noqa: FBT001 - a case
    """Everything else is open to others."""
    assert is_loopback(host) is answer


def test_the_address_of_the_database_is_in_no_list_of_processes(url: str) -> None:
    """The storefront of a browser is told of it by its environment."""
    with serving(url, "--kiosk") as (address, process):

        async def visit(session: aiohttp.ClientSession) -> None:
            async with session.ws_connect(f"{address}/ws", origin=address) as websocket:
                await _seen(websocket, "scan or type")
                (child,) = _children(process.pid)
                words = _words(child)
                assert "--kiosk" in words
                assert url not in words

        visited(visit)


@pytest.mark.parametrize(
    "frame",
    [
        *("garbage", "[]", "{}", "1", '["stdin", 5]', '["resize"]', '["stdin", "\\ud800"]'),
        *("[" * 9_000, "x" * 70_000),
    ],
    ids=lambda frame: frame[:20],
)
def test_what_no_page_of_it_sends_ends_the_conversation(served: Served, frame: str) -> None:
    """The server goes on, says nothing of it, and the storefront ends."""

    async def visit(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect(f"{served.url}/ws", origin=served.url) as websocket:
            await websocket.send_str(frame)
            while (await websocket.receive()).type == aiohttp.WSMsgType.BINARY:
                pass

    visited(visit)
    assert wait_until(lambda: not _children(served.process.pid), SECONDS_MAX)


def test_a_browser_that_goes_while_it_opens_is_no_bug(served: Served) -> None:
    """What is taken down in the midst of being drawn is not told as a fault."""

    async def visit(session: aiohttp.ClientSession) -> None:
        for drawn in ("\x1b[?1049h", "till", "\x1b[?1049h"):
            async with session.ws_connect(f"{served.url}/ws", origin=served.url) as websocket:
                await _seen(websocket, drawn)

    visited(visit)
    assert wait_until(lambda: not _children(served.process.pid), SECONDS_MAX)


def test_a_huge_page_costs_no_more_than_a_large_one(served: Served) -> None:
    """Whoever opens it says how large it is, and is believed up to a bound."""

    async def visit(session: aiohttp.ClientSession) -> None:
        size = "width=99999999&height=99999999"
        async with session.ws_connect(f"{served.url}/ws?{size}", origin=served.url) as websocket:
            await websocket.send_json(["resize", {"width": 10**6, "height": 10**6}])
            await _seen(websocket, "scan or type")
            (child,) = _children(served.process.pid)
            assert _memory_bytes(child) < 400 * 1024 * 1024

    visited(visit)
    assert wait_until(lambda: not _children(served.process.pid), SECONDS_MAX)


def _memory_bytes(process_id: int) -> int:
    return int(Path(f"/proc/{process_id}/statm").read_text("utf-8").split()[1]) * 4096
