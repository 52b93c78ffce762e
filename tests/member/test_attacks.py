"""Lines that nobody means well: whatever is asked for, nothing of another is told or changed."""

from __future__ import annotations

import random
import re
import shlex
from collections.abc import Iterator

import pytest

from shopcli import Shop
from shopcli.cli.completion import word_table
from tests import factories
from tests.factories import id_of
from tests.member.conftest import Gate

SECRETS = ("zoe", "of-zoe", "whsec_", "hunter2", "/srv/secret")
"""What a member is never told: another one, their keys, the shop's secrets."""

CODES = {0, 1, 2, 4}
"""How each line ends: done or refused, with nothing in doubt and no bug."""

VALUES = (
    *(
        "kim",
        "LATTE",
        "LATTE:2",
        "TENTH",
        "5",
        "-5",
        "0",
        "x",
        "",
        "-",
        "--",
        "=",
        "999999999999999999",
    ),
    *("2026-11", "today", "3d", "table", "json", "jsonl", "md", "csv", "tsv", "local", "utc"),
    *("/etc/passwd", "../../x", "@/etc/passwd", "~", "*", "$HOME", "$(id)", "`id`", ";id", "|id"),
    *(
        "%s%n",
        "{user}",
        "{0.__class__}",
        "[red]x[/]",
        "<b>",
        "=1+1",
        "kim\u202e",
        "\uff4b\uff49\uff4d",
        "%41",
    ),
    *("sqlite:////nowhere/x.db", "postgresql://x:y@nowhere/z", "--db=/nowhere", "-uX", "é" * 90),
    *(
        "1e9",
        "\u0663",
        "1_000",
        "0x10",
        "NaN",
        "\uff19",
        "a\tb",
        "\u200b",
        "🎉",
        "'",
        '"',
        "\\",
        "zzzz",
        "k1",
    ),
)
"""What stands where a value may."""

_STYLES = re.compile(r"\x1b\[[0-9;]*m")

EVERYTHING = sorted({word for path in word_table.table() for word in path.split()})
OPTIONS = sorted(
    {
        name
        for rows in word_table.table().values()
        for row in rows
        for name in row.names
        if name[0] == "-"
    }
)
MEMBERS = (
    *("balance", "transfer", "history", "statement", "products", "claim", "coupons", "order"),
    *("orders", "receipt", "cancel", "top", "help"),
)


def lines(chosen: random.Random, others: str) -> Iterator[str]:
    """Lines of words, options and values, put together without sense, some of them broken."""
    values = [*VALUES, others, others[-4:], others[-8:], "of-zoe"]
    while True:
        word = chosen.choice(MEMBERS if chosen.random() < 0.8 else EVERYTHING)
        words = [word]
        for _ in range(chosen.randrange(5)):
            option = chosen.choice(OPTIONS)
            words += chosen.choice(
                (
                    [option],
                    [option, chosen.choice(values)],
                    [f"{option}={chosen.choice(values)}"],
                    [chosen.choice(values)],
                    [chosen.choice(values)],
                )
            )
        if chosen.random() < 0.2:
            chosen.shuffle(words)
        line = shlex.join(words) if chosen.random() < 0.8 else " ".join(words)
        if chosen.random() < 0.1:
            place = chosen.randrange(len(line) + 1)
            line = line[:place] + chosen.choice("\x1b\n'\"\\\udcff\x07 \t") + line[place:]
        yield line


def attack(gate: Gate, shop: Shop, seed: int, count: int) -> None:
    """Send so many lines as kim, and look at each answer."""
    factories.user(shop, "zoe", balance=50_000, name="Zoë /srv/secret")
    others = id_of(shop.order("zoe", {"LATTE": 1}, key="of-zoe"))
    shop.set_setting("platform.url", "https://127.0.0.1:9/hunter2")
    made = lines(random.Random(seed), others)  # noqa: S311  # the same lines for a seed
    for _ in range(count):
        line = next(made)
        answer = gate(line, terminal=seed % 2 == 0)

        told = _STYLES.sub("", answer.out + answer.err)
        assert answer.code in CODES, line
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", told), line
        assert "Traceback" not in told
        plain = re.sub(r"[\\'\"]", "", line)
        for secret in (*SECRETS, others):
            if secret not in plain:
                assert secret not in told, (line, told)
    assert [order.state for order in shop.orders("zoe")] == ["paid"]
    assert shop.balance("zoe").balance >= 50_000 - 4_500
    assert shop.verify().ok


def test_no_line_tells_of_another_or_changes_what_is_theirs(gate: Gate, shop: Shop) -> None:
    """Words, options and values put together without sense: each is answered or refused."""
    attack(gate, shop, seed=1, count=40)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(2, 12))
def test_thousands_of_lines_do_not_either(gate: Gate, shop: Shop, seed: int) -> None:
    """The same on many more lines."""
    attack(gate, shop, seed, count=300)
