"""What may be shown of an address, and what is no path; must never show a secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

POSTGRES_SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")
SQLITE_SCHEME = "sqlite:///"
HIDDEN = "***"

# As libpq reads it: the password ends at the first `@`, and neither it nor the user holds a `/`.
_POSTGRES = re.compile(
    r"(?:(?P<user>[^/@:?#]*)(?P<password>:[^/@]*)?@)?"
    r"(?P<place>(?:[^/@?#:,\[\]]*|\[[^/@?#\[\]]*\])(?::\d*)?"
    r"(?:,(?:[^/@?#:,\[\]]*|\[[^/@?#\[\]]*\])(?::\d*)?)*"
    r"(?:/[^/@?#:]*)?)"
    r"(?:\?(?P<options>[^?#]*))?"
)
_HTTP = re.compile(
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
_ANY_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(?=:/)")

# In a sentence: a login with a password up to the last `@`, or one that was cut before it.
# An empty password is none: `:@` stands where no further `@` follows.
_LOGIN = re.compile(r"(?P<head>:/{1,2}[^/@:\s\[]*):(?!\*{3}@)(?!@[^@\n]*(?:\n|$))[^\n]*@")
_CUT_LOGIN = re.compile(
    r"(?P<head>:/{1,2}[^/@:\s\[]*):(?!\*{3}@|\d*(?:[/?#,;.'\")\s]|$))[^@\s]+(?!\S*@)"
)
_BARE_LOGIN = re.compile(r"(?P<head>[^/@:\s'\"]+):(?!\*{3}@)[^/@\s]+@(?=[\w\[])")
_SECRET_WORD = re.compile(r"(?i)\b(?P<name>password|pwd)=(?!\*{3})[^\s&]+")
_SIGNING_SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{8,}=*")

_QUOTES = "\"'`“”\u2018\u2019„«»"
_WORDS = re.compile(
    r"(?:^|[\s;?&])(?:host|hostaddr|port|dbname|database|user|username|user id|uid|pwd|password"
    r"|passfile|sslmode|service|server|data source)\s*=",
    re.IGNORECASE,
)
_NO_PATHS = (
    (re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]"), "It holds control characters."),
    (re.compile(r"^\s|\s$"), "There are blanks at its ends."),
    (re.compile(rf"^[{_QUOTES}]|[{_QUOTES}]$"), "There are quotes round it."),
    (
        re.compile(r"\$[A-Za-z_{(]|%[A-Za-z_]+%|^[<{]"),
        "It holds a variable that was not filled in.",
    ),
    (re.compile("://"), "It is an address of a kind that is not known."),
    (
        re.compile(
            r"^(?:postgres\w*|sqlite\d?|psycopg\d?)(?:\+\w*)?(?:[:\uff1a]|//)|^file:", re.IGNORECASE
        ),
        "It is an address that is not in full.",
    ),
    (re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:/"), "It is an address that is not in full."),
    (_WORDS, "It holds words like `host=…`."),
    (
        # Not a Windows drive, of which a colon and a slash tell.
        re.compile(r"^/*(?![A-Za-z]:[/\\])[^/\\@:]+:.*@"),
        "It looks like a login with its password.",
    ),
)


def fault_of_path(text: str) -> str | None:
    """Why a text is no path of a shop; None if it may be one."""
    return next((why for pattern, why in _NO_PATHS if pattern.search(text)), None)


def postgres_fault(rest: str) -> str | None:
    """Why what follows the scheme is no address of a Postgres database, as far as that is told."""
    for pattern, why in _NO_PATHS[:2]:
        if pattern.search(rest):
            return why
    if re.search(r"\$[{(]", rest):
        return "It holds a variable that was not filled in."
    if _POSTGRES.fullmatch(rest) is None:
        return "Its parts cannot be told apart."
    return None


def without_passwords(text: str) -> str:
    """A sentence, which may repeat what was typed, without any password of an address in it."""
    if ":/" in text:
        text = _LOGIN.sub(rf"\g<head>:{HIDDEN}@", text)
        text = _CUT_LOGIN.sub(rf"\g<head>:{HIDDEN}", text)
    text = _BARE_LOGIN.sub(rf"\g<head>:{HIDDEN}@", text)
    text = _SECRET_WORD.sub(rf"\g<name>={HIDDEN}", text)
    return _SIGNING_SECRET.sub(f"whsec_{HIDDEN}", text)


def display(text: str) -> str:
    """An address or path made fit to show: no password; when unsure, only the scheme."""
    for scheme in POSTGRES_SCHEMES:
        if text.startswith(scheme):
            return f"{scheme}{_shown(_POSTGRES, text.removeprefix(scheme))}"
    for scheme in ("https://", "http://"):
        if text.startswith(scheme):
            return f"{scheme}{_shown(_HTTP, text.removeprefix(scheme))}"
    if fault_of_path(text.removeprefix(SQLITE_SCHEME)) is None:
        return text
    found = _ANY_SCHEME.match(text.strip().strip(_QUOTES))
    return f"{found[0]}:{HIDDEN}" if found else HIDDEN


_HERE = re.compile(r"|[/@].*|localhost|(?:::ffff:)?127\.[0-9.]+|::1", re.IGNORECASE)
"""Sockets, of which an empty one is the default, and what never leaves this machine."""


def remote_sslmode(text: str, environment: Mapping[str, str]) -> str | None:
    """How libpq is told to protect what goes to another host; "" if it is told nothing.

    Args:
        text: The address of a database.
        environment: Variables; libpq's own fill in what the address leaves out.

    Returns:
        None where nothing leaves this machine, as far as that can be told.
    """
    scheme = next((scheme for scheme in POSTGRES_SCHEMES if text.startswith(scheme)), None)
    found = scheme and _POSTGRES.fullmatch(text.removeprefix(scheme))
    if not found:
        return None
    from urllib.parse import unquote  # no file needs it

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
    if all(_HERE.fullmatch(host) for host in hosts.split(",")):
        return None
    return options.get("sslmode") or environment.get("PGSSLMODE", "")


def _shown(pattern: re.Pattern[str], rest: str) -> str:
    found = pattern.fullmatch(rest)
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
