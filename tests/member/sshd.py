"""A real sshd on the loopback interface, and a client of its own: what a member sees over ssh."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_PATIENCE_SECONDS = 30.0
_SEPARATION = Path("/run/sshd")
"""The empty folder that Debian's sshd needs; where a service runs it, it is there."""


class Door:
    """A running sshd with the keys of some members.

    Args:
        folder: Where its keys and configuration are.
        port: Where it listens.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    def client(self, user: str, *options: str, program: str = "ssh") -> list[str]:
        """The command line of a client with a member's key, up to what is asked for."""
        return [
            program,
            *("-F", "/dev/null", "-i", str(self.folder / user)),
            *("-p" if program == "ssh" else "-P", str(self.port)),
            *("-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"),
            *("-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={self.folder}/hosts"),
            *options,
        ]

    def here(self) -> str:
        """The account and the host, as a client names them."""
        return f"{getpass.getuser()}@127.0.0.1"

    def ask(
        self, user: str, command: str, *options: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Give a command with a member's key."""
        return subprocess.run(
            [*self.client(user, *options), self.here(), command],
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE_SECONDS,
        )


def lacks() -> str | None:
    """Why no sshd can be run here; None where one can."""
    if "CI" in os.environ:
        return "no sshd is started in CI"
    if SSHD is None or shutil.which("ssh") is None:
        return "ssh and sshd, Debian packages openssh-client and openssh-server, are absent"
    if os.getuid() != 0 and not _SEPARATION.is_dir():
        return f"sshd needs the folder {_SEPARATION}, which only root can make"
    return None


def make_key(folder: Path, user: str) -> str:
    """Make a key pair of a member; the public one."""
    path = folder / user
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"{user}@laptop", "-f", str(path)],  # noqa: S607 - whichever the developer has
        check=True,
    )
    return path.with_suffix(".pub").read_text("utf-8").strip()


@contextlib.contextmanager
def opened(folder: Path, settings: Sequence[str]) -> Iterator[Door]:
    """Run an sshd with these settings beside what makes it an ordinary process."""
    assert SSHD is not None
    _SEPARATION.mkdir(mode=0o755, exist_ok=True)
    make_key(folder, "host")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    configuration = folder / "sshd_config"
    configuration.write_text(
        "\n".join(
            [
                f"Port {port}",
                "ListenAddress 127.0.0.1",
                f"HostKey {folder}/host",
                f"PidFile {folder}/pid",
                "UsePAM no",
                "StrictModes no",
                "PermitRootLogin prohibit-password",
                *settings,
            ]
        ),
        "utf-8",
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", str(configuration)], stdout=log, stderr=log
        )
        try:
            _wait_for(port, process, folder / "log")
            yield Door(folder, port)
        finally:
            process.terminate()
            process.wait(_PATIENCE_SECONDS)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert process.poll() is None, log.read_text("utf-8")
        assert time.monotonic() < deadline, log.read_text("utf-8")
        time.sleep(0.02)
