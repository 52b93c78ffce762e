"""What an answer looks like: TSV for programs, tables for people, and nothing that acts."""

from __future__ import annotations

import json
import unicodedata

import pytest

from tests.cli.conftest import Prompt
from tests.raw_rows import raw_database

LINES = [
    "products", "user list", "coupon list", "history -u kim", "orders -u kim", "coupons -u kim",
    "product history LATTE", "settings", "config", "top", "changes", "verify", "balance -u kim",
    "product show LATTE", "coupon show TENTH", "user show kim", "outbox status", "doctor",
]  # fmt: skip


@pytest.fixture
def lively(stocked: Prompt) -> Prompt:
    """A shop where each list has something to show."""
    stocked.done("product", "set", "LATTE", "--price", "4501")
    stocked.done("product", "set", "LATTE", "--price", "4500", "--reason", "too dear")
    stocked.done("claim", "TENTH", "-u", "kim")
    stocked.done("order", "LATTE:2", "BAGEL", "--coupon", "TENTH", "-u", "kim")
    return stocked


def test_tsv_has_one_shape(lively: Prompt) -> None:
    """Each line of TSV has as many tabs as its header, and only data is on standard output."""
    for line in LINES:
        answer = lively(*line.split())

        header, *rows = answer.out.splitlines()
        assert rows, line
        assert {row.count("\t") for row in rows} == {header.count("\t")}, line


def test_tsv_and_json_have_the_same_keys(lively: Prompt) -> None:
    """The header of TSV is the keys of JSON."""
    for line in set(LINES) - {"top", "verify"}:
        document = lively(*line.split(), "--json").document
        record = document[0] if isinstance(document, list) else document

        assert lively(*line.split()).out.splitlines()[0].split("\t") == list(record), line


def test_tsv_has_major_units_and_json_minor(prompt: Prompt, tmp_path: object) -> None:
    """In a currency with cents TSV shows 12.34 where JSON carries 1234."""
    url = f"{tmp_path}/dollars.db"
    prompt("init", "--currency", "USD", "--db", url, db=False)
    prompt("user", "add", "kim", "--db", url, db=False)
    charged = prompt("charge", "12.34", "-u", "kim", "--json", "--db", url, db=False)
    told = prompt("balance", "-u", "kim", "--db", url, db=False)
    shown = prompt("balance", "-u", "kim", "--db", url, db=False, terminal=True)

    assert charged.document["amount"] == 1234
    assert told.table == [{"user": "kim", "balance": "12.34", "currency": "USD"}]
    assert shown.out == "kim has 12.34 USD\n"
    assert prompt("charge", "1.234", "-u", "kim", "--db", url, db=False).code == 2


def test_the_window_of_the_top_is_a_remark(lively: Prompt) -> None:
    """As TSV the rows stand alone on standard output, the window on standard error."""
    answer = lively("top")

    assert answer.table[0]["sku"] == "LATTE"
    assert "to 2026-03-12 21:00:00 (Asia/Seoul)" in answer.err


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_tables_fit_the_terminal(
    lively: Prompt, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """No line of a table is wider than the terminal, also with Korean and Japanese names."""
    monkeypatch.setenv("COLUMNS", str(columns))
    names = (
        "콜드브루 오백 밀리리터 아주 긴 이름",
        "鮭おにぎりと抹茶ラテのセット",
        "Éclair à la crème brûlée",
    )
    for number, name in enumerate(names):
        lively.done("product", "add", f"SKU-{number}", "--name", name, "--price", "1234567")

    for line in ("products", "user list", "coupon list", "history -u kim", "orders -u kim", "top"):
        for shown in lively(*line.split(), terminal=True).out.splitlines():
            assert _width(shown) <= columns, (line, shown)


def test_people_read_sentences(lively: Prompt) -> None:
    """On a terminal a single answer is a sentence with grouped amounts, and shows its key."""
    answer = lively("charge", "1234567", "-u", "kim", "--key", "k9", terminal=True)

    assert "1,234,567 KRW" in answer.out
    assert "k9" in answer.out
    assert "\t" not in answer.out


def test_no_color_means_no_styling(lively: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR a table is plain text."""
    monkeypatch.setenv("NO_COLOR", "1")

    assert "\x1b" not in lively("products", terminal=True).out


def test_an_empty_list_tells_a_person_how_to_fill_it(prompt: Prompt) -> None:
    """Nothing to show is said on standard error, with the command that changes it."""
    answer = prompt("products", terminal=True)

    assert (answer.code, "shop product add" in answer.err) == (0, True)
    assert prompt("products").err == ""


HOSTILE = "[red]\u202eevil\x1b]0;t\x07\x1b[2J\t\n\x9bA[/red]"


def test_hostile_text_is_refused_on_the_way_in(prompt: Prompt) -> None:
    """Control and bidirectional characters never get into a name."""
    for words in (
        ("user", "add", "kim", "--name", HOSTILE),
        ("product", "add", "X", "--name", HOSTILE, "--price", "1"),
        ("user", "add", HOSTILE),
        ("coupon", "add", HOSTILE, "--percent", "1", "--limit", "1"),
        ("charge", "1", "-u", "kim", "--key", HOSTILE),
    ):
        assert prompt.refused(*words) == (2, "invalid_input")


def test_hostile_rows_come_out_harmless(lively: Prompt) -> None:
    """Names that others wrote into the database act on no terminal, in no format."""
    with raw_database(lively.url) as database:
        database.unguard()
        database.run(f"UPDATE products SET name = '{HOSTILE}'")  # noqa: S608 - a constant of ours  # hostile on purpose
        database.run(f"UPDATE users SET name = '{HOSTILE}'")  # noqa: S608 - a constant of ours

    for line in ("products", "user list", "product show LATTE", "user show kim", "top"):
        told, document = lively(*line.split()), lively(*line.split(), "--json")
        shown = lively(*line.split(), terminal=True)

        assert not any(map(_acts, told.out.replace("\n", "").replace("\t", ""))), line
        assert {row.count("\t") for row in told.out.splitlines()} == {
            told.out.split("\n")[0].count("\t")
        }
        assert not any(map(_acts, document.out.replace("\n", ""))), line
        assert HOSTILE in _texts(document.document), line
        assert "\x1b]" not in shown.out, line
        assert "\x1b[2J" not in shown.out, line
        assert "\u202e" not in shown.out, line


def test_markup_is_only_text(prompt: Prompt) -> None:
    """What looks like markup is shown as it stands."""
    prompt.done("product", "add", "X", "--name", "[bold]=1+1[/bold] :smile:", "--price", "1")

    assert "[bold]=1+1[/bold] :smile:" in prompt("products", terminal=True).out
    assert prompt("products").table[0]["name"] == "[bold]=1+1[/bold] :smile:"


def test_what_the_user_typed_is_echoed_harmlessly(prompt: Prompt) -> None:
    """A word with terminal escapes comes back without them, as text and as JSON."""
    for words in ([HOSTILE], ["balance", f"--{HOSTILE}"], ["order", f"{HOSTILE}:x", "-u", "kim"]):
        text, document = prompt(*words), prompt(*words, "--json")

        assert not any(map(_acts, text.err.replace("\n", "")))
        assert not any(map(_acts, document.err.replace("\n", "")))
        assert json.loads(document.err)["error"]["code"] == "invalid_input"


def _texts(value: object) -> str:
    if isinstance(value, dict):
        return "".join(map(_texts, value.values()))
    return "".join(map(_texts, value)) if isinstance(value, list) else str(value)


def _width(text: str) -> int:
    plain, inside = "", False
    for character in text:
        inside = (inside or character == "\x1b") and character != "m"
        plain += "" if inside or (character == "m" and "\x1b" in text) else character
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in plain)
    marks = sum(unicodedata.combining(c) != 0 for c in plain)
    return len(plain) + wide - marks


def _acts(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} or character in "\u202e\u2066"
