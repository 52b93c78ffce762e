"""How the way to a Postgres server is protected, told of its address alone."""

from __future__ import annotations

import pytest

from shopcli.domain.addresses import remote_sslmode

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
