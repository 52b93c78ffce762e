"""Processes of `shop` that need not load it: forked from one that has, where Linux can.

A process that starts takes a third of a second of the processor, nearly all of it to load modules;
one that is forked takes milliseconds. Where a process is the matter, but not how it begins, a test
takes `Popen` or `run` from here instead of from `subprocess`. What differs: all modules are loaded
already, and the interpreter's own flags are not those of the line.

    python -m tests.warm_processes

is the process that forks; it takes its requests from a socket, which is its standard input.
"""

from __future__ import annotations

import atexit
import ctypes
import fcntl
import gc
import importlib
import inspect
import json
import os
import pkgutil
import socket
import subprocess
import sys
import termios
import threading
import time
from contextlib import contextmanager
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHOP = [sys.executable, "-m", "shopcli"]
"""How a command line begins that is forked; any other is started."""

_PR_SET_CHILD_SUBREAPER = 36
"""Of Linux: what a child of ours leaves behind becomes our child, and not that of process 1."""

_REQUEST_BYTES_MAX = 200_000
_OWN_ENCODING = ("", "C", "POSIX", "C.UTF-8")
"""Locales in which Python takes UTF-8, as the process that forks does."""

_HEEDED = {"PYTHONPATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
"""Variables of Python whose absence or presence makes no difference here, or the same one."""


def take_terminal() -> None:
    """Make the terminal on standard input the one that controls this session."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Popen(subprocess.Popen[Any]):
    """A process as of `subprocess`; forked where its line is one of the shop."""

    def _execute_child(self, *values: Any) -> None:  # noqa: ANN401  # private, and has no types
        original = super()._execute_child  # type: ignore[misc]  # private: it is not declared
        asked = inspect.signature(original).bind(*values).arguments
        if not _can_be_forked(asked):
            original(*values)
            return
        environment = os.environ if asked["env"] is None else asked["env"]
        streams = [
            own if given == -1 else given
            for own, given in enumerate((asked["p2cread"], asked["c2pwrite"], asked["errwrite"]))
        ]
        wanted = _Wanted(
            [os.fsdecode(word) for word in asked["args"][len(SHOP) :]],
            os.fspath(asked["cwd"] or Path.cwd()),
            {os.fsdecode(name): os.fsdecode(value) for name, value in environment.items()},
            bool(asked["start_new_session"]),
            asked["preexec_fn"] is take_terminal,
        )
        self.pid = _forker().fork(wanted, streams)
        self._child_created = True
        self._close_pipe_fds(  # type: ignore[attr-defined]  # as above
            *(asked[name] for name in ("p2cread", "p2cwrite", "c2pread", "c2pwrite")),
            asked["errread"],
            asked["errwrite"],
        )


def run(
    args: list[str],
    *,
    timeout: float | None = None,
    **options: Any,  # noqa: ANN401  # those of `subprocess.run`
) -> subprocess.CompletedProcess[Any]:
    """Run a command as `subprocess.run` does; forked where its line is one of the shop."""
    if options.pop("capture_output", False):
        options |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    given = options.pop("input", None)
    if given is not None:
        options["stdin"] = subprocess.PIPE
    checks = options.pop("check", False)
    with Popen(args, **options) as process:
        try:
            out, err = process.communicate(given, timeout=timeout)
        except BaseException:
            process.kill()
            raise
        done = subprocess.CompletedProcess(process.args, process.wait(), out, err)
    if checks:
        done.check_returncode()
    return done


class _Wanted(NamedTuple):
    """A process that is to be forked."""

    words: list[str]
    folder: str
    environment: dict[str, str]
    is_leader: bool
    takes_terminal: bool


def _can_be_forked(asked: Mapping[str, Any]) -> bool:
    args, environment = asked["args"], asked["env"]
    return (
        sys.platform == "linux"
        and isinstance(args, list)
        and args[: len(SHOP)] == SHOP
        and asked["executable"] is None
        and asked["preexec_fn"] in {None, take_terminal}
        and not asked["pass_fds"]
        and _starts_as_ours(os.environ if environment is None else environment)
    )


def _starts_as_ours(environment: Mapping[str, str]) -> bool:
    """Whether no variable is set that Python or Textual reads when it starts."""
    locale = next(
        (environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), ""
    )
    read = (name for name in environment if name.startswith(("PYTHON", "TEXTUAL")))
    return locale in _OWN_ENCODING and set(read) <= _HEEDED


class _Forker:
    """The process that forks, as tests see it."""

    def __init__(self) -> None:
        self._socket, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        names = [name for name in os.environ if not name.startswith(("PYTHON", "TEXTUAL", "LC_"))]
        with inside:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm_processes"],
                stdin=inside.fileno(),
                cwd=Path(__file__).parents[1],
                env={**{name: os.environ[name] for name in names}, "LANG": "C.UTF-8"},
            )
        atexit.register(self._close)

    def _close(self) -> None:
        """End the process that forks: it ends once nobody can ask any more."""
        self._socket.close()
        self._process.wait()

    def fork(self, wanted: _Wanted, streams: list[int]) -> int:
        """Have a process forked that is a child of this one.

        Args:
            wanted: What it is to do.
            streams: Its standard input, output and error.

        Returns:
            Its number.
        """
        with _adopting():
            socket.send_fds(self._socket, [json.dumps(wanted).encode()], streams)
            told = self._socket.recv(100)
        assert told, "the process that forks has ended"
        return int(told)


@cache
def _forker() -> _Forker:
    return _Forker()


@contextmanager
def _adopting() -> Iterator[None]:
    """Take the children of our children that end meanwhile for our own."""
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    try:
        yield
    finally:
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def _serve() -> list[str]:
    """Fork for each request, until there are none.

    Returns:
        The words of the line, in the process that was forked; no other returns.
    """
    requests = socket.socket(fileno=os.dup(0))
    while True:
        told, streams, _, _ = socket.recv_fds(requests, _REQUEST_BYTES_MAX, 3)
        if not told:
            os._exit(0)
        wanted = _Wanted(*json.loads(told))
        reading, writing = os.pipe()
        between = os.fork()
        if not between:
            child = os.fork()
            if not child:
                for one in (reading, writing, requests.detach()):
                    os.close(one)
                _become(wanted, streams)
                return wanted.words
            os.write(writing, str(child).encode())
            os._exit(0)
        os.waitpid(between, 0)  # now whoever asked has the child
        requests.send(os.read(reading, 100))
        for one in (reading, writing, *streams):
            os.close(one)


def _become(wanted: _Wanted, streams: list[int]) -> None:
    """Have the streams, folder, environment and session that are wanted."""
    if wanted.is_leader:
        os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for stream in streams:
        os.close(stream)
    if wanted.takes_terminal:
        take_terminal()
    os.chdir(wanted.folder)
    os.environ.clear()
    os.environ.update(wanted.environment)
    time.tzset()
    is_unbuffered = bool(wanted.environment.get("PYTHONUNBUFFERED"))
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        opened = TextIOWrapper(
            open(  # noqa: SIM115  # it stays open
                number,
                "wb" if number else "rb",
                buffering=0 if number and is_unbuffered else -1,
                closefd=False,
            ),
            encoding="utf-8",
            errors="surrogateescape" if name != "stderr" else "backslashreplace",
            line_buffering=name == "stderr" or os.isatty(number),
            write_through=is_unbuffered,
        )
        setattr(sys, name, opened)
        setattr(sys, f"__{name}__", opened)


def _load() -> None:
    """Load what commands and the storefront need; migrations want a database to be loaded."""
    import psycopg  # noqa: F401  # on demand, as a shop on Postgres does

    import shopcli

    for module in pkgutil.walk_packages(shopcli.__path__, "shopcli."):
        if not module.name.endswith(".__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)
    gc.freeze()


def _end(code: int) -> None:
    """End as the interpreter does, but do not take apart what was loaded: half of the time."""
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001  # the interpreter's own
    atexit._run_exitfuncs()  # noqa: SLF001  # as above
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


if __name__ == "__main__":
    _load()
    words = _serve()
    from shopcli import __main__ as shop

    sys.argv = [str(shop.__file__), *words]
    _end(shop.main())
