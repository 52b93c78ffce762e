"""Databases for the grounds of a run: copies of one shop, on SQLite or on a server of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests import postgres_server
from tests.fuzz.grounds import make_shop
from tests.fuzz.values import PASSWORD
from tests.postgres_server import DatabaseServer

Lend = Callable[[Path], AbstractContextManager[tuple[str, str]]]
"""Puts a shop into a folder or onto a server; its address, and one where no shop is."""


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Lend]:
    """Shops that are files."""
    template = folder / "template.db"
    make_shop(str(template))

    @contextmanager
    def lend(place: Path) -> Iterator[tuple[str, str]]:
        shutil.copy(template, place / "shop.db")
        yield str(place / "shop.db"), str(place / "other.db")

    yield lend


@contextmanager
def on_postgres(_: Path) -> Iterator[Lend]:
    """Shops that are databases of one server, whose addresses hold a password."""
    server = postgres_server.make_folder()
    try:
        databases = DatabaseServer(postgres_server.start(server), "fuzz")
        template = databases.create()
        make_shop(template)

        @contextmanager
        def lend(_: Path) -> Iterator[tuple[str, str]]:
            with databases.database(template) as url, databases.database() as other:
                yield _with_password(url), _with_password(other)

        yield lend
    finally:
        postgres_server.stop(server)


def _with_password(url: str) -> str:
    """The address with a password, which the server does not ask for."""
    scheme, _, rest = url.partition("://")
    user, at, place = rest.partition("@")
    return f"{scheme}://{user.rstrip(':')}:{PASSWORD}@{place}" if at else url
