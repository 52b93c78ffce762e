"""Flushing on both databases: what is due goes out once, in order, and is booked as it went."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.deliveries.retry_schedule import Policy
from shopcli.domain.deliveries.values import Retryable, troubles
from shopcli.domain.errors import InvalidInput, TotalChanged
from shopcli.domain.records import Flush, Order, Resumption
from shopcli.relay.endpoint import checked_url
from tests.clocks import SettableClock
from tests.relay.conftest import to
from tests.relay.hostile import (
    OK,
    HostilePlatform,
    answering,
    body,
    hanging_up,
    status,
    unused_port,
)

Buy = Callable[[], Order]


def test_without_an_endpoint_events_stay(selling: Shop, buy: Buy) -> None:
    """No endpoint: nothing is sent, nothing fails, everything stays pending."""
    buy()
    relay = to("", selling)
    assert relay.flush() == Flush(0, 0, 1)
    assert relay.status().endpoint is None


def test_everything_due_goes_out_once(selling: Shop, buy: Buy) -> None:
    """A flush sends all events, a second one nothing; each is marked with its attempt."""
    with HostilePlatform(answering(OK)) as platform:
        orders = [buy() for _ in range(7)]
        relay = to(platform.url, selling, concurrency=3)
        assert relay.flush() == Flush(7, 0, 0)
        assert relay.flush() == Flush(0, 0, 0)
        assert sorted(platform.ids) == sorted(event.id for event in selling.outbox.list())
    assert {event.order for event in selling.outbox.list()} == {order.order for order in orders}
    shown = selling.outbox.show(platform.ids[0])
    assert [(one.number, one.outcome, one.status) for one in shown.attempts] == [
        (1, "delivered", 204)
    ]
    status_now = relay.status()
    assert (status_now.delivered, status_now.pending, status_now.dead) == (7, 0, 0)


def test_the_bytes_sent_are_the_bytes_stored(selling: Shop, buy: Buy) -> None:
    """Each attempt sends the same id and the same bytes, those frozen with the order."""
    with HostilePlatform(answering(hurt := status(500), OK)) as platform:
        buy()
        relay = to(platform.url, selling)
        assert relay.flush() == Flush(0, 1, 1)
        selling.set_product("LATTE", name="Renamed")
        selling.outbox.retry(platform.ids[0])
        assert relay.flush() == Flush(1, 0, 0)
        first, second = platform.requests
    assert hurt
    assert body(first) == body(second)
    assert body(first).decode() == selling.outbox.show(platform.ids[0]).body
    assert platform.ids[0] == platform.ids[1]


def test_events_of_an_order_keep_their_order(selling: Shop, buy: Buy) -> None:
    """A cancellation waits for the payment's event, and both go in one flush."""
    with HostilePlatform(answering(OK)) as platform:
        for _ in range(5):
            selling.cancel(buy().order or "")
        assert to(platform.url, selling, concurrency=4).flush() == Flush(10, 0, 0)
        seen: dict[str, list[str]] = {}
        for request in platform.requests:
            event = json.loads(body(request))
            seen.setdefault(event["subject"], []).append(event["sequence"])
    assert list(seen.values()) == [["1", "2"]] * 5


def test_a_failing_event_holds_up_only_its_own_order(
    selling: Shop, buy: Buy, clock: SettableClock
) -> None:
    """While one order's first event is refused, its second waits and other orders go on."""
    with HostilePlatform(answering(status(422), OK)) as platform:
        first = buy()
        selling.cancel(first.order or "")
        clock.advance(seconds=1)
        second = buy()
        assert to(platform.url, selling).flush() == Flush(1, 1, 2)
    states = [(e.order == second.order, e.sequence, e.state) for e in selling.outbox.list()]
    assert sorted(states) == [(False, 1, "pending"), (False, 2, "pending"), (True, 1, "delivered")]


def test_the_first_retry_comes_after_five_to_ten_seconds(
    selling: Shop, buy: Buy, clock: SettableClock
) -> None:
    """A failed event is due again between five and ten seconds later, not before."""
    with HostilePlatform(answering(status(500), OK)) as platform:
        buy()
        relay = to(platform.url, selling)
        relay.flush()
        event = selling.outbox.list()[0]
        assert event.next_attempt_at is not None
        assert timedelta(seconds=5) <= event.next_attempt_at - clock() < timedelta(seconds=10)
        clock.advance(seconds=4.9)
        assert relay.flush() == Flush(0, 0, 1)
        clock.advance(seconds=5.1)
        assert relay.flush() == Flush(1, 0, 0)


@pytest.mark.parametrize(
    ("code", "value", "least", "most"),
    [(503, "30", 30, 30), (429, "1", 5, 5), (503, "99999999", 3600, 3600), (503, "-1", 5, 10)],
)
def test_retry_after_is_honoured_within_bounds(
    selling: Shop, buy: Buy, clock: SettableClock, code: int, value: str, least: int, most: int
) -> None:
    """A 429 or 503 sets the wait, clamped to between five seconds and an hour."""
    with HostilePlatform(answering(status(code, f"Retry-After: {value}"))) as platform:
        buy()
        to(platform.url, selling).flush()
    event = selling.outbox.list()[0]
    assert event.next_attempt_at is not None
    wait = event.next_attempt_at - clock()
    assert timedelta(seconds=least) <= wait <= timedelta(seconds=most)


def test_gone_stops_the_endpoint_until_resumed(
    selling: Shop, buy: Buy, clock: SettableClock
) -> None:
    """After a 410 nothing is sent, whatever time passes, until `resume`."""
    with HostilePlatform(answering(status(410), OK)) as platform:
        buy()
        relay = to(platform.url, selling)
        assert relay.flush() == Flush(0, 1, 1)
        assert relay.status().breaker == "stopped"
        clock.advance(days=30)
        assert relay.flush() == Flush(0, 0, 1)
        assert selling.outbox.resume(reason="mended") == Resumption((platform.url,), None)
        assert relay.flush() == Flush(1, 0, 0)
    changes = selling.changes("outbox", platform.url)
    assert [(change.action, change.reason) for change in changes] == [("resume", "mended")]


def test_a_dead_platform_costs_one_probe(selling: Shop, buy: Buy) -> None:
    """With nobody listening, a flush of many events tries one and leaves the rest alone."""
    for _ in range(50):
        buy()
    relay = to(f"http://127.0.0.1:{unused_port()}/", selling)
    assert relay.flush() == Flush(0, 1, 50)
    assert relay.status().breaker == "open"
    assert sum(event.attempts for event in selling.outbox.list()) == 1


def test_a_troubled_platform_is_left_alone_after_five_failures(selling: Shop, buy: Buy) -> None:
    """Five failures in a row, whatever the event, open the breaker."""
    with HostilePlatform(answering(status(500))) as platform:
        for _ in range(20):
            buy()
        assert to(platform.url, selling).flush() == Flush(0, 5, 20)
        assert len(platform.requests) == 5


def test_an_outage_of_a_week_kills_nothing(selling: Shop, buy: Buy, clock: SettableClock) -> None:
    """Probes during an outage use up no event's schedule; afterwards all is delivered."""
    port = unused_port()
    relay = to(f"http://127.0.0.1:{port}/", selling)
    for _ in range(3):
        buy()
    for _ in range(100):
        clock.advance(hours=2)
        assert relay.flush().failed <= 1
    assert relay.status().dead == 0
    with HostilePlatform(answering(OK)) as platform:
        clock.advance(hours=1)
        assert to(platform.url, selling).flush() == Flush(3, 0, 0)


def test_a_refused_event_dies_after_its_schedule(
    selling: Shop, buy: Buy, clock: SettableClock
) -> None:
    """An event refused for itself is tried ten times over about three days, then dead."""
    start = clock()
    with HostilePlatform(answering(status(422))) as platform:
        buy()
        relay = to(platform.url, selling)
        for _ in range(50):
            relay.flush()
            event = selling.outbox.list()[0]
            if event.next_attempt_at is None:
                break
            clock.set(event.next_attempt_at)
    assert (event.state, event.attempts, len(platform.requests)) == ("dead", 10, 10)
    assert timedelta(days=2.8) < clock() - start < timedelta(days=3.5)
    assert relay.status().dead == 1
    assert event.last_error is not None
    assert "422" in event.last_error


def test_a_dead_event_lives_again_on_retry(selling: Shop, buy: Buy, clock: SettableClock) -> None:
    """`retry --dead` starts a fresh schedule; attempts are numbered on."""
    impatient = Policy(delays_seconds=())
    with HostilePlatform(answering(status(422), OK)) as platform:
        buy()
        relay = to(platform.url, selling, policy=impatient)
        assert relay.flush() == Flush(0, 1, 0)
        assert selling.outbox.retry(dead=True) == 1
        assert relay.flush() == Flush(1, 0, 0)
    shown = selling.outbox.show(platform.ids[0])
    assert [one.outcome for one in shown.attempts] == ["failed", "delivered"]
    assert clock() == shown.event.delivered_at


def test_a_discarded_event_lets_later_ones_go(selling: Shop, buy: Buy) -> None:
    """Discarding the first event of an order kills it, says why, and frees the second."""
    placed = buy()
    selling.cancel(placed.order or "")
    first = next(event for event in selling.outbox.list() if event.sequence == 1)
    with pytest.raises(ShopError) as refusal:
        selling.outbox.discard(first.id, reason="")
    assert refusal.value.code == "invalid_input"
    assert selling.outbox.discard(first.id[-8:], reason="a test").state == "dead"
    with HostilePlatform(answering(OK)) as platform:
        assert to(platform.url, selling).flush() == Flush(1, 0, 0)
        assert json.loads(body(platform.requests[0]))["sequence"] == "2"
    assert selling.verify().ok


def test_replay_sends_the_same_ids_again(selling: Shop, buy: Buy, clock: SettableClock) -> None:
    """Replaying a time sends its delivered events again; the counts stay right."""
    with HostilePlatform(answering(OK)) as platform:
        relay = to(platform.url, selling)
        buy()
        start = clock.advance(hours=1)
        buy()
        end = clock()
        clock.advance(hours=1)
        buy()
        assert relay.flush() == Flush(3, 0, 0)
        look = selling.outbox.replayable(start, end)
        assert look[:3] == (1, 0, 0)
        with pytest.raises(TotalChanged) as refusal:
            selling.outbox.replay(start, end, expected=look._replace(delivered=2))
        assert (refusal.value.details["total"], relay.status().delivered) == (1, 3)
        assert selling.outbox.replay(start, end, expected=look) == 1
        assert relay.status().delivered == 2
        assert relay.flush() == Flush(1, 0, 0)
        assert relay.status().delivered == 3
        assert len(platform.requests) == 4
        assert len(set(platform.ids)) == 3
    assert selling.verify().ok


def test_what_is_made_due_again_waits_from_then_on(
    selling: Shop, buy: Buy, clock: SettableClock
) -> None:
    """No replay or retry is late by the age of its order, not even where it fails again.

    What waits already is tried sooner by a retry, and waits for as long as before.
    """

    def waits() -> int | None:
        return relay.status().oldest_pending_seconds

    with HostilePlatform(answering(OK, status(500), OK)) as platform:
        relay = to(platform.url, selling)
        buy()
        relay.flush()
        clock.advance(days=3)
        assert selling.outbox.replay(None) == 1
        assert (waits(), troubles(relay.status(), is_awaited=True)) == (0, ())
        assert selling.verify().ok
        clock.advance(minutes=4)
        assert waits() == 240
        assert relay.flush() == Flush(0, 1, 1)
        clock.advance(minutes=6)
        assert waits() == 600
        assert [one.kind for one in troubles(relay.status(), is_awaited=True)] == ["late"]
        (event,) = selling.outbox.list(state="pending")
        for _ in range(2):
            assert selling.outbox.retry(event.id) == 1
            assert waits() == 600
            assert selling.verify().ok
        assert relay.flush() == Flush(1, 0, 0)
        assert waits() is None
    buy()
    clock.advance(minutes=1)
    assert waits() == 60
    (event,) = selling.outbox.list(state="pending")
    assert selling.outbox.retry(event.id) == 1
    assert waits() == 60
    with HostilePlatform(answering(status(500))) as platform:
        assert to(platform.url, selling).flush() == Flush(0, 1, 1)
    assert selling.outbox.retry(event.id) == 1
    assert waits() == 60
    assert selling.verify().ok


def test_what_was_dead_waits_from_its_retry_on(
    selling: Shop, buy: Buy, clock: SettableClock
) -> None:
    """Its age counts from then, one or all are retried, and stays where it fails again."""

    def waits() -> int | None:
        return selling.outbox.status().oldest_pending_seconds

    buy()
    (event,) = selling.outbox.list(state="pending")
    selling.outbox.discard(event.id, reason="for now")
    clock.advance(days=3)
    selling.outbox.retry(event.id)
    assert waits() == 0
    clock.advance(minutes=1)
    selling.outbox.retry(event.id)
    assert waits() == 60
    selling.outbox.discard(event.id, reason="once more")
    assert selling.outbox.retryable() == Retryable(0, 1)
    assert selling.outbox.retry(dead=True, expected=selling.outbox.retryable()) == 0
    clock.advance(days=3)
    assert selling.outbox.retry(dead=True) == 1
    clock.advance(seconds=2)
    assert waits() == 2
    with HostilePlatform(answering(status(500), status(500))) as platform:
        assert to(platform.url, selling).flush() == Flush(0, 1, 1)
        clock.advance(minutes=2)
        assert waits() == 122
        assert selling.outbox.retry(event.id) == 1
        assert to(platform.url, selling).flush() == Flush(0, 1, 1)
    assert waits() == 122
    assert selling.verify().ok


def test_pruned_events_keep_everything_but_their_bodies(
    selling: Shop, buy: Buy, clock: SettableClock
) -> None:
    """Pruning empties old delivered bodies; they cannot be replayed, the rest is untouched."""
    with HostilePlatform(answering(OK)) as platform:
        buy()
        to(platform.url, selling).flush()
    clock.advance(days=100)
    event_id = platform.ids[0]
    before = selling.outbox.show(event_id)
    assert selling.outbox.prune(clock() - timedelta(days=90)) == 1
    after = selling.outbox.show(event_id)
    assert after.body == ""
    assert (after.event, after.body_sha256) == (before.event, before.body_sha256)
    assert selling.outbox.replayable(clock() - timedelta(days=200))[:3] == (0, 0, 1)
    assert selling.outbox.replay(clock() - timedelta(days=200)) == 0
    assert selling.verify().ok


def test_an_answer_that_never_came_is_redelivered(
    selling: Shop, buy: Buy, clock: SettableClock
) -> None:
    """A platform that takes an event and hangs up gets it again with the same id."""
    with HostilePlatform(hanging_up()) as platform:
        buy()
        relay = to(platform.url, selling)
        assert relay.flush() == Flush(0, 1, 1)
        clock.advance(seconds=10)
        assert relay.flush() == Flush(0, 1, 1)
        assert len(platform.requests) == 2
        assert len(set(platform.ids)) == 1
    attempts = selling.outbox.show(platform.ids[0]).attempts
    assert [one.number for one in attempts] == [1, 2]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "http://kim:secret@127.0.0.1/",
        "http://",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/\x1b[2J",
        "127.0.0.1",
        "https://x" + "y" * 3000,
    ],
)
def test_an_address_that_cannot_be_used_is_refused(selling: Shop, buy: Buy, url: str) -> None:
    """A bad address is a usage error that repeats no password and touches no event."""
    buy()
    with pytest.raises(ShopError) as refusal:
        to(url, selling).flush()
    assert refusal.value.code == "invalid_input"
    assert "secret" not in refusal.value.message
    assert selling.outbox.list()[0].attempts == 0


@pytest.mark.parametrize("source", ["SHOP_PLATFORM_URL", "platform.url"])
@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "'nonsense'"),
        ("http://hush@platform.example/", "'http://***@platform.example/'"),
        ("http://hush:hush@platform.example/", "'http://***@platform.example/'"),
        ("http://127.0.0.1/\x1b[2J?token=hush", "\\u{1b}"),
        ("whsec_hushhushhushhush", "whsec_***"),
    ],
    ids=["no address", "user", "login", "escape", "secret"],
)
def test_a_bad_address_is_repeated_with_what_holds_it(url: str, told: str, source: str) -> None:
    """The message names what holds it, and its value without users, tokens and secrets."""
    with pytest.raises(InvalidInput) as refusal:
        checked_url(url, source)
    assert told in refusal.value.message
    assert source in refusal.value.message
    assert "hush" not in str(refusal.value.details)
    assert "\x1b" not in refusal.value.message


def test_an_unknown_event_is_told(selling: Shop) -> None:
    """An id nobody has is `unknown_event`."""
    for given in ("01zzz", "x", "", "'; DROP"):
        with pytest.raises(ShopError) as refusal:
            selling.outbox.show(given)
        assert refusal.value.code == "unknown_event"
