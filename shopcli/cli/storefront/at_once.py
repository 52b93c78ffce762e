"""Opens the storefront of a line that needs no parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.cli import configuration, problems
from shopcli.cli.call import Call
from shopcli.cli.process import as_process, reported
from shopcli.cli.storefront.showing import open_storefront

if TYPE_CHECKING:
    from shopcli.cli.storefront.line import StorefrontLine


def run(line: StorefrontLine, words: list[str]) -> int:
    """Run the storefront that a line asks for.

    Args:
        line: What the line says.
        words: Its words, for reports.

    Returns:
        The exit code of the process.
    """

    def perform() -> int:
        call = Call(words, configuration.of_process(), as_json=False, lend=None)

        def act() -> int:
            call.take({"database": line.database, "for_user": line.user})
            return open_storefront(call, kiosk=line.kiosk, desk=line.desk)

        return reported(call, act, problems.tell)

    return as_process(perform)
