"""Commands on the database schema: db status, upgrade."""

from __future__ import annotations

import typer

from shopcli.cli.call import Call
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app

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
