"""Compares the reports of a shop with what the model has booked."""

from __future__ import annotations

from collections import Counter

from shopcli import Shop
from tests.stateful.model import Model


def assert_reports_agree(shop: Shop, model: Model) -> None:
    """Sales by product and user, money by user, and statements, of all time."""
    units: Counter[str] = Counter()
    net: Counter[str] = Counter()
    refunded: Counter[str] = Counter()
    for order in model.orders.values():
        net[order["user"]] += order["total"]
        refunded[order["user"]] += order["refunded"]
        for line in order["lines"]:
            units[line["sku"]] += line["quantity"]
    by_product, by_user = shop.report_sales("product"), shop.report_sales("user")
    told = {row.sku: row.units for row in by_product.rows}  # type: ignore[attr-defined]  # of its key
    assert told == units
    assert by_product.totals == by_user.totals
    assert by_product.totals.orders == len(model.orders)
    for user, row in {row.user: row for row in by_user.rows}.items():  # type: ignore[attr-defined]  # as above
        assert (row.net, row.refunded) == (net[user], refunded[user])
    money = shop.report_money("user").totals
    assert (money.sold, money.refunded) == (net.total(), refunded.total())
    for user, account in model.users.items():
        statement = shop.statement(user)
        assert (statement.opening, statement.closing) == (0, account["balance"])
        assert [entry.id for entry in statement.entries] == [e.id for e in shop.history(user)]
