"""Whom a line is for: a user that was typed is never passed over, and advice names one."""

from __future__ import annotations

import shlex

import pytest

from tests.cli.conftest import Prompt


@pytest.mark.parametrize("line", ["receipt {order}", "cancel {order}", "refund {order} LATTE"])
def test_an_order_of_another_user_is_refused(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """A typed `--user` must be the buyer, before anything is changed; another may be configured."""
    stocked.done("user", "add", "lee")
    made = stocked.done("order", "LATTE:2", "-u", "kim")
    reason = () if line.startswith("receipt") else ("--reason", "r")
    words = [*line.format(order=made["order"]).split(), *reason]

    for typed in (["-u", "lee", *words], [*words, "--user=lee"]):
        answer = stocked(*typed, "--json")
        assert (answer.code, answer.error["code"]) == (2, "invalid_input")
        assert answer.error["details"]["owner"] == "kim"
        assert answer.error["details"]["user"] == "lee"
    assert stocked.done("balance", "-u", "kim")["balance"] == made["balance_after"]
    stocked.done(*words, "-u", "kim")
    monkeypatch.setenv("SHOP_USER", "lee")
    stocked.done("receipt", made["order"])


@pytest.mark.parametrize("entry", ["kim:1", "cash:1"])
def test_an_entry_of_another_user_is_refused(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    """Neither the named user's entry nor the drawer's is undone for whoever was typed."""
    stocked.done("user", "add", "lee")
    stocked.done("cash", "in", "5", "--reason", "r")
    words = ("undo", entry, "--reason", "r")
    before = stocked.done("balance", "-u", "kim")

    answer = stocked(*words, "-u", "lee", "--json")

    assert (answer.code, answer.error["code"]) == (2, "invalid_input")
    assert stocked(*shlex.split(answer.error["fix"].split(": shop ")[1]), db=False).code == 0
    assert stocked.done("balance", "-u", "kim") == before
    monkeypatch.setenv("SHOP_USER", "lee")
    assert stocked(*words).code == 0


def test_an_entry_that_is_not_there_is_looked_up_by_what_is_advised(stocked: Prompt) -> None:
    """However large its number; a user that is not there is told as one, with who was meant."""
    for entry, fix in (
        ("kim:" + "9" * 20, "history --user kim"),
        ("cash:" + "9" * 20, "cash list"),
    ):
        error = stocked("undo", entry, "--reason", "r", "--json").error
        assert error["code"] == "unknown_entry"
        assert f"shop {fix}" in error["fix"]
    error = stocked("undo", "kin:1", "--reason", "r", "--json").error
    assert (error["code"], error["details"]["suggestions"]) == ("unknown_entry", ["kim:0001"])


def test_advice_for_one_user_names_one(stocked: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody is named, a place for the name stands in what is to be typed."""
    fix = stocked("undo", "zzz", "--reason", "r", "--json").error["fix"]
    assert "shop history -u USER" in fix
    monkeypatch.setenv("SHOP_USER", "kim")
    fix = stocked("undo", "zzz", "--reason", "r", "--json").error["fix"]
    assert "USER" not in fix


def test_a_line_of_a_refund_is_advised_as_one(stocked: Prompt) -> None:
    """A quantity that is none is answered with the command that was typed."""
    order = stocked.done("order", "LATTE:2", "-u", "kim")["order"]
    for line in ("LATTE:0", "LATTE:x", ":2"):
        fix = stocked("refund", order, line, "--reason", "r", "--json").error["fix"]
        assert f"shop refund {order}" in fix
    for line in ("LATTE:0", "LATTE:x"):
        fix = stocked("order", line, "-u", "kim", "--json").error["fix"]
        assert "shop order" in fix
