"""The gate of members with a till's login: all of a member's words, and nothing of the login."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.cli.member.offered import OFFERED
from tests import factories
from tests.logins.conftest import Door
from tests.member.conftest import Gate

pytestmark = pytest.mark.postgres


def test_a_tills_login_does_for_the_gate(door: Door, tmp_path: Path, platform_url: str) -> None:
    """Each word is done; events wait for a relay, which no member is told."""
    with Shop.open(door.url) as owner:
        for user in ("kim", "lee"):
            factories.user(owner, user, balance=50_000)
        factories.product(owner, "LATTE")
        factories.coupon(owner, "TENTH")
        owner.set_setting("platform.url", platform_url)
    door.grant("till")
    gate = Gate(door.login_url, tmp_path)
    day = [
        *("products", "top", "claim TENTH", "coupons", "balance", "order LATTE --key k1"),
        *("order LATTE:2 --coupon TENTH --key k2", "receipt --key k2", "orders --sku LATTE"),
        *("transfer 5 --to lee", "history --on today", "statement --month 2026-01", "help"),
    ]

    for line in day:
        answer = gate(line)
        assert answer.code == 0, (line, answer.err)
        assert door.role not in answer.err
        assert "event" not in answer.err
    order = gate("receipt --key k2 --json").document["order"]
    cancelled = gate(f"cancel {order}")

    assert (cancelled.code, cancelled.err) == (0, "")
    assert {*OFFERED} == {line.split()[0] for line in [*day, "cancel"]} - {"help"}
    with Shop.open(door.url) as owner:
        assert owner.outbox.status().pending == 3
        assert owner.verify().ok
