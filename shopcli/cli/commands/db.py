"""Commands on the database: db status, upgrade, backup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.output import counted
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.parsing.values import positive_count
from shopcli.cli.progress import Progress
from shopcli.domain.errors import VerifyFailed

if TYPE_CHECKING:
    from shopcli.domain.records import Backup

HOW_TO_PART = "Give the others another: shop product set SKU --barcode CODE, or '' for none"

db_app = new_app("The database schema.")


@db_app.command("status", cls=ShopCommand, epilog="shop db status")
def status(context: typer.Context) -> None:
    """Show the schema version of the shop and the one this release works with."""
    call = Call.of(context)
    from shopcli import Shop

    found = Shop.schema_status(call.address())
    _answer(call, found.schema_version, found.wanted_version, has_moved=found.has_moved)


@db_app.command("upgrade", cls=ShopCommand, epilog="shop db upgrade")
def upgrade(context: typer.Context) -> None:
    """Bring the schema up to date; a no-op if it is."""
    call = Call.of(context)
    from shopcli import Shop

    found = Shop.upgrade(call.address())
    if not found.is_current:
        call.changed()
    _answer(call, found.wanted_version, found.wanted_version, before=found.schema_version)
    with call.shop() as shop:
        shared = shop.maintenance.shared_codes()
    for told in shared:
        call.remark(f"Several products share the barcode {told}")
    if shared:
        call.remark(f"Scans of them are refused until one is left. {HOW_TO_PART}")


def _answer(
    call: Call, version: str, wanted: str, *, before: str | None = None, has_moved: bool = False
) -> None:
    current = version == wanted and not has_moved
    done = f", it was {before}" if before not in (None, version) else ""
    call.output.record(
        {"schema_version": version, "wanted_version": wanted, "is_current": current},
        f"schema {version}{done}, this release works with {wanted}",
        "Nothing to do." if current else call.pasted("Next: shop db upgrade"),
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
        made = shop.maintenance.back_up(
            file, force=force, keep=keep, with_verify=verify, progress=progress
        )
    call.changed()
    _answer_backup(call, made)
    if made.ok is False:
        raise VerifyFailed(
            "The backup is made, but it fails checks, as the shop does: {checks:and}.",
            details={"checks": list(made.failed), "reason": "backed_up_faults"},
        )


def _answer_backup(call: Call, made: Backup) -> None:
    if call.output.form in {"json", "table", "md"} or call.as_json:
        proof = ", and every invariant" if made.ok else ""
        call.output.record(
            made,
            f"{made.file}: {made.rows:,} rows, {made.bytes:,} bytes",
            f"up to {call.moment(made.snapshot_at)}; every row was compared{proof}.",
        )
    else:
        from shopcli.domain.records import CopiedTable  # only where it is asked for

        call.output.rows(made.tables, CopiedTable, [])
    if made.removed:
        call.remark(f"Removed: {counted(len(made.removed), 'older backup')}")
