"""What members and tills are advised: what is no command of theirs is kept from nobody."""

from __future__ import annotations

import pytest

from shopcli import Shop
from shopcli.cli.main import build
from shopcli.domain.errors import BalanceLimit, InvalidInput, ShopError
from shopcli.tui.wording import Wording
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
