"""The use case that copies a whole shop into an empty database, row by row, and proves it.

All of it happens in one transaction there: schema, rows, comparison and `verify`. So whatever ends
it, the other database is as empty as before, and the same call begins anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, cast

from shopcli.domain.errors import (
    DatabaseUnreachable,
    InvalidInput,
    NoShop,
    NotAShop,
    OutcomeUnknown,
    ShopError,
    ShopExists,
    VerifyFailed,
)
from shopcli.domain.ledger.entries import entry_id
from shopcli.domain.moments import from_microseconds, rfc3339
from shopcli.domain.records import CopiedTable, ShopCopy
from shopcli.domain.showing import inert
from shopcli.engine.moving import retiring
from shopcli.engine.moving.full_disks import nothing_copied
from shopcli.engine.runtime import retried
from shopcli.engine.verifying.verification import verify
from shopcli.storage.addresses import parse_address
from shopcli.storage.bulk import whole_tables as whole
from shopcli.storage.bulk.snapshots import lasting_snapshot
from shopcli.storage.bulk.statistics import analyze
from shopcli.storage.database import connect
from shopcli.storage.failures import ConstraintViolated, retired
from shopcli.storage.schema.copies import add_copy, copy_id
from shopcli.storage.schema.identity import identify
from shopcli.storage.schema.making import filling
from shopcli.storage.verifying.attempts import attempt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from shopcli.domain.records import Verification
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.bulk.whole_tables import Entry, WholeTable
    from shopcli.storage.database import Database
    from shopcli.storage.schema.making import Filling
    from shopcli.storage.session import Row, Session

Progress = Callable[[str, int, int | None], None]

COPIED, COMPARED, VERIFIED = "copied", "compared", "verified"
"""The phases; rows are counted in each, in the last one only at its end."""


ROW_REFUSED = "row_refused"
"""Why a copy came to nothing: selects the advice."""

_TRIAL_SECONDS = 1.0
_LEAST_SECONDS = 1.0
_TIMES_READING = 6.0
"""How much longer a copy takes than reading the rows: they are also written, compared, verified."""


class _Transferred(NamedTuple):
    """What was read of the shop, and written."""

    tables: tuple[CopiedTable, ...]
    snapshot_at: int
    last_entry: Entry | None


def copy(
    runtime: Runtime,
    to: str,
    *,
    then_retire: bool = False,
    progress: Progress | None = None,
    when_retired: Callable[[float], None] | None = None,
) -> ShopCopy:
    """Copy the whole shop into an empty database of either kind; others may go on meanwhile.

    Every row keeps its ids, numbers, instants and keys. The copy holds its deliveries until they
    are resumed, and events that a relay has leased wait in it. Rows are compared by number and
    digest, and the copy is verified, before anything of it can be seen.

    Args:
        runtime: What every use case is given.
        to: Path or address of the database.
        then_retire: Whether the shop moves there: it is retired first, so that no sale falls
            between, and stays so unless the copy fails.
        progress: Called with (phase, rows done, rows in all or None), first with 0 rows in each.
        when_retired: Called once the shop is retired, with the estimated seconds for which
            nobody sells.

    Raises:
        ShopExists: A shop is there.
        NotAShop: Something else is there, or no database.
        InvalidInput: It is no address, or holds what the other database cannot hold.
        VerifyFailed: A row was refused there, or came out as another.
        Busy: Others held either database for too long.
        DatabaseUnreachable: Either does not answer, or the disk is full.
        ReadOnly: No tables may be made there, or the shop that is to be retired is so already.
        OutcomeUnknown: It ended while the copy was committed; a shop that moves stays retired.
    """
    check_empty(runtime, to)
    told = progress or (lambda _phase, _done, _total: None)
    display = parse_address(to).display
    seconds = _seconds_without_sales(runtime) if then_retire else 0.0
    is_proven = False
    try:
        # All that can be refused there is refused before anybody has to wait.
        with nothing_copied(), rows_refused(), filling(to) as target:
            if then_retire:
                retiring.retire(runtime, display)
                if when_retired is not None:
                    when_retired(seconds)
            made = replace(fill(runtime, target, display, told), retired=then_retire)
            is_proven = True
    except BaseException as error:
        # What ends it while it is being committed, or after that, does not tell that it was not.
        if is_proven and (isinstance(error, OutcomeUnknown) or not isinstance(error, Exception)):
            raise _outcome_unknown(display, is_retired=then_retire) from error
        if then_retire:
            _take_back(runtime, display)
        raise
    return made


@contextmanager
def rows_refused() -> Iterator[None]:
    """Tell of a row that the tables of another database refused.

    Raises:
        VerifyFailed: One was.
    """
    try:
        yield
    except ConstraintViolated as error:
        raise VerifyFailed(
            "The copy refuses a row of the shop by its constraint {constraint}.",
            details={"checks": [error.name], "constraint": error.name, "reason": ROW_REFUSED},
        ) from error


def _seconds_without_sales(runtime: Runtime) -> float:
    """How long nobody will sell while the shop moves.

    Raises:
        ReadOnly: The shop is retired already.
    """
    gone = retiring.retired_to(runtime)
    if gone is not None:
        raise retired(runtime.database.display, gone)
    return estimated_seconds(runtime)


def _outcome_unknown(to: str, *, is_retired: bool) -> OutcomeUnknown:
    """The error where the copy may be there, or not; a shop that moves stays retired."""
    if is_retired:
        return OutcomeUnknown(
            "Whether the shop has come to {to} is not known; this one stays retired.",
            details={"key": None, "to": to, "reason": "move_unknown"},
        )
    return OutcomeUnknown(
        "Whether the copy has come to {to} is not known.",
        details={"key": None, "to": to, "reason": "copy_unknown"},
    )


def _take_back(runtime: Runtime, to: str) -> None:
    """Let the shop go on after its copy failed.

    Raises:
        DatabaseUnreachable: It could not be; the shop is still retired.
    """
    try:
        retiring.take_back(runtime, to)
    except ShopError as error:
        raise DatabaseUnreachable(
            "The copy failed, and the shop is still retired: {cause}",
            details={"to": to, "reason": "still_retired"},
        ) from error


@retried
def estimated_seconds(runtime: Runtime) -> float:
    """How long a copy will take, from reading some rows of each table.

    Rows of one table may be ten times as wide as those of another, so each has its share.
    """
    reading = 0.0
    with runtime.reading(long=True) as session:
        counts = {table: whole.row_count(session, table) for table in whole.whole_tables()}
        total = sum(counts.values())
        for table, row_count in counts.items():
            began, read = time.monotonic(), 0
            for page in whole.pages(session, table):
                whole.TableDigest().add(page)
                read += len(page)
                if time.monotonic() - began > _TRIAL_SECONDS * row_count / total:
                    break
            reading += (time.monotonic() - began) * max(1.0, row_count / max(1, read))
    return _LEAST_SECONDS + _TIMES_READING * reading


def check_empty(runtime: Runtime, to: str) -> None:
    """Refuse a database in which there is anything.

    Raises:
        ShopExists: A shop is there.
        NotAShop: Something else is there, or no database.
        DatabaseUnreachable: It does not answer.
    """
    database = connect(to)
    try:
        found = identify(database)
        if found.shop_id == runtime.identity.shop_id and _is_same(runtime, database):
            raise ShopExists(
                "{database} is the shop that is to be copied.",
                details={"database": database.display, "reason": "itself"},
            )
        raise ShopExists(
            "There is a shop at {database} already.",
            details={"database": database.display, "shop": found.shop_id},
        )
    except NoShop:
        return
    except NotAShop as error:
        raise nothing_to_fill(error) from error.__cause__
    finally:
        database.close()


def nothing_to_fill(error: NotAShop) -> NotAShop:
    """The same error for whoever fills a database, which need be no shop yet: it is advised on."""
    missing = error.details.get("reason") == "no_database"
    reason = "no_database_to_fill" if missing else "nothing_to_fill"
    error.details = {**error.details, "reason": reason}
    return error


@retried
def _is_same(runtime: Runtime, other: Database) -> bool:
    with runtime.reading() as session:
        own = copy_id(session)
    with other.read() as session:
        return copy_id(session) == own


def fill(
    runtime: Runtime, tables: Filling, display: str, progress: Progress, *, kind: str = "a copy"
) -> ShopCopy:
    """Put everything into the tables of a transaction, and prove that it is all there.

    Raises as `copy`.
    """
    target = tables.session
    done = _transfer(runtime, target, progress)
    own_id, source = runtime.ids.new(), runtime.database.display
    held = f"{kind} of {source}, made at {rfc3339(from_microseconds(done.snapshot_at))}"
    held = add_copy(target, own_id, held, done.snapshot_at)
    analyze(target, [table.table for table in done.tables])
    tables.refer()
    _compare(target, done.tables, progress)
    rows = sum(table.rows for table in done.tables)
    progress(VERIFIED, 0, rows)
    proof = _verified(runtime, target)
    progress(VERIFIED, rows, rows)
    last = done.last_entry
    return ShopCopy(
        shop=runtime.identity.shop_id,
        copy=own_id,
        database=display,
        source=source,
        snapshot_at=from_microseconds(done.snapshot_at),
        last_entry=last and entry_id(last.username, last.sequence),
        last_entry_at=last and from_microseconds(last.recorded_at),
        rows=rows,
        tables=done.tables,
        held=held,
        retired=False,
        ok=proof.ok,
        failed=tuple(check.name for check in proof.checks if not check.ok),
    )


def _transfer(runtime: Runtime, target: Session, progress: Progress) -> _Transferred:
    with lasting_snapshot(runtime.database) as source:
        snapshot_at = runtime.now()
        row_counts = {table: whole.row_count(source, table) for table in whole.whole_tables()}
        total, done = sum(row_counts.values()), 0
        progress(COPIED, 0, total)
        digests = {table: whole.TableDigest() for table in row_counts}
        for table, page, text in _read(source, digests):
            if target.dialect == "postgres" and "\\u0000" in text:
                _refuse_nul(table, page)
            whole.write(target, table, page)
            done += len(page)
            progress(COPIED, done, total)
        tables = tuple(
            CopiedTable(table.name, digest.row_count, digest.hex())
            for table, digest in digests.items()
        )
        return _Transferred(tables, snapshot_at, whole.last_entry(source))


def _read(
    session: Session, digests: Mapping[WholeTable, whole.TableDigest]
) -> Iterator[tuple[WholeTable, Sequence[Row], str]]:
    """The pages of all tables, and their JSON, added to the digests."""
    for table, digest in digests.items():
        for page in _pages(session, table):
            yield table, page, digest.add(page)


def _pages(source: Session, table: WholeTable) -> Iterator[Sequence[Row]]:
    """The pages of a table.

    Raises:
        InvalidInput: A text of it is no text.
    """
    found: list[str] = []
    with attempt(source, found.append):
        yield from whole.pages(source, table)
    if found:
        raise InvalidInput(
            "A row of {table} cannot be read: {why}.",
            details={"table": table.name, "why": found[0], "reason": "unreadable_row"},
        )


def _refuse_nul(table: WholeTable, rows: Sequence[Row]) -> None:
    """Refuse a text that Postgres cannot hold.

    Raises:
        InvalidInput: A text of the rows has a NUL character in it.
    """
    for row in rows:
        if any(isinstance(value, str) and "\0" in value for value in row):
            key = ":".join(str(row[place]) for place in table.key)
            raise InvalidInput(
                "Row {row} of {table} holds a NUL character, which Postgres cannot hold.",
                details={"table": table.name, "row": inert(key), "reason": "nul_in_row"},
            )


def _compare(target: Session, tables: tuple[CopiedTable, ...], progress: Progress) -> None:
    """Read what was written, and compare it.

    Raises:
        VerifyFailed: A table came out different.
    """
    total, done = sum(table.rows for table in tables), 0
    progress(COMPARED, 0, total)
    digests = {table: whole.TableDigest() for table in whole.whole_tables()}
    for _, page, _ in _read(target, digests):
        done += len(page)
        progress(COMPARED, done, total)
    for (table, digest), expected in zip(digests.items(), tables, strict=True):
        if (digest.row_count, digest.hex()) != (expected.rows, expected.digest):
            raise VerifyFailed(
                "The table {table} came out different: {rows} rows of {expected}.",
                details={
                    "checks": [table.name],
                    "table": table.name,
                    "rows": digest.row_count,
                    "expected": expected.rows,
                    "reason": "copy_differs",
                },
            )


class _Uncommitted:
    """The database of a runtime whose reads see what one transaction has not committed yet."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.dialect = session.dialect

    def read(self, *, long: bool = False) -> AbstractContextManager[Session]:  # noqa: ARG002  # one transaction
        """The transaction."""
        return nullcontext(self._session)


def _verified(runtime: Runtime, target: Session) -> Verification:
    return verify(replace(runtime, database=cast("Database", _Uncommitted(target))))
