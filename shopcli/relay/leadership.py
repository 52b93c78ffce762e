"""Elects the one relay that leads on an SQLite file, by a lock that ends with its process.

The lock only prevents a second background relay; events are protected by their leases. The lock
file is never removed, because then two relays could lead.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from shopcli.domain.addresses import RELAY_LOCK_SUFFIX
from shopcli.domain.errors import DatabaseUnreachable, ReadOnly

if TYPE_CHECKING:
    from filelock import FileLock

    from shopcli.engine import Deliveries


def lock_path(database_path: str) -> str:
    """Path of the lock file of an SQLite file."""
    return database_path + RELAY_LOCK_SUFFIX


def leader_lock(database_path: str) -> FileLock:
    """The lock that a relay holds while it leads."""
    # Imported here: only relays lead.
    from filelock import FileLock

    return FileLock(lock_path(database_path), mode=0o600)


def is_leader(lock: FileLock) -> bool:
    """Take the lock if it is free; return whether this process has it.

    Raises:
        ReadOnly: The file system or the permissions do not allow the lock file.
        DatabaseUnreachable: The disk is full or fails.
    """
    # Imported here: only relays lead.
    from filelock import Timeout

    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    except OSError as error:
        details = {"file": lock.lock_file, "why": error.strerror or str(error)}
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise ReadOnly(
                "The file {file}, by which one relay leads, cannot be written: {why}.",
                details={**details, "reason": "no_write_permission"},
            ) from error
        raise DatabaseUnreachable(
            "The file {file}, by which one relay leads, cannot be made: {why}.",
            details={
                **details,
                "reason": "disk_full" if error.errno == errno.ENOSPC else "unmakable_file",
            },
        ) from error
    return True


def relay_runs(deliveries: Deliveries, database_path: str) -> bool:
    """Whether a relay is running that delivers new events.

    Args:
        deliveries: Deliveries of the shop.
        database_path: The SQLite file; not used on Postgres.
    """
    if deliveries.on_postgres or os.name != "posix":
        return bool(deliveries.live_relays())
    return _is_locked(lock_path(database_path))


def _is_locked(path: str) -> bool:
    """Whether a relay holds the lock; tested with a shared lock, which other tests do not block."""
    # Imported here: the module exists only on POSIX systems.
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
