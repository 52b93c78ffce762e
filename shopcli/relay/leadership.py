"""One relay leads on an SQLite file, by a lock the system frees when its holder dies.

The lock guards who sends in the background and nothing else: events are guarded by their leases.
The lock file stays; removing it would let two relays lead.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import FileLock

    from shopcli.engine import Deliveries

LOCK_SUFFIX = ".relay.lock"


def lock_path(database_path: str) -> str:
    """The lock file of a shop's SQLite file."""
    return database_path + LOCK_SUFFIX


def leader_lock(database_path: str) -> FileLock:
    """The lock a relay holds while it leads."""
    # Imported here: only relays lead.
    from filelock import FileLock

    return FileLock(lock_path(database_path), mode=0o600)


def relay_runs(deliveries: Deliveries, database_path: str) -> bool:
    """Whether a relay delivers what is written now, so that others need not.

    Args:
        deliveries: Of the shop.
        database_path: The SQLite file; not looked at on Postgres.
    """
    if deliveries.on_postgres or os.name != "posix":
        return bool(deliveries.live_relays())
    return _is_locked(lock_path(database_path))


def _is_locked(path: str) -> bool:
    """Whether a relay holds the lock; takes a share of it only, so that askers do not collide."""
    # Imported here: it exists on POSIX systems only.
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False
