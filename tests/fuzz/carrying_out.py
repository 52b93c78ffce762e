"""Carries out a line in a process of its own, forked from one that has loaded everything.

That takes milliseconds, where Python would take half a second to start; and whatever becomes of
the line, its streams and its signals are those of a process.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import gc
import os
import pty
import select
import signal
import sys
import tempfile
import termios
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from shopcli.__main__ import main
from tests.fuzz.line import Ending, Input, Line, Stream
from tests.fuzz.watch import watch_writes

PATIENCE_SECONDS = 20.0
"""How long a line may take."""
_PIPE_BYTES = 60_000
"""So much can be written into a pipe before anybody reads."""


class Outcome(NamedTuple):
    """What became of a line."""

    code: int
    """Negative: the number of the signal that ended it."""
    out: bytes
    err: bytes
    seconds: float
    was_ended: bool
    """Whether it was told to end, from outside."""
    is_hung: bool
    left_processes: bool
    strange_writes: tuple[str, ...]
    """What was opened for writing, made or removed outside of its folder."""


class _Files(NamedTuple):
    """Where a line writes."""

    out: int
    err: int
    strange: int

    @classmethod
    def made(cls) -> _Files:
        return cls(*(_temporary() for _ in range(3)))

    def read(self) -> list[bytes]:
        found = []
        for descriptor in self:
            os.lseek(descriptor, 0, os.SEEK_SET)
            with os.fdopen(descriptor, "rb") as file:
                found.append(file.read())
        return found


def _temporary() -> int:
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def carry_out(line: Line, folder: Path, environment: Mapping[str, str]) -> Outcome:
    """Carry out a line and wait for its end.

    Args:
        line: The line.
        folder: Its own, in which it is typed; nothing may be written elsewhere.
        environment: All variables.
    """
    files = _Files.made()
    master, inside = pty.openpty() if line.stdout == "terminal" else (-1, -1)
    waiting = os.pipe()  # kept open here, so that a silent input does not end
    begun = time.monotonic()
    child = os.fork()
    if not child:
        if master >= 0:
            os.close(master)
        _become(line, folder, environment, files, inside, waiting)
    os.close(waiting[0])
    if inside >= 0:
        os.close(inside)
    code, was_ended, is_hung, screen = _awaited(child, master, line.ending)
    seconds = time.monotonic() - begun
    left = _end_others(child)
    os.close(waiting[1])
    if master >= 0:
        with contextlib.suppress(OSError):
            os.close(master)
    out, err, strange = files.read()
    writes = tuple(sorted(set(strange.decode("utf-8", "backslashreplace").splitlines())))
    return Outcome(code, out or screen, err, seconds, was_ended, is_hung, left, writes)


def _awaited(child: int, master: int, ending: Ending | None) -> tuple[int, bool, bool, bytes]:
    """Wait for a child; its code, whether it was ended, whether it hung, what its terminal had."""
    watched = os.pidfd_open(child)
    deadline = time.monotonic() + PATIENCE_SECONDS
    ends_at = time.monotonic() + ending.after_seconds if ending else deadline
    was_ended = is_hung = False
    screen = b""
    readable = [watched, *([master] if master >= 0 else [])]
    while True:
        now = time.monotonic()
        until = deadline if was_ended else min(ends_at, deadline)
        found, _, _ = select.select(readable, [], [], max(0.0, until - now))
        if master in found:
            try:
                read = os.read(master, 65_536)
            except OSError:  # the other end is closed
                read = b""
            screen += read
            if not read:
                readable.remove(master)
            continue
        if watched in found:
            break
        if ending is not None and not was_ended:
            was_ended = True
            deadline = time.monotonic() + PATIENCE_SECONDS
            _end(child, master, ending, readable)
        elif time.monotonic() >= deadline:
            is_hung = True
            os.kill(child, signal.SIGKILL)
            break
    os.close(watched)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), was_ended, is_hung, screen


def _end(child: int, master: int, ending: Ending, readable: list[int]) -> None:
    if master >= 0 and ending.keys:
        with contextlib.suppress(OSError):
            os.write(master, ending.keys)
        time.sleep(0.1)  # not a wait for something: how long people look before they end it
    if ending.number:
        os.kill(child, ending.number)
        return
    if master in readable:
        readable.remove(master)
    os.close(master)


def _end_others(child: int) -> bool:
    """End what a line has started; whether there was anything."""
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _become(
    line: Line,
    folder: Path,
    environment: Mapping[str, str],
    files: _Files,
    inside: int,
    waiting: tuple[int, int],
) -> None:
    """Be the process of a line; never returns."""
    code = 1
    try:
        os.setsid()
        os.chdir(folder)
        _set_streams(line, files, inside, waiting)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        if line.is_process:
            os.execve(  # noqa: S606 - it is what a shell does
                sys.executable,
                [sys.executable, "-m", "shopcli", *line.words],
                dict(environment),
            )
        code = _inside(line, folder, environment, files.strange)
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 1
    except BaseException:  # noqa: BLE001 - as Python does, which the judges look for
        traceback.print_exc()
    finally:
        os._exit(code)


def _inside(line: Line, folder: Path, environment: Mapping[str, str], strange: int) -> int:
    """Do what Python does when it begins and ends."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    tempfile.tempdir = None  # as the parent has found it for itself
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["shop", *line.words]
    _open_streams(environment)
    watch_writes(strange, folder)
    gc.enable()
    try:
        code = main()
    finally:
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - as Python ends
        atexit._run_exitfuncs()  # noqa: SLF001 - the same
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        return 120
    return code


def _open_streams(environment: Mapping[str, str]) -> None:
    encoding, _, errors = environment.get("PYTHONIOENCODING", "utf-8").partition(":")
    for descriptor, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        stream = None
        with contextlib.suppress(OSError):  # closed, or a folder
            stream = open(  # noqa: SIM115 - a descriptor, for the rest of the process
                descriptor,
                "w" if descriptor else "r",
                encoding=encoding,
                errors="backslashreplace" if name == "stderr" else (errors or "strict"),
                closefd=False,
            )
        setattr(sys, name, stream)


def _set_streams(line: Line, files: _Files, inside: int, waiting: tuple[int, int]) -> None:
    if inside >= 0:
        fcntl.ioctl(inside, termios.TIOCSCTTY, 0)
    descriptors = [
        _input(line.stdin, inside, waiting[0]),
        _output(line.stdout, files.out, inside),
        _output(line.stderr, files.err, inside),
    ]
    os.set_inheritable(files.strange, False)  # noqa: FBT003 - its only argument
    os.close(waiting[1])
    for number, descriptor in enumerate(descriptors):
        if descriptor is None:
            with contextlib.suppress(OSError):
                os.close(number)
        else:
            os.dup2(descriptor, number)


def _input(stdin: Input, inside: int, silent: int) -> int | None:
    if inside >= 0:
        return inside
    if isinstance(stdin, bytes):
        if len(stdin) < _PIPE_BYTES:
            reading, writing = os.pipe()
            os.write(writing, stdin)
            os.close(writing)
            return reading
        descriptor = _temporary()
        os.write(descriptor, stdin)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return descriptor
    if stdin == "silent":
        return silent
    if stdin == "closed":
        return None
    return os.open(os.devnull, os.O_RDONLY)


def _output(stream: Stream, file: int, inside: int) -> int | None:
    if stream == "terminal":
        return inside
    if stream == "file":
        return file
    if stream == "closed":
        return None
    if stream == "full":
        return os.open("/dev/full", os.O_WRONLY)
    reading, writing = os.pipe()
    os.close(reading)
    return writing
