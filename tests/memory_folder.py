"""A folder in memory for what tests write: a process may be killed in a test, but never the host.

Files are files there as well; only the disk is not waited for, which is a quarter of the time.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there, for its owner alone
_FREE_BYTES_MIN = 4 * 1024**3
"""A whole run leaves half a gigabyte; containers often have less memory, and then the disk does."""


def make(prefix: str) -> Path:
    """Make a new folder in memory, or among other temporary files where memory has no room."""
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _FREE_BYTES_MIN
    return Path(tempfile.mkdtemp(prefix=prefix, dir=_MEMORY if has_room else None))
