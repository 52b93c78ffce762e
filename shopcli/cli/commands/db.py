"""Commands on the database: db status, upgrade, copy, unretire, backup, restore, grants."""

from __future__ import annotations

from shlex import quote
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import Call, like
from shopcli.cli.output import counted, span
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.parsing.values import positive_count
from shopcli.cli.problems import Terminated, ended_by
from shopcli.cli.progress import Progress
from shopcli.domain.addresses import POSTGRES_SCHEMES, display
from shopcli.domain.errors import (
    DatabaseUnreachable,
    InvalidInput,
    ShopError,
    ShopExists,
    VerifyFailed,
)
from shopcli.domain.rights import checked_login_kind
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from shopcli.domain.records import Backup, Grants, Restoration, ShopCopy

ENDING_LENGTH = 4
"""Characters of a shop's id that a person types to say that it may be replaced."""

_TELLS_OF_THE_SHOP = frozenset({"move_unknown", "retired", "still_retired"})
"""Reasons of errors that say themselves that the shop does not go on as before."""

_GOES_ON = ("the shop goes on as before", "run_again")
"""What became of a shop that was to be copied, and the reason by which advice is chosen."""

HOW_TO_PART = "Give the others another: shop product set SKU --barcode CODE, or '' for none"

db_app = new_app("Back up, restore, move and upgrade the shop.")


@db_app.command("status", cls=ShopCommand, epilog="shop db status")
def status(context: typer.Context) -> None:
    """Show the schema version of the shop and the one this release works with."""
    call = Call.of(context)
    from shopcli import Shop

    found = Shop.schema_status(call.address())
    version, gone = found.schema_version, found.retired_to
    _answer(call, version, found.wanted_version, gone, is_current=found.is_current)


@db_app.command(
    "upgrade",
    cls=ShopCommand,
    epilog="shop db upgrade\nshop db upgrade --backup before.db",
)
def upgrade(
    context: typer.Context,
    backup_file: Annotated[
        str | None,
        typer.Option("--backup", metavar="FILE", help="Copy the file there before, if it changes."),
    ] = None,
) -> None:
    """Bring the schema up to date; a no-op if it is."""
    call = Call.of(context)
    from shopcli import Shop

    try:
        file = None if backup_file is None else _file_to_write(backup_file)
        found = Shop.upgrade(call.address(), backup=file)
    except (KeyboardInterrupt, Terminated) as stop:
        told = "Interrupted; the shop is as it was, or upgraded."
        raise ended_by(stop, told, {"reason": "run_again"}) from None
    if not found.is_current:
        call.changed()
    wanted = found.wanted_version
    before, made = found.schema_version, {"backup": found.backup}
    _answer(call, wanted, wanted, found.retired_to, before=before, more=made)
    if file is not None and found.backup is None:
        call.remark("No backup was made, as nothing was to be upgraded: shop db backup FILE")
    with call.shop() as shop:
        shared = shop.maintenance.shared_codes()
        logins = shop.maintenance.granted()
    if not found.is_current:
        _remark_grants(call, logins)
    for told in shared:
        call.remark(f"Several products share the barcode {told}")
    if shared:
        call.remark(f"Scans of them are refused until one is left. {HOW_TO_PART}")


@db_app.command(
    "copy",
    cls=ShopCommand,
    epilog="""
    shop db copy postgresql://till@db.example/shop
    shop db copy postgresql://till@db.example/shop --then retire
    """,
)
def copy(
    context: typer.Context,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="An empty database, or a file not there yet.")
    ],
    then: Annotated[
        str | None,
        typer.Option(
            "--then",
            metavar="retire",
            help="Retire this shop first: it can be read, and goes on there.",
        ),
    ] = None,
) -> None:
    """Copy the whole shop into an empty database; every row is compared before the answer.

    Others may go on meanwhile: what is sold after the beginning is not in the copy. The copy
    delivers nothing until `outbox resume`.
    """
    call = Call.of(context)
    if then not in {None, "retire"}:
        raise InvalidInput(
            "--then takes only the word retire, not {given}.",
            details={"given": inert(then)[:40], **like("shop db copy ADDRESS --then retire")},
        )

    def tell(seconds: float) -> None:
        call.remark(f"Nobody can sell from now on, for about {span(seconds)}: the shop moves.")

    with call.shop() as shop, Progress("rows", silent=call.as_json) as progress:
        # Loads what is asked after an interrupt, before anything begins: a library that was
        # interrupted while it was loaded is not to be loaded again.
        where_now = shop.maintenance.retired_to
        try:
            made = shop.maintenance.copy(
                address,
                then_retire=then is not None,
                progress=progress,
                when_retired=tell,
            )
        except (KeyboardInterrupt, Terminated) as stop:
            told, reason = _told_of_the_shop(where_now) if then else _GOES_ON
            told = f"Interrupted; nothing was copied, and {told}."
            raise ended_by(stop, told, {"reason": reason}) from None
        except ShopError as error:
            if then is not None and error.details.get("reason") not in _TELLS_OF_THE_SHOP:
                told, reason = _told_of_the_shop(where_now)
                call.remark(f"The copy failed; {told}.")
                if reason != "run_again":
                    call.remark(call.pasted("To let it go on: shop db unretire"))
            raise
        gone = None if made.retired else where_now()
        call.changed()
    _answer_copy(call, made, address)
    if gone is not None:
        call.remark(f"{made.source} has moved to {gone}: use only one of that and this copy.")
    if not made.ok:
        raise VerifyFailed(
            "All is copied, but the shop and its copy fail checks: {checks:and}.",
            details={"checks": list(made.failed), "reason": "copied_faults"},
        )


def _told_of_the_shop(where_now: Callable[[], str | None]) -> tuple[str, str]:
    """What became of a shop that was to move, as it says itself; as `_GOES_ON`.

    What ends the move a second time may end the way back, too.
    """
    try:
        gone = where_now()
    except (ShopError, KeyboardInterrupt, Terminated):
        return "whether the shop is still retired is not known", "may_be_retired"
    return _GOES_ON if gone is None else ("the shop is still retired", "may_be_retired")


@db_app.command("unretire", cls=ShopCommand, epilog="shop db unretire")
def unretire(
    context: typer.Context,
    yes: Annotated[
        bool, typer.Option("--yes", help="Also where the new shop was or may be used, unasked.")
    ] = False,
) -> None:
    """Let a shop be changed again that was retired by `db copy --then retire`.

    It looks whether the shop went on at its new address: then two would sell. Where that is so, or
    cannot be known, it asks.
    """
    call = Call.of(context)
    with call.shop() as shop:
        try:
            made = shop.maintenance.unretire(anyway=yes)
        except (ShopExists, DatabaseUnreachable) as error:
            if error.details.get("reason") not in _ASKED_BEFORE_UNRETIRE or not call.can_ask:
                raise
            call.remark(str(error))
            _typed_ending(call, _ASKED_BEFORE_UNRETIRE[error.details["reason"]], shop.id)
            made = shop.maintenance.unretire(anyway=True)
    if made.was_retired_to is None:
        call.output.record(made, "The shop is not retired; nothing was changed.")
        return
    call.output.record(made, "The shop is not retired any more: it can be changed again.")
    call.remark(_AT_THE_NEW_ADDRESS[str(made.new_shop)].format(made.was_retired_to))


_ASKED_BEFORE_UNRETIRE = {
    "unretire_beside": "From now on two shops sell, and neither knows of it.",
    "unretire_unseen": "If it did, two shops sell from now on, and neither knows of it.",
}
"""What a person is told who is asked, by the reason of the refusal."""

_AT_THE_NEW_ADDRESS = {
    "none": "There is no shop at {}: the move did not come so far.",
    "as_it_was": "Use only one of them: at {} is a copy that nobody has used yet.",
    "went_on": "Use only one of them: the shop went on at {}, and what it did there is not here.",
    "unknown": "Whether the shop went on at {} is not known, as it could not be read: use only one"
    " of them.",
}
"""What is told of the address that a shop had moved to, by what is there."""


@db_app.command(
    "grants",
    cls=ShopCommand,
    epilog="""
    shop db grants till kiosk1 | psql -v ON_ERROR_STOP=1 snacks
    shop db grants reader accountant
    """,
)
def grants(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="till, relay, operator or reader.")],
    role: Annotated[
        str, typer.Argument(metavar="ROLE", help="The login, or a role that logins share.")
    ],
) -> None:
    """Print the SQL that gives a login on Postgres the least rights of its kind.

    Nothing is executed: whoever owns the tables runs it. It may be run again, also with another
    kind, which takes away what that one does not need.
    """
    call = Call.of(context)
    with call.shop() as shop:
        made = shop.maintenance.grants(checked_login_kind(kind), role)
        where = shop.url
    if call.as_json or call.output.wanted.form is not None:
        call.output.record(made, *made.sql.splitlines())
        return
    call.output.write("".join(f"-- {line}\n" for line in _head(call, made, where)) + made.sql)


def _head(call: Call, made: Grants, where: str) -> Iterator[str]:
    """What the SQL is for and how to run it: lines of comments above it."""
    given = [made.kind, "--", made.role] if made.role.startswith("-") else [made.kind, made.role]
    line = " ".join(map(quote, ("shop", "db", "grants", *call.database_words(), *given)))
    yield f"The least that a {made.kind} needs of the shop in {inert(where)}."
    yield f"Run it as {inert(made.owner)}, who owns the tables, in the same database:"
    yield f"  {inert(line)} | psql -v ON_ERROR_STOP=1 ADDRESS"
    yield "Run again it changes nothing; another kind takes the place of this one."
    yield "Run it again after: shop db upgrade"


def _remark_grants(call: Call, logins: Iterable[str]) -> None:
    """Tell whose rights may lack what the new schema has."""
    names = list(logins)
    if names:
        listed = ", ".join(map(inert, names))
        call.remark(f"Give these logins their rights again, by kind: {listed}")
        call.remark("As in: shop db grants till ROLE")


def _is_on_server(address: str) -> bool:
    return address.startswith(POSTGRES_SCHEMES)


def _answer_copy(call: Call, made: ShopCopy, address: str) -> None:
    from shopcli.cli.terminal import Column  # only where it is shown
    from shopcli.domain.records import CopiedTable
    from shopcli.domain.text import typed_after

    if call.as_json:
        call.output.document(made)
        return
    where = typed_after("--db", quote(made.database) if display(address) == address else "ADDRESS")
    last = ""
    if made.last_entry is not None and made.last_entry_at is not None:
        last = f", the last entry {made.last_entry} of {call.moment(made.last_entry_at)}"
    told = [
        f"Copied {made.rows:,} rows to {made.database}",
        f"up to {call.moment(made.snapshot_at)}{last}",
    ]
    if not call.output.is_table:
        call.output.rows(made.tables, CopiedTable, [])
        for sentence in told:
            call.remark(sentence)
        _remark_next(call, made, where, address)
        return
    columns = (Column("table"), Column("rows", right=True), Column("digest", spare=1))
    proof = ["Compared row by row; verify found nothing."] if made.ok else []
    call.output.paper(
        told,
        made.tables,
        columns,
        frozenset(),
        proof,
    )
    _remark_next(call, made, where, address)


def _remark_next(call: Call, made: ShopCopy, where: str, address: str) -> None:
    if made.retired:
        call.remark(f"{made.source} is retired: all who sell go on with {where}")
    call.remark(f"The copy delivers nothing until: shop outbox resume {where}")
    if _is_on_server(address):
        call.remark(f"Its logins have no rights there yet: shop db grants till ROLE {where}")


def _answer(
    call: Call,
    version: str,
    wanted: str,
    retired_to: str | None,
    *,
    before: str | None = None,
    is_current: bool = True,
    more: Mapping[str, str | None] = MappingProxyType({}),
) -> None:
    done = f", it was {before}" if before not in (None, version) else ""
    lines = [f"schema {version}{done}, this release works with {wanted}"]
    if retired_to is not None:
        lines.append(f"retired: the shop has moved to {retired_to}")
    lines += [f"{name}: {value}" for name, value in more.items() if value is not None]
    lines.append("Nothing to do." if is_current else call.pasted("Next: shop db upgrade"))
    call.output.record(
        {
            "schema_version": version,
            "wanted_version": wanted,
            "is_current": is_current,
            "retired_to": retired_to,
            **more,
        },
        *lines,
    )


@db_app.command(
    "backup",
    cls=ShopCommand,
    epilog="""
    shop db backup shop-backup.db
    shop db backup '/backups/shop-{date}.db' --keep 14
    """,
)
def backup(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="{date} and {time} in its name are those of now."),
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace a backup that is there.")] = False,
    keep: Annotated[
        int | None,
        typer.Option(
            "--keep",
            metavar="N",
            parser=positive_count,
            help="Keep the newest N of this name with {date}; remove older ones.",
        ),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check every invariant in the backup, too.")
    ] = False,
) -> None:
    """Make a backup while the shop is in use: one file, with every row of one moment.

    It is proven before it has its name. Opened as a shop it delivers nothing.
    """
    call = Call.of(context)
    with call.shop() as shop, Progress("rows", silent=call.as_json) as progress:
        try:
            made = shop.maintenance.back_up(
                _file_to_write(file), force=force, keep=keep, with_verify=verify, progress=progress
            )
        except (KeyboardInterrupt, Terminated) as stop:
            # The shop is as it was, but the file may be there, and older ones gone, by then.
            told = "Interrupted; the backup was made whole, or not at all."
            raise ended_by(stop, told, {"reason": "look_first"}) from None
    call.changed()
    _answer_backup(call, made)
    if made.ok is False:
        raise VerifyFailed(
            "The backup is made, but it fails checks, as the shop does: {checks:and}.",
            details={"checks": list(made.failed), "reason": "backed_up_faults"},
        )


def _file_to_write(given: str) -> str:
    """The file that a backup is to be; `-` is standard output elsewhere, and a mistake here.

    Raises:
        InvalidInput: It is `-`.
    """
    if given == "-":
        raise InvalidInput(
            "A backup is a file, and is not written to standard output.",
            details={"file": given, "reason": "backup_to_output"},
        )
    return given


def _answer_backup(call: Call, made: Backup) -> None:
    proof = ", and every invariant" if made.ok else ""
    told = (
        f"{made.file}: {made.rows:,} rows, {made.bytes:,} bytes",
        f"up to {call.moment(made.snapshot_at)}; every row was compared{proof}.",
    )
    if call.output.form in {"json", "table", "md"} or call.as_json:
        call.output.record(made, *told)
    else:
        from shopcli.domain.records import CopiedTable  # only where it is asked for

        call.output.rows(made.tables, CopiedTable, [])
        for sentence in told:
            call.remark(sentence)
    if made.removed:
        call.remark(f"Removed: {counted(len(made.removed), 'older backup')}")


@db_app.command(
    "restore",
    cls=ShopCommand,
    epilog="""
    shop db restore shop-backup.db --db /var/lib/shop/shop.db
    shop db restore shop-backup.db --yes
    """,
)
def restore(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A backup; it is only read.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Replace the shop that is there, without asking.")
    ] = False,
) -> None:
    """Restore the shop from a backup: into an empty database, or over the same shop.

    Over the shop it is one step: whoever has it open goes on with the backup's rows. It delivers
    nothing until `outbox resume`.
    """
    call = Call.of(context)
    from shopcli import Shop

    address, was_current = call.address(), True
    try:
        made = _restored(call, file, address, over=None)
    except ShopExists as error:
        if error.details.get("reason") != "restore_over" or not (yes or call.can_ask):
            raise
        shop = str(error.details["shop"])
        place = f"The shop {shop} at {error.details['database']}"
        told = f"{place} is replaced: what is only in it is lost."
        if "to" in error.details:
            told = f"{told} It has moved to {error.details['to']}: two would sell."
        over = shop if yes else _typed_ending(call, told, shop)
        was_current = Shop.schema_status(address).is_current
        made = _restored(call, file, address, over=over)
    call.output.record(
        made,
        f"{'Replaced' if made.replaced else 'Restored'}: {made.database}, {made.rows:,} rows",
        f"as of {call.moment(made.snapshot_at)}" if made.snapshot_at else "of a time not known",
    )
    call.remark(call.pasted("It delivers nothing until: shop outbox resume"))
    if made.was_retired_to is not None:
        call.remark(f"It had moved to {made.was_retired_to}: use only one of that and this.")
    if _is_on_server(address) and not (made.replaced and was_current):
        call.remark("Logins may lack rights there: shop db grants till ROLE")


def _restored(call: Call, file: str, address: str, *, over: str | None) -> Restoration:
    from shopcli import Shop

    try:
        with Progress("rows", silent=call.as_json) as progress:
            made = Shop.restore(address, file, over=over, progress=progress)
    except (KeyboardInterrupt, Terminated) as stop:
        told = "Interrupted; what was there is as it was, or replaced by the whole backup."
        raise ended_by(stop, told, {"reason": "run_again"}) from None
    call.changed()
    return made


def _typed_ending(call: Call, told: str, shop: str) -> str:
    """What a person types who was told what is about to happen to a shop, and means it.

    Raises:
        InvalidInput: It is not how the shop's id ends.
    """
    call.remark(told)
    typed: str = typer.prompt("Type the last four characters of its id", err=True)
    if len(typed.strip()) < ENDING_LENGTH or not shop.endswith(typed.strip().lower()):
        raise InvalidInput(
            "{given} is not how the shop's id ends; nothing was changed.",
            details={"given": inert(typed)[:40], "shop": shop, "reason": "other_ending"},
        )
    return typed
