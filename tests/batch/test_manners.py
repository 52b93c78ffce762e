"""What a person sees of an import: a bar, lines, nothing; how it ends when it is interrupted."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.cli.progress import Progress
from tests import warm_processes
from tests.batch.files import (
    assert_sound,
    command,
    counts,
    environment,
    run,
    stock_up,
    take,
    write,
)
from tests.cli.conftest import Screen
from tests.tui.terminals import bare_pty

ROW_COUNT = 60_000
HELD_SECONDS = 0.3


class Seconds:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@contextlib.contextmanager
def _held(shop: Shop, dialect: str, table: str) -> Iterator[None]:
    """Nobody else writes to a table while this lasts."""
    with shop.runtime.database.write() as session:
        if dialect == "postgres":
            session.change(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        yield


def _drawn(written: bytes) -> list[str]:
    """What was drawn on one line of a terminal, one after the other."""
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", written.decode())
    return [part for part in re.split(r"[\r\n]+", text) if part]


def test_a_terminal_shows_a_bar_with_rate_and_time_left(
    shop: Shop, shop_url: str, dialect: str, tmp_path: Path
) -> None:
    """Both phases are drawn on one line that never wraps at 80 columns, and taken away."""
    path = tmp_path / "users.csv"
    os.mkfifo(path)
    words = command("import", "users", str(path), url=shop_url, cwd=tmp_path)
    with bare_pty(words, size=(80, 24)) as terminal:
        writer = path.open("wb", buffering=0)
        writer.write(b"user\n" + b"".join(b"member-%012d\n" % n for n in range(ROW_COUNT)))
        more = 0
        while b"checked" not in terminal.written:
            writer.write(b"".join(b"more-%d-%d\n" % (more, n) for n in range(6000)))
            more += 1
            terminal.read(0.05)
        with _held(shop, dialect, "users"):
            writer.close()
            terminal.read(HELD_SECONDS)  # what is applied took a while, so it is worth a bar
        terminal.read_until(b" created")
        assert terminal.process.wait(30) == 0
        terminal.read(0.1)
    drawn = _drawn(terminal.written)
    assert max(map(len, drawn)) < 80
    assert any(re.fullmatch(r"checked [\d,]+ rows, [\d,]+/s", text) for text in drawn)
    bar = r"\[[#.]+\] applied [\d,]+ of [\d,]+ rows, [\d,]+/s, [\d:]+ left"
    assert any(re.fullmatch(bar, text) for text in drawn)
    total = ROW_COUNT + 6000 * more
    assert drawn[-1] == f"{total:,} rows, {total:,} created"


@pytest.mark.parametrize("width", [30, 60, 200])
def test_a_bar_fits_any_terminal(tmp_path: Path, width: int) -> None:
    """A narrow terminal gets a shorter bar, then a shorter text; a wide one no longer bar."""
    code = (
        "from shopcli.cli.progress import Progress\n"
        "times = iter(range(99))\n"
        "with Progress('rows', silent=False, seconds=lambda: next(times)) as progress:\n"
        "    progress('applied', 0, 7200000)\n"
        "    progress('applied', 1000, 7200000)\n"
    )
    with bare_pty([sys.executable, "-c", code], size=(width, 24)) as terminal:
        assert terminal.process.wait(30) == 0
        terminal.read(0.1)
    (drawn,) = _drawn(terminal.written)
    assert len(drawn) < width
    told = "applied 1,000 of 7,200,000 rows, 1,000/s, 1:59:59 left"
    if width == 200:
        assert drawn == f"[{'.' * 24}] {told}"
    else:
        assert told.startswith(drawn) or drawn.endswith(told)


def test_elsewhere_a_line_every_few_seconds() -> None:
    """Without a terminal there are whole lines, five seconds apart, with the rest estimated."""
    seconds = Seconds()
    with contextlib.redirect_stderr(Screen(terminal=False)) as err:
        progress = Progress("rows", silent=False, seconds=seconds)
        progress("checked", 0, None)
        for step in range(1, 14):
            seconds.now += 1
            progress("checked", step * 1000, 20_000)
        progress("applied", 0, 13_000)
        seconds.now += 2
        progress("applied", 3000, 13_000)
    assert err.getvalue().splitlines() == [
        "checked 5,000 of about 20,000 rows, 1,000/s, 0:15 left",
        "checked 10,000 of about 20,000 rows, 1,000/s, 0:10 left",
        "applied 3,000 of 13,000 rows, 1,500/s, 0:07 left",
    ]


def test_who_was_told_of_a_part_is_told_of_the_whole() -> None:
    """Where lines were written of a phase, the last one says that all of it is done."""
    seconds = Seconds()
    with contextlib.redirect_stderr(Screen(terminal=False)) as err:
        progress = Progress("rows", silent=False, seconds=seconds)
        progress("copied", 0, 101)
        seconds.now += 5
        progress("copied", 4, 101)
        seconds.now += 1
        progress("copied", 101, 101)
        progress("compared", 0, 101)
        progress("compared", 101, 101)
    assert err.getvalue().splitlines() == [
        "copied 4 of 101 rows, 1/s, 2:01 left",
        "copied 101 of 101 rows, 17/s, 0:00 left",
    ]


def test_a_terminal_that_cannot_draw_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """TERM=dumb, as in an editor's shell, is given no escape sequence."""
    monkeypatch.setenv("TERM", "dumb")
    seconds = Seconds()
    with contextlib.redirect_stderr(Screen(terminal=True)) as err:
        progress = Progress("rows", silent=False, seconds=seconds)
        seconds.now += 9
        progress("checked", 9, None)
        progress.clear()
    assert "\x1b" not in err.getvalue()
    assert err.getvalue().endswith("\n")


def test_quiet_leaves_only_the_answer(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """On a terminal --quiet shows neither a bar nor remarks, only the summary."""
    path = tmp_path / "users.csv"
    path.write_bytes(b"user\n" + b"".join(b"member-%012d\n" % n for n in range(ROW_COUNT)))
    words = command("import", "users", str(path), "--quiet", url=shop_url, cwd=tmp_path)
    with bare_pty(words) as terminal:
        terminal.read_until(b" created")
        assert terminal.process.wait(30) == 0
        terminal.read(0.1)
    assert _drawn(terminal.written) == [f"{ROW_COUNT:,} rows, {ROW_COUNT:,} created"]
    assert len(shop.users(limit=1)) == 1


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_ended_while_it_applies(
    shop: Shop, shop_url: str, dialect: str, tmp_path: Path, number: int, code: int
) -> None:
    """Signals leave whole batches and say how to go on; the same command goes on."""
    shop.add_user("kim")
    rows = (f"c{n},kim,1" for n in range(ROW_COUNT))
    path = write(tmp_path / "charges.csv", "key,user,amount", *rows)
    words = command("import", "charges", str(path), url=shop_url, cwd=tmp_path)
    process = warm_processes.Popen(
        words, env=environment(), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    applied = 0
    while not applied:
        assert process.poll() is None
        with _held(shop, dialect, "balance_entries"):
            applied = shop.balance("kim").balance
            if applied:
                process.send_signal(number)
                out, told = process.communicate(timeout=60)
    assert (process.returncode, out) == (code, b"")
    assert b"again" in told
    assert b"Traceback" not in told
    applied = shop.balance("kim").balance
    assert 0 < applied < ROW_COUNT
    assert_sound(shop)
    done = take(shop, "charges", path)
    assert counts(done) == (ROW_COUNT, ROW_COUNT - applied, 0, 0, applied, 0)
    assert shop.balance("kim").balance == ROW_COUNT


def test_the_command_for_mended_rejects_is_told(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """What the message says to type brings the mended rows in under the keys they had."""
    stock_up(shop)
    name = "old till.csv"
    rows = [f"{n},nobody,LATTE,1,2026-01-05T10:0{n}" for n in range(8)]
    write(tmp_path / name, "key,user,sku,quantity,ordered_at", *rows)
    words = ["import", "orders", name, "--historical", "--events", "skip", "--key-prefix", "till1-"]
    done = run(*words, url=shop_url, cwd=tmp_path)
    told = done.stderr.decode()
    assert done.returncode == 5
    assert "line 2, column user (unknown_user): " in told
    assert "and 3 more rows rejected" in told
    shop.add_user("nobody")
    shop.charge("nobody", 100_000)
    typed = shlex.split(told.splitlines()[-1].partition("shop ")[2])
    again = run(*typed, url=shop_url, cwd=tmp_path)
    assert again.returncode == 0, again.stderr.decode()
    assert len(shop.orders("nobody")) == 8
    assert shop.receipt(key="till1-7").user == "nobody"


def test_mended_rejects_keep_their_events_where_the_file_did(
    shop: Shop, shop_url: str, tmp_path: Path
) -> None:
    """The command that is told says --no-deliver again, and only where it was said."""
    stock_up(shop)
    write(tmp_path / "o.csv", "key,user,sku,quantity", "1,nobody,LATTE,1")
    kept = run("import", "orders", "o.csv", "--no-deliver", url=shop_url, cwd=tmp_path)
    sent = run("import", "orders", "o.csv", url=shop_url, cwd=tmp_path)

    assert kept.returncode == sent.returncode == 5
    assert b" --no-deliver " in kept.stderr
    assert b"--no-deliver" not in sent.stderr


def test_a_dry_run_answers_in_a_pipe_too(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """The counts are on standard output; the diff, cut where it is long, is beside them."""
    shop.add_product("OLD", name="Old", price=5)
    shop.add_product("SAME", name="Same", price=5)
    new = [f"N{n},New,5" for n in range(1100)]
    write(tmp_path / "p.csv", "sku,name,price", "OLD,Old,7", "SAME,Same,5", *new)
    words = ("import", "products", "p.csv", "--dry-run", "--on-existing", "update")
    done = run(*words, url=shop_url, cwd=tmp_path)
    head, row = done.stdout.decode().splitlines()
    assert dict(zip(head.split("\t"), row.split("\t"), strict=True)) == {
        "rows": "1102",
        "created": "1100",
        "updated": "1",
        "unchanged": "1",
        "replayed": "0",
        "rejected": "0",
        "rejects_file": "",
    }
    told = done.stderr.decode().splitlines()
    assert told[0] == "~ OLD: price 5 -> 7"
    assert len([line for line in told if line.startswith("+ N")]) == 998
    assert "102 more" in told[-1]
    quiet = run(*words, "--quiet", url=shop_url, cwd=tmp_path)
    assert (quiet.stdout, quiet.stderr) == (done.stdout, b"")
