"""TLS is verified always: who cannot prove who he is never sees an event."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from shopcli import Relay, Shop
from shopcli.domain.records import Flush, Order
from tests.certificates import shown_by_a_server
from tests.relay.conftest import HASTY

Buy = Callable[[], Order]


class _Handler(http.server.BaseHTTPRequestHandler):
    bodies: list[bytes]

    def do_POST(self) -> None:
        self.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Handshakes fail here on purpose."""


@contextmanager
def _serving(context: ssl.SSLContext | None) -> Iterator[tuple[int, list[bytes]]]:
    bodies: list[bytes] = []
    handler = type("Handler", (_Handler,), {"bodies": bodies})
    with _Server(("127.0.0.1", 0), handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server.server_address[1], bodies
        server.shutdown()
        thread.join()


def _flush(shop: Shop, port: int, ca_file: Path | None, host: str = "localhost") -> Flush:
    environment = {"SHOP_PLATFORM_URL": f"https://{host}:{port}/"}
    if ca_file is not None:
        environment["SHOP_PLATFORM_CA_FILE"] = str(ca_file)
    return Relay(shop, environment=environment, policy=HASTY, concurrency=1).flush()


def test_an_own_authority_is_trusted(
    selling: Shop, buy: Buy, authority: trustme.CA, ca_file: Path
) -> None:
    """With its authority's file a platform gets its events over TLS."""
    with _serving(shown_by_a_server(authority.issue_cert("localhost"))) as (port, bodies):
        buy()
        assert _flush(selling, port, ca_file) == Flush(1, 0, 0)
        assert len(bodies) == 1


@pytest.mark.parametrize("case", ["unknown authority", "wrong host", "expired", "self-signed"])
def test_an_untrusted_platform_gets_nothing(
    selling: Shop, buy: Buy, authority: trustme.CA, ca_file: Path, case: str
) -> None:
    """A certificate that does not fit ends the attempt before a byte of the event is sent."""
    certificate = authority.issue_cert("localhost")
    trusted: Path | None = ca_file
    if case == "unknown authority":
        trusted = None
    elif case == "wrong host":
        certificate = authority.issue_cert("elsewhere.example")
    elif case == "expired":
        certificate = authority.issue_cert("localhost", not_after=datetime(2001, 1, 1, tzinfo=UTC))
    else:
        certificate = trustme.CA().issue_cert("localhost")
    with _serving(shown_by_a_server(certificate)) as (port, bodies):
        buy()
        assert _flush(selling, port, trusted) == Flush(0, 1, 1)
        assert bodies == []
    assert "certificate" in (selling.outbox.list()[0].last_error or "")


def test_there_is_no_falling_back_to_plain_http(selling: Shop, buy: Buy) -> None:
    """A platform that speaks plain HTTP on its https address gets nothing."""
    with _serving(None) as (port, bodies):
        buy()
        assert _flush(selling, port, None) == Flush(0, 1, 1)
        assert bodies == []


def test_a_missing_authority_file_sends_nothing(
    selling: Shop, buy: Buy, authority: trustme.CA, tmp_path: Path
) -> None:
    """A file of certificates that cannot be read is named; it never means "trust the system's"."""
    with _serving(shown_by_a_server(authority.issue_cert("localhost"))) as (port, bodies):
        buy()
        missing = tmp_path / "none.pem"
        assert _flush(selling, port, missing) == Flush(0, 1, 1)
        assert bodies == []
    assert str(missing) in (selling.outbox.list()[0].last_error or "")


def test_an_old_protocol_is_not_spoken(
    selling: Shop, buy: Buy, authority: trustme.CA, ca_file: Path
) -> None:
    """A platform that knows nothing newer than TLS 1.1 gets nothing."""
    context = shown_by_a_server(authority.issue_cert("localhost"))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with _serving(context) as (port, bodies):
        buy()
        assert _flush(selling, port, ca_file) == Flush(0, 1, 1)
        assert bodies == []
    assert "TLS" in (selling.outbox.list()[0].last_error or "")
