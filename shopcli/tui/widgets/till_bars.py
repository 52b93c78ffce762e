"""The till's own bars: the step of the sale with what is in force beside it, and the total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.renderables.digits import Digits as DrawnDigits
from textual.strip import Strip
from textual.widgets import Digits, Static

from shopcli.tui.widgets.bars import LineBar

if TYPE_CHECKING:
    from collections.abc import Sequence

_BIG_FROM_HEIGHT = 18
"""Rows of a screen on which lines and total are side by side, and the total is drawn large."""

_BIG_FROM_HEIGHT_NARROW = 30
"""The same where they are one over the other."""


class StepBar(LineBar):
    """Names the steps of a sale, marks the one that is open, and shows what is in force."""

    def __init__(self) -> None:
        super().__init__(id="steps")
        self._names: Sequence[str] = ()
        self._open = 0
        self._aside: Sequence[str] = ("",)

    def tell(self, names: Sequence[str], opened: int) -> None:
        """Show the steps.

        Args:
            names: Of all steps, in order.
            opened: The number of the one that is open, from 1; 0 is none of them.
        """
        if (names, opened) != (self._names, self._open):
            self._names, self._open = names, opened
            self.refresh()

    def tell_aside(self, *forms: str) -> None:
        """Show a text at the end: forms of it, the longest first; nothing takes it away."""
        aside = forms or ("",)
        if aside != self._aside:
            self._aside = aside
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the steps; the open one has a mark, as colours alone do not reach everybody."""
        pieces = [
            (f"▌{number} {name} ", "chosen", "")
            if number == self._open
            else (f" {number} {name} ", "muted", "")
            for number, name in enumerate(self._names, 1)
        ]
        room = self.size.width - sum(cell_len(text) for text, _, _ in pieces) - 3
        right = next((form for form in self._aside if cell_len(form) <= room), self._aside[-1])
        return self.line(y, pieces, right)


class Total(Vertical):
    """What is to be paid, in large digits where the screen has room for them."""

    def __init__(self) -> None:
        super().__init__(id="total")
        self._label = self._amount = self._currency = ""

    def compose(self) -> ComposeResult:
        """Compose the line and the digits."""
        yield Static("", id="total-line", markup=False)
        yield Digits("", id="total-digits")

    def tell(self, label: str, amount: str, currency: str) -> None:
        """Show an amount.

        Args:
            label: What it is.
            amount: As it is written, without its currency.
            currency: Its currency.
        """
        self._label, self._amount, self._currency = label, amount, currency
        self._draw()

    def on_resize(self) -> None:
        """Draw it for the new size."""
        self._draw()

    def _draw(self) -> None:
        screen = self.screen
        is_narrow = screen.has_class("-narrow")
        least = _BIG_FROM_HEIGHT_NARROW if is_narrow else _BIG_FROM_HEIGHT
        width = self.content_size.width
        is_big = self.app.size.height >= least and DrawnDigits.get_width(self._amount) <= width
        digits, line = self.query_one(Digits), self.query_one("#total-line", Static)
        digits.display = is_big
        digits.update(self._amount)
        value = self._currency if is_big else f"{self._amount} {self._currency}"
        gap = max(1, width - cell_len(self._label) - cell_len(value))
        line.update(f"{self._label}{' ' * gap}{value}")
