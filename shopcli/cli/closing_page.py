"""The page of a close, to read on a terminal or to print: plain, or as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.moments import zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.cli.call import Call
    from shopcli.domain.records import Closing, Counted

Section = tuple[str, list[tuple[str, str]]]

_LABEL_WIDTH = 30
_VALUE_WIDTH = 26


def plain(call: Call, closing: Closing) -> list[str]:
    """The lines of the page, at most 80 columns each but where a name is long."""
    lines = [_title(closing)]
    for heading, rows in _sections(call, closing):
        lines += ["", heading]
        lines += [f"  {label:<{_LABEL_WIDTH}}{value:>{_VALUE_WIDTH}}" for label, value in rows]
    return [*lines, "", *_proof(closing)]


def markdown(call: Call, closing: Closing) -> str:
    """The page as Markdown, whose tables read as well unrendered."""
    from shopcli.cli.markdown import escaped, table  # only where it is asked for

    text = f"# {escaped(_title(closing))}\n"
    for heading, rows in _sections(call, closing):
        text += f"\n## {heading}\n\n" + table(("", ""), (False, True), rows)
    return text + "\n" + "".join(f"    {line}\n" for line in _proof(closing))


def _title(closing: Closing) -> str:
    return "The books now, not closed" if closing.number is None else f"Close {closing.number}"


def _sections(call: Call, closing: Closing) -> Iterator[Section]:
    money, currency = call.output.money, closing.currency
    yield "Period", _period(closing)
    yield (
        f"Balances in {currency}",
        [
            ("opening", money(closing.opening)),
            *_by_method(call, "charged", closing.charged),
            *_by_method(call, "taken back", closing.reversed, sign=-1),
            *_by_method(call, "paid out", closing.paid_out, sign=-1),
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
            *_tally(call, currency, "discounts", closing.discounts),
            *_tally(call, currency, "orders cancelled", closing.cancels),
            *_tally(call, currency, "refunds of parts", closing.refunds),
        ],
    )
    yield f"Drawer in {currency}", _drawer(call, closing)
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
    call: Call, label: str, amounts: dict[str, int], sign: int = 1
) -> list[tuple[str, str]]:
    return [
        (f"{label}, {method}", call.output.money(sign * amount))
        for method, amount in amounts.items()
    ]


def _tally(call: Call, currency: str, label: str, tally: Counted) -> list[tuple[str, str]]:
    amount = call.output.money(tally.amount)
    return [(label, f"{tally.count:,}"), (f"{label}, {currency}", amount)]


def _drawer(call: Call, closing: Closing) -> list[tuple[str, str]]:
    money = call.output.money
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


def _proof(closing: Closing) -> list[str]:
    if closing.digest is None:
        return ["Nothing was closed: this was a look."]
    return [f"digest {closing.digest}", f"key {closing.key}"]
