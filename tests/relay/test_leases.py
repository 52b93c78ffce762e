"""Leases on both databases: one holder at a time, expiry by the database's clock, fencing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from shopcli import Relay, Shop
from shopcli.domain.deliveries.retry_schedule import LEASE_SECONDS_MAX
from shopcli.domain.deliveries.values import LeasedEvent, Sending
from shopcli.domain.records import Order
from tests.clocks import SettableClock
from tests.relay.hostile import OK, HostilePlatform, answering, status

Buy = Callable[[], Order]

URL = "http://127.0.0.1:9/"
SHORT_SECONDS = 0.05


def _sent(*events: LeasedEvent, status: int | None = 204) -> list[Sending]:
    return [Sending(events, 0, 1000, status, "as the test says", None)]


def _until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        threading.Event().wait(0.01)


def test_two_holders_never_share_an_event(selling: Shop, buy: Buy) -> None:
    """Many threads leasing at once get each event exactly once."""
    count = 60
    for _ in range(count):
        buy()
    deliveries = selling.outbox.deliveries
    got: list[str] = []

    def take(owner: str) -> None:
        while events := deliveries.lease(owner, 5):
            got.extend(event.event_id for event in events)

    threads = [threading.Thread(target=take, args=(f"holder{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A holder may have ended while all that was left was locked by another about to take it.
    take("last")
    assert len(got) == len(set(got)) == count


def test_a_lease_runs_out_and_the_attempt_is_lost(selling: Shop, buy: Buy) -> None:
    """An event whose holder vanished is free again after its lease, with an attempt on record."""
    buy()
    deliveries = selling.outbox.deliveries
    (event,) = deliveries.lease("slow", 1, lease_seconds=SHORT_SECONDS)
    assert deliveries.lease("other", 1) == ()
    _until(lambda: deliveries.free_expired() == 1)
    (again,) = deliveries.lease("other", 1)
    assert (again.event_id, again.body) == (event.event_id, event.body)
    assert again.attempt_number == event.attempt_number + 1
    assert [one.outcome for one in selling.outbox.show(event.event_id).attempts] == ["lost"]


def test_an_event_whose_lease_is_over_is_shown_as_pending(selling: Shop, buy: Buy) -> None:
    """Nobody sends it: lists, counts and filters say so before anybody frees it."""
    other, order = buy(), buy()
    outbox = selling.outbox
    outbox.deliveries.lease("relay", 1, order_id=other.order)
    (left,) = outbox.deliveries.lease("gone", 1, order_id=order.order, lease_seconds=SHORT_SECONDS)
    _until(lambda: outbox.status().leased == 1)
    assert outbox.status().pending == 1
    assert {event.order: event.state for event in outbox.list()} == {
        other.order: "leased",
        order.order: "pending",
    }
    assert [event.id for event in outbox.list(state="pending")] == [left.event_id]
    assert [event.order for event in outbox.list(state="leased")] == [other.order]
    assert outbox.show(left.event_id).event.state == "pending"
    assert outbox.show(left.event_id).attempts == ()
    discarded = outbox.discard(left.event_id, reason="as it is pending")
    assert (discarded.state, discarded.attempts) == ("dead", 1)
    assert [one.outcome for one in outbox.show(left.event_id).attempts] == ["lost"]
    assert selling.verify().ok


@pytest.mark.parametrize("status", [204, 500])
def test_a_slow_holder_is_fenced_out(selling: Shop, buy: Buy, status: int) -> None:
    """Who lost the lease can no longer settle, whether the other has settled or not."""
    buy()
    deliveries = selling.outbox.deliveries
    (late,) = deliveries.lease("slow", 1, lease_seconds=SHORT_SECONDS)
    _until(lambda: deliveries.free_expired() == 1)
    (event,) = deliveries.lease("quick", 1)
    settled = deliveries.settle("slow", _sent(late, status=status), URL)
    assert (settled.delivered, settled.failed, settled.fenced) == (0, 0, 1)
    assert selling.outbox.show(event.event_id).event.state == "leased"
    assert deliveries.settle("quick", _sent(event), URL).delivered == 1
    assert deliveries.settle("slow", _sent(late, status=status), URL).fenced == 1
    assert selling.outbox.status().delivered == 1
    attempts = selling.outbox.show(event.event_id).attempts
    assert [(one.number, one.outcome) for one in attempts] == [(1, "lost"), (2, "delivered")]


def test_a_holder_that_took_it_again_is_fenced_out_of_its_first_try(
    selling: Shop, buy: Buy
) -> None:
    """A holder's name is not enough: what came of one attempt settles no later one."""
    buy()
    deliveries = selling.outbox.deliveries
    (late,) = deliveries.lease("same", 1, lease_seconds=SHORT_SECONDS)
    _until(lambda: deliveries.free_expired() == 1)
    (event,) = deliveries.lease("same", 1)
    assert deliveries.settle("same", _sent(late), URL).fenced == 1
    deliveries.release("same", [late])
    assert selling.outbox.show(event.event_id).event.state == "leased"
    assert deliveries.settle("same", _sent(event), URL).delivered == 1


def test_events_of_a_host_whose_clock_is_ahead_are_due_at_once(
    selling: Shop, clock: SettableClock, shop_url: str, tmp_path: Path
) -> None:
    """Whatever a till with a fast clock orders, imports or cancels, every other host may send."""
    ahead = SettableClock(clock() + timedelta(days=3))
    path = tmp_path / "orders.csv"
    path.write_text("key,user,sku,quantity\nimported,kim,LATTE,1\n")
    with Shop.open(shop_url, clock=ahead) as till:
        placed = till.order("kim", {"LATTE": 1})
        till.imports.run("orders", path)
        till.cancel(str(placed.order))
    deliveries = selling.outbox.deliveries
    assert deliveries.has_due(deliveries.now())
    events = deliveries.lease("relay", 5)
    assert len(events) == 2
    assert deliveries.settle("relay", _sent(*events), URL).delivered == 2
    (cancelled,) = deliveries.lease("relay", 5)
    assert cancelled.order_id == placed.order


def test_a_failure_of_a_host_whose_clock_is_ahead_keeps_nobody_waiting(
    selling: Shop, buy: Buy, clock: SettableClock, shop_url: str
) -> None:
    """Where a till with a fast clock could not deliver, every other host may try at once."""
    first, second = buy(), buy()
    (event,) = selling.outbox.list(order=second.order)
    selling.outbox.discard(event.id, reason="for now")
    clock.advance(days=1)
    selling.outbox.retry(event.id)
    with Shop.open(shop_url, clock=SettableClock(clock() + timedelta(days=3))) as till:
        fast = till.outbox.deliveries
        held = fast.lease("fast", 2)
        fast.settle("fast", [Sending(held, fast.now(), 1, None, "no answer", None)], URL)
    deliveries = selling.outbox.deliveries
    state = deliveries.endpoint(URL)
    assert state.breaker == "open"
    assert not deliveries.is_paused(state, deliveries.now())

    prompt = deliveries.lease("prompt", 5, order_id=first.order)
    assert [event.order_id for event in prompt] == [first.order]
    assert not deliveries.has_due(deliveries.now())
    deliveries.free_expired()
    (leased,) = deliveries.lease("relay", 5)
    assert leased.order_id == second.order

    assert deliveries.take_probe(URL, deliveries.now())
    assert not deliveries.take_probe(URL, deliveries.now())
    assert deliveries.is_paused(deliveries.endpoint(URL), deliveries.now())
    deliveries.settle("prompt", _sent(*prompt), URL)
    clock.advance(seconds=1)
    assert selling.outbox.status().oldest_pending_seconds == 1  # since its retry
    assert selling.verify().ok


@pytest.mark.parametrize("minutes", [30, -30])
def test_a_breaker_pauses_no_longer_than_was_decided(
    selling: Shop, buy: Buy, clock: SettableClock, shop_url: str, minutes: int
) -> None:
    """However far two clocks are apart, a breaker that one host opened lets the other try again."""
    buy()
    theirs = SettableClock(clock() + timedelta(minutes=minutes))
    deliveries = selling.outbox.deliveries
    longest = timedelta(seconds=2 * max(deliveries.policy.pauses_seconds))
    with Shop.open(shop_url, clock=theirs) as till:
        peer = till.outbox.deliveries
        held = peer.lease("peer", 1)
        peer.settle("peer", [Sending(held, peer.now(), 1, None, "no answer", None)], URL)
        assert peer.is_paused(peer.endpoint(URL), peer.now())

        opened = deliveries.endpoint(URL)
        assert opened.breaker == "open"
        assert deliveries.is_paused(opened, deliveries.now()) == (minutes > 0)
        for one in (clock, theirs):
            one.advance(longest)
        assert not deliveries.is_paused(deliveries.endpoint(URL), deliveries.now())
        assert not peer.is_paused(peer.endpoint(URL), peer.now())
        assert deliveries.take_probe(URL, deliveries.now())
        assert deliveries.is_paused(deliveries.endpoint(URL), deliveries.now())
        assert peer.is_paused(peer.endpoint(URL), peer.now()) == (minutes < 0)
        for one in (clock, theirs):
            one.advance(longest)
        assert not peer.is_paused(peer.endpoint(URL), peer.now())
        assert peer.take_probe(URL, peer.now())


def test_a_wait_by_a_right_clock_is_waited_for(selling: Shop, buy: Buy) -> None:
    """What another host decided to wait for is left alone, up to the longest wait there is."""
    order = buy()
    deliveries = selling.outbox.deliveries
    (event,) = deliveries.lease("one", 1)
    deliveries.settle("one", _sent(event, status=500), URL)
    now = deliveries.now()
    longest = int(deliveries.policy.wait_seconds_max * 1_000_000)

    for due_at, is_due in ((now + longest, False), (now + longest + 1, True)):
        with selling.runtime.writing() as session:
            session.change("UPDATE outbox SET next_attempt_at = :at", {"at": due_at})
        assert bool(deliveries.lease("prompt", 1, order_id=order.order)) is is_due
        selling.outbox.deliveries.release_unknown("prompt", ())
        deliveries.free_expired()
        assert deliveries.has_due(now) is is_due


def test_a_late_success_counts_while_nobody_took_over(selling: Shop, buy: Buy) -> None:
    """A holder past its lease whom nobody replaced may still settle."""
    buy()
    deliveries = selling.outbox.deliveries
    (event,) = deliveries.lease("slow", 1, lease_seconds=0.0001)
    assert deliveries.settle("slow", _sent(event), URL).delivered == 1


def _relay(shop: Shop, url: str) -> Relay:
    return Relay(shop, environment={"SHOP_PLATFORM_URL": url}, batch=8, concurrency=2)


def test_a_backlog_goes_out_in_lots(
    selling: Shop, buy: Buy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leasing while booking, a relay sends each event once and never holds more than it may."""
    for _ in range(50):
        selling.cancel(buy().order or "")
    held: list[int] = []

    def counted(owner: str, limit: int, *, now: int | None = None) -> tuple[LeasedEvent, ...]:
        found = lease(owner, limit, now=now)
        with selling.runtime.reading() as session:
            rows = session.rows("SELECT COUNT(*) FROM outbox WHERE state = 'leased'")
        held.append(rows[0][0])
        return found

    with HostilePlatform(answering(OK)) as platform:
        relay = _relay(selling, platform.url)
        lease = relay.deliveries.lease
        monkeypatch.setattr(relay.deliveries, "lease", counted)
        assert relay.flush().sent == 100
    assert sorted(platform.ids) == sorted(event.id for event in selling.outbox.list())
    # What is being booked meanwhile is no longer out, but still held.
    assert max(held) <= 2 * 8
    assert {event.attempts for event in selling.outbox.list()} == {1}


def test_trouble_in_the_middle_of_a_backlog_leaves_nothing_leased(selling: Shop, buy: Buy) -> None:
    """A platform that fails while more is leased gets no more, and all goes out the next time."""
    for _ in range(40):
        buy()
    with HostilePlatform(answering(*[OK] * 15, status(503))) as platform:
        assert _relay(selling, platform.url).flush().sent == 15
        assert len(platform.requests) < 30
    assert selling.outbox.status().leased == 0
    for event in selling.outbox.list(state="pending"):
        selling.outbox.retry(event.id)
    with HostilePlatform(answering(OK)) as platform:
        assert _relay(selling, platform.url).flush().sent == 25


def test_one_request_with_many_events_is_booked_as_many_with_one(selling: Shop, buy: Buy) -> None:
    """Events sent together leave the same rows as events sent one by one, whatever came of it."""
    for _ in range(6):
        buy()
    deliveries = selling.outbox.deliveries
    (slow,) = deliveries.lease("slow", 1, lease_seconds=SHORT_SECONDS)
    _until(lambda: deliveries.free_expired() == 1)
    events = deliveries.lease("one", 6)
    # Taken over once: its attempt has another number than those of its company.
    assert events[0].event_id == slow.event_id
    together, alone = (events[0], events[2], events[4]), (events[1], events[3], events[5])
    sendings = _sent(*together) + [one for event in alone for one in _sent(event)]
    settled = deliveries.settle("one", sendings, URL)
    assert (settled.delivered, settled.failed, settled.fenced) == (6, 0, 0)
    with selling.runtime.reading() as session:
        rows = session.rows(
            "SELECT event_id, state, failure_count, next_attempt_at, settled_at, last_error,"
            " lease_owner, leased_at, leased_until_at, attempt_count, relay_id, started_at,"
            " duration_microseconds, outcome, status_code, reason, answer"
            " FROM outbox JOIN delivery_attempts USING (event_id) WHERE outcome <> 'lost'"
            " ORDER BY event_id"
        )
    assert [row[0] for row in rows] == [event.event_id for event in events]
    assert [row[9] for row in rows] == [event.attempt_number for event in events]
    assert len({tuple(row[1:9]) + tuple(row[10:]) for row in rows}) == 1


def test_one_fenced_event_does_not_hold_up_the_others(selling: Shop, buy: Buy) -> None:
    """Of a request in which one lease was lost, the rest is settled."""
    for _ in range(3):
        buy()
    deliveries = selling.outbox.deliveries
    (lost,) = deliveries.lease("one", 1, lease_seconds=SHORT_SECONDS)
    _until(lambda: deliveries.free_expired() == 1)
    deliveries.lease("two", 1)
    kept = deliveries.lease("one", 2)
    settled = deliveries.settle("one", _sent(lost, *kept), URL)
    assert (settled.delivered, settled.fenced) == (2, 1)


def test_a_released_event_was_never_tried(selling: Shop, buy: Buy) -> None:
    """Giving back an unsent event leaves no attempt, and its number is used again."""
    buy()
    deliveries = selling.outbox.deliveries
    events = deliveries.lease("one", 1)
    deliveries.release("one", events)
    deliveries.release("one", events)
    (again,) = deliveries.lease("two", 1)
    assert again.attempt_number == 1
    assert selling.outbox.show(again.event_id).attempts == ()


def test_leases_ignore_the_shops_clock(selling: Shop, buy: Buy, clock: SettableClock) -> None:
    """Moving the shop's clock by days neither ends a lease nor makes it longer."""
    buy()
    deliveries = selling.outbox.deliveries
    deliveries.lease("one", 1)
    clock.advance(days=3)
    assert deliveries.free_expired() == 0
    clock.advance(days=-6)
    assert deliveries.free_expired() == 0
    assert deliveries.lease("two", 1) == ()


def test_no_lease_is_longer_than_thirty_seconds(selling: Shop, buy: Buy) -> None:
    """Whatever is asked for, a lease ends within thirty seconds."""
    buy()
    selling.outbox.deliveries.lease("one", 1, lease_seconds=3600)
    with selling.runtime.reading() as session:
        rows = session.rows("SELECT leased_until_at - leased_at FROM outbox")
    # Postgres reads its clock twice for this.
    assert rows[0][0] == pytest.approx(LEASE_SECONDS_MAX * 1_000_000, abs=1_000_000)


def test_a_lease_from_the_future_is_freed(selling: Shop, buy: Buy) -> None:
    """A lease that ends further away than any lease lasts is from before a clock jumped back."""
    buy()
    deliveries = selling.outbox.deliveries
    deliveries.lease("one", 1)
    hour = 3_600_000_000
    with selling.runtime.writing() as session:
        session.change(
            "UPDATE outbox SET leased_at = leased_at + :hour,"
            " leased_until_at = leased_until_at + :hour",
            {"hour": hour},
        )
    assert deliveries.free_expired() == 1


def test_a_new_leader_frees_what_dead_relays_held(selling: Shop, buy: Buy) -> None:
    """Leading frees leases of relays signed in before, and leaves those of commands alone."""
    for _ in range(4):
        buy()
    deliveries = selling.outbox.deliveries
    deliveries.beat("dead")
    deliveries.lease("dead", 2)
    deliveries.lease("command", 1)
    assert deliveries.lead("new") == 2
    assert len(deliveries.lease("new", 10)) == 3
    assert deliveries.live_relays() == ()


def test_a_probe_is_sent_by_one_taker(selling: Shop, buy: Buy, clock: SettableClock) -> None:
    """While a breaker is open one taker gets the probe; the next one waits up to thirty seconds."""
    buy()
    deliveries = selling.outbox.deliveries
    (event,) = deliveries.lease("one", 1)
    deliveries.settle("one", _sent(event, status=None), URL)
    state = deliveries.endpoint(URL)
    assert state.breaker == "open"
    now = state.next_try_at
    assert not deliveries.take_probe(URL, now - 1)
    assert [deliveries.take_probe(URL, now) for _ in range(3)] == [True, False, False]
    assert deliveries.take_probe(URL, now + 30_000_000)


def test_status_counts_without_reading_what_is_delivered(selling: Shop, buy: Buy) -> None:
    """The counts of status equal those of the rows after every kind of change."""
    deliveries = selling.outbox.deliveries
    for _ in range(6):
        buy()
    events = deliveries.lease("one", 4)
    deliveries.settle("one", _sent(*events[:3]), URL)
    selling.outbox.discard(
        next(e.id for e in selling.outbox.list(state="pending")), reason="a test"
    )
    selling.outbox.replay(None, None)
    (again,) = deliveries.lease("two", 1)
    deliveries.settle("two", _sent(again), URL)
    with selling.runtime.reading() as session:
        rows = session.rows("SELECT state, COUNT(*) FROM outbox GROUP BY state")
    counted = {str(row[0]): row[1] for row in rows}
    status = selling.outbox.status()
    for state in ("pending", "leased", "delivered", "dead"):
        assert getattr(status, state) == counted.get(state, 0)
