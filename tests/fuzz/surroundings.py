"""What a line is given beside its words: variables, standard input, streams, an end."""

from __future__ import annotations

import random
import shlex
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from shopcli.cli.environment import VARIABLES
from tests.fuzz.line import Ending, Input, Line, Stream
from tests.fuzz.places import Known
from tests.fuzz.values import PASSWORD, Names, odd, right

LASTING = frozenset({"outbox relay", "platform serve", "tui", "member"})
"""Commands that run until they are ended."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_KEYS = (
    b"\x11",
    b"q",
    b"?\x1b\x1b",
    b"LATTE\r\r",
    b"\x1b[A\x1b[B\x1b[C\x1b[D\t\t\r",
    b"\x1b[200~\x1b]0;PWN\x07\x1b[201~",
    b"\xff\xfe\x00\x01\x02",
    b"/lat\r\x1b\x03",
    b"\x1b[<0;10;10M\x1b[<0;10;10m",
    "김\u202e".encode(),
)
_VALUES: Mapping[str, Sequence[str | None]] = {
    "TERM": ("dumb", "unknown", "", "xterm-256color", "vt100", "\x1b[31m", "a" * 5_000, None),
    "LANG": ("C", "POSIX", "ko_KR.UTF-8", "de_DE.ISO-8859-1", "", "../../etc/passwd", "xx", None),
    "LANGUAGE": ("ko", "ko:en", "../..", "\udcff", "x" * 5_000, ":"),
    "LC_ALL": ("C", "ko_KR.UTF-8", "ja_JP.SJIS", "\x1b"),
    "COLUMNS": ("1", "0", "-1", "x", "9" * 30, "2", "10"),
    "LINES": ("0", "1", "x", "-5"),
    "NO_COLOR": ("1", ""),
    "FORCE_COLOR": ("1", "x"),
    "TZ": ("", "Asia/Seoul", "Nowhere/City", ":/etc/passwd", "../../x", "UTC+99", "\x1b"),
    "PYTHONIOENCODING": ("ascii", "ascii:strict", "utf-8:strict"),
    "HOME": (None, "", "/dev/null/home", "relative", "/proc/1/none"),
    "XDG_CONFIG_HOME": ("", "relative", "/dev/null/x", "\udcff"),
    "XDG_DATA_HOME": ("relative", "/dev/null/x"),
    "XDG_STATE_HOME": ("relative", "/dev/null/x", "/dev/full"),
    "TMPDIR": ("/nowhere", "", "/dev/null"),
    "PGHOST": ("127.0.0.1", "/nowhere", "\x1b"),
    "PGPORT": ("1", "x", "99999999999"),
    "PGSSLMODE": ("require", "x\x1b[31m"),
    "PGOPTIONS": ("-c statement_timeout=1", "-c nonsense=\x1b"),
    "PGCLIENTENCODING": ("SQL_ASCII", "LATIN1", "EUC_KR"),
    "PGCONNECT_TIMEOUT": ("1", "x"),
    "PGTZ": ("Asia/Seoul",),
    "PGDATESTYLE": ("German",),
    "PGSERVICE": ("none",),
    "PGPASSWORD": (PASSWORD,),
    "SQLITE_TMPDIR": ("/nowhere",),
    "PYTHONUNBUFFERED": ("1",),
    "PYTHONWARNINGS": ("always",),
    "TEXTUAL": ("devtools",),
    "TEXTUAL_DRIVER": ("nonsense",),
    "EDITOR": ("false",),
    "PAGER": ("false",),
    "SSH_CONNECTION": ("127.0.0.1 1 127.0.0.1 22",),
}


def surrounded(line: Line, command: Known, names: Names, draw: random.Random) -> Line:
    """The line with what surrounds it."""
    environment = _environment(line, command, names, draw)
    wants_terminal = command.command in {"tui", "member"} and "--web" not in line.words
    is_terminal = draw.random() < (0.35 if wants_terminal else 0.04)
    stdout: Stream = "terminal" if is_terminal else _stream(draw)
    stderr: Stream = "terminal" if is_terminal else _stream(draw)
    line = replace(
        line,
        environment=environment,
        stdin=_stdin(command, draw),
        stdout=stdout,
        stderr=stderr,
        is_process=draw.random() < 0.05,
    )
    if draw.random() < 0.01:
        return _completed(line, draw)
    return _ended(line, command, draw)


def _completed(line: Line, draw: random.Random) -> Line:
    """What a shell asks where TAB is pressed at the end of the line."""
    typed = " ".join(["shop", *line.words])[:50_000]
    asked = {
        "_SHOP_COMPLETE": draw.choice(("complete_bash", "source_zsh", "x", "complete_fish")),
        "COMP_WORDS": typed,
        "COMP_CWORD": draw.choice(("1", "2", "3", "-1", "x", "9" * 20, str(len(line.words)))),
        "_TYPER_COMPLETE_ARGS": typed,
    }
    return replace(line, words=[], environment={**line.environment, **asked})


def _stream(draw: random.Random) -> Stream:
    kinds: tuple[Stream, ...] = ("closed", "full", "broken")
    return draw.choice(kinds) if draw.random() < 0.07 else "file"


def _environment(
    line: Line, command: Known, names: Names, draw: random.Random
) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    if command.command == "member" and draw.random() < 0.7:
        found["SSH_ORIGINAL_COMMAND"] = _asked_over_ssh(names, draw)
    if draw.random() < 0.75:
        return found
    for _ in range(draw.choice((1, 1, 2, 3))):
        if draw.random() < 0.3:
            name = draw.choice(sorted(VARIABLES.values()))
            found[name] = _shop_variable(name, names, draw)
        else:
            name = draw.choice(tuple(_VALUES))
            found[name] = draw.choice(_VALUES[name])
    return {
        name: value.replace("\0", "") if value is not None else None
        for name, value in found.items()
    }


def _shop_variable(name: str, names: Names, draw: random.Random) -> str | None:
    choices: dict[str, Callable[[], str | None]] = {
        "SHOP_USER": lambda: right(draw, "", "--user", names),
        "SHOP_WAIT_MAX": lambda: draw.choice(("1s", "0s", "15s", "2m")),
        "SHOP_PLATFORM_URL": lambda: f"http://127.0.0.1:{draw.choice(names.ports)}/",
        "SHOP_COLOURS": lambda: draw.choice(("auto", "never")),
        "SHOP_DATABASE_URL": lambda: draw.choice((None, names.address)),
    }
    if name in choices and draw.random() < 0.5:
        return choices[name]()
    return odd(draw, name, names)[1]


def _asked_over_ssh(names: Names, draw: random.Random) -> str:
    word = draw.choice(("balance", "order LATTE", "products", "orders", "help", "top", "receipt"))
    more = draw.choice(
        ("", odd(draw, "", names)[1], shlex.quote(odd(draw, "", names)[1]), "--json")
    )
    return f"{draw.choice(('', 'shop '))}{word} {more}"[:50_000]


def _stdin(command: Known, draw: random.Random) -> Input:
    if command.command != "run" and not command.command.startswith("import"):
        empty: tuple[Input, ...] = ("closed", "nothing", "silent", b"", b"y\n", b"\xff\0")
        return draw.choice(empty)
    return draw.choice(
        (
            "closed",
            "nothing",
            b"",
            b"user,name\nzoe,Zoe\n",
            b"user\n\x1b[31mPWN\n\xff\xfe\n",
            b"balance -u kim\nproducts --json\n",
            b"charge 1 -u kim\nnonsense \x1b]0;PWN\x07\n",
            b"order LATTE -u kim --json\n'",
            b"export orders -o -\ntui\nrun -\nplatform serve\n",
            b"\0" * 4_096,
            b"a" * 3_000_000,
            b"\n" * 3_000_000,
            b'{"user":"zoe"}\n{"user":',
            b"\x1f\x8b\x08\x00broken",
            b"SQLite format 3\0" + bytes(500),
            draw.randbytes(5_000),
            b"key,user,amount\na,kim,1\na,kim,1\n",
            b'sku,name,price\n"A,B\n',
            b"sku\tname\tprice\n=1+1\t\x9b31mPWN\t-1\n",
        )
    )


def _ended(line: Line, command: Known, draw: random.Random) -> Line:
    """The line with an end, where it might go on for ever, and now and then elsewhere."""
    number = int(draw.choice(_SIGNALS))
    is_lasting = command.command in LASTING
    reads_silence = line.stdin == "silent" and any(map(_is_input, line.words))
    if line.stdout == "terminal":
        keys = draw.choice(_KEYS) if draw.random() < 0.7 else b""
        return replace(line, ending=Ending(1.0, draw.choice((0, number)), keys))
    if is_lasting or reads_silence:
        return replace(line, ending=Ending(draw.choice((0.3, 0.8)), number))
    if draw.random() < 0.02:
        # While Python itself begins, a signal is answered by Python.
        soon = Ending(draw.choice((0.02, 0.05, 0.1)), number)
        return replace(line, ending=soon, is_process=False)
    return line


def _is_input(word: str) -> bool:
    return (
        word.partition("=")[2] == "-" or word.endswith(("/dev/stdin", "/dev/fd/0")) or word == "-"
    )
