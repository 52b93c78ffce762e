"""The one reader of environment variables under `cli`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

APPLICATION = "shopcli"

_XDG = {
    "config": ("XDG_CONFIG_HOME", ".config"),
    "data": ("XDG_DATA_HOME", ".local/share"),
    "state": ("XDG_STATE_HOME", ".local/state"),
}
"""Variable, and default folder under home, by the XDG base directory specification."""

_SSH_COMMAND = "SSH_ORIGINAL_COMMAND"
"""Where sshd puts the command of a client who is given another one."""

_OF_TERMINALS = ("TERM", "LANG")
"""What a client may say: what its terminal can do, and in which language."""

_OF_WINDOWS = ("SYSTEMROOT", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
"""Without them neither sockets nor folders of the account are found."""

VARIABLES = {
    "database": "SHOP_DATABASE_URL",
    "user": "SHOP_USER",
    "colours": "SHOP_COLOURS",
    "theme": "SHOP_THEME",
    "bell": "SHOP_BELL",
    "wait_max": "SHOP_WAIT_MAX",
    "config": "SHOP_CONFIG",
    "platform_url": "SHOP_PLATFORM_URL",
    "platform_secret": "SHOP_PLATFORM_SECRET",
    "platform_secret_file": "SHOP_PLATFORM_SECRET_FILE",
    "platform_headers_file": "SHOP_PLATFORM_HEADERS_FILE",
    "platform_ca_file": "SHOP_PLATFORM_CA_FILE",
    "no_color": "NO_COLOR",
}
"""Variable of each setting; `shop help environment` explains them."""


def process_environment() -> Mapping[str, str]:
    """The variables this process was started with."""
    return os.environ


def user_folder(kind: Literal["config", "data", "state"]) -> Path:
    """The folder of this user's configuration, data or state, whether or not it exists."""
    if sys.platform == "linux" and "ANDROID_DATA" not in os.environ:
        # As platformdirs does, without the 5 ms that importing it takes.
        variable, below = _XDG[kind]
        named, home = os.environ.get(variable, ""), os.environ.get("HOME", "")
        if named.startswith("/"):
            return Path(named, APPLICATION)
        if home.startswith("/"):
            return Path(home, below, APPLICATION)
    import platformdirs  # everywhere else

    return Path(getattr(platformdirs, f"user_{kind}_dir")(APPLICATION))


def forget_the_client() -> str | None:
    """Drop the variables that whoever came over ssh may have sent; TERM and LANG stay.

    The libraries that read variables of their own (libpq, Textual) see none of the others either.
    The home folder is the one that the system has for the account.

    Returns:
        The command that the client gave to ssh; None if it gave none.
    """
    sent = dict(os.environ)
    kept = {name: sent[name] for name in _OF_TERMINALS if name in sent}
    os.environ.clear()
    os.environ.update({**kept, **_of_account(sent)})
    return sent.get(_SSH_COMMAND)


def hand_on(variables: Mapping[str, str]) -> None:
    """Set variables for the processes that this one starts."""
    os.environ.update(variables)


def is_shown_elsewhere() -> bool:
    """Whether whoever started this process draws the storefront, and not a terminal."""
    return os.environ.get("TEXTUAL_DRIVER") == "textual.drivers.web_driver:WebDriver"


def _of_account(sent: Mapping[str, str]) -> Mapping[str, str]:
    """The variables of the account that this process runs as, whoever came."""
    if sys.platform == "win32":
        return {name: sent[name] for name in _OF_WINDOWS if name in sent}
    import pwd  # not on Windows

    return {"HOME": pwd.getpwuid(os.getuid()).pw_dir}


def terminal_is_plain() -> bool:
    """Whether the user wants no colour (https://no-color.org) or the terminal has none."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def terminal_draws() -> bool:
    """Whether the terminal can overwrite a line, which a progress bar needs."""
    return os.environ.get("TERM") != "dumb"


def completion_is_asked() -> bool:
    """Whether a shell asks for completions (Typer's protocol), which it does without any word.

    A line with words is never such a request: a client of ssh could send the variable.
    """
    return len(sys.argv) == 1 and bool(os.environ.get("_SHOP_COMPLETE"))


def completion_request() -> Mapping[str, str]:
    """The variables of a shell's request for completions."""
    return os.environ
