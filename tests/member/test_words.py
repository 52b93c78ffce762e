"""The words of members over ssh: each does what it does at the prompt; nothing else is there."""

from __future__ import annotations

import json
import re
import shlex

import pytest
from typer._click import Context

from shopcli import Shop
from shopcli.cli.member.advice import without_user
from shopcli.cli.member.line import words_of
from shopcli.cli.member.offered import OF_ALL, OFFERED, is_offered, members_group
from shopcli.cli.parsing.command_table import Stub, load
from shopcli.cli.parsing.root_words import TABLE
from shopcli.cli.parsing.typer_commands import examples_of, options_of
from tests.factories import id_of
from tests.member.conftest import EXIT, Gate
from tests.raw_rows import dump

ENTRIES = {entry.word: entry for entries in TABLE.values() for entry in entries}

WITHHELD = {
    "balance": set[str](),
    "transfer": set[str](),
    "history": set[str](),
    "statement": set[str](),
    "products": {"--low", "--off-sale"},
    "claim": set[str](),
    "coupons": set[str](),
    "order": {"--no-deliver"},
    "orders": {"--all"},
    "receipt": set[str](),
    "cancel": {"--force", "--no-deliver"},
    "top": set[str](),
}
"""Options of the prompt that are the operator's, beside those that name a shop or a user."""

ONCE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
"""For what is read before any database is asked."""

OPERATORS = {"--db", "--user", "-u"}


def test_each_word_answers_as_it_does_at_the_prompt(gate: Gate, shop: Shop) -> None:
    """A day of a member, in their own words alone."""
    claimed = gate("shop claim TENTH --json").document
    order = gate("order LATTE:2 --coupon TENTH --key k7 --json").document
    again = gate("order LATTE:2 --coupon TENTH --key k7 --json").document
    assert (claimed["user"], order["user"], order["total"]) == ("kim", "kim", 8100)
    assert (again["order"], again["replayed"]) == (order["order"], True)
    assert gate("order LATTE --dry-run --json").document["order"] is None

    given = gate("transfer 500 --to lee --reason 'for lunch' --json").document
    assert (given["user"], given["to"], given["balance"]) == ("kim", "lee", 41_400)
    assert gate("cancel --json -- " + order["order"][-6:]).document["state"] == "cancelled"
    assert [row["order"] for row in gate("orders").table] == [order["order"]]
    assert gate("receipt --key k7 --format json").document["state"] == "cancelled"
    assert [row["coupon"] for row in gate("coupons").table] == ["TENTH"]
    assert gate("history --format csv --bom").out.startswith("\ufeffid,at,")
    kinds = [row["kind"] for row in gate("history").table]
    assert kinds == ["charge", "payment", "transfer", "refund"]
    assert gate("statement --json").document["closing"] == 49_500
    assert gate("balance").table == [{"user": "kim", "balance": "49500", "currency": "KRW"}]
    assert gate("products lat --format md").out.startswith("| sku")
    assert gate("top --json").document["rows"] == []
    assert gate("balance", terminal=True).out == "kim has 49,500 KRW\n"
    assert shop.balance("kim").balance == 49_500


def test_no_other_word_is_there(gate: Gate, shop_url: str) -> None:
    """Each other command of the shop is refused and changes nothing; what is none is no command."""
    before = dump(shop_url)

    for word in {*ENTRIES} - {*OFFERED, "help"}:
        assert gate.refused(word) == "not_allowed", word
    for word in ("cat", "sh", "scp", "/usr/lib/openssh/sftp-server", "-", "''", "SHOP", "help me"):
        assert gate.refused(word) == "invalid_input", word
    assert dump(shop_url) == before


@pytest.mark.parametrize("word", OFFERED)
def test_every_option_of_a_word_is_offered_or_withheld(word: str) -> None:
    """An option that is added to a command is nobody's over ssh until somebody decides."""
    assert set(options_of(load(ENTRIES[word]))) == (
        OFFERED[word] | OF_ALL | WITHHELD[word] | OPERATORS
    )


@ONCE
@pytest.mark.parametrize("word", OFFERED)
def test_no_option_of_the_operators_is_taken(gate: Gate, word: str) -> None:
    """However it is written, before or after the word; abbreviated it is no option at all."""
    for option in sorted(WITHHELD[word] | OPERATORS):
        for line in (
            f"{word} {option}",
            f"{word} {option} lee",
            f"{word} {option}=lee" if option[:2] == "--" else f"{word} {option}lee",
            f"'{word}' '{option}' x",
        ):
            assert gate.refused(line) == "not_allowed", line
        if option in OPERATORS:
            assert gate.refused(f"{option} lee {word}") == "not_allowed"
        if option[:2] == "--":
            assert gate.refused(f"{word} {option[:-1]} lee") == "invalid_input"
    for line in (
        "--config x",
        "-o x",
        "--output x",
        "--rejects x",
        "--authorized-keys x",
        "@x x x",
    ):
        assert gate.refused(f"{word} {line}") == "invalid_input", line


def test_nothing_of_another_member_is_there(gate: Gate, shop: Shop) -> None:
    """Orders, keys and entries of lee do not exist for kim, and no suggestion names lee."""
    order = id_of(shop.order("lee", {"LATTE": 1}, key="of-lee"))

    for line in (f"receipt {order}", f"receipt {order[-4:]}", "receipt --key of-lee"):
        assert gate.refused(line) == "unknown_order"
    assert gate.refused(f"cancel {order}") == "unknown_order"
    assert gate.refused("order LATTE:2 --key of-lee") == "key_conflict"
    assert gate("orders --json").document == []
    near = gate("transfer 5 --to lea --json").error
    assert (near["code"], near["details"]["suggestions"]) == ("unknown_user", [])
    assert "lee" not in gate("transfer 5 --to lea").err


def test_a_key_of_somebody_else_is_not_called_free(gate: Gate) -> None:
    """What is said of a key that has no order of one's own holds for a key of others as well."""
    with Shop.open(gate.url) as shop:
        shop.order("lee", {"LATTE": 1}, key="of-lee")

    looked = gate("receipt --key of-lee --json")
    tried = gate("order LATTE --key of-lee --json")

    assert (looked.error["code"], looked.error["details"]["reason"]) == ("unknown_order", "own_key")
    assert "refused" in looked.error["fix"]
    assert tried.error["code"] == "key_conflict"


def test_whoever_is_nobody_is_let_nowhere(gate: Gate) -> None:
    """A line of sshd for a name that is not there, or none, tells nothing of who is."""
    for user in ("lea", "no body"):
        answer = gate("balance", user=user)
        assert (answer.code, answer.out) == ({"lea": 4}.get(user, 2), "")
        assert "lee" not in answer.err
    for line in (("member",), ("member", "--db", gate.url)):
        assert gate("balance", line=line, sent={"SHOP_USER": "kim"}).code == 2
    both = ("member", "-u", "kim", "--authorized-keys", "x", "--db", gate.url)
    assert gate("balance", line=both).code == 2


SPLIT = {
    "  balance  ": "",
    "shop balance": "",
    "'shop' \"balance\"": "",
    "bal''ance": "",
    r"b\alance": "",
    "-- balance": "",
    "--json balance": "",
    "balance --": "",
    "balance --json --json": "",
    "shop shop balance": "invalid_input",
    "balance; balance": "invalid_input",
    "balance && balance": "invalid_input",
    "balance | cat": "invalid_input",
    "balance > /tmp/x": "invalid_input",
    "balance $(id)": "invalid_input",
    "balance `id`": "invalid_input",
    "balance $HOME": "invalid_input",
    "balance *": "invalid_input",
    "balance # x": "invalid_input",
    "balance 'x": "invalid_input",
    'balance "x': "invalid_input",
    "balance \\": "invalid_input",
    "balance\nbalance": "invalid_input",
    "balance\r": "invalid_input",
    "balance \x1b]0;x\x07": "invalid_input",
    "balance \x9b1m": "invalid_input",
    "balance \udcff": "invalid_input",
    "balance " + "x" * 1_000_000: "invalid_input",
    "balance " + "x " * 9_000: "invalid_input",
    "order -- --db": "unknown_product",
    "order '$(id)'": "invalid_input",
    "order @/etc/passwd": "invalid_input",
    "claim -- -u": "unknown_coupon",
    "order " + "LATTE " * 3_000: "insufficient_balance",
}
"""Commands, and the code that each ends with; none where it is done."""


@ONCE
def test_a_command_is_split_into_words_and_nothing_else(gate: Gate) -> None:
    """No shell reads it; what is no line of words is refused, and nothing raw is repeated."""
    for line, code in SPLIT.items():
        answer = gate(line)

        assert answer.code == EXIT.get(code, 0), line[:80]
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", answer.err)
        assert len(answer.err) < 1_000
        assert "uid=" not in answer.err


@ONCE
def test_help_of_a_word_is_carried_by_json(gate: Gate) -> None:
    """`help WORD --json` is a document with the text of the help."""
    text = gate("help transfer").out

    assert json.loads(gate("help transfer --json").out) == {"text": text.rstrip()}
    assert "'\"for lunch\"'" in text


@ONCE
def test_help_tells_a_members_words_alone(gate: Gate) -> None:
    """No word, option or example of the operator's is in any of it, and examples can be typed."""
    texts = [gate("help").out, *(gate(f"help {word}").out for word in [*OFFERED, "help"])]

    assert texts[0] == gate("--help").out == gate("shop -h").out
    for text in texts:
        assert not {"--db", "-u", "--user", "--force", "--all", "--low"} & set(text.split())
        assert "SHOP_" not in text
    told = set(re.findall(r"^  ([a-z]+)  ", texts[0], re.MULTILINE))
    assert told == {*OFFERED, "help"}
    for word, command in members_group().commands.items():
        assert isinstance(command, Stub)
        assert examples_of(command.loaded)
        for example in examples_of(command.loaded):
            sent = " ".join(shlex.split(example.partition(" |")[0]))  # as ssh joins its words
            words = words_of(sent)
            assert words[0] == word
            with Context(command, info_name=word).scope(cleanup=False) as context:
                command.loaded.parse_args(context, words[1:])
    for topic in ("run", "exit-codes", "nothing"):
        assert gate.refused(f"help {topic}") == "invalid_input"


ADVISED = [
    "balanec",
    "order LATTE:12",
    "order LATTE:99",
    "order LATE",
    "order LATTE --coupon TENTH",
    "order LATTE:0",
    "claim TENHT",
    "cancel nope",
    "receipt nope",
    "transfer 5 --to nobody",
    "transfer 5 --to kim",
    "transfer -5 --to lee",
    "history --since x",
    "history --limit 0",
    "orders --state x",
    "orders",
    "history",
    "coupons",
    "products nothing",
]


@pytest.mark.parametrize(
    ("told", "typed"),
    [
        ("See: shop orders -u kim", "See: shop orders"),
        ("shop order LATTE --user=-x --key k", "shop order LATTE --key k"),
        ("shop order -u kim --key k -- -u LATTE", "shop order --key k -- -u LATTE"),
        ("Claim it: shop claim --user 김 TENTH, or ask", "Claim it: shop claim TENTH, or ask"),
    ],
)
def test_a_command_of_a_member_names_no_user(told: str, typed: str) -> None:
    """What names one is left out of options, and of nothing else."""
    assert without_user(told) == typed


@ONCE
def test_advice_is_what_a_member_can_type(gate: Gate) -> None:
    """Neither a refusal nor a remark names a user, a shop or an operator's command."""
    for line in ADVISED:
        told = gate(line, terminal=True).err.replace(f"'shop {line}'", "")

        assert told, line
        for found in re.finditer(r"\bshop ([a-z]+)((?:(?!, |; | [|(·]).)*)", told):
            words = [word.rstrip(").") for word in found[2].split()]
            options = [word for word in words if word.startswith("-")]
            assert is_offered(found[1], options), told
        assert gate.url not in told
        assert " -u" not in told
    assert "shop transfer 5000 --to lee" in gate("transfer 5").err
    assert "quoted twice" in gate("transfer 5 --to lee --reason for lunch").err
    assert "shop top --help" in gate("top --days x").err
