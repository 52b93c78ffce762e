"""A receipt as people read and print it: head, a table of lines with its sums, and what came after.

Of whole ids and times, and of each line name, price and amount, nothing is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.cli.terminal import Column

if TYPE_CHECKING:
    from shopcli.cli.call import Call
    from shopcli.domain.records import Order, RefundLine

_COLUMNS = (
    Column("quantity", "qty", right=True),
    Column("sku"),
    Column("name", "", wraps=True),
    Column("unit_price", "each", right=True, spare=1),
    Column("line_total", "amount", right=True),
)
_AMOUNTS = frozenset({"unit_price", "line_total"})


def write_receipt(call: Call, order: Order) -> None:
    """Answer a person with a receipt."""
    balance = call.money(order.balance_after, order.currency)
    call.output.paper(
        [f"Order {order.order}", f"{order.user}, {call.moment(order.placed_at)}, {order.state}"],
        [*order.lines, *_sums(order)],
        _COLUMNS,
        _AMOUNTS,
        [*afterwards(call, order), f"balance then {balance}, key {order.key}"],
    )


def _sums(order: Order) -> list[dict[str, object]]:
    """The rows below the lines: a sum has no SKU, and no line is without one."""
    sums = [("total", order.total)]
    if order.discount:
        sums = [
            ("subtotal", order.subtotal),
            (order.coupon or "discount", -order.discount),
            *sums,
        ]
    return [
        {"quantity": None, "sku": "", "name": name, "unit_price": None, "line_total": amount}
        for name, amount in sums
    ]


def afterwards(call: Call, order: Order) -> list[str]:
    """What of an order was given back since, and when and why."""
    lines = []
    for refund in order.refunds:
        lines.append(
            f"refunded {call.money(refund.refunded, order.currency)},"
            f" {call.moment(refund.refunded_at)}: {refund.reason}"
        )
        lines += [f"  {given_back(call, line)}" for line in refund.lines]
    if order.cancelled_at is not None:
        why = f": {order.reason}" if order.reason else ""
        rest = order.refunded - sum(refund.refunded for refund in order.refunds)
        lines.append(
            f"refunded {call.money(rest, order.currency)},"
            f" cancelled {call.moment(order.cancelled_at)}{why}"
        )
    return lines


def given_back(call: Call, line: RefundLine) -> str:
    """A product of a refund, for a person."""
    where = "back in stock" if line.restocked else "not back in stock"
    return f"{line.quantity} x {line.sku}  {call.output.money(line.refunded)}, {where}"
