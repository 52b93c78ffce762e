"""What stands on the page of a close, for every front end: sections of labels and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.facts import Say, filled
from shopcli.domain.moments import zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from shopcli.domain.records import Closing

Section = tuple[str, list[tuple[str, str]]]
"""A heading, and labels with their values."""


def title(closing: Closing, say: Say = str) -> str:
    """The heading of the page."""
    if closing.number is None:
        return say("The books now, not closed")
    return filled(say("Close {number}"), {"number": closing.number})


def sections(closing: Closing, money: Callable[[int], str], say: Say = str) -> Iterator[Section]:
    """What stands on the page, but the heading and the proof.

    Args:
        closing: The close, or a look without one.
        money: Writes an amount of minor units, without its currency.
        say: Translates a text.
    """
    currency = {"currency": closing.currency}
    yield say("Period"), _period(closing, say)
    yield (
        filled(say("Balances in {currency}"), currency),
        [
            (say("opening"), money(closing.opening)),
            *_by_method(money, say("charged, {method}"), closing.charged),
            *_by_method(money, say("taken back, {method}"), closing.reversed, sign=-1),
            *_by_method(money, say("paid out, {method}"), closing.paid_out, sign=-1),
            (say("adjusted"), money(closing.adjusted)),
            (say("sold"), money(-closing.sold)),
            (say("given back for orders"), money(closing.refunded)),
            (say("closing"), money(closing.closing)),
        ],
    )
    yield (
        say("Sales"),
        [
            (say("orders"), f"{closing.orders:,}"),
            (say("units"), f"{closing.units:,}"),
            (say("discounts"), f"{closing.discounts.count:,}"),
            (filled(say("discounts, {currency}"), currency), money(closing.discounts.amount)),
            (say("orders cancelled"), f"{closing.cancels.count:,}"),
            (filled(say("orders cancelled, {currency}"), currency), money(closing.cancels.amount)),
            (say("refunds of parts"), f"{closing.refunds.count:,}"),
            (filled(say("refunds of parts, {currency}"), currency), money(closing.refunds.amount)),
        ],
    )
    yield filled(say("Drawer in {currency}"), currency), _drawer(money, closing, say)
    yield (
        filled(say("Since the shop began, in {currency}"), currency),
        [
            (say("sold"), money(closing.grand_sales)),
            (say("given back"), money(closing.grand_refunds)),
            (say("net"), money(closing.grand_net)),
        ],
    )
    yield (
        say("Deliveries"),
        [
            (say("waiting"), f"{closing.pending:,}"),
            (say("given up or discarded"), f"{closing.dead:,}"),
        ],
    )


def _period(closing: Closing, say: Say) -> list[tuple[str, str]]:
    here = zone(closing.timezone)

    def moment(at: datetime | None) -> str:
        return say("the beginning") if at is None else f"{at.astimezone(here):%Y-%m-%d %H:%M:%S}"

    who = (
        []
        if closing.number is None
        else [(say("closed by"), closing.actor), (say("on"), closing.host)]
    )
    ends = (
        []
        if closing.first_entry is None
        else [(say("first"), closing.first_entry), (say("last"), closing.last_entry or "")]
    )
    return [
        (say("from"), moment(closing.from_)),
        (say("until"), moment(closing.until)),
        (say("clock"), closing.timezone),
        *who,
        (say("entries"), f"{closing.entries:,}"),
        *ends,
    ]


def _by_method(
    money: Callable[[int], str], label: str, amounts: dict[str, int], sign: int = 1
) -> list[tuple[str, str]]:
    return [
        (filled(label, {"method": method}), money(sign * amount))
        for method, amount in amounts.items()
    ]


def _drawer(money: Callable[[int], str], closing: Closing, say: Say) -> list[tuple[str, str]]:
    rows = [(say("opening"), money(closing.cash_opening))]
    for label, amounts, sign in (
        (say("charged, {method}"), closing.charged, 1),
        (say("taken back, {method}"), closing.reversed, -1),
        (say("paid out, {method}"), closing.paid_out, -1),
    ):
        in_cash = {method: amount for method, amount in amounts.items() if method == "cash"}
        rows += _by_method(money, label, in_cash, sign)
    rows += [
        (say("put in"), money(closing.cash_in)),
        (say("taken out"), money(-closing.cash_out)),
        (say("expected"), money(closing.cash_expected)),
    ]
    if closing.cash_counted is None or closing.difference is None:
        return [*rows, (say("counted"), say("not counted"))]
    return [
        *rows,
        (say("counted"), money(closing.cash_counted)),
        (say("difference"), money(closing.difference)),
    ]


def proof(closing: Closing, say: Say = str) -> list[str]:
    """Its last lines: by what it can be checked and found again."""
    if closing.digest is None:
        return [say("Nothing was closed: this was a look.")]
    return [
        filled(say("digest {digest}"), {"digest": closing.digest}),
        filled(say("key {key}"), {"key": closing.key}),
    ]
