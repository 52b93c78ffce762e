"""Conditions by which lists and exports choose rows: in a list of texts, or as they are narrowed.

Those of `Chosen` are appended to a condition that is there already: each begins with AND.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from shopcli.storage.session import Reader


def among(session: Reader, name: str) -> str:
    """The condition that a column is in the list that `listed` binds as `name`."""
    if session.dialect == "sqlite":
        return f"IN (SELECT value FROM json_each(:{name}))"
    return f"= ANY(CAST(:{name} AS text[]))"


def listed(session: Reader, values: Collection[str]) -> Any:  # noqa: ANN401  # what the driver binds
    """The parameter of `among`: the texts, each once, in code point order."""
    ordered = sorted(set(values))
    return json.dumps(ordered) if session.dialect == "sqlite" else ordered


class Chosen(NamedTuple):
    """Conditions to append to a statement, and their parameters."""

    conditions: str
    parameters: Mapping[str, Any]


ALL = Chosen("", MappingProxyType({}))


def _chosen(*pairs: tuple[str, dict[str, Any]] | None) -> Chosen:
    given = [pair for pair in pairs if pair is not None]
    parameters: dict[str, Any] = {}
    for _, values in given:
        parameters |= values
    return Chosen("".join(f" AND {condition}" for condition, _ in given), parameters)


def products(
    folded_query: str, category: str | None, low_mark: int | None, *, off_sale: bool
) -> Chosen:
    """Conditions on `products`.

    Args:
        folded_query: Case-folded text to find in SKU, name or barcode; empty for all.
        category: The category; None for all.
        low_mark: Only products at or below their mark for low stock, and this is the mark of those
            without one; None for all.
        off_sale: Only what is off sale; else, of low ones, only what is on sale.
    """
    escaped = "".join(f"!{c}" if c in "!%_" else c for c in folded_query)
    on_sale = None
    if off_sale or low_mark is not None:
        on_sale = ("on_sale = :on_sale", {"on_sale": int(not off_sale)})
    return _chosen(
        ("search_text LIKE :pattern ESCAPE '!'", {"pattern": f"%{escaped}%"}) if escaped else None,
        None if category is None else ("category = :category", {"category": category}),
        None
        if low_mark is None
        else ("stock <= COALESCE(low_stock, :low_mark)", {"low_mark": low_mark}),
        on_sale,
    )


# Most users who are not idle show it in their last entry, which is one look-up.
_IDLE = """
CASE WHEN b.entry_count = 0 THEN u.created_at < :idle_since
     WHEN (SELECT e.at FROM balance_entries e
           WHERE e.username = b.username AND e.sequence = b.entry_count) >= :idle_since THEN FALSE
     ELSE NOT EXISTS (SELECT 1 FROM balance_entries e
                      WHERE e.username = b.username AND e.at >= :idle_since) END
"""


def users(state: str | None, below_minor: int | None, idle_since: int | None) -> Chosen:
    """Conditions on `users u` and `balances b`.

    Args:
        state: active, blocked or closed; None for all.
        below_minor: Only those with less than this; None for all.
        idle_since: Only those without a balance entry since this instant; None for all.
    """
    return _chosen(
        None if state is None else ("b.state = :state", {"state": state}),
        None
        if below_minor is None
        else ("b.balance_minor < :below_minor", {"below_minor": below_minor}),
        None if idle_since is None else (_IDLE.strip(), {"idle_since": idle_since}),
    )


def users_called(session: Reader, texts: Collection[str]) -> Chosen:
    """The condition that users have one of these as user name or name, in whatever ASCII case.

    Args:
        session: For the dialect.
        texts: In lower case, as far as the database knows it.
    """
    are_these = among(session, "called")
    condition = f"(lower(u.username) {are_these} OR lower(u.name) {are_these})"
    return _chosen((condition, {"called": listed(session, texts)}))


# No joins, so that no plan reads all lines of a product, or all orders to find a few: the newest
# orders are read in their order, and each is looked up.
_CANCELLED = "(SELECT COUNT(*) FROM cancellations x WHERE x.order_id = o.order_id)"
_REFUNDS = "(SELECT COUNT(*) FROM refunds x WHERE x.order_id = o.order_id)"
_STATES = {
    "paid": f"{_CANCELLED} = 0",
    "cancelled": f"{_CANCELLED} = 1",
    "refunded": f"{_REFUNDS} > 0",
}
_HOLDS_SKU = """
(SELECT COUNT(*) FROM order_lines l WHERE l.order_id = o.order_id AND l.sku = :sku) > 0
"""


def orders(sku: str | None, state: str | None) -> Chosen:
    """Conditions on `orders o`.

    Args:
        sku: Only orders with this product; None for all.
        state: paid or cancelled, or refunded, which is either with a part given back; None for all.
    """
    return _chosen(
        None if sku is None else (_HOLDS_SKU.strip(), {"sku": sku}),
        None if state is None else (_STATES[state], {}),
    )
