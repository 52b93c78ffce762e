"""A list of rows with columns, a cursor and an empty state; draws only the lines in view.

Every text is made inert and drawn as plain segments, so that no markup or escape in it acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from shopcli.domain.showing import inert
from shopcli.tui.store import translation
from shopcli.tui.widgets.columns import GAP, Column, whole_sentences, widths_for
from shopcli.tui.widgets.fitting import fitted
from shopcli.tui.widgets.line_map import LineMap

if TYPE_CHECKING:
    from textual import events

_MARK = "▌ "
_DIM_MARK = "▏ "
_NO_MARK = "  "
_MARGIN = len(_MARK) + 1
"""Cells of a line that belong to no column: the mark and the end."""


class Cell(NamedTuple):
    """A text and its tone: muted, good, warn, bad, accent, or none."""

    text: str
    tone: str = ""


class Row(NamedTuple):
    """The cells of a row; `key` is unique in its list."""

    key: str
    cells: tuple[Cell, ...]


class RowList(ScrollView, can_focus=True, inherit_bindings=False):
    """A list of rows to move through and choose from.

    Args:
        columns: What each row shows.
        empty: The text where there are no rows, with what to do about it.
        id: Of the widget.
        newest_first: Whether new rows come on top; a cursor on the top row then stays on top.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--cursor",
        "rows--muted",
        "rows--good",
        "rows--warn",
        "rows--bad",
        "rows--accent",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "move_page(-1)", show=False),
        Binding("pagedown", "move_page(1)", show=False),
        Binding("home", "move_to(0)", show=False),
        Binding("end", "move_to(-1)", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """The row that is marked; below 0 none is."""

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, row_list: RowList) -> None:
            super().__init__()
            self.row_list = row_list

        @property
        def control(self) -> RowList:
            """The list that posted it."""
            return self.row_list

    class Chosen(Moved):
        """A row was double-clicked."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str,
        id: str,  # noqa: A002  # Textual's word
        newest_first: bool = False,
    ) -> None:
        super().__init__(id=id)
        self._newest_first = newest_first
        self.columns = tuple(columns)
        self.empty = empty
        self._rows: list[Row] = []
        self._widths: tuple[int, ...] = ()
        self._lines = LineMap()
        self._measured_room = -1
        self.is_told = False
        """Whether rows were given: before that an empty list shows no text."""

    @property
    def row_count(self) -> int:
        """The number of rows, in view or not."""
        return len(self._rows)

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.row_at(self.cursor) if self.row_count else None

    @property
    def current_key(self) -> str:
        """The key of the row under the cursor; empty where there is none."""
        row = self.current
        return "" if row is None else row.key

    def row_at(self, index: int) -> Row | None:
        """The row at an index; None where there is none or it is not read yet."""
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows; the cursor stays on its key, and only lines that changed are drawn."""
        before, key = self._rows, self.current_key
        self._rows = list(rows)
        if not self.is_told:
            self.is_told = True
            self.refresh()
        widths, heights = self._widths, self._lines.heights
        self._measure()
        if len(before) != len(rows) or (widths, heights) != (self._widths, self._lines.heights):
            self.resize_contents()
            self.refresh()
        else:
            for index, (old, new) in enumerate(zip(before, rows, strict=True)):
                if old != new:
                    self.refresh_row(index)
        self.follow(key)

    def follow(self, key: str) -> None:
        """Move the cursor to a key, or, where that is gone, leave it as near as possible."""
        stays_on_top = self._newest_first and self.cursor == 0
        if key and self.current_key != key and not stays_on_top and self.go_to(key):
            return
        last = max(0, self.row_count - 1)
        if self.cursor > last:
            self.cursor = last
        elif self.current_key != key:
            self.post_message(self.Moved(self))

    def go_to(self, key: str) -> bool:
        """Move the cursor to the row with a key; return whether there is one."""
        place = next((place for place, row in enumerate(self._rows) if row.key == key), None)
        if place is not None:
            self.cursor = place
        return place is not None

    def resize_contents(self) -> None:
        """Set the size that the scroll bar works with."""
        # As wide as the widget, whatever that is.
        self.virtual_size = Size(1, self._lines.top(self.row_count) + 1)

    def refresh_row(self, index: int) -> None:
        """Draw one row again, if it is in view."""
        if index < 0:
            return
        y = self._lines.top(index) + 1 - self.scroll_offset.y
        bottom = min(self.size.height, y + self._lines.height(index))
        if bottom > max(1, y):
            self.refresh(Region(0, max(1, y), self.size.width, bottom - max(1, y)))

    def on_resize(self, _: events.Resize) -> None:
        """Fit the columns to the new width, and keep the row under the cursor in view."""
        if self._is_measured_anew():
            self.resize_contents()  # before it is drawn: a bar would show for what does not scroll
        self._keep_in_view()
        self.call_after_refresh(self._settle_scroll)  # there may be a scroll bar by then

    def watch_cursor(self, before: int, after: int) -> None:
        """Draw the old and the new row under the cursor, and post `Moved`."""
        self.refresh_row(before)
        self.refresh_row(after)
        self._keep_in_view()
        self.post_message(self.Moved(self))

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001  # Textual's signature
        """Draw the row under the cursor in the style of the focus."""
        super().watch_has_focus(_has_focus)
        self.refresh_row(self.cursor)

    def action_move(self, step: int) -> None:
        """Move the cursor by rows."""
        self.cursor = max(0, min(self.cursor + step, self.row_count - 1))

    def action_move_page(self, direction: int) -> None:
        """Move the cursor by pages."""
        self.action_move(direction * max(1, self.size.height - 2))

    def action_move_to(self, index: int) -> None:
        """Move the cursor to a row; below 0 counts from the end."""
        self.cursor = max(0, index if index >= 0 else self.row_count + index)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row clicked; a double click chooses it."""
        index = self._lines.place(event.y - 1 + self.scroll_offset.y).row
        if event.y >= 1 and index < self.row_count:
            self.cursor = index
            if event.chain > 1:
                self.post_message(self.Chosen(self))

    def render_line(self, y: int) -> Strip:
        """Draw one line of the widget."""
        width = self.scrollable_content_region.width
        base = self.rich_style
        if self._is_measured_anew():
            self.call_later(self.resize_contents)
        if y == 0:
            style = base + self.get_component_rich_style("rows--muted") + Style(bold=True)
            headings = Row("", tuple(Cell(text) for text in self.headings()))
            segments = self._segments(headings, _NO_MARK, style, plain=True)
        elif not self.row_count:
            text = self._empty_line(y - 1, width)
            style = base + self.get_component_rich_style("rows--muted")
            segments = [Segment(set_cell_size(text, width), style)]
        else:
            segments = self._row_segments(y - 1 + self.scroll_offset.y, base)
        return Strip(segments).adjust_cell_length(width, base).simplify()

    def _empty_line(self, line: int, width: int) -> str:
        """A line of what is said instead of rows, below a blank one where there is room."""
        if not self.is_told:
            return ""
        room = self.size.height - 1
        lines = whole_sentences(self.empty, width - 3, room)
        line -= len(lines) < room
        return f"  {lines[line]}" if 0 <= line < len(lines) else ""

    def _row_segments(self, line: int, base: Style) -> list[Segment]:
        index, part = self._lines.place(line)
        row = self.row_at(index)
        if row is None:
            text = "  …" if index < self.row_count else ""
            return [Segment(text, base)]
        is_current = index == self.cursor
        mark, style, plain = _NO_MARK, base, False
        if is_current:
            mark, plain = (_MARK, True) if self.has_focus else (_DIM_MARK, False)
            style = base + self.get_component_rich_style("rows--cursor")
        if heading := self.heading(index):
            if not part:
                style = self._toned(base, "muted", plain=False)
                room = max(0, self._measured_room - len(_NO_MARK))
                return [Segment(_NO_MARK, base), Segment(fitted(inert(heading), room), style)]
            part -= 1
        above = self._lines_above(row)
        if part < len(above):
            text, tone = above[part]
            room = max(0, self._measured_room - len(mark))
            return [
                Segment(mark, style),
                Segment(set_cell_size(text, room), self._toned(style, tone, plain=plain)),
            ]
        return self._segments(row, mark, style, plain=plain)

    def _segments(self, row: Row, mark: str, style: Style, *, plain: bool) -> list[Segment]:
        segments = [Segment(mark, style)]
        for column, cell, width in zip(self.columns, row.cells, self._widths, strict=True):
            if not width:
                continue
            text = "" if _is_too_long(column, cell, width) else inert(cell.text)
            if column.right:
                text = " " * max(0, width - cell_len(text)) + text
            tone = self._toned(style, cell.tone if cell.text else "", plain=plain)
            drawn = fitted(text, width, keeps_end=not column.cuts_end)
            segments.append(Segment(drawn, tone))
            segments.append(Segment(" " * GAP, style))
        segments[-1] = Segment(" ", style)
        return segments

    def _toned(self, style: Style, tone: str, *, plain: bool) -> Style:
        if not tone or plain:
            return style
        toned = self.get_component_rich_style(f"rows--{tone}")
        return style + Style(color=toned.color, bold=toned.bold)

    def _lines_above(self, row: Row) -> list[Cell]:
        """Lines for the codes of a row that do not fit into their columns."""
        room = max(2, self._measured_room - _MARGIN)
        return [
            Cell(line, cell.tone)
            for column, cell, width in zip(self.columns, row.cells, self._widths, strict=True)
            if _is_too_long(column, cell, width)
            for line in chop_cells(inert(cell.text), room)
        ]

    def _is_measured_anew(self) -> bool:
        """Measure for the width of now; whether rows have other heights than before."""
        heights = self._lines.heights
        if self.scrollable_content_region.width != self._measured_room:
            self._measure()
        return heights != self._lines.heights

    def _measure(self) -> None:
        """Measure the width of each column in cells (0 hides it) and the height of each row."""
        room = self._measured_room = self.scrollable_content_region.width
        grows = [column.right or column.whole for column in self.columns]
        rows = self.measured_rows()
        widest = [
            max((cell_len(inert(row.cells[position].text)) for row in rows), default=0)
            if is_measured
            else 0
            for position, is_measured in enumerate(grows)
        ]
        self._widths = widths_for(self.columns, widest, room, _MARGIN)
        self._lines = LineMap(self.heights(widest))

    def heights(self, widest: Sequence[int]) -> Sequence[int]:
        """How many lines each row takes; empty where each takes one.

        Args:
            widest: The widest content of each column, in cells.
        """
        columns = zip(self.columns, widest, self._widths, strict=True)
        if not any(column.whole and 0 < width < content for column, content, width in columns):
            return ()
        return [len(self._lines_above(row)) + self._has_rest(row) for row in self._rows]

    def _has_rest(self, row: Row) -> bool:
        """Whether a row has any cell but the codes that get lines of their own."""
        cells = zip(self.columns, row.cells, self._widths, strict=True)
        return any(
            width and cell.text and not _is_too_long(column, cell, width)
            for column, cell, width in cells
        )

    def headings(self) -> list[str]:
        """What stands over each column."""
        return [translation(self)(column.heading) for column in self.columns]

    def heading(self, index: int) -> str:  # noqa: ARG002  # subclasses ask
        """The heading over a row, on a line of its own; empty where it has none."""
        return ""

    def measured_rows(self) -> Sequence[Row]:
        """The rows from which the widths of columns are measured."""
        return self._rows

    def _settle_scroll(self) -> None:
        """Keep the row in view from where the list is scrolled to by now, which may be less."""
        self.scroll_target_y = self.scroll_y
        self._keep_in_view()

    def _keep_in_view(self) -> None:
        top, height = round(self.scroll_target_y), self.size.height - 1
        if height < 1 or self.cursor < 0:
            return
        first = self._lines.top(self.cursor)
        end = first + self._lines.height(self.cursor)
        # Forced, as the scroll bar of a list that is just full comes with the next layout.
        if first < top or end - first > height:
            self.scroll_to(y=first, animate=False, force=True)
        elif end > top + height:
            self.scroll_to(y=end - height, animate=False, force=True)


def _is_too_long(column: Column, cell: Cell, width: int) -> bool:
    return column.whole and 0 < width < cell_len(inert(cell.text))
