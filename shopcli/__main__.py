"""`python -m shopcli` and the command `shop`; does without Typer where it can.

That is `--version`, TAB and, on its usual lines, the storefront.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> int:
    """Run the command line of this process.

    Returns:
        The exit code.
    """
    argv = sys.argv[1:]
    if argv == ["--version"] and _has_told_version():
        return 0
    try:
        from shopcli.cli.environment import completion_is_asked

        if completion_is_asked():
            from shopcli.cli.completion.shells import answer  # only while a line is being typed

            code = answer()
            if code is not None:
                return code
        return _command_line(argv)()
    except KeyboardInterrupt:
        return 130


def _command_line(argv: list[str]) -> Callable[[], int]:
    """Load what carries out a line; nothing of that is garbage, and a tenth of it was to look."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        from shopcli.cli.storefront.line import read_storefront_line

        line = read_storefront_line(argv)
        if line is not None:
            from shopcli.cli.storefront import (
                at_once,  # a tenth of a second sooner than by the parser
            )

            return lambda: at_once.run(line, argv)
        from shopcli.cli.main import run  # Typer takes 80 ms to import

        return lambda: run(argv)
    finally:
        if was_enabled:
            gc.enable()


def _has_told_version() -> bool:
    """Write the version; where that fails, the command line says so as of any other answer."""
    from shopcli import __version__

    if sys.stdout is None:  # closed before the command began
        return False
    try:  # not through the stream's buffer, which would keep what could not be written
        os.write(sys.stdout.fileno(), f"shop {__version__}\n".encode())
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
