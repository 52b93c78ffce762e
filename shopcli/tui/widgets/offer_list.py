"""The coupons a checkout offers with the discount of each, the best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from shopcli.domain.showing import inert
from shopcli.tui.widgets.columns import GAP, Column
from shopcli.tui.widgets.rows import Cell, Row, RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from shopcli.tui.payment import Offer
    from shopcli.tui.wording import Wording

NO_COUPON = ":none"
"""Key of the row for no coupon."""

_MARGIN = 3
"""Cells of a line that belong to no column: the mark and the end."""


class OfferList(RowList):
    """Lists coupons to choose one of, or none."""

    def __init__(self) -> None:
        columns = (Column("COUPON", whole=True), Column("SAVES", 5, right=True))
        super().__init__(columns, empty="", id="offers")
        self._offers: tuple[Sequence[Offer], str | None, Wording] | None = None

    def tell(self, offers: Sequence[Offer], chosen: str | None, wording: Wording) -> None:
        """Show offers.

        Args:
            offers: In the order to show them.
            chosen: Code of the coupon to use, None where none is.
            wording: The wording of the shop.
        """
        self._offers = (offers, chosen, wording)
        self._draw()

    def on_resize(self, _: events.Resize) -> None:
        """Draw the codes for the new width."""
        self._draw()

    def _draw(self) -> None:
        """Draw the codes whole, with as many words beside them as fit."""
        if self._offers is None:
            return
        offers, chosen, wording = self._offers
        codes = [f"{_radio(one.coupon.code == chosen)} {one.coupon.code}" for one in offers]
        has_bar = len(offers) + 2 > self.size.height
        widest = max((cell_len(inert(code)) for code in codes), default=0)
        room = self.size.width - widest - GAP - _MARGIN - has_bar
        rows = [Row(NO_COUPON, (Cell(f"{_radio(chosen is None)} none"), Cell("")))]
        for offer, code in zip(offers, codes, strict=True):
            worth = _worth(offer, wording, brief=False)
            if cell_len(worth.text) > room:
                worth = _worth(offer, wording, brief=True)
            rows.append(Row(offer.coupon.code, (Cell(code), worth)))
        self.show(rows)


def explanation(offer: Offer, wording: Wording) -> str:
    """The terms of a coupon in words, and what Enter does with it."""
    coupon = offer.coupon
    told = f"{coupon.code}: {wording.takes_off(coupon)}, {wording.conditions(coupon)}."
    if offer.number is None:
        told += f" {coupon.limit - coupon.claimed:,} left: enter claims one and uses it."
    elif why := why_not(offer, wording):
        told += f" {why}"
    return told


def why_not(offer: Offer, wording: Wording) -> str:
    """Why a coupon cannot be used for this cart; empty where it can."""
    if offer.is_disabled:
        return "It was switched off: choose another, or none."
    if offer.missing:
        least = wording.money(offer.coupon.min_order or 0)
        return f"For orders from {least}: {wording.money(offer.missing)} more."
    return ""


def _worth(offer: Offer, wording: Wording, *, brief: bool) -> Cell:
    saves = wording.money(offer.saves) if brief else f"saves {wording.money(offer.saves)}"
    if offer.is_disabled:
        return Cell("off" if brief else "switched off", "muted")
    if offer.missing:
        missing = wording.money(offer.missing)
        return Cell(f"+{missing}" if brief else f"needs {missing} more", "muted")
    if offer.number is None:
        return Cell(f"claim: {saves}", "accent")
    return Cell(saves, "good")


def _radio(chosen: bool) -> str:  # noqa: FBT001  # it is what is drawn
    return "●" if chosen else "○"
