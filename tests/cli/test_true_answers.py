"""What an answer and a help page say is so: dry runs, changes that change nothing, replays."""

from __future__ import annotations

from typing import Never

import pytest

from shopcli.cli.main import build
from shopcli.domain.errors import Busy
from shopcli.engine import Deliveries
from tests.cli.conftest import Prompt
from tests.relay.hostile import OK, HostilePlatform, answering

GROUPS = ["user", "product", "coupon", "outbox", "settings", "config", "export", "import", "db"]


def test_a_dry_run_is_told_as_one(stocked: Prompt) -> None:
    """A person and a pipe can tell it from an order; the keys of the answer are an order's."""
    dry = ("order", "LATTE", "--dry-run", "-u", "kim")
    for terminal in (True, False):
        answer = stocked(*dry, terminal=terminal)
        assert "Dry run" in answer.out + answer.err
    (row,) = stocked(*dry).table
    assert row["order"] == ""
    assert stocked(*dry, "--json").err == ""
    assert "Dry run" not in stocked("order", "LATTE", "-u", "kim").err


@pytest.mark.parametrize(
    "line",
    [
        "user set lee --closed",
        "user set lee --name Lee",
        "product set LATTE --price 4600",
        "product set LATTE --off-sale",
        "coupon set TENTH --limit 3",
    ],
)
def test_a_change_that_changes_nothing_is_told_so(stocked: Prompt, line: str) -> None:
    """The second of two equal changes is told to have changed nothing, the first is not."""
    stocked.done("user", "add", "lee")
    assert stocked(*line.split()).err == ""
    assert "nothing was changed" in stocked(*line.split()).err
    assert stocked(*line.split(), "--json").err == ""


def test_what_is_over_of_a_coupon_is_told_as_past(stocked: Prompt) -> None:
    """It opens and closes at times to come, and has opened and closed at times gone by."""
    terms = ("--percent=5", "--limit=3", "--opens", "2020-01-02", "--closes")
    past = stocked("coupon", "add", "PAST", *terms, "2020-02-03", terminal=True)
    assert "opened 2020-01-02" in past.out
    assert "closed 2020-02-03" in stocked("coupon", "show", "PAST", terminal=True).out
    open_now = stocked("coupon", "add", "NOW", *terms, "2990-02-03", terminal=True)
    assert "opened 2020-01-02" in open_now.out
    assert "closes 2990-02-03" in open_now.out
    later = stocked("coupon", "add", "LATER", *terms[:-2], "2990-01-02", terminal=True)
    assert "opens 2990-01-02" in later.out
    assert stocked.done("coupon", "show", "PAST")["opens"].startswith("2020-01-0")

    stocked.done("coupon", "add", "DAY", "--percent=5", "--limit=3", "--valid-days=1")
    claim = ("claim", "DAY", "-u", "kim", "--key", "mine")
    assert "\nusable until" in stocked(*claim, terminal=True).out
    stocked.clock.advance(days=1, seconds=1)
    assert "\nwas usable until" in stocked(*claim, terminal=True).out


def test_a_replay_says_first_how_many(stocked: Prompt) -> None:
    """In a pipe nobody is asked, and the number is told; what lies in the future is refused."""
    stocked.done("order", "LATTE", "-u", "kim")
    answer = stocked("outbox", "replay", "--from", "2026-01-01")
    assert (answer.code, answer.table) == (0, [{"events": "0"}])
    assert "0 delivered events" in answer.err
    for words in (["--from", "2030-01-01"], ["--from", "2026-02-02", "--to", "2026-02-01"]):
        assert stocked.refused("outbox", "replay", *words) == (2, "invalid_input")
    page = " ".join(stocked("outbox", "replay", "--help").out.split())
    assert "in a pipe nobody is asked" in page


def test_a_platform_that_is_never_sent_to_is_told_with_the_cause(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flush to plain http elsewhere names what forbids it, and one event as one."""
    stocked.done("order", "LATTE", "-u", "kim", "--no-deliver")
    monkeypatch.setenv("SHOP_PLATFORM_URL", "http://192.0.2.2:18770/")
    answer = stocked("outbox", "flush")
    assert answer.code == 5
    assert "platform.allow_http" in answer.err
    assert "1 event " in answer.err


@pytest.mark.parametrize("group", [word for word in GROUPS if word in build().commands])
def test_a_group_shows_examples_of_its_commands(prompt: Prompt, group: str) -> None:
    """Help of a word with subcommands shows how these are typed."""
    page = prompt(group, "--help", db=False).out
    examples = page.partition("Examples:\n")[2].partition("\n\n")[0].splitlines()
    assert len(examples) > 1
    assert all(line.strip().startswith(f"shop {group} ") for line in examples)


def test_a_flush_that_the_database_ends_is_not_told_as_nothing(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something was sent by then: that nothing was changed is not said."""

    def lost(*_: object, **__: object) -> Never:
        raise Busy("Other processes kept the database busy.")

    with HostilePlatform(answering(OK)) as platform:
        stocked.done("order", "LATTE", "-u", "kim")
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        monkeypatch.setattr(Deliveries, "settle", lost)
        answer = stocked("outbox", "flush")
        assert (answer.code, len(platform.requests)) == (3, 1)
    assert "kept the database busy" in answer.err
    assert "nothing was changed" not in answer.err
