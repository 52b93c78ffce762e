"""`shop run`: lines that cannot be read, options anywhere, keys of a resumable run, interrupts."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.domain.errors import Busy
from tests import warm_processes
from tests.batch.files import assert_sound, command, environment, run, stock_up, write
from tests.command_lines import carry_out

COMMAND_COUNT = 400


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"balance -u k\xe9m", "UTF-8"),
        (b'order "LATTE:2 -u kim', "quot"),
        (b"-u kim run other.txt", "run"),
        (b"outbox --json relay", "outbox relay"),
        (b"order LATTE:x -u kim", "LATTE:x"),
        (b"balance", "user"),
        (b"charge 5 -u kim | cat", "| cat"),
    ],
)
def test_a_line_that_fails_is_told_by_its_number(
    shop: Shop, shop_url: str, tmp_path: Path, line: bytes, told: str
) -> None:
    """Whatever is wrong with a line, --keep-going goes on behind it, and without it a run stops."""
    stock_up(shop)
    (tmp_path / "s.txt").write_bytes(b"charge 5 -u kim\n\n" + line + b"\ncharge 7 -u kim\n")
    stopped = run("run", "s.txt", url=shop_url, cwd=tmp_path)
    assert stopped.returncode == 2
    assert "Line 3: " in stopped.stderr.decode()
    assert told in stopped.stderr.decode()
    assert "tail -n +3 s.txt" in stopped.stderr.decode()
    assert shop.balance("kim").balance == 100_005
    went_on = run("run", "s.txt", "--keep-going", "--json", url=shop_url, cwd=tmp_path)
    assert went_on.returncode == 5
    errors = [json.loads(text)["error"] for text in went_on.stderr.splitlines()]
    assert [error["details"].get("line") for error in errors] == [3, None]
    assert errors[1]["details"].items() >= {"failed": 1, "done": 2}.items()
    assert shop.balance("kim").balance == 100_005 + 12


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"sku,name,price\nSECRET,x,1\n", "rows"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nSECRET\n", "key"),
        (b"whsec_SECRET\n", "key"),
        (b"SHOP_PLATFORM_SECRET=SECRET\n", "settings"),
        (b'{"password": "SECRET"}\n', "JSON"),
        (b"SECRET\n", "command"),
        (b"balance -u kim\nSECRET\n", "command"),
        (b"SECR\0ET\n", "NUL"),
        (b"balance -u kim\nSECR\0ET\n", "NUL"),
        (b"\xff\xfeS\0E\0C\0R\0E\0T\0", "UTF-16"),
        (b"SQLite format 3\0SECRET", "database"),
        (b"\x7fELF\x02SECRET\0", "program"),
    ],
)
def test_a_wrong_file_is_named_and_not_repeated(
    shop: Shop, shop_url: str, tmp_path: Path, content: bytes, told: str
) -> None:
    """What is no script is told by what it seems to be; no word of it is shown."""
    stock_up(shop)
    (tmp_path / "wrong.txt").write_bytes(content)
    stopped = run("run", "wrong.txt", url=shop_url, cwd=tmp_path)
    assert stopped.returncode == 2
    assert told in stopped.stderr.decode()
    assert "SECR" not in stopped.stderr.decode().replace("SHOP_PLATFORM_SECRET", "")


@pytest.mark.parametrize("script", ["/dev/zero", "pipe", "long.txt"])
def test_what_has_no_end_is_no_script(shop_url: str, tmp_path: Path, script: str) -> None:
    """A device, a pipe nobody writes to and a line without end are told at once."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "long.txt").write_text("# no script\n" + "x " * 1_000_000)

    stopped = run("run", script, url=shop_url, cwd=tmp_path)

    assert stopped.returncode == 2
    assert script in stopped.stderr.decode()
    assert len(stopped.stderr) < 2000


@pytest.mark.parametrize("line", ["{}", "balance {}", "balance --{}", "order {} -u kim", "-u {}"])
def test_a_long_word_is_not_repeated_at_length(
    shop: Shop, shop_url: str, tmp_path: Path, line: str
) -> None:
    """A file that is no script, or lost its line ends, does not flood the terminal."""
    stock_up(shop)
    write(tmp_path / "s.txt", line.format("x" * 200_000))
    stopped = run("run", "s.txt", url=shop_url, cwd=tmp_path)
    assert stopped.returncode == 2
    assert b"Line 1: " in stopped.stderr
    assert len(stopped.stderr) < 2000
    told = run("run", "s.txt", "--json", url=shop_url, cwd=tmp_path)
    assert json.loads(told.stderr)["error"]["details"]["line"] == 1
    assert len(told.stderr) < 2000


@pytest.mark.parametrize("through", ["file", "stdin"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_scripts_of_any_editor(
    shop: Shop, shop_url: str, tmp_path: Path, through: str, end: bytes, mark: bytes
) -> None:
    """All line ends, with or without a byte order mark, as a file and through a pipe."""
    stock_up(shop)
    script = mark + end.join([b"charge 5 -u kim", b"# now the other", b"charge 7 -u sato"])
    (tmp_path / "s.txt").write_bytes(script)
    name, stdin = ("s.txt", None) if through == "file" else ("-", script)
    done = run("run", name, url=shop_url, cwd=tmp_path, stdin=stdin)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (shop.balance("kim").balance, shop.balance("sato").balance) == (100_005, 100_007)


def test_what_is_no_script_is_refused_as_a_whole(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """UTF-16 and binary files are not read as commands, line by line."""
    stock_up(shop)
    for data in ("charge 5 -u kim\n".encode("utf-16"), b"\x7fELF\0\0\n"):
        (tmp_path / "s.txt").write_bytes(data)
        done = run("run", "s.txt", "--keep-going", "--json", url=shop_url, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, b"")
        assert json.loads(done.stderr)["error"]["code"] == "invalid_input"


def test_rows_cannot_come_from_where_the_script_comes_from(
    shop: Shop, shop_url: str, tmp_path: Path
) -> None:
    """`import … -` in a script on standard input would eat the script."""
    script = b"import users -\nuser add kim\n"
    done = run("run", "-", url=shop_url, cwd=tmp_path, stdin=script)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert not shop.users()


def test_keys_are_derived_wherever_the_options_stand(
    shop: Shop, shop_url: str, tmp_path: Path
) -> None:
    """Options in front of the words hide no command that needs a key, or that has none."""
    stock_up(shop)
    lines = ["-u kim charge 5", "--user=kim charge 5", "charge -u kim -- 5", "charge 5 -ukim"]
    write(tmp_path / "s.txt", *lines)
    for _ in range(2):
        done = run("run", "s.txt", "--resumable", "night", "--json", url=shop_url, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    keys = [json.loads(text)["key"] for text in done.stdout.splitlines()]
    assert keys == [f"night:{number}" for number in range(1, 5)]
    assert shop.balance("kim").balance == 100_000 + 4 * 5
    for line in (
        "product restock LATTE 5",
        "-u kim product restock LATTE 5",
        "product --json restock LATTE 5",
        "product adjust LATTE --by=5 --reason found",
    ):
        write(tmp_path / "t.txt", line, "charge 1 -u kim")
        refused = run("run", "t.txt", "--resumable", "day", url=shop_url, cwd=tmp_path)
        assert refused.returncode == 2
    assert shop.product("LATTE").stock == 20
    assert shop.balance("kim").balance == 100_000 + 4 * 5


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGHUP, 129), (signal.SIGKILL, -9)]
)
def test_a_resumable_run_that_was_ended_goes_on(
    shop: Shop, shop_url: str, tmp_path: Path, number: int, code: int
) -> None:
    """Ended anywhere, the same command does the rest, and nothing twice."""
    stock_up(shop)
    shop.restock("BAGEL", COMMAND_COUNT)
    pairs = (("charge 5 -u kim", "order BAGEL -u sato") for _ in range(COMMAND_COUNT // 2))
    write(tmp_path / "s.txt", *(line for pair in pairs for line in pair))
    shop.charge("sato", 3300 * COMMAND_COUNT)
    before = shop.balance("sato").balance
    words = ("run", "s.txt", "--resumable", "night")
    with warm_processes.Popen(
        command(*words, url=shop_url, cwd=tmp_path),
        env=environment(),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        for _ in range(20):
            process.stdout.readline()
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    assert process.returncode == code, told
    assert 100_000 < shop.balance("kim").balance < 100_000 + 5 * COMMAND_COUNT // 2
    if number != signal.SIGKILL:
        assert b"Run the same command again" in told
    done = run(*words, url=shop_url, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert shop.balance("kim").balance == 100_000 + 5 * COMMAND_COUNT // 2
    assert shop.balance("sato").balance == before - 3300 * COMMAND_COUNT // 2
    assert_sound(shop)


def test_a_name_with_which_a_line_has_no_key_is_refused(
    shop: Shop, shop_url: str, tmp_path: Path
) -> None:
    """Before anything is done, with the longest that this script allows; that one is taken."""
    stock_up(shop)
    write(tmp_path / "s.txt", *["charge 5 -u kim"] * 12)
    for name in ("n" * 198, "n" * 300):
        refused = run("run", "s.txt", "--resumable", name, "--json", url=shop_url, cwd=tmp_path)
        error = json.loads(refused.stderr)["error"]
        assert (refused.returncode, error["code"], error["details"]["most"]) == (
            2,
            "invalid_input",
            197,
        )
        assert "--resumable" in error["message"]
    assert shop.balance("kim").balance == 100_000
    done = run("run", "s.txt", "--resumable", "n" * 197, url=shop_url, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "s.txt").read_bytes()
    piped = ("run", "-", "--resumable")
    refused = run(*piped, "n" * 195, url=shop_url, cwd=tmp_path, stdin=text)
    assert (refused.returncode, b"192" in refused.stderr) == (2, True)
    assert run(*piped, "n" * 192, url=shop_url, cwd=tmp_path, stdin=text).returncode == 0


def test_a_script_that_stops_tells_programs_how_to_go_on(
    shop: Shop, shop_url: str, tmp_path: Path
) -> None:
    """With --json the command that goes on is in the details of the line that failed."""
    stock_up(shop)
    write(tmp_path / "s.txt", "charge 5 -u kim", "charge 5 -u nobody", "outbox relay")
    stopped = run("run", "s.txt", "--json", url=shop_url, cwd=tmp_path)
    went_on = run("run", "s.txt", "--json", "--keep-going", url=shop_url, cwd=tmp_path)
    error = json.loads(stopped.stderr)["error"]
    assert (stopped.returncode, error["details"]["line"]) == (4, 2)
    assert "tail -n +2 s.txt | shop run -" in error["details"]["go_on"]
    first, lasting, _ = [json.loads(text)["error"] for text in went_on.stderr.splitlines()]
    assert "go_on" not in first["details"]
    assert "shop outbox relay" in lasting["fix"]


def test_a_resumable_run_that_failed_tells_where_to_mend_it(
    shop: Shop, shop_url: str, tmp_path: Path
) -> None:
    """Its keys go by line: what is advised moves none, and a name that was used is told as such."""
    stock_up(shop)
    write(tmp_path / "s.txt", "charge 5 -u kim", "order LATTE:9999 -u kim")
    write(tmp_path / "t.txt", "charge 5 -u sato")
    options = ("--resumable", "night", "--db", shop_url)

    stopped = carry_out("run", "s.txt", *options, cwd=tmp_path)
    other = carry_out("run", "t.txt", *options, cwd=tmp_path)

    assert (stopped.returncode, other.returncode) == (1, 1)
    assert b"where they stand" in stopped.stderr
    assert b"nothing is done twice" not in stopped.stderr
    assert b"under another --resumable NAME" in other.stderr

    write(
        tmp_path / "s.txt", "charge 6 -u kim", "charge 7 -u sato", "charge 7 -u kim --key night:1"
    )
    went_on = carry_out("run", "s.txt", "--keep-going", *options, cwd=tmp_path)
    assert went_on.returncode == 5
    assert went_on.stderr.count(b"under another --resumable NAME") == 1
    assert went_on.stderr.count(b"Lines were moved or changed") == 1
    assert b"Use a new key for a new request" in went_on.stderr
    assert b"where they stand" not in other.stderr + went_on.stderr


def test_a_run_that_was_ended_says_where_to_go_on(
    shop: Shop, shop_url: str, tmp_path: Path
) -> None:
    """Without a name for its keys, an interrupted run names the line and the rest of the script."""
    stock_up(shop)
    write(tmp_path / "s.txt", *(["charge 5 -u kim"] * COMMAND_COUNT))
    with warm_processes.Popen(
        command("run", "s.txt", url=shop_url, cwd=tmp_path),
        env=environment(),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"tail -n +" in told
    assert b"Traceback" not in told


@pytest.mark.parametrize("script", ["it's friday.txt", "-friday.txt"])
def test_what_is_advised_runs_the_rest_as_it_was_begun(
    shop: Shop, shop_url: str, tmp_path: Path, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the same user of the same shop, with the same options, whatever the environment says."""
    monkeypatch.setenv("SHOP_USER", "sato")
    stock_up(shop)
    write(tmp_path / script, "charge 5", "charge x", "charge 7", "order LATTE", "charge 1 -u lee")
    options = ["-u", "kim", "--no-deliver", "--db", shop_url]
    stopped = carry_out("run", *options, "--", script, cwd=tmp_path)
    advised = stopped.stderr.decode().partition("Go on with: ")[2].strip()
    tail, _, words = advised.partition(" | shop ")
    typed = [shop_url if word == "ADDRESS" else word for word in shlex.split(words)]
    assert "--no-deliver" in typed

    write(tmp_path / script, "charge 5", "charge 6", "charge 7", "order LATTE")
    rest = subprocess.run(["/bin/sh", "-c", tail], cwd=tmp_path, capture_output=True, check=True)
    done = carry_out(*typed, cwd=tmp_path, stdin=rest.stdout)

    assert done.returncode == 0, done.stderr
    assert shop.balance("kim").balance == 100_000 + 5 + 6 + 7 - 4500
    assert shop.balance("sato").balance == 100_000


def test_a_script_through_a_pipe_is_not_advised_to_be_read_again(
    shop: Shop, shop_url: str, tmp_path: Path
) -> None:
    """`shop run <(...)` names a pipe that is gone by then."""
    stock_up(shop)
    reader, writer = os.pipe()
    os.write(writer, b"charge 5 -u kim\ncharge x -u kim\n")
    os.close(writer)

    stopped = run("run", f"/dev/fd/{reader}", url=shop_url, cwd=tmp_path).stderr.decode()

    os.close(reader)
    assert "Go on with line 2." in stopped


@pytest.mark.parametrize("line", ["charge -5 -u kim", "charge 5 6 -u kim --nothing"])
def test_a_line_that_is_not_read_is_advised_for_its_own_user(
    shop: Shop, shop_url: str, tmp_path: Path, line: str
) -> None:
    """Not for the one that the run was begun for."""
    stock_up(shop)
    write(tmp_path / "s.txt", line)
    told = run("run", "s.txt", "-u", "sato", url=shop_url, cwd=tmp_path).stderr.decode()
    assert "-u kim" in told.partition("Stopped")[0]
    assert "-u sato" not in told.partition("Stopped")[0]


def test_a_script_orders_at_the_total_it_expects(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """A price that changed since the script was written stops it before anything is bought."""
    stock_up(shop)
    total = shop.order("kim", {"LATTE": 2}, dry_run=True).total
    write(
        tmp_path / "s.txt",
        f"order LATTE:2 --expect {total} -u kim\norder LATTE --expect 1 -u kim\n",
    )

    stopped = run("run", "s.txt", "--json", url=shop_url, cwd=tmp_path)

    assert stopped.returncode == 1
    error = json.loads(stopped.stderr)["error"]
    assert (error["code"], error["details"]["line"]) == ("total_changed", 2)
    assert [order.total for order in shop.orders("kim")] == [total]


def test_a_busy_database_leaves_nothing_to_fix(
    shop: Shop, shop_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 3, and the run is to go on from the same line as soon as that is possible."""

    def busy(_shop: Shop, *_words: object, **_more: object) -> None:
        raise Busy("Others hold it.", details={"reason": "locks"})

    stock_up(shop)
    monkeypatch.setattr(Shop, "restock", busy)
    write(tmp_path / "s.txt", "balance -u kim", "product restock LATTE 1")
    stopped = carry_out("run", "s.txt", "--db", shop_url, cwd=tmp_path)
    assert stopped.returncode == 3
    assert b"tail -n +2 s.txt" in stopped.stderr
    assert b"Fix" not in stopped.stderr
