"""What the command line says of an outcome: never more than is known."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from shopcli import Shop
from shopcli.cli.main import perform
from tests import factories
from tests.storage.cutting_proxy import CuttingProxy

NOTHING = "nothing was changed"


class _Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def error(self) -> dict[str, Any]:
        """The problem that was told."""
        error: dict[str, Any] = json.loads(self.err)["error"]
        return error


def _line(*words: str) -> _Done:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = perform(list(words))
    return _Done(code, out.getvalue(), err.getvalue())


@pytest.fixture
def proxy(postgres_shop_url: str) -> Iterator[CuttingProxy]:
    """A proxy in front of a shop on Postgres with something to buy."""
    with Shop.open(postgres_shop_url) as shop:
        factories.stocked(shop)
    with CuttingProxy(postgres_shop_url) as running:
        yield running


@pytest.mark.postgres
@pytest.mark.parametrize("verb", ["order", "refund", "cancel"])
def test_a_database_lost_after_the_answer_changes_no_answer(proxy: CuttingProxy, verb: str) -> None:
    """Looking for a platform may fail; the order is paid, printed, and exit code 0."""
    url = f"{proxy.url}&prepare_threshold=none"
    words = ["order", "LATTE", "-u", "kim"]
    if verb != "order":
        order = json.loads(_line(*words, "--no-deliver", "--json", "--db", url).out)["order"]
        words = {
            "refund": ["refund", order, "LATTE", "--reason", "r"],
            "cancel": ["cancel", order],
        }[verb]
    original = Shop.settings

    def lost_settings(shop: Shop) -> dict[str, str | None]:
        proxy.close()
        return original(shop)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Shop, "settings", lost_settings)
        done = _line(*words, "--json", "--db", url)
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["state"] == ("cancelled" if verb == "cancel" else "paid")


@pytest.mark.postgres
def test_a_lost_order_shows_the_key_it_made(proxy: CuttingProxy) -> None:
    """Exit 6 names a key that nobody typed, and the key answers."""
    url = f"{proxy.url}&prepare_threshold=none"
    words = ("order", "LATTE", "-u", "kim", "--json", "--no-deliver", "--db", url)
    proxy.cut_at(b"shop_place_order", forward=True)
    lost = _line(*words)
    assert (lost.code, lost.out, lost.error["code"]) == (6, "", "outcome_unknown")
    assert NOTHING not in lost.error["message"]
    again = _line(*words, "--key", lost.error["details"]["key"])
    assert json.loads(again.out)["replayed"] in {True, False}
    with Shop.open(url) as shop:
        assert len(shop.orders("kim")) == 1


@pytest.mark.postgres
def test_nothing_was_changed_is_said_where_it_is_known(proxy: CuttingProxy) -> None:
    """A line that began nothing has changed nothing; one that committed may not say so."""
    url = f"{proxy.url}&prepare_threshold=none"
    proxy.cut_at(b"FROM (SELECT 1 AS one) anchor", forward=False)
    lost = _line("order", "LATTE", "-u", "kim", "--json", "--db", url)
    assert (lost.code, lost.error["code"]) == (3, "database_unreachable")
    assert NOTHING in lost.error["message"]

    original = Shop.payout

    def pay_twice(shop: Shop, user: str, amount: int | None, **named: Any) -> object:  # noqa: ANN401 - any
        original(shop, user, 1, reason="first")
        proxy.close()
        return original(shop, user, amount, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Shop, "payout", pay_twice)
        lost = _line("payout", "5", "-u", "kim", "--reason", "r", "--json", "--db", url)
    assert (lost.code, lost.error["code"]) == (3, "database_unreachable")
    assert NOTHING not in lost.error["message"]


@pytest.mark.parametrize("value", ["", "0s", "15", "2d", "1.5s", "61m", "-1s", "\uff19s", "00000s"])
def test_what_is_no_bound_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound on waiting is 1s to 1h, wherever it is set."""
    refused = _line("config", "set", "wait_max", value, "--json")
    assert (refused.code, refused.error["code"]) == (2, "invalid_input")
    if value:
        monkeypatch.setenv("SHOP_WAIT_MAX", value)
        refused = _line("balance", "-u", "kim", "--json")
        assert (refused.code, refused.error["code"]) == (2, "invalid_input")


def test_the_bound_in_force_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment wins over the file, which wins over 15s."""

    def shown() -> tuple[str, str]:
        rows = json.loads(_line("config", "show", "--json").out)
        row = next(row for row in rows if row["name"] == "wait_max")
        return row["value"], row["source"].partition(" ")[0]

    assert shown() == ("15s", "default")
    assert _line("config", "set", "wait_max", "30s").code == 0
    assert shown() == ("30s", "file")
    monkeypatch.setenv("SHOP_WAIT_MAX", "1m")
    assert shown() == ("1m", "environment")
