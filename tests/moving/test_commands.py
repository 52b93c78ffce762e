"""The commands that move a shop: what they answer, refuse and tell on the way."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest
import typer

from shopcli import Shop
from shopcli.cli.call import Call
from shopcli.cli.problems import Terminated
from shopcli.engine.moving import backing_up, restoring
from shopcli.engine.parts import Maintenance
from shopcli.storage.bulk import whole_tables
from shopcli.storage.schema import retirement
from shopcli.storage.sqlite import schema, whole_files
from shopcli.storage.sqlite.library import sqlite_library
from tests.cli.conftest import Prompt
from tests.conftest import Filling


@pytest.fixture
def filling() -> Filling | None:
    """Nothing: what a copy holds is seen elsewhere."""
    return None


def test_a_copy_is_told(prompt: Prompt, target_url: str) -> None:
    """The tables with their digests, up to where it goes, and what to type next."""
    prompt.done("user", "add", "kim")
    prompt.done("charge", "500", "-u", "kim")
    answer = prompt("db", "copy", target_url, terminal=True)

    assert answer.code == 0
    assert "kim:0001" in answer.out
    assert "balance_entries" in answer.out
    assert f"shop outbox resume --db {target_url.removeprefix('sqlite:///')}" in answer.err.replace(
        "'", ""
    )
    assert "--then" not in answer.err


def test_a_copy_is_answered_in_each_form(
    prompt: Prompt,
    target_url: str,
    alike_url: str,
) -> None:
    """One document, or a row for each table."""
    document = prompt.done("db", "copy", target_url)
    rows = prompt("db", "copy", alike_url).table

    assert document["ok"] is True
    assert document["failed"] == []
    assert document["retired"] is False
    assert document["held"]
    assert document["last_entry"] is None
    assert [(row["table"], int(row["rows"]), row["digest"]) for row in rows] == [
        (one["table"], one["rows"], one["digest"]) for one in document["tables"]
    ]


def test_a_move_is_told_before_and_after(
    prompt: Prompt,
    target_url: str,
) -> None:
    """For how long nobody sells; then where to go on; and the old shop says it too."""
    answer = prompt("db", "copy", target_url, "--then", "retire")
    refused = prompt("user", "add", "kim", "--json")

    assert answer.code == 0
    assert answer.err.index("Nobody can sell") < answer.err.index("is retired")
    assert (refused.code, refused.error["code"]) == (2, "read_only")
    assert refused.error["details"]["to"] in target_url
    assert refused.error["fix"].count("db unretire") == 1
    assert prompt("products").code == 0
    assert "has moved to" in prompt("doctor").out

    was = prompt.done("db", "unretire")
    assert was == {
        "database": was["database"],
        "was_retired_to": refused.error["details"]["to"],
        "new_shop": "as_it_was",
        "new_shop_rows": 0,
    }
    assert prompt.done("db", "unretire")["was_retired_to"] is None
    assert prompt("user", "add", "kim").code == 0


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["db", "copy"], "invalid_input"),
        (["db", "copy", "mysql://db/shop"], "invalid_input"),
        (["db", "copy", "new.db", "--then", "rest"], "invalid_input"),
        (["db", "copy", "postgresql://till:hunter2@127.0.0.1:1/shop"], "database_unreachable"),
    ],
)
def test_a_copy_is_refused(
    prompt: Prompt,
    words: list[str],
    code: str,
    dialect: str,
) -> None:
    """By its code, without a password."""
    assert dialect == "sqlite"
    answer = prompt(*words, "--json")
    assert (answer.error["code"], answer.out) == (code, "")
    assert "hunter2" not in answer.err


@pytest.mark.parametrize("then", [[], ["--then", "retire"]])
@pytest.mark.parametrize(("stop", "exit_code"), [(KeyboardInterrupt(), 130), (Terminated(), 143)])
def test_a_copy_that_is_stopped_leaves_nothing(
    prompt: Prompt,
    target_url: str,
    then: list[str],
    stop: BaseException,
    exit_code: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-C and SIGTERM: the exit code says so, the shop goes on, and the line can be repeated."""

    def end(*_arguments: Any) -> None:  # noqa: ANN401 - what `write` takes
        raise stop

    with monkeypatch.context() as patched:
        patched.setattr(whole_tables, "write", end)
        answer = prompt("db", "copy", target_url, *then)
    assert answer.code == exit_code
    assert "nothing was copied" in answer.err
    assert "goes on as before" in answer.err
    assert _beside(target_url) == []

    assert prompt("user", "add", "kim").code == 0
    assert prompt("db", "copy", target_url, *then).code == 0
    with Shop.open(target_url) as moved:
        assert moved.verify().ok


def _beside(url: str) -> list[str]:
    """The files at an address; none of them where it is a server's."""
    if not url.startswith("sqlite"):
        return []
    path = Path(url.removeprefix("sqlite:///"))
    return [one.name for one in path.parent.iterdir() if one.name.startswith(path.name)]


@pytest.mark.parametrize("lost", [False, True], ids=["known", "unknown"])
@pytest.mark.parametrize("stop", [KeyboardInterrupt(), Terminated()])
def test_a_move_that_is_stopped_twice_says_how_to_go_on(
    prompt: Prompt,
    target_url: str,
    stop: BaseException,
    lost: bool,  # noqa: FBT001 - a parameter of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second Ctrl-C ends the way back: nobody says that the shop goes on."""

    def end(*_arguments: Any, **_options: Any) -> None:  # noqa: ANN401 - whatever it takes
        raise stop

    with monkeypatch.context() as patched:
        patched.setattr(whole_tables, "write", end)
        patched.setattr(retirement, "unretire", end)
        if lost:
            patched.setattr(Maintenance, "retired_to", end)
        answer = prompt("db", "copy", target_url, "--then", "retire", "--json")
    assert answer.error["code"] == "interrupted"
    assert "goes on as before" not in answer.err
    assert ("not known" in answer.error["message"]) == lost
    assert "shop db unretire" in answer.error["fix"]

    assert prompt("user", "add", "kim", "--json").error["details"]["reason"] == "retired"
    prompt.done("db", "unretire")
    prompt.done("user", "add", "kim")


def test_a_shop_that_has_moved_says_so_wherever_its_state_is_asked(
    prompt: Prompt, tmp_path: Path
) -> None:
    """The last key of both answers is where it is, and so is a line of them."""
    for words in (["db", "status"], ["outbox", "status"]):
        assert list(prompt.done(*words).items())[-1] == ("retired_to", None)
    new = prompt.done("db", "copy", str(tmp_path / "new.db"), "--then", "retire")["database"]
    for words in (["db", "status"], ["outbox", "status"], ["db", "upgrade"]):
        assert prompt.done(*words)["retired_to"] == new
        assert f"has moved to {new}" in prompt(*words, terminal=True).out


def test_a_full_disk_leaves_nothing(
    prompt: Prompt, target_url: str, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told as that; once there is room, the same line does it."""
    if dialect == "sqlite":
        pytest.skip("a full disk below a Postgres server is the server's")
    prepare = schema.prepare  # type: ignore[attr-defined] # what it imported

    def prepare_small(connection: Any, path: str) -> None:  # noqa: ANN401 - of one of two libraries
        prepare(connection, path)
        connection.execute("PRAGMA max_page_count = 40")

    with monkeypatch.context() as patched:
        patched.setattr(schema, "prepare", prepare_small)
        answer = prompt("db", "copy", target_url, "--then", "retire", "--json")
    assert (answer.code, answer.error["code"]) == (3, "database_unreachable")
    assert answer.error["details"]["reason"] == "disk_full"
    assert "nothing was copied" in answer.error["message"]
    assert answer.error["details"]["database"] == target_url.removeprefix("sqlite:///")
    assert _beside(target_url) == []
    assert prompt("user", "add", "kim").code == 0
    assert prompt("db", "copy", target_url).code == 0


def test_a_backup_is_told_and_restored(prompt: Prompt, tmp_path: Path) -> None:
    """What it holds, what is removed; and who would replace the shop is to say so."""
    prompt.done("user", "add", "kim")
    prompt.done("charge", "500", "-u", "kim")
    file = str(tmp_path / "backup.db")
    document = prompt.done("db", "backup", file, "--verify")
    assert (document["ok"], document["file"], document["removed"]) == (True, file, [])
    again = prompt("db", "backup", file, "--json")
    assert (again.code, again.error["code"]) == (2, "invalid_input")
    assert "--force" in again.error["fix"]
    nowhere = prompt("db", "backup", str(tmp_path / "not mounted" / "backup.db"), "--json")
    assert (nowhere.code, nowhere.error["code"]) == (2, "invalid_input")
    assert nowhere.error["fix"].endswith(f"mkdir -p '{tmp_path}/not mounted'")
    rows = prompt("db", "backup", file, "--force").table
    assert [row["table"] for row in rows] == [one["table"] for one in document["tables"]]
    assert file in prompt("db", "backup", file, "--force", terminal=True).out

    prompt.done("charge", "70", "-u", "kim")
    refused = prompt("db", "restore", file, "--json")
    assert (refused.code, refused.error["code"]) == (1, "shop_exists")
    assert "--yes" in refused.error["fix"]
    assert prompt.done("balance", "-u", "kim")["balance"] == 570
    restored = prompt("db", "restore", file, "--yes", "--json")
    assert restored.document["replaced"] is True
    assert prompt.done("balance", "-u", "kim")["balance"] == 500
    assert prompt("outbox", "flush", "--json").error["details"]["reason"] == "held"


@pytest.mark.parametrize(
    ("work", "words"),
    [("restore", ["db", "restore", "backup.db", "--yes"]), ("upgrade", ["db", "upgrade"])],
)
def test_an_interrupt_says_that_nothing_is_half_done(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch, work: str, words: list[str]
) -> None:
    """Whether it was done is not claimed; to repeat the line is right in both cases."""

    def end(*_arguments: Any, **_options: Any) -> None:  # noqa: ANN401 - whatever it takes
        raise KeyboardInterrupt

    monkeypatch.setattr(Shop, work, end)
    answer = prompt(*words, "--json")
    assert (answer.code, answer.error["details"]["reason"]) == (130, "run_again")


@pytest.mark.parametrize(("stop", "exit_code"), [(KeyboardInterrupt(), 130), (Terminated(), 143)])
def test_a_backup_that_is_stopped_is_not_said_to_be_none(
    prompt: Prompt,
    tmp_path: Path,
    stop: BaseException,
    exit_code: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is there by then, where it is stopped while older ones are looked through."""

    def end(*_arguments: Any) -> None:  # noqa: ANN401 - whatever it takes
        raise stop

    monkeypatch.setattr(backing_up, "_remove_oldest", end)
    file = tmp_path / "shop-{date}.db"
    answer = prompt("db", "backup", str(file), "--keep", "1", "--json")
    assert (answer.code, answer.error["details"]["reason"]) == (exit_code, "look_first")
    assert "nothing was changed" not in answer.error["message"]
    assert len(list(tmp_path.glob("shop-2*.db"))) == 1


def test_who_restores_over_a_shop_that_has_moved_is_told(prompt: Prompt, tmp_path: Path) -> None:
    """Two would sell, which no backup says."""
    file = str(tmp_path / "backup.db")
    prompt.done("db", "backup", file)
    moved = prompt.done("db", "copy", str(tmp_path / "new.db"), "--then", "retire")
    assert moved["database"] in prompt("db", "restore", file).err
    answer = prompt("db", "restore", file, "--yes")
    assert answer.code == 0
    assert f"moved to {moved['database']}" in answer.err


@pytest.mark.parametrize(("ends", "code", "balance"), [(True, 0, 500), (False, 2, 570)])
def test_a_person_types_how_the_id_ends(
    prompt: Prompt,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ends: bool,  # noqa: FBT001  # a case
    code: int,
    balance: int,
) -> None:
    """Anything else replaces nothing."""
    prompt.done("user", "add", "kim")
    prompt.done("charge", "500", "-u", "kim")
    file = str(tmp_path / "backup.db")
    shop = prompt.done("db", "backup", file)["shop"]
    prompt.done("charge", "70", "-u", "kim")
    monkeypatch.setattr(Call, "can_ask", property(lambda _call: True))
    monkeypatch.setattr(typer, "prompt", lambda *_words, **_options: shop[-4:] if ends else "ever")
    assert prompt("db", "restore", file).code == code
    assert prompt.done("balance", "-u", "kim")["balance"] == balance


@pytest.mark.parametrize(
    ("typed", "code"), [("--yes", 0), ("ending", 0), ("another", 2), ("nothing", 1)]
)
def test_a_shop_whose_move_is_used_is_taken_back_on_purpose_only(
    prompt: Prompt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    """Who types it is told that two will sell, and says so, as before a restore over a shop."""
    moved = prompt.done("db", "copy", str(tmp_path / "new.db"), "--then", "retire")
    Prompt(moved["database"], prompt.clock).done("user", "add", "kim")
    ending = moved["shop"][-4:] if typed == "ending" else "ever"
    monkeypatch.setattr(Call, "can_ask", property(lambda _call: typed in {"ending", "another"}))
    monkeypatch.setattr(typer, "prompt", lambda *_words, **_options: ending)
    answer = prompt("db", "unretire", *[word for word in (typed,) if word == "--yes"])

    assert answer.code == code
    assert "went on" in answer.err
    assert (prompt("user", "add", "lee").code == 0) == (code == 0)


def test_a_copy_of_a_shop_that_has_moved_is_told_so(
    prompt: Prompt, target_url: str, alike_url: str
) -> None:
    """There are two places now that could sell; the answer says where the shop is."""
    prompt.done("db", "copy", target_url, "--then", "retire")
    answer = prompt("db", "copy", alike_url)
    assert answer.code == 0
    assert "has moved to" in answer.err


def test_what_cannot_be_filled_is_told_how_to(prompt: Prompt, tmp_path: Path) -> None:
    """The advice is for who copies: a shop made there would be in the way."""
    text = tmp_path / "text.db"
    text.write_text("no database")
    answer = prompt("db", "copy", str(text), "--then", "retire", "--json")
    assert (answer.code, answer.error["code"]) == (2, "not_a_shop")
    assert answer.error["details"]["reason"] == "nothing_to_fill"
    assert "init" not in answer.error["fix"]
    prompt.done("user", "add", "kim")


def test_a_server_without_the_database_is_told_how_to_make_it(
    prompt: Prompt, target_url: str, dialect: str
) -> None:
    """And to repeat the command, which needs it empty."""
    if dialect != "sqlite":
        pytest.skip("the other database is a file")
    missing = target_url.replace("/shop_test", "/no_such")
    answer = prompt("db", "copy", missing, "--json")
    assert answer.error["details"]["reason"] == "no_database_to_fill"
    assert "init" not in answer.error["fix"]


REFUSED_WHEN_RETIRED = (
    "flush",
    "relay --once",
    "hold --reason why",
    "resume",
    "retry --dead",
    "replay --from 2026-01-01",
    "prune --before 2026-01-01",
)


@pytest.mark.parametrize("held", [False, True], ids=["", "held"])
def test_a_shop_that_has_moved_delivers_nothing_and_says_so(
    prompt: Prompt, tmp_path: Path, *, held: bool
) -> None:
    """Each command on deliveries is refused alike, and nobody is told to type one of them."""
    if held:
        prompt.done("outbox", "hold", "--reason", "why")
    new = prompt.done("db", "copy", str(tmp_path / "new.db"), "--then", "retire")["database"]
    for words in REFUSED_WHEN_RETIRED:
        answer = prompt("outbox", *words.split(), "--json")
        assert (answer.code, answer.error["code"], answer.out) == (2, "read_only", ""), words
        assert answer.error["details"]["to"] == new
        assert new in answer.error["fix"]
    told = prompt("doctor", terminal=True).out + prompt("outbox", "status", terminal=True).out
    assert "outbox resume" not in told
    assert "settings set" not in told
    check = prompt("outbox", "status", "--check", "--json")
    assert (check.code, len(check.error["details"]["troubles"])) == (5, 1)
    assert "resume" not in check.error["fix"]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_an_upgrade_says_whether_it_made_a_backup(
    prompt: Prompt, shop_url: str, tmp_path: Path
) -> None:
    """Where nothing is to be upgraded none is made; a path that cannot be is refused anyway."""
    file, other = tmp_path / "before.db", tmp_path / "other.db"
    assert prompt.done("db", "upgrade")["backup"] is None
    assert list(prompt.done("db", "upgrade", "--backup", str(file)).items())[-1] == ("backup", None)
    assert "No backup was made" in prompt("db", "upgrade", "--backup", str(file)).err
    assert not file.exists()

    other.write_text("else")
    for path, code, reason in (
        (str(other), "invalid_input", "upgrade_backup_exists"),
        (str(tmp_path), "invalid_input", "upgrade_backup_exists"),
        (shop_url.removeprefix("sqlite:///"), "shop_exists", "backup_onto_shop"),
        ("postgresql://127.0.0.1:1/shop", "invalid_input", "backup_to_server"),
        ("-", "invalid_input", "backup_to_output"),
    ):
        refused = prompt("db", "upgrade", "--backup", path, "--json").error
        assert (refused["code"], refused["details"]["reason"]) == (code, reason), path
        assert "--force" not in refused["fix"]
    assert other.read_text() == "else"


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_backup_is_not_written_to_standard_output(prompt: Prompt) -> None:
    """Nor to a file that is named so by mistake; a path says that it is meant."""
    answer = prompt("db", "backup", "-", "--json")
    assert answer.error["details"]["reason"] == "backup_to_output"
    assert not Path("-").exists()


def test_of_when_a_copy_is_stands_beside_its_digests(
    prompt: Prompt, target_url: str, tmp_path: Path
) -> None:
    """Where the answer is rows for a program, who reads along learns the rest."""
    backup = prompt("db", "backup", str(tmp_path / "kept.db"))
    copy = prompt("db", "copy", target_url)
    for answer in (backup, copy):
        assert answer.table
        assert "up to " in answer.err
    assert "bytes" in backup.err


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_file_that_is_there_becomes_private(prompt: Prompt, tmp_path: Path) -> None:
    """An empty one may have been made by anybody's touch; a shop's is its owner's."""
    new = tmp_path / "new.db"
    new.touch()
    new.chmod(0o644)
    prompt.done("db", "copy", str(new))
    assert stat.S_IMODE(new.stat().st_mode) == 0o600


def test_an_operators_own_hold_is_told_beside_that_of_a_copy(
    prompt: Prompt, target_url: str, tmp_path: Path
) -> None:
    """Whoever resumes a restored shop ends both, and knows it; what was resumed is not told."""
    file, again = str(tmp_path / "kept.db"), str(tmp_path / "again.db")
    prompt.done("outbox", "hold", "--reason", "quarrel")
    for made in (prompt.done("db", "backup", file), prompt.done("db", "copy", target_url)):
        assert "quarrel" in made["held"]
        where = made.get("file", target_url)
        assert Prompt(where, prompt.clock).done("outbox", "status")["held"] == made["held"]
    restored = Prompt(str(tmp_path / "restored.db"), prompt.clock)
    assert restored.done("db", "restore", file)["held"].count("quarrel") == 1
    over = prompt.done("db", "restore", file, "--yes")["held"]
    assert over == prompt.done("outbox", "status")["held"]
    assert over.count("quarrel") == 1

    prompt.clock.advance(minutes=1)
    prompt.done("outbox", "resume")
    assert "quarrel" not in prompt.done("db", "backup", again)["held"]


@pytest.mark.parametrize(("ends", "code"), [(True, 0), (False, 2)])
def test_who_takes_back_a_move_that_cannot_be_looked_at_is_asked(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, ends: bool, code: int
) -> None:
    """It may have been used; without a terminal only --yes goes on."""
    moved = prompt.done("db", "copy", str(tmp_path / "new.db"), "--then", "retire")
    Path(moved["database"]).write_text("no database " * 99)
    refused = prompt("db", "unretire", "--json")
    assert (refused.code, refused.error["details"]["reason"]) == (3, "unretire_unseen")
    assert "--yes" in refused.error["fix"]
    monkeypatch.setattr(Call, "can_ask", property(lambda _call: True))
    ending = moved["shop"][-4:] if ends else "ever"
    monkeypatch.setattr(typer, "prompt", lambda *_words, **_options: ending)
    assert prompt("db", "unretire").code == code
    assert (prompt("user", "add", "kim").code == 0) == ends
    assert prompt("db", "unretire", "--yes").code == 0


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("where", ["shop", "temporary"])
def test_a_full_disk_at_a_restore_changes_nothing(
    prompt: Prompt, shop_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """It says which of the two disks that a restore needs is full."""
    file = str(tmp_path / "backup.db")
    prompt.done("db", "backup", file)
    prompt.done("user", "add", "kim")
    path = shop_url.removeprefix("sqlite:///")
    copy_pages = whole_files.copy_pages

    def copy_or_fail(source: Any, target: Any, **options: Any) -> None:  # noqa: ANN401 - connections
        name = target.execute("PRAGMA database_list").fetchone()[2]
        if (name == path) == (where == "shop"):
            raise sqlite_library().module.OperationalError("database or disk is full")
        copy_pages(source, target, **options)

    with monkeypatch.context() as patched:
        patched.setattr(whole_files, "copy_pages", copy_or_fail)
        answer = prompt("db", "restore", file, "--yes", "--json")
    assert (answer.code, answer.error["details"]["reason"]) == (3, "disk_full")
    assert "nothing was changed" in answer.error["message"]
    assert (answer.error["details"]["database"] == path) == (where == "shop")
    prompt.done("user", "show", "kim")
    prompt.done("db", "restore", file, "--yes")


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_restore_without_room_for_temporary_files_says_so(
    prompt: Prompt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one can be made where the disk has no room for another file."""
    file = str(tmp_path / "backup.db")
    prompt.done("db", "backup", file)

    def fail(*_arguments: Any, **_options: Any) -> None:  # noqa: ANN401 - whatever it takes
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path))

    monkeypatch.setattr(restoring, "TemporaryDirectory", fail)
    answer = prompt("db", "restore", file, "--yes", "--json")
    assert (answer.code, answer.error["details"]["reason"]) == (3, "no_temporary_file")
    assert "TMPDIR" in answer.error["fix"]
    assert answer.error["details"]["file"] == str(tmp_path)
