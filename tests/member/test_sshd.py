"""The recipe of the manual with a real sshd: the storefront, commands, and all that is refused."""

from __future__ import annotations

import getpass
import json
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import shopcli
from shopcli import Shop
from tests.member import sshd
from tests.member.conftest import Gate
from tests.tui.terminals import Terminal

PAGE = (Path(shopcli.__file__).parent / "help" / "ssh.md").read_text("utf-8")

_WRITTEN = {
    "keys": "/etc/ssh/shop_keys",
    "program": "/opt/shop/bin/shop",
    "address": "ADDRESS",
}
"""What the manual has where each host has its own."""

pytestmark = pytest.mark.skipif(sshd.lacks() is not None, reason=str(sshd.lacks()))


def _recipe(login: str, **given: str) -> list[str]:
    """The block of the manual for a login of sshd, as this account's, with other paths."""
    (block,) = re.findall(rf"^Match User {login}\n((?:    .*\n)+)", PAGE, re.MULTILINE)
    text = str(block)
    for name, value in given.items():
        written = _WRITTEN[name]
        assert written in text
        text = text.replace(written, value)
    return [f"Match User {getpass.getuser()}", *text.splitlines()]


@pytest.fixture
def door(gate: Gate, tmp_path: Path) -> Iterator[sshd.Door]:
    """An sshd set up as the manual has it, with a key of kim and one of lee."""
    keys = [f"{user} {sshd.make_key(tmp_path, user)}" for user in ("kim", "lee")]
    members = tmp_path / "members"
    members.write_text("\n".join(keys), "utf-8")
    made = gate(None, line=("member", "--authorized-keys", str(members), "--db", gate.url))
    (tmp_path / "shop_keys").write_text(made.out, "utf-8")
    with sshd.opened(tmp_path, _recipe("shop", keys=f"{tmp_path}/shop_keys")) as opened:
        yield opened


@pytest.mark.proof
def test_a_member_shops_over_ssh(door: sshd.Door, shop: Shop, tmp_path: Path) -> None:
    """Each key is its member; nothing that a client says, sends or asks for gets any further."""
    balance = door.ask("kim", "balance --json")
    assert (balance.returncode, balance.stderr) == (0, "")
    assert json.loads(balance.stdout)["user"] == "kim"
    assert json.loads(door.ask("lee", "shop balance --json").stdout)["user"] == "lee"
    line = "order LATTE:2 --key k7 --json"
    first, again = (json.loads(door.ask("kim", line).stdout) for _ in range(2))
    assert (first["order"], again["replayed"]) == (again["order"], True)
    assert door.ask("lee", f"receipt {first['order']}").returncode == 4

    for refused, code in {
        "user list": 1,
        "balance -u lee": 1,
        "balance; id": 2,
        "balance 'x": 2,
        "$(id)": 2,
        "balance\nid": 2,
        f"scp -t {tmp_path}": 2,
        "": 2,
    }.items():
        answer = door.ask("kim", refused, *([] if refused else ["-T"]))
        assert (answer.returncode, answer.stdout) == (code, ""), refused
        assert "uid=" not in answer.stderr

    sent = {
        "SHOP_DATABASE_URL": "/nowhere",
        "SHOP_USER": "lee",
        "LC_ALL": "ko_KR.UTF-8",
        "TERM": "\x1b]0;x\x07",
        "LANG": "../../etc",
        "BASH_ENV": f"{tmp_path}/rc",
    }
    options = [f"-oSendEnv={name}" for name in sent]
    assert json.loads(door.ask("kim", "balance --json", *options, **sent).stdout)["user"] == "kim"
    _check_nothing_else_passes(door, tmp_path)
    assert shop.balance("kim").balance == 41_000


def _check_nothing_else_passes(door: sshd.Door, folder: Path) -> None:
    """Neither files nor ports, agents nor a shell."""
    (folder / "mine").write_text("x", "utf-8")
    copied = [str(folder / "mine"), f"{door.here()}:{folder}/stolen"]
    for line in (
        [*door.client("kim", program="scp"), *copied],
        [*door.client("kim", "-O", program="scp"), *copied],
        [*door.client("kim", program="sftp"), door.here()],
    ):
        assert _ended(line).returncode != 0
    assert not (folder / "stolen").exists()
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(0.5)
        through = f"127.0.0.1:{inside.getsockname()[1]}"
        passed = _ended([*door.client("kim", "-W", through), door.here()])
        assert passed.returncode != 0
        assert "forwarding failed" in passed.stderr
        with pytest.raises(TimeoutError):
            inside.accept()


def _ended(line: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        line, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=30
    )


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_key_lets_its_member_in(door: sshd.Door) -> None:
    """By the lines and the block of the manual, as sshd reads them."""
    assert json.loads(door.ask("lee", "balance --json").stdout)["user"] == "lee"


@pytest.mark.proof
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_member_has_the_storefront_over_ssh(door: sshd.Door) -> None:
    """With a terminal and no command it is that of the member, without the desk."""
    shown = Terminal([*door.client("kim", "-t"), door.here()], (80, 24), {})
    try:
        shown.sees("Name of LATTE", "4,500", "kim")
        assert "Desk" not in shown.text
        shown.press(b"+")
        shown.press(b"c")
        shown.sees("Balance after")
        shown.press(b"\x11")
        shown.read_until_quiet()
        assert shown.process.wait(30) == 0
    finally:
        shown.end()


@pytest.mark.proof
def test_a_login_of_one_member_needs_no_line(gate: Gate, tmp_path: Path) -> None:
    """ForceCommand names the member of a login; it wins over the line of a key."""
    keys = tmp_path / "plain_keys"
    keys.write_text(f'command="id" {sshd.make_key(tmp_path, "lee")}\n', "utf-8")
    settings = _recipe("kim", program=f"{sys.executable} -m shopcli", address=shlex.quote(gate.url))
    with sshd.opened(tmp_path, [*settings, f"    AuthorizedKeysFile {keys}"]) as door:
        told = door.ask("lee", "balance --json")
        refused = door.ask("lee", "user list")

    assert json.loads(told.stdout)["user"] == "kim"
    assert (refused.returncode, refused.stdout) == (1, "")
