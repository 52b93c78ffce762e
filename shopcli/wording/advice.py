"""Advises on errors: what to type or do next.

The engine says only what happened; the layers below this one know nothing of commands. The module
is loaded only after an error.
"""

from __future__ import annotations

from pathlib import PurePath
from shlex import quote
from types import MappingProxyType
from typing import TYPE_CHECKING

from shopcli.domain.amounts import typed_amount
from shopcli.domain.batch.records import STANDARD_INPUT
from shopcli.domain.errors import ShopError
from shopcli.domain.facts import Detail, filled
from shopcli.domain.text import typed, typed_after
from shopcli.wording.advice_texts import ADVICE, TYPE_WHAT_WAS_MEANT
from shopcli.wording.catalogue import ENGLISH, Catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcli.domain.facts import Say, Way


def _restocks(items: Detail, _details: Mapping[str, Detail], _say: Say) -> str:
    """The commands that restock what is missing of each product."""
    return "; ".join(
        "shop product restock " + typed(f"{item['sku']} {item['requested'] - item['available']}")
        for item in items
    )


def _booked_again(undone: Detail, details: Mapping[str, Detail], _say: Say) -> str:
    """The command that books again what was undone."""
    amount = typed_amount(abs(undone["amount"]), details["currency"])
    words = {
        "adjustment": f"adjust --by={'-' if undone['amount'] < 0 else '+'}{amount} --reason R",
        "charge": f"charge {amount}",
        "payout": f"payout {amount} --reason R",
        "transfer": f"transfer {amount}",
    }[undone["kind"]]
    if undone["method"] is not None:
        words += f" --method {undone['method']}"
    if undone["to"] is not None:
        words += f" {typed_after('--to', undone['to'])}"
    return f"shop {words} {typed_after('--user', undone['user'])}"


def _converted(file: Detail, details: Mapping[str, Detail], _say: Say) -> str:
    """The command that makes a text in UTF-8 of a file, beside it."""
    is_piped = file == STANDARD_INPUT or file.startswith(("/dev/", "/proc/"))
    name = "FILE" if is_piped else f"./{file}" if file.startswith("-") else file
    is_packed = name.lower().endswith(".gz")
    plain = name[: -len(".gz")] if is_packed else name
    suffix = PurePath(plain).suffix
    made = quote(f"{plain.removesuffix(suffix)}.utf-8{suffix}")
    converter = f"iconv -f {details['encoding']} -t UTF-8"
    if is_packed:
        return f"gunzip -c {quote(name)} | {converter} > {made}"
    return f"{converter} {quote(name)} > {made}"


_WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "--user": lambda name, _details, _say: typed_after("--user", name),
        "again": _booked_again,
        "amount": lambda amount, details, _say: typed_amount(amount, details["currency"]),
        "converted": _converted,
        "restocks": _restocks,
        "shell": lambda word, _details, _say: quote(word),
        "word": lambda name, _details, _say: typed(name),
    }
)
"""Formats: the value of `--user`, what books something again, an amount, what
converts a file, restocks, a quoted word, a
final argument."""


def advice(error: ShopError, catalogue: Catalogue = ENGLISH) -> str:
    """The advice on an error; empty if there is none."""
    cause = error.__cause__
    of_cause = advice(cause, catalogue) if isinstance(cause, ShopError) else ""
    return worded(error.code, {**error.details, "advice": of_cause}, catalogue)


def worded(code: str, details: Mapping[str, Detail], catalogue: Catalogue = ENGLISH) -> str:
    """The advice on a code with its details."""
    situation = f"{code}.{details.get('reason')}"
    if "meant" in details:
        text = ADVICE.get(f"{situation}.meant", TYPE_WHAT_WAS_MEANT)
    else:
        text = ADVICE.get(situation, ADVICE.get(code, ""))
    return filled(catalogue.text(text), details, catalogue.text, _WAYS).strip()


def explained(error: ShopError, catalogue: Catalogue = ENGLISH) -> str:
    """The error's sentence, followed by the advice."""
    return f"{error.sentence(catalogue.text)} {advice(error, catalogue)}".strip()
