"""Commands that write rows as files: export products, users, coupons, claims and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.output import counted
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.problems import Terminated, ended_by
from shopcli.cli.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

export_app = new_app("Export rows as CSV, TSV or JSON Lines.")

_HELP = {
    "products": "Products as `shop import products` takes them.",
    "users": "Users as `shop import users` takes them.",
    "coupons": "Coupons as `shop import coupons` takes them.",
    "claims": "Claims as `shop import claims` takes them.",
    "balances": "What each user can spend.",
    "history": "Every change of every balance, in recording order.",
    "orders": "Orders, a row a line, as `shop import orders --historical` takes them.",
    "sales": "What was sold and not cancelled, a row a line, oldest first.",
}

Target = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FILE", help="A new file; else stdout.")
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="F", help="csv, tsv or jsonl; else by the file's suffix."),
]


def _export(what: str) -> Callable[..., None]:
    def command(
        context: typer.Context,
        *,
        output: Target = None,
        form: Format = None,
        force: Annotated[bool, typer.Option("--force", help="Replace a file.")] = False,
        quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    ) -> None:
        call = Call.of(context)
        if output is None or output == "-":
            _write(call, what, form)
        else:
            _save(call, what, output, form, force=force, silent=quiet or call.as_json)

    command.__doc__ = _HELP[what]
    return command


for _what in _HELP:
    export_app.command(
        _what,
        cls=ShopCommand,
        epilog=f"shop export {_what} -o {_what}.csv\nshop export {_what} --format jsonl",
    )(_export(_what))


def _write(call: Call, what: str, form: str | None) -> None:
    from shopcli.engine import format_of  # only when something is exported

    # A format that is named says what is written; `--json` is then for errors.
    final_form = "json" if form is None and call.as_json else format_of("-", form)
    with call.shop() as shop:
        shop.exports.write(what, call.output, final_form)


def _save(
    call: Call, what: str, output: str, form: str | None, *, force: bool, silent: bool
) -> None:
    with call.shop() as shop, Progress("rows", silent=silent) as progress:
        shown = None if silent else progress
        try:
            count = shop.exports.save(what, output, form, force=force, progress=shown)
            call.changed()
        except (KeyboardInterrupt, Terminated) as stop:
            told = "Interrupted; no file was written."
            raise ended_by(stop, told, {"reason": "run_again"}) from None
    call.output.record({"rows": count, "file": output}, f"{counted(count, 'row')} in {output}")
