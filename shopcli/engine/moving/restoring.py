"""The use case that restores a shop from a backup: into an empty database, or over the old shop.

Over the old shop it is one transaction into the same database, so that whoever has it open goes on
with the rows of the backup, and whatever ends it leaves the old shop or the restored one.
"""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import (
    InvalidInput,
    NoShop,
    NotAShop,
    ShopExists,
    VerifyFailed,
)
from shopcli.domain.moments import from_microseconds, rfc3339
from shopcli.domain.records import CopiedTable, Restoration
from shopcli.engine.moving.comparing import (
    check_references,
    check_whole,
    compared,
    digest_of,
    opened,
    unreadable_as_damaged,
)
from shopcli.engine.moving.copying import ROW_REFUSED, fill, nothing_to_fill, rows_refused
from shopcli.storage.addresses import SqliteAddress, parse_address
from shopcli.storage.bulk.snapshots import lasting_snapshot
from shopcli.storage.database import connect
from shopcli.storage.outbox.holding import held_at
from shopcli.storage.schema import making
from shopcli.storage.schema.copies import make_another_copy, sealed_digest
from shopcli.storage.schema.identity import (
    SCHEMA_VERSION,
    SCHEMA_VERSIONS,
    identify,
    other_release,
)
from shopcli.storage.schema.retirement import retired_to
from shopcli.storage.sqlite import whole_files
from shopcli.storage.sqlite.whole_files import LEFT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.addresses import Address
    from shopcli.storage.database import Database
    from shopcli.storage.schema.identity import Identity
    from shopcli.storage.schema.making import Filling

    Progress = Callable[[str, int, int | None], None]

_PREFIX = "shop-restore-"
_DAMAGED = "damaged_backup"

WRITTEN = "written"
"""The phase in which pages are put into the old shop's file."""


def restore(
    file: str,
    to: str,
    *,
    over: str | None,
    runtime_of: Callable[[Database, Identity], Runtime],
    progress: Progress | None = None,
) -> Restoration:
    """Restore a shop from a backup, which is only read.

    The shop that is restored holds its deliveries until they are resumed. A backup of an older
    schema is brought up to date on the way.

    Args:
        file: Path of the backup; any file of a shop will do.
        to: Path or address of the database: empty, or with the same shop.
        over: Id of the shop that is replaced, or at least its last four characters; None: none is.
        runtime_of: Makes the context for reading a database.
        progress: Called with (phase, done, in all or None).

    Raises:
        InvalidInput: There is no such file, or it is no address.
        NotAShop: The file is no shop, or damaged, or something else is at the address.
        SchemaNew: A newer release made the backup, or the shop at the address.
        ShopExists: The same shop is there and is not to be replaced, or another one is.
        VerifyFailed: The backup is damaged or was used since, or a row was refused, or came out as
            another.
        Busy: Others held the database for too long.
        DatabaseUnreachable: It does not answer, or the disk is full.
        ReadOnly: The permissions do not allow it.
        OutcomeUnknown: The connection was lost while it was committed.
    """
    path, address = _file_of(file), parse_address(to)
    told = progress or (lambda _phase, _done, _total: None)
    _refuse_same(path, address)
    found, gone = _found(to)
    with _backup(path) as (database, identity):
        if found is not None:
            _judge(found, identity, address.display, over, gone)
        with _readable(path), database.read() as session:
            check_whole(session, str(path), reason=_DAMAGED)
            made_at, sealed = held_at(session), sealed_digest(session)
        told_of = _Backup(path, sealed)
        runtime = runtime_of(database, identity)
        if found is not None and isinstance(address, SqliteAddress):
            copy, rows, held = _over_file(runtime, told_of, address, told)
        else:
            with _readable(path), _rows_refused(path, database), _tables(to, found) as target:
                made = fill(runtime, target, address.display, told, kind="a restoration")
                told_of.check(made.tables)
            copy, rows, held = made.copy, made.rows, made.held or ""
    return Restoration(
        shop=identity.shop_id,
        copy=copy,
        database=address.display,
        file=str(path),
        snapshot_at=None if made_at is None else from_microseconds(made_at),
        rows=rows,
        replaced=found is not None,
        held=held,
        was_retired_to=gone,
    )


class _Backup(NamedTuple):
    """The file of a backup, and what it held when it was written; None where it does not say."""

    path: Path
    digest: str | None

    def check(self, tables: Iterable[CopiedTable]) -> None:
        """Compare what was read with what was written.

        Raises:
            VerifyFailed: A row has changed since: the file is damaged, or was used as a shop.
        """
        if self.digest is not None and digest_of(tables) != self.digest:
            raise VerifyFailed(
                "The backup {file} does not hold what was written into it: it is damaged, or was"
                " used as a shop since.",
                details={"checks": ["digest"], "file": str(self.path), "reason": "changed_backup"},
            )


@contextmanager
def _rows_refused(path: Path, database: Database) -> Iterator[None]:
    """Round what puts the rows of a backup elsewhere; SQLite's check looks for no reference.

    Raises:
        VerifyFailed: A row was refused: the backup is damaged, where a reference in it is broken.
    """
    try:
        with rows_refused():
            yield
    except VerifyFailed as error:
        if error.details.get("reason") == ROW_REFUSED:
            with _readable(path), database.read() as session:
                check_references(session, str(path), reason=_DAMAGED)
        raise


def _tables(to: str, found: Identity | None) -> AbstractContextManager[Filling]:
    """Empty tables to fill, in a transaction: new ones, or those of the shop that is there."""
    return making.filling(to) if found is None else making.refilling(to, found.shop_id)


@contextmanager
def _of_the_backup() -> Iterator[None]:
    """Advise about the file of a backup where it is no shop, and not about the shop.

    Raises:
        NotAShop: It is damaged, or something else.
    """
    try:
        yield
    except NotAShop as error:
        is_damaged = error.details.get("reason") == "damaged_file"
        reason = _DAMAGED if is_damaged else "empty_backup"
        error.details = {**error.details, "reason": reason}
        raise


def _readable(path: Path) -> AbstractContextManager[None]:
    """Round what reads a backup.

    Raises:
        NotAShop: Something in it cannot be read.
    """
    return unreadable_as_damaged(str(path), reason=_DAMAGED)


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A folder for whole copies; those that killed processes left are cleared away, once old."""
    with TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        now_seconds = folder.stat().st_mtime
        for left in folder.parent.glob(f"{_PREFIX}*"):
            with suppress(OSError):
                found = left.lstat()
                if stat.S_ISDIR(found.st_mode) and now_seconds - found.st_mtime > LEFT_SECONDS:
                    shutil.rmtree(left, ignore_errors=True)
        yield folder


def _file_of(file: str) -> Path:
    address = parse_address(file)
    if not isinstance(address, SqliteAddress):
        raise InvalidInput(
            "A backup is a file; {file} is a database server.",
            details={"file": address.display, "reason": "restore_from_server"},
        )
    path = Path(address.path)
    if not os.path.isfile(path):  # noqa: PTH113  # `Path.is_file` raises where a name is too long
        raise InvalidInput(
            "There is no backup {file}.", details={"file": str(path), "reason": "no_backup"}
        )
    return path


def _refuse_same(path: Path, address: Address) -> None:
    if isinstance(address, SqliteAddress):
        with suppress(OSError):
            if os.path.samestat(path.stat(), Path(address.path).stat()):
                raise InvalidInput(
                    "{file} is the shop itself.",
                    details={"file": str(path), "reason": "restore_from_itself"},
                )


def _found(to: str) -> tuple[Identity | None, str | None]:
    """The shop at an address, None where the database is empty; and where it has moved.

    Raises:
        NotAShop: Something else is there, or a damaged file.
    """
    database = connect(to)
    try:
        found = identify(database)
        if found.schema_version != SCHEMA_VERSION:
            return found, None
        with database.read() as session:
            return found, retired_to(session)
    except NoShop:
        return None, None
    except NotAShop as error:
        if error.details.get("reason") != "damaged_file":
            raise nothing_to_fill(error) from error.__cause__
        error.details = {**error.details, "reason": "damaged_to_fill"}
        raise
    finally:
        database.close()


def _judge(
    found: Identity, identity: Identity, display: str, over: str | None, gone: str | None
) -> None:
    """Refuse to replace another shop than the one that is meant."""
    if found.shop_id != identity.shop_id:
        raise ShopExists(
            "Another shop is at {database}, and not the one of the backup.",
            details={"database": display, "shop": found.shop_id, "reason": "restore_over_other"},
        )
    if found.schema_version not in SCHEMA_VERSIONS:
        raise other_release(display, found)
    if over is None:
        details = {"database": display, "shop": found.shop_id, "reason": "restore_over"}
        if gone is not None:
            raise ShopExists(
                "The shop is at {database}, but it has moved to {to}: two would sell.",
                details={**details, "to": gone},
            )
        raise ShopExists(
            "The shop is at {database}: all that is in it would be replaced.", details=details
        )
    if len(over) < ENDING_LENGTH_MIN or not found.shop_id.endswith(over.strip().lower()):
        raise InvalidInput(
            "{given} is not how the shop's id ends; nothing was changed.",
            details={"given": over[:40], "shop": found.shop_id, "reason": "other_ending"},
        )


ENDING_LENGTH_MIN = 4
"""Characters of the shop's id that are enough to say which shop is meant."""


@contextmanager
def _backup(path: Path) -> Iterator[tuple[Database, Identity]]:
    """The database of a backup, brought up to date in a temporary file where it is older."""
    with _temporary_folder() as folder:
        with opened(path) as database:
            with _of_the_backup():
                identity = _identified(database, path)
            if identity.schema_version == SCHEMA_VERSION:
                yield database, identity
                return
            if identity.schema_version not in SCHEMA_VERSIONS:
                raise other_release(str(path), identity)
            newer = folder / "newer.db"
            with _readable(path), lasting_snapshot(database) as source:
                # An upgrade copies rows, which would fail at whatever is damaged.
                check_whole(source, str(path), reason=_DAMAGED)
                check_references(source, str(path), reason=_DAMAGED)
                whole_files.fill_new(source, newer, lambda _done, _total: None)
        with _readable(path):
            making.upgrade(str(newer))
        with opened(newer) as database:
            yield database, identify(database)


def _identified(database: Database, path: Path) -> Identity:
    """The shop in a backup.

    Raises:
        NotAShop: The file is no shop, or damaged.
    """
    try:
        return identify(database)
    except NoShop:
        raise NotAShop(
            "There is no shop in the file {file}.",
            details={"file": str(path), "reason": "empty_backup"},
        ) from None


def _over_file(
    runtime: Runtime, backup: _Backup, address: SqliteAddress, progress: Progress
) -> tuple[str, int, str]:
    """Put the backup into the file of the old shop, in one transaction of SQLite.

    Returns:
        Id of the copy, its rows, why it is held.
    """
    at = runtime.now()
    held = f"a restoration of {backup.path}, made at {rfc3339(from_microseconds(at))}"
    own_id = runtime.ids.new()
    with _temporary_folder() as folder:
        ready = folder / "ready.db"
        with (
            _readable(backup.path),
            lasting_snapshot(runtime.database) as source,
        ):
            whole_files.fill_new(source, ready, lambda _done, _total: None)
            with opened(ready) as database:
                with database.write() as session:
                    held = make_another_copy(session, own_id, held, at)
                with database.read() as session:
                    check_whole(session, str(backup.path), reason=_DAMAGED)
                    tables = compared(source, session, progress)
        backup.check(tables)
        whole_files.replace_content(
            ready, address, lambda done, total: progress(WRITTEN, done, total)
        )
    return own_id, sum(table.rows for table in tables), held
