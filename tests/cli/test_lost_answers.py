"""Answers that cannot be written: what was done is told as done, and nothing is done twice."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import subprocess
from pathlib import Path

import pytest
from typer.core import TyperGroup

from shopcli import Shop
from shopcli.cli.main import perform
from tests import warm_processes
from tests.batch.files import command, environment, stock_up
from tests.cli.command_table import commands
from tests.cli.conftest import Prompt, Screen, stock
from tests.clocks import SettableClock
from tests.conftest import Filling
from tests.raw_rows import raw_database

DONE = {
    "adjust": "adjust --by=1 -u kim --reason r",
    "cancel": "cancel {order} --force --reason r",
    "charge": "charge 5 -u kim",
    "claim": "claim TENTH -u kim",
    "config set": "config set user kim",
    "config unset": "config unset user",
    "coupon add": "coupon add NEW --percent 5 --limit 3",
    "coupon set": "coupon set TENTH --limit 3",
    "import charges": "import charges charges.csv",
    "import claims": "import claims claims.csv",
    "import coupons": "import coupons coupons.csv",
    "import orders": "import orders orders.csv",
    "import products": "import products products.csv",
    "import users": "import users users.csv",
    "db backup": "db backup backup.db",
    "init": "init --sample",
    "order": "order LATTE -u kim",
    "outbox discard": "outbox discard {event} --reason r",
    "outbox hold": "outbox hold --reason r",
    "outbox prune": "outbox prune --before 2020-01-01",
    "outbox resume": "outbox resume",
    "outbox retry": "outbox retry {event}",
    "payout": "payout 5 -u kim --reason r",
    "product add": "product add TEA --name Tea --price 5",
    "product adjust": "product adjust LATTE --by=1 --reason r",
    "product restock": "product restock LATTE 5",
    "product set": "product set LATTE --price 5",
    "refund": "refund {order} LATTE --force --reason r",
    "settings set": "settings set cancel_within 2h",
    "settings unset": "settings unset cancel_within",
    "cash in": "cash in 5 --reason r",
    "cash out": "cash out 5 --reason r",
    "close": "close --counted 5",
    "transfer": "transfer 5 --to lee -u kim",
    "undo": "undo {entry} --reason r",
    "user add": "user add zoe",
    "user set": "user set kim --name K",
    "db copy": "db copy new.db",
    **{
        f"export {what}": f"export {what} -o new.csv"
        for what in (
            "balances",
            "claims",
            "coupons",
            "history",
            "orders",
            "products",
            "sales",
            "users",
        )
    },
}
"""A line of each command that changes something."""

ONLY_READ = {
    "cash list": "cash list",
    "close": "close --counted 5 --dry-run",
    "closing list": "closing list",
    "closing show": "closing show 1",
    "balance": "balance -u kim",
    "config path": "config path",
    "config show": "config show",
    "coupon list": "coupon list",
    "coupon show": "coupon show TENTH",
    "coupons": "coupons -u kim",
    "db status": "db status",
    "db unretire": "db unretire",
    "db upgrade": "db upgrade",
    "doctor": "doctor",
    "help": "help",
    "history": "history -u kim",
    "import users": "import users users.csv --dry-run",
    "order": "order LATTE --dry-run -u kim",
    "orders": "orders -u kim",
    "outbox flush": "outbox flush",
    "outbox list": "outbox list",
    "outbox replay": "outbox replay --from 2020-01-01",
    "outbox show": "outbox show {event}",
    "outbox status": "outbox status",
    "product history": "product history LATTE",
    "product show": "product show LATTE",
    "products": "products",
    "receipt": "receipt {order}",
    "report money": "report money",
    "report sales": "report sales",
    "report stock": "report stock",
    "settings list": "settings list",
    "statement": "statement -u kim",
    "top": "top",
    "changes": "changes",
    "user list": "user list",
    "user show": "user show kim",
    "verify": "verify",
    "export users": "export users",
}
"""A line of each command that changes nothing here, and says what it says of any full disk."""

OTHERS = {
    *("db grants", "db restore", "demo", "member", "outbox relay", "platform serve", "run", "tui"),
}
"""Commands that have no answer, or none in this shop."""

_FILES = {
    "charges": "key,user,amount\nk1,kim,5\n",
    "claims": "key,user,coupon\nk1,kim,TENTH\n",
    "coupons": "code,percent,amount,limit\nNEW,5,,3\n",
    "orders": "key,user,sku,quantity\nk1,kim,LATTE,1\n",
    "products": "sku,name,price\nTEA,Tea,5\n",
    "users": "user\nzoe\n",
}


class _Full(Screen):
    """Standard output on a full disk."""

    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class _Interrupted(Screen):
    """Standard output of a line whose reader presses Ctrl-C before the answer."""

    def write(self, _text: str) -> int:
        raise KeyboardInterrupt


@pytest.mark.parametrize("number", [errno.EIO, errno.EDQUOT, errno.ENOSPC])
def test_a_table_on_a_lost_terminal_is_no_bug(stocked: Prompt, number: int) -> None:
    """A table is drawn by another library, and its failures are told as those of any answer."""
    screen = Screen(terminal=True)

    def fail(_text: str) -> int:
        raise OSError(number, os.strerror(number))

    screen.write = fail  # type: ignore[method-assign]  # of this one
    err = io.StringIO()
    with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(err):
        code = perform(["products", "--db", stocked.url])

    assert (code, "could not be written" in err.getvalue()) == (2, True)


def test_each_command_is_known_to_change_something_or_not() -> None:
    """A new command is put to the tests below."""
    leaves = {
        path.partition(" ")[2] for path, one, _ in commands() if not isinstance(one, TyperGroup)
    }
    assert leaves == {*DONE, *ONLY_READ, *OTHERS}


def _sell(shop: Shop, clock: SettableClock) -> None:
    stock(shop, clock)
    shop.add_user("lee")
    shop.order("kim", {"LATTE": 1})
    shop.charge("kim", 5)
    shop.close_books()


@pytest.fixture
def filling(request: pytest.FixtureRequest) -> Filling | None:
    """Some goods, and what is at hand where a test asks for it."""
    if "at_hand" in request.fixturenames:
        return _sell
    return stock if "stocked" in request.fixturenames else None


@pytest.fixture
def at_hand(stocked: Prompt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An order, its event and an entry by name, and files to import in the current folder."""
    monkeypatch.chdir(tmp_path)
    configuration = tmp_path / "config.toml"
    configuration.write_text("user = 'kim'\n")
    configuration.chmod(0o600)
    monkeypatch.setenv("SHOP_CONFIG", str(configuration))
    for kind, text in _FILES.items():
        (tmp_path / f"{kind}.csv").write_text(text)
    with raw_database(stocked.url) as raw:
        ((order, event),) = raw.run("SELECT order_id, event_id FROM outbox")
        ((entry,),) = raw.run("SELECT MAX(sequence) FROM balance_entries WHERE username = 'kim'")
    return {"order": order, "event": event, "entry": f"kim:{entry}"}


def _unwritten(
    line: str, url: str, at_hand: dict[str, str], screen: type[Screen] = _Full
) -> tuple[int, str]:
    """The exit code and standard error of a line whose answer cannot be written."""
    err = io.StringIO()
    words = [word.format(**at_hand) for word in line.split()]
    with contextlib.redirect_stdout(screen(terminal=False)), contextlib.redirect_stderr(err):
        code = perform([*words, "--json", "--db", url])
    return code, err.getvalue()


@pytest.mark.parametrize("line", DONE.values(), ids=DONE)
def test_what_is_done_is_told_as_done(stocked: Prompt, at_hand: dict[str, str], line: str) -> None:
    """Exit 6, with `done`; a key is shown where the command has one, and answers as a replay."""
    code, told = _unwritten(line, stocked.url, at_hand)
    error = json.loads(told)["error"]
    assert (code, error["code"], error["details"]["done"]) == (6, "outcome_unknown", True)
    assert "nothing was changed" not in error["message"]
    if line.startswith("import "):
        assert error["details"]["reason"] == "import_ended"
    if "key" in error["details"]:
        words = [word.format(**at_hand) for word in line.split()]
        again = stocked.done(*words, "--key", error["details"]["key"])
        assert again["replayed"] is True


@pytest.mark.parametrize("line", ONLY_READ.values(), ids=ONLY_READ)
def test_what_only_reads_is_refused(stocked: Prompt, at_hand: dict[str, str], line: str) -> None:
    """Exit 2, as there is nothing to say about a change."""
    code, told = _unwritten(line, stocked.url, at_hand)
    error = json.loads(told)["error"]
    assert (code, error["code"], error["details"].get("done")) == (2, "invalid_input", None)


@pytest.mark.parametrize("line", DONE.values(), ids=DONE)
def test_an_interrupt_before_the_answer_leaves_no_wrong_belief(
    stocked: Prompt, at_hand: dict[str, str], line: str
) -> None:
    """It says that it may be done, with the key where there is one, or how to find out."""
    code, told = _unwritten(line, stocked.url, at_hand, _Interrupted)
    error = json.loads(told)["error"]
    assert (code, error["code"]) == (130, "interrupted")
    assert error["details"].keys() & {"key", "reason"}
    assert error["fix"]


def test_a_key_that_was_used_before_is_still_shown(
    stocked: Prompt, at_hand: dict[str, str]
) -> None:
    """A replay changes nothing now, and its key is what to repeat with."""
    stocked.done("charge", "5", "-u", "kim", "--key", "k1")
    code, told = _unwritten("charge 5 -u kim --key k1", stocked.url, at_hand)
    assert (code, json.loads(told)["error"]["details"]["key"]) == (6, "k1")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("options", [[], ["--keep-going"]])
@pytest.mark.parametrize("first", ["product restock LATTE 1", "charge 5 -u kim"])
def test_a_script_goes_on_behind_what_was_done(
    shop: Shop, shop_url: str, tmp_path: Path, first: str, options: list[str]
) -> None:
    """The line counts as done, the run stops, and the rest begins with the next line."""
    stock_up(shop)
    (tmp_path / "s.txt").write_text(f"{first}\nproduct restock LATTE 10\n")
    for script in ("s.txt", "-"):
        with Path("/dev/full").open("wb") as full, (tmp_path / "s.txt").open("rb") as lines:
            done = warm_processes.run(
                command("run", script, *options, url=shop_url, cwd=tmp_path),
                env=environment(),
                cwd=tmp_path,
                stdin=lines,
                stdout=full,
                stderr=subprocess.PIPE,
                timeout=60,
                check=False,
            )
        told = done.stderr.decode()
        assert done.returncode == 6
        assert "commands done: 1" in told
        assert "line 1" not in told.partition("Stopped at line 1")[2]
        assert ("tail -n +2 s.txt" if script == "s.txt" else "line 2") in told
    assert shop.product("LATTE").stock == 20 + (2 if "restock" in first else 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_script_stops_where_a_reading_line_cannot_answer(
    shop: Shop, shop_url: str, tmp_path: Path
) -> None:
    """With --keep-going too: nobody would be told the answers that follow."""
    stock_up(shop)
    (tmp_path / "s.txt").write_text("balance -u kim\nproduct restock LATTE 10\n")
    with Path("/dev/full").open("wb") as full:
        done = warm_processes.run(
            command("run", "s.txt", "--keep-going", url=shop_url, cwd=tmp_path),
            env=environment(),
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert b"tail -n +1 s.txt" in done.stderr
    assert shop.product("LATTE").stock == 20
