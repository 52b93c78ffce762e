"""Logins of each kind do all of their work under the rights that are granted, and nothing else."""

from __future__ import annotations

from functools import partial

import pytest

from shopcli import Shop
from shopcli.domain.rights import LOGIN_KINDS, RIGHTS, LoginKind
from shopcli.engine.moving.retiring import retire
from shopcli.relay.prompt_delivery import deliver_after
from tests.clocks import SettableClock
from tests.factories import id_of, refusal
from tests.logins.conftest import ACTOR, Door, as_role
from tests.logins.deeds import CHANGING, DELIVERING, READING, World
from tests.logins.work import not_of, work_of
from tests.postgres_server import DatabaseServer
from tests.schemas.kept import restore
from tests.storage import pooler

pytestmark = pytest.mark.postgres

OF_NO_TABLE = {
    "id", "currency", "exponent", "timezone", "url", "now", "moment", "window", "role", "member",
    "may", "close", "runtime", "change_count", "server_ahead_seconds", "as_member", "as_till",
    "browsing", "imports", "exports", "maintenance", "outbox",
}  # fmt: skip
"""Verbs that ask the database for nothing, or only for a user."""


OF_THE_CATALOGUE = {
    "maintenance.facts", "maintenance.clock_difference_seconds", "maintenance.grants",
    "maintenance.granted", "maintenance.login", "browsing.revision",
}  # fmt: skip
"""Verbs that read only what everybody may read who may connect."""


def test_every_verb_is_among_the_deeds() -> None:
    """A verb that is added has to be done under each kind of login, or refused."""
    done = {deed.verb for deed in (*READING, *CHANGING, *DELIVERING)}

    assert done | OF_NO_TABLE == set(RIGHTS)
    assert not done & OF_NO_TABLE


@pytest.mark.parametrize("kind", LOGIN_KINDS)
def test_a_login_does_its_work(
    door: Door, world: World, clock: SettableClock, kind: LoginKind
) -> None:
    """Every verb of its kind succeeds, and the books are right afterwards."""
    door.grant(kind)

    with Shop.open(door.login_url, clock=clock, actor=ACTOR) as shop:
        for deed, bind in work_of(kind):
            deed.do(bind(shop), world)

    assert [check for check in world.owner.verify().checks if not check.ok] == []


@pytest.mark.skipif(pooler.program() is None, reason="no pgbouncer (apt-get install pgbouncer)")
def test_a_till_works_behind_a_pooler(door: Door, world: World, clock: SettableClock) -> None:
    """Where settings travel with each transaction, no other right is needed."""
    door.grant("till")

    with (
        pooler.pooled(door.login_url) as pooled,
        Shop.open(pooled, clock=clock, actor=ACTOR) as shop,
    ):
        for deed, bind in work_of("till"):
            deed.do(bind(shop), world)
        refused = refusal("not_allowed", shop.add_user, "mina")
        assert refused.details["role"] == door.role


@pytest.mark.parametrize("kind", [kind for kind in LOGIN_KINDS if kind != "operator"])
def test_a_login_does_nothing_else(
    door: Door, world: World, clock: SettableClock, kind: LoginKind
) -> None:
    """A change that is not of its kind is not allowed, which names the login and the verb."""
    door.grant(kind)

    with Shop.open(door.login_url, clock=clock, actor=ACTOR) as shop:
        for deed in not_of(kind):
            refused = refusal("not_allowed", deed.do, shop, world)
            assert refused.details["verb"] == deed.verb
            assert refused.details["role"] == door.role

    assert [check for check in world.owner.verify().checks if not check.ok] == []


ASKED_FIRST = {
    "outbox.deliveries": "settings",
    "browsing.bindings": "history",
    "browsing.booked_by": "history",
}
"""Deeds that begin with another verb."""


@pytest.mark.parametrize("reads", [False, True])
def test_a_login_without_grants_is_told_so(
    door: Door, world: World, clock: SettableClock, *, reads: bool
) -> None:
    """It may not open the shop; and one that may only read who the shop is may do nothing else."""
    if not reads:
        refused = refusal("not_allowed", Shop.open, door.login_url)
        assert (refused.details["verb"], refused.details["role"]) == ("open", door.role)
        return
    door.run(f'GRANT SELECT ON shop, alembic_version TO "{door.role}"')

    with Shop.open(door.login_url, clock=clock, actor=ACTOR) as shop:
        for deed in (*READING, *CHANGING, *DELIVERING):
            if deed.verb in OF_THE_CATALOGUE:
                continue
            refused = refusal("not_allowed", deed.do, shop, world)
            assert refused.details["verb"] in {deed.verb, ASKED_FIRST.get(deed.verb)}
            assert refused.details["role"] == door.role


def test_a_login_that_may_not_use_the_schema_is_told_so(door: Door) -> None:
    """The shop that it cannot see is not taken for one that is not there."""
    door.run("REVOKE USAGE ON SCHEMA public FROM PUBLIC")

    refused = refusal("not_allowed", Shop.open, door.login_url)
    assert (refused.details["verb"], refused.details["role"]) == ("open", door.role)


def test_changes_of_tables_are_the_owners(door: Door, world: World) -> None:
    """An operator neither retires nor restores a shop."""
    door.grant("operator")
    backup = world.folder / "backup.db"
    world.owner.maintenance.back_up(str(backup))

    with Shop.open(door.login_url) as shop:
        there = str(world.folder / "moved.db")
        retired = refusal("not_allowed", shop.maintenance.copy, there, then_retire=True)
        assert retired.details["verb"] == "maintenance.copy"
    over = world.owner.id
    restored = refusal("not_allowed", Shop.restore, door.login_url, str(backup), over=over)
    assert (restored.details["verb"], restored.details["role"]) == ("restore", door.role)


def test_an_upgrade_is_the_owners(role: str, database_server: DatabaseServer) -> None:
    """A login that may read and write all tables does not upgrade them."""
    with database_server.database() as url:
        restore("0001", url)
        door = Door(url, as_role(url, role), role)
        door.run(f'GRANT ALL ON ALL TABLES IN SCHEMA public TO "{role}"')

        refused = refusal("not_allowed", Shop.upgrade, door.login_url)
        assert (refused.details["verb"], refused.details["role"]) == ("upgrade", role)


def test_a_shop_is_made_by_who_may_make_tables(role: str, database_server: DatabaseServer) -> None:
    """In an empty database a login without the right is told so by name."""
    with database_server.database() as url:
        door = Door(url, as_role(url, role), role)
        door.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")

        refused = refusal("not_allowed", Shop.create, door.login_url)
        assert (refused.details["verb"], refused.details["role"]) == ("create", role)


@pytest.mark.parametrize("kind", ["till", "relay", "operator"])
def test_a_retired_shop_says_where_it_is_to_each_login(
    door: Door, world: World, clock: SettableClock, kind: LoginKind
) -> None:
    """What refuses the changes of a retired shop speaks to a login that may read little as well."""
    door.grant(kind)
    with Shop.open(door.login_url, clock=clock, actor=ACTOR) as shop:
        retire(world.owner.runtime, "elsewhere")

        bind = shop.outbox.deliveries.beat if kind == "relay" else partial(shop.charge, "kim")
        refused = refusal("read_only", bind, "r1" if kind == "relay" else 5)
        assert refused.details["to"] == "elsewhere"


def test_an_order_at_a_till_wakes_the_relay(door: Door, world: World, clock: SettableClock) -> None:
    """A till may see that a relay runs, and tell it."""
    door.grant("till")
    world.owner.outbox.deliveries.beat("r1")

    with Shop.open(door.login_url, clock=clock, actor=ACTOR) as shop:
        shop.order("kim", {"LATTE": 1})
        assert shop.runtime.known_relays.one_lives


def test_a_till_leaves_deliveries_to_the_relay(
    door: Door, world: World, clock: SettableClock
) -> None:
    """Its order is placed though it may not send the event, which waits for the relay."""
    door.grant("till")
    with Shop.open(door.login_url, clock=clock, actor=ACTOR) as shop:
        order = id_of(shop.order("kim", {"LATTE": 1}))
        sent = deliver_after(shop, order, environment={"SHOP_PLATFORM_URL": world.platform_url})

    assert not sent
    assert world.owner.outbox.list(order=order)[0].state == "pending"
