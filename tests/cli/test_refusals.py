"""How each refusal reaches whoever typed the line: exit code, code, nothing on standard output."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Prompt

REFUSALS = {
    "order LATTE:12 -u kim": (1, "insufficient_balance"),
    "order BAGEL:3 -u kim": (1, "out_of_stock"),
    "order OFF -u kim": (1, "product_off_sale"),
    "charge 1 -u bad": (1, "user_blocked"),
    "charge 1 -u gone": (1, "user_closed"),
    "charge 9007199254740991 -u kim": (1, "balance_limit"),
    "charge 5 --method cheque -u kim": (2, "invalid_input"),
    "payout 5 --method cheque --reason r -u kim": (2, "invalid_input"),
    "settings set methods Cash": (2, "invalid_input"),
    "settings set methods cash,,card": (2, "invalid_input"),
    "settings set methods cash,none": (2, "invalid_input"),
    "settings set methods unknown": (2, "invalid_input"),
    "settings set methods cash,cash": (2, "invalid_input"),
    "charge 5 -u kim --method none": (2, "invalid_input"),
    "settings set charge_max 0": (2, "invalid_input"),
    "settings set charge_max 12.5": (2, "invalid_input"),
    "settings set charge_max -5": (2, "invalid_input"),
    "settings set charge_max -1": (2, "invalid_input"),
    "settings set low_stock -1": (2, "invalid_input"),
    "settings set low_stock x": (2, "invalid_input"),
    "settings set platform.batch_size 0": (2, "invalid_input"),
    "settings set cancel_within x": (2, "invalid_input"),
    "config set wait_max -1": (2, "invalid_input"),
    "claim SOLD -u kim": (1, "coupon_sold_out"),
    "claim TENTH -u kim": (1, "coupon_already_claimed"),
    "claim LATER -u kim": (1, "coupon_not_open"),
    "claim PAST -u kim": (1, "coupon_closed"),
    "claim OFF -u kim": (1, "coupon_disabled"),
    "order LATTE --coupon LATER -u kim": (1, "coupon_not_held"),
    "order LATTE --coupon MINIMUM -u kim": (1, "coupon_minimum_not_met"),
    "charge 2 -u kim --key used": (1, "key_conflict"),
    "user set kim --closed": (1, "balance_not_zero"),
    "undo 9999 -u kim --reason r": (4, "unknown_entry"),
    "undo nobody:0001 --reason r": (4, "unknown_entry"),
    "undo cash:9 --reason r": (4, "unknown_entry"),
    "undo kim --reason r": (2, "invalid_input"),
    "undo 1 --reason r": (2, "no_user"),
    "undo kim:0001": (2, "invalid_input"),
    "closing show 9": (4, "unknown_closing"),
    "closing show 0": (2, "invalid_input"),
    "close --counted -1": (2, "invalid_input"),
    "verify --closing 1": (2, "invalid_input"),
    "verify --digest 00": (2, "invalid_input"),
    "verify --closing 1 --digest xyz": (2, "invalid_input"),
    "cash in 0 --reason r": (2, "invalid_input"),
    "cash in 9007199254740991.5 --reason r": (2, "invalid_input"),
    "cash in 9007199254740992 --reason r": (2, "invalid_input"),
    "cash in 9007199254740991 --reason r": (1, "balance_limit"),
    "transfer 5 --to full -u kim": (1, "balance_limit"),
    "adjust --by=+9007199254740991 -u kim --reason r": (1, "balance_limit"),
    "product restock LATTE 9007199254740991": (2, "invalid_input"),
    "report money --by foo": (2, "invalid_input"),
    "report sales --by foo": (2, "invalid_input"),
    "report foo": (2, "invalid_input"),
    "export orders --state foo": (2, "invalid_input"),
    "export users --state foo": (2, "invalid_input"),
    "export foo": (2, "invalid_input"),
    "orders --all --state foo": (2, "invalid_input"),
    "user list --state foo": (2, "invalid_input"),
    "outbox list --state foo": (2, "invalid_input"),
    "changes foo": (2, "invalid_input"),
    "refund zzzzzzzz LATTE --reason r": (4, "unknown_order"),
    "outbox show zzzzzzzz": (4, "unknown_event"),
    "coupon show NOTHING": (4, "unknown_coupon"),
    "product show NOTHING": (4, "unknown_product"),
    "user show nobody": (4, "unknown_user"),
    "statement -u nobody": (4, "unknown_user"),
    "transfer 5 --to nobody -u kim": (4, "unknown_user"),
    "transfer 5 --to bad -u kim": (1, "user_blocked"),
    "transfer 5 --to gone -u kim": (1, "user_closed"),
    "transfer 5 --to kim -u kim": (2, "invalid_input"),
    "payout 5 -u ana --reason r": (1, "insufficient_balance"),
    "cash out 5": (2, "invalid_input"),
    "coupon set TWICE --limit 1": (1, "limit_below_claimed"),
    "order LATTE:2 --expect 8999 -u kim": (1, "total_changed"),
    "order LATTE:2 --expect 8999 --dry-run -u kim": (1, "total_changed"),
    "order LATTE:2 --expect 9000.5 -u kim": (2, "invalid_input"),
    "user add kim": (1, "user_exists"),
    "product add LATTE --name L --price 1": (1, "product_exists"),
    "coupon add TENTH --percent 1 --limit 1": (1, "coupon_exists"),
    "init --currency EUR": (1, "currency_mismatch"),
    "balance -u": (2, "invalid_input"),
    "balance": (2, "no_user"),
    "charge -u kim": (2, "invalid_input"),
    "charge -5 -u kim": (2, "invalid_input"),
    "charge 1,000 -u kim": (2, "invalid_input"),
    "charge 1e3 -u kim": (2, "invalid_input"),
    "charge 1_000 -u kim": (2, "invalid_input"),
    "charge \u0665 -u kim": (2, "invalid_input"),
    "charge 1.5 -u kim": (2, "invalid_input"),
    "charge 0 -u kim": (2, "invalid_input"),
    "charge 99999999999999999999 -u kim": (2, "invalid_input"),
    "charge 5 -u kim --reason a\x07b": (2, "invalid_input"),
    "transfer 0 --to bad -u kim": (2, "invalid_input"),
    "charge 1 2 -u kim": (2, "invalid_input"),
    "charge 1 -u kim --key 김": (2, "invalid_input"),
    "payout -u kim --reason r": (2, "invalid_input"),
    "payout 5 --all -u kim --reason r": (2, "invalid_input"),
    "payout 5 -u kim": (2, "invalid_input"),
    "adjust --by=0 -u kim --reason r": (2, "invalid_input"),
    "adjust --by=+0 -u kim --reason r": (2, "invalid_input"),
    "adjust --by=+-1 -u kim --reason r": (2, "invalid_input"),
    "order -u kim": (2, "invalid_input"),
    "order LATTE:0 -u kim": (2, "invalid_input"),
    "order LATTE: -u kim": (2, "invalid_input"),
    "order LATTE:1_0 -u kim": (2, "invalid_input"),
    "order :2 -u kim": (2, "invalid_input"),
    "order LATTE:2:3 -u kim": (2, "invalid_input"),
    "user add a:b": (2, "invalid_input"),
    "user set kim": (2, "invalid_input"),
    "user set kim --blocked --active": (2, "invalid_input"),
    "user set kim --name n --forget-name": (2, "invalid_input"),
    "product add TEA --name T": (2, "invalid_input"),
    "product add TEA --name T --price 1 --stock -1": (2, "invalid_input"),
    "product set LATTE": (2, "invalid_input"),
    "product set LATTE --on-sale --off-sale": (2, "invalid_input"),
    "product restock LATTE 0": (2, "invalid_input"),
    "product adjust LATTE --reason r": (2, "invalid_input"),
    "product adjust LATTE --by=1 --to=2 --reason r": (2, "invalid_input"),
    "product adjust LATTE --by=1": (2, "invalid_input"),
    "coupon add A --percent 5 --amount 5 --limit 1": (2, "invalid_input"),
    "coupon add A --limit 1": (2, "invalid_input"),
    "coupon add A --percent 101 --limit 1": (2, "invalid_input"),
    "coupon add A --percent 5 --limit 0": (2, "invalid_input"),
    "coupon add A --amount 5 --cap 5 --limit 1": (2, "invalid_input"),
    "coupon set TENTH": (2, "invalid_input"),
    "coupon set TENTH --enabled --disabled": (2, "invalid_input"),
    "top --days 0": (2, "invalid_input"),
    "top --days 100000000": (2, "invalid_input"),
    "history -u kim --since 2026-11-28 --until 2026-11-27": (2, "invalid_input"),
    "coupon add A --percent 5 --limit 1 --valid-days 99999999": (2, "invalid_input"),
    "coupon add A --amount 5 --limit 1 --opens 2030-01-01 --closes 2029-01-01": (
        2,
        "invalid_input",
    ),
    "user add zoe --name a\x07": (2, "invalid_input"),
    "top --limit 0": (2, "invalid_input"),
    "top --as-of soon": (2, "invalid_input"),
    "history -u kim --limit 0": (2, "invalid_input"),
    "history -u kim --since never": (2, "invalid_input"),
    "receipt": (2, "invalid_input"),
    "receipt abcd --key k": (2, "invalid_input"),
    "settings set nothing 1": (2, "invalid_input"),
    "balance -u nobody": (4, "unknown_user"),
    "order NOTHING -u kim": (4, "unknown_product"),
    "claim NOTHING -u kim": (4, "unknown_coupon"),
    "receipt zzzzzzzz": (4, "unknown_order"),
    "cancel zzzzzzzz": (4, "unknown_order"),
    "chrage 5 -u kim": (2, "invalid_input"),
    "user": (2, "invalid_input"),
    "user lst": (2, "invalid_input"),
    "balance --usr kim": (2, "invalid_input"),
    "help nonsense": (2, "invalid_input"),
    "config set colour red": (2, "invalid_input"),
}


@pytest.fixture
def troubled(stocked: Prompt) -> Prompt:
    """A shop in which something is wrong in every way."""
    for line in (
        "product add OFF --name Off --price 1 --stock 5",
        "product set OFF --off-sale",
        "user add bad",
        "user set bad --blocked",
        "user add gone",
        "user set gone --closed",
        "user add ana",
        "coupon add SOLD --percent 1 --limit 1",
        "claim SOLD -u ana",
        "coupon add TWICE --percent 1 --limit 2",
        "claim TWICE -u ana",
        "claim TWICE -u kim",
        "coupon add LATER --percent 1 --limit 1 --opens 2030-01-01",
        "coupon add PAST --percent 1 --limit 1 --closes 2020-01-01",
        "coupon add OFF --percent 1 --limit 1",
        "coupon set OFF --disabled",
        "coupon add MINIMUM --amount 1 --limit 1 --min-order 99999",
        "claim MINIMUM -u kim",
        "claim TENTH -u kim",
        "charge 1 -u kim --key used",
        "user add full",
        "charge 9007199254740991 -u full --method card",
        "cash in 5 --reason r",
    ):
        stocked.done(*line.split())
    return stocked


def test_every_refusal_has_its_code(troubled: Prompt) -> None:
    """Each line is refused with its exit code and code, as one JSON document; nothing changes.

    Each says what to type next.
    """
    before = troubled.done("history", "-u", "kim"), troubled.done("products")

    answers = {line: troubled.refused(*line.split()) for line in REFUSALS}
    lines = [line.split() for line in REFUSALS]
    lines += [["payout", "5", "-u", "kim", "--reason", reason] for reason in ("", "r" * 501)]
    without = [line for line in lines if not troubled(*line, "--json").error["fix"]]

    assert answers == REFUSALS
    assert without == []
    assert (troubled.done("history", "-u", "kim"), troubled.done("products")) == before


def test_a_refusal_as_text_says_what_to_do(troubled: Prompt) -> None:
    """Without `--json` a refusal is text on standard error, with a line to go on from."""
    answer = troubled("order", "LATTE:12", "-u", "kim")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("error: ")
    assert "Traceback" not in answer.err
    assert len(answer.err.splitlines()) > 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("order LATTE:12 -u kim", ["50,001 KRW", "54,000 KRW", "3,999 KRW", "shop charge 3999"]),
        ("payout 60000 --reason r -u kim", ["50,001 KRW", "60,000 KRW", "shop payout --all"]),
        ("adjust --by=-60000 --reason r -u kim", ["50,001 KRW", "shop adjust --by=-50001"]),
        ("payout --all --reason r -u ana", ["0 KRW", "nothing to take"]),
        ("order LATTE --coupon MINIMUM -u kim", ["99,999 KRW", "4,500 KRW"]),
        ("order LATTE:2 --expect 8999 -u kim", ["9,000 KRW", "8,999 KRW", "--expect 9000"]),
        ("user set kim --closed", ["50,001 KRW", "shop payout --all"]),
        ("charge 9007199254740991 -u kim", ["50,001 KRW", "9,007,199,254,740,991 KRW"]),
    ],
)
def test_a_refusal_names_the_amounts_it_is_about(
    troubled: Prompt, line: str, told: list[str]
) -> None:
    """What there is, what is needed and what is missing stand there, with advice that fits."""
    error = troubled(*line.split(), "--json").error

    assert [part for part in told if part not in f"{error['message']} {error['fix']}"] == []
    if not line.startswith("order LATTE:12"):
        assert "shop charge" not in error["fix"]


def test_a_setting_is_never_answered_with_another_value(troubled: Prompt) -> None:
    """No sign is left out and no limit of 0 is taken: how to have no limit is said."""
    for value in ("0", "-1"):
        error = troubled("settings", "set", "charge_max", value, "--json").error
        assert "shop settings unset charge_max" in error["fix"]
    for line in ("settings set low_stock -1", "config set wait_max -1"):
        words = line.split()
        error = troubled(*words, "--json").error
        assert f"shop {words[0]} unset {words[2]}" in error["fix"]
        assert "Type 1" not in error["fix"]


@pytest.mark.parametrize("line", ["order LATTE:12 -u kim", "transfer 54000 --to ana -u kim"])
def test_no_charge_is_advised_that_the_shop_forbids(troubled: Prompt, line: str) -> None:
    """Where more is missing than one charge may be, that one is named, and the setting."""
    troubled.done("settings", "set", "charge_max", "1000")
    error = troubled(*line.split(), "--json").error
    assert (error["details"]["missing"], error["details"]["charge_max"]) == (3_999, 1_000)
    assert "shop charge 1000" in error["fix"]
    assert "shop settings set charge_max" in error["fix"]
    assert "3999" not in error["fix"]

    troubled.done("settings", "set", "charge_max", "3999")
    error = troubled(*line.split(), "--json").error
    assert "shop charge 3999" in error["fix"]
    assert "charge_max" not in error["details"]


def test_no_rejected_row_advises_a_charge_that_the_shop_forbids(
    troubled: Prompt, tmp_path: Path
) -> None:
    """In a file of orders as at the prompt."""
    troubled.done("settings", "set", "charge_max", "1000")
    file = tmp_path / "orders.csv"
    file.write_text("key,user,sku,quantity\no1,kim,LATTE,12\n", encoding="utf-8")
    (row,) = troubled("import", "orders", str(file), "--json").document["rejections"]
    assert row["code"] == "insufficient_balance"
    assert "shop charge 1000" in row["message"]
    assert "3999" not in row["message"]


def test_an_empty_window_is_told_as_it_was_typed(troubled: Prompt) -> None:
    """The words that were typed are repeated, not the instants they came to."""
    line = "history -u kim --since 2026-11-28 --until 2026-11-27"
    error = troubled(*line.split(), "--json").error

    assert "'2026-11-28' to '2026-11-27'" in error["message"]
    assert error["details"].items() >= {"field": "until", "reason": "empty_window"}.items()


def test_a_key_once_used_by_an_order_conflicts(stocked: Prompt) -> None:
    """A coupon redeemed by one order is refused for the next."""
    stocked.done("claim", "TENTH", "-u", "kim")
    stocked.done("order", "LATTE", "--coupon", "TENTH", "-u", "kim", "--key", "o1")

    again = stocked.refused("order", "LATTE", "--coupon", "TENTH", "-u", "kim")
    other = stocked.refused("order", "LATTE:2", "-u", "kim", "--key", "o1")

    assert again == (1, "coupon_already_used")
    assert other == (1, "key_conflict")


def test_it_can_be_too_late_to_cancel(stocked: Prompt) -> None:
    """After the shop's time only force with a reason cancels."""
    order = stocked.done("order", "LATTE", "-u", "kim")["order"]
    stocked.clock.advance(hours=25)

    assert stocked.refused("cancel", order) == (1, "order_not_cancellable")
    assert stocked.refused("cancel", order, "--force") == (2, "invalid_input")
    assert stocked.done("cancel", order, "--force", "--reason", "r")["state"] == "cancelled"


def test_an_expired_coupon_is_refused(stocked: Prompt) -> None:
    """A coupon past its days is expired."""
    stocked.done("coupon", "add", "SHORT", "--percent", "5", "--limit", "1", "--valid-days", "1")
    stocked.done("claim", "SHORT", "-u", "kim")
    stocked.clock.advance(days=2)

    refused = stocked.refused("order", "LATTE", "--coupon", "SHORT", "-u", "kim")

    assert refused == (1, "coupon_expired")
    assert stocked.done("coupons", "-u", "kim")[0]["state"] == "expired"


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("chrage 5", "charge"),
        ("user lst", "list"),
        ("balance --usr kim", "--user"),
        ("product show LATE", "LATTE"),
        ("balance -u kimm", "kim"),
        ("claim TENT -u kim", "TENTH"),
    ],
)
def test_a_slip_is_met_with_a_suggestion(stocked: Prompt, line: str, suggestion: str) -> None:
    """A word, option or name that is nearly right is answered with the right one."""
    error = stocked(*line.split(), "--json").error

    assert suggestion in error["details"]["suggestions"]
    assert suggestion in error["fix"] + error["message"]


def test_no_shop_is_told_apart_from_something_else(prompt: Prompt, tmp_path: Path) -> None:
    """No file is `no_shop`, a file of something else is `not_a_shop`; neither is touched."""
    missing, other = tmp_path / "missing.db", tmp_path / "other.txt"
    other.write_text("not a database, only words, over and over " * 30)
    before = other.read_bytes()

    def refused(*words: str) -> tuple[int, str]:
        answer = prompt(*words, "--json", db=False)
        return answer.code, answer.error["code"]

    assert refused("products", "--db", str(missing)) == (2, "no_shop")
    assert refused("products", "--db", str(other)) == (2, "not_a_shop")
    assert refused("init", "--db", str(other)) == (2, "not_a_shop")
    assert refused("products", "--db", "mysql://u:hidden@h/x") == (2, "invalid_input")
    if Path("/proc/self").exists():
        assert refused("init", "--db", "/proc/x/shop.db") == (2, "invalid_input")
    assert refused("init", "--db", str(other / "below.db")) == (2, "invalid_input")
    assert not missing.exists()
    assert other.read_bytes() == before
