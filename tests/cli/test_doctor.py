"""What doctor finds, and how it says what to do."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from shopcli import Shop
from tests.cli.conftest import Prompt
from tests.clocks import SettableClock


class _TrueClock(SettableClock):
    """The system's time, at any time: doctor compares it with the database's own."""

    def __call__(self) -> datetime:
        """Return the current instant."""
        return datetime.now(UTC)


@pytest.fixture
def clock() -> SettableClock:
    """A clock that is right."""
    return _TrueClock()


def test_a_healthy_shop_has_no_findings(stocked: Prompt) -> None:
    """Each look at a healthy shop is fine, and says what it saw."""
    answer = stocked("doctor", "--json")
    findings = answer.document
    # A test server may trade durability for speed, and doctor is right to say so.
    cared_for = [finding for finding in findings if finding["name"] != "postgres server"]

    assert all(finding["ok"] for finding in cared_for)
    assert answer.code == (0 if all(finding["ok"] for finding in findings) else 1)
    assert {
        "python",
        "terminal",
        "configuration",
        "database",
        "clock",
        "outbox",
        "relay",
        "schema",
    } <= {finding["name"] for finding in findings}
    assert [list(finding) for finding in findings] == [["name", "ok", "detail", "fix"]] * len(
        findings
    )


def test_a_missing_shop_is_a_finding(prompt: Prompt, tmp_path: Path) -> None:
    """Where no shop is, doctor still looks at the machine and says how to make one."""
    answer = prompt("doctor", "--json", "--db", str(tmp_path / "none.db"), db=False)
    found = {finding["name"]: finding for finding in answer.document}

    assert answer.code == 1
    assert found["python"]["ok"] is True
    assert (found["database"]["ok"], "shop init" in found["database"]["fix"]) == (False, True)


@pytest.mark.parametrize("mode", [0o644, 0o602])
def test_a_readable_database_is_a_finding(prompt: Prompt, tmp_path: Path, mode: int) -> None:
    """A database file that everybody can read or write needs care."""
    path = tmp_path / "wide.db"
    prompt("init", "--db", str(path), db=False)
    path.chmod(mode)

    answer = prompt("doctor", "--json", "--db", str(path), db=False)
    bad = [finding for finding in answer.document if not finding["ok"]]

    assert (answer.code, [finding["name"] for finding in bad]) == (1, ["database file"])
    assert "chmod" in bad[0]["fix"]


@pytest.mark.postgres
@pytest.mark.parametrize("dialect", ["postgres"])
def test_the_schema_is_shown_and_judged(stocked: Prompt, shop_url: str) -> None:
    """The schema searched is shown; where every login may make functions in it, that is told."""

    def finding() -> tuple[bool, str]:
        document = stocked("doctor", "--json").document
        (found,) = [one for one in document if one["name"] == "postgres schema"]
        return found["ok"], str(found)

    assert finding()[0]
    assert "public, pg_temp" in finding()[1]
    with psycopg.connect(shop_url) as owner:
        owner.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
    assert not finding()[0]
    assert "REVOKE" in finding()[1]


@pytest.mark.postgres
@pytest.mark.parametrize("dialect", ["postgres"])
@pytest.mark.parametrize(
    ("setting", "name", "ok", "word"),
    [
        (
            "ALTER DATABASE {database} SET default_transaction_read_only = on",
            "writing",
            False,
            "RESET",
        ),
        ("ALTER DATABASE {database} SET role = pg_read_all_data", "login", True, "reader"),
    ],
)
def test_a_server_that_takes_no_orders_of_this_login_is_told_of(
    stocked: Prompt, shop_url: str, setting: str, name: str, *, ok: bool, word: str
) -> None:
    """Set to read only, or without the right, it says so; to try an order is not needed."""

    def finding() -> dict[str, object]:
        document = stocked("doctor", "--json").document
        (found,) = [one for one in document if one["name"] == name]
        assert isinstance(found, dict)
        return found

    assert finding()["ok"] is True
    assert word not in str(finding())
    with psycopg.connect(shop_url, autocommit=True) as owner:
        owner.execute(setting.format(database=owner.info.dbname).encode())
        try:
            told = finding()
        finally:
            owner.execute(f"ALTER DATABASE {owner.info.dbname} RESET ALL".encode())
    assert told["ok"] is ok
    assert word in str(told)


@pytest.mark.postgres
@pytest.mark.parametrize("dialect", ["postgres"])
@pytest.mark.parametrize(
    ("mode", "ok", "word"),
    [
        ("verify-full", "ok", "proves"),
        ("verify-ca", "FAIL", "verify-full"),
        ("require", "FAIL", "verify-full"),
        ("prefer", "FAIL", "verify-full"),
        ("disable", "FAIL", "verify-full"),
        ("", "FAIL", "verify-full"),
    ],
)
def test_the_way_to_another_host_is_judged(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch, mode: str, ok: str, word: str
) -> None:
    """Whatever lets somebody on the way read along or pretend to be the server is a finding."""
    here = partial(Shop.open, stocked.url, clock=stocked.clock)
    monkeypatch.setattr(stocked, "_lend", lambda _: here())
    stocked.url = f"postgresql://db.example/snacks?sslmode={mode}"

    document = stocked("doctor", "--json").document
    (found,) = [one for one in document if one["name"] == "way to the server"]

    assert found["ok"] is (ok == "ok")
    assert word in found["detail"] + found["fix"]


@pytest.mark.parametrize(("flag", "help_is"), [(os.ST_RDONLY, "Mount"), (0, "permission")])
@pytest.mark.parametrize("closed", ["shop.db", ""])
@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_shop_that_can_only_be_read_is_a_finding(
    stocked: Prompt,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    flag: int,
    help_is: str,
    closed: str,
) -> None:
    """On a read-only file system or without rights no free space is asked for."""
    look = os.access
    shut = {tmp_path / "shop.db", tmp_path / closed}

    def may(path: Path, mode: int) -> bool:
        return look(path, mode) and not (mode == os.W_OK and Path(path) in shut)

    monkeypatch.setattr(os, "access", may)
    monkeypatch.setattr(os, "statvfs", lambda _path: SimpleNamespace(f_flag=flag))
    monkeypatch.setattr("shopcli.cli.commands.doctor.FREE_BYTES_MIN", 1 << 62)
    answer = stocked("doctor", "--json")
    found = {finding["name"]: finding for finding in answer.document}

    assert answer.code == 1
    assert found["writing"]["ok"] is False
    assert str(tmp_path / closed) in found["writing"]["detail"]
    assert help_is in found["writing"]["fix"]
    assert "disk" not in found


def test_headers_of_the_platform_are_counted_and_not_shown(
    stocked: Prompt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The configuration names their file, and doctor says how many there are, or what is wrong."""
    file = tmp_path / "headers"
    file.write_text("Authorization: Bearer canary-4f1c0de5\nX-Tenant: snacks\n")
    file.chmod(0o600)
    monkeypatch.setenv("SHOP_PLATFORM_HEADERS_FILE", str(file))

    for words in (["config", "show"], ["doctor"], ["doctor", "--json"], ["outbox", "status"]):
        answer = stocked(*words, db=words[0] != "config")
        assert "canary" not in answer.out + answer.err
    assert _found(stocked, "platform headers")["detail"].startswith("2,")

    file.chmod(0o644)
    found = _found(stocked, "platform headers")
    assert found["ok"] is False
    assert "canary" not in str(found)


def _found(prompt: Prompt, name: str) -> dict[str, Any]:
    findings: list[dict[str, Any]] = json.loads(prompt("doctor", "--json").out)
    return next(finding for finding in findings if finding["name"] == name)
