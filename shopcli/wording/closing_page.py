"""What stands on the page of a close, for every front end: sections of labels and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.moments import zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shopcli.domain.records import Closing, Counted

Section = tuple[str, list[tuple[str, str]]]
"""A heading, and labels with their values."""


def title(closing: Closing) -> str:
    """The heading of the page."""
    return "The books now, not closed" if closing.number is None else f"Close {closing.number}"


def sections(closing: Closing, money: Callable[[int], str]) -> Iterator[Section]:
    """What stands on the page, but the heading and the proof.

    Args:
        closing: The close, or a look without one.
        money: Writes an amount of minor units, without its currency.
    """
    currency = closing.currency
    yield "Period", _period(closing)
    yield (
        f"Balances in {currency}",
        [
            ("opening", money(closing.opening)),
            *_by_method(money, "charged", closing.charged),
            *_by_method(money, "taken back", closing.reversed, sign=-1),
            *_by_method(money, "paid out", closing.paid_out, sign=-1),
            ("adjusted", money(closing.adjusted)),
            ("sold", money(-closing.sold)),
            ("given back for orders", money(closing.refunded)),
            ("closing", money(closing.closing)),
        ],
    )
    yield (
        "Sales",
        [
            ("orders", f"{closing.orders:,}"),
            ("units", f"{closing.units:,}"),
            *_tally(money, currency, "discounts", closing.discounts),
            *_tally(money, currency, "orders cancelled", closing.cancels),
            *_tally(money, currency, "refunds of parts", closing.refunds),
        ],
    )
    yield f"Drawer in {currency}", _drawer(money, closing)
    yield (
        f"Since the shop began, in {currency}",
        [
            ("sold", money(closing.grand_sales)),
            ("given back", money(closing.grand_refunds)),
            ("net", money(closing.grand_net)),
        ],
    )
    yield (
        "Deliveries",
        [("waiting", f"{closing.pending:,}"), ("given up", f"{closing.dead:,}")],
    )


def _period(closing: Closing) -> list[tuple[str, str]]:
    here = zone(closing.timezone)

    def moment(label: str) -> tuple[str, str]:
        at = closing.from_ if label == "from" else closing.until
        return label, "the beginning" if at is None else f"{at.astimezone(here):%Y-%m-%d %H:%M:%S}"

    who = [] if closing.number is None else [("closed by", closing.actor), ("on", closing.host)]
    ends = (
        []
        if closing.first_entry is None
        else [("first", closing.first_entry), ("last", closing.last_entry or "")]
    )
    return [
        moment("from"),
        moment("until"),
        ("clock", closing.timezone),
        *who,
        ("entries", f"{closing.entries:,}"),
        *ends,
    ]


def _by_method(
    money: Callable[[int], str], label: str, amounts: dict[str, int], sign: int = 1
) -> list[tuple[str, str]]:
    return [(f"{label}, {method}", money(sign * amount)) for method, amount in amounts.items()]


def _tally(
    money: Callable[[int], str], currency: str, label: str, tally: Counted
) -> list[tuple[str, str]]:
    return [(label, f"{tally.count:,}"), (f"{label}, {currency}", money(tally.amount))]


def _drawer(money: Callable[[int], str], closing: Closing) -> list[tuple[str, str]]:
    rows = [("opening", money(closing.cash_opening))]
    for label, amounts, sign in (
        ("charged", closing.charged, 1),
        ("taken back", closing.reversed, -1),
        ("paid out", closing.paid_out, -1),
    ):
        if "cash" in amounts:
            rows.append((f"{label}, cash", money(sign * amounts["cash"])))
    rows += [
        ("put in", money(closing.cash_in)),
        ("taken out", money(-closing.cash_out)),
        ("expected", money(closing.cash_expected)),
    ]
    if closing.cash_counted is None or closing.difference is None:
        return [*rows, ("counted", "not counted")]
    return [
        *rows,
        ("counted", money(closing.cash_counted)),
        ("difference", money(closing.difference)),
    ]


def proof(closing: Closing) -> list[str]:
    """Its last lines: by what it can be checked and found again."""
    if closing.digest is None:
        return ["Nothing was closed: this was a look."]
    return [f"digest {closing.digest}", f"key {closing.key}"]
