"""The box of a dialog: what scrolls in it gives way, so that all else of it stays in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.geometry import Region
from textual.layouts.vertical import VerticalLayout

from shopcli.tui.widgets.bars import Answer

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.layout import Layout, WidgetPlacement
    from textual.widget import Widget


class _BoxLayout(VerticalLayout):
    """From top to bottom, as Textual does, but no higher than the box.

    Textual bounds a child by the height of its container, not by what the others leave of it: the
    last lines of a long text were then behind what is below it, and no key scrolled to them.
    """

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: FBT001, FBT002  # as Textual declares it
    ) -> list[WidgetPlacement]:
        """Place the children, and take what is too much from them.

        First from a line kept for an answer that says nothing, then from what scrolls, then from
        the rest.
        """
        placed = list(super().arrange(parent, children, size, greedy))
        excess = max((one.region.bottom for one in placed), default=0) - size.height
        if not size.height:  # it is asked how high it would like to be
            return placed
        last = len(placed) - 1
        for place in sorted(
            range(len(placed)),
            key=lambda place: (_rank(children[place]), place == last, -place),
        ):
            region = placed[place].region
            taken = max(0, min(excess, region.height - 1))
            excess -= taken
            lower = Region(region.x, region.y, region.width, region.height - taken)
            placed[place] = placed[place]._replace(region=lower)
            for below in range(place + 1, len(placed)):
                moved = placed[below].region.translate((0, -taken))
                placed[below] = placed[below]._replace(region=moved)
        return placed


class Box(Vertical):
    """What a dialog consists of, from top to bottom; its keys are the last line.

    Args:
        children: Unless they are composed inside of it.
        classes: Beside `dialog`, separated by spaces.
    """

    def __init__(self, *children: Widget, classes: str = "") -> None:
        super().__init__(*children, classes=classes)
        self.add_class("dialog")
        self._from_top = _BoxLayout()

    @property
    def layout(self) -> Layout:
        """How the children are placed."""
        return self._from_top


def _rank(child: Widget) -> int:
    """Children of a lower rank give way first."""
    if isinstance(child, Answer) and not child.text:
        return 0
    return 1 if child.styles.overflow_y == "auto" else 2
