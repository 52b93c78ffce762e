"""The command changes: who changed what, from what, to what, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.completion.typer_hooks import complete_change_kind
from shopcli.cli.parsing.options import Limit, Month, On, Since, Until
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.terminal import Column
from shopcli.domain.addresses import display
from shopcli.domain.records import Change
from shopcli.domain.records.changes import AMOUNTS

if TYPE_CHECKING:
    from collections.abc import Mapping

app = new_app("What operators changed.")


@app.command(
    "changes",
    cls=ShopCommand,
    epilog="""
    shop changes
    shop changes product LATTE
    shop changes user kim --since 2026-11-01
    """,
)
def changes(
    context: typer.Context,
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="[user|product|coupon|setting|outbox",
            help="Of what; else of all.",
            autocompletion=complete_change_kind,
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME]", help="Of which one; else of all.")
    ] = None,
    limit: Limit = None,
    since: Since = None,
    until: Until = None,
    on: On = None,
    month: Month = None,
) -> None:
    """Show who changed what, from what, to what, and why; newest first."""
    call = Call.of(context)
    shown = call.rows_to_show(limit)
    with call.shop() as shop:
        since_at, until_at = call.window(shop, since, until, on, month)
        found = shop.changes(kind, name, since_at, until_at, limit=shown)
    rows = [_row(call, change) for change in found]
    call.output.rows(
        rows,
        Change,
        [
            Column("at", "when", spare=2),
            Column("kind", spare=3),
            Column("name"),
            Column("change", wraps=True),
            Column("who", "by", spare=1),
            Column("reason", wraps=True, spare=4),
        ],
        document=[{key: row[key] for key in Change.__dataclass_fields__} for row in rows],
    )
    call.remark_list(len(rows), limit, empty="No changes.")


def _row(call: Call, change: Change) -> dict[str, object]:
    """A change as it is printed: amounts in major units but in JSON, no secret of an address."""
    before, after = _open_to_all(change, change.before), _open_to_all(change, change.after)
    row = {
        **vars(change),
        "name": display(change.name) if change.kind == "outbox" else change.name,
        "before": before,
        "after": after,
    }
    if call.output.as_json:
        return row
    if call.output.is_drawn:
        return {
            **row,
            "change": _told(call, change.action, before or {}, after or {}),
            "who": f"{change.actor}@{change.host}",
        }
    return {**row, "before": _major(call, before), "after": _major(call, after)}


def _open_to_all(change: Change, values: Mapping[str, object] | None) -> dict[str, object] | None:
    """The values without what `settings list` would not show either."""
    if values is None:
        return None
    if change.kind == "setting" and "url" in change.name:
        return {name: display(str(value)) if value else value for name, value in values.items()}
    return dict(values)


def _major(call: Call, values: dict[str, object] | None) -> dict[str, object] | None:
    if values is None:
        return None
    cell = call.output.cell
    return {name: cell(name, value, is_money=name in AMOUNTS) for name, value in values.items()}


def _told(
    call: Call, action: str, before: Mapping[str, object], after: Mapping[str, object]
) -> str:
    """What changed, for a person: `price 4,500 -> 5,000`."""

    def value(name: str, values: Mapping[str, object]) -> str:
        text = call.output.shown(name, values[name], is_money=name in AMOUNTS)
        return text or "none"

    told = []
    for name in dict.fromkeys([*before, *after]):
        what = "" if name == "value" else f"{name.replace('_', ' ')} "
        sides = [value(name, values) for values in (before, after) if name in values]
        told.append(f"{what}{' → '.join(sides)}")
    return f"{'' if action == 'set' else f'{action} '}{', '.join(told)}".strip()
