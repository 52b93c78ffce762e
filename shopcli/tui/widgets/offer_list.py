"""The coupons a checkout offers with the discount of each, the best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.tui.payment import best_of_all
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

_APART_HEIGHT_MIN = 3
"""In a lower list no code has a line of its own: what the coupon is worth would be below it."""


_GONE = {"taken": "no more", "used": "used", "expired": "expired", "blocked": "not now"}
"""What stands beside a coupon that is offered no more, by why that is so."""

_WHY_GONE = {
    "taken": "It cannot be claimed any more.",
    "used": "You have used it already.",
    "expired": "It has expired: choose another, or none.",
    "blocked": "Who is blocked claims nothing.",
}
"""The same in a sentence."""


class OfferList(RowList):
    """Lists coupons to choose one of, or none.

    What one is worth is never cut: a code that has no room beside it has a line of its own.
    """

    def __init__(self) -> None:
        columns = (Column("COUPON"), Column("", right=True))  # `_segments` fits each row alone
        super().__init__(columns, empty="", id="offers")
        self._offers: tuple[Sequence[Offer], str | None, Wording] | None = None
        self._places: dict[str, int] = {}

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
        """Draw each code with as many words beside it as fit."""
        if self._offers is None:
            return
        offers, chosen, wording = self._offers
        best = best_of_all(offers)
        offers = self._placed(offers, best)
        none = f"{_radio(chosen is None)} {wording.catalogue.text('none')}"
        has_bar = 2 * len(offers) + 2 > self.size.height  # where each code has its own line
        rows = [Row(NO_COUPON, (Cell(none), Cell("")))]
        for offer in offers:
            code = Cell(f"{_radio(offer.coupon.code == chosen)} {offer.coupon.code}")
            forms, tone = _worth(offer, wording, is_best=offer is best)
            text = self._form(code, forms, self.size.width - _MARGIN - has_bar)
            rows.append(Row(offer.coupon.code, (code, Cell(text, tone))))
        self.show(rows)
        self.refresh(Region(0, 0, self.size.width, 1))  # its counts may be others

    def _placed(self, offers: Sequence[Offer], best: Offer | None) -> Sequence[Offer]:
        """The best one on top, then the others; what is gone stays where it was drawn."""
        placed = sorted((one for one in offers if not one.gone), key=lambda one: one is not best)
        gone = [(self._places.get(one.coupon.code, len(offers)), one) for one in offers if one.gone]
        for place, one in sorted(gone, key=lambda found: found[0]):
            placed.insert(place, one)
        self._places = {one.coupon.code: place for place, one in enumerate(placed)}
        return placed

    def _form(self, code: Cell, forms: Sequence[str], room: int) -> str:
        """The longest form beside the code; where none fits there, the longest on a line alone."""
        beside = room - cell_len(inert(code.text)) - GAP
        found = next((form for form in forms if cell_len(form) <= beside), None)
        if found is None and self._has_apart:
            found = next((form for form in forms if cell_len(form) <= room), None)
        return forms[-1] if found is None else found

    @property
    def _has_apart(self) -> bool:
        return self.size.height >= _APART_HEIGHT_MIN

    @property
    def _room(self) -> int:
        return max(2, self._measured_room - _MARGIN)

    def heights(self, widest: Sequence[int]) -> Sequence[int]:  # noqa: ARG002  # each row alone
        """How many lines each row takes: one more where its code has lines of its own."""
        found = [1 + len(self._lines_above(row)) for row in self._rows]
        return found if any(count > 1 for count in found) else ()

    def _lines_above(self, row: Row) -> list[Cell]:
        code, worth = row.cells
        width = cell_len(inert(code.text))
        if not (self._has_apart and worth.text) or width + GAP + cell_len(worth.text) <= self._room:
            return []
        return [Cell(line, code.tone) for line in chop_cells(inert(code.text), self._room)]

    def _segments(self, row: Row, mark: str, style: Style, *, plain: bool) -> list[Segment]:
        code, worth = row.cells
        right = fitted(worth.text, min(self._room, cell_len(worth.text)))
        room = self._room - (cell_len(right) + GAP if right else 0)
        left = "" if self._lines_above(row) else inert(code.text)
        return [
            Segment(mark, style),
            Segment(fitted(left, max(0, room)), self._toned(style, code.tone, plain=plain)),
            Segment(" " * (self._room - max(0, room) - cell_len(right)), style),
            Segment(right, self._toned(style, worth.tone, plain=plain)),
            Segment(" ", style),
        ]

    def render_line(self, y: int) -> Strip:
        """Draw one line; the first says how many can be used, and how many are not in sight."""
        if y or self._offers is None:
            return super().render_line(y)
        offers, _, wording = self._offers
        say, width = wording.catalogue.text, self.scrollable_content_region.width
        usable = sum(one.number is not None and one.is_usable for one in offers)
        counts = [filled(say("{count} usable"), {"count": f"{usable:,}"})]
        hidden = self._hidden_count
        if hidden > 0:
            counts.append(filled(say("{count} more"), {"count": f"{hidden:,}"}))
        right = " … ".join(counts)
        left = fitted(f"  {say('COUPON')}", max(0, width - cell_len(right) - 1))
        style = self.rich_style + self.get_component_rich_style("rows--muted") + Style(bold=True)
        return Strip([Segment(f"{left}{right} ", style)]).adjust_cell_length(width, style)

    @property
    def _hidden_count(self) -> int:
        """How many rows have no line in sight, at most: those that the list has no room for."""
        room = self.size.height - 1
        return self.row_count - sum(
            self._lines.top(index) + self._lines.height(index) <= room
            for index in range(self.row_count)
        )


def explanation(offer: Offer, wording: Wording) -> str:
    """The terms of a coupon in words, and what Enter does with it."""
    say, coupon = wording.catalogue.text, offer.coupon
    terms = {
        "code": coupon.code,
        "discount": wording.takes_off(coupon),
        "conditions": wording.conditions(coupon),
    }
    told = filled(say("{code}: {discount}, {conditions}."), terms)
    if offer.lost:
        saves = {"saves": wording.saves(coupon, offer.saves)}
        told = f"{told} {filled(say('It {saves} here.'), saves)}"
    if offer.number is None and not why_not(offer, wording):
        left = {"count": f"{coupon.limit - coupon.claimed:,}"}
        then = filled(say("{count} left: enter claims one and uses it."), left)
    else:
        then = why_not(offer, wording)
    return f"{told} {then}".rstrip()


def why_not(offer: Offer, wording: Wording) -> str:
    """Why a coupon is of no use for this cart; empty where it is."""
    say, money = wording.catalogue.text, wording.money
    if offer.gone:
        return say(_WHY_GONE[offer.gone])
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
    if offer.gone:
        return (say(_GONE[offer.gone]),), "muted"
    if offer.is_disabled:
        return (say("switched off"), say("off")), "muted"
    if offer.missing:
        missing = wording.money(offer.missing)
        return (filled(say("needs {missing} more"), {"missing": missing}),), "muted"
    is_held, forms = offer.number is not None, [wording.saves(offer.coupon, offer.saves)]
    if offer.lost:
        facts = {"amount": saved, "whole": wording.money(offer.coupon.amount or 0)}
        forms.append(filled(say("{amount} of {whole}"), facts))
    elif not is_held:  # that it is to be claimed says that the amount is what it is worth
        forms.append(saved)
    if is_best:
        forms = [f"{form} {say('best')}" for form in forms]
    if is_held:
        return forms, "good"
    claim = say("claim: {worth}")
    return [filled(claim, {"worth": form}) for form in forms], "accent"


def _radio(chosen: bool) -> str:  # noqa: FBT001  # it is what is drawn
    return "●" if chosen else "○"
