"""Commands that write rows as files: export products, users, coupons, claims and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from shopcli.cli.call import Call
from shopcli.cli.completion.typer_hooks import complete_times
from shopcli.cli.formats import Wanted, check_times
from shopcli.cli.output import counted
from shopcli.cli.parsing.options import Month, On, Since, Until
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.problems import Terminated, ended_by
from shopcli.cli.progress import Progress
from shopcli.domain.times.windows import Typed

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli import Shop
    from shopcli.domain.times.windows import Window

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

_HAPPENED = ("claims", "history", "orders", "sales")
"""Exports that may have a window."""

Target = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FILE", help="A new file; else stdout.")
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="F", help="csv, tsv or jsonl; else by the file's suffix."),
]


Times = Annotated[
    str | None,
    typer.Option(
        "--times",
        metavar="ZONE",
        help="Times in csv and tsv: utc, or local (the shop's).",
        autocompletion=complete_times,
    ),
]
Bom = Annotated[
    bool,
    typer.Option("--bom", help="Begin csv and tsv with a byte order mark, for spreadsheets."),
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


class _Wanted(NamedTuple):
    """What is exported, where to and how."""

    what: str
    output: str | None
    form: str | None
    force: bool
    quiet: bool
    times: str | None
    bom: bool


def _of_what_there_is(what: str) -> Callable[..., None]:
    def command(
        context: typer.Context,
        *,
        output: Target = None,
        form: Format = None,
        force: Force = False,
        quiet: Quiet = False,
        file_times: Times = None,
        with_bom: Bom = False,
    ) -> None:
        wanted = _Wanted(what, output, form, force, quiet, file_times, with_bom)
        _export(Call.of(context), wanted, Typed())

    return command


def _of_what_happened(what: str) -> Callable[..., None]:
    def command(
        context: typer.Context,
        *,
        output: Target = None,
        form: Format = None,
        since: Since = None,
        until: Until = None,
        on: On = None,
        month: Month = None,
        force: Force = False,
        quiet: Quiet = False,
        file_times: Times = None,
        with_bom: Bom = False,
    ) -> None:
        wanted = _Wanted(what, output, form, force, quiet, file_times, with_bom)
        _export(Call.of(context), wanted, Typed(since, until, on, month))

    return command


for _what, _help in _HELP.items():
    _command = (_of_what_happened if _what in _HAPPENED else _of_what_there_is)(_what)
    _command.__doc__ = _help
    export_app.command(
        _what,
        cls=ShopCommand,
        epilog=f"shop export {_what} -o {_what}.csv\n"
        + (
            f"shop export {_what} --month 2026-11"
            if _what in _HAPPENED
            else f"shop export {_what} --format jsonl"
        ),
    )(_command)


def _export(call: Call, wanted: _Wanted, typed: Typed) -> None:
    check_times(wanted.times)
    with call.shop() as shop:
        window = call.window(shop, *typed)
        if wanted.output is None or wanted.output == "-":
            _write(call, shop, wanted, window)
        else:
            _save(call, shop, wanted, window)


def _write(call: Call, shop: Shop, wanted: _Wanted, window: Window) -> None:
    from shopcli.engine import format_of  # only when something is exported

    # A format that is named says what is written; `--json` is then for errors.
    form = "json" if wanted.form is None and call.as_json else format_of("-", wanted.form)
    if wanted.bom:
        call.output.wanted = Wanted(form=form, bom=True).checked()
    shop.exports.write(
        wanted.what,
        call.output,
        form,
        local_times=wanted.times == "local",
        **window._asdict(),
    )


def _save(call: Call, shop: Shop, wanted: _Wanted, window: Window) -> None:
    silent = wanted.quiet or call.as_json
    with Progress("rows", silent=silent) as progress:
        try:
            count = shop.exports.save(
                wanted.what,
                wanted.output or "",
                wanted.form,
                force=wanted.force,
                progress=None if silent else progress,
                local_times=wanted.times == "local",
                byte_order_mark=wanted.bom,
                **window._asdict(),
            )
            call.changed()
        except (KeyboardInterrupt, Terminated) as stop:
            told = "Interrupted; no file was written."
            raise ended_by(stop, told, {"reason": "run_again"}) from None
    where = wanted.output
    call.output.record({"rows": count, "file": where}, f"{counted(count, 'row')} in {where}")
