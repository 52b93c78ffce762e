"""The command as a process: what it loads, how it ends, what it does with broken streams."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

import shopcli
from shopcli import Shop
from shopcli.__main__ import main

COMMAND = [sys.executable, "-m", "shopcli"]
DATABASE_LAYERS = ("sqlalchemy", "alembic", "psycopg")
NEVER = (*DATABASE_LAYERS, "textual", "asyncio", "http.client", "ssl", "filelock", "pydantic")


@pytest.fixture
def address(tmp_path: Path) -> str:
    """A SQLite shop with a user and a product."""
    path = str(tmp_path / "shop.db")
    with Shop.create(path, timezone="Asia/Seoul") as shop:
        shop.add_user("kim")
        shop.charge("kim", 50_000)
        shop.add_product("LATTE", name="Latte", price=4500, stock=20)
    return path


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes find the package as this one did."""
    monkeypatch.setenv("PYTHONPATH", str(Path(shopcli.__file__).parents[1]))
    monkeypatch.setenv("PYTHONUTF8", "1")


def run(*words: str, **streams: int | IO[bytes]) -> subprocess.CompletedProcess[bytes]:
    """Run the command to its end."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.run([*COMMAND, *words], check=False, timeout=60, **{**pipes, **streams})  # type: ignore[call-overload, no-any-return]  # streams by name


def _python(script: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end, with more variables in its environment."""
    return subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        capture_output=True,
        timeout=60,
        env={**os.environ, **variables},
    )


def loaded_after(*lines: Sequence[str], unwanted: Collection[str]) -> dict[str, list[str]]:
    """Which unwanted modules a process has loaded once it carried out one line after the other."""
    code = (
        "import json, sys\n"
        "from shopcli.__main__ import main\n"
        f"for words in {[list(words) for words in lines]!r}:\n"
        "    sys.argv = ['shop', *words]\n"
        "    code = main()\n"
        f"    loaded = [name for name in {sorted(unwanted)!r} if name in sys.modules]\n"
        "    print(json.dumps([code, ' '.join(words), loaded]), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    found = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("[")]
    assert [code for code, _, _ in found] == [0] * len(lines), done.stderr
    return {line: loaded for _, line, loaded in found if loaded}


@pytest.mark.wheel
def test_the_version_needs_no_libraries() -> None:
    """`--version` answers before the command line is imported."""
    unwanted = {*NEVER, "typer", "rich", "platformdirs", "sqlite3"}

    assert loaded_after(["--version"], unwanted=unwanted) == {}


@pytest.mark.wheel
def test_help_loads_no_engine() -> None:
    """Help is written without the engine, tables or databases."""
    unwanted = {*NEVER, "rich", "sqlite3", "pysqlite3", "shopcli.engine.shop"}
    lines = (["--help"], ["charge", "--help"], ["user", "--help"])

    assert loaded_after(*lines, unwanted=unwanted) == {}


@pytest.mark.wheel
def test_a_command_loads_only_what_it_uses(address: str) -> None:
    """On SQLite a command that is piped loads no SQLAlchemy, Rich, HTTP or asyncio."""
    lines = (
        "balance -u kim",
        "balance -u kim --json",
        "products",
        "products --json",
        "charge 1 -u kim",
        "order LATTE -u kim",
        "history -u kim",
        "top",
        "outbox status",
    )
    typed = [[*line.split(), "--db", address] for line in lines]

    assert loaded_after(*typed, unwanted={*NEVER, "rich"}) == {}


@pytest.mark.wheel
@pytest.mark.parametrize(
    ("line", "nouns"),
    [("balance -u kim", {"balances"}), ("order LATTE -u kim", {"orders"})],
)
def test_a_command_loads_the_use_cases_of_its_noun(
    address: str, line: str, nouns: set[str]
) -> None:
    """Use cases and records of other nouns stay unread, and so does what only few folders need."""
    others = {"balances", "bookings", "cancellations", "coupons", "orders", "products", "sales"}
    watched = {f"shopcli.engine.use_cases.{noun}" for noun in others}
    watched |= {f"shopcli.domain.records.{noun}" for noun in ("outbox", "verification")}
    if sys.platform == "linux":
        watched |= {"platformdirs", "tempfile", "random"}
    words = [*line.split(), "--db", address]

    loaded = loaded_after(words, unwanted=watched)
    assert set(loaded[" ".join(words)]) == {f"shopcli.engine.use_cases.{noun}" for noun in nouns}


@pytest.mark.wheel
def test_answers_and_exit_codes_of_a_process(address: str) -> None:
    """A process answers on standard output, complains on standard error, and exits by the table."""
    good = run("balance", "-u", "kim", "--json", "--db", address)
    bad = run("balance", "-u", "nobody", "--json", "--db", address)
    usage = run("--json", "nonsense")

    assert (good.returncode, json.loads(good.stdout)["balance"], good.stderr) == (0, 50_000, b"")
    assert (bad.returncode, bad.stdout) == (4, b"")
    assert json.loads(bad.stderr)["error"]["code"] == "unknown_user"
    assert (usage.returncode, usage.stdout) == (2, b"")
    assert json.loads(usage.stderr)["error"]["code"] == "invalid_input"


@contextmanager
def closed(*descriptors: int) -> Iterator[list[str]]:
    """A shell line that runs the command with some streams closed."""
    closing = " ".join(f"{n}{'<' if n == 0 else '>'}&-" for n in descriptors)
    yield ["sh", "-c", f'exec "$@" {closing}', "sh", *COMMAND]


@pytest.mark.skipif(os.name != "posix", reason="closes streams with a POSIX shell")
@pytest.mark.parametrize("descriptors", [(0,), (1,), (2,), (0, 1, 2)])
def test_closed_streams_change_nothing(address: str, descriptors: tuple[int, ...]) -> None:
    """With streams closed a command does its work, hangs nowhere and leaves the database whole.

    Where nobody could be told of it, it exits as if that were not known: 0 would be an answer.
    """
    with closed(*descriptors) as command:
        done = subprocess.run(
            [*command, "charge", "5", "-u", "kim", "--db", address],
            check=False,
            capture_output=True,
            timeout=30,
        )

    assert done.returncode == (6 if 1 in descriptors else 0)
    assert b"Traceback" not in done.stderr
    with Shop.open(address) as shop:
        assert shop.balance("kim").balance == 50_005
        assert shop.verify().ok


@pytest.mark.skipif(os.name != "posix", reason="breaks a pipe")
@pytest.mark.parametrize(
    "words", [("products",), ("products", "--json"), ("--help",), ("--version",)]
)
def test_a_reader_that_leaves_is_no_error(address: str, words: tuple[str, ...]) -> None:
    """A broken pipe ends a command quietly."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(*words, *([] if words == ("--version",) else ["--db", address]), stdout=writing)
    finally:
        os.close(writing)

    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_answer_that_cannot_be_written_is_told(address: str) -> None:
    """On a full disk a reading command is refused, a money command names the key to repeat with."""
    with Path("/dev/full").open("wb") as full:
        read = run("balance", "-u", "kim", "--json", "--db", address, stdout=full)
        charged = run("charge", "5", "-u", "kim", "--json", "--db", address, stdout=full)
    error = json.loads(charged.stderr)["error"]
    again = run(
        "charge", "5", "-u", "kim", "--key", error["details"]["key"], "--json", "--db", address
    )

    assert (read.returncode, json.loads(read.stderr)["error"]["code"]) == (2, "invalid_input")
    assert (charged.returncode, error["code"]) == (6, "outcome_unknown")
    assert json.loads(again.stdout)["replayed"] is True


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_refusal_that_cannot_be_written_keeps_its_exit_code(address: str) -> None:
    """Where standard error takes nothing, the exit code still says what happened."""
    with Path("/dev/full").open("wb") as full:
        unknown = run("balance", "-u", "nobody", "--db", address, stderr=full)
        mistyped = run("balance", "--nothing", stderr=full)

    assert [unknown.returncode, mistyped.returncode] == [4, 2]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("word", ["--version", "--help"])
def test_what_is_said_without_a_shop_is_an_answer_too(word: str) -> None:
    """On a full disk or a closed stream it is refused as any other answer, without a traceback."""
    with Path("/dev/full").open("wb") as full:
        unwritten = [run(word, stdout=full)]
    with closed(1) as command:
        unwritten.append(
            subprocess.run([*command, word], check=False, capture_output=True, timeout=60)
        )

    assert [done.returncode for done in unwritten] == [2, 2]
    assert [done.stderr[:7] for done in unwritten] == [b"error: ", b"error: "]
    assert [done for done in unwritten if b"Traceback" in done.stderr] == []


INTERRUPTED_WHERE = {
    "it waits": "pass",
    # What a lock raises where the signal came while it was let go of.
    "another error covers it": "raise RuntimeError('release unlocked lock')",
}


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
@pytest.mark.parametrize("where", INTERRUPTED_WHERE)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_command_changes_nothing(
    address: str, tmp_path: Path, number: int, where: str
) -> None:
    """Ended while it waits for the database, a command says so with its key and changed nothing."""
    ready = tmp_path / "ready"
    script = (
        "import pathlib, sys\n"
        "from shopcli.cli.main import run\n"
        "from shopcli.cli import call\n"
        "class Waiting:\n"
        "    def __enter__(self):\n"
        "        try:\n"
        f"            pathlib.Path({str(ready)!r}).touch()\n"
        # No lock, which a signal that comes just before would never wake.
        "            while True: pass\n"
        f"        finally: {INTERRUPTED_WHERE[where]}\n"
        "    def __exit__(self, *error): pass\n"
        "from shopcli import Shop\n"
        "Shop.open = lambda *given, **named: Waiting()\n"
        f"sys.exit(run(['charge', '5', '-u', 'kim', '--key', 'k1', '--json']))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        while not ready.exists():
            assert process.poll() is None
            os.sched_yield()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out) == (128 + number, b"")
    error = json.loads(err)["error"]
    assert error["code"] == "interrupted"
    assert error["details"] == {"key": "k1"}
    assert error["message"] == "Interrupted; nothing was changed."


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
def test_a_signal_after_the_answer_changes_nothing(address: str) -> None:
    """While Python ends, signals are not heeded: the exit code holds, and no traceback is shown."""
    script = (
        "import atexit, os, signal, sys\n"
        "from shopcli.cli.main import run\n"
        "for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):\n"
        "    atexit.register(os.kill, os.getpid(), number)\n"
        f"sys.exit(run(['balance', '-u', 'nobody', '--json', '--db', {address!r}]))\n"
    )
    done = _python(script)

    assert (done.returncode, done.stdout) == (4, b"")
    assert json.loads(done.stderr)["error"]["code"] == "unknown_user"


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
def test_a_command_after_nohup_outlives_its_terminal(address: str) -> None:
    """SIGHUP that was ignored when the command began ends nothing."""
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from shopcli import Shop\n"
        "from shopcli.cli.main import run\n"
        "balance = Shop.balance\n"
        "def hung_up(*given, **named):\n"
        "    os.kill(os.getpid(), signal.SIGHUP)\n"
        "    return balance(*given, **named)\n"
        "Shop.balance = hung_up\n"
        f"sys.exit(run(['balance', '-u', 'kim', '--db', {address!r}]))\n"
    )
    done = _python(script)

    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("words", "interrupt"),
    [
        (
            ("user", "add", "zoe"),
            (
                "from shopcli.storage.sqlite.queue import WriterQueue\n"
                "WriterQueue.get_in_line = interrupted\n"
                "WriterQueue.is_free = lambda *given: False\n"
            ),
        ),
        (
            ("charge", "5", "-u", "kim", "--key", "k1"),
            "from shopcli.cli.parsing import command_table\ncommand_table.load = interrupted\n",
        ),
        (
            ("config", "set", "user", "kim"),
            "from shopcli.cli import main\nmain.words_first = interrupted\n",
        ),
    ],
    ids=["while it waits", "while it is loaded", "while it is read"],
)
def test_an_interrupt_before_anything_is_sent_is_told_as_no_change(
    address: str, words: Sequence[str], interrupt: str
) -> None:
    """Without a key, too: the file is locked by somebody else, or no command has begun."""
    script = (
        "import os, signal, sys\n"
        "from shopcli.cli.main import run\n"
        "def interrupted(*given, **named): os.kill(os.getpid(), signal.SIGINT)\n"
        f"{interrupt}"
        f"sys.exit(run([*{words!r}, '--json', '--db', {address!r}]))\n"
    )
    done = _python(script)
    error = json.loads(done.stderr)["error"]

    assert (done.returncode, error["code"], error["details"]) == (130, "interrupted", {})
    assert "nothing was changed" in error["message"]


def test_a_bug_leaves_a_report_and_no_traceback(address: str, tmp_path: Path) -> None:
    """An unexpected error is told as `internal`, with a report that only the user can read."""
    script = (
        "import sys\n"
        "from shopcli import Shop\n"
        "from shopcli.cli.main import run\n"
        "def broken(*given, **named): raise ZeroDivisionError('inside')\n"
        "Shop.balance = broken\n"
        f"sys.exit(run(['balance', '-u', 'kim', '--json', '--db', {address!r}]))\n"
    )
    done = _python(script)
    error = json.loads(done.stderr)["error"]
    report = Path(error["details"]["report"])

    assert (done.returncode, done.stdout, error["code"]) == (70, b"", "internal")
    assert b"Traceback" not in done.stderr
    assert "ZeroDivisionError: inside" in report.read_text("utf-8")
    if os.name == "posix":
        assert report.stat().st_mode & 0o777 == 0o600
        assert report.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_interrupted_is_no_bug(number: int, tmp_path: Path) -> None:
    """A signal in one of its steps ends the demo as it ends the step, and its folder is gone."""
    script = (
        "import os, sys\n"
        "from shopcli import Shop\n"
        "from shopcli.cli.main import run\n"
        f"def ended(*given, **named): os.kill(os.getpid(), {int(number)})\n"
        "Shop.charge = ended\n"
        "sys.exit(run(['demo', '--json']))\n"
    )
    done = _python(script, TMPDIR=str(tmp_path))

    assert (done.returncode, done.stdout) == (128 + number, b"")
    assert json.loads(done.stderr)["error"]["code"] == "interrupted"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("module", ["postgres.transactions", "sqlite.schema"])
def test_what_libraries_log_is_not_shown(module: str) -> None:
    """Standard error has one owner: warnings of libraries stay away, unless logging is set up."""
    script = (
        f"import logging, shopcli.storage.{module}\n"
        "for name in ('sqlalchemy.pool', 'psycopg', 'alembic.runtime'):\n"
        "    logging.getLogger(name).error('a traceback')\n"
    )
    done = _python(script)

    assert (done.returncode, done.stderr) == (0, b"")


def test_the_demo_tells_the_whole_story() -> None:
    """The demo ends well, delivers three events, and leaves nothing behind."""
    done = run("demo", "--json")
    story = json.loads(done.stdout)

    assert (done.returncode, done.stderr, story["ok"]) == (0, b"", True)
    assert [event["type"] for event in story["events"]] == [
        "shop.order.paid",
        "shop.order.paid",
        "shop.order.cancelled",
    ]
    rush = story["rush"]
    assert (rush["people"], rush["processes"], rush["coupons"]) == (500, 4, 100)
    assert (rush["claimed"], rush["refused"]) == (100, 400)
    assert run("products").returncode == 2


@pytest.mark.wheel
@pytest.mark.parametrize("line", ["shop order L", "shop claim T", "shop bal", "shop order --"])
def test_completion_loads_no_command_line(
    address: str, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """A press of TAB is answered without Typer and without the use cases of the shop."""
    monkeypatch.setenv("SHOP_DATABASE_URL", address)
    ask(monkeypatch, line)

    assert loaded_after([], unwanted={*NEVER, "typer", "rich", "shopcli.engine.shop"}) == {}


def ask(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """Put what a shell asks when TAB is pressed into the environment."""
    monkeypatch.setenv("_SHOP_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split()) - 1))


def completed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> list[str]:
    """The words that are offered to a shell, by the command itself, with nothing complained of."""
    ask(monkeypatch, line)
    monkeypatch.setattr(sys, "argv", ["shop"])
    main()
    told = capsys.readouterr()
    assert told.err == ""
    return told.out.split()


def test_shells_can_complete_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell that asks gets the words that fit, without the engine being loaded."""
    monkeypatch.setenv("_SHOP_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "shop bal")
    monkeypatch.setenv("COMP_CWORD", "1")

    assert run().stdout.split() == [b"balance"]

    monkeypatch.setenv("COMP_WORDS", "shop user l")
    monkeypatch.setenv("COMP_CWORD", "2")

    assert run().stdout.split() == [b"list"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_completions_that_cannot_be_written_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk a press of TAB fails with 1, as for whatever reason, and says nothing."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    ask(monkeypatch, "shop bal")

    with Path("/dev/full").open("wb") as full:
        done = run(stdout=full)
    assert (done.returncode, done.stderr) == (1, b"")


OFFERED = {
    "shop order L": ["LATTE"],
    "shop balance -u k": ["kim"],
    "shop product show L": ["LATTE"],
    "shop claim t": ["tenth"],
    "shop order --co": ["--coupon"],
    "shop order nothing": [],
    "shop --db /nowhere/none.db order L": [],
}


def test_shells_can_complete_names(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """SKUs, users and codes are completed from the shop; without a shop, silently nothing."""
    with Shop.open(address) as shop:
        shop.add_coupon("TENTH", percent=10, limit=1)
    monkeypatch.setenv("SHOP_DATABASE_URL", address)

    assert {line: completed(monkeypatch, capsys, line) for line in OFFERED} == OFFERED


@pytest.mark.parametrize("verb", ["receipt", "cancel"])
def test_shells_can_complete_orders(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    """The ids of orders are completed for receipt and cancel."""
    with Shop.open(address) as shop:
        placed = shop.order("kim", {"LATTE": 1}).order
    monkeypatch.setenv("SHOP_DATABASE_URL", address)

    assert completed(monkeypatch, capsys, f"shop {verb} 0") == [placed]
