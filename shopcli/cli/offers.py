"""What a shell may complete from the shop itself: SKUs, users, coupon codes, orders.

A completion that prints or fails spoils the line being typed, so whatever goes wrong is an empty
answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from shopcli.engine.names import Kind as Kind  # noqa: PLC0414  # for the other modules to name

Offers: TypeAlias = list[tuple[str, str]]
"""Each as it is typed, and a few words on it."""


def offered(kind: Kind, database: str | None, incomplete: str) -> Offers:
    """Names of a kind that begin so.

    Args:
        kind: Of what.
        database: Address given on the line.
        incomplete: What is typed already.
    """
    try:
        from shopcli.cli.configuration import of_process  # only when a value is completed
        from shopcli.domain.text import inert
        from shopcli.engine.names import beginning_with

        address = of_process({"database": database}).database()
        # zsh evaluates what it is given, and Typer escapes all but the backslash.
        return [
            (name, inert(word).replace("\\", "/"))
            for name, word in beginning_with(address, kind, incomplete)
        ]
    except Exception:  # noqa: BLE001  # an empty answer, as the module's docstring says
        return []
