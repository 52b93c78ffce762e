"""Makes the colours of any theme readable: text has a contrast of 4.5 to 1 or more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.color import Color, ColorParseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

READABLE = 4.5
"""Contrast of text that WCAG 2 calls AA."""

_MARGIN = 0.1
_STEP = 0.04
_BACKGROUNDS = ("background", "surface", "panel")
_TEXTS = (
    "text-accent",
    "text-primary",
    "text-secondary",
    "text-success",
    "text-warning",
    "text-error",
    "foreground",
)
_BLACK, _WHITE = Color(0, 0, 0), Color(255, 255, 255)


def readable(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables of a theme, every text colour readable on every background.

    Adds `chosen` and `on-chosen`, the colours of the cursor's row. The colours of a terminal's
    own theme are not known, and stay as they are.

    Args:
        variables: Of a theme, by name.
    """
    made = dict(variables)
    backgrounds = [_color(variables, name) for name in _BACKGROUNDS]
    known = [color for color in backgrounds if color is not None and color.a == 1]
    primary, foreground = _color(variables, "primary"), _color(variables, "foreground")
    if len(known) < len(_BACKGROUNDS) or primary is None or foreground is None:
        return {**made, "chosen": variables["primary"], "on-chosen": variables["text"]}
    for name in _TEXTS:
        color = _color(variables, name)
        if color is not None:
            made[name] = _moved_away(color, known).hex
    muted = known[0].blend(foreground.with_alpha(1), 0.62)
    made["foreground-muted"] = _moved_away(muted, known).hex
    on_chosen = _WHITE if contrast(primary, _WHITE) >= contrast(primary, _BLACK) / 2 else _BLACK
    made["on-chosen"] = on_chosen.hex
    made["chosen"] = _moved_away(primary, [on_chosen]).hex
    return made


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of two colours by WCAG 2, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _moved_away(color: Color, backgrounds: Iterable[Color]) -> Color:
    """The colour nearest to the given one that is readable on all of these."""
    behind = list(backgrounds)
    end = _WHITE if sum(map(_luminance, behind)) / len(behind) < _MIDDLE else _BLACK
    color = Color(*color.rgb)
    for step in range(round(1 / _STEP) + 1):
        moved = color.blend(end, step * _STEP)
        if all(contrast(moved, one) >= READABLE + _MARGIN for one in behind):
            return moved
    return end


_MIDDLE = 0.18
"""Luminance from which black stands out better than white."""


def _luminance(color: Color) -> float:
    red, green, blue = (_linear(part / 255) for part in color.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  # sRGB


def _color(variables: Mapping[str, str], name: str) -> Color | None:
    try:
        color = Color.parse(variables.get(name, ""))
    except ColorParseError:
        return None
    return None if color.ansi is not None else color
