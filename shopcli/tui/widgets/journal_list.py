"""A list that asks for older rows where somebody goes past its end."""

from __future__ import annotations

from shopcli.tui.widgets.rows import RowList


class JournalList(RowList):
    """The rows of a journal that were read; more come when they are asked for."""

    class OlderWanted(RowList.Moved):
        """The cursor was to go past the last row, or to it by the key for the end."""

    def action_move(self, step: int) -> None:
        """Move the cursor by rows; past the last one older ones are wanted."""
        is_past = self.cursor + step >= max(1, self.row_count)
        super().action_move(step)
        if is_past:
            self.post_message(self.OlderWanted(self))

    def action_move_to(self, index: int) -> None:
        """Move the cursor to a row; at the end older ones are wanted."""
        super().action_move_to(index)
        if index < 0:
            self.post_message(self.OlderWanted(self))
