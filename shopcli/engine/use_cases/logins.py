"""What logins of a database server may do: the SQL that grants it, who has it, and one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput
from shopcli.domain.records import Grants, Login
from shopcli.domain.rights import checked_login, checked_login_kind
from shopcli.engine.runtime import retried

if TYPE_CHECKING:
    from shopcli.domain.rights import LoginKind
    from shopcli.engine.runtime import Runtime

OWNER = "owner"


@retried
def grants(runtime: Runtime, kind: LoginKind, role: str) -> Grants:
    """Return the SQL that leaves a login with the least rights of its kind; nothing is executed.

    Args:
        runtime: What every use case is given.
        kind: till, relay, operator or reader.
        role: Name of the login, or of a role that several logins share; it need not exist yet.

    Raises:
        InvalidInput: There is no such kind, it is no name of a role, or the shop is in a file.
    """
    checked_login_kind(kind)
    checked_login(role)
    if not runtime.database.is_remote:
        raise InvalidInput(
            "{database} is a file, and a file has no logins: its mode says who may use it.",
            details={"database": runtime.database.display, "reason": "grants_of_file"},
        )
    from shopcli.storage.postgres import grants as rights  # loads SQLAlchemy

    with runtime.reading() as session:
        where = rights.place(session)
    sql = "".join(f"{one};\n" for one in rights.statements(kind, role, where))
    return Grants(kind, role, where.schema, where.owner, f"BEGIN;\n{sql}COMMIT;\n")


@retried
def granted(runtime: Runtime) -> list[str]:
    """List the roles that were granted rights on the shop; none where it is in a file."""
    if not runtime.database.is_remote:
        return []
    from shopcli.storage.postgres import grants as rights  # as above

    with runtime.reading() as session:
        return rights.granted_logins(session)


@retried
def login(runtime: Runtime) -> Login | None:
    """Return what the login that opened the shop may do; None where the shop is in a file."""
    if not runtime.database.is_remote:
        return None
    from shopcli.storage.postgres import grants as rights  # as above

    with runtime.reading() as session:
        found = rights.login(session)
    if found.is_owner:
        return Login(found.name, (OWNER,), ())
    kinds = rights.fitting(found.rights)
    return Login(found.name, tuple(kinds), tuple(rights.beyond(found.rights, kinds)))
