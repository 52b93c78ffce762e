"""The lines for sshd: whose key each is, quoted as sshd reads it, all of them or none."""

from __future__ import annotations

import base64
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Answer
from tests.member.conftest import Gate


def key(kind: str = "ssh-ed25519", *fields: bytes) -> str:
    """A public key as ssh-keygen writes it, without its comment."""
    parts = [kind.encode(), *(fields or (b"k" * 32,))]
    raw = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return f"{kind} {base64.b64encode(raw).decode()}"


def written(gate: Gate, text: str, folder: Path, *more: str, db: str | None = None) -> Answer:
    """The answer for a file of keys."""
    file = folder / "members"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    line = ("member", "--authorized-keys", str(file), "--db", db or gate.url, *more)
    return gate(None, line=line)


def as_sshd_reads(line: str) -> tuple[str, list[str], str]:
    """Restrictions, the words of the command and the key, by the rules of sshd's own parser."""
    place, quoted, options = 0, False, ""
    while quoted or line[place] not in " \t":
        if line[place : place + 2] == '\\"':
            options, place = options + '"', place + 2
            continue
        quoted ^= line[place] == '"'
        options, place = options + ("\0" if line[place] == '"' else line[place]), place + 1
    before, command, after = options.split("\0")
    assert after == ""
    return before, shlex.split(command), line[place + 1 :]


def test_each_key_has_a_line(gate: Gate, tmp_path: Path) -> None:
    """Restricted to the terminal and to the gate of its member, with its comment."""
    laptop, phone, other = key(), key("ssh-rsa", b"e", b"n"), key("ecdsa-sha2-nistp256", b"c", b"p")
    text = f"\ufeff# ours\n\nkim {laptop} kim@laptop, old\r\n  kim\t{phone}\nlee {other}"

    answer = written(gate, text, tmp_path)

    lines = [as_sshd_reads(line) for line in answer.out.splitlines()]
    assert answer.code == 0
    assert [found[2] for found in lines] == [f"{laptop} kim@laptop, old", phone, other]
    assert {found[0] for found in lines} == {"restrict,pty,command="}
    for (_, words, _), user in zip(lines, ("kim", "kim", "lee"), strict=True):
        assert Path(words[0]).is_absolute()
        assert words[words.index("member") :][:2] == ["member", f"--user={user}"]
        place = words[-1].removeprefix("--db=")
        assert gate("balance", line=tuple(words[words.index("member") :])).table[0]["user"] == user
        assert place in gate.url
    waits = written(gate, f"kim {laptop}", tmp_path, "--no-deliver").out
    assert as_sshd_reads(waits.strip())[1][-1] == "--no-deliver"


@pytest.mark.parametrize("text", ["", "\n\n", "# nobody yet\n"])
def test_a_list_of_nobody_is_refused(gate: Gate, tmp_path: Path, text: str) -> None:
    """A file that was cut off or is another would lock every member out."""
    answer = written(gate, text, tmp_path)
    assert (answer.code, answer.out) == (2, "")
    assert "nobody" in answer.err


@pytest.mark.parametrize(
    "name", ['a "b" c', "it's", "back\\slash", "a &;`id`", "-x", "ü 名", 'b\\"q']
)
def test_a_path_is_quoted_for_sshd_and_its_shell(name: str, gate: Gate, tmp_path: Path) -> None:
    """Whatever is in the path, sshd and the shell read the same address."""
    if not gate.url.startswith("sqlite"):
        return  # an address of a server has no such letters
    folder = tmp_path / name
    folder.mkdir()
    path = folder / "shop.db"
    path.write_bytes(Path(gate.url.removeprefix("sqlite:///")).read_bytes())

    answer = written(gate, f"kim {key()}", tmp_path, db=str(path))

    assert as_sshd_reads(answer.out.strip())[1][-1] == f"--db={path}"


BAD = {
    "lea {key}": "unknown_user",
    "k im {key}": "invalid_input",
    "k:m {key}": "invalid_input",
    "kim": "invalid_input",
    "kim AAAA": "invalid_input",
    "kim ssh-ed25519": "invalid_input",
    "kim restrict {key}": "invalid_input",
    'kim command="id" {key}': "invalid_input",
    "kim ssh-dss AAAA": "invalid_input",
    "kim ssh-ed25519 AAAA": "invalid_input",
    "kim ssh-rsa {text}": "invalid_input",
    "kim ssh-ed25519 {text}=": "invalid_input",
    "kim {key}AAAA": "invalid_input",
    "kim {short}": "invalid_input",
    "kim {key} a\x07b": "invalid_input",
    "kim {key} a\udcff": "invalid_input",
    "kim {key} a\u2028b": "invalid_input",
    "-----BEGIN OPENSSH PRIVATE KEY-----": "invalid_input",
    "kim {first}": "invalid_input",
    "lee {first}": "invalid_input",
}
"""Lines behind one that is good, and what is wrong with them."""


def test_one_bad_line_and_none_is_written(gate: Gate, tmp_path: Path) -> None:
    """Each is told with its number, as text and as JSON; stdout stays empty."""
    first, other = key(), key("ssh-ed25519", b"o" * 32)
    filled = {
        "key": other,
        "text": other.split()[1],
        "first": first,
        "short": key("ssh-ed25519", b"o" * 32)[:-6],
    }
    lines = [f"kim {first} one", *(line.format(**filled) for line in BAD)]
    answer = written(gate, "\n".join(lines), tmp_path, "--json")

    assert (answer.code, answer.out) == (2, "")
    told = answer.error["details"]["errors"]
    assert [(one["line"], one["code"]) for one in told] == [
        *enumerate(BAD.values(), 2),
    ]
    text = written(gate, "\n".join(lines), tmp_path)
    assert text.out == ""
    for number in range(2, len(BAD) + 2):
        assert f"line {number}: " in text.err
    assert not {"\x07", "\udcff", "\u2028"} & set(text.err)


def test_what_is_no_file_of_keys_is_refused(gate: Gate, tmp_path: Path) -> None:
    """A missing file, a folder, and an address whose password every process list would show."""
    for file in (str(tmp_path / "none"), str(tmp_path)):
        line = ("member", "--authorized-keys", file, "--db", gate.url)
        assert gate(None, line=line).code == 2
    if gate.url.startswith("sqlite"):
        return
    address = f"{gate.url}{'&' if '?' in gate.url else '?'}password=hunter2"
    answer = written(gate, f"kim {key()}", tmp_path, db=address)
    assert (answer.code, answer.out) == (2, "")
    assert "hunter2" not in answer.err
