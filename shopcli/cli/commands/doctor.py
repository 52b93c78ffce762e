"""The command doctor: checks this machine and the database; changes nothing."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

import typer

from shopcli.cli.call import Call
from shopcli.cli.commands.outbox import trouble_fixes, trouble_sentence
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.way_to_server import weakness
from shopcli.domain.addresses import display, remote_sslmode
from shopcli.domain.deliveries.values import troubles
from shopcli.domain.errors import InvalidInput, NotAllowed, ShopError
from shopcli.domain.moments import from_microseconds
from shopcli.wording.advice import advice

if TYPE_CHECKING:
    from shopcli import Shop

app = new_app("Health of machine and database.")

FREE_BYTES_MIN = 100 * 1024 * 1024
CLOCK_DIFFERENCE_SECONDS_MAX = 2.0
"""Leases last up to 30 s and signatures are refused after minutes; 2 s is far from both."""
COLUMNS_MIN = 60
_CODES_SHOWN = 5

_OWNER = "owner"
_RIGHTS_SHOWN = 5

_ONLY_READ = "so the shop can only be read"
_SERVER_WRITES = {
    "": ("the server takes changes", ""),
    "stand_by": (
        f"the server is a stand-by, which follows another one, {_ONLY_READ}",
        "Use the address of the primary server.",
    ),
    "read_only": (
        f"default_transaction_read_only is on, {_ONLY_READ}",
        "In psql, for the login or database it was set for: RESET default_transaction_read_only",
    ),
}
"""What forbids writes on a server, by its name in the facts: how it is told, and what to do."""


class Finding(NamedTuple):
    """The outcome of one check, and what to do about it."""

    name: str
    ok: bool
    detail: str
    fix: str = ""


@app.command("doctor", cls=ShopCommand, epilog="shop doctor")
def doctor(context: typer.Context) -> None:
    """Check this machine and the database; exit 1 if something needs care."""
    call = Call.of(context)
    findings = [
        finding._replace(fix=call.pasted(finding.fix))
        for finding in (*_of_machine(call), *_of_shop(call))
    ]
    if call.output.is_table:
        for finding in findings:
            call.output.lines(
                f"{'ok  ' if finding.ok else 'FAIL'} {finding.name}: {finding.detail}"
            )
            if not finding.ok and finding.fix:
                call.output.lines(f"     {finding.fix}")
    else:
        call.output.rows([_row(finding) for finding in findings], Finding._fields, [])
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _row(finding: Finding) -> dict[str, object]:
    return {**finding._asdict(), "fix": "" if finding.ok else finding.fix}


def _of_machine(call: Call) -> Iterator[Finding]:
    yield _python()
    yield _terminal()
    try:
        file = call.settings.file_path()
        settings = call.settings.settings()
    except ShopError as error:
        yield Finding("configuration", ok=False, detail=str(error), fix=advice(error))
        return
    detail = str(file) if is_there(file) else f"{file} (not there, which is fine)"
    yield Finding("configuration", ok=True, detail=detail)
    if is_there(file):
        yield _private("configuration file", file, stat.S_IRWXO | stat.S_IWGRP)
    values = {setting.name: setting.value for setting in settings}
    secret = values["platform_secret_file"]
    if secret is not None:
        yield _private("platform secret file", Path(secret))
    if values["platform_headers_file"] is not None:
        yield _headers(call)


def _headers(call: Call) -> Finding:
    """How many headers of its own the platform gets; none of them is shown."""
    from shopcli.relay.own_headers import own_headers

    try:
        count = len(own_headers(call.settings.platform_variables()))
    except ShopError as error:
        return Finding("platform headers", ok=False, detail=str(error), fix=advice(error))
    return Finding("platform headers", ok=True, detail=f"{count}, sent with each event")


def _of_shop(call: Call) -> Iterator[Finding]:
    address = call.settings.database()
    try:
        with call.shop() as shop:
            copy = shop.maintenance.copy_id() or "unknown"
            yield Finding("database", ok=True, detail=f"{shop.url}, shop {shop.id}, copy {copy}")
            gone = shop.maintenance.retired_to()
            if gone is not None:
                what = f"retired: it has moved to {gone}, and every change is refused"
                fix = call.pasted("Go on there. If the move was cut short: shop db unretire")
                yield Finding("use", ok=False, detail=what, fix=fix)
            yield from _underneath(call, shop)
            for name, check in (
                ("clock", _clock),
                ("outbox", partial(_outbox, call)),
                ("relay", partial(_relay, call)),
                ("schema", partial(_schema, address)),
                ("barcodes", _codes),
            ):
                if gone is not None and check is _codes:  # they can be parted there alone
                    continue
                yield _if_allowed(name, check, shop)
    except ShopError as error:
        shown = display(address)
        yield Finding("database", ok=False, detail=f"{shown}: {error}", fix=advice(error))
    file = _sqlite_file(address)
    if file is not None and is_there(file):
        yield _private("database file", file)
        yield _private("database folder", file.parent, stat.S_IWOTH)
        writing = _writing(file)
        yield writing
        if writing.ok:  # else no free space would help
            yield _disk(file.parent)


def _if_allowed(name: str, check: Callable[[Shop], Finding], shop: Shop) -> Finding:
    """What a check found; a login need not see more than its work needs."""
    try:
        return check(shop)
    except NotAllowed as error:
        return Finding(name, ok=True, detail=f"not known here: {error.details['denied']}")


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", ok=True, detail=version)


def _terminal() -> Finding:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        return Finding(
            "terminal",
            ok=False,
            detail=f"the output is {sys.stdout.encoding}, names will be shown escaped",
            fix="Set LANG to a UTF-8 locale, or PYTHONUTF8=1.",
        )
    if not sys.stdout.isatty():
        return Finding("terminal", ok=True, detail="none, answers are TSV")
    columns = os.get_terminal_size(sys.stdout.fileno()).columns
    return Finding(
        "terminal",
        ok=columns >= COLUMNS_MIN,
        detail=f"{columns} columns, UTF-8",
        fix=f"Make it at least {COLUMNS_MIN} columns wide.",
    )


def _underneath(call: Call, shop: Shop) -> Iterator[Finding]:
    facts = shop.maintenance.facts()
    kind = facts.pop("database", "database")
    if kind == "postgres":
        yield _search_path(facts)
        yield _connection(call)
        yield _server_writes(facts)
        yield _login(shop)
    detail = ", ".join(f"{name} {value}" for name, value in facts.items() if value)
    if kind == "sqlite":
        if facts.get("preferred_journal_mode") != "WAL":
            detail += "; pip install pysqlite3 gets one that may use WAL, with faster writes"
        yield Finding("sqlite library", ok=True, detail=detail)
        return
    lax = [
        name
        for name in ("fsync", "full_page_writes", "synchronous_commit")
        if facts.get(name) == "off"
    ]
    yield Finding(
        "postgres server",
        ok=not lax,
        detail=detail,
        fix=f"Turn on {', '.join(lax)}: a crash of the server can lose or damage what was paid."
        if lax
        else "",
    )


def _connection(call: Call) -> Finding:
    """Whether the connection to the server is protected against others on the network."""
    mode = remote_sslmode(call.settings.database(), call.settings.environment)
    if mode is None:
        return Finding("way to the server", ok=True, detail="does not leave this machine")
    for what, fix in weakness(mode):
        return Finding("way to the server", ok=False, detail=what, fix=fix)
    detail = f"encrypted, and the server proves who it is (sslmode {mode})"
    return Finding("way to the server", ok=True, detail=detail)


def _search_path(facts: dict[str, str]) -> Finding:
    """Whether only the shop's schema is searched, and not every login may create in it."""
    path, pinned = facts.pop("search_path"), facts.pop("pinned_path")
    open_to_all = facts.pop("schema_open_to_all")
    if path != pinned:
        return Finding(
            "postgres schema",
            ok=False,
            detail=f"searched is {path}, not {pinned}",
            fix="Connect to the server itself, or to a pooler that leaves settings alone.",
        )
    return Finding(
        "postgres schema",
        ok=not open_to_all,
        detail=f"every login may make functions in {open_to_all}, which the shop's could then call"
        if open_to_all
        else f"only {pinned} is searched",
        fix=f'In psql: REVOKE CREATE ON SCHEMA "{open_to_all}" FROM PUBLIC',
    )


def _server_writes(facts: dict[str, str]) -> Finding:
    """Whether this server lets this login write orders."""
    reason = facts.pop("forbids_writes")
    detail, fix = _SERVER_WRITES[reason]
    return Finding("writing", ok=not reason, detail=detail, fix=fix)


def _login(shop: Shop) -> Finding:
    """What the login may do in the database: the kinds of logins whose rights it has."""
    login = shop.maintenance.login()
    assert login is not None, "the shop is on a server"  # noqa: S101  # for the type checker
    if login.kinds == (_OWNER,):
        told = f"{login.role} owns the tables, or can become who does: nothing limits it"
        return Finding("login", ok=True, detail=told)
    if not login.kinds:
        return Finding(
            "login",
            ok=False,
            detail=f"{login.role} has the rights of no till, relay, operator or reader",
            fix="Let whoever owns the tables give it the rights of its work, by db grants. See:"
            " shop help roles",
        )
    kinds = " and ".join(login.kinds)
    detail = f"{login.role} has the rights of: {kinds}"
    more = len(login.beyond) - _RIGHTS_SHOWN
    if login.beyond:
        detail += f"; and more: {', '.join(login.beyond[:_RIGHTS_SHOWN])}"
        detail += f" … and {more} others" if more > 0 else ""
    return Finding("login", ok=True, detail=detail)


def _clock(shop: Shop) -> Finding:
    seconds = shop.maintenance.clock_difference_seconds()
    return Finding(
        "clock",
        ok=abs(seconds) <= CLOCK_DIFFERENCE_SECONDS_MAX,
        detail=f"database and machine differ by {abs(seconds):.3f} s",
        fix="Keep both in time with NTP.",
    )


def _outbox(call: Call, shop: Shop) -> Finding:
    """The verdict of `outbox status --check`."""
    from shopcli import Relay  # it knows the endpoint

    try:
        relay = Relay(shop, environment=call.settings.platform_variables())
        status = relay.status()
    except InvalidInput as error:
        return Finding("outbox", ok=False, detail=str(error), fix=advice(error))
    found = troubles(status, is_awaited=relay.is_awaited(status))
    detail = f"{status.pending} pending, {status.dead} dead, breaker {status.breaker}"
    if status.retired_to is not None:  # which is a finding of its own
        return Finding("outbox", ok=True, detail=f"{detail}; nothing is sent from here any more")
    if status.held is not None:
        detail += f", held ({status.held})"
    if found:
        detail += f": {', '.join(map(trouble_sentence, found))}"
    return Finding("outbox", ok=not found, detail=detail, fix=f"See: {trouble_fixes(found)}")


def _relay(call: Call, shop: Shop) -> Finding:
    running = [
        f"{relay.actor}@{relay.host}, process {relay.process_id},"
        f" since {call.moment(from_microseconds(relay.started_at))} ({shop.timezone})"
        for relay in shop.outbox.deliveries.live_relays()
    ]
    detail = "; ".join(running) if running else "none runs; commands send their own events"
    return Finding("relay", ok=True, detail=detail)


def _schema(address: str, _: Shop) -> Finding:
    from shopcli import Shop  # only where somebody asks

    status = Shop.schema_status(address)
    return Finding(
        "schema",
        ok=status.is_current,
        detail=f"version {status.schema_version}, this release wants {status.wanted_version}",
        fix="Type: shop db upgrade",
    )


def _codes(shop: Shop) -> Finding:
    from shopcli.cli.commands.db import HOW_TO_PART

    shared = shop.maintenance.shared_codes()
    more = f" … and {len(shared) - _CODES_SHOWN} more" if len(shared) > _CODES_SHOWN else ""
    return Finding(
        "barcodes",
        ok=not shared,
        detail=f"shared by several products: {'; '.join(shared[:_CODES_SHOWN])}{more}"
        if shared
        else "each belongs to one product",
        fix=HOW_TO_PART,
    )


def _sqlite_file(address: str) -> Path | None:
    if address.startswith("sqlite:///"):
        return Path(address.removeprefix("sqlite:///").partition("?")[0])
    return None if "://" in address else Path(address)


def is_there(path: Path) -> bool:
    """Whether there is something; `Path.exists` raises where a name is too long."""
    return os.path.exists(path)  # noqa: PTH110  # as above


def _private(name: str, path: Path, forbidden: int = stat.S_IRWXO) -> Finding:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        return Finding(name, ok=False, detail=f"{path}: {error.strerror}", fix="Make it readable.")
    wide = os.name == "posix" and mode & forbidden and not mode & stat.S_ISVTX
    whose = "go" if forbidden & stat.S_IRWXG else "o"
    fix = f"chmod {whose}= {quote(str(path))}"
    return Finding(
        name,
        ok=not wide,
        detail=f"{path} has mode {mode:04o}",
        fix=f"Whoever can read it is trusted; to keep it to yourself: {fix}",
    )


def _writing(file: Path) -> Finding:
    """Whether orders can be written: SQLite makes files beside the shop's."""
    closed = [str(path) for path in (file, file.parent) if not os.access(path, os.W_OK)]
    if not closed:
        return Finding("writing", ok=True, detail=f"{file} and its folder can be written")
    where = " and ".join(closed)
    if os.name == "posix" and os.statvfs(file).f_flag & os.ST_RDONLY:
        return Finding(
            "writing",
            ok=False,
            detail=f"{where}: the file system is mounted read-only, so the shop can only be read",
            fix="Mount it for writing, or use another --db.",
        )
    return Finding(
        "writing",
        ok=False,
        detail=f"{where}: your login may not write there, so the shop can only be read",
        fix="Give your login write permission for the file and its folder, or use another --db.",
    )


def _disk(folder: Path) -> Finding:
    import shutil  # only where somebody asks

    free = shutil.disk_usage(folder).free
    return Finding(
        "disk",
        ok=free >= FREE_BYTES_MIN,
        detail=f"{free // (1024 * 1024)} MiB free at {folder}",
        fix="Free some space: a full disk stops every order.",
    )
