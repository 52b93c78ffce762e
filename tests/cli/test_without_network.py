"""The commands of a shop on SQLite ask nobody: they work where there is no network at all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import shopcli

LINES = """
--version
--help
init --sample
doctor
config show
user add lee
products latte
charge 20000 -u kim
claim WELCOME10 -u kim
order LATTE:2 BAGEL --coupon WELCOME10 -u kim --key one
receipt --key one
history -u kim
top --json
report money
close --dry-run
export users
import charges charges.csv
outbox status
db status
db backup copy.db
changes
help trust
verify
"""

PROGRAM = """
import contextlib, io, json, sys

asked = []
def watch(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}:
        asked.append(f"{event} {arguments[-1]}")
sys.addaudithook(watch)

from shopcli.__main__ import main

for line in sys.stdin.read().split("\\n"):
    sys.argv = ["shop", *line.split()]
    del asked[:]
    said = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        code = main()
    print(json.dumps([line, code, asked, said.getvalue() if code else ""]))
"""


def _alone() -> list[str]:
    """What starts a program without any network, where this machine lends such a place."""
    unshare = shutil.which("unshare")
    alone = [unshare or "unshare", "--map-root-user", "--net"]
    if unshare is None or subprocess.run([*alone, "true"], check=False).returncode:
        return []
    return alone


@pytest.mark.wheel
def test_nothing_is_asked_of_a_network(tmp_path: Path) -> None:
    """No name is looked up and nothing connected to; where there is no network, all works too."""
    (tmp_path / "charges.csv").write_text("key,user,amount\nc1,kim,500\n")
    lines = LINES.strip().splitlines()
    done = subprocess.run(
        [*_alone(), sys.executable, "-c", PROGRAM],
        input="\n".join(lines),
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(shopcli.__file__).parents[1]),
            "SHOP_DATABASE_URL": str(tmp_path / "shop.db"),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    told = list(map(json.loads, done.stdout.splitlines()))
    assert [line for line, _, _, _ in told] == lines
    assert [(line, asked) for line, _, asked, _ in told if asked] == []
    # What doctor finds depends on the machine.
    assert [one for one in told if one[1] and one[0] != "doctor"] == []
