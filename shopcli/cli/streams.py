"""Standard streams that can be written to no more."""

from __future__ import annotations

import os
from typing import TextIO


def let_go_of(stream: TextIO) -> None:
    """Redirect a stream whose pipe is closed to the null device, so that no later flush fails."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)
    except (OSError, ValueError):
        return
