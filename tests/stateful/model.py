"""The shop as a reader of its contract would write it: plain dicts, one thread, no database.

It shares no rule with the package: prices, windows and coupons are computed here a second time.
Amounts are integers, times are datetimes. Orders go by their key, as ids differ by database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.factories import REASON
from tests.stateful.books import AMOUNT_MAX, CURRENCY, Books, ModelRefusedError, Row, need

Quantities = dict[str, int]


class Model(Books):
    """All users, products, coupons and orders of a shop.

    Args:
        clock: Gives the time now.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.products: dict[str, Row] = {}
        self.coupons: dict[str, Row] = {}
        self.held: dict[tuple[str, str], Row] = {}
        self.orders: dict[str, Row] = {}
        self.movements: dict[str, list[Row]] = {}
        self.cancel_within = timedelta(hours=24)

    def _move(self, sku: str, kind: str, quantity: int, order: str | None = None) -> None:
        product = self.products[sku]
        product["stock"] += quantity
        self.movements[sku].append(
            {
                "kind": kind,
                "quantity": quantity,
                "stock_after": product["stock"],
                "order": order,
                "at": self.clock(),
            }
        )

    def add_product(self, sku: str, *, price: int, stock: int) -> Row:
        """A new product."""
        need(sku not in self.products, "product_exists")
        self.products[sku] = {
            "sku": sku,
            "name": f"Name of {sku}",
            "price": price,
            "currency": CURRENCY,
            "stock": 0,
            "on_sale": True,
            "category": None,
            "barcode": None,
            "low_stock": None,
        }
        self.movements[sku] = []
        if stock:
            self._move(sku, "initial", stock)
        return dict(self.products[sku])

    def set_product(self, sku: str, **given: object) -> Row:
        """Change price, name or whether it is on sale."""
        need(sku in self.products, "unknown_product")
        self.products[sku].update({k: value for k, value in given.items() if value is not None})
        return dict(self.products[sku])

    def restock(self, sku: str, quantity: int) -> Row:
        """Add units."""
        need(sku in self.products, "unknown_product")
        self._move(sku, "restock", quantity)
        return dict(self.products[sku])

    def adjust_stock(self, sku: str, *, by: int | None, to: int | None) -> Row:
        """Correct stock."""
        need(sku in self.products, "unknown_product")
        stock = self.products[sku]["stock"]
        quantity = by if by is not None else (to or 0) - stock
        need(stock + quantity >= 0, "out_of_stock")
        if quantity:
            self._move(sku, "adjustment", quantity)
        return dict(self.products[sku])

    def add_coupon(self, code: str, **terms: Any) -> Row:  # noqa: ANN401 - amounts and times
        """A new coupon."""
        need(code not in self.coupons, "coupon_exists")
        self.coupons[code] = {"code": code, **terms, "claimed": 0, "disabled": False}
        return self.coupon(code)

    def set_coupon(
        self, code: str, *, limit: int | None, disabled: bool | None, closes: datetime | None
    ) -> Row:
        """Change the limit or the end of claiming, or switch off and on."""
        need(code in self.coupons, "unknown_coupon")
        coupon = self.coupons[code]
        need(limit is None or limit >= coupon["claimed"], "limit_below_claimed")
        ends = coupon["closes"] if closes is None else closes
        need(not (ends and coupon["opens"]) or coupon["opens"] < ends, "invalid_input")
        coupon["closes"] = ends
        coupon["limit"] = coupon["limit"] if limit is None else limit
        coupon["disabled"] = coupon["disabled"] if disabled is None else disabled
        return self.coupon(code)

    def coupon(self, code: str) -> Row:
        """The public record of a coupon."""
        coupon, now = dict(self.coupons[code]), self.clock()
        if coupon.pop("disabled"):
            state = "disabled"
        elif coupon["use_by"] and now > coupon["use_by"]:
            state = "expired"
        elif coupon["opens"] and now < coupon["opens"]:
            state = "not_open"
        elif coupon["closes"] and now > coupon["closes"]:
            state = "closed"
        else:
            state = "open" if coupon["claimed"] < coupon["limit"] else "sold_out"
        redeemed = sum(
            1 for (_, held), row in self.held.items() if held == code and row["order"] is not None
        )
        return {**coupon, "redeemed": redeemed, "state": state, "currency": CURRENCY}

    def claim(self, user: str, code: str, key: str) -> Row:
        """First come, first served."""
        repeated = self._repeat("claim", key, (user, code))
        if repeated is not None:
            return repeated
        self._active(user)
        need(code in self.coupons, "unknown_coupon")
        coupon, now = self.coupons[code], self.clock()
        need((user, code) not in self.held, "coupon_already_claimed")
        need(not coupon["disabled"], "coupon_disabled")
        need(not coupon["opens"] or now >= coupon["opens"], "coupon_not_open")
        need(not coupon["closes"] or now <= coupon["closes"], "coupon_closed")
        need(not coupon["use_by"] or now <= coupon["use_by"], "coupon_expired")
        need(coupon["claimed"] < coupon["limit"], "coupon_sold_out")
        coupon["claimed"] += 1
        ends = [coupon["use_by"]] if coupon["use_by"] else []
        if coupon["valid_days"]:
            ends.append(now + timedelta(days=coupon["valid_days"]))
        held = {
            "coupon": code,
            "number": coupon["claimed"],
            "claimed_at": now,
            "usable_until": min(ends, default=None),
            "order": None,
        }
        self.held[user, code] = held
        answer = {
            **held,
            "user": user,
            "limit": coupon["limit"],
            "state": "claimed",
            "key": key,
            "replayed": False,
        }
        del answer["order"]
        return self._bind("claim", key, (user, code), answer)

    def held_by(self, user: str) -> list[Row]:
        """A user's coupons with their states."""
        need(user in self.users, "unknown_user")
        now = self.clock()
        rows = []
        for (holder, code), row in self.held.items():
            if holder == user:
                late = row["usable_until"] and now > row["usable_until"]
                state = "redeemed" if row["order"] else "expired" if late else "claimed"
                usable = not (row["order"] or late or self.coupons[code]["disabled"])
                rows.append({**row, "state": state, "usable": usable})
        return rows

    def _judge_coupon(self, user: str, code: str, subtotal: int) -> int:
        coupon, held = self.coupons[code], self.held.get((user, code))
        need(not coupon["disabled"], "coupon_disabled")
        if held is None:
            raise ModelRefusedError("coupon_not_held")
        need(held["order"] is None, "coupon_already_used")
        end = held["usable_until"]
        need(end is None or self.clock() <= end, "coupon_expired")
        need(subtotal >= (coupon["min_order"] or 0), "coupon_minimum_not_met")
        if coupon["percent"] is not None:
            discount = int(Fraction(subtotal * coupon["percent"], 100))
        else:
            discount = coupon["amount"]
        return min(discount, subtotal, AMOUNT_MAX if coupon["cap"] is None else coupon["cap"])

    def order(
        self,
        user: str,
        quantities: Quantities,
        coupon: str | None,
        key: str,
        *,
        dry_run: bool = False,
    ) -> Row:
        """Order and pay."""
        request = (user, quantities, coupon, None)
        repeated = self._repeat("order", key, request)
        if repeated is not None:
            return repeated
        person = self._active(user)
        need(all(sku in self.products for sku in quantities), "unknown_product")
        offered = {sku: self.products[sku] for sku in quantities}
        need(all(product["on_sale"] for product in offered.values()), "product_off_sale")
        need(coupon is None or coupon in self.coupons, "unknown_coupon")
        subtotal = sum(offered[sku]["price"] * count for sku, count in quantities.items())
        discount = 0 if coupon is None else self._judge_coupon(user, coupon, subtotal)
        need(all(offered[sku]["stock"] >= n for sku, n in quantities.items()), "out_of_stock")
        need(person["balance"] >= subtotal - discount, "insufficient_balance")
        prices = {sku: product["price"] for sku, product in offered.items()}
        order = self._priced(user, quantities, prices, discount, coupon, self.clock(), key)
        if dry_run:
            return {**order, "order": None, "balance_after": person["balance"] - order["total"]}
        for sku, count in sorted(quantities.items()):
            self._move(sku, "sale", -count, key)
        if coupon is not None:
            self.held[user, coupon]["order"] = key
        return self._paid(order, request, historical=False)

    def book(
        self,
        user: str,
        quantities: Quantities,
        key: str,
        *,
        ordered_at: datetime,
        unit_prices: dict[str, int],
        discount: int,
    ) -> Row:
        """Book an order of the past."""
        request = (user, quantities, None, ordered_at)
        repeated = self._repeat("order", key, request)
        if repeated is not None:
            return repeated
        person = self._active(user)
        need(all(sku in self.products for sku in quantities), "unknown_product")
        current = {sku: int(self.products[sku]["price"]) for sku in quantities}
        prices = {sku: unit_prices.get(sku, price) for sku, price in current.items()}
        subtotal = sum(prices[sku] * count for sku, count in quantities.items())
        need(discount <= subtotal, "invalid_input")
        need(person["balance"] >= subtotal - discount, "insufficient_balance")
        order = self._priced(user, quantities, prices, discount, None, ordered_at, key)
        return self._paid(order, request, historical=True)

    def _priced(
        self,
        user: str,
        quantities: Quantities,
        prices: dict[str, int],
        discount: int,
        coupon: str | None,
        placed_at: datetime,
        key: str,
    ) -> Row:
        totals = {sku: prices[sku] * count for sku, count in quantities.items()}
        subtotal = sum(totals.values())
        exact = {sku: Fraction(discount * total, subtotal or 1) for sku, total in totals.items()}
        shares = {sku: int(part) for sku, part in exact.items()}
        by_remainder = sorted(exact, key=lambda sku: (-(exact[sku] - shares[sku]), sku))
        for sku in by_remainder[: discount - sum(shares.values())]:
            shares[sku] += 1
        return {
            "order": key,
            "user": user,
            "state": "paid",
            "lines": [
                {
                    "sku": sku,
                    "name": self.products[sku]["name"],
                    "quantity": count,
                    "unit_price": prices[sku],
                    "line_total": totals[sku],
                    "discount": shares[sku],
                    "net": totals[sku] - shares[sku],
                }
                for sku, count in quantities.items()
            ],
            "subtotal": subtotal,
            "discount": discount,
            "total": subtotal - discount,
            "currency": CURRENCY,
            "coupon": coupon,
            "placed_at": placed_at,
            "key": key,
            "replayed": False,
            "refunded": 0,
            "cancelled_at": None,
            "reason": None,
            "refunds": [],
        }

    def _paid(self, order: Row, request: object, *, historical: bool) -> Row:
        key, user = order["key"], order["user"]
        entry = self._enter(user, "payment", -order["total"], key, order["placed_at"])
        order["balance_after"] = entry["balance_after"]
        kept: Row = {"historical": historical, "cancelled": None, "back": Counter()}
        self.orders[key] = {**order, "refunds": [], **kept}
        return self._bind("order", key, request, dict(order))

    def cancel(self, order_key: str, key: str, *, force: bool) -> Row:
        """Undo an order, once."""
        order = self.orders[order_key]
        bound = self.keys.get(("cancel", key))
        need(bound is None or bound[0] == order_key, "key_conflict")
        if order["cancelled"]:
            return {**order["cancelled"], "replayed": True}
        now, person = self.clock(), self.users[order["user"]]
        in_time = now <= order["placed_at"] + self.cancel_within
        need(force or in_time, "order_not_cancellable")
        need(person["state"] != "closed", "user_closed")
        amount = order["total"] - order["refunded"]
        need(person["balance"] + amount <= AMOUNT_MAX, "balance_limit")
        restored = False
        if order["coupon"]:
            held = self.held[order["user"], order["coupon"]]
            restored = held["usable_until"] is None or now <= held["usable_until"]
            held["order"] = None if restored else held["order"]
        if not order["historical"]:
            for line in sorted(order["lines"], key=lambda line: line["sku"]):
                if line["quantity"] > order["back"][line["sku"]]:
                    units = line["quantity"] - order["back"][line["sku"]]
                    self._move(line["sku"], "return", units, order_key)
        entry = self._enter(order["user"], "refund", amount, order_key, now)
        answer = {
            "order": order_key,
            "state": "cancelled",
            "refunded": amount,
            "coupon_restored": restored,
            "balance": entry["balance_after"],
            "currency": CURRENCY,
            "key": key,
            "replayed": False,
        }
        order["state"], order["cancelled"] = "cancelled", answer
        order["refunded"], order["cancelled_at"], order["reason"] = order["total"], now, REASON
        return self._bind("cancel", key, order_key, answer)

    def refund(
        self, order_key: str, quantities: Quantities, key: str, *, lost: bool, force: bool
    ) -> Row:
        """Part of an order goes back."""
        order, request = self.orders[order_key], (order_key, quantities, lost)
        repeated = self._repeat("refund", key, request)
        if repeated is not None:
            return repeated
        now, person = self.clock(), self.users[order["user"]]
        need(person["state"] != "closed", "user_closed")
        sold = {line["sku"]: line for line in order["lines"]}
        for sku, count in quantities.items():
            need(sku in sold and not order["cancelled"], "refund_exceeds_order")
            need(count + order["back"][sku] <= sold[sku]["quantity"], "refund_exceeds_order")
        in_time = now <= order["placed_at"] + self.cancel_within
        need(force or in_time, "order_not_cancellable")
        lines: list[Row] = []
        for sku, count in sorted(quantities.items()):
            unit = Fraction(sold[sku]["net"], sold[sku]["quantity"])
            before = order["back"][sku]
            share = int(unit * (before + count)) - int(unit * before)
            to_stock = 0 if lost or order["historical"] else count
            lines.append({"sku": sku, "quantity": count, "refunded": share, "restocked": to_stock})
        amount = sum(line["refunded"] for line in lines)
        need(person["balance"] + amount <= AMOUNT_MAX, "balance_limit")
        order["back"].update(quantities)
        for line in lines:
            if line["restocked"]:
                self._move(line["sku"], "return", line["restocked"], order_key)
        entry = self._enter(order["user"], "refund", amount, order_key, now)
        order["refunded"] += amount
        order["refunds"].append(
            {
                "number": len(order["refunds"]) + 1,
                "lines": lines,
                "refunded": amount,
                "lost": lost,
                "refunded_at": now,
                "reason": REASON,
                "key": key,
            }
        )
        answer = {
            "order": order_key,
            "lines": lines,
            "refunded": amount,
            "state": "paid",
            "balance": entry["balance_after"],
            "currency": CURRENCY,
            "key": key,
            "replayed": False,
        }
        return self._bind("refund", key, request, answer)

    def order_records(self) -> list[Row]:
        """Every order as it stands, by key."""
        hidden = {"historical", "cancelled", "back"}
        return [
            {name: value for name, value in self.orders[key].items() if name not in hidden}
            for key in sorted(self.orders)
        ]

    def top(self, *, days: int, as_of: datetime) -> list[tuple[int, str, int, int]]:
        """(rank, sku, units, revenue) of all that was sold in the window."""
        units: Counter[str] = Counter()
        revenue: Counter[str] = Counter()
        for order in self.orders.values():
            inside = as_of - timedelta(days=days) < order["placed_at"] <= as_of
            if inside and order["state"] == "paid":
                for line in order["lines"]:
                    units[line["sku"]] += line["quantity"] - order["back"][line["sku"]]
                    revenue[line["sku"]] += line["net"]
                for refund in order["refunds"]:
                    for line in refund["lines"]:
                        revenue[line["sku"]] -= line["refunded"]
        ranked = sorted(+units, key=lambda sku: (-units[sku], sku))
        return [(rank, sku, units[sku], revenue[sku]) for rank, sku in enumerate(ranked, start=1)]
