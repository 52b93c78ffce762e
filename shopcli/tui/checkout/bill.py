"""What is to be paid, pinned below the lines and the coupons, and the button that pays it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Button

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.tui.store import FLAT_ROWS
from shopcli.tui.widgets.columns import folded
from shopcli.tui.widgets.fitting import fitted
from shopcli.tui.widgets.product_side import Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli.tui.payment import Review
    from shopcli.tui.wording import Wording

_GAP = 2
_REASON_LINES_MAX, _REASON_LINES_FLAT_MAX = 4, 2
"""Most lines of why it cannot be paid; Enter tells it whole."""


class BillPanel(Panel):
    """Shows subtotal, coupon and total, then the balance, or why it cannot be paid."""

    def __init__(self) -> None:
        super().__init__(id="totals")
        self._told: tuple[Review, Wording, bool, bool] | None = None

    def tell(
        self, found: Review, wording: Wording, *, may_charge: bool, is_told: bool = False
    ) -> None:
        """Show a bill.

        Args:
            found: The bill.
            wording: Writes its amounts.
            may_charge: Whether what is short can be charged here, and is not why it is refused.
            is_told: Whether it stands elsewhere why it cannot be paid.
        """
        self._told = found, wording, may_charge, is_told
        self._draw()

    def on_resize(self) -> None:
        """Lay the amounts out for the new width."""
        self._draw()

    def _draw(self) -> None:
        if self._told is None:
            return
        found, wording, may_charge, is_told = self._told
        say, price, quote = wording.catalogue.text, wording.price, found.quote
        sums = ["", *_sums(found, wording)][::-1]
        total = [] if quote.total is None else [f"{say('TOTAL')}  {price(quote.total)}"]
        lines = [(line, "bold") for line in self._laid_out(sums, total, is_whole=True)]
        now = [
            filled(say("Balance now {amount}"), {"amount": form(found.balance)})
            for form in (price, wording.money)
        ]
        if quote.order is not None:
            then = [
                filled(say("Balance after {amount}"), {"amount": form(quote.order.balance_after)})
                for form in (price, wording.money)
            ]
            lines += [(line, "") for line in self._laid_out(now, then)]
        elif quote.missing and may_charge:
            short = filled(say("{missing} short"), {"missing": wording.money(quote.missing)})
            lines += [(line, "$text-warning") for line in self._laid_out(now, [short])]
        elif quote.refusal is not None and not is_told:
            reason = folded(inert(wording.refusal(quote.refusal)), self._width)
            most = _REASON_LINES_FLAT_MAX if self._is_flat else _REASON_LINES_MAX
            if len(reason) > most:
                reason = [*reason[: most - 1], fitted(f"{reason[most - 1]} …", self._width)]
            lines += [(line, "$text-error") for line in reason]
        parts: list[tuple[str, str]] = []
        for line, style in lines:
            parts.append((f"{line}\n", style))
        self.put(Content.assemble(*parts).rstrip())

    @property
    def _width(self) -> int:
        return max(20, self.content_size.width or self.app.size.width - 4)

    @property
    def _is_flat(self) -> bool:
        return self.app.size.height <= FLAT_ROWS

    def _laid_out(
        self, lefts: Sequence[str], rights: Sequence[str], *, is_whole: bool = False
    ) -> list[str]:
        """Two texts on one line, or on two; where each line counts, the right one alone.

        Args:
            lefts: Forms of the left one, the longest first.
            rights: Forms of the right one.
            is_whole: Whether the longest form of the left one is worth a line of its own.
        """
        width = self._width
        right = next((form for form in rights if cell_len(form) <= width), "".join(rights[-1:]))
        left = next((form for form in lefts if cell_len(form) <= width), "")
        room = width - cell_len(right) - _GAP * bool(right)
        beside = next((form for form in lefts if cell_len(form) <= room), None)
        if beside is None or (is_whole and beside != left and not self._is_flat):
            if self._is_flat and right:
                return [_to_the_right(right, width)]
            return [line for line in (left, _to_the_right(right, width) if right else "") if line]
        gap = " " * max(0, width - cell_len(beside) - cell_len(right))
        return [f"{beside}{gap}{right}"]


def _sums(found: Review, wording: Wording) -> list[str]:
    """What the total is made of, the shortest form first; nothing where it is the subtotal."""
    say, money, quote = wording.catalogue.text, wording.money, found.quote
    subtotal = filled(say("Subtotal {amount}"), {"amount": money(quote.subtotal)})
    if quote.total is None:
        return [subtotal]
    if quote.total == quote.subtotal:
        return []
    saved = money(quote.subtotal - quote.total)
    coupon = filled(say("Coupon -{amount}"), {"amount": saved})
    forms = [coupon, f"{subtotal}  {coupon}"]
    if found.coupon:
        code = inert(found.coupon)
        named = filled(say("Coupon {coupon}"), {"coupon": code})
        forms += [f"{subtotal}  {code} -{saved}", f"{subtotal}  {named} -{saved}"]
    return forms


def _to_the_right(text: str, width: int) -> str:
    return f"{' ' * max(0, width - cell_len(text))}{text}"


class PayButton(Button, can_focus=False):
    """Says what is paid and by which key; a click does the same."""

    def __init__(self) -> None:
        super().__init__("", id="pay", variant="primary", flat=True)
        self._told: tuple[str, Sequence[str]] = ("", ())
        self._state = ""

    def tell(self, key: str, does: Sequence[str], *, state: str = "") -> None:
        """Show what a press does.

        Args:
            key: The key that does it; empty where none does at present.
            does: Forms of what it does, or of why nothing is done, the best first. One may have
                two lines: the button is that high then.
            state: `-off` where it cannot be paid, `-changed` where the bill has just changed.
        """
        self._told = key, does
        self._state = state
        self._draw()

    def on_resize(self) -> None:
        """Take the form that fits."""
        self._draw()

    def _draw(self) -> None:
        key, does = self._told
        if not does:
            return
        lead = f"{key}  " if key else ""
        width = self.content_size.width or self.app.size.width - 4
        room = max(8, width - 2 * self.styles.line_pad - len(lead))

        def lines(form: str) -> list[tuple[str, int]]:
            first, *others = form.split("\n")
            return [(first, room), *((line, room + len(lead)) for line in others)]

        text = next(
            (form for form in does if all(cell_len(line) <= most for line, most in lines(form))),
            "\n".join(fitted(line, most).rstrip() for line, most in lines(does[-1])),
        )
        self.set_classes(f"{self._state} -two-lines" if "\n" in text else self._state)
        self.label = Content.assemble((lead, "bold"), text.rstrip())
