"""Commands on the database schema: db status, upgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from shopcli.cli.call import Call
from shopcli.cli.command import ShopCommand, new_app

if TYPE_CHECKING:
    from shopcli.storage.schema import SchemaStatus

db_app = new_app("The database schema.")


@db_app.command("status", cls=ShopCommand, epilog="shop db status")
def status(context: typer.Context) -> None:
    """Show the schema version of the shop and the one this release works with."""
    call = Call.of(context)
    from shopcli.engine.inspection import schema_status  # loads SQLAlchemy and Alembic

    _answer(call, schema_status(call.settings.database()))


@db_app.command("upgrade", cls=ShopCommand, epilog="shop db upgrade")
def upgrade(context: typer.Context) -> None:
    """Bring the schema up to date; a no-op if it is."""
    call = Call.of(context)
    from shopcli.engine.inspection import upgrade_schema  # loads SQLAlchemy and Alembic

    _answer(call, upgrade_schema(call.settings.database()))


def _answer(call: Call, found: SchemaStatus) -> None:
    current = found.schema_version == found.wanted_version
    call.output.record(
        {
            "schema_version": found.schema_version,
            "wanted_version": found.wanted_version,
            "is_current": current,
        },
        f"schema {found.schema_version}, this release works with {found.wanted_version}",
        "Nothing to do." if current else "Next: shop db upgrade",
    )
