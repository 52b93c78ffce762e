"""The coupons a checkout offers: what each takes off this cart, the best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.rows import Cell, Row, RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli.tui.payment import Offer
    from shopcli.tui.wording import Wording

NO_COUPON = ":none"
"""Key of the row that takes no coupon."""


class OfferList(RowList):
    """Coupons to choose one from, or none."""

    def __init__(self) -> None:
        columns = (Column("COUPON"), Column("SAVES", 5, right=True))
        super().__init__(columns, empty="", id="offers")

    def tell(self, offers: Sequence[Offer], chosen: str | None, wording: Wording) -> None:
        """Show these.

        Args:
            offers: In the order to show them.
            chosen: Code of the coupon to use, None where none is.
            wording: Of the shop.
        """
        rows = [Row(NO_COUPON, (Cell(f"{_radio(chosen is None)} none"), Cell("")))]
        for offer in offers:
            code = offer.coupon.code
            told, tone = _worth(offer, wording)
            rows.append(Row(code, (Cell(f"{_radio(code == chosen)} {code}"), Cell(told, tone))))
        self.show(rows)


def explanation(offer: Offer, wording: Wording) -> str:
    """What a coupon is, and what Enter does with it."""
    coupon = offer.coupon
    told = f"{coupon.code}: {wording.takes_off(coupon)}, {wording.conditions(coupon)}."
    if offer.number is None:
        told += f" {coupon.limit - coupon.claimed:,} left: enter claims one and uses it."
    elif why := why_not(offer, wording):
        told += f" {why}"
    return told


def why_not(offer: Offer, wording: Wording) -> str:
    """Why a coupon does nothing for this cart; empty where it does."""
    if offer.is_disabled:
        return "It was switched off."
    if offer.missing:
        least = wording.money(offer.coupon.min_order or 0)
        return f"For orders from {least}: {wording.money(offer.missing)} more."
    return ""


def _worth(offer: Offer, wording: Wording) -> tuple[str, str]:
    if offer.is_disabled:
        return "switched off", "muted"
    if offer.missing:
        return f"needs {wording.money(offer.missing)} more", "muted"
    if offer.number is None:
        return f"claim: saves {wording.money(offer.saves)}", "accent"
    return f"saves {wording.money(offer.saves)}", "good"


def _radio(chosen: bool) -> str:  # noqa: FBT001  # it is what is drawn
    return "●" if chosen else "○"
