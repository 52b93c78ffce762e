"""Values to complete: SKUs, users, coupon codes and orders of the shop, and our own names.

Output or a failure would spoil the line being typed, so on any error there are no completions.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

if TYPE_CHECKING:
    from shopcli.engine import Kind as KindOfShop

    Ours: TypeAlias = Literal[
        "change_kind",
        "config",
        "config_value",
        "event_state",
        "format",
        "money_key",
        "order_state",
        "sales_key",
        "setting",
        "times",
        "topic",
        "user_state",
    ]
    Kind: TypeAlias = KindOfShop | Ours

Offers: TypeAlias = list[tuple[str, str]]
"""Completions: each value as it is typed, with a short description."""


FIRST_TOPIC = "getting-started"

_ACTS_IN_SHELLS = str.maketrans(
    {"\\": "\u29f5", "$": "\uff04", "`": "\u02cb", '"': "\u201d", "'": "\u2019", "!": "\uff01"}
)
"""Characters that zsh would interpret, and their replacements."""


def offered(kind: Kind, database: str | None, incomplete: str, before: str = "") -> Offers:
    """Values of a kind that begin with `incomplete`.

    Args:
        kind: What to complete, such as "sku" or "user".
        database: Address given on the line.
        incomplete: The beginning that is typed already.
        before: The argument before it, such as the name of the setting whose value it is.
    """
    try:
        ours = _of_ours(kind, before)
        if ours is not None:
            return [one for one in ours if one[0].startswith(incomplete)]
        from shopcli.cli.configuration import of_process  # only when a value is completed
        from shopcli.domain.showing import inert
        from shopcli.domain.text import is_plain
        from shopcli.engine import beginning_with

        address = of_process({"database": database}).database()
        return [
            (name, inert(word).translate(_ACTS_IN_SHELLS))
            for name, word in beginning_with(address, cast("KindOfShop", kind), incomplete)
            if is_plain(name)
        ]
    except Exception:  # noqa: BLE001  # no completions, as the module's docstring says
        return []


def _of_ours(kind: Kind, before: str) -> Offers | None:
    """Values that are no rows of the shop; None for a kind that is."""
    if kind == "setting":
        from shopcli.engine import SETTINGS  # only when one is completed

        return [
            (name, setting.meaning.translate(_ACTS_IN_SHELLS)) for name, setting in SETTINGS.items()
        ]
    if kind == "config":
        from shopcli.cli.configuration import NAMES  # as above

        return [(name, "") for name in NAMES]
    if kind == "config_value":
        from shopcli.cli.configuration import CHOICES  # as above

        return [(value, "") for value in CHOICES.get(before, ())]
    if kind == "topic":
        return [(topic, "") for topic in topics()]
    if kind in {"format", "times"}:
        from shopcli.cli.formats import FORMATS, TIMES  # as above

        return [(name, "") for name in (FORMATS if kind == "format" else TIMES)]
    if kind in {"sales_key", "money_key"}:
        from shopcli.domain.sales.reports import MONEY_KEYS, SALES_KEYS  # as above

        return [(name, "") for name in (SALES_KEYS if kind == "sales_key" else MONEY_KEYS)]
    lists = {
        "change_kind": "CHANGED_KINDS",
        "event_state": "EVENT_STATES",
        "order_state": "ORDER_STATES",
        "user_state": "USER_STATES",
    }
    if kind in lists:
        from shopcli import engine  # as above

        return [(name, "") for name in getattr(engine, lists[kind])]
    return None


def topics() -> list[str]:
    """The topics of the manual, the introduction first."""
    import shopcli  # where the pages are

    names = os.listdir(os.path.join(os.path.dirname(shopcli.__file__), "help"))  # noqa: PTH118, PTH120, PTH208  # pathlib costs 3 ms
    pages = [name.removesuffix(".md") for name in names if name.endswith(".md")]
    return sorted(pages, key=lambda page: (page != FIRST_TOPIC, page))
