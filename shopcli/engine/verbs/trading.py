"""Verbs about coupons, orders and what sells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.engine import bookings, cancellations, codes, coupons, orders, receipts, sales
from shopcli.engine.verbs import Verbs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from shopcli.domain import records

    Lines = Mapping[str, int] | Iterable[tuple[str, int]]


class TradingVerbs(Verbs):
    """Coupons, orders, best sellers."""

    def add_coupon(
        self,
        code: str,
        *,
        percent: int | None = None,
        amount: int | None = None,
        cap: int | None = None,
        limit: int,
        min_order: int | None = None,
        opens: datetime | None = None,
        closes: datetime | None = None,
        use_by: datetime | None = None,
        valid_days: int | None = None,
    ) -> records.Coupon:
        """Add a coupon of which `limit` can be claimed."""
        return coupons.add(
            self._runtime,
            code,
            percent=percent,
            amount=amount,
            cap=cap,
            limit=limit,
            min_order=min_order,
            opens=opens,
            closes=closes,
            use_by=use_by,
            valid_days=valid_days,
        )

    def set_coupon(
        self,
        code: str,
        *,
        limit: int | None = None,
        closes: datetime | None = None,
        disabled: bool | None = None,
        reason: str | None = None,
    ) -> records.Coupon:
        """Change the limit, the end of claiming, or switch off and on."""
        return coupons.change(
            self._runtime, code, limit=limit, closes=closes, disabled=disabled, reason=reason
        )

    def coupon(self, code: str) -> records.Coupon:
        """One coupon's terms and counts."""
        return coupons.get(self._runtime, code)

    def coupon_list(self, limit: int | None = None) -> tuple[records.Coupon, ...]:
        """Coupons by code."""
        return coupons.listing(self._runtime, limit)

    def claim(self, user: str, code: str, key: str | None = None) -> records.Claim:
        """Take one of a limited number of coupons."""
        return coupons.claim(self._runtime, user, code, key)

    def coupons(self, user: str) -> tuple[records.UserCoupon, ...]:
        """The coupons a user has claimed, newest first."""
        return coupons.held_by(self._runtime, user)

    def read_lines(self, words: Iterable[str]) -> list[tuple[str, int]]:
        """The lines of an order as typed or scanned: `LATTE`, `LATTE:2`, `4006381333931:2`."""
        return codes.lines(self._runtime, words)

    def order(
        self,
        user: str,
        lines: Lines,
        coupon: str | None = None,
        key: str | None = None,
        dry_run: bool = False,  # noqa: FBT001, FBT002  # part of the public contract
        *,
        expected_total: int | None = None,
    ) -> records.Order:
        """Order several products at once and pay from the balance.

        With `expected_total`, only if it costs just that.
        """
        placed = orders.place(
            self._runtime,
            user,
            lines,
            coupon,
            key,
            dry_run=dry_run,
            expected_total=expected_total,
        )
        self._wake()
        return placed

    def book(
        self,
        user: str,
        lines: Lines,
        *,
        ordered_at: datetime,
        unit_prices: Mapping[str, int] | None = None,
        discount: int | None = None,
        key: str | None = None,
    ) -> records.Order:
        """Book an order of the past at its own instant; today's stock is left alone."""
        booked = bookings.book(
            self._runtime,
            user,
            lines,
            ordered_at=ordered_at,
            unit_prices=unit_prices,
            discount=discount,
            key=key,
        )
        self._wake()
        return booked

    def orders(
        self, user: str | None = None, limit: int | None = None, since: datetime | None = None
    ) -> tuple[records.Order, ...]:
        """Orders of a user, or of everybody, newest first."""
        return receipts.listing(self._runtime, user, limit, since)

    def receipt(self, order: str | None = None, *, key: str | None = None) -> records.Order:
        """An order as it stands, by id or by its key; amounts as at sale."""
        return receipts.receipt(self._runtime, order, key)

    def cancel(
        self,
        order: str,
        reason: str | None = None,
        key: str | None = None,
        force: bool = False,  # noqa: FBT001, FBT002  # part of the public contract
    ) -> records.Cancellation:
        """Undo an order: stock, balance, coupon and sales, once."""
        undone = cancellations.cancel(self._runtime, order, reason, key, force=force)
        self._wake()
        return undone

    def top(
        self, days: int = 3, limit: int | None = 5, as_of: datetime | None = None
    ) -> records.Top:
        """The products sold most in the last days."""
        return sales.top(self._runtime, days, limit, as_of)

    def _wake(self) -> None:
        """Let a relay know of the event just committed."""
        if self._waker is not None:
            self._waker.wake()
