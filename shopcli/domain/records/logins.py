"""Records of the logins of a database server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grants:
    """The SQL that leaves a login with the rights of its kind, to be run by the tables' owner."""

    kind: str
    """till, relay, operator or reader."""
    role: str
    schema: str
    owner: str
    sql: str


@dataclass(frozen=True)
class Login:
    """What the login that opened the shop may do in the database."""

    role: str
    kinds: tuple[str, ...]
    """`owner` alone, or those of till, relay, operator and reader whose rights it has."""
    beyond: tuple[str, ...]
    """Rights on the shop that none of these kinds needs, as in `UPDATE products.price_minor`."""
