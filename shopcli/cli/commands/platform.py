"""The command platform serve: runs a receiver to test deliveries with."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shopcli.cli import problems
from shopcli.cli.call import Call
from shopcli.cli.environment import process_environment
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.parsing.values import count, positive_count, seconds
from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt

if TYPE_CHECKING:
    from shopcli.relay.platform import Arrival

platform_app = new_app("A receiver to try deliveries against.")

_EXAMPLES = """shop platform serve --port 8080 --store events.jsonl
shop platform serve --fail 503 --every 3 --retry-after 5"""


def status_to_fail_with(text: str | int) -> int:
    """Parse an HTTP status that refuses a request."""
    if re.fullmatch(r"[3-5][0-9]{2}", str(text), re.ASCII):
        return int(text)
    raise InvalidInput(
        "'{value}' is not a status from 300 to 599.",
        details={"value": excerpt(text), "reason": "status"},
    )


@platform_app.command("serve", cls=ShopCommand, epilog=_EXAMPLES)
def serve(  # the options of a command line
    context: typer.Context,
    port: Annotated[
        int, typer.Option("--port", metavar="N", parser=count, help="0 takes any free port.")
    ] = 8080,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS")] = "127.0.0.1",
    store: Annotated[
        Path | None, typer.Option("--store", metavar="FILE", help="Add events to it, one a line.")
    ] = None,
    fail: Annotated[
        int | None,
        typer.Option(
            "--fail", metavar="STATUS", parser=status_to_fail_with, help="Answer with this status."
        ),
    ] = None,
    every: Annotated[
        int,
        typer.Option(
            "--every", metavar="N", parser=positive_count, help="Only every n-th request."
        ),
    ] = 1,
    slow: Annotated[
        str, typer.Option("--slow", metavar="TIME", help="Delay each answer, as in 2s.")
    ] = "0s",
    drop: Annotated[
        bool, typer.Option("--drop", help="Store the event, then hang up without an answer.")
    ] = False,
    gone_after: Annotated[
        int | None,
        typer.Option(
            "--gone-after", metavar="N", parser=count, help="Answer 410 after N requests."
        ),
    ] = None,
    retry_after: Annotated[
        int | None,
        typer.Option(
            "--retry-after", metavar="SECONDS", parser=count, help="Send this Retry-After."
        ),
    ] = None,
) -> None:
    """Receive events, store each once and print it as one line, until interrupted.

    With SHOP_PLATFORM_SECRET or SHOP_PLATFORM_SECRET_FILE set, it takes only what is signed.
    """
    call = Call.of(context)
    from shopcli.relay.environment import signing_keys
    from shopcli.relay.platform import Misbehaviour, Platform, serve_platform  # a web server

    if retry_after is not None and fail is None:
        fail = 503
    try:
        platform = Platform(
            host,
            port,
            keys=signing_keys(process_environment()),
            store=store,
            misbehaviour=Misbehaviour(fail, every, seconds(slow), drop, gone_after, retry_after),
            report=_Reporter(call).report,
        )
    except (OSError, OverflowError, TypeError, UnicodeError) as error:  # the last two: of no name
        reason = getattr(error, "strerror", None) or "no such address or port"
        raise InvalidInput(
            "The platform cannot listen on port {port} of {host}: {why}.",
            details={"port": port, "host": host, "why": reason, "reason": "port"},
        ) from None
    # Also with --json: with --port 0 only this line names the address.
    problems.remark(f"Listening on {platform.url} (Ctrl-C ends)")
    serve_platform(platform)


class _Reporter:
    """Prints a line for each event; called from several threads."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._lock = threading.Lock()

    def report(self, arrival: Arrival) -> None:
        """Print the outcome of one event."""
        row = _row(arrival)
        output = self._call.output
        with self._lock:
            output.line(row, _sentence(row) if output.is_table else "")


def _row(arrival: Arrival) -> dict[str, Any]:
    event = arrival.event or {}
    data = event.get("data")
    data = data if isinstance(data, dict) else {}
    values = {
        "outcome": arrival.outcome,
        "status": arrival.status,
        "id": event.get("id"),
        "type": event.get("type"),
        "order": event.get("subject"),
        "sequence": event.get("sequence"),
        "total": data.get("total"),
        "currency": data.get("currency"),
        "remark": arrival.remark,
    }
    return {
        key: value if isinstance(value, int) or value is None else str(value)
        for key, value in values.items()
    }


def _sentence(row: dict[str, Any]) -> str:
    if row["id"] is None:
        return f"{row['outcome']:<9}  {row['status'] or '---'}  {row['remark'] or ''}"
    return (
        f"{row['outcome']:<9}  {row['status'] or '---'}  {row['type']}  order {row['order']}"
        f"  #{row['sequence']}  {row['total']} {row['currency']}"
    )
