"""Carries out command lines in this process, with streams that are files, as a shell gives them.

Starting Python and loading the libraries of a Postgres server takes a hundred times as long as a
line. A process is started where it is what is tested: how it ends by a signal, what it loads,
streams that are closed, full or a terminal, several at once.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import IO
from unittest import mock

from shopcli.cli.main import perform


def carry_out(
    *words: str, cwd: Path, stdin: bytes | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Carry out the words after `shop`.

    Args:
        words: Of the line.
        cwd: The folder it is typed in.
        stdin: What comes through a pipe; nothing at all if not given.
        environment: Variables beside those of this process.

    Returns:
        What a process would have come to.
    """
    argv = list(words)
    with (
        _written() as out,
        _written() as err,
        _read(stdin) as given,
        contextlib.chdir(cwd),
        mock.patch.dict(os.environ, environment or {}),
        mock.patch.multiple(sys, stdin=given, stdout=out, stderr=err),
    ):
        code = perform(argv)
        return subprocess.CompletedProcess(argv, code, _all_of(out), _all_of(err))


@contextlib.contextmanager
def _written() -> Iterator[io.TextIOWrapper]:
    with tempfile.TemporaryFile() as file, _text(file) as stream:
        yield stream


@contextlib.contextmanager
def _read(content: bytes | None) -> Iterator[io.TextIOWrapper]:
    if content is None:
        with Path(os.devnull).open("rb") as nothing, _text(nothing) as stream:
            yield stream
        return
    reading, writing = os.pipe()

    def write() -> None:
        with contextlib.suppress(BrokenPipeError), open(writing, "wb") as pipe:  # noqa: PTH123  # a descriptor
            pipe.write(content)

    writer = Thread(target=write)
    writer.start()
    with open(reading, "rb") as pipe, _text(pipe) as stream:  # noqa: PTH123  # a descriptor
        yield stream
    writer.join()


def _text(file: IO[bytes]) -> io.TextIOWrapper:
    return io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace")


def _all_of(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    stream.seek(0)
    return bytes(stream.buffer.read())
