"""Checks database addresses and file paths, and hides the secrets in them before they are shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

POSTGRES_SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")
SQLITE_SCHEME = "sqlite:///"
HIDDEN = "***"
_LENGTH_MAX = 4_000
"""Most characters of an address; Linux takes no path of 4,096 bytes, others shorter ones."""
_TOO_LONG = f"It has more than {_LENGTH_MAX:,} characters."
_NEXT_COMMAND = "; shop "

QUEUE_SUFFIX = "-queue"
SCHEMA_LOCK_SUFFIX = ".schema-lock"
RELAY_LOCK_SUFFIX = ".relay.lock"
"""Of the lock files beside a SQLite file. None is removed while there is a shop, as two processes
could lock it then; whoever has the schema's lock may remove it with a file in which nothing is."""

COMPANION_SUFFIXES = (
    "-journal",
    "-shm",
    "-wal",
    QUEUE_SUFFIX,
    SCHEMA_LOCK_SUFFIX,
    RELAY_LOCK_SUFFIX,
)
"""Of all files that SQLite and the shop have beside it; whoever writes over one loses sales."""

# Patterns are strings, compiled on first use: a single command needs few of them.

# As libpq parses it: the password ends at the first `@`; user and password contain no `/`.
_POSTGRES = (
    r"(?:(?P<user>[^/@:?#]*)(?P<password>:[^/@]*)?@)?"
    r"(?P<place>(?:[^/@?#:,\[\]]*|\[[^/@?#\[\]]*\])(?::\d*)?"
    r"(?:,(?:[^/@?#:,\[\]]*|\[[^/@?#\[\]]*\])(?::\d*)?)*"
    r"(?:/[^/@?#:]*)?)"
    r"(?:\?(?P<options>[^?#]*))?"
)
_HTTP = (
    r"(?:(?P<user>[^/@:?#\s]*)(?P<password>:[^/@:?#\s]*)?@)?"
    r"(?P<place>(?:[^/@?#:\s\[\]]+|\[[^/@?#\[\]\s]+\])(?::\d*)?(?:/[^@?#\s]*)?)"
    r"(?:\?(?P<options>[^#]*))?(?:\#.*)?"
)
_SHOWN_OPTIONS = frozenset(
    {
        "application_name",
        "connect_timeout",
        "dbname",
        "host",
        "hostaddr",
        "port",
        "prepare_threshold",
        "sslmode",
        "sslrootcert",
        "target_session_attrs",
        "user",
    }
)
_ANY_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]+(?=:/)"

# Within a sentence: a login whose password reaches to the last `@`, or was cut off before any `@`.
# An empty password hides nothing: `:@` is left as it is if no other `@` follows.
_LOGIN = r"(?P<head>:/{1,2}[^/@:\s\[]*):(?!\*{3}@)(?!@[^@\n]*(?:\n|$))[^\n]*@"
_CUT_LOGIN = r"(?P<head>:/{1,2}[^/@:\s\[]*):(?!\*{3}@|\d*(?:[/?#,;.'\")\s]|$))[^@\s]+(?!\S*@)"
# Without a scheme: a word before an `@`, of which the first colon with a name before it counts.
_BEFORE_AT = r"(?<![^/@\s])[^/@\s]+(?=@[\w\[])"
_BARE_LOGIN = r"(?<=[^:'\"]):(?!\*{3}$).+"
_HIDDEN_WORD = r"(?i)\b(?P<name>password|pwd)=(?!\*{3})[^\s&]+"
_SIGNING_KEY = r"whsec_[A-Za-z0-9+/]{8,}=*"

_QUOTES = "\"'`“”\u2018\u2019„«»"
PLAIN_PATH = r"/?[\w.-]+(?:/[\w.-]+)*"
"""A path that matches none of `NO_PATHS`."""

NO_PATHS = (
    (r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", "It holds control characters."),
    (r"^\s|\s$", "There are blanks at its ends."),
    (r"[\ud800-\udfff]", "It is not UTF-8 text, which configurations and shops could not keep."),
    (rf"^[{_QUOTES}]|[{_QUOTES}]$", "There are quotes round it."),
    (r"\$[A-Za-z_{(]|%[A-Za-z_]+%|^[<{]", "It holds a variable that was not filled in."),
    ("://", "It is neither sqlite:/// nor postgresql://."),
    (
        r"(?i)^(?:postgres\w*|sqlite\d?|psycopg\d?)(?:\+\w*)?(?:[:\uff1a]|//)|^file:",
        "It is an address that is not in full.",
    ),
    (r"^[A-Za-z][A-Za-z0-9+.-]+:/", "It is an address that is not in full."),
    (
        (
            r"(?i)(?:^|[\s;?&])(?:host|hostaddr|port|dbname|database|user|username|user id|uid"
            r"|pwd|password|passfile|sslmode|service|server|data source)\s*="
        ),
        "It holds words like `host=…`.",
    ),
    # A Windows drive, a letter before a colon and a slash, is no login.
    (r"^/*(?![A-Za-z]:[/\\])[^/\\@:]+:.*@", "It looks like a login with its password."),
)


def fault_of_path(text: str) -> str | None:
    """Say why a text cannot be the path of a shop; None if it can."""
    if len(text) > _LENGTH_MAX:
        return _TOO_LONG
    if re.fullmatch(PLAIN_PATH, text):
        return None
    return next((why for pattern, why in NO_PATHS if re.search(pattern, text)), None)


def postgres_fault(rest: str) -> str | None:
    """Say why the part after the scheme is no Postgres address; None if no fault is found."""
    if len(rest) > _LENGTH_MAX:
        return _TOO_LONG
    for pattern, why in NO_PATHS[:3]:
        if re.search(pattern, rest):
            return why
    if re.search(r"\$[{(]", rest):
        return "It holds a variable that was not filled in."
    if re.fullmatch(_POSTGRES, rest) is None:
        return "Its parts cannot be told apart."
    return None


def without_passwords(text: str) -> str:
    """Hide the password of every address and every signing key in a sentence.

    A password may hold anything, so all up to the last `@` is taken for it; but of two commands in
    a sentence each has its own address.
    """
    return _NEXT_COMMAND.join(map(_without_passwords, text.split(_NEXT_COMMAND)))


def _without_passwords(text: str) -> str:
    # Whatever is typed comes here, a hundred thousand characters too: each pattern begins at few
    # places and is done there in one go, so that the time grows with the length and no more.
    if ":/" in text:
        text = "\n".join(map(_without_logins, text.split("\n")))
        text = re.sub(_CUT_LOGIN, rf"\g<head>:{HIDDEN}", text)
    text = re.sub(_BEFORE_AT, _without_bare_login, text)
    text = re.sub(_HIDDEN_WORD, rf"\g<name>={HIDDEN}", text)
    return re.sub(_SIGNING_KEY, f"whsec_{HIDDEN}", text)


def _without_logins(line: str) -> str:
    """Hide what is before the last `@` of a line; where there is none, there is no login."""
    before, at, behind = line.rpartition("@")
    return re.sub(_LOGIN, rf"\g<head>:{HIDDEN}@", f"{before}{at}") + behind if at else line


def _without_bare_login(found: re.Match[str]) -> str:
    return re.sub(_BARE_LOGIN, f":{HIDDEN}", found[0], count=1)


def display(text: str) -> str:
    """Make an address or path safe to show: without password, or only the scheme if in doubt."""
    if len(text) > _LENGTH_MAX:
        return HIDDEN
    for scheme in POSTGRES_SCHEMES:
        if text.startswith(scheme):
            return f"{scheme}{_shown(_POSTGRES, text.removeprefix(scheme))}"
    for scheme in ("https://", "http://"):
        if text.startswith(scheme):
            return f"{scheme}{_shown(_HTTP, text.removeprefix(scheme))}"
    if fault_of_path(text.removeprefix(SQLITE_SCHEME)) is None:
        return text
    found = re.match(_ANY_SCHEME, text.strip().strip(_QUOTES))
    return f"{found[0]}:{HIDDEN}" if found else HIDDEN


_HERE = r"(?i)|[/@].*|localhost|(?:::ffff:)?127\.[0-9.]+|::1"
"""Hosts on this machine: a socket, the default (an empty host), localhost and loopback."""


def remote_sslmode(text: str, environment: Mapping[str, str]) -> str | None:
    """Find the `sslmode` that libpq uses for a connection to another host.

    Args:
        text: The address of a database.
        environment: Environment variables; those of libpq replace what the address leaves out.

    Returns:
        The mode; "" if none is set; None if the address is on this machine or is not understood.
    """
    scheme = next((scheme for scheme in POSTGRES_SCHEMES if text.startswith(scheme)), None)
    found = scheme and re.fullmatch(_POSTGRES, text.removeprefix(scheme))
    if not found:
        return None
    from urllib.parse import unquote  # only for Postgres

    options = {
        name: unquote(value)
        for name, _, value in (
            option.partition("=") for option in (found["options"] or "").split("&")
        )
    }
    authority = found["place"].partition("/")[0]
    named = ",".join(re.sub(r":\d*$", "", host).strip("[]") for host in authority.split(","))
    hosts = (
        options.get("hostaddr")
        or environment.get("PGHOSTADDR")
        or options.get("host")
        or unquote(named)
        or environment.get("PGHOST", "")
    )
    if all(re.fullmatch(_HERE, host) for host in hosts.split(",")):
        return None
    return options.get("sslmode") or environment.get("PGSSLMODE", "")


def _shown(pattern: str, rest: str) -> str:
    found = re.fullmatch(pattern, rest)
    if found is None:
        return HIDDEN
    login = found["user"]
    password = found["password"] or ""
    if len(password) > len(":"):
        password = f":{HIDDEN}"
    who = "" if login is None else f"{login}{password}@"
    if not found["options"]:
        return f"{who}{found['place']}"
    options = "&".join(_option(option) for option in found["options"].split("&"))
    return f"{who}{found['place']}?{options}"


def _option(option: str) -> str:
    name, equals, _ = option.partition("=")
    return option if name in _SHOWN_OPTIONS else f"{name if equals else ''}{equals}{HIDDEN}"
