"""Facts about this machine: login, host name, time zone. Reads nothing of the shop."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from shopcli.domain.showing import inert

_LENGTH_MAX = 100


def login() -> str:
    """The OS login of this process, at most 100 characters, with unprintable ones escaped."""
    if sys.platform == "win32":
        import getpass  # only where there is no pwd

        name = getpass.getuser()
    else:
        import pwd  # not on Windows

        user_number = os.geteuid()
        try:
            name = pwd.getpwuid(user_number).pw_name
        except KeyError:
            name = str(user_number)
    return inert(name)[:_LENGTH_MAX]


def host_name() -> str:
    """The host name of this machine, treated in the same way."""
    if sys.platform == "win32":
        import platform  # only where there is no uname

        return inert(platform.node())[:_LENGTH_MAX]
    return inert(os.uname().nodename)[:_LENGTH_MAX]


def time_zone() -> str:
    """The IANA name of the system's time zone; UTC if it is unknown."""
    configured = os.environ.get("TZ", "").removeprefix(":")
    if configured and not configured.startswith("/"):
        return configured if _known(configured) else "UTC"
    try:
        target = Path("/etc/localtime").resolve(strict=True).as_posix()
    except OSError:
        return "UTC"
    name = target.partition("/zoneinfo/")[2]
    return name if name and _known(name) else "UTC"


def _known(name: str) -> bool:
    from zoneinfo import available_timezones  # only when a shop is made

    return name in available_timezones()
