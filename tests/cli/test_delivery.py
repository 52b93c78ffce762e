"""When an order's event leaves: after the answer is out, and only if somebody asked for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from shopcli.relay.platform import Arrival, Platform
from tests.cli.conftest import Prompt, Screen


class Witness:
    """Remembers each event, and what the answer was at that moment."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []

    def report(self, arrival: Arrival) -> None:
        """Take note of an event as it arrives."""
        shown = sys.stdout.getvalue() if isinstance(sys.stdout, Screen) else ""
        self.events.append((str((arrival.event or {}).get("type")), shown))


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Iterator[Witness]:
    """A platform that the environment names."""
    witness = Witness()
    with Platform(report=witness.report) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        yield witness


def test_the_answer_comes_before_the_delivery(stocked: Prompt, witness: Witness) -> None:
    """Order and cancellation are answered first, then sent, each once."""
    order = stocked.done("order", "LATTE", "-u", "kim")["order"]
    stocked.done("cancel", order)

    assert [kind for kind, _ in witness.events] == ["shop.order.paid", "shop.order.cancelled"]
    assert all(order in shown for _, shown in witness.events)
    assert stocked.done("outbox", "status")["pending"] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("order", "LATTE", "-u", "kim", "--no-deliver"),
        ("order", "LATTE", "-u", "kim", "--dry-run"),
        ("charge", "5", "-u", "kim"),
    ],
    ids=" ".join,
)
def test_nothing_is_sent_unasked(stocked: Prompt, witness: Witness, words: tuple[str, ...]) -> None:
    """A dry run, a charge and `--no-deliver` send nothing."""
    stocked.done(*words)

    assert witness.events == []


def test_a_dead_platform_fails_no_order(stocked: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nobody listening an order is answered as ever, and its event waits."""
    with Platform() as platform:
        url = platform.url
    monkeypatch.setenv("SHOP_PLATFORM_URL", url)

    answer = stocked("order", "LATTE", "-u", "kim", "--json")

    assert (answer.code, answer.err) == (0, "")
    assert stocked.done("outbox", "status")["pending"] == 1


def test_the_shops_own_setting_is_enough(stocked: Prompt, witness: Witness) -> None:
    """Without the variable, events go where the shop's setting says."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        url = stocked.done("outbox", "status")["endpoint"]
        monkeypatch.delenv("SHOP_PLATFORM_URL")
        stocked.done("settings", "set", "platform.url", url)
        stocked.done("order", "LATTE", "-u", "kim")

    assert len(witness.events) == 1
