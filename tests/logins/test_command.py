"""`shop db grants`: what it prints, for whom, and what it says where it cannot be."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from subprocess import CompletedProcess

import psycopg
import pytest
from psycopg import errors, sql

from shopcli import Shop
from shopcli.domain.errors import InvalidInput
from shopcli.domain.rights import LOGIN_KINDS, LoginKind, checked_login
from shopcli.wording import members
from tests.command_lines import carry_out
from tests.factories import refusal
from tests.logins.conftest import Door, as_role
from tests.logins.deeds import World
from tests.postgres_server import DatabaseServer
from tests.schemas.kept import restore

ODD_NAMES = (
    'Kim\'s "till"; DROP TABLE orders; --',
    "till\\",
    "$shop$; $$",
    "계산대",
    "-kiosk",
    "Kiosk 1",
    "x" * 63,
)
NO_NAMES = (
    "", " ", "till ", "a\0b", "a\nb", "a\x1bb", "pg_monitor", "public", "none", "x" * 64,
    "계" * 22, "\ud800", None,
)  # fmt: skip


def _grants(door: Door, *words: str) -> CompletedProcess[bytes]:
    return carry_out("db", "grants", *words, "--db", door.url, cwd=Path.cwd())


def _rights(door: Door) -> object:
    """What the login may do, and what each table says of who may do what."""
    with Shop.open(door.login_url) as shop:
        return shop.maintenance.login()


@pytest.mark.postgres
def test_what_is_printed_is_run_as_it_is(door: Door) -> None:
    """Standard output is SQL that says how to run it; running it makes the login a till."""
    answer = _grants(door, "till", door.role)
    text = answer.stdout.decode()

    assert (answer.returncode, answer.stderr) == (0, b"")
    assert text.startswith("-- ")
    assert f" till {door.role} | psql" in text
    assert max(map(len, text.partition("BEGIN;")[2].splitlines())) <= 120
    door.run(text)
    assert _rights(door).kinds == ("till",)  # type: ignore[attr-defined] # a login


@pytest.mark.postgres
def test_nothing_is_executed(door: Door) -> None:
    """Printing is not granting."""
    _grants(door, "operator", door.role)

    refusal("not_allowed", Shop.open, door.login_url)


@pytest.mark.postgres
def test_scripts_get_a_record(door: Door) -> None:
    """With --json it is one document with the SQL in it."""
    answer = json.loads(_grants(door, "reader", door.role, "--json").stdout)

    assert answer["sql"].startswith("BEGIN;")
    assert {key: answer[key] for key in ("kind", "role", "schema")} == {
        "kind": "reader",
        "role": door.role,
        "schema": "public",
    }


@pytest.mark.postgres
@pytest.mark.parametrize("kind", LOGIN_KINDS)
def test_another_kind_takes_the_place_of_the_first(door: Door, kind: LoginKind) -> None:
    """Whatever a login was before, it has the rights of its kind and no more; twice is as once."""
    door.grant("operator")
    door.run(f'GRANT ALL ON ALL TABLES IN SCHEMA public TO "{door.role}"')
    door.run(f'GRANT UPDATE (price_minor) ON products TO "{door.role}"')
    for _ in range(2):
        door.grant(kind)
        found = _rights(door)
        assert (found.kinds, found.beyond) == ((kind,), ())  # type: ignore[attr-defined] # a login


@pytest.mark.postgres
@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_of_a_role_is_quoted(
    database_server: DatabaseServer, postgres_template: str, role: str, name: str
) -> None:
    """A name is a name, whatever it is made of, in the SQL and in the line that made it."""
    with database_server.database(template=postgres_template) as url:
        door = Door(url, as_role(url, role), role)
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute(sql.SQL("ALTER ROLE {} RENAME TO {}").format(
                sql.Identifier(role), sql.Identifier(name)
            ))  # fmt: skip
            try:
                answer = carry_out(
                    "db", "grants", "--db", door.url, "till", "--", name, cwd=Path.cwd()
                )
                owner.execute(answer.stdout)
                line = answer.stdout.decode().splitlines()[2].removeprefix("--   shop ")
                again = carry_out(*shlex.split(line.rpartition(" | ")[0]), cwd=Path.cwd())
                assert again.stdout == answer.stdout
                with Shop.open(url) as shop:
                    assert shop.maintenance.granted() == [name]
            finally:
                owner.execute(sql.SQL("ALTER ROLE {} RENAME TO {}").format(
                    sql.Identifier(name), sql.Identifier(role)
                ))  # fmt: skip


@pytest.mark.parametrize("name", NO_NAMES)
def test_no_name_of_a_role_is_refused(name: object) -> None:
    """What Postgres would refuse, cut or take for something else gets no SQL."""
    with pytest.raises(InvalidInput) as caught:
        checked_login(name)
    assert caught.value.details["reason"] == "role"


@pytest.mark.postgres
def test_a_role_that_is_not_there_gets_nothing(door: Door) -> None:
    """The SQL is one transaction, which fails as a whole."""
    with Shop.open(door.url) as shop:
        text = shop.maintenance.grants("till", "nobody-of-this-name").sql
        with pytest.raises(errors.UndefinedObject):
            door.run(text)
        assert shop.maintenance.granted() == []


@pytest.mark.postgres
def test_who_cannot_be_limited_is_refused(door: Door, role: str) -> None:
    """Grants would say nothing about the owner of the tables, or who can become that."""
    with psycopg.connect(door.url) as owner:
        user = owner.info.user
    try:
        door.run(f'GRANT "{user}" TO "{role}"')
    except errors.InsufficientPrivilege:
        pytest.skip("the user of SHOP_TEST_POSTGRES_URL may not share its own rights")
    for name in (role, user):
        with Shop.open(door.url) as shop, pytest.raises(errors.RaiseException):
            door.run(shop.maintenance.grants("till", name).sql)
    assert _rights(door).kinds == ("owner",)  # type: ignore[attr-defined] # a login


@pytest.mark.postgres
def test_a_schema_of_another_name_is_granted(database_server: DatabaseServer, role: str) -> None:
    """The SQL names the shop's schema, whatever it is called and whoever runs it."""
    with database_server.database() as url:
        door = Door(url, as_role(url, role), role)
        door.run('CREATE SCHEMA "Odd, Shop"')
        searching = "&options=-csearch_path%3D%22Odd,%5C%20Shop%22"
        with Shop.create(url + searching, currency="KRW", timezone="UTC") as shop:
            door.run(shop.maintenance.grants("till", role).sql)
            shop.add_user("kim")
        with Shop.open(door.login_url + searching) as till:
            assert till.as_till().charge("kim", 5).balance == 5


def test_a_file_has_no_logins(tmp_path: Path) -> None:
    """Where the shop is a file, who may use it is a matter of its mode, which is said."""
    url = str(tmp_path / "shop.db")
    with Shop.create(url, currency="KRW", timezone="UTC") as shop:
        assert refusal("invalid_input", shop.maintenance.grants, "till", "kim").details[
            "reason"
        ] == "grants_of_file"  # fmt: skip
        assert (shop.maintenance.granted(), shop.maintenance.login()) == ([], None)
    answer = carry_out("db", "grants", "till", "kim", "--db", url, cwd=tmp_path)
    assert (answer.returncode, answer.stdout) == (2, b"")
    assert b"chmod" in answer.stderr


def test_a_kind_that_is_none_is_refused(tmp_path: Path) -> None:
    """The refusal names the kinds there are."""
    url = str(tmp_path / "shop.db")
    with Shop.create(url, currency="KRW", timezone="UTC") as shop:
        refused = refusal("invalid_input", shop.maintenance.grants, "king", "kim")
    assert refused.details["choices"] == list(LOGIN_KINDS)


@pytest.mark.postgres
def test_an_upgrade_names_the_logins_to_grant_again(
    role: str, database_server: DatabaseServer
) -> None:
    """Tables that are new have no rights yet, so `db upgrade` says whose are to be given again."""
    with database_server.database() as url:
        restore("0001", url)
        Door(url, url, role).run(f'GRANT SELECT ON shop TO "{role}"')

        answer = carry_out("db", "upgrade", "--db", url, cwd=Path.cwd())
        assert answer.returncode == 0
        assert role.encode() in answer.stderr
        again = carry_out("db", "upgrade", "--db", url, cwd=Path.cwd())
        assert role.encode() not in again.stderr


@pytest.mark.postgres
def test_rights_survive_a_restore(door: Door, world: World) -> None:
    """A restore over the shop changes rows and not who may change them."""
    door.grant("till")
    before = _rights(door)
    backup = str(world.folder / "backup.db")
    world.owner.maintenance.back_up(backup)
    world.owner.close()

    Shop.restore(door.url, backup, over=world.owner.id)
    assert _rights(door) == before


@pytest.mark.postgres
@pytest.mark.parametrize("kind", [None, *LOGIN_KINDS])
def test_doctor_tells_what_a_login_may_do(door: Door, world: World, kind: LoginKind | None) -> None:
    """Each login learns its kind; one whose rights are of no kind, and what to do."""
    assert world.order
    if kind is None:
        door.run(f'GRANT SELECT ON shop, shop_copy, alembic_version TO "{door.role}"')
    else:
        door.grant(kind)
        door.run(f'GRANT UPDATE (timezone) ON shop TO "{door.role}"')

    answer = carry_out("doctor", "--json", "--db", door.login_url, cwd=world.folder)
    found = {one["name"]: one for one in json.loads(answer.stdout)}

    assert found["login"]["ok"] is (kind is not None)
    assert (kind or "no till") in found["login"]["detail"]
    assert ("UPDATE shop.timezone" in found["login"]["detail"]) is (kind is not None)
    assert set(found) >= {"clock", "outbox", "relay", "schema", "barcodes"}


@pytest.mark.postgres
def test_a_till_says_that_the_event_waits_for_a_relay(door: Door, world: World) -> None:
    """Where no relay runs nobody would send it; where one runs it is told instead."""
    door.grant("till")
    line = ("order", "LATTE", "-u", "kim", "--db", door.login_url)
    platform = {"SHOP_PLATFORM_URL": world.platform_url}

    alone = carry_out(*line, cwd=world.folder, environment=platform)
    assert (alone.returncode, b"waits for a relay" in alone.stderr) == (0, True)

    world.owner.outbox.deliveries.beat("r1")
    told = carry_out(*line, cwd=world.folder, environment=platform)
    assert (told.returncode, b"waits for a relay" in told.stderr) == (0, False)


@pytest.mark.postgres
def test_a_member_is_not_told_of_logins(door: Door, world: World) -> None:
    """Which login the gate has, and what it lacks, is the operator's to know."""
    door.grant("reader")
    with Shop.open(door.login_url) as shop:
        refused = refusal("not_allowed", shop.as_member("kim").claim, "kim", world.coupon())

    told = members.fact(refused, str)
    assert door.role in str(refused)
    assert (door.role in told, "permission" in told) == (False, False)


@pytest.mark.postgres
def test_advice_makes_no_other_kind_of_a_login(door: Door, world: World) -> None:
    """Pasted it would take rights away; and whoever lacks them cannot print them either."""
    door.grant("operator")
    words = ("db", "copy", str(world.folder / "there.db"), "--then", "retire")
    answer = carry_out(*words, "--db", door.login_url, cwd=world.folder)

    assert answer.returncode == 1
    assert b"shop help roles" in answer.stderr
    assert b"shop db grants" not in answer.stderr


@pytest.mark.postgres
@pytest.mark.parametrize("words", [("copy",), ("restore",)])
def test_a_shop_that_comes_to_a_server_says_that_logins_have_no_rights_there(
    database_server: DatabaseServer, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Rights are no rows, so neither a copy nor a backup brings them along."""
    file = str(tmp_path / "shop.db")
    Shop.create(file, currency="KRW", timezone="UTC").close()
    with database_server.database() as url:
        given = (url, "--db", file) if words == ("copy",) else (file, "--db", url)
        answer = carry_out("db", *words, *given, cwd=tmp_path)

        assert answer.returncode == 0
        assert b"shop db grants till ROLE --db " in answer.stderr
