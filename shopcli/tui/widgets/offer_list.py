"""The coupons a checkout offers with the discount of each, the best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.tui.widgets.columns import GAP, Column
from shopcli.tui.widgets.fitting import fitted
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
        columns = (Column("COUPON", whole=True), Column("", 5, right=True))
        super().__init__(columns, empty="", id="offers")
        self._offers: tuple[Sequence[Offer], str | None, Wording] | None = None

    def tell(self, offers: Sequence[Offer], chosen: str | None, wording: Wording) -> None:
        """Show offers; the cursor follows the coupon that is used, unless somebody moves it.

        Args:
            offers: In the order to show them.
            chosen: Code of the coupon to use, None where none is.
            wording: The wording of the shop.
        """
        before, self._offers = self._offers, (offers, chosen, wording)
        self._draw()
        if before is None or (before[1] != chosen and not self.has_focus):
            self.follow(chosen or NO_COUPON)
            self.call_after_refresh(self._keep_in_view)  # its height is known then

    def on_resize(self, _: events.Resize) -> None:
        """Draw the codes for the new width."""
        self._draw()

    def _draw(self) -> None:
        """Draw the codes whole, with as many words beside them as fit; the best one on top."""
        if self._offers is None:
            return
        offers, chosen, wording = self._offers
        best = max(offers, key=lambda one: one.saves, default=None)
        offers = sorted(offers, key=lambda one: one is not best)
        codes = [f"{_radio(one.coupon.code == chosen)} {one.coupon.code}" for one in offers]
        has_bar = len(offers) + 2 > self.size.height
        widest = max((cell_len(inert(code)) for code in codes), default=0)
        room = self.size.width - widest - GAP - _MARGIN - has_bar
        none = f"{_radio(chosen is None)} {wording.catalogue.text('none')}"
        rows = [Row(NO_COUPON, (Cell(none), Cell("")))]
        for offer, code in zip(offers, codes, strict=True):
            forms, tone = _worth(offer, wording, is_best=offer is best and offer.saves > 0)
            text = next((form for form in forms if cell_len(form) <= room), forms[-1])
            rows.append(Row(offer.coupon.code, (Cell(code), Cell(text, tone))))
        self.show(rows)
        self.refresh(Region(0, 0, self.size.width, 1))  # its counts may be others

    def render_line(self, y: int) -> Strip:
        """Draw one line; the first says how many can be used, and how many are not in sight."""
        if y or self._offers is None:
            return super().render_line(y)
        offers, _, wording = self._offers
        say, width = wording.catalogue.text, self.scrollable_content_region.width
        usable = sum(one.number is not None and one.is_usable for one in offers)
        counts = [filled(say("{count} usable"), {"count": f"{usable:,}"})]
        hidden = len(offers) + 2 - self.size.height
        if hidden > 0:
            counts.append(filled(say("{count} more"), {"count": f"{hidden:,}"}))
        right = " … ".join(counts)
        left = fitted(f"  {say('COUPON')}", max(0, width - cell_len(right) - 1))
        style = self.rich_style + self.get_component_rich_style("rows--muted") + Style(bold=True)
        return Strip([Segment(f"{left}{right} ", style)]).adjust_cell_length(width, style)


def explanation(offer: Offer, wording: Wording) -> str:
    """The terms of a coupon in words, and what Enter does with it."""
    say, coupon = wording.catalogue.text, offer.coupon
    terms = {
        "code": coupon.code,
        "discount": wording.takes_off(coupon),
        "conditions": wording.conditions(coupon),
    }
    told = filled(say("{code}: {discount}, {conditions}."), terms)
    if offer.number is None and not why_not(offer, wording):
        left = {"count": f"{coupon.limit - coupon.claimed:,}"}
        then = filled(say("{count} left: enter claims one and uses it."), left)
    else:
        then = why_not(offer, wording)
    return f"{told} {then}".rstrip()


def why_not(offer: Offer, wording: Wording) -> str:
    """Why a coupon is of no use for this cart; empty where it is."""
    say, money = wording.catalogue.text, wording.money
    if offer.is_gone:
        if offer.number is None:
            return say("It cannot be claimed any more.")
        return say("It cannot be used any more.")
    if offer.is_disabled:
        return say("It was switched off: choose another, or none.")
    if offer.missing:
        facts = {"least": money(offer.coupon.min_order or 0), "more": money(offer.missing)}
        return filled(say("For orders from {least}: {more} more."), facts)
    if not offer.saves:
        return say("It takes nothing off this order.")
    return ""


def _worth(offer: Offer, wording: Wording, *, is_best: bool) -> tuple[Sequence[str], str]:
    """What a coupon is worth for this cart, the longest form first, and its tone."""
    say, saved = wording.catalogue.text, wording.money(offer.saves)
    if offer.is_gone:
        return (say("no more"),), "muted"
    if offer.is_disabled:
        return (say("switched off"), say("off")), "muted"
    if offer.missing:
        missing = wording.money(offer.missing)
        return (filled(say("needs {missing} more"), {"missing": missing}), f"+{missing}"), "muted"
    long, best = filled(say("saves {amount}"), {"amount": saved}), say("best")
    forms = [f"{long} {best}", f"{saved} {best}"] if is_best else []
    forms += [long, saved]
    if (whole := wording.saves(offer.coupon, offer.saves)) != long:  # the rest is lost
        facts = {"amount": saved, "whole": wording.money(offer.coupon.amount or 0)}
        brief = filled(say("{amount} of {whole}"), facts)
        forms = [*([f"{whole} {best}"] if is_best else []), whole, brief, *forms]
    if offer.number is not None:
        return forms, "good"
    claim = say("claim: {worth}")
    return [filled(claim, {"worth": form}) for form in forms], "accent"


def _radio(chosen: bool) -> str:  # noqa: FBT001  # it is what is drawn
    return "●" if chosen else "○"
