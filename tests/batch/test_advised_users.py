"""What a refused row says to type is for the user of the row, not for who imports the file."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.batch.files import write
from tests.cli.conftest import Prompt
from tests.clocks import SettableClock

COMMAND = re.compile(r"shop (.+)$")


class Refused(NamedTuple):
    """A row that is refused, and what makes it so."""

    kind: str
    row: str
    before: str


_HEADERS = {"orders": "key,user,sku,quantity,coupon", "claims": "key,user,coupon"}
REFUSED = {
    "coupon_not_held": Refused("orders", "o1,amelie,LATTE,1,TEN", "balance -u amelie"),
    "coupon_already_used": Refused(
        "orders", "o1,amelie,LATTE,1,TEN", "order LATTE --coupon TEN -u amelie"
    ),
    "coupon_disabled": Refused("orders", "o1,amelie,LATTE,1,TEN", "coupon set TEN --disabled"),
    "coupon_already_claimed": Refused("claims", "c1,amelie,TEN", "claim TEN -u amelie"),
    "insufficient_balance": Refused("orders", "o1,amelie,LATTE,900,", "balance -u amelie"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_the_user_of_the_row_is_named(
    shop_url: str,
    clock: SettableClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
) -> None:
    """In JSON, in the rejects file and on the screen: pasted, it is done for that user."""
    prompt = Prompt(shop_url, clock)
    for user in ("amelie", "jo"):
        prompt.done("user", "add", user)
        prompt.done("charge", "90000", "-u", user)
    prompt.done("product", "add", "LATTE", "--name", "L", "--price", "4500", "--stock", "990")
    prompt.done("coupon", "add", "TEN", "--percent", "10", "--limit", "9")
    case = REFUSED[code]
    if code == "coupon_already_used":
        prompt.done("claim", "TEN", "-u", "amelie")
    prompt.done(*case.before.split())
    monkeypatch.setenv("SHOP_USER", "jo")
    path = write(tmp_path / "f.csv", _HEADERS[case.kind], case.row)

    answer = prompt("import", case.kind, str(path), "--json")
    (rejection,) = answer.document["rejections"]
    assert rejection["code"] == code
    assert rejection["message"] in (tmp_path / "f.rejects.csv").read_text(encoding="utf-8")
    (told,) = COMMAND.findall(rejection["message"])
    shown = prompt("import", case.kind, str(path)).err.splitlines()[0]
    (pasted,) = COMMAND.findall(shown)
    assert "--user amelie" in pasted
    before = prompt.done("balance", "-u", "jo"), prompt.done("coupons", "-u", "jo")
    assert prompt(*shlex.split(told)).code == 0
    assert (prompt.done("balance", "-u", "jo"), prompt.done("coupons", "-u", "jo")) == before


def test_an_expired_coupon_names_its_holder(
    shop_url: str, clock: SettableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does the refusal of a coupon that was claimed in time and is used too late."""
    prompt = Prompt(shop_url, clock)
    prompt.done("user", "add", "amelie")
    prompt.done("product", "add", "LATTE", "--name", "L", "--price", "4500", "--stock", "9")
    prompt.done("coupon", "add", "TEN", "--percent", "10", "--limit", "9", "--valid-days", "1")
    prompt.done("claim", "TEN", "-u", "amelie")
    clock.advance(days=2)
    monkeypatch.setenv("SHOP_USER", "jo")
    path = write(tmp_path / "f.csv", _HEADERS["orders"], "o1,amelie,LATTE,1,TEN")
    (rejection,) = prompt("import", "orders", str(path), "--json").document["rejections"]
    (told,) = COMMAND.findall(rejection["message"])
    assert [held["coupon"] for held in prompt.done(*shlex.split(told))] == ["TEN"]


def test_home_names_its_user(
    shop_url: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What to type next is for the user who was named, whoever is set in the environment."""
    prompt = Prompt(shop_url, clock)
    prompt.done("user", "add", "amelie")
    prompt.done("charge", "90000", "-u", "amelie")
    monkeypatch.setenv("SHOP_USER", "jo")
    assert "-u amelie" in prompt.done("-u", "amelie")["next"]
