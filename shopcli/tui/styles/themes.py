"""The storefront's own themes, dark and light, beside those of Textual."""

from __future__ import annotations

from textual.theme import Theme

DARK, LIGHT = "shop-dark", "shop-light"

THEMES = (
    Theme(
        name=DARK,
        dark=True,
        background="#12161c",
        surface="#181e26",
        panel="#232b36",
        foreground="#e8ebf0",
        primary="#2f6fb3",
        secondary="#8fb8dd",
        accent="#f0b66b",
        success="#86d19a",
        warning="#e6c667",
        error="#f49a90",
    ),
    Theme(
        name=LIGHT,
        dark=False,
        background="#fcfbf8",
        surface="#f4f2ed",
        panel="#e7e3db",
        foreground="#1d2126",
        primary="#0b5a9c",
        secondary="#3a5f80",
        accent="#854800",
        success="#1a6332",
        warning="#6f4a00",
        error="#a21d17",
    ),
)
"""Beside any text of any of them, its ground has a contrast of 4.5 or more: see `contrast.py`."""
