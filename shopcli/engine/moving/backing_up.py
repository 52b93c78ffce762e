"""The use case that makes a backup: one SQLite file with every row, proven before it has its name.

A backup is a copy of the shop with an id of its own that holds its deliveries, so that it can be
opened and looked at without sending anything. It has its name only once it is whole.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import InvalidInput, ShopError, ShopExists
from shopcli.domain.moments import from_microseconds, rfc3339, zone
from shopcli.domain.records import Backup
from shopcli.engine.moving.backup_names import (
    Naming,
    checked_keep,
    checked_naming,
    from_here,
)
from shopcli.engine.moving.comparing import (
    check_whole,
    compared,
    digest_of,
    digest_of_all,
    opened,
    unreadable_as_damaged,
)
from shopcli.engine.moving.copying import fill, rows_refused
from shopcli.engine.verifying.verification import verify
from shopcli.storage.addresses import SqliteAddress, parse_address
from shopcli.storage.bulk.snapshots import lasting_snapshot
from shopcli.storage.outbox.holding import held_at
from shopcli.storage.schema.copies import make_another_copy, seal, sealed_digest
from shopcli.storage.schema.identity import identify
from shopcli.storage.schema.making import filling
from shopcli.storage.sqlite import whole_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shopcli.engine.runtime import Runtime

    Progress = Callable[[str, int, int | None], None]

PAGES, VERIFIED = "copied", "verified"
"""The phases: pages of the file (rows, where the shop is on Postgres), then rows."""


def back_up(
    runtime: Runtime,
    file: str,
    *,
    force: bool = False,
    keep: int | None = None,
    with_verify: bool = False,
    progress: Progress | None = None,
) -> Backup:
    """Make a backup of the shop in a file, while others go on; nobody is held up by it.

    Only with the DELETE journal of SQLite nobody can write while the file is read, which is given
    up after some seconds.

    Args:
        runtime: What every use case is given.
        file: Its path; `{date}` and `{time}` in its name are those of the backup.
        force: Put it in the place of a file that is there, unless that is a shop of any kind but
            a backup of this one as it was written, which nobody has open.
        keep: Remove older backups of this shop that are named so, but for as many; all if None.
            None is removed where an invariant does not hold in the new one.
        with_verify: Check every invariant in the backup, too.
        progress: Called with (phase, done, in all or None), first with 0 in each.

    Raises:
        InvalidInput: A file is there, or the path or `keep` is not possible.
        ShopExists: The file is the shop itself, or another shop than such a backup.
        VerifyFailed: The shop's file is damaged, or the backup came out different.
        Busy: Others held the database for too long, or the backup would have held them up.
        ReadOnly: The permissions allow no file there.
        DatabaseUnreachable: The disk is full, or the database does not answer.
    """
    given = Path(path_of(from_here(file)))
    naming = checked_naming(given)
    keep = checked_keep(naming, keep)
    at = runtime.clock().astimezone(zone(runtime.identity.timezone))
    path = given.with_name(naming.name(at))
    _check_free(runtime, path, force=force)
    told = progress or (lambda _phase, _done, _total: None)
    with whole_files.finished_file(path, replace=force, is_alike=naming.matches) as partial:
        if runtime.database.dialect == "sqlite":
            made = _of_file(runtime, partial, told)
        else:
            made = _of_server(runtime, partial, told)
        with opened(partial) as database, database.write() as session:
            seal(session, digest_of(made.tables))
        if with_verify:
            told(VERIFIED, 0, None)
            with opened(partial) as database:
                proof = verify(replace(runtime, database=database))
            failed = tuple(check.name for check in proof.checks if not check.ok)
            made = replace(made, ok=proof.ok, failed=failed)
        if force:  # it may have taken long
            _check_free(runtime, path, force=True)
        made = replace(made, file=str(path), bytes=partial.stat().st_size)
    if keep is None or made.ok is False:
        return made
    return replace(made, removed=tuple(_remove_oldest(runtime, path, naming, keep)))


def keep_as_it_is(url: str, file: str) -> None:
    """Copy a shop of any schema, page by page, before it is upgraded; it is checked by SQLite.

    Args:
        url: Path of the shop.
        file: Path of the copy.

    Raises:
        InvalidInput: A file is there, or the shop is on a server, which has tools of its own.
        VerifyFailed: The shop's file is damaged.
        ShopError: What `back_up` raises of files.
    """
    address, path = parse_address(url), Path(path_of(file))
    if not isinstance(address, SqliteAddress):
        raise InvalidInput(
            "A shop of an older schema on a server is backed up by the server's tools.",
            details={"database": address.display, "reason": "backup_of_old_server"},
        )
    if whole_files.is_there(path):
        raise whole_files.file_exists(path)
    with whole_files.finished_file(path, replace=False, is_alike=path.name.__eq__) as partial:
        with opened(Path(address.path)) as database, lasting_snapshot(database) as source:
            whole_files.fill_file(source, partial, lambda _done, _total: None)
        with opened(partial) as copy, copy.read() as session:
            check_whole(session, address.display, reason="damaged_source")


def path_of(file: str) -> str:
    """The path of a backup.

    Raises:
        InvalidInput: It is the address of a server.
    """
    address = parse_address(file)
    if not isinstance(address, SqliteAddress):
        raise InvalidInput(
            "A backup is a file; {file} is a database server.",
            details={"file": address.display, "reason": "backup_to_server"},
        )
    return address.path


def _check_free(runtime: Runtime, path: Path, *, force: bool) -> None:
    """Refuse to write over the shop, over a shop that is in use, and over a file without force."""
    own = parse_address(runtime.database.display) if runtime.database.dialect == "sqlite" else None
    is_there = whole_files.is_there(path)
    if isinstance(own, SqliteAddress) and is_there and path.samefile(own.path):
        raise ShopExists(
            "{file} is the shop itself.", details={"file": str(path), "reason": "backup_onto_shop"}
        )
    if not is_there:
        return
    if not force:
        raise whole_files.file_exists(path)
    if path.is_symlink():
        raise InvalidInput(
            "{file} is a link to another file.", details={"file": str(path), "reason": "link"}
        )
    if not path.is_file():
        raise InvalidInput(
            "{file} is no file that could be replaced.",
            details={"file": str(path), "reason": "no_file_to_replace"},
        )
    has_more = any(whole_files.is_there(Path(f"{path}{end}")) for end in ("-wal", "-journal"))
    if has_more or (_is_shop(path) and not _is_untouched_backup(runtime, path)):
        raise ShopExists(
            "{file} is a shop, and no backup of this one as it was written.",
            details={"file": str(path), "reason": "backup_onto_other"},
        )


def _is_shop(path: Path) -> bool:
    try:
        with opened(path) as database:
            identify(database)
    except ShopError:
        return False
    except Exception:  # noqa: BLE001  # what cannot be read is not known to be none
        return True
    return True


def _of_file(runtime: Runtime, partial: Path, progress: Progress) -> Backup:
    display = runtime.database.display
    with (
        unreadable_as_damaged(display, reason="damaged_file"),
        lasting_snapshot(runtime.database) as source,
    ):
        snapshot_at = runtime.now()
        progress(PAGES, 0, None)
        whole_files.fill_file(source, partial, lambda done, total: progress(PAGES, done, total))
        own_id, held = runtime.ids.new(), _why_held(runtime, snapshot_at)
        with opened(partial) as database:
            with database.write() as session:
                held = make_another_copy(session, own_id, held, snapshot_at)
            with database.read() as session:
                check_whole(session, display, reason="damaged_source")
                tables = compared(source, session, progress)
    return Backup(
        shop=runtime.identity.shop_id,
        copy=own_id,
        file="",
        source=runtime.database.display,
        snapshot_at=from_microseconds(snapshot_at),
        bytes=0,
        rows=sum(table.rows for table in tables),
        tables=tables,
        held=held,
        ok=None,
        failed=(),
        removed=(),
    )


def _why_held(runtime: Runtime, snapshot_at: int) -> str:
    made_at = rfc3339(from_microseconds(snapshot_at))
    return f"a backup of {runtime.database.display}, made at {made_at}"


def _of_server(runtime: Runtime, partial: Path, progress: Progress) -> Backup:
    with rows_refused(), filling(str(partial)) as target:
        copy = fill(runtime, target, str(partial), progress, kind="a backup")
    return Backup(
        shop=copy.shop,
        copy=copy.copy,
        file="",
        source=copy.source,
        snapshot_at=copy.snapshot_at,
        bytes=0,
        rows=copy.rows,
        tables=copy.tables,
        held=copy.held or "",
        ok=None,
        failed=(),
        removed=(),
    )


class _Found(NamedTuple):
    """A backup of this shop, by when it was made."""

    made_at: int
    path: Path


def _remove_oldest(runtime: Runtime, path: Path, naming: Naming, keep: int) -> Iterator[str]:
    """Remove all but the newest backups of this shop that are named so.

    What is named so and was used as a shop, or is open, is left alone.
    """
    named = [one for one in path.parent.iterdir() if naming.matches(one.name) and one != path]
    own = [found for one in named if (found := _backup_of(runtime, one)) is not None]
    for old in sorted(own, reverse=True)[keep - 1 :]:
        if _is_untouched_backup(runtime, old.path):
            old.path.unlink(missing_ok=True)
            yield str(old.path)


def _backup_of(runtime: Runtime, path: Path) -> _Found | None:
    """The backup of this shop in a file, whether or not it was used since."""
    try:
        if path.is_symlink():
            return None
        with opened(path) as database:
            if identify(database).shop_id != runtime.identity.shop_id:
                return None
            with database.read() as session:
                made_at = held_at(session)
                is_backup = sealed_digest(session) is not None
    except Exception:  # noqa: BLE001  # whatever it is, it is not ours to remove
        return None
    return _Found(made_at, path) if is_backup and made_at is not None else None


def _is_untouched_backup(runtime: Runtime, path: Path) -> bool:
    """Whether a file is a backup of this shop with the rows it was written with, open to nobody.

    The database that is being backed up may be such a file, too, before it is used.
    """
    own = parse_address(runtime.database.display) if runtime.database.dialect == "sqlite" else None
    if isinstance(own, SqliteAddress) and path.samefile(own.path):
        return False
    if _backup_of(runtime, path) is None or whole_files.is_open_elsewhere(path):
        return False
    try:
        with opened(path) as database, database.read() as session:
            return sealed_digest(session) == digest_of_all(session)
    except Exception:  # noqa: BLE001  # a damaged one is not what was written
        return False
