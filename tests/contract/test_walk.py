"""A walk along the public contract: each command in each of its forms, each refusal by its code.

The single answers and refusals are tabled beside their tests in `tests/cli`; here they are taken
together, so that nothing of the contract is left out on either database.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from shopcli.cli.parsing.command_table import load
from shopcli.cli.parsing.root_words import TABLE
from shopcli.domain import errors
from shopcli.storage.schema import identity
from tests.cli import test_answers as answers
from tests.cli.conftest import Answer, Prompt
from tests.cli.test_refusals import REFUSALS
from tests.raw_rows import raw_database

CLAIM = "coupon user number limit state claimed_at usable_until key replayed"
CLOSING = (
    "number from until closed_at actor host currency entries first_entry last_entry opening charged"
    " reversed paid_out adjusted sold refunded closing orders units discounts cancels refunds"
    " cash_opening cash_in cash_out cash_expected cash_counted difference grand_sales grand_refunds"
    " grand_net pending dead digest key replayed"
)
UNDO = "entry reverses user amount balance currency at key replayed drawer other other_balance"
CASH_MOVE = "entry direction amount reason drawer currency at key replayed"
DRAWER_ENTRY = "entry at direction amount drawer reason actor host reverses currency"
REFUND = "order lines refunded state balance currency key replayed"
TRANSFER = "user to amount balance currency entry at key replayed"
IMPORTED = "rows created updated unchanged replayed rejected rejects_file"
EXPORTS = ["products", "users", "coupons", "claims", "balances", "history", "orders", "sales"]
EVENT = "id order sequence type state attempts"

# Each line is typed three times: %s is its form, so that what may be done once is done anew.
WALK = {
    "charge 1000 -u kim": answers.CHANGE,
    "payout 10 -u kim --reason r": answers.CHANGE,
    "adjust --by=-10 -u kim --reason r": answers.CHANGE,
    "balance -u kim": "user balance currency",
    "history -u kim": answers.ENTRY,
    "user add ana%s": answers.USER,
    "user set ana%s --name n": answers.USER,
    "transfer 10 --to ana%s -u kim": TRANSFER,
    "undo 1 -u ana%s --reason r": UNDO,
    "cash in 10 --reason r": CASH_MOVE,
    "cash out 10 --reason r": CASH_MOVE,
    "cash list": DRAWER_ENTRY,
    "close --counted 5": CLOSING,
    "close --counted 5 --dry-run": CLOSING,
    "closing list": CLOSING,
    "closing show 1": CLOSING,
    "user list": answers.USER,
    "user show ana%s": answers.USER,
    "product add TEA%s --name Tea --price 1": answers.PRODUCT,
    "product set TEA%s --off-sale": answers.PRODUCT,
    "product restock LATTE 9": answers.PRODUCT,
    "product adjust LATTE --by=-1 --reason r": answers.PRODUCT,
    "product show LATTE": answers.PRODUCT,
    "product history LATTE": answers.MOVEMENT,
    "products": answers.PRODUCT,
    "products LAT": answers.PRODUCT,
    "coupon add HALF%s --percent 50 --limit 9": answers.COUPON,
    "coupon set HALF%s --limit 8": answers.COUPON,
    "coupon list": answers.COUPON,
    "coupon show HALF%s": answers.COUPON,
    "claim HALF%s -u kim": CLAIM,
    "coupons -u kim": "coupon number state claimed_at usable_until order usable",
    "order LATTE -u kim --coupon HALF%s --dry-run": answers.ORDER,
    "order LATTE LATTE:1 -u kim --coupon HALF%s --key k%s": answers.ORDER,
    "orders -u kim": answers.ORDER,
    "receipt --key k%s": answers.ORDER,
    "import users users%s.csv": IMPORTED,
    "import products products%s.csv": IMPORTED,
    "import coupons coupons%s.csv": IMPORTED,
    "import charges charges%s.csv": IMPORTED,
    "import claims claims%s.csv": IMPORTED,
    "import orders orders%s.csv": IMPORTED,
    "top": "rank sku name price stock units revenue",
    "report sales": "sku name units orders gross discount net refunded",
    "report sales --by coupon": "coupon units orders gross discount net refunded",
    "report money": "day charged reversed paid_out adjusted transferred sold refunded",
    "report stock": "sku name stock low_stock sold_7_days",
    "statement -u kim": f"{answers.ENTRY} lines",
    "outbox status": answers.OUTBOX,
    "outbox list": EVENT,
    "outbox flush": "sent failed pending",
    "outbox hold --reason r": "held held_at leased",
    "outbox resume": "endpoints held",
    "settings": "name value source",
    "settings list": "name value source",
    "settings set cancel_within 2h": "name value source",
    "settings unset cancel_within": "name value source",
    "config": "name value source",
    "config show": "name value source",
    "config path": "path",
    "config set user kim": "name value",
    "config unset user": "name value",
    "changes": answers.CHANGED,
    "changes product TEA%s": answers.CHANGED,
    "db status": "schema_version wanted_version is_current retired_to",
    "db unretire": "database was_retired_to new_shop new_shop_rows",
    "db upgrade": "schema_version wanted_version is_current retired_to",
    "init": "shop database currency timezone",
    "verify": "name ok violations",
}
# What is no table: files, several documents, screens. Walked one by one below or beside their code.
ELSEWHERE = {
    *(
        "cancel",
        "refund",
        "doctor",
        "help",
        "run",
        "demo",
        "tui",
        "member",
        "platform serve",
        "outbox relay",
    ),
    *("outbox show", "outbox retry", "outbox discard", "outbox replay"),
    *("db backup", "db copy", "db restore", "db grants", "outbox prune"),
    *(f"export {kind}" for kind in EXPORTS),
}
PROVEN_IN_ENGINE = {
    "not_allowed",
    "barcode_exists",
    "charge_limit",
    "entry_not_reversible",
    "nothing_to_close",
    "shop_exists",
}
"""Codes of rights, which a command line of the operator's has all of, of scans and of undoing."""

CODES = {
    1: "insufficient_balance out_of_stock product_off_sale user_blocked user_closed balance_limit "
    "coupon_sold_out coupon_already_claimed coupon_not_open coupon_closed coupon_disabled "
    "coupon_expired coupon_not_held coupon_already_used coupon_minimum_not_met "
    "order_not_cancellable key_conflict user_exists product_exists coupon_exists "
    "currency_mismatch verify_failed total_changed not_allowed barcode_exists balance_not_zero "
    "charge_limit nothing_to_close shop_exists entry_not_reversible refund_exceeds_order "
    "limit_below_claimed",
    2: "invalid_input no_user no_shop not_a_shop schema_old schema_new read_only",
    3: "busy database_unreachable",
    4: "unknown_user unknown_product unknown_coupon unknown_order unknown_event unknown_entry "
    "unknown_closing",
    5: "partly_done",
    6: "outcome_unknown",
    70: "internal",
}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with a file of each kind for each form."""
    folder = tmp_path / "files"
    folder.mkdir()
    for form in ("a", "b", "c"):
        for kind, text in {
            "users": f"user\nu{form}\n",
            "products": f"sku,name,price,stock\nP{form},P,5,9\n",
            "coupons": f"code,percent,amount,limit\nC{form},5,,9\n",
            "charges": f"key,user,amount\nc{form},u{form},50\n",
            "claims": f"key,user,coupon\nl{form},u{form},C{form}\n",
            "orders": f"key,user,sku,quantity,coupon\no{form},u{form},P{form},2,C{form}\n",
        }.items():
            (folder / f"{kind}{form}.csv").write_text(text, "utf-8")
    monkeypatch.chdir(folder)
    return folder


def _type(prompt: Prompt, line: str, form: str, *more: str, terminal: bool = False) -> Answer:
    answer = prompt(*line.replace("%s", form).split(), *more, terminal=terminal)
    assert answer.code == 0, (line, answer)
    return answer


def _first(document: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """The record a document is, or begins with."""
    if isinstance(document, dict):
        lists = ("rows", "checks", "entries")
        named = (document[name] for name in lists if isinstance(document.get(name), list))
        document = next(named, document)
        # An import counts its rows; a report lists them.
        document = document if isinstance(document, (dict, list)) else None
    record = document[0] if isinstance(document, list) else document
    assert isinstance(record, dict)
    return record


@pytest.mark.usefixtures("files")
def test_each_command_answers_in_each_form(stocked: Prompt) -> None:
    """As JSON with the public keys, as TSV of the same shape, and as text for a person."""
    for line, keys in WALK.items():
        asked = _type(stocked, line, "a", "--json")
        document = json.loads(asked.out)
        counted = "import" in line
        record = document if counted else _first(document)
        piped = _type(stocked, line, "b").out.splitlines()
        read = _type(stocked, line, "c", terminal=True)

        assert set(keys.split()) <= set(record), line
        assert asked.err == "", line
        assert set(keys.split()) <= set(piped[0].split("\t")), line
        assert {row.count("\t") for row in piped} == {piped[0].count("\t")}, line
        assert read.out.strip(), line
        assert "\t" not in read.out, line
    assert stocked.done("verify")["ok"]


def test_the_walk_leaves_no_command_out() -> None:
    """Each command there is stands in the walk, or is named as walked elsewhere."""
    known: set[str] = set()
    for entry in (entry for entries in TABLE.values() for entry in entries):
        subcommands = getattr(load(entry), "commands", {}) if entry.is_group else {}
        known |= {f"{entry.word} {name}" for name in subcommands} or {entry.word}
    walked = {name for name in known for line in WALK if f"{line} ".startswith(f"{name} ")}

    assert known - walked == ELSEWHERE


@pytest.mark.parametrize("kind", EXPORTS)
def test_each_export_is_read_as_csv_and_json_lines(stocked: Prompt, kind: str) -> None:
    """An export is CSV with a header, or one JSON document, with currency where money is."""
    stocked.done("claim", "TENTH", "-u", "kim")
    stocked.done("order", "LATTE", "-u", "kim", "--coupon", "TENTH")

    header = _type(stocked, f"export {kind}", "a").out.splitlines()[0].split(",")
    lines = _type(stocked, f"export {kind} --format jsonl", "a").out.splitlines()
    records = stocked.done("export", kind)

    assert records == [json.loads(line) for line in lines]
    assert records
    assert all(set(header) <= set(record) for record in records)
    assert kind == "claims" or all(record["currency"] == "KRW" for record in records)


def test_an_order_is_given_back_and_found_by_the_end_of_its_id(stocked: Prompt) -> None:
    """Orders and events are named by any unique ending of at least four characters."""
    order = stocked.done("order", "LATTE", "-u", "kim")["order"]
    event = stocked.done("outbox", "list")[0]["id"]

    assert stocked.done("receipt", order[-5:])["order"] == order
    assert stocked.done("outbox", "show", event[-5:])["event"]["id"] == event
    assert stocked.refused("receipt", order[-3:]) == (4, "unknown_order")
    given = stocked.done("refund", order[-5:], "LATTE", "--reason", "r")
    assert set(given) >= set(REFUND.split())
    assert stocked.done("receipt", order)["refunds"][0]["refunded"] == given["refunded"]
    assert set(stocked.done("cancel", order[-5:])) >= set(answers.CANCELLATION.split())


def test_a_replay_differs_in_one_field_alone(stocked: Prompt) -> None:
    """What a key answered it answers again, whatever has happened since."""
    stocked.done("user", "add", "lee")
    lines = [
        "charge 500 -u kim --key a",
        "payout 100 -u kim --reason r --key b",
        "adjust --by=7 -u kim --reason r --key c",
        "transfer 9 --to lee -u kim --key g",
        "undo lee:1 --reason r --key h",
        "cash in 9 --reason r --key i",
        "cash out 5 --reason r --key j",
        "undo cash:1 --reason r --key k",
        "close --counted 7 --key l",
        "claim TENTH -u kim --key d",
        "order LATTE BAGEL -u kim --coupon TENTH --key e",
    ]
    first = [stocked.done(*line.split()) for line in lines]
    order = first[-1]["order"]
    for line in (f"refund {order} LATTE --key h --reason r", f"cancel {order} --key f --reason r"):
        lines.append(line)
        first.append(stocked.done(*line.split()))
    stocked.done("product", "set", "LATTE", "--price", "9", "--name", "Other")
    stocked.done("charge", "1", "-u", "kim")
    stocked.done("user", "set", "kim", "--blocked")

    again = [stocked.done(*line.split()) for line in lines]

    assert again == [{**answer, "replayed": True} for answer in first]


@contextmanager
def _locked(prompt: Prompt) -> Iterator[None]:
    """Somebody holds what a charge has to change."""
    with raw_database(prompt.url) as raw:
        is_postgres = prompt.url.startswith("postgresql")
        raw.run("BEGIN" if is_postgres else "BEGIN IMMEDIATE")
        if is_postgres:
            raw.run("LOCK TABLE balances")
        yield
        raw.run("ROLLBACK")


def _busy(prompt: Prompt, _: Path) -> tuple[int, str]:
    with _locked(prompt):
        return prompt.refused("charge", "5", "-u", "kim")


def _expired(prompt: Prompt, _: Path) -> tuple[int, str]:
    prompt.done("coupon", "add", "SHORT", "--percent", "5", "--limit", "1", "--valid-days", "1")
    prompt.done("claim", "SHORT", "-u", "kim")
    prompt.clock.advance(days=2)
    return prompt.refused("order", "LATTE", "--coupon", "SHORT", "-u", "kim")


def _used(prompt: Prompt, _: Path) -> tuple[int, str]:
    prompt.done("claim", "TENTH", "-u", "kim")
    prompt.done("order", "LATTE", "--coupon", "TENTH", "-u", "kim")
    return prompt.refused("order", "LATTE", "--coupon", "TENTH", "-u", "kim")


def _late(prompt: Prompt, _: Path) -> tuple[int, str]:
    order = prompt.done("order", "LATTE", "-u", "kim")["order"]
    prompt.clock.advance(hours=25)
    return prompt.refused("cancel", order)


def _too_many(prompt: Prompt, _: Path) -> tuple[int, str]:
    order = prompt.done("order", "LATTE", "-u", "kim")["order"]
    return prompt.refused("refund", order, "LATTE:2", "--reason", "r")


def _damaged(prompt: Prompt, _: Path) -> tuple[int, str]:
    with raw_database(prompt.url) as raw:
        raw.unguard()
        raw.run("UPDATE balances SET balance_minor = balance_minor + 1")
    answer = prompt("verify", "--json")
    return answer.code, answer.error["code"]


def _other_schema(version: str) -> Callable[[Prompt, Path], tuple[int, str]]:
    def refused(prompt: Prompt, _: Path) -> tuple[int, str]:
        with raw_database(prompt.url) as raw:
            raw.run(f"UPDATE alembic_version SET version_num = '{version}'")  # noqa: S608 - a case
        return prompt.refused("balance", "-u", "kim")

    return refused


def _elsewhere(prompt: Prompt, address: str) -> tuple[int, str]:
    answer = prompt("balance", "-u", "kim", "--json", "--db", address, db=False)
    return answer.code, answer.error["code"]


def _foreign(prompt: Prompt, folder: Path) -> tuple[int, str]:
    (folder / "letter.txt").write_text("Dear Kim, this is no shop.", "utf-8")
    return _elsewhere(prompt, str(folder / "letter.txt"))


def _unreachable(prompt: Prompt, _: Path) -> tuple[int, str]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers
        return _elsewhere(prompt, f"postgresql://127.0.0.1:{taken.getsockname()[1]}/shop")


def _partly(prompt: Prompt, folder: Path) -> tuple[int, str]:
    (folder / "charges.csv").write_text("key,user,amount\na,kim,5\nb,nobody,5\n", "utf-8")
    answer = prompt("import", "charges", str(folder / "charges.csv"), "--json")
    assert answer.document["rejected"] == 1
    return answer.code, answer.error["code"]


SITUATIONS: dict[str, Callable[[Prompt, Path], tuple[int, str]]] = {
    "coupon_expired": _expired,
    "coupon_already_used": _used,
    "order_not_cancellable": _late,
    "refund_exceeds_order": _too_many,
    "verify_failed": _damaged,
    "no_shop": lambda prompt, folder: _elsewhere(prompt, str(folder / "none.db")),
    "not_a_shop": _foreign,
    "schema_old": _other_schema("0000"),
    "schema_new": _other_schema("9999"),
    "busy": _busy,
    "database_unreachable": _unreachable,
    "unknown_event": lambda prompt, _: prompt.refused("outbox", "show", "zzzzzzzz"),
    "partly_done": _partly,
}
# They need a folder that takes no writes, a connection cut in its commit, and a bug.
PROVEN_IN_STORAGE = {"read_only", "outcome_unknown", "internal"}


@pytest.mark.parametrize(("code", "situation"), SITUATIONS.items(), ids=SITUATIONS)
def test_each_situation_has_its_code(
    stocked: Prompt,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    situation: Callable[[Prompt, Path], tuple[int, str]],
) -> None:
    """What no single line brings about is refused with its code and exit code as well."""
    monkeypatch.setattr(identity, "SCHEMA_VERSIONS", ("0000", identity.SCHEMA_VERSION))
    exit_code = next(number for number, codes in CODES.items() if code in codes.split())

    assert situation(stocked, tmp_path) == (exit_code, code)


def test_each_code_of_the_contract_is_reached() -> None:
    """The tables together reach every code, and the shop knows no other one."""
    contract = {code: number for number, codes in CODES.items() for code in codes.split()}
    reached = (
        {code for _, code in REFUSALS.values()}
        | set(SITUATIONS)
        | PROVEN_IN_STORAGE
        | PROVEN_IN_ENGINE
    )
    kinds = [kind for kind in vars(errors).values() if "code" in getattr(kind, "__dict__", ())]

    assert reached == set(contract)
    assert {kind.code: kind.exit_code for kind in kinds} == contract


BROKEN_TWICE: list[tuple[str, str]] = [
    ("order LATTE:0 -u nobody --key taken", "invalid_input"),
    ("order LATTE -u nobody --key taken", "key_conflict"),
    ("order NOTHING -u nobody", "unknown_user"),
    ("order NOTHING -u bad --coupon NONE", "user_blocked"),
    ("order NOTHING -u poor --coupon NONE", "unknown_product"),
    ("order LATTE:99 -u poor --coupon NONE", "unknown_coupon"),
    ("order LATTE:99 -u poor --coupon TENTH", "coupon_not_held"),
    ("order LATTE:99 -u poor", "out_of_stock"),
    ("order LATTE -u poor", "insufficient_balance"),
]


def test_the_first_broken_rule_is_told(stocked: Prompt) -> None:
    """Input, key, user, products, coupon, stock, balance: in this order."""
    stocked.done("user", "add", "poor")
    stocked.done("user", "add", "bad")
    stocked.done("user", "set", "bad", "--blocked")
    stocked.done("order", "LATTE", "-u", "kim", "--key", "taken")

    assert [(line, stocked.refused(*line.split())[1]) for line, _ in BROKEN_TWICE] == BROKEN_TWICE
