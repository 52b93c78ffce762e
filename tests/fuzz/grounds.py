"""The ground that lines are typed on: a folder with a shop and with everything that is strange."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from shopcli import Shop
from tests.fuzz.values import PASSWORD, Names

SECRETS = ("d2hhdC1ubyBvbmUtc2hvdWxkLXNlZQ==", "Bearer-nobody-should-see", PASSWORD)
"""What no line may write: a signing key, a header's value, the password in addresses."""
_SECRET, _HEADER, _ = SECRETS
_INPUTS = {
    "users.csv": b"user,name\nzoe,Zoe\nkim,Kim\n",
    "products.csv": b"sku,name,price,stock\nTEA,Tea,1000,5\nLATTE,Latte,4600,1\n",
    "coupons.csv": b"code,percent,amount,limit\nNEW,10,,5\n",
    "charges.csv": b"key,user,amount\nc1,kim,1000\nc2,nobody,5\n",
    "claims.csv": b"key,user,coupon\nl1,lee,TENTH\n",
    "orders.csv": b"key,user,sku,quantity\no1,kim,LATTE,1\no1,kim,BAGEL,1\no2,lee,GONE,1\n",
    "escapes.csv": b"user,name\n\x1b]0;PWN\x07,x\nzoe,\x9b31mPWN\n",
    "latin.csv": "user,name\nzoe,Zo\xeb\n".encode("latin-1"),
    "wide.csv": "user,name\nzoe,Zoe\n".encode("utf-16"),
    "semicolons.csv": b'sku;name;price\nA;"x\ny";1,50\n',
    "rows.jsonl": b'{"user":"zoe","name":"\\u001b[31mPWN"}\n{"user":[1]}\nnull\n',
    "big.csv": b"user,name\n" + b"".join(b"u%d,N\n" % n for n in range(300)),
    "random.bin": bytes(range(256)) * 20,
    "broken.csv.gz": b"\x1f\x8b\x08\x00" + bytes(40),
    "script.txt": b"balance -u kim\n# a comment\norder LATTE -u kim --json\nnonsense \x1b[31mPWN\n",
    "wild.txt": b"charge 1 -u kim\n'\n\0\n\xff\ntui\nexport users\n",
    "keys.txt": b"kim ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ x\n\x1b[31mPWN y\n",
}


@dataclass(frozen=True)
class Ground:
    """A folder to type lines in, with a shop."""

    folder: Path
    names: Names
    environment: Mapping[str, str]


def make_shop(url: str) -> None:
    """Make a shop in which something has happened."""
    with Shop.create(url, currency="KRW", timezone="Asia/Seoul") as shop:
        for user in ("kim", "lee", "ana", "bob", "김민지"):
            shop.add_user(user, name=f"{user} Example")
        shop.set_user("ana", state="blocked")
        shop.set_user("bob", state="closed")
        for sku, price, stock in (("LATTE", 4500, 500), ("BAGEL", 3300, 20), ("GONE", 100, 0)):
            shop.add_product(sku, name=sku.title(), price=price, stock=stock)
        shop.add_product("4006381333931", name="차 (Tee)", price=0, stock=9, category="drinks")
        shop.add_coupon("TENTH", percent=10, limit=50)
        shop.add_coupon("ONE", amount=500, limit=1)
        shop.charge("kim", 900_000)
        shop.charge("lee", 20_000)
        shop.claim("kim", "TENTH")
        for number in range(5):
            shop.order("kim", {"LATTE": 2, "BAGEL": 1}, key=f"o{number}")
        placed = [str(one.order) for one in shop.orders("kim")]
        shop.cancel(placed[0])
        shop.refund(placed[1], {"LATTE": 1}, reason="cold")
        shop.close_books(counted=1_000)
        shop.order("lee", {"LATTE": 1})


@contextmanager
def ground(
    folder: Path,
    lend: Callable[[Path], AbstractContextManager[tuple[str, str]]],
    ports: tuple[int, ...],
) -> Iterator[Ground]:
    """A new folder in which everything lies that a line could name; removed afterwards.

    Args:
        folder: Where; it must not exist.
        lend: Lends the addresses of a shop, and of none, in the folder or elsewhere.
        ports: Of nobody, of one who never answers, of a platform.
    """
    folder.mkdir(mode=0o700)
    try:
        strange = _strange_paths(folder)
        for name, content in _INPUTS.items():
            (folder / name).write_bytes(content)
        with lend(folder) as (address, other):
            names = _names(address, other, [*strange, "shop.db"], ports)
            yield Ground(folder, names, _environment(folder, address))
    finally:
        (folder / "unreadable").chmod(0o700)
        shutil.rmtree(folder)


def _strange_paths(folder: Path) -> list[str]:
    (folder / "folder").mkdir()
    (folder / "unreadable").mkdir()
    (folder / "unreadable" / "x").write_text("x")
    (folder / "secret.txt").write_text(f"whsec_{_SECRET}\n")
    (folder / "headers.txt").write_text(f"Authorization: {_HEADER}\n")
    (folder / "secret.txt").chmod(0o600)
    (folder / "headers.txt").chmod(0o600)
    (folder / "empty").touch()
    (folder / "locked.txt").write_text("x")
    (folder / "locked.txt").chmod(0)
    (folder / "loop").symlink_to("loop")
    (folder / "dangling").symlink_to("nowhere/at/all")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(folder)  # the path of a socket is short
        listening.bind("socket")
        os.chdir(here)
    (folder / "unreadable").chmod(0)
    return [
        *("folder", "unreadable", "unreadable/x", "empty", "locked.txt", "loop", "dangling"),
        *("pipe", "socket", "absent", "absent/x", ".", "..", "/", "/dev/full", "/dev/null"),
        *("/dev/tty", "/dev/zero", "/dev/stdin", "/dev/stdout", "/dev/fd/0", "/proc/self/mem"),
        *("folder/", "users.csv/x", "n" * 300, "a/" * 2_100, "random.bin", "\udcff.csv"),
        *("\x1b]0;PWN\x07.csv", "-", "--", "-x.csv", "users.csv", "loop/x", "empty/"),
    ]


def _names(address: str, other: str, strange: list[str], ports: tuple[int, ...]) -> Names:
    with Shop.open(address) as shop:
        orders = [one.order for one in shop.orders() if one.order is not None]
        events = [one.id for one in shop.outbox.list()]
        entries = [one.id for one in shop.history("kim")]
        digests = [one.digest for one in shop.closings() if one.digest is not None]
    scripts = ["script.txt", "wild.txt", "-", "users.csv", "random.bin"]
    return Names(
        users=("kim", "kim", "lee", "ana", "bob", "김민지", "nobody"),
        skus=("LATTE", "LATTE", "BAGEL", "GONE", "4006381333931", "TEA"),
        codes=("TENTH", "ONE", "tenth", "NONE"),
        orders=[*orders, orders[0][-4:], orders[0][-1:]],
        events=[*events, events[0][-4:]],
        entries=[*entries, "1", "cash:1", "kim:9999"],
        digests=[*digests, "0" * 64],
        address=address,
        other_address=other,
        strange_paths=strange,
        inputs=[one for one in _INPUTS if not one.endswith(".txt")],
        scripts=scripts,
        backups=["backup1", "random.bin", "empty"],
        ports=ports,
    )


def _environment(folder: Path, address: str) -> dict[str, str]:
    (folder / "home").mkdir(mode=0o700)
    (folder / "tmp").mkdir(mode=0o700)
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(folder / "home"),
        "XDG_CONFIG_HOME": str(folder / "home" / "config"),
        "XDG_DATA_HOME": str(folder / "home" / "data"),
        "XDG_STATE_HOME": str(folder / "home" / "state"),
        "XDG_CACHE_HOME": str(folder / "home" / "cache"),
        "TMPDIR": str(folder / "tmp"),
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "SHOP_DATABASE_URL": address,
        "SHOP_PLATFORM_SECRET": f"whsec_{_SECRET}",
        "SHOP_PLATFORM_HEADERS_FILE": str(folder / "headers.txt"),
    }


@contextmanager
def neighbours(folder: Path) -> Iterator[tuple[int, ...]]:
    """Whom a line may speak to: nobody, one who never answers, a platform; their ports."""
    with socket.socket() as silent, socket.socket() as nobody:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        words = ("platform", "serve", "--port", str(port), "--store", "/dev/null")
        platform = subprocess.Popen(
            [sys.executable, "-m", "shopcli", *words],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert platform.stderr is not None
        assert platform.stderr.readline().startswith(b"Listening")
        try:
            yield (nobody.getsockname()[1], silent.getsockname()[1], port)
        finally:
            platform.terminate()
            platform.wait()


def readable_secrets(folder: Path) -> Iterator[str]:
    """Files of a folder that others can read and that hold a secret."""
    for path in folder.rglob("*"):
        if not path.is_file() or path.is_symlink() or not path.stat().st_mode & 0o044:
            continue
        content = path.read_bytes()
        if any(secret.encode() in content for secret in SECRETS):
            yield str(path.relative_to(folder))
