"""Help on what no single command explains: exit codes, environment, formats, keys."""

from __future__ import annotations

from typing import Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.command import ShopCommand, new_app
from shopcli.cli.completion import complete_topic
from shopcli.domain.errors import InvalidInput

app = new_app("Help on topics.")

TOPICS: dict[str, str] = {
    "exit-codes": """\
Exit codes: the same for every command
  0    done
  1    refused by a rule of the shop; nothing changed
  2    wrong usage, a bad value or bad configuration; nothing changed
  3    try again later; nothing changed (an import says what it has done so far)
  4    no such user, product, coupon, order or event
  5    partly done: an import with rejects, a flush with failures
  6    outcome unknown: repeat the command with the key shown
  70   a bug in the shop; a report file is named
  130  interrupted from the keyboard
  143  ended by SIGTERM
With --json a problem is one JSON document on stderr:
  {"error": {"code", "message", "fix", "details"}}
""",
    "environment": """\
Environment variables: a flag wins over them, they win over the configuration file
  SHOP_DATABASE_URL         database: a path, sqlite:////path or postgresql://...
  SHOP_USER                 the user of commands for one user
  SHOP_CONFIG               the configuration file (else see: shop config path)
  SHOP_PLATFORM_URL         where paid orders are sent, instead of platform.url
  SHOP_PLATFORM_SECRET      whsec_... to sign with; several, separated by spaces
  SHOP_PLATFORM_SECRET_FILE file that holds them
  SHOP_PLATFORM_CA_FILE     certificates to trust the platform by
  SHOP_WAIT_MAX             longest wait for an answer of a Postgres server, 15s if not
                            set; as `shop config set wait_max`
  NO_COLOR                  no colour
  SHOP_COLOURS              auto or never, as `shop config set colours`
What is in force, and where it comes from: shop config show
""",
    "formats": """\
Formats: standard output carries data only, all else goes to standard error
  terminal   tables and sentences; amounts in major units, times in the shop's zone
  piped      TSV: a header with the JSON keys, then the rows; amounts in major units
  --json     one JSON document; amounts are integers in minor units, with a currency
Times in TSV and JSON are RFC 3339 in UTC with six digits. A time typed without a zone is
meant in the shop's zone: 2026-11-22, 2026-11-22T09:30, 2026-11-22T00:30:00Z.
Amounts are typed in major units: 10000 (KRW), 12.34 (USD).
""",
    "keys": """\
Keys: repeat a command as often as you like, it is done once
charge, payout, adjust, claim, order and cancel take --key KEY (1 to 200 printable ASCII
characters). The same key with the same request answers as the first time, with
"replayed": true. The same key with another request is refused (key_conflict), whoever the
user is. Each kind of command has keys of its own: one that made a charge is free for an
order. Only a success binds a key. A command without --key makes one and shows it.
  shop charge 10000 -u kim --key till1-0042
  shop receipt --key till1-0043
""",
}
"""Each topic as it is printed."""


@app.command(
    "help",
    cls=ShopCommand,
    epilog="""
    shop help exit-codes
    shop help order
    """,
)
def help_on(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TOPIC|COMMAND]…",
            help=f"{', '.join(TOPICS)}, or a command.",
            autocompletion=complete_topic,
        ),
    ] = None,
) -> None:
    """Help on a topic or a command."""
    call = Call.of(context)
    root = context.find_root()
    if not words:
        call.output.text(root.get_help())
        return
    topic = words[0]
    if len(words) == 1 and topic in TOPICS:
        call.output.text(TOPICS[topic].rstrip("\n"))
        return
    group = root.command
    if not hasattr(group, "commands") or topic not in group.commands:
        from difflib import get_close_matches  # only after a mistake

        known = [*TOPICS, *getattr(group, "commands", {})]
        near = get_close_matches(topic, known, n=3)
        raise InvalidInput(
            f"There is no help on {topic!r}.",
            fix=f"Did you mean: shop help {' or '.join(near)}"
            if near
            else f"Topics are: {', '.join(TOPICS)}.",
            details={"topic": topic, "suggestions": near},
        )
    with root.command.make_context("shop", [*words, "--help"], obj=call) as asked:
        root.command.invoke(asked)
