"""What members and tills are advised: what is no command of theirs is kept from nobody."""

from __future__ import annotations

import pytest

from shopcli import Shop
from shopcli.cli.main import build
from shopcli.domain.errors import BalanceLimit, InvalidInput, ShopError
from shopcli.tui.wording import Wording
from shopcli.wording.advice import advice
from shopcli.wording.advice_texts import ADVICE
from shopcli.wording.members import commands_in


def test_a_sentence_about_a_shop_is_no_command() -> None:
    """Each command that advice is found to name is one."""
    found = {word for text in ADVICE.values() for word, _ in commands_in(text)}

    assert found - set(build().commands) == set()
    assert "import" in found


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (
            InvalidInput("So.", details={"reason": "unsigned_charge", "number": "5"}),
            "Type it again.",
        ),
        (BalanceLimit("So."), "Type a smaller amount."),
    ],
)
def test_who_typed_it_types_it_again(shop: Shop, error: ShopError, advice: str) -> None:
    """Where a command would help an operator, nobody has to be asked about what was typed."""
    wording = Wording.of(shop)
    wording.advises_commands = False

    assert wording.refusal(error) == f"So. {advice}"


@pytest.mark.parametrize(
    ("file", "command"),
    [
        ("new members.csv", "iconv -f UTF-16 -t UTF-8 'new members.csv' > 'new members.utf-8.csv'"),
        ("-.tsv", "iconv -f UTF-16 -t UTF-8 ./-.tsv > ./-.utf-8.tsv"),
        ("a.b/c.csv.gz", "gunzip -c a.b/c.csv.gz | iconv -f UTF-16 -t UTF-8 > a.b/c.utf-8.csv"),
        ("Standard input", "iconv -f UTF-16 -t UTF-8 FILE > FILE.utf-8"),
        ("/dev/fd/63", "iconv -f UTF-16 -t UTF-8 FILE > FILE.utf-8"),
    ],
)
def test_what_converts_a_file_reads_it(file: str, command: str) -> None:
    """Pasted, it neither waits for the keyboard nor writes over the file."""
    details = {"file": file, "encoding": "UTF-16", "reason": "other_encoding"}

    assert advice(InvalidInput("So.", details=details)).endswith(f": {command}")
