"""Around whatever a line does: the streams and signals of its process, the report of a problem.

Nothing of the parser is loaded here: the storefront does without it.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from shopcli.cli import problems
from shopcli.cli.output import Unwritable, let_go_of, unwritable
from shopcli.domain.errors import ShopError

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli.cli.call import Call


def as_process(act: Callable[[], int]) -> int:
    """Do what this process is for, with its streams and signals in order.

    Args:
        act: What is to be done; returns the exit code.

    Returns:
        The exit code of the process.
    """
    _fill_closed_streams()
    signal.signal(signal.SIGTERM, _terminate)
    hang_up = getattr(signal, "SIGHUP", None)
    if hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN:  # not nohup
        signal.signal(hang_up, _hang_up)
    try:
        return act()
    except KeyboardInterrupt:
        return problems.INTERRUPTED_EXIT_CODE
    except problems.Terminated as stop:
        return stop.exit_code
    finally:
        _heed_no_signals()
        _let_go_of_what_takes_nothing()


def reported(call: Call, act: Callable[[], int], tell: Callable[..., int]) -> int:
    """Do what a call is for and report what went wrong.

    Args:
        call: The context, which words the problem.
        act: What is to be done; returns the exit code.
        tell: Reports a problem and returns the exit code.

    Returns:
        The exit code.
    """
    problem: ShopError
    try:
        return act()
    except Unwritable as error:
        problem = call.unanswered(error)
    except ShopError as error:
        problem = error
    except BrokenPipeError:  # the reader of the help has closed the pipe
        let_go_of(sys.stdout)
        return 0
    except (EOFError, KeyboardInterrupt, problems.Terminated) as ended:
        problem = call.interrupted(ended)
    except Exception as error:  # noqa: BLE001  # the last resort: no traceback reaches a user
        if isinstance(error, OSError) and _is_unwritable(error):
            let_go_of(sys.stdout)
            problem = call.unanswered(unwritable(error))
        elif (stop := problems.stop_behind(error)) is not None:
            problem = call.interrupted(stop)
        else:
            problem = problems.bug(error, call.argv, call.key)
    return tell(call.worded(problem), as_json=call.as_json)


def _is_unwritable(error: OSError) -> bool:
    """Whether standard output, which has no name, is on a full disk or was closed before."""
    return error.filename is None and error.errno in (errno.ENOSPC, errno.EBADF)


def _heed_no_signals() -> None:
    """Keep the exit code: what is said is said, and while Python ends a signal is a traceback."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def _let_go_of_what_takes_nothing() -> None:
    """Keep the exit code: Python ends with 120 where it cannot write what is left of a stream."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            let_go_of(stream)


def _terminate(_signal: int, _frame: object) -> NoReturn:
    raise problems.Terminated


def _hang_up(_signal: int, _frame: object) -> NoReturn:
    raise problems.Terminated(problems.HANGUP_EXIT_CODE)


def _fill_closed_streams() -> None:
    """Open the null device for each closed standard stream, so that no file gets its number."""
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest free number is this one.
            os.open(os.devnull, os.O_RDONLY if name == "stdout" else os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  # lives as long as the process
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
