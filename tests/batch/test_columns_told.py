"""The columns of each kind are told as they are: in help, the manual, and by the grammar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shopcli.cli.commands import import_
from shopcli.domain.batch.grammar import KINDS, Kind, grammar

MANUAL = Path(import_.__file__).parents[2] / "help"

_COLUMN = re.compile(r"[a-z_]+")
_ONE_OF = {"percent", "amount"}
"""A coupon has one of these; a file may leave the other out, and shows both."""


def _told(text: str) -> tuple[list[str], set[str]]:
    """Columns in order, and those that may be left out."""
    _, _, optional = text.partition("[")
    return _COLUMN.findall(text), set(_COLUMN.findall(optional))


def _of_help(kind: Kind) -> str:
    command = next(c for c in import_.import_app.registered_commands if c.name == kind)
    assert command.callback is not None
    told = (command.callback.__doc__ or "").partition("Import ")[2]
    return re.split(r"[.;]", told)[0]


def _of_manual(kind: Kind) -> str:
    page = (MANUAL / "batch-files.md").read_text("utf-8")
    block = page.partition("```text\n")[2].partition("```")[0]
    lines = re.split(r"^(\w+) +", block, flags=re.MULTILINE)
    told = dict(zip(lines[1::2], lines[2::2], strict=True))[kind]
    return re.split(r"with|\n(?! +valid)", told)[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [_of_help, _of_manual], ids=["help", "manual"])
def test_columns_are_told_as_they_are(kind: Kind, place: object) -> None:
    """All columns in the order of the grammar, in brackets what may be left out."""
    rules = grammar(kind, exponent=0, currency="KRW", timezone="UTC")
    columns = [column for column in rules.columns if not column.name.startswith("_")]
    assert callable(place)
    names, leavable = _told(place(kind))
    past = {"ordered_at", "unit_price", "discount"} if kind == "orders" else set()
    assert names == [column.name for column in columns if column.name not in past]
    optional = {column.name for column in columns if not column.required} - past
    assert leavable | (_ONE_OF & optional if kind == "coupons" else set()) == optional
