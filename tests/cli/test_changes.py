"""The command changes: what a person reads, and what programs get."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Prompt

KEYS = "at actor host channel kind name action before after reason currency"


@pytest.fixture
def changed(stocked: Prompt) -> Prompt:
    """A shop in which some things were changed."""
    for words in (
        ["product", "set", "LATTE", "--price", "4800", "--name", "Latte, big"],
        ["user", "set", "kim", "--blocked", "--reason", "card lost"],
        ["settings", "set", "platform.url", "https://p.example/x?token=hidden", "--yes"],
    ):
        stocked.done(*words)
        stocked.clock.advance(minutes=1)
    return stocked


def test_help_names_all_kinds(stocked: Prompt) -> None:
    """The kinds that can be asked for are those that a refusal names."""
    kinds = stocked("changes", "foo", "--json").error["details"]["choices"]

    assert f"[{'|'.join(kinds)}" in stocked("changes", "--help").out
    for kind in kinds:
        assert stocked("changes", kind).code == 0


def test_changes_have_their_keys(changed: Prompt) -> None:
    """JSON has objects with minor units; TSV and CSV have NAME=VALUE with major units."""
    setting, user, product = changed.done("changes")

    assert list(product) == KEYS.split()
    assert product["before"] == {"name": "Latte", "price": 4500}
    assert product["after"] == {"name": "Latte, big", "price": 4800}
    assert (user["after"], user["reason"]) == ({"state": "blocked"}, "card lost")
    assert changed.done("changes", "product", "LATTE") == [product]
    assert changed("changes", "product").table[0]["after"] == 'name="Latte, big" price=4800'
    assert changed("changes").out.splitlines()[0].split("\t") == KEYS.split()
    assert setting["kind"] == "setting"


def test_a_person_reads_from_what_to_what(changed: Prompt) -> None:
    """On a terminal a change is a line: when, what, from, to, by whom and why."""
    told = changed("changes", "--format", "table").out

    assert "price 4,500 → 4,800" in told
    assert "state active → blocked" in told
    assert "card lost" in told
    assert "No changes" in changed("changes", "coupon", terminal=True).err


def test_no_secret_of_a_setting_is_shown(changed: Prompt) -> None:
    """What `settings list` hides of an address, `changes` hides too, in every form."""
    for form in ("table", "md", "tsv", "csv", "json", "jsonl"):
        told = changed("changes", "--format", form).out
        assert "hidden" not in told
        assert "p.example" in told


def test_windows_bound_changes(changed: Prompt) -> None:
    """As everywhere: since, until, a day or a month."""
    assert len(changed.done("changes", "--limit", "1")) == 1
    assert changed.done("changes", "--until", "2026-03-01") == []
    assert len(changed.done("changes", "--month", "2026-03")) == 3
    assert changed.refused("changes", "--on", "today", "--month", "2026-03") == (
        2,
        "invalid_input",
    )


def test_what_cannot_be_listed_is_refused(changed: Prompt) -> None:
    """A kind that there is not, and a name that nothing has."""
    assert changed.refused("changes", "LATTE") == (2, "invalid_input")
    assert changed.refused("changes", "product", "LATT") == (4, "unknown_product")
    assert changed.refused("changes", "setting", "nothing") == (2, "invalid_input")
