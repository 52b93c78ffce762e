"""`shop help`: the pages of the manual, and the help of commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import shopcli
from shopcli.cli.call import Call
from shopcli.cli.completion.names import topics
from shopcli.cli.completion.typer_hooks import complete_topic
from shopcli.cli.parsing.typer_commands import ShopCommand, help_text, new_app
from shopcli.domain.errors import InvalidInput

app = new_app("Help on topics.")

PAGES = Path(shopcli.__file__).parent / "help"
"""The manual, a Markdown file for each topic."""


def page(topic: str) -> str:
    """The text of a page, unchanged: it is written to be read in a terminal."""
    return (PAGES / f"{topic}.md").read_text(encoding="utf-8")


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
            help="A page of the manual, or a command.",
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
    topic, pages = words[0], topics()
    if len(words) == 1 and topic in pages:
        call.output.text(page(topic).rstrip("\n"))
        return
    group = root.command
    if not hasattr(group, "commands") or topic not in group.commands:
        from difflib import get_close_matches  # only after a mistake

        known = [*pages, *getattr(group, "commands", {})]
        near = get_close_matches(topic, known, n=3)
        raise InvalidInput(
            "There is no help on '{topic}'.",
            details={
                "topic": topic,
                "suggestions": near,
                "topics": pages,
                "reason": "near_topic" if near else "topic",
            },
        )
    call.output.text(help_text(root, words))
