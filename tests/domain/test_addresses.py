"""Addresses: how the way to a server is protected, and what is shown of them, however long."""

from __future__ import annotations

import time

import pytest

from shopcli.domain.addresses import (
    HIDDEN,
    display,
    fault_of_path,
    postgres_fault,
    remote_sslmode,
    without_passwords,
)

HERE = [
    "/home/kim/shop.db",
    "sqlite:///shop.db",
    "postgresql:///snacks",
    "postgresql://kim@/snacks?host=/run/postgresql",
    "postgresql://kim@%2Frun%2Fpostgresql/snacks",
    "postgresql://kim:secret@localhost:5433/snacks",
    "postgresql://127.0.0.1,127.1.2.3:5433/snacks",
    "postgresql://[::1]:5432/snacks",
    "postgresql://db.example/snacks?hostaddr=127.0.0.1",
    "postgresql://db.example/snacks?host=%2Fvar%2Frun",
    "postgresql:///snacks?service=of-a-file-that-is-not-read-here",
    "postgresql://no/address/of/ours",
]
ELSEWHERE = [
    ("postgresql://db.example/snacks", ""),
    ("postgres://kim:secret@db.example:5433/snacks?connect_timeout=3", ""),
    ("postgresql+psycopg://10.0.0.7/snacks?sslmode=", ""),
    ("postgresql://localhost,db.example/snacks", ""),
    ("postgresql:///snacks?host=db.example", ""),
    ("postgresql://localhost/snacks?hostaddr=10.0.0.7", ""),
    ("postgresql://[2001:db8::1]:5432/snacks", ""),
    ("postgresql://127.example/snacks", ""),
    ("postgresql://db.example/snacks?sslmode=require", "require"),
    ("postgresql://db.example/snacks?sslmode=verify%2Dfull", "verify-full"),
    ("postgresql://db.example/snacks?sslmode=disable", "disable"),
]


@pytest.mark.parametrize("address", HERE)
def test_what_stays_on_this_machine_needs_no_protection(address: str) -> None:
    """Files, sockets and loopback addresses lead nowhere else."""
    assert remote_sslmode(address, {}) is None


@pytest.mark.parametrize(("address", "mode"), ELSEWHERE)
def test_another_host_needs_a_mode(address: str, mode: str) -> None:
    """If any host is another, what the address says of protection is told."""
    assert remote_sslmode(address, {}) == mode


@pytest.mark.parametrize(
    ("address", "environment", "mode"),
    [
        ("postgresql:///snacks", {"PGHOST": "db.example"}, ""),
        ("postgresql:///snacks", {"PGHOSTADDR": "10.0.0.7", "PGSSLMODE": "require"}, "require"),
        ("postgresql://localhost/snacks", {"PGHOST": "db.example"}, None),
        ("postgresql://db.example/snacks", {"PGSSLMODE": "verify-full"}, "verify-full"),
        ("postgresql://db.example/snacks?sslmode=allow", {"PGSSLMODE": "require"}, "allow"),
    ],
)
def test_variables_fill_in_what_the_address_leaves_out(
    address: str, environment: dict[str, str], mode: str | None
) -> None:
    """Libpq's own variables count where the address says nothing."""
    assert remote_sslmode(address, environment) == mode


@pytest.mark.parametrize("piece", ["A", "A:", "kim:x@", ":/a:", "://kim:x@ ", "='", ":***@a"])
def test_a_text_of_any_length_is_searched_for_passwords_in_no_time(piece: str) -> None:
    """A hundred thousand characters take a moment; each begun anew, they took minutes."""
    text = (piece * 100_000)[:100_000]

    begun = time.process_time()
    for behind in ("", "@db.example", " @"):
        without_passwords(text + behind)
    assert time.process_time() - begun < 10.0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("kim:secret@db.example", "kim:***@db.example"),
        ("'kim:secret@[::1]'", "'kim:***@[::1]'"),
        ("say kim:a:b@db.example", "say kim:***@db.example"),
        ("a::secret@db.example", "a:***@db.example"),
        ("kim:***@db.example", "kim:***@db.example"),
        ("kim:secret@", "kim:secret@"),
        ("x://kim:a@b@db y\nz://lee:c@db", "x://kim:***@db y\nz://lee:***@db"),
        ("x://kim:@db", "x://kim:@db"),
    ],
)
def test_passwords_are_found_with_and_without_a_scheme(text: str, shown: str) -> None:
    """All up to the last `@` of a line is taken for the password of an address in it."""
    assert without_passwords(text) == shown


def test_an_address_of_other_bytes_is_none() -> None:
    """Bytes that are no UTF-8 can be kept in no configuration and no shop."""
    assert fault_of_path("/srv/\udcff.db") is not None
    assert postgres_fault("db.example/\udcff") is not None


def test_an_address_that_is_longer_than_any_path_is_none() -> None:
    """Whatever it is, it is refused for its length and not repeated."""
    long = "A" * 5_000

    assert fault_of_path(long) is not None
    assert postgres_fault(f"db.example/{long}") is not None
    assert display(f"postgresql://db.example/{long}") == HIDDEN
