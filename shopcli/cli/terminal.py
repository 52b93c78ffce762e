"""Tables for a person on a terminal; imported only when one is there, never holds markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from shopcli.cli.configuration import styling_is_off
from shopcli.domain.text import inert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: the key it shows and its heading.

    `wraps` marks the column that gives way first when the terminal is narrow.
    """

    key: str
    heading: str | None = None
    right: bool = False
    wraps: bool = False


def draw_table(
    stream: TextIO,
    rows: Sequence[object],
    columns: Sequence[Column],
    shown: Callable[[str, object], str],
) -> None:
    """Draw rows as a table that fits the terminal; every cell is inert text.

    Args:
        stream: A terminal.
        rows: Records or mappings.
        columns: What to show of each.
        shown: Turns a key and its value into text.
    """
    from rich.console import Console  # 30 ms that only a person waits for
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        heading = column.key.replace("_", " ") if column.heading is None else column.heading
        table.add_column(
            Text(heading),
            min_width=len(heading),
            justify="right" if column.right else "left",
            no_wrap=not column.wraps,
            overflow="fold" if column.wraps else "ellipsis",
        )
    for row in rows:
        cells = []
        for column in columns:
            value = row.get(column.key) if isinstance(row, dict) else getattr(row, column.key)
            cells.append(Text(inert(shown(column.key, value))))
        table.add_row(*cells)
    console = Console(
        file=stream,
        highlight=False,
        markup=False,
        emoji=False,
        color_system=None if styling_is_off() else "auto",
    )
    console.print(table)
