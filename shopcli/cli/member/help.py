"""The word help of members: it tells what they can type, and nothing of the operator's."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer
from typer.core import TyperGroup

from shopcli.cli.call import Call
from shopcli.cli.parsing.typer_commands import ShopCommand, help_text, new_app
from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt

app = new_app("Help for members.")


@app.command(
    "help",
    cls=ShopCommand,
    epilog="""
    shop help
    shop help order
    """,
)
def help_on(
    context: typer.Context,
    word: Annotated[
        str | None, typer.Argument(metavar="[COMMAND]", help="What it can do, with examples.")
    ] = None,
) -> None:
    """Show what can be typed."""
    call = Call.of(context)
    root = context.find_root()
    if word is None:
        call.output.text(root.get_help())
        return
    words = list(root.command.commands) if isinstance(root.command, TyperGroup) else []
    if word not in words:
        near = get_close_matches(word, words, n=3)
        raise InvalidInput(
            "There is no help on '{topic}'.",
            details={
                "topic": excerpt(word),
                "suggestions": near,
                "see": "shop help",
                "reason": "near_topic" if near else "usage",
            },
        )
    call.output.text(help_text(root, [word]))
