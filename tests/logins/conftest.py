"""Logins of each kind on a shop in Postgres, made for a test and gone after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

import psycopg
import pytest
from psycopg import sql

from shopcli import Shop
from shopcli.domain.rights import LoginKind
from shopcli.relay.platform import Platform
from tests.clocks import SettableClock
from tests.logins.deeds import World
from tests.postgres_server import DatabaseServer

ACTOR = "counter"


class Door(NamedTuple):
    """A shop on Postgres, and a login of its own."""

    url: str
    """Of whoever owns the tables."""
    login_url: str
    role: str

    def run(self, *statements: str) -> None:
        """Let the owner run statements, each by itself or several in one."""
        with psycopg.connect(self.url, autocommit=True) as owner:
            for statement in statements:
                owner.execute(statement.encode())

    def grant(self, kind: LoginKind) -> None:
        """Make the login one of a kind, by what the shop prints."""
        with Shop.open(self.url) as shop:
            self.run(shop.maintenance.grants(kind, self.role).sql)


@pytest.fixture
def role(database_server: DatabaseServer) -> Iterator[str]:
    """A login that may do nothing; its password is its name."""
    name = f"shop_test_{token_hex(6)}"
    with psycopg.connect(database_server.url, autocommit=True) as owner:
        try:
            owner.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), name)
            )
        except psycopg.errors.InsufficientPrivilege:
            pytest.skip("the user of SHOP_TEST_POSTGRES_URL may not make roles")
        yield name
        owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture
def door(role: str, database_server: DatabaseServer, postgres_template: str) -> Iterator[Door]:
    """A shop of its own on Postgres, and a login that may do nothing there."""
    with database_server.database(template=postgres_template) as url:
        yield Door(url, as_role(url, role), role)


def as_role(url: str, role: str) -> str:
    """The same address with another login."""
    return f"{url}{'&' if '?' in url else '?'}user={role}&password={role}"


@pytest.fixture(scope="session")
def platform_url() -> Iterator[str]:
    """The address of a platform that takes every event."""
    with Platform() as platform:
        yield platform.url


@pytest.fixture
def world(door: Door, clock: SettableClock, tmp_path: Path, platform_url: str) -> Iterator[World]:
    """The shop as its owner filled it."""
    with Shop.open(door.url, clock=clock, actor=ACTOR) as owner:
        yield World(owner, tmp_path, platform_url)


Opening = Callable[[], Shop]


@pytest.fixture
def shop(door: Door, clock: SettableClock, world: World) -> Iterator[Shop]:
    """The shop as the login opens it; whoever asks for it grants before."""
    assert world.order
    opened = Shop.open(door.login_url, clock=clock, actor=ACTOR)
    yield opened
    opened.close()
