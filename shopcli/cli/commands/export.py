"""Commands that write rows as files: export products, users, coupons, claims and others."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from shopcli.cli.call import Call
from shopcli.cli.completion.typer_hooks import complete_times
from shopcli.cli.formats import Wanted, check_times
from shopcli.cli.output import counted
from shopcli.cli.parsing import filters
from shopcli.cli.parsing.options import Month, On, Since, Until
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.problems import Terminated, ended_by
from shopcli.cli.progress import Progress
from shopcli.domain.times.windows import Typed

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli import Shop
    from shopcli.domain.times.windows import Window
    from shopcli.engine import Filters

export_app = new_app("Export rows as CSV, TSV or JSON Lines.")

_HELP = {
    "products": "Products as `shop import products` takes them.",
    "users": "Users as `shop import users` takes them.",
    "coupons": "Coupons as `shop import coupons` takes them.",
    "claims": "Claims as `shop import claims` takes them.",
    "balances": "What each user can spend.",
    "history": "Every change of every balance, in recording order.",
    "orders": "Orders, a row a line, as `shop import orders --historical` takes them.",
    "sales": "What was sold and not cancelled, a row a line, oldest first; and what came back.",
}

Option = tuple[Any, Any]
"""An option of a command: its annotation and its default."""

_FILE: dict[str, Option] = {
    "output": (
        Annotated[
            str | None,
            typer.Option("--output", "-o", metavar="FILE", help="A new file; else stdout."),
        ],
        None,
    ),
    "form": (
        Annotated[
            str | None,
            typer.Option(
                "--format", metavar="F", help="csv, tsv or jsonl; else by the file's suffix."
            ),
        ],
        None,
    ),
    "file_times": (
        Annotated[
            str | None,
            typer.Option(
                "--times",
                metavar="ZONE",
                help="Times in csv and tsv: utc, or local (the shop's).",
                autocompletion=complete_times,
            ),
        ],
        None,
    ),
    "with_bom": (
        Annotated[
            bool,
            typer.Option(
                "--bom", help="Begin csv and tsv with a byte order mark, for spreadsheets."
            ),
        ],
        False,
    ),
    "force": (Annotated[bool, typer.Option("--force", help="Replace a file.")], False),
    "quiet": (Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")], False),
}
"""What every export takes."""

_WINDOW: dict[str, Option] = {
    "since": (Since, None),
    "until": (Until, None),
    "on": (On, None),
    "month": (Month, None),
}
_OF_USERS: dict[str, Option] = {
    "query": (filters.UserQuery, None),
    "state": (filters.UserState, None),
    "below": (filters.Below, None),
    "idle": (filters.Idle, None),
}
_TAKES: dict[str, dict[str, Option]] = {
    "products": {
        "query": (filters.ProductQuery, None),
        "category": (filters.InCategory, None),
        "low": (filters.Low, False),
        "off_sale": (filters.OffSale, False),
    },
    "users": _OF_USERS,
    "coupons": {},
    "claims": _WINDOW,
    "balances": _OF_USERS,
    "history": _WINDOW,
    "orders": {
        "sku": (filters.WithSku, None),
        "state": (filters.OrderState, None),
        **_WINDOW,
    },
    "sales": {"sku": (filters.WithSku, None), **_WINDOW},
}
"""What each export takes besides: how its rows are chosen."""


class _Wanted(NamedTuple):
    """What is exported, where to and how."""

    what: str
    output: str | None
    form: str | None
    file_times: str | None
    with_bom: bool
    force: bool
    quiet: bool

    @property
    def is_local(self) -> bool:
        """Whether times are those of the shop's zone."""
        return self.file_times == "local"


def _command_of(what: str) -> Callable[..., None]:
    """The command of one export, with the options that it takes."""

    def command(context: typer.Context, **given: Any) -> None:  # noqa: ANN401  # as typed
        wanted = _Wanted(what, **{name: given.pop(name) for name in _FILE})
        typed = Typed(*(given.pop(name, None) for name in _WINDOW))
        _export(Call.of(context), wanted, typed, given)

    options = {**_TAKES[what], **_FILE}
    command.__signature__ = Signature(  # type: ignore[attr-defined]  # Typer reads it
        [
            Parameter("context", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context),
            *(
                Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
                for name, (annotation, default) in options.items()
            ),
        ]
    )
    command.__annotations__ = {
        "context": typer.Context,
        **{name: annotation for name, (annotation, _) in options.items()},
    }
    command.__doc__ = _HELP[what]
    return command


for _what in _HELP:
    export_app.command(
        _what,
        cls=ShopCommand,
        epilog=f"shop export {_what} -o {_what}.csv\n"
        + (
            f"shop export {_what} --month 2026-11"
            if "month" in _TAKES[_what]
            else f"shop export {_what} --format jsonl"
        ),
    )(_command_of(_what))


def _export(call: Call, wanted: _Wanted, typed: Typed, given: dict[str, Any]) -> None:
    check_times(wanted.file_times)
    with call.shop() as shop:
        window = call.window(shop, *typed)
        if "below" in given:
            given["below"] = call.optional_amount(given["below"])
        from shopcli.engine import Filters  # loaded with the shop

        only = Filters(**given)
        if wanted.output is None or wanted.output == "-":
            _write(call, shop, wanted, window, only)
        else:
            _save(call, shop, wanted, window, only)


def _write(call: Call, shop: Shop, wanted: _Wanted, window: Window, only: Filters) -> None:
    from shopcli.engine import format_of  # only when something is exported

    # A format that is named says what is written; `--json` is then for errors.
    form = "json" if wanted.form is None and call.as_json else format_of("-", wanted.form)
    if wanted.with_bom:
        call.output.wanted = Wanted(form=form, bom=True).checked()
    shop.exports.write(
        wanted.what,
        call.output,
        form,
        only=only,
        local_times=wanted.is_local,
        **window._asdict(),
    )


def _save(call: Call, shop: Shop, wanted: _Wanted, window: Window, only: Filters) -> None:
    silent = wanted.quiet or call.as_json
    with Progress("rows", silent=silent) as progress:
        try:
            count = shop.exports.save(
                wanted.what,
                wanted.output or "",
                wanted.form,
                force=wanted.force,
                progress=None if silent else progress,
                only=only,
                local_times=wanted.is_local,
                byte_order_mark=wanted.with_bom,
                **window._asdict(),
            )
            call.changed()
        except (KeyboardInterrupt, Terminated) as stop:
            told = "Interrupted; no file was written."
            raise ended_by(stop, told, {"reason": "run_again"}) from None
    where = wanted.output
    call.output.record({"rows": count, "file": where}, f"{counted(count, 'row')} in {where}")
