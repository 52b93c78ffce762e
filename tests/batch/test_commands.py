"""`shop import` and `shop run` as processes: exit codes, streams, rejects, resuming."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shopcli import Shop
from tests.batch.files import run, stock_up, write


def test_an_import_tells_what_it_did(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """Exit 5 with rejects, the summary on stdout, the problem on stderr; dry runs alike."""
    stock_up(shop)
    write(tmp_path / "c.csv", "key,user,amount", "a,kim,500", "b,nobody,5")
    for dry in (["--dry-run"], []):
        done = run("import", "charges", "c.csv", "--json", *dry, url=shop_url, cwd=tmp_path)
        assert done.returncode == 5
        summary = json.loads(done.stdout)
        assert [summary[name] for name in ("rows", "created", "replayed", "rejected")] == [
            2,
            1,
            0,
            1,
        ]
        assert json.loads(done.stderr)["error"]["code"] == "partly_done"
    assert summary["rejects_file"] == str(tmp_path / "c.rejects.csv")
    again = run("import", "charges", "c.csv", url=shop_url, cwd=tmp_path)
    head, row = again.stdout.decode().splitlines()
    assert head.split("\t")[:2] == ["rows", "created"]
    assert row.split("\t")[:6] == ["2", "0", "0", "0", "1", "1"]


def test_malformed_input_is_one_json_document(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """Exit 2, nothing on stdout, line and column in the details."""
    done = run(
        "import", "users", "-", "--json", url=shop_url, cwd=tmp_path, stdin=b"user\nkim\na:b\n"
    )
    assert (done.returncode, done.stdout) == (2, b"")
    details = json.loads(done.stderr)["error"]["details"]
    assert [(error["line"], error["column"]) for error in details["errors"]] == [(3, "user")]
    assert not shop.users()


def test_a_time_is_told_in_the_same_way_skipped_or_not(
    shop: Shop, shop_url: str, tmp_path: Path
) -> None:
    """On the shop's clocks for people, in UTC in the rejects file, which is read back."""
    stock_up(shop)
    write(tmp_path / "c.csv", "key,user,amount,at", "a,kim,5,1969-12-31T00:00:00Z")
    refused, skipped = (
        run("import", "charges", "c.csv", *more, url=shop_url, cwd=tmp_path).stderr.decode()
        for more in ((), ("--max-errors", "all"))
    )
    told = refused.partition(" column at: ")[2].splitlines()[0]
    assert "1970-01-01T00:00:00" not in told
    assert f"(invalid_input): {told}" in skipped
    assert "1970-01-01T00:00:00" in (tmp_path / "c.rejects.csv").read_text("utf-8")


@pytest.mark.parametrize("words", [("import", "users", "u.csv"), ("export", "users")])
def test_an_empty_format_is_refused(
    shop: Shop, shop_url: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """A format that is empty, as from a variable that is not set, is not one left out."""
    write(tmp_path / "u.csv", "user", "kim")
    done = run(*words, "--format", "", "--json", url=shop_url, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert json.loads(done.stderr)["error"]["code"] == "invalid_input"
    assert not shop.users()


def test_rejects_of_standard_input_go_to_the_current_folder(
    shop: Shop, shop_url: str, tmp_path: Path
) -> None:
    """Without a file there is no place beside it."""
    data = b"key,user,amount\na,kim,5\n"
    done = run("import", "charges", "-", "--json", url=shop_url, cwd=tmp_path, stdin=data)
    assert json.loads(done.stdout)["rejects_file"] == str(tmp_path / "stdin.rejects.csv")


def test_a_script_stops_at_the_first_failure(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """The exit code is the command's, the line is told, what follows is not run."""
    stock_up(shop)
    write(
        tmp_path / "s.txt",
        "# opening",
        "shop charge 500 -u kim  # a comment",
        "",
        "order LATTE:99 -u kim",
        'user add late --name "Late comer"',
    )
    done = run("run", "s.txt", "--json", url=shop_url, cwd=tmp_path)
    assert done.returncode == 1
    assert [json.loads(line)["amount"] for line in done.stdout.splitlines()] == [500]
    error = json.loads(done.stderr)["error"]
    assert (error["code"], error["details"]["line"]) == ("out_of_stock", 4)
    goes_on = run("run", "s.txt", "--json", "--keep-going", url=shop_url, cwd=tmp_path)
    assert goes_on.returncode == 5
    assert json.loads(goes_on.stdout.splitlines()[1])["name"] == "Late comer"
    told = [json.loads(line)["error"]["code"] for line in goes_on.stderr.splitlines()]
    assert told == ["out_of_stock", "partly_done"]


def test_a_resumable_script_is_run_again_at_will(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """Keys come from the name and the line: nothing is done twice, another name does it again."""
    stock_up(shop)
    write(
        tmp_path / "s.txt",
        "user add new",
        "charge 500 -u kim",
        "order LATTE:2 -u kim",
        "claim WELCOME10 -u sato",
        "balance -u kim",
    )
    for _ in range(2):
        done = run("run", "s.txt", "--resumable", "friday", url=shop_url, cwd=tmp_path)
        assert done.returncode == 0
    assert shop.balance("kim").balance == 100_000 + 500 - 9000
    assert shop.receipt(key="friday:3").user == "kim"
    write(tmp_path / "t.txt", "product restock LATTE 5")
    refused = run("run", "t.txt", "--resumable", "friday", url=shop_url, cwd=tmp_path)
    assert refused.returncode == 2
    assert shop.product("LATTE").stock == 18


def test_lines_of_a_script_share_no_options(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """What one line is given, before or after its words, is not given to the next."""
    stock_up(shop)
    write(
        tmp_path / "s.txt",
        "--json --user kim charge 1 --key a",
        "charge 2 -u sato --key b",
        "--user kim balance",
        "balance",
        "history --limit 1 -u sato",
        "history -u sato",
    )
    done = run("run", "s.txt", "--keep-going", "--json", url=shop_url, cwd=tmp_path)
    assert done.returncode == 5
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["user"] for line in told[:3]] == ["kim", "sato", "kim"]
    assert [len(lines) for lines in told[3:]] == [1, 2]
    errors = [json.loads(line)["error"] for line in done.stderr.splitlines()]
    assert [error["code"] for error in errors] == ["no_user", "partly_done"]


def test_scripts_that_cannot_be_read(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """A missing script, an open quote and a lasting command are usage errors."""
    write(tmp_path / "quote.txt", 'user add "kim')
    write(tmp_path / "relay.txt", "outbox relay")
    write(tmp_path / "member.txt", "member --user kim")
    for name in ("missing.txt", "quote.txt", "relay.txt", "member.txt", "."):
        done = run("run", name, "--json", url=shop_url, cwd=tmp_path)
        error = json.loads(done.stderr)["error"]
        assert (done.returncode, error["code"]) == (2, "invalid_input")
        is_lasting = name in {"relay.txt", "member.txt"}
        assert (error["details"]["reason"] == "lasting") == is_lasting
    assert not shop.users()


@pytest.mark.parametrize("as_json", [True, False])
def test_rejects_that_cannot_be_written_are_told(
    shop: Shop, shop_url: str, tmp_path: Path, *, as_json: bool
) -> None:
    """Exit 5, as the other rows are applied; what was done and what was not is still shown."""
    stock_up(shop)
    write(tmp_path / "c.csv", "key,user,amount", "a,kim,500", "b,nobody,5")
    words = ["import", "charges", "c.csv", "--rejects", "missing/r.csv"]
    done = run(*words, *(["--json"] if as_json else []), url=shop_url, cwd=tmp_path)
    assert done.returncode == 5
    assert shop.balance("kim").balance == 100_500
    if as_json:
        summary, error = json.loads(done.stdout), json.loads(done.stderr)["error"]
        assert (summary["created"], summary["rejected"], summary["rejects_file"]) == (1, 1, None)
        assert (error["code"], error["details"]["file"]) == ("partly_done", "missing/r.csv")
        assert [one["line"] for one in error["details"]["errors"]] == [3]
        assert "--rejects" in error["fix"]
    else:
        assert b"2\t1\t" in done.stdout
        assert b"line 3, column user" in done.stderr
