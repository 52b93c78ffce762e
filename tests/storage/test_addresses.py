"""Addresses: which are understood, as what, and that no password is shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.domain.addresses import display
from shopcli.domain.errors import InvalidInput
from shopcli.storage.addresses import PostgresAddress, SqliteAddress, parse_address
from shopcli.wording.advice import advice


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("shop.db", "{cwd}/shop.db"),
        ("/var/shop.db", "/var/shop.db"),
        ("~/shop.db", "{home}/shop.db"),
        ("sqlite:///data/shop.db", "{cwd}/data/shop.db"),
        ("sqlite:////var/shop.db", "/var/shop.db"),
        ("sqlite:///~/shop.db", "{home}/shop.db"),
        ("한글 100%.db", "{cwd}/한글 100%.db"),
        ("what?.db", "{cwd}/what?.db"),
    ],
)
def test_a_path_is_an_sqlite_file(text: str, path: str, isolated_environment: Path) -> None:
    """Paths and sqlite addresses name a file, absolute, with the home folder filled in."""
    wanted = path.format(cwd=os.getcwd(), home=isolated_environment)  # noqa: PTH109 - as text

    assert parse_address(text) == SqliteAddress(wanted)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "a\0b",
        ":memory:",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///shop.db?mode=ro",
        "sqlite:shop.db",
        "file:shop.db",
        "folder/",
        "mysql://u:secret@host/db",
        "oracle+cx://h/db",
        "postgresql://h/db?prepare_threshold=often",
    ],
)
def test_other_addresses_are_refused(text: str) -> None:
    """Databases we do not know, and addresses without a file, are invalid input."""
    with pytest.raises(InvalidInput) as caught:
        parse_address(text)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "conninfo"),
    [
        ("postgresql://host/db", "postgresql://host/db"),
        ("postgres://host/db", "postgresql://host/db"),
        ("postgresql+psycopg://host/db", "postgresql://host/db"),
        ("postgresql:///db?host=/run/pg", "postgresql:///db?host=/run/pg"),
        ("postgresql://a:1,b:2/db?target_session_attrs=any", None),
    ],
)
def test_postgres_addresses_go_to_libpq_as_they_are(text: str, conninfo: str | None) -> None:
    """Every form libpq takes is passed on."""
    address = parse_address(text)

    assert isinstance(address, PostgresAddress)
    assert address.conninfo == (conninfo or text)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://kim:hush@host/db",
        "postgresql://kim:hush@host:5432/db?sslmode=require",
        "postgresql://host/db?password=hush",
        "postgresql://host/db?user=kim&PASSWORD=hush",
        "postgresql://host/db?pass%77ord=hush&host=/run/pg",
        "postgresql://host/db?sslpassword=hush",
        "postgresql://kim:hush?@host/db",
        "postgresql://kim:hu#hush@host/db",
        "postgresql+psycopg://kim:hush@/db?host=/run/pg",
    ],
)
def test_no_password_is_shown(text: str) -> None:
    """Neither display nor representation of an address holds its password."""
    address = parse_address(text)

    assert "hush" not in address.display
    assert "hush" not in repr(address)
    assert "hush" in address.conninfo  # type: ignore[union-attr] # each is a Postgres address


NO_ADDRESSES = [
    '"postgresql://kim:hush@host/db"',
    "'postgresql://kim:hush@host/db'",
    "“postgresql://kim:hush@host/db”",
    '"shop.db"',
    " postgresql://kim:hush@host/db",
    "postgresql://kim:hush@host/db ",
    "postgresql://kim:hush@host/db\n",
    "shop.db\n",
    " shop.db",
    "postgresql:/kim:hush@host/db",
    "postgresql:kim:hush@host/db",
    "postgresql//kim:hush@host/db",
    "postgres:hush@host/db",
    "POSTGRESQL://kim:hush@host/db",
    "postgresql+asyncpg://kim:hush@host/db",
    "postgis://kim:hush@host/db",
    "mysql://kim:hush@host/db",
    "jdbc:postgresql://host/db?user=kim&password=hush",
    "DATABASE_URL=postgresql://kim:hush@host/db",
    "host=localhost dbname=shop user=kim password=hush",
    "Host=localhost;Username=kim;Password=hush",
    "dbname=hush",
    "${HUSH_URL}",
    "$HUSH_URL",
    "%HUSH_URL%",
    "<hush>",
    "postgresql://kim:${HUSH}@host/db",
    "sqlite:///${HUSH}/shop.db",
    "sqlite:/hush.db",
    "sqlite://hush.db",
    "SQLITE:///hush.db",
    "kim:hush@host/db",
    "//kim:hush@host/db",
    "postgresql://kim:hush/hush@host/db",
    "postgresql://kim:hush/a?hush@host/db",
    "postgresql://kim:hu@hush@host/db",
    "postgresql://kim:1234/hush@host/db",
]


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_nearly_an_address_is_refused(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is made for it, and no part that may be a secret is repeated."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInput) as caught:
        Shop.create(text)
    with pytest.raises(InvalidInput):
        Shop.open(text)

    told = f"{caught.value} {advice(caught.value)} {caught.value.details} {display(text)}"
    assert "hush" not in told.lower()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://kim:hush#?@host:5432/db", "postgresql://kim:***@host:5432/db"),
        (
            "postgresql://a:1,[::1]:2/db?hush=1&host=h",
            "postgresql://a:1,[::1]:2/db?hush=***&host=h",
        ),
        ("https://kim:hush@host/in?token=hush#hush", "https://kim:***@host/in?token=***"),
        ("https://kim:hush/x@host/in", "https://***"),
        ("https://host:8080/in", "https://host:8080/in"),
        ("/var/lib/postgresql/kim's shop/a=b@c.db", None),
        ("/mnt/c$/100%/shop.db", None),
        ("C:\\Users\\kim@home\\shop.db", None),
    ],
)
def test_what_is_shown_of_an_address(text: str, shown: str | None) -> None:
    """A path as it is; of an address what is no secret; only the scheme when unsure."""
    assert display(text) == (text if shown is None else shown)


def test_an_at_sign_in_an_option_hides_nothing() -> None:
    """An '@' after the '?' belongs to an option, not to credentials."""
    address = parse_address("postgresql://localhost:5432/db?user=kim@example")

    assert address.display == "postgresql://localhost:5432/db?user=kim@example"


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        ("postgresql://h/db", 1),
        ("postgresql://h/db?prepare_threshold=none&host=h2", None),
        ("postgresql://h/db?prepare_threshold=0", 0),
    ],
)
def test_prepared_statements_can_be_switched_off(text: str, threshold: int | None) -> None:
    """The option for poolers is ours: libpq never sees it."""
    address = parse_address(text)

    assert isinstance(address, PostgresAddress)
    assert address.prepare_threshold == threshold
    given = "prepare_threshold" in text
    assert address.prepare_threshold_pooled == (threshold if given else None)
    assert "prepare" not in address.conninfo


@pytest.mark.postgres
@pytest.mark.parametrize("port", ["notaport", "0", "70000", "5432,x"])
def test_a_port_that_is_none_is_a_bad_address(port: str) -> None:
    """A port that libpq cannot use is a mistake in the address, not a server that is away."""
    with pytest.raises(InvalidInput):
        Shop.open(f"postgresql://kim@localhost:5432/shop?port={port}")
