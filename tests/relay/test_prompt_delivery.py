"""Delivery right after an order: prompt, bounded by the grace period, never a failure."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from shopcli import Shop
from shopcli.domain.records import Order
from shopcli.relay import dispatcher
from shopcli.relay.leadership import leader_lock
from shopcli.relay.prompt_delivery import deliver_after
from tests.clocks import SettableClock
from tests.relay.conftest import to
from tests.relay.hostile import (
    OK,
    SILENCE,
    HostilePlatform,
    Script,
    answering,
    body,
    dripping,
    hanging_up,
    status,
    unused_port,
)

Buy = Callable[[], Order]

GRACE_SECONDS = 2.0


def _deliver(shop: Shop, order: Order, url: str) -> bool:
    return deliver_after(shop, order.order or "", environment={"SHOP_PLATFORM_URL": url})


def test_an_order_is_delivered_at_once(selling: Shop, buy: Buy) -> None:
    """With a platform that answers, the order's event is there when the call returns."""
    with HostilePlatform(answering(OK)) as platform:
        other, order = buy(), buy()
        assert _deliver(selling, order, platform.url)
        assert [json.loads(body(one))["subject"] for one in platform.requests] == [order.order]
    states = {event.order: event.state for event in selling.outbox.list()}
    assert states == {other.order: "pending", order.order: "delivered"}


def test_a_cancellation_brings_the_payment_along(selling: Shop, buy: Buy) -> None:
    """What an order has waiting goes out in its order."""
    with HostilePlatform(answering(OK)) as platform:
        order = buy()
        selling.cancel(order.order or "")
        assert _deliver(selling, order, platform.url)
        assert [json.loads(body(one))["sequence"] for one in platform.requests] == ["1", "2"]


def test_the_shops_own_setting_names_the_platform(selling: Shop, buy: Buy) -> None:
    """Without a variable the shop's setting is used."""
    with HostilePlatform(answering(OK)) as platform:
        selling.set_setting("platform.url", platform.url)
        assert deliver_after(selling, buy().order or "", environment={})
        assert len(platform.requests) == 1


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(SILENCE, id="silence"),
        pytest.param(dripping(OK * 100, 0.1), id="drip"),
        pytest.param(hanging_up(), id="hangs up"),
        pytest.param(answering(status(500)), id="500"),
        pytest.param(answering(b"garbage\r\n\r\n"), id="garbage"),
    ],
)
def test_a_bad_platform_delays_no_longer_than_the_grace_period(
    selling: Shop, buy: Buy, script: Script
) -> None:
    """Whatever the platform does, the call returns within the grace period; the next at once."""
    with HostilePlatform(script) as platform:
        started = time.monotonic()
        assert not _deliver(selling, buy(), platform.url)
        assert time.monotonic() - started < GRACE_SECONDS + 1.0
        requests = len(platform.requests)
        started = time.monotonic()
        assert not _deliver(selling, buy(), platform.url)
        assert time.monotonic() - started < 0.5
        assert len(platform.requests) == requests
    assert {event.state for event in selling.outbox.list()} == {"pending"}


def test_after_the_back_off_commands_try_again(
    selling: Shop, buy: Buy, clock: SettableClock
) -> None:
    """Once the next try is due a command sends again, and a success ends the back-off."""
    port = unused_port()
    assert not _deliver(selling, buy(), f"http://127.0.0.1:{port}/")
    with HostilePlatform(answering(OK)) as platform:
        assert _deliver(selling, buy(), platform.url), "another address has no back-off"
    state = selling.outbox.deliveries.endpoint(f"http://127.0.0.1:{port}/")
    assert 5 <= (state.next_try_at - selling.outbox.deliveries.now()) / 1e6 < 10
    clock.advance(seconds=10)
    assert not _deliver(selling, buy(), f"http://127.0.0.1:{port}/")
    assert max(event.attempts for event in selling.outbox.list()) == 1


def test_the_grace_period_is_a_setting(selling: Shop, buy: Buy) -> None:
    """A shop may wait shorter."""
    selling.set_setting("platform.grace_period", "1s")
    with HostilePlatform(SILENCE) as platform:
        started = time.monotonic()
        assert not _deliver(selling, buy(), platform.url)
        assert time.monotonic() - started < 1.8


def test_a_running_relay_is_left_the_work(selling: Shop, buy: Buy, dialect: str) -> None:
    """While a relay runs a command sends nothing; afterwards it does again."""
    deliveries = selling.outbox.deliveries
    with HostilePlatform(answering(OK)) as platform:
        if dialect == "sqlite":
            with leader_lock(selling.url):
                assert not _deliver(selling, buy(), platform.url)
        else:
            deliveries.beat("relay")
            assert not _deliver(selling, buy(), platform.url)
            deliveries.sign_off("relay")
        assert platform.requests == []
        assert _deliver(selling, buy(), platform.url)


def test_commands_do_not_take_each_other_for_a_relay(selling: Shop) -> None:
    """Any number may look at once whether a relay leads; none of them looks like one."""
    from shopcli.relay.leadership import relay_runs

    with leader_lock(selling.url if "://" not in selling.url else "/dev/null"):
        pass
    found: list[bool] = []

    def look() -> None:
        found.extend(relay_runs(selling.outbox.deliveries, selling.url) for _ in range(200))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not any(found)


@pytest.mark.parametrize("url", ["nonsense", "ftp://x/", "http://a:b@127.0.0.1/"])
def test_a_bad_address_fails_nothing(selling: Shop, buy: Buy, url: str) -> None:
    """A configuration that cannot be used leaves the event waiting and raises nothing."""
    assert not _deliver(selling, buy(), url)
    assert selling.outbox.list()[0].state == "pending"


def test_a_stopped_endpoint_gets_nothing(selling: Shop, buy: Buy, clock: SettableClock) -> None:
    """After a 410 no command sends, however long it waits."""
    with HostilePlatform(answering(status(410))) as platform:
        assert not _deliver(selling, buy(), platform.url)
        clock.advance(days=10)
        assert not _deliver(selling, buy(), platform.url)
        assert len(platform.requests) == 1


def test_without_a_platform_nothing_of_http_is_loaded(shop_url: str) -> None:
    """With no endpoint the call loads neither HTTP nor TLS nor the lock library."""
    program = (
        "import sys\n"
        "from shopcli import Shop\n"
        "from shopcli.relay.prompt_delivery import deliver_after\n"
        "with Shop.open(sys.argv[1]) as shop:\n"
        "    assert deliver_after(shop, 'x', environment={}) is False\n"
        "heavy = {'http.client', 'ssl', 'filelock', 'asyncio'}\n"
        "found = heavy & set(sys.modules)\n"
        "assert 'psycopg' in sys.modules or not found, found\n"
    )
    subprocess.run([sys.executable, "-c", program, shop_url], check=True, timeout=60)


def test_a_command_that_is_ended_while_it_sends_gives_the_event_back(
    selling: Shop, buy: Buy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next flush sends it at once; whether it arrived is unknown, and no failure."""
    sent = dispatcher.attempt_delivery

    def end(*given: Any) -> NoReturn:  # noqa: ANN401  # as the original
        sent(*given)
        raise KeyboardInterrupt

    with HostilePlatform(answering(OK, OK)) as platform:
        order = buy()
        monkeypatch.setattr(dispatcher, "attempt_delivery", end)
        with pytest.raises(KeyboardInterrupt):
            _deliver(selling, order, platform.url)
        monkeypatch.undo()
        (event,) = selling.outbox.list(order=order.order)
        assert (event.state, event.last_error) == ("pending", None)
        assert to(platform.url, selling).flush().sent == 1
        assert len(platform.requests) == 2
    attempts = selling.outbox.show(event.id).attempts
    assert [one.outcome for one in attempts] == ["lost", "delivered"]
    assert (attempts[0].reason or "").startswith("the sender was ended")
    assert selling.verify().ok
