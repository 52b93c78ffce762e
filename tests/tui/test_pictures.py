"""README's pictures: what stands below each other in the terminal does so in any viewer."""

from __future__ import annotations

import re

from tests.tui.pictures import apart

CELL = 12.2


def _line(text: str) -> str:
    """A line as Rich writes it, which counts characters and not cells."""
    written = text.replace(" ", "&#160;")
    length = f"{CELL * len(text):g}"
    return f'<text class="r1" x="0" y="9" textLength="{length}" clip-path="c">{written}</text>'


def test_columns_stand_below_each_other_whatever_the_names_are() -> None:
    """A wide name moves no price, and no price is one text with a name that goes right to left."""
    lines = [_line("Tea         1,000"), _line("홍차        1,000"), _line("شاي         1,000")]

    placed = [re.findall(r'x="([^"]+)"[^>]*>([^<]*)<', apart(line)) for line in lines]

    assert [[text for _, text in parts] for parts in placed] == [
        ["Tea", "1,000"],
        ["홍차", "1,000"],
        ["شاي", "1,000"],
    ]
    assert {round(float(parts[1][0]), 1) for parts in placed} == {146.4}
