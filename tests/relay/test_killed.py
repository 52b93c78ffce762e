"""kill -9 at each step between commit, lease, send and settle: nothing lost, all explained."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.moments import system_clock
from tests import factories
from tests.relay.hostile import OK, HostilePlatform, Script, answering, body, hanging_up, status

ROOT = Path(__file__).resolve().parents[2]
MORTAL = Path(__file__).with_name("mortal.py")
POINTS_MAX = 1_000


class Mortals:
    """A process that forks children which die at a given step."""

    def __init__(self, shop_url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(MORTAL), shop_url],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, task: dict[str, Any]) -> tuple[int, str]:
        """Let a child do a task: its exit code, and the step at which it died."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        step = ""
        for line in self._process.stdout:
            if line.strip().lstrip("-").isdigit():
                return int(line), step
            step = line.strip()
        raise AssertionError("the process that forks has ended")

    def close(self) -> None:
        """End the process that forks."""
        self._process.communicate(timeout=20)


class Sweep:
    """One shop, one platform, and a child killed at one step after the other."""

    def __init__(self, shop: Shop, mortals: Mortals, platform: HostilePlatform) -> None:
        self.shop = shop
        self.mortals = mortals
        self.platform = platform
        self.steps: list[str] = []

    def run(self, prepare: Callable[[Shop, int], dict[str, Any]], *, every: int = 1) -> None:
        """Kill at every n-th step, and let others finish, until a child lives.

        Args:
            prepare: Makes the work of one round and gives the task.
            every: How far apart the points are.
        """
        for point in range(1, POINTS_MAX, every):
            self.platform.requests.clear()
            known = {event.id for event in self.shop.outbox.list()}
            task = {"platform": self.platform.url, **prepare(self.shop, point)}
            code, step = self.mortals.run(task | {"point": point})
            if task["role"] == "command":
                # Without its answer nobody knows: the same key settles it.
                assert code in {0, -signal.SIGKILL}, step
                assert self.mortals.run(task | {"point": 0})[0] == 0, step
            self._recover(task)
            self._check(known, step)
            if code == 0:
                return
            assert code == -signal.SIGKILL, (point, step)
            self.steps.append(step)
        raise AssertionError("it never lived")

    def _recover(self, task: dict[str, Any]) -> None:
        """What happens anyway once others come along, without the wait for a lease to end."""
        leads = task["role"] == "watch" and not self.shop.outbox.deliveries.on_postgres
        if not leads:
            with self.shop.runtime.writing() as session:
                session.change(
                    "UPDATE outbox SET leased_until_at = leased_at - 1 WHERE state = 'leased'"
                )
        found = self.shop.outbox.status()
        role = "watch" if leads else "flush"
        if found.pending + found.leased:
            again = task | {"role": role, "point": 0, "count": POINTS_MAX}
            assert self.mortals.run(again) == (0, "")

    def _check(self, known: set[str], step: str) -> None:
        shop = self.shop
        events = [event for event in shop.outbox.list() if event.id not in known]
        received = [json.loads(body(request)) for request in self.platform.requests]
        count = Counter(event["id"] for event in received)
        first_seen: dict[str, list[str]] = {}
        for event in received:
            seen = first_seen.setdefault(event["subject"], [])
            if event["sequence"] not in seen:
                seen.append(event["sequence"])
        assert events, step
        assert set(count) == {event.id for event in events}, step
        assert all(seen == sorted(seen) for seen in first_seen.values()), step
        for event in events:
            shown = shop.outbox.show(event.id)
            outcomes = [one.outcome for one in shown.attempts]
            assert event.state == "delivered", step
            assert [one.number for one in shown.attempts] == list(range(1, event.attempts + 1))
            assert outcomes[-1] == "delivered", (step, outcomes)
            assert outcomes.count("delivered") == 1, (step, outcomes)
            assert count[event.id] <= len(outcomes), (step, outcomes)
        bodies = {json.loads(body(one))["id"]: body(one).decode() for one in self.platform.requests}
        assert all(bodies[event.id] == shop.outbox.show(event.id).body for event in events), step
        assert shop.outbox.status().delivered == len(shop.outbox.list()), step
        assert shop.verify().ok, step


@pytest.fixture
def mortals(shop_url: str) -> Iterator[Mortals]:
    """Children of the test's shop."""
    process = Mortals(shop_url)
    yield process
    process.close()


def _two_orders_cancelled(shop: Shop, _point: int, role: str) -> dict[str, Any]:
    for _ in range(2):
        shop.cancel(factories.id_of(shop.order("kim", {"LATTE": 1})))
    return {"role": role, "count": 4}


def _an_order(_shop: Shop, point: int) -> dict[str, Any]:
    words = ["order", "LATTE", "-u", "kim", "--key", f"order-{point}"]
    return {"role": "command", "words": words}


def _a_cancellation(shop: Shop, point: int) -> dict[str, Any]:
    order = factories.id_of(shop.order("kim", {"LATTE": 1}))
    return {"role": "command", "words": ["cancel", order, "--key", f"cancel-{point}"]}


class _Moody:
    """Misbehaves at the first request after each clearing of the log, then takes everything."""

    def __init__(self, first: Script) -> None:
        self._first = first
        self.platform: HostilePlatform | None = None

    def __call__(self, connection: Any) -> None:  # noqa: ANN401 (a socket)
        assert self.platform is not None
        script = self._first if len(self.platform.requests) == 1 else answering(OK)
        script(connection)


PLATFORMS = {
    "taking": answering(OK),
    "refusing first": answering(status(422)),
    "dropping first": hanging_up(),
}
ROLES: dict[str, Callable[[Shop, int], dict[str, Any]]] = {
    "relay": lambda shop, point: _two_orders_cancelled(shop, point, "watch"),
    "flush": lambda shop, point: _two_orders_cancelled(shop, point, "flush"),
    "order": _an_order,
    "cancel": _a_cancellation,
}


def _sweep(shop_url: str, mortals: Mortals, role: str, manner: str, every: int) -> list[str]:
    moody = _Moody(PLATFORMS[manner])
    with Shop.open(shop_url, clock=system_clock) as shop, HostilePlatform(moody) as platform:
        moody.platform = platform
        factories.stocked(shop, balance=100_000_000)
        shop.restock("LATTE", 10_000)
        sweep = Sweep(shop, mortals, platform)
        sweep.run(ROLES[role], every=every)
        return sweep.steps


@pytest.mark.parametrize(
    ("role", "manner"),
    [
        ("relay", "dropping first"),
        ("flush", "refusing first"),
        ("order", "taking"),
        ("cancel", "dropping first"),
    ],
)
def test_killed_at_some_steps(shop_url: str, mortals: Mortals, role: str, manner: str) -> None:
    """Killed at every sixth step, whoever sends leaves nothing that others cannot finish."""
    steps = _sweep(shop_url, mortals, role, manner, 6)
    assert len(steps) >= 5


@pytest.mark.proof
@pytest.mark.timeout(300)
@pytest.mark.parametrize("manner", PLATFORMS)
@pytest.mark.parametrize("role", ROLES)
def test_killed_at_each_step(
    shop_url: str,
    mortals: Mortals,
    role: str,
    manner: str,
    dialect: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The same at each step there is, with a platform that works, refuses or hangs up at first."""
    steps = _sweep(shop_url, mortals, role, manner, 1)
    assert {"half a request sent", "after sending", "before commit", "after commit"} < set(steps)
    with capsys.disabled():
        sys.stdout.write(f"\n{dialect}, {role}, {manner}: killed at {len(steps)} steps\n")
