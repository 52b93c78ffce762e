"""What goes over the wire: CloudEvents as their SDK reads them, signed as the reference wants."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http
from cloudevents.core.formats.json import JSONFormat
from freezegun import freeze_time
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from shopcli import Relay, Shop, ShopError
from shopcli.domain.moments import rfc3339
from shopcli.relay import signature
from shopcli.wording.advice import advice
from tests.clocks import SettableClock
from tests.relay.hostile import OK, HostilePlatform, answering, body, header

ROOT = Path(__file__).resolve().parents[2]
SECRETS = ["whsec_" + base64.b64encode(bytes([number]) * 24).decode() for number in (1, 2)]


@pytest.fixture
def requests(selling: Shop) -> list[bytes]:
    """The requests of an order, a refund and its cancellation, signed with two secrets."""
    with HostilePlatform(answering(OK)) as platform:
        placed = selling.order("kim", {"LATTE": 2}, key="till1-0001")
        selling.refund(placed, {"LATTE": 1}, reason="cold <i>", force=True)
        selling.cancel(placed.order or "", reason="spilt <b>", force=True)
        environment = {
            "SHOP_PLATFORM_URL": platform.url,
            "SHOP_PLATFORM_SECRET": " ".join(SECRETS),
        }
        assert Relay(selling, environment=environment).flush().sent == 3
        return platform.requests


def _headers(request: bytes) -> dict[str, str]:
    names = ("content-type", "webhook-id", "webhook-timestamp", "webhook-signature")
    return {name: header(request, name) for name in names}


def test_the_sdk_reads_all_events(requests: list[bytes], selling: Shop) -> None:
    """The CloudEvents SDK reads what is sent, with the attributes promised."""
    order = selling.orders()[0]
    for number, request in enumerate(requests):
        message = HTTPMessage(headers=_headers(request), body=body(request))
        event = from_http(message, JSONFormat())
        assert header(request, "content-type") == "application/cloudevents+json"
        assert event.get_id() == header(request, "webhook-id")
        assert event.get_source() == f"urn:shopcli:{selling.id}"
        assert event.get_subject() == order.order
        assert event.get_type() == f"shop.order.{('paid', 'refunded', 'cancelled')[number]}"
        assert event.get_extension("sequence") == str(number + 1)


def test_the_data_is_the_receipt_without_names(requests: list[bytes], selling: Shop) -> None:
    """The data carries the amounts of the receipt, an opaque user id, and nothing personal."""
    order = selling.orders()[0]
    paid, refunded, cancelled = (json.loads(body(request)) for request in requests)
    data = paid["data"]
    assert list(paid) == [
        *("specversion", "id", "source", "type", "subject", "time"),
        *("datacontenttype", "sequence", "data"),
    ]
    assert paid["time"] == data["placed_at"] == rfc3339(order.placed_at)
    assert (data["schema"], data["state"], data["currency"], data["exponent"]) == (
        *(1, "paid", "KRW", 0),
    )
    assert data["lines"][0]["unit_price"] == order.lines[0].unit_price
    assert data["total"] == order.total
    assert "kim" not in body(requests[0]).decode()
    assert "balance" not in body(requests[0]).decode()
    assert order.key not in body(requests[0]).decode()
    assert refunded["data"]["lines"] == data["lines"]
    assert (refunded["data"]["state"], refunded["data"]["reason"]) == ("paid", "cold <i>")
    assert refunded["data"]["refunded"] == order.refunds[0].refunded
    assert refunded["time"] == refunded["data"]["refunded_at"]
    assert cancelled["data"]["state"] == "cancelled"
    assert cancelled["data"]["reason"] == "spilt <b>"
    assert cancelled["data"]["refunded"] == order.total - order.refunds[0].refunded
    assert cancelled["time"] == cancelled["data"]["cancelled_at"]


def test_the_published_schema_names_what_is_sent(requests: list[bytes]) -> None:
    """The published JSON Schema has exactly the keys of the envelope, the order and its lines."""
    schema = json.loads(
        (ROOT / "shopcli" / "domain" / "deliveries" / "event.schema.json").read_text(
            encoding="utf-8"
        )
    )
    order, line = schema["$defs"]["order"], schema["$defs"]["line"]
    for request in requests:
        event = json.loads(body(request))
        assert list(event) == schema["required"] == list(schema["properties"])
        more = {
            "shop.order.refunded": schema["then"]["properties"]["data"]["required"],
            "shop.order.cancelled": order["then"]["required"],
        }.get(event["type"], [])
        assert list(event["data"]) == order["required"] + more
        assert set(event["data"]) <= set(order["properties"])
        assert [list(sold) for sold in event["data"]["lines"]] == [line["required"]]
        for given in event["data"].get("refunded_lines", []):
            assert list(given) == schema["$defs"]["refunded_line"]["required"]
        assert re.fullmatch(schema["$defs"]["time"]["pattern"], event["time"])
        assert re.match(schema["properties"]["source"]["pattern"], event["source"])


@pytest.mark.parametrize("secret", SECRETS)
def test_the_reference_accepts_the_signature(
    requests: list[bytes], secret: str, clock: SettableClock
) -> None:
    """The Standard Webhooks package verifies each request with either secret of a rotation."""
    with freeze_time(clock()):
        for request in requests:
            Webhook(secret).verify(body(request), _headers(request))


def test_a_flipped_bit_is_refused(requests: list[bytes], clock: SettableClock) -> None:
    """Neither the reference nor our own receiver accepts a changed body, id or another key."""
    request = requests[0]
    now = int(clock().timestamp())
    keys = signature.parse_secrets(SECRETS[0], "test")
    signature.verify(keys, _headers(request), body(request), now)
    changed = body(request).replace(b'"1"', b'"2"', 1)
    with freeze_time(clock()), pytest.raises(WebhookVerificationError):
        Webhook(SECRETS[0]).verify(changed, _headers(request))
    other_id = _headers(request) | {"webhook-id": "other"}
    other_keys = (b"k" * 24,)
    for tried in [
        (keys, _headers(request), changed, now),
        (keys, other_id, body(request), now),
        (other_keys, _headers(request), body(request), now),
        (keys, _headers(request), body(request), now + 301),
        (keys, _headers(request), body(request), now - 301),
        (keys, {}, body(request), now),
    ]:
        with pytest.raises(signature.SignatureError):
            signature.verify(*tried)


@pytest.mark.parametrize(
    "text", ["", "whsec_", "whsec_!!!!", "whsec_c2hvcnQ=", "c2VjcmV0", SECRETS[0] + " nonsense"]
)
def test_a_bad_secret_is_refused_and_not_shown(text: str) -> None:
    """A secret that is none is a usage error that does not repeat it."""
    with pytest.raises(ShopError) as refusal:
        signature.parse_secrets(text, "SHOP_PLATFORM_SECRET")
    assert refusal.value.code == "invalid_input"
    secret = text.removeprefix("whsec_")
    assert not secret or secret not in refusal.value.message + advice(refusal.value)
