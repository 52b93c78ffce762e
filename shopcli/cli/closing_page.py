"""The page of a close, to read on a terminal or to print: plain, or as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.wording.closing_page import proof, sections, title

if TYPE_CHECKING:
    from shopcli.cli.call import Call
    from shopcli.domain.records import Closing

_LABEL_WIDTH = 30
_VALUE_WIDTH = 26


def plain(call: Call, closing: Closing) -> list[str]:
    """The lines of the page, at most 80 columns each but where a name is long."""
    lines = [title(closing)]
    for heading, rows in sections(closing, call.output.money):
        lines += ["", heading]
        lines += [f"  {label:<{_LABEL_WIDTH}}{value:>{_VALUE_WIDTH}}" for label, value in rows]
    return [*lines, "", *proof(closing)]


def markdown(call: Call, closing: Closing) -> str:
    """The page as Markdown, whose tables read as well unrendered."""
    from shopcli.cli.markdown import escaped, table  # only where it is asked for

    text = f"# {escaped(title(closing))}\n"
    for heading, rows in sections(closing, call.output.money):
        text += f"\n## {heading}\n\n" + table(("", ""), (False, True), rows)
    return text + "\n" + "".join(f"    {line}\n" for line in proof(closing))
