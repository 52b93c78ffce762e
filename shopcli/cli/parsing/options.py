"""The options that several commands share, each defined once."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.core import TyperOption

from shopcli.cli.completion.typer_hooks import complete_format, complete_times, complete_user
from shopcli.cli.parsing.values import positive_count

KEY_HELP = "Makes a repeat harmless: same key, same request, done once."
"""Help of `--key` where it is the idempotency key of the command, not a key to look up."""

Key = Annotated[str | None, typer.Option("--key", metavar="KEY", help=KEY_HELP)]
Limit = Annotated[
    int | None,
    typer.Option(
        "--limit", metavar="N", parser=positive_count, help="At most N rows.", show_default=False
    ),
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="Only what happened at TIME or later."),
]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="TIME", help="Only what happened before TIME, or on that day."),
]
On = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="Only what happened on that day.")
]
Month = Annotated[
    str | None, typer.Option("--month", metavar="MONTH", help="Only what happened in YYYY-MM.")
]
RecordedSince = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="Only what was recorded at TIME or later."),
]
RecordedUntil = Annotated[
    str | None,
    typer.Option(
        "--until", metavar="TIME", help="Only what was recorded before TIME, or on that day."
    ),
]
RecordedOn = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="Only what was recorded on that day.")
]
RecordedMonth = Annotated[
    str | None,
    typer.Option("--month", metavar="MONTH", help="Only what was recorded in YYYY-MM."),
]
Reason = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Reason, stored with the entry.")
]
RequiredReason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Reason, stored with the entry.")
]
NoDeliver = Annotated[
    bool,
    typer.Option("--no-deliver", help="Leave the event for a relay or `shop outbox flush`."),
]
Yes = Annotated[
    bool, typer.Option("--yes", "-y", help="Do not ask; needed where nobody can be asked.")
]


def shared_options() -> list[TyperOption]:
    """The options that every command takes, before or after its words."""
    return [
        TyperOption(
            param_decls=["database", "--db"],
            metavar="ADDRESS",
            help="Database: a path or URL (or SHOP_DATABASE_URL).",
        ),
        TyperOption(
            param_decls=["as_json", "--json"],
            is_flag=True,
            default=False,
            help="Answer with one JSON document.",
        ),
    ]


def format_options() -> list[TyperOption]:
    """How an answer is written; not taken by commands whose own `--format` is that of a file."""
    return [
        TyperOption(
            param_decls=["answer_form", "--format"],
            metavar="F",
            help="Answer as table, tsv, csv, json, jsonl or md.",
            autocompletion=lambda context, _words, begun: complete_format(context, begun),
        ),
        TyperOption(
            param_decls=["times", "--times"],
            metavar="ZONE",
            help="Times in csv, tsv and table: utc, or local (the shop's).",
            autocompletion=lambda context, _words, begun: complete_times(context, begun),
        ),
        TyperOption(
            param_decls=["bom", "--bom"],
            is_flag=True,
            default=False,
            help="Begin csv and tsv with a byte order mark, for spreadsheets.",
        ),
    ]


USER_HELP = "Whose balance, coupons and orders (or SHOP_USER)."


def user_option(*, hidden: bool = False, help_text: str = USER_HELP) -> TyperOption:
    """The user option, shown in the help of commands for one user; others take it, hidden."""
    return TyperOption(
        param_decls=["for_user", "--user", "-u"],
        metavar="USER",
        help=help_text,
        hidden=hidden,
        autocompletion=lambda context, _words, incomplete: complete_user(context, incomplete),
    )
