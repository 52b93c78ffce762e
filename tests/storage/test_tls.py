"""TLS to a database server: who cannot prove who it is hears nothing, not even a login."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from shopcli import Shop, ShopError
from shopcli.wording.advice import advice
from tests.certificates import shown_by_a_server
from tests.storage.tls_proxy import TlsProxy

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("dialect", ["postgres"])]


def test_a_server_that_proves_who_it_is_is_used(
    shop_url: str, authority: trustme.CA, ca_file: Path
) -> None:
    """With verify-full and the right certificate a shop works as ever, all of it encrypted."""
    certificate = authority.issue_cert("localhost")
    options = f"sslmode=verify-full&sslrootcert={ca_file}"
    with (
        TlsProxy(shop_url, shown_by_a_server(certificate)) as proxy,
        Shop.open(proxy.address("localhost", options)) as shop,
    ):
        shop.add_user("kim")
        shop.charge("kim", 1_000, key="one")
        assert shop.balance("kim").balance == 1_000
        assert shop.verify().ok
        assert b"kim" in proxy.heard


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("wrong host", "other_certificate"),
        ("expired", "untrusted_certificate"),
        ("other authority", "untrusted_certificate"),
        ("no encryption", "no_encryption"),
    ],
)
def test_a_server_that_does_not_hears_nothing(
    shop_url: str, authority: trustme.CA, ca_file: Path, case: str, reason: str
) -> None:
    """What is wrong is told, with what to do; neither user nor database was sent."""
    context: ssl.SSLContext | None
    if case == "wrong host":
        context = shown_by_a_server(authority.issue_cert("elsewhere.example"))
    elif case == "expired":
        long_ago = datetime(2001, 1, 1, tzinfo=UTC)
        context = shown_by_a_server(authority.issue_cert("localhost", not_after=long_ago))
    elif case == "other authority":
        context = shown_by_a_server(trustme.CA().issue_cert("localhost"))
    else:
        context = None
    with TlsProxy(shop_url, context) as proxy:
        url = proxy.address("localhost", f"sslmode=verify-full&sslrootcert={ca_file}")
        with pytest.raises(ShopError) as caught, Shop.open(url):
            pass

    assert (caught.value.code, caught.value.details["reason"]) == ("database_unreachable", reason)
    assert advice(caught.value)
    assert proxy.heard == b""


@pytest.mark.parametrize("missing", ["file", "anything"])
def test_without_an_authority_the_address_is_what_is_wrong(
    shop_url: str,
    authority: trustme.CA,
    tmp_path: Path,
    missing: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody can be proven without certificates to know them by, which trying later mends not."""
    monkeypatch.setenv("HOME", str(tmp_path))
    named = f"&sslrootcert={tmp_path / 'none.pem'}" if missing == "file" else ""
    with TlsProxy(shop_url, shown_by_a_server(authority.issue_cert("localhost"))) as proxy:
        url = proxy.address("localhost", f"sslmode=verify-full{named}")
        with pytest.raises(ShopError) as caught, Shop.open(url):
            pass

    assert caught.value.code == "invalid_input"
    assert "sslrootcert" in advice(caught.value)
    assert proxy.heard == b""


def test_an_old_protocol_is_not_spoken(shop_url: str, authority: trustme.CA, ca_file: Path) -> None:
    """A server that knows nothing newer than TLS 1.1 is not talked to."""
    context = shown_by_a_server(authority.issue_cert("localhost"))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with TlsProxy(shop_url, context) as proxy:
        url = proxy.address("localhost", f"sslmode=verify-full&sslrootcert={ca_file}")
        with pytest.raises(ShopError) as caught, Shop.open(url):
            pass

    assert caught.value.code == "database_unreachable"
    assert proxy.heard == b""
