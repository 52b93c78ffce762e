"""Commands that import files: import products, users, charges, claims, coupons, orders."""

from __future__ import annotations

import hashlib
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shopcli.cli.call import Call, charge_max, note_charge_max
from shopcli.cli.commands.orders import has_platform
from shopcli.cli.output import counted, money_fields
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.parsing.values import line_bound
from shopcli.cli.problems import Interrupted, Terminated, ended_by
from shopcli.cli.progress import Progress
from shopcli.domain.errors import InsufficientBalance, PartlyDone, ShopError
from shopcli.domain.money import AMOUNT_MAX

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.engine import ImportSummary

import_app = new_app("Import files of rows: read and checked first, then applied; safe to repeat.")

_REJECTIONS_TOLD = 5

_UNITS_OF_ORDERS = {"created": "order", "replayed": "order", "rejected": "row"}
"""What is counted where several rows are one order; elsewhere each row is one of its kind."""

_FIX_FIRST = " If that is a slip, fix it first."
_TAKES_BACK = {
    "charges": " If that is a slip, take it back: shop undo ENTRY --reason R",
    "orders": " If that is a slip, cancel it: shop cancel ORDER",
}
"""What takes back what a row made; a claim stays."""

File = Annotated[str, typer.Argument(metavar="FILE|-", help="Rows; - is standard input.")]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="F", help="csv, tsv or jsonl; else by the file's suffix."),
]
MaxErrors = Annotated[
    int,
    typer.Option(
        "--max-errors",
        metavar="N|all",
        parser=line_bound,
        help="Skip up to N malformed lines (they go to the rejects file).",
    ),
]
RejectsFile = Annotated[
    str | None,
    typer.Option(
        "--rejects",
        metavar="FILE",
        help="Where refused rows go; else beside the input. A name that is taken is numbered.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no remarks.")]
OnExisting = Annotated[
    str,
    typer.Option("--on-existing", metavar="error|skip|update", help="Rows that exist and differ."),
]
KeyPrefix = Annotated[
    str,
    typer.Option(
        "--key-prefix", metavar="P", help="In front of keys, to tell files with row numbers apart."
    ),
]

SameKeyOnce = Annotated[
    bool, typer.Option("--same-key-once", help="Equal rows with one key are one.")
]
IgnoreState = Annotated[
    bool, typer.Option("--ignore-state", help="Whatever became of the rows since.")
]


@import_app.command(
    "products",
    cls=ShopCommand,
    epilog="""
    shop import products catalogue.csv
    shop import products delivery.csv --stock add --on-existing update
    """,
)
def products(
    context: typer.Context,
    file: File,
    *,
    on_existing: OnExisting = "error",
    stock: Annotated[
        str | None,
        typer.Option("--stock", metavar="set|add", help="Change the stock of existing products."),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option("--batch", metavar="ID", help="Binds stock changes; else the file's hash."),
    ] = None,
    form: Format = None,
    max_errors: MaxErrors = 0,
    rejects: RejectsFile = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Import sku,name,price[,stock,category,barcode,low_stock,on_sale]."""
    choices = {"on_existing": on_existing, "stock": stock, "batch": batch, "dry_run": dry_run}
    _carry_out(context, "products", file, choices, form, max_errors, rejects, quiet)


@import_app.command("users", cls=ShopCommand, epilog="shop import users members.csv")
def users(
    context: typer.Context,
    file: File,
    *,
    on_existing: OnExisting = "error",
    ignore_state: IgnoreState = False,
    form: Format = None,
    max_errors: MaxErrors = 0,
    rejects: RejectsFile = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Import user[,name]."""
    choices = {"on_existing": on_existing, "dry_run": dry_run, "ignore_state": ignore_state}
    _carry_out(context, "users", file, choices, form, max_errors, rejects, quiet)


@import_app.command("coupons", cls=ShopCommand, epilog="shop import coupons coupons.csv")
def coupons(
    context: typer.Context,
    file: File,
    *,
    on_existing: OnExisting = "error",
    ignore_state: IgnoreState = False,
    form: Format = None,
    max_errors: MaxErrors = 0,
    rejects: RejectsFile = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Import code,percent,amount,limit[,cap,min_order,opens,closes,use_by,valid_days]."""
    choices = {"on_existing": on_existing, "dry_run": dry_run, "ignore_state": ignore_state}
    _carry_out(context, "coupons", file, choices, form, max_errors, rejects, quiet)


@import_app.command("charges", cls=ShopCommand, epilog="shop import charges charges.csv")
def charges(
    context: typer.Context,
    file: File,
    *,
    key_prefix: KeyPrefix = "",
    same_key_once: SameKeyOnce = False,
    form: Format = None,
    max_errors: MaxErrors = 0,
    rejects: RejectsFile = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Import key,user,amount[,at,method,reason]."""
    choices = {
        "key_prefix": key_prefix,
        "dry_run": dry_run,
        "same_key_once": same_key_once,
    }
    _carry_out(context, "charges", file, choices, form, max_errors, rejects, quiet)


@import_app.command("claims", cls=ShopCommand, epilog="shop import claims claims.csv")
def claims(
    context: typer.Context,
    file: File,
    *,
    key_prefix: KeyPrefix = "",
    same_key_once: SameKeyOnce = False,
    ignore_state: IgnoreState = False,
    form: Format = None,
    max_errors: MaxErrors = 0,
    rejects: RejectsFile = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Import key,user,coupon[,at]; first come, first served, in the order of the file."""
    choices = {
        "key_prefix": key_prefix,
        "dry_run": dry_run,
        "same_key_once": same_key_once,
        "ignore_state": ignore_state,
    }
    _carry_out(context, "claims", file, choices, form, max_errors, rejects, quiet)


@import_app.command(
    "orders",
    cls=ShopCommand,
    epilog="""
    shop import orders orders.csv
    shop import orders old-till.csv --historical --events skip --key-prefix till1-
    """,
)
def orders(
    context: typer.Context,
    file: File,
    *,
    historical: Annotated[
        bool,
        typer.Option("--historical", help="Orders of the past: ordered_at[,unit_price,discount]."),
    ] = False,
    events: Annotated[
        str, typer.Option("--events", metavar="send|skip", help="Whether the past is delivered.")
    ] = "send",
    key_prefix: KeyPrefix = "",
    ignore_state: IgnoreState = False,
    form: Format = None,
    max_errors: MaxErrors = 0,
    rejects: RejectsFile = None,
    dry_run: DryRun = False,
    no_deliver: Annotated[
        bool, typer.Option("--no-deliver", help="Leave the events to a relay or a flush.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Import key,user,sku,quantity[,coupon]; the rows of one key are one order."""
    choices = {
        "historical": historical,
        "events": events,
        "key_prefix": key_prefix,
        "dry_run": dry_run,
        "ignore_state": ignore_state,
    }
    deliver = not (no_deliver or dry_run or events == "skip")
    _carry_out(context, "orders", file, choices, form, max_errors, rejects, quiet, deliver=deliver)


def _carry_out(
    context: typer.Context,
    kind: str,
    file: str,
    choices: dict[str, Any],
    form: str | None,
    max_errors: int,
    rejects: str | None,
    quiet: bool,
    *,
    deliver: bool = False,
) -> None:
    from shopcli.engine import Choices  # only when something is imported
    from shopcli.wording.advice import explained

    call = Call.of(context)
    call.is_repeatable = True
    silent = quiet or call.as_json
    with call.shop() as shop:
        most = charge_max(shop) if kind == "orders" else None

        def worded(error: ShopError) -> str:
            if isinstance(error, InsufficientBalance):
                note_charge_max(error, most)
            return call.pasted(explained(error, call.catalogue))

        with Progress("rows", silent=silent) as progress:
            try:
                summary = shop.imports.run(
                    kind,
                    file,
                    stream=sys.stdin.buffer if file == "-" else None,
                    form=form,
                    choices=Choices(**choices),
                    max_errors=None if max_errors == AMOUNT_MAX else max_errors,
                    rejects=rejects,
                    progress=progress,
                    worded=worded,
                )
            except (KeyboardInterrupt, Terminated) as stop:
                raise _interrupted(stop, progress) from None
        _answer(call, kind, summary, quiet=quiet)
        # Also when all rows were replayed: the earlier run may have ended before it sent.
        if deliver and (summary.created or summary.replayed):
            _deliver(call, shop, silent=silent)
    if summary.rejected:
        keeps_events = kind == "orders" and not deliver and not choices["dry_run"]
        if summary.batch is not None:
            choices = {**choices, "batch": _batch_to_go_on_with(summary)}
        again = _again(kind, form, choices, keeps_events=keeps_events)
        raise _partly_done(summary, again, call.database_words())


def _interrupted(stop: BaseException, progress: Progress) -> Interrupted:
    if progress.phase == "applied":
        return ended_by(
            stop,
            "Interrupted after {rows_done:,} rows; whole batches of rows are applied, no row by"
            " half.",
            {"rows_done": progress.done, "reason": "goes_on"},
        )
    return ended_by(stop, "Interrupted; nothing was changed.", {"reason": "run_again"})


def _answer(call: Call, kind: str, summary: ImportSummary, *, quiet: bool) -> None:
    if call.as_json:
        call.output.document(summary)
        return
    named = ("rows", "created", "updated", "unchanged", "replayed", "rejected")
    counts = {name: getattr(summary, name) for name in named}
    would = "Dry run, nothing changed: " if summary.dry_run else ""
    units = _UNITS_OF_ORDERS if kind == "orders" else {}
    parts = [
        f"{counted(count, units[name]) if name in units else f'{count:,}'} {name}"
        for name, count in counts.items()
        if count and name != "rows"
    ]
    told = ", ".join([counted(summary.rows, "row"), *parts])
    call.output.record({**counts, "rejects_file": summary.rejects_file}, f"{would}{told}")
    if not quiet:
        _tell_details(call, kind, summary)


def _tell_details(call: Call, kind: str, summary: ImportSummary) -> None:
    """Show the outcome of each product and the first refusals, up to a limit that is named."""
    for difference in summary.differences:
        if difference["change"] != "same":
            call.remark(_told_difference(call, difference))
    compared = summary.created + summary.updated + summary.unchanged + summary.replayed
    if summary.differences and (left := compared - len(summary.differences)) > 0:
        call.remark(f"… and {left:,} more products")
    from shopcli.domain.moments import local  # the engine has loaded it

    for rejection in summary.rejections[:_REJECTIONS_TOLD]:
        column = f", column {rejection['column']}" if rejection["column"] else ""
        where = f"line {rejection['line']}{column} ({rejection['code']})"
        call.remark(f"{where}: {local(rejection['message'], call.moment)}")
    if summary.rejected > _REJECTIONS_TOLD:
        call.remark(f"… and {counted(summary.rejected - _REJECTIONS_TOLD, 'more row')} rejected")
    if summary.stock_left:
        rows = "1 row has" if summary.stock_left == 1 else f"{summary.stock_left:,} rows have"
        call.remark(
            f"{rows} another stock than the product, the first on line"
            f" {summary.first_stock_left_line}. It stays as it is: only --stock set or --stock add"
            " changes it."
        )
    if summary.future:
        was = "was" if summary.future == 1 else "were"
        taken = "would be taken" if summary.dry_run else f"{was} taken"
        slip = _FIX_FIRST if summary.dry_run else _TAKES_BACK.get(kind, "")
        call.remark(
            f"{counted(summary.future, 'row')} {taken} with a time in the future, the first on"
            f" line {summary.first_future_line}.{slip}"
        )

    if summary.first_swallowed is not None:
        first, last = summary.first_swallowed
        rows = "1 line looks" if summary.swallowed == 1 else f"{summary.swallowed:,} lines look"
        call.remark(
            f"{rows} like rows and were read as part of a cell in quotes, the first in the record"
            f" of lines {first} to {last}. If no cell has several lines, a quote is missing there."
        )


def _told_difference(call: Call, difference: dict[str, Any]) -> str:
    if difference["change"] == "new":
        return f"+ {difference['sku']}"
    from shopcli.domain.records import Product  # the engine has loaded it

    changes = []
    money = money_fields(Product)
    for name, values in difference["fields"].items():
        shown = (call.output.shown(name, value, is_money=name in money) for value in values)
        had, has = (text or "(empty)" for text in shown)
        changes.append(f"{name} {had} -> {has}")
    return f"~ {difference['sku']}: {', '.join(changes)}"


def _deliver(call: Call, shop: Shop, *, silent: bool) -> None:
    """Send due events, if there is a platform; a failure does not affect the import."""
    if not has_platform(call, shop):
        return
    from shopcli import Relay  # HTTP only where something is sent
    from shopcli.relay.leadership import relay_runs

    def tell(text: str) -> None:
        if not silent:
            call.remark(text)

    relay = Relay(shop, environment=call.settings.platform_variables())
    try:
        if relay_runs(relay.deliveries, shop.url):
            relay.deliveries.wake()
            tell("A relay runs: it sends the events.")
            return
        with Progress("events", silent=silent) as progress:
            total = relay.status().pending
            progress("delivered", 0, total)
            done = relay.flush(lambda sent, failed: progress("delivered", sent + failed, total))
    except (KeyboardInterrupt, Terminated) as stop:
        told = "Interrupted while events were sent; all rows are applied."
        raise ended_by(stop, told, {"reason": "events_wait"}) from None
    except ShopError as error:
        wait = f"{error.sentence(call.catalogue.text)} {call.advice(error)}".rstrip()
        tell(f"All rows are applied; their events wait: {wait}")
        return
    if done.sent:
        tell(f"{counted(done.sent, 'event')} delivered.")
    if done.pending:
        tell(f"{counted(done.pending, 'event')} not delivered yet; see: shop outbox status")


def _are_of_another_batch(summary: ImportSummary) -> bool:
    """Whether all that was rejected asks for another stock than its batch has set."""
    return summary.batch is not None and summary.key_conflicts == summary.rejected


def _batch_to_go_on_with(summary: ImportSummary) -> str | None:
    """The batch to import the rejects file under.

    By another name than it had stock would be moved once more, which is wanted only where that
    name refuses all of its rows.
    """
    if not _are_of_another_batch(summary) or summary.rejects_file is None:
        return summary.batch
    with Path(summary.rejects_file).open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _again(
    kind: str, form: str | None, choices: dict[str, Any], *, keeps_events: bool
) -> list[str]:
    """The command that imports corrected rejects with the same options, without the file."""
    words = ["shop", "import", kind, *(["--format", form] if form else [])]
    if choices.get("historical"):
        words.append("--historical")
    if choices.get("same_key_once"):
        words.append("--same-key-once")
    if choices.get("ignore_state"):
        words.append("--ignore-state")
    if choices.get("events") == "skip":
        words += ["--events", "skip"]
    elif keeps_events:
        words.append("--no-deliver")
    for name in ("on_existing", "stock", "batch", "key_prefix"):
        if choices.get(name) not in {None, "", "error"}:
            words += [f"--{name.replace('_', '-')}", choices[name]]
    return words


_REJECTED = {
    (False, False): "{rejected:,} of {rows:,} rows were rejected.",
    (False, True): "{rejected:,} of {rows:,} rows were rejected; the rest is fine.",
    (True, False): "{rejected:,} of {rows:,} rows would be rejected.",
    (True, True): "{rejected:,} of {rows:,} rows would be rejected; the rest is fine.",
}
"""What is told, in a dry run or not, and with rows left or none."""


def _partly_done(summary: ImportSummary, again: list[str], database: list[str]) -> PartlyDone:
    where = summary.rejects_file
    conflicts = summary.key_conflicts > 0
    numbered = conflicts and summary.batch is None and "--key-prefix" not in again
    if summary.dry_run:
        reason = "rows_would_be_rejected_by_number" if numbered else "rows_would_be_rejected"
    elif numbered and where is not None:
        reason = "rows_rejected_by_number"
    elif where is None:
        reason = "rows_rejected_elsewhere"
    elif _are_of_another_batch(summary):
        reason = "rows_of_another_batch"
    else:
        reason = "rows_rejected_by_batch" if conflicts and "--batch" in again else "rows_rejected"
    details = {
        "rejected": summary.rejected,
        "rejects_file": where,
        "errors": list(summary.rejections),
        "error_count": summary.rejected,
        "rows": summary.rows,
        "again": shlex.join([*again, where, *database]) if where else "",
        "reason": reason,
    }
    has_rest = summary.rejected < summary.rows
    if summary.rejects_failure is not None:
        details |= {**summary.rejects_failure, "reason": "no_rejects_file"}
        return PartlyDone(
            "{rejected:,} of {rows:,} rows were rejected; the rest is fine. {file} could not be"
            " written: {why}."
            if has_rest
            else "{rejected:,} of {rows:,} rows were rejected. {file} could not be written: {why}.",
            details=details,
        )
    return PartlyDone(_REJECTED[summary.dry_run, has_rest], details=details)
