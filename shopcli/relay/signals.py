"""The signals that ask a process in the foreground to finish what it has in hand, and end."""

from __future__ import annotations

import signal


def ending_signals() -> list[signal.Signals]:
    """SIGINT, SIGTERM and, unless it is ignored as after `nohup`, SIGHUP where there is one."""
    hang_up: signal.Signals | None = getattr(signal, "SIGHUP", None)
    ends = hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([hang_up] if hang_up is not None and ends else [])]
