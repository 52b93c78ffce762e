"""The command `transfer`."""

from __future__ import annotations

from tests.cli.conftest import Prompt


def test_a_transfer_says_who_has_what_now(stocked: Prompt) -> None:
    """The answer names both users, what was given and what is left; a repeat says so."""
    stocked.done("user", "add", "lee")
    line = ("transfer", "2000", "--to", "lee", "-u", "kim", "--key", "t1")

    first, again = stocked(*line, terminal=True), stocked(*line, terminal=True)

    assert first.code == again.code == 0
    for told in ("lee", "2,000 KRW", "48,000 KRW", "t1"):
        assert told in first.out
    assert "done before" not in first.out
    assert "done before" in again.out
    assert stocked.done("balance", "-u", "kim")["balance"] == 48_000
    assert stocked.done("balance", "-u", "lee")["balance"] == 2_000


def test_nobody_gives_to_oneself(stocked: Prompt) -> None:
    """The refusal names the option to mend."""
    answer = stocked("transfer", "5", "--to", "kim", "-u", "kim", "--json")

    assert answer.code == 2
    assert stocked.refused("transfer", "5", "--to", "kim", "-u", "kim") == (2, "invalid_input")
    assert "--to USER" in answer.err
