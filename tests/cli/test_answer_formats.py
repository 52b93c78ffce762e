"""`--format`, `--times` and `--bom`: one answer in each form, the same facts in all of them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from shopcli.cli.formats import FORMATS
from shopcli.cli.markdown import escaped
from tests.cli.conftest import Answer, Prompt
from tests.cli.test_formats import LINES
from tests.raw_rows import raw_database

FORMULA = "=1+1"
HOSTILE = "a|b\n<b>*x*</b>\x1b[2J\u202e`[y](z)"
LATER = [
    "report sales", "report sales --by coupon", "report money --by method", "report stock",
    "statement -u kim", "cash list",
]  # fmt: skip
TELL_OTHERWISE = {"verify", "doctor"}
"""What tells a person in sentences, and programs in rows."""


@pytest.fixture
def lively(stocked: Prompt) -> Prompt:
    """A shop where each list has something to show."""
    stocked.done("cash", "in", "100", "--reason", "change")
    stocked.done("product", "set", "LATTE", "--price", "4501")
    stocked.done("product", "set", "LATTE", "--price", "4500", "--reason", "too dear")
    stocked.done("claim", "TENTH", "-u", "kim")
    stocked.done("order", "LATTE:2", "BAGEL", "--coupon", "TENTH", "-u", "kim")
    return stocked


def _cells_of_csv(answer: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.out)))


def _cells_of_markdown(answer: Answer) -> list[list[str]]:
    """The cells of each line but the rule; a bar in a cell is behind a backslash."""
    lines = answer.out.splitlines()
    assert re.fullmatch(r"\|( -+:? \|)+", lines[1])
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in [lines[0], *lines[2:]]
    ]


@pytest.mark.parametrize("line", [*LINES, *LATER])
def test_every_answer_comes_in_every_form(lively: Prompt, line: str) -> None:
    """Rows and records have the same number of rows in each form, and nothing is cut in a pipe."""
    words = line.split()
    document = lively(*words, "--json").document
    rows = document
    if isinstance(document, dict):
        rows = next(
            (document[key] for key in ("rows", "checks", "entries") if key in document), None
        )
    rows = [document] if rows is None else rows
    told = {form: lively(*words, "--format", form) for form in FORMATS}
    codes = {answer.code for answer in told.values()}

    assert codes == {lively(*words).code}
    keys, *cells = _cells_of_csv(told["csv"])
    assert told["tsv"].out.splitlines()[0].split("\t") == keys
    assert {len(row) for row in cells} == {len(keys)}
    assert len(cells) == len(told["tsv"].out.splitlines()) - 1 == len(rows)
    assert type(json.loads(told["json"].out)) is type(document)
    each = [json.loads(one) for one in told["jsonl"].out.splitlines()]
    assert each == [document] or [set(one) - {"currency"} for one in each] == [
        set(row) - {"currency"} for row in rows
    ]
    heads, *body = _cells_of_markdown(told["md"])
    assert {len(row) for row in body} == {len(heads)}
    assert told["table"].out
    assert "\t" not in told["table"].out
    assert "\x1b" not in told["table"].out


def test_a_table_in_a_pipe_is_the_terminals(
    lively: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the same words in the same order, plain, and drops no column."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    for line in set(LINES) - TELL_OTHERWISE:
        piped = lively(*line.split(), "--format", "table").out
        shown = lively(*line.split(), terminal=True).out
        assert [row.split() for row in piped.splitlines()] == [
            row.split() for row in shown.splitlines()
        ], line

    monkeypatch.setenv("COLUMNS", "20")
    narrow = lively("orders", "-u", "kim", terminal=True)
    piped_too = lively("orders", "-u", "kim", "--format", "table")
    assert "too narrow" in narrow.err
    assert piped_too.err == ""
    assert "LATTE:2 BAGEL:1" in piped_too.out


def test_a_list_in_a_pipe_is_whole(prompt: Prompt) -> None:
    """A terminal is shown the first rows of a long list; a table in a pipe has all of them."""
    for number in range(53):
        prompt.done("user", "add", f"u{number}")

    for form in FORMATS:
        answer = prompt("user", "list", "--format", form)
        assert answer.out.count("u52") == 1, form


def test_money_is_minor_in_json_and_major_elsewhere(prompt: Prompt, tmp_path: Path) -> None:
    """1234 cents are 12.34 in all forms but JSON, whose objects name the currency."""
    url = f"{tmp_path}/dollars.db"

    def ask(*words: str) -> Answer:
        return prompt(*words, "--db", url, db=False)

    ask("init", "--currency", "USD")
    ask("user", "add", "kim")
    ask("product", "add", "TEA", "--name", "Tea", "--price", "12.34", "--stock", "2")
    ask("charge", "100", "-u", "kim")
    ask("order", "TEA", "-u", "kim")

    for line in ("top", "products", "orders -u kim", "history -u kim"):
        for form in ("csv", "tsv", "table", "md"):
            assert "12.34" in ask(*line.split(), "--format", form).out, (line, form)
        for row in ask(*line.split(), "--format", "jsonl").out.splitlines():
            record = json.loads(row)
            assert record["currency"] == "USD"
            assert "12.34" not in row
            assert "1234" in row or record.get("kind") == "charge"
    balance = _cells_of_markdown(ask("balance", "-u", "kim", "--format", "md"))
    assert ["balance", "87.66 USD"] in balance


def test_with_json_lines_errors_are_json(lively: Prompt) -> None:
    """So it is with each of the ways to ask for JSON, also where the line cannot be parsed."""
    for words in (["balance", "-u", "kin"], ["balanc"], ["order"], ["products", "--limit", "x"]):
        for options in (["--json"], ["--format", "json"], ["--format=jsonl"]):
            answer = lively(*words, *options)
            assert answer.out == ""
            assert answer.error["code"] in {"unknown_user", "invalid_input"}
        for form in ("csv", "tsv", "table", "md"):
            assert lively(*words, "--format", form).err.startswith("error: ")


@pytest.mark.parametrize(
    "options",
    [
        "--json --format csv",
        "--json --format jsonl",
        "--format csv --format tsv",
        "--format xlsx",
        "--format=",
        "--times local --json",
        "--times local --format jsonl",
        "--times utc --format table",
        "--times mars",
        "--bom --json",
        "--bom --format md",
    ],
)
def test_what_contradicts_is_refused(prompt: Prompt, options: str) -> None:
    """Two formats, or an option that a format does not have, are refused; nothing is done."""
    answer = prompt("user", "add", "kim", *options.split())

    assert (answer.code, answer.out) == (2, "")
    assert "invalid_input" in answer.err or "error:" in answer.err
    assert prompt.done("user", "list") == []


def test_the_same_format_twice_is_one(prompt: Prompt) -> None:
    """`--json` is `--format json`, and options before a word count as those behind it."""
    for words in (
        ["user", "list", "--json", "--format", "json"],
        ["--format", "json", "user", "list"],
        ["user", "--format=json", "list", "--format", "json"],
    ):
        assert prompt(*words).document == []


def test_times_are_local_where_that_is_asked_for(lively: Prompt) -> None:
    """In csv, tsv and tables to the second in the shop's zone; UTC with microseconds else."""
    stored = lively.done("history", "-u", "kim")[0]["at"]
    local = re.compile(r"2026-03-1\d \d\d:\d\d:\d\d")

    for form in ("csv", "tsv"):
        words = ["history", "-u", "kim", "--format", form]
        assert stored in lively(*words).out
        assert stored in lively(*words, "--times", "utc").out
        told = lively(*words, "--times", "local").out
        assert "Z" not in told
        assert local.search(told)
    for form in ("table", "md"):
        words = ["history", "-u", "kim", "--format", form]
        assert not local.search(lively(*words).out)
        assert local.search(lively(*words, "--times", "local").out)


def test_a_byte_order_mark_begins_what_spreadsheets_read(lively: Prompt, tmp_path: Path) -> None:
    """Once, at the very beginning, of answers and of exports; nothing else has one."""
    for words in (["products", "--format", "csv"], ["products"], ["export", "products"]):
        marked = lively(*words, "--bom").out
        assert marked == f"\ufeff{lively(*words).out}"
    file = tmp_path / "products.csv"
    lively.done("export", "products", "-o", str(file), "--bom")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfsku,")
    assert lively.done("import", "products", str(file), "--on-existing", "update")["rejected"] == 0
    for options in (["--format", "jsonl"], ["--json"]):
        assert lively("export", "products", "--bom", *options).code == 2
    assert lively("export", "products", "-o", str(tmp_path / "p.jsonl"), "--bom").code == 2
    assert not (tmp_path / "p.jsonl").exists()


def test_exports_write_local_times(lively: Prompt, tmp_path: Path) -> None:
    """A spreadsheet gets the shop's own time; JSON, which programs read, has UTC alone."""
    file = tmp_path / "history.csv"
    lively.done("export", "history", "--times", "local", "-o", str(file))

    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert all(re.fullmatch(r"2026-03-1\d \d\d:\d\d:\d\d", row["at"]) for row in rows)
    assert lively("export", "history", "--times", "local").out == file.read_text("utf-8")
    assert lively("export", "history", "--times", "local", "--format", "jsonl").code == 2
    assert lively("export", "history", "--times", "mars").code == 2


def test_names_break_no_form(lively: Prompt) -> None:
    """A formula is no formula in CSV; nothing that is stored breaks a line, a cell or the page."""
    with raw_database(lively.url) as database:
        database.unguard()
        database.run(f"UPDATE products SET name = '{FORMULA}' WHERE sku = 'BAGEL'")  # noqa: S608  # a constant of ours
        database.run(f"UPDATE products SET name = '{HOSTILE}' WHERE sku = 'LATTE'")  # noqa: S608  # as above

    for line in ("products", "product show LATTE", "top"):
        heads, *body = _cells_of_markdown(lively(*line.split(), "--format", "md"))
        assert {len(row) for row in body} == {len(heads)}, line
        told = lively(*line.split(), "--format", "md").out
        assert "<b>" not in told
        assert "a\\|b" in told
        cells = _cells_of_csv(lively(*line.split(), "--format", "csv"))
        assert {len(row) for row in cells} == {len(cells[0])}, line
        for form in FORMATS:
            out = lively(*line.split(), "--format", form).out
            assert not {"\x1b", "\u202e"} & set(out), (line, form)
    names = [
        row["name"]
        for row in csv.DictReader(lively("products", "--format", "csv").out.splitlines())
    ]
    assert names[0] == f"'{FORMULA}"
    assert lively("products", "--format", "tsv").table[0]["name"] == FORMULA


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ICE_TEA", "ICE_TEA"),
        ("_x_", r"\_x\_"),
        ("a|b", r"a\|b"),
        ("\\|", r"\\\|"),
        ("<i>&", "&lt;i&gt;&amp;"),
        ("`*[~", r"\`\*\[\~"),
        ("카페_라떼", "카페_라떼"),
    ],
)
def test_markup_is_escaped(text: str, written: str) -> None:
    """What would be markup is shown as it stands, and what is none is left readable."""
    assert escaped(text) == written


def test_lines_of_a_script_answer_as_the_run_does(lively: Prompt, tmp_path: Path) -> None:
    """The run's format is that of each line that names none; files keep theirs."""
    script = tmp_path / "script.txt"
    script.write_text(
        "balance -u kim\nbalance -u kim --json\nbalance -u kim --format md\nexport users\n"
        "export users --format tsv\n",
        "utf-8",
    )

    def ask(*options: str) -> list[str]:
        answer = lively("run", str(script), *options)
        assert (answer.code, answer.err) == (0, "")
        return answer.out.splitlines()

    first = ask("--format", "csv")
    assert first[0] == "user,balance,currency"
    assert json.loads(first[2])["user"] == "kim"
    assert first[3].startswith("|")
    assert "user,name,_state,_balance" in first
    assert "user\tname\t_state\t_balance" in first
    as_lines = ask("--format", "jsonl")
    assert json.loads(as_lines[0])["user"] == "kim"
    assert ask("--times", "local")[0] == "user\tbalance\tcurrency"
    assert lively("run", str(script), "--bom").code == 2


def test_an_import_names_the_format_of_its_file(lively: Prompt, tmp_path: Path) -> None:
    """There `--format json` is no way to ask for JSON, and the answer is what it is anywhere."""
    file = tmp_path / "users"
    file.write_text('{"user": "ana"}\n', "utf-8")

    answer: Any = lively("import", "users", str(file), "--format", "jsonl")
    assert (answer.code, answer.out.splitlines()[0].split("\t")[0]) == (0, "rows")
    assert lively("import", "users", str(file), "--format", "md").err.startswith("error:")
