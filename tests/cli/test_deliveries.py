"""The commands on deliveries: what they answer, refuse and leave behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import pytest

from shopcli import Relay, Shop
from shopcli.domain.errors import DatabaseUnreachable
from tests import warm_processes
from tests.cli.conftest import Prompt
from tests.clocks import SettableClock
from tests.relay.hostile import OK, HostilePlatform, answering, status, unused_port
from tests.tui.terminals import bare_pty

ROOT = Path(__file__).resolve().parents[2]


def _order(prompt: Prompt) -> str:
    document = prompt.done("order", "LATTE", "-u", "kim", "--no-deliver")
    order: str = document["order"]
    return order


def test_an_order_is_delivered_by_the_command_itself(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a platform named by the environment the ordering command sends the event."""
    with HostilePlatform(answering(OK)) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        stocked.done("order", "LATTE", "-u", "kim")
        assert len(platform.requests) == 1
        found = stocked.done("outbox", "status")
    assert (found["delivered"], found["pending"], found["endpoint"]) == (1, 0, platform.url)


def test_no_deliver_leaves_the_event_waiting(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--no-deliver` sends nothing; `flush` does."""
    with HostilePlatform(answering(OK)) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        _order(stocked)
        assert platform.requests == []
        assert stocked.done("outbox", "flush") == {"sent": 1, "failed": 0, "pending": 0}


def test_a_dead_platform_fails_no_order(stocked: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nobody listening an order succeeds, and a flush says that it could not send: exit 5."""
    monkeypatch.setenv("SHOP_PLATFORM_URL", f"http://127.0.0.1:{unused_port()}/")
    stocked.done("order", "LATTE", "-u", "kim")
    _order(stocked)
    answer = stocked("outbox", "flush", "--json")
    assert (answer.code, answer.document) == (5, {"sent": 0, "failed": 1, "pending": 2})
    assert answer.error["code"] == "partly_done"
    assert stocked.done("outbox", "status")["breaker"] == "open"


@pytest.mark.parametrize("words", [("flush",), ("relay", "--once")], ids=" ".join)
def test_a_flush_without_an_endpoint_tells_what_waits(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Without an endpoint events stay pending, exit 0; exit 5 once some were sent to one."""
    _order(stocked)
    told = stocked("outbox", *words)
    assert (told.code, told.table) == (0, [{"sent": "0", "failed": "0", "pending": "1"}])
    assert "shop settings set platform.url" in told.err
    with HostilePlatform(answering(OK)) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        stocked.done("outbox", "flush")
        monkeypatch.delenv("SHOP_PLATFORM_URL")
    assert stocked.done("outbox", *words) == {"sent": 0, "failed": 0, "pending": 0}
    _order(stocked)
    answer = stocked("outbox", *words, "--json")
    assert (answer.code, answer.document) == (5, {"sent": 0, "failed": 0, "pending": 1})
    assert answer.error["code"] == "partly_done"
    assert answer.error["details"]["reason"] == "no_endpoint"
    assert "shop settings set platform.url" in answer.error["fix"]


@pytest.mark.parametrize("had_one", [False, True])
def test_the_advice_to_set_an_endpoint_can_be_typed_where_events_wait(
    stocked: Prompt, *, had_one: bool
) -> None:
    """Where nobody can be asked whether the waiting events may go there, it says yes at once."""
    if had_one:
        stocked.done("settings", "set", "platform.url", NOWHERE)
        stocked.done("settings", "unset", "platform.url")
    _order(stocked)
    (told,) = re.findall("shop (settings set platform.url URL.*)", stocked("outbox", "flush").err)
    words, _, _ = told.replace("URL", NOWHERE).partition(" --db ")  # it is named here already
    assert stocked.done(*words.split())["value"] == NOWHERE


NOWHERE = "http://127.0.0.1:1/"

HAD_ENDPOINT = {
    "never": (),
    "discarded": ("outbox discard {event} --reason why",),
    "set and unset": (f"settings set platform.url {NOWHERE} --yes", "settings unset platform.url"),
    "a refused try": ("try",),
    "delivered and replayed": ("deliver", "outbox replay --from 2026-01-01"),
}
"""What was done in a shop whose endpoint is not set now."""


@pytest.mark.parametrize("history", HAD_ENDPOINT)
def test_an_endpoint_that_was_once_set_is_not_forgotten(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch, clock: SettableClock, history: str
) -> None:
    """Events wait for nobody where none was ever set, whatever was given up; else they are late."""
    _order(stocked)
    event = stocked.done("outbox", "list")[0]["id"]
    for line in HAD_ENDPOINT[history]:
        if line == "try":
            monkeypatch.setenv("SHOP_PLATFORM_URL", NOWHERE)
            assert stocked("outbox", "flush").code == 5
            monkeypatch.delenv("SHOP_PLATFORM_URL")
        elif line == "deliver":
            with HostilePlatform(answering(OK)) as platform:
                monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
                stocked.done("outbox", "flush")
                monkeypatch.delenv("SHOP_PLATFORM_URL")
        else:
            stocked(*line.format(event=event).split())
    if history == "discarded":
        _order(stocked)
    clock.advance(minutes=6)
    had_one = history not in {"never", "discarded"}
    flushed = stocked("outbox", "flush", "--json")
    assert flushed.code == (5 if had_one else 0)
    if had_one:
        assert flushed.error["details"]["reason"] == "no_endpoint"
    check = stocked("outbox", "status", "--check", "--json")
    waits = "waits" in "".join(check.error["details"]["troubles"]) if check.code else False
    assert waits is had_one
    findings = {one["name"]: one for one in stocked("doctor", "--json").document}
    assert findings["outbox"]["ok"] is (history == "never")


def test_a_flush_to_a_stopped_endpoint_tells_how_it_goes_on(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch, clock: SettableClock
) -> None:
    """From the 410 on each flush exits 5 and advises `resume`, whether or not an event is due."""
    with HostilePlatform(answering(status(410), OK)) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        _order(stocked)
        for failed in (1, 0, 0):
            answer = stocked("outbox", "flush", "--json")
            assert (answer.code, answer.document["failed"]) == (5, failed)
            assert answer.error["details"]["reason"] == "stopped"
            assert "shop outbox resume" in answer.error["fix"]
            assert "410" in answer.error["message"]
            clock.advance(hours=1)
        assert len(platform.requests) == 1
        stocked.done("outbox", "hold", "--reason", "r")
        check = stocked("outbox", "status", "--check", "--json").error
        (finding,) = (
            one for one in stocked("doctor", "--json").document if one["name"] == "outbox"
        )
        for fix in (check["fix"], finding["fix"]):
            assert fix.count("shop outbox resume") == 1, "held and stopped: one command for both"
        stocked.done("outbox", "resume")
        assert stocked.done("outbox", "flush")["sent"] == 1
        assert stocked.done("outbox", "flush") == {"sent": 0, "failed": 0, "pending": 0}


def test_a_flush_names_why_its_own_sends_failed(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch, clock: SettableClock
) -> None:
    """Not what was said of another event, of an earlier try, or of an event discarded once."""
    _order(stocked)
    _order(stocked)
    newest, oldest = (event["id"] for event in stocked.done("outbox", "list"))
    with HostilePlatform(answering(status(422))) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        stocked.done("outbox", "discard", oldest, "--reason", "for now")
        assert "422" in stocked("outbox", "flush", "--json").error["details"]["why"]
        assert stocked.done("outbox", "discard", newest, "--reason", "give up")
    monkeypatch.setenv("SHOP_PLATFORM_URL", NOWHERE)
    stocked.done("outbox", "retry", "--dead")
    assert {event["last_error"] for event in stocked.done("outbox", "list")} == {None}
    assert stocked.done("outbox", "show", newest)["event"]["last_error"] is None
    refused = stocked("outbox", "flush", "--json")
    assert refused.code == 5
    assert "refused" in refused.error["details"]["why"]
    clock.advance(hours=1)
    with HostilePlatform(answering(status(422), status(410))) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        stopped = stocked("outbox", "flush", "--json")
    assert stopped.document == {"sent": 0, "failed": 2, "pending": 2}
    assert stopped.error["details"]["reason"] == "stopped"
    assert "410" in stopped.error["details"]["why"]
    assert "410" in stocked("outbox", "flush", "--json").error["details"]["why"]


def test_what_is_given_up_is_not_said_to_be_tried_again(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch, clock: SettableClock
) -> None:
    """The flush whose failure ends an event's tries counts nothing as still waiting."""
    with HostilePlatform(answering(status(422))) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        _order(stocked)
        answer = stocked("outbox", "flush", "--json")
        while answer.document["pending"]:
            assert answer.error["details"]["pending"] == 1
            clock.advance(days=2)
            answer = stocked("outbox", "flush", "--json")
    assert (answer.code, answer.document) == (5, {"sent": 0, "failed": 1, "pending": 0})
    assert answer.error["details"]["pending"] == 0
    assert "later" not in answer.error["message"]


@pytest.mark.parametrize("halt", ["stopped", "no endpoint", "none"])
@pytest.mark.parametrize("command", ["retry", "replay"])
def test_making_events_due_tells_what_keeps_them_back(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch, command: str, halt: str
) -> None:
    """Where nothing is sent for now, `retry` and `replay` say on stderr what helps."""
    with HostilePlatform(answering(OK, status(410))) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        stocked.done("order", "LATTE", "-u", "kim")
        if halt == "stopped":
            stocked.done("order", "LATTE", "-u", "kim")
        else:
            _order(stocked)
        if halt == "no endpoint":
            monkeypatch.delenv("SHOP_PLATFORM_URL")
        waiting = stocked.done("outbox", "list", "--state", "pending")[0]["id"]
        line = {"retry": ("retry", waiting), "replay": ("replay", "--from", "2026-01-01")}[command]
        answer = stocked("outbox", *line)
    assert (answer.code, answer.table) == (0, [{"events": "1"}])
    helps = {
        "stopped": ["shop outbox resume"],
        "no endpoint": ["shop settings set platform.url"],
        "none": [],
    }
    named = [word for words in helps.values() for word in words if word in answer.err]
    assert named == helps[halt]


def test_what_keeps_events_back_is_read_before_they_are_due(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read that fails leaves the event as it was, instead of hiding that it was made due."""
    _order(stocked)
    (event,) = stocked.done("outbox", "list")
    stocked.done("outbox", "discard", event["id"], "--reason", "r")

    def unreachable(_relay: Relay) -> NoReturn:
        raise DatabaseUnreachable("The database is gone.")

    with monkeypatch.context() as patched:
        patched.setattr(Relay, "status", unreachable)
        assert stocked.refused("outbox", "retry", "--dead") == (3, "database_unreachable")

    assert [one["state"] for one in stocked.done("outbox", "list")] == ["dead"]


def test_resume_ends_a_pause_after_a_refused_event(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endpoint that commands leave alone for a moment is in back-off, though `closed`."""
    with HostilePlatform(answering(status(422), OK)) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        stocked.done("order", "LATTE", "-u", "kim")
        stocked.done("order", "LATTE", "-u", "kim")
        assert len(platform.requests) == 1
        assert stocked.done("outbox", "status")["breaker"] == "closed"
        assert stocked.done("outbox", "resume") == {"endpoints": [platform.url], "held": None}
        stocked.done("order", "LATTE", "-u", "kim")
        assert len(platform.requests) == 2
        assert stocked.done("outbox", "resume") == {"endpoints": [], "held": None}
        assert stocked("outbox", "resume").out == "endpoints\theld\n\t\n"


def test_a_held_shop_says_so_wherever_deliveries_are_told(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flush exits 5, status, its check and doctor name the reason, until `resume`."""
    with HostilePlatform(answering(OK)) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        held = stocked.done("outbox", "hold", "--reason", "a copy for tests")
        assert (held["held"], held["leased"]) == ("a copy for tests", 0)
        empty = stocked("outbox", "flush", "--json")
        assert (empty.code, empty.error["details"]["reason"]) == (5, "held")
        stocked.done("order", "LATTE", "-u", "kim")
        flushed = stocked("outbox", "flush", "--json")
        assert (flushed.code, flushed.document) == (5, {"sent": 0, "failed": 0, "pending": 1})
        assert flushed.error["details"]["held"] == "a copy for tests"
        assert "shop outbox resume" in flushed.error["fix"]
        assert stocked.done("outbox", "status")["held"] == "a copy for tests"
        assert "a copy for tests" in stocked("outbox", "status", "--format", "table").out
        assert stocked("outbox", "status", "--check", "--json").code == 5
        findings = {one["name"]: one for one in stocked("doctor", "--json").document}
        assert not findings["outbox"]["ok"]
        assert "a copy for tests" in findings["outbox"]["detail"]
        assert "copy" in findings["database"]["detail"]
        (event,) = stocked.done("outbox", "list")
        assert "shop outbox resume" in stocked("outbox", "retry", event["id"]).err
        assert platform.requests == []
        assert stocked.done("outbox", "resume") == {"endpoints": [], "held": "a copy for tests"}
        assert stocked.done("outbox", "flush")["sent"] == 1


def test_a_flush_tells_of_leases_only_what_is_known(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether their holder still lives is not: but that they are free again soon."""
    with HostilePlatform(answering(OK)) as platform:
        stocked.done("order", "LATTE", "-u", "kim")
        with Shop.open(stocked.url) as shop:
            assert len(shop.outbox.deliveries.lease("killed", 1)) == 1
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        answer = stocked("outbox", "flush", terminal=True)
        assert (answer.code, platform.requests) == (0, [])
        assert "leased them, for at most 30 s" in answer.err


def test_status_has_the_keys_promised(stocked: Prompt) -> None:
    """The keys of `outbox status` are those of the contract."""
    assert list(stocked.done("outbox", "status")) == [
        *("pending", "leased", "delivered", "dead", "oldest_pending_seconds"),
        *("endpoint", "breaker", "relay", "held", "retired_to"),
    ]


def test_status_check_tells_lag_and_dead_letters(
    stocked: Prompt, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--check` exits 5 once an event waits too long or is dead, else 0."""
    monkeypatch.setenv("SHOP_PLATFORM_URL", f"http://127.0.0.1:{unused_port()}/")
    _order(stocked)
    assert stocked("outbox", "status", "--check").code == 0
    clock.advance(minutes=6)
    assert stocked("outbox", "status", "--check").code == 5
    assert stocked("outbox", "status", "--check", "--lag", "1h").code == 0
    event = stocked.done("outbox", "list")[0]["id"]
    stocked.done("outbox", "discard", event, "--reason", "a test")
    assert stocked("outbox", "status", "--check", "--lag", "1h").code == 5
    assert stocked("outbox", "status").code == 0


def test_nothing_is_late_where_there_never_was_a_platform(
    stocked: Prompt, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events nobody waits for are no trouble, unless some were sent before."""
    _order(stocked)
    clock.advance(days=7)
    check = stocked("outbox", "status", "--check", "--lag", "1s")
    assert check.code == 0
    assert "no event counts as late" in check.err
    with HostilePlatform(answering(OK)) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        stocked.done("outbox", "flush")
        _order(stocked)
        monkeypatch.delenv("SHOP_PLATFORM_URL")
    clock.advance(days=7)
    assert stocked("outbox", "status", "--check").code == 5


@pytest.mark.parametrize("trouble", ["none", "late", "dead", "stopped"])
def test_doctor_and_status_check_agree(
    stocked: Prompt, clock: SettableClock, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """What makes one of them fail makes the other fail, and both name what to type."""
    answer = status(410) if trouble == "stopped" else OK
    with HostilePlatform(answering(answer)) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        if trouble == "stopped":
            stocked("order", "LATTE", "-u", "kim")
        elif trouble != "none":
            _order(stocked)
        if trouble == "late":
            clock.advance(minutes=6)
        if trouble == "dead":
            event = stocked.done("outbox", "list")[0]["id"]
            stocked.done("outbox", "discard", event, "--reason", "a test")
        check = stocked("outbox", "status", "--check", "--json")
        findings = {one["name"]: one for one in stocked("doctor", "--json").document}
    assert check.code == (0 if trouble == "none" else 5)
    assert findings["outbox"]["ok"] is (trouble == "none")
    if trouble != "none":
        assert findings["outbox"]["fix"] == check.error["fix"]


def test_doctor_tells_an_endpoint_that_cannot_be_used(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address that is none is a finding about deliveries, not about the database."""
    monkeypatch.setenv("SHOP_PLATFORM_URL", "ftp://platform.example/")
    findings = {one["name"]: one for one in stocked("doctor", "--json").document}
    assert (findings["outbox"]["ok"], findings["database"]["ok"]) == (False, True)
    assert "schema" in findings


@pytest.fixture
def skipped(stocked: Prompt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prompt:
    """A prompt in a shop with one event that was delivered, and one that an import skipped."""
    path = tmp_path / "past.csv"
    path.write_text("key,user,sku,quantity,ordered_at\nold,kim,LATTE,1,2026-01-01T10:00\n")
    stocked.done("import", "orders", str(path), "--historical", "--events", "skip")
    with HostilePlatform(answering(OK)) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        stocked.done("order", "LATTE", "-u", "kim")
    monkeypatch.delenv("SHOP_PLATFORM_URL")
    return stocked


def test_replay_leaves_skipped_events_alone(skipped: Prompt) -> None:
    """Only `--skipped` takes them, and how many there are is said before."""
    answer = skipped("outbox", "replay", "--from", "2026-01-01")
    assert answer.code == 0
    assert "1 delivered" in answer.err
    assert "1 skipped" in answer.err
    states = [event["state"] for event in skipped.done("outbox", "list")]
    assert sorted(states) == ["pending", "skipped"]
    assert skipped.done("outbox", "replay", "--from", "2026-01-01", "--skipped") == {"events": 1}
    assert skipped.done("outbox", "list", "--state", "skipped") == []


@pytest.mark.parametrize(("typed", "state"), [(b"n\n", "delivered"), (b"y\n", "pending")])
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_replay_asks_a_person(skipped: Prompt, typed: bytes, state: str) -> None:
    """On a terminal nothing is sent again before the count was shown and agreed to."""
    words = [sys.executable, "-m", "shopcli", "outbox", "replay", "--from", "2026-01-01"]
    with bare_pty([*words, "--db", skipped.url]) as terminal:
        terminal.read_until(b"Go on?")
        assert b"1 delivered" in terminal.written
        terminal.press(typed)
        terminal.process.wait(30)
    assert {event["state"] for event in skipped.done("outbox", "list")} == {state, "skipped"}


def test_listing_filters(stocked: Prompt, clock: SettableClock) -> None:
    """State, order, since and limit choose what is listed; an unknown state is refused."""
    first = _order(stocked)
    clock.advance(hours=1)
    second = _order(stocked)
    stocked.done("cancel", second, "--no-deliver")
    assert len(stocked.done("outbox", "list")) == 3
    assert len(stocked.done("outbox", "list", "--limit", "2")) == 2
    assert [row["order"] for row in stocked.done("outbox", "list", "--order", first)] == [first]
    since = stocked.done("outbox", "list", "--since", clock().isoformat())
    assert {row["order"] for row in since} == {second}
    assert stocked.done("outbox", "list", "--state", "dead") == []
    assert stocked.refused("outbox", "list", "--state", "lost") == (2, "invalid_input")


def test_an_event_is_shown_with_its_attempts(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`show` has the body as sent, each attempt, and when the next ones are due."""
    with HostilePlatform(answering(status(500))) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        stocked.done("order", "LATTE", "-u", "kim")
        event = platform.ids[0]
    shown = stocked.done("outbox", "show", event[-6:])
    assert shown["event"]["id"] == event
    assert [one["status"] for one in shown["attempts"]] == [500]
    assert len(shown["schedule"]) == 9
    assert '"type":"shop.order.paid"' in shown["body"]
    told = _shown(stocked, event)
    assert "500" in told
    assert "to come, at the earliest, by shop outbox flush: no relay runs" in told


def test_no_attempt_to_come_lies_in_the_past(stocked: Prompt, clock: SettableClock) -> None:
    """An event that has long been due is tried now, and after that by its delays."""
    stocked.done("order", "LATTE", "-u", "kim")
    (event,) = stocked.done("outbox", "list")
    clock.advance(days=4)
    for before in ("waits", "is due again"):
        if before == "is due again":
            stocked.done("outbox", "discard", event["id"], "--reason", "r")
            assert stocked.done("outbox", "show", event["id"])["schedule"] == []
            stocked.done("outbox", "retry", event["id"], "--reason", "r")
        schedule = stocked.done("outbox", "show", event["id"])["schedule"]
        assert datetime.fromisoformat(schedule[0]) == clock()
        assert schedule == sorted(schedule)


def test_a_pipe_is_shown_all_of_an_event(stocked: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe `show` has the JSON keys as its header, and what has parts as JSON in a cell."""
    refusal = b"HTTP/1.1 500 Whatever\r\nContent-Length: 9\r\n\r\nno\tto\nyou"
    with HostilePlatform(answering(refusal)) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        stocked.done("order", "LATTE", "-u", "kim")
    event = platform.ids[0]
    stocked.done("outbox", "retry", event, "--reason", '탭 "quoted"')
    document = stocked.done("outbox", "show", event)
    (row,) = stocked("outbox", "show", event).table
    assert list(row) == list(document)
    assert row["schedule"].split("; ") == document["schedule"]
    assert {key: json.loads(row[key]) for key in ("event", "attempts", "changes")} == {
        key: document[key] for key in ("event", "attempts", "changes")
    }
    assert (row["body"], row["body_sha256"]) == (document["body"], document["body_sha256"])


def _shown(prompt: Prompt, event: str) -> str:
    """What a person reads of an event, as if it fitted into one line."""
    return " ".join(prompt("outbox", "show", event, terminal=True).out.split())


def test_what_operators_did_is_shown_with_the_event(stocked: Prompt, clock: SettableClock) -> None:
    """`show` tells who retried or discarded an event, when and why, beside its attempts."""
    _order(stocked)
    event = stocked.done("outbox", "list")[0]["id"]
    stocked.done("outbox", "retry", event, "--reason", "the platform is mended")
    assert "There is no endpoint: it is not sent." in _shown(stocked, event)
    stocked.done("outbox", "hold", "--reason", "a copy")
    assert "Deliveries are held, so it is not sent" in (held := _shown(stocked, event))
    assert "to come" not in held
    stocked.done("outbox", "resume")
    clock.advance(seconds=1)
    stocked.done("outbox", "discard", event, "--reason", "a test")
    changes = stocked.done("outbox", "show", event)["changes"]
    assert [(one["action"], one["reason"]) for one in changes] == [
        ("retry", "the platform is mended"),
        ("discard", "a test"),
    ]
    assert all(one["actor"] and one["host"] for one in changes)
    shown = stocked("outbox", "show", event, terminal=True).out
    assert shown.index("the platform is mended") < shown.index("a test")


def test_a_flush_before_the_next_try_says_so(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing is due all is done, and stderr names what makes an event due."""
    with HostilePlatform(answering(status(422))) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        _order(stocked)
        assert stocked("outbox", "flush").code == 5
        told = stocked("outbox", "flush")
        assert told.code == 0
        assert "shop outbox retry" in told.err


@pytest.mark.parametrize(("breaker", "word"), [("stopped", "resume"), ("closed", "pending")])
def test_check_names_what_helps(
    stocked: Prompt,
    monkeypatch: pytest.MonkeyPatch,
    clock: SettableClock,
    breaker: str,
    word: str,
) -> None:
    """What `--check` complains of, its fix leads to: a stopped endpoint is resumed."""
    with HostilePlatform(answering(status(410))) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        stocked.done(
            "order", "LATTE", "-u", "kim", *(["--no-deliver"] if breaker == "closed" else [])
        )
        clock.advance(minutes=0 if breaker == "stopped" else 10)
        found = stocked("outbox", "status", "--check", "--json")
    assert found.code == 5
    assert word in found.error["fix"]
    assert "dead" not in found.error["fix"]


def test_steering_answers_with_counts(stocked: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry, replay, resume and prune say how much they changed, and each is on record."""
    with HostilePlatform(answering(status(410), OK)) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        stocked.done("order", "LATTE", "-u", "kim")
        event = platform.ids[0]
        assert stocked.done("outbox", "status")["breaker"] == "stopped"
        resumed = {"endpoints": [platform.url], "held": None}
        assert stocked.done("outbox", "resume") == resumed
        assert stocked.done("outbox", "retry", event) == {"events": 1}
        assert stocked.done("outbox", "flush")["sent"] == 1
        day = "2026-03-12"  # whole, from its first instant to its last
        assert stocked.done("outbox", "replay", "--from", day, "--to", day) == {"events": 1}
        assert stocked.done("outbox", "flush")["sent"] == 1
        assert stocked.done("outbox", "prune", "--before", "2030-01-01") == {"events": 1}
        assert platform.ids == [event] * 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("show", "nothere"), (4, "unknown_event")),
        (("retry",), (2, "invalid_input")),
        (("retry", "nothere"), (4, "unknown_event")),
        (("retry", "nothere", "--dead"), (2, "invalid_input")),
        (("discard", "nothere", "--reason", "x"), (4, "unknown_event")),
        (("discard", "nothere"), (2, "invalid_input")),
        (("replay",), (2, "invalid_input")),
        (("replay", "--from", "long ago"), (2, "invalid_input")),
        (("status", "--check", "--lag", "soon"), (2, "invalid_input")),
        (("relay", "--batch", "0"), (2, "invalid_input")),
    ],
)
def test_what_cannot_be_done_is_refused(
    stocked: Prompt, words: tuple[str, ...], expected: tuple[int, str]
) -> None:
    """A missing event is exit 4, a wrong use exit 2."""
    assert stocked.refused("outbox", *words) == expected


def test_a_bad_address_or_secret_is_a_usage_error(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configuration that cannot be used is exit 2 and shows no secret."""
    _order(stocked)
    monkeypatch.setenv("SHOP_PLATFORM_URL", "http://kim:hush@127.0.0.1/")
    assert stocked.refused("outbox", "flush") == (2, "invalid_input")
    assert "hush" not in stocked("outbox", "flush").err
    monkeypatch.setenv("SHOP_PLATFORM_URL", "http://127.0.0.1/")
    monkeypatch.setenv("SHOP_PLATFORM_SECRET", "whsec_hush")
    assert stocked.refused("outbox", "flush") == (2, "invalid_input")
    assert "hush" not in stocked("outbox", "flush").err


@pytest.mark.parametrize("as_json", [False, True], ids=["tsv", "json"])
def test_the_bundled_platform_serves_until_terminated(tmp_path: Path, *, as_json: bool) -> None:
    """`platform serve` says where it listens, prints a line an event, stores it, ends with 0.

    By SIGTERM and by Ctrl-C alike.
    """
    store = tmp_path / "events.jsonl"
    command = [sys.executable, "-m", "shopcli", "platform", "serve", "--port", "0"]
    process = warm_processes.Popen(
        [*command, "--store", str(store), *(["--json"] if as_json else [])],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found
        event = b'{"specversion":"1.0","id":"1","source":"s","type":"t\\u001b[2J"}'
        request = urllib.request.Request(  # noqa: S310  # an address of this machine
            found[0], event, {"Content-Type": "application/cloudevents+json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # the same
            assert answer.status == 204
        header = "" if as_json else process.stdout.readline()
        line = process.stdout.readline()
        process.send_signal(signal.SIGINT if as_json else signal.SIGTERM)
        assert process.wait(10) == 0
    if as_json:
        assert json.loads(line)["outcome"] == "stored"
    else:
        assert header.startswith("outcome\tstatus\tid")
        assert line.startswith("stored\t204\t1\t")
    assert "\x1b" not in line
    assert store.read_text(encoding="utf-8").count("\n") == 1
