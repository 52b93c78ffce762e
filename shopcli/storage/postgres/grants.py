"""What each kind of login needs on Postgres, and the SQL that grants it: the least that works.

Rows of ledgers are only inserted, and of the rows that change only the columns are named that the
kind changes. Nobody but the owner of the tables makes, alters or empties one. Foreign keys and
triggers need no right of whoever writes, but the trigger of a retired shop reads `shop_copy`.

Tests do each kind's work under a login of that kind, and take each right away once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.rights import LOGIN_KINDS
from shopcli.storage.schema.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shopcli.domain.rights import LoginKind
    from shopcli.storage.session import Session

_ALEMBIC = "alembic_version"
TABLES = (*sorted(metadata.tables), _ALEMBIC)
"""The tables that rights are about."""

ORDER_PROCEDURE = "shop_place_order"

_WIDTH = 78


class Right(NamedTuple):
    """A privilege on a table, on a column of it, or on a function."""

    privilege: str
    on: str
    column: str = ""

    def __str__(self) -> str:
        """As people write it: `UPDATE products.stock`."""
        return f"{self.privilege} {self.on}{'.' if self.column else ''}{self.column}"


def _on(privilege: str, names: str) -> frozenset[Right]:
    return frozenset(Right(privilege, name) for name in names.split())


def _update(table: str, columns: str) -> frozenset[Right]:
    return frozenset(Right("UPDATE", table, column) for column in columns.split())


_OPENING = _on("SELECT", "shop shop_copy alembic_version")
"""What everybody reads who opens a shop, or is refused by a retired one."""

_TILL = _OPENING.union(
    _on(
        "SELECT",
        "shop_settings users balances balance_entries products product_codes"
        " reversed_entries coupons user_coupons orders order_lines cancellations refunds"
        " refund_lines transfers sales_hours sales_days relays",
    ),
    _on(
        "INSERT",
        "orders order_lines balance_entries transfers user_coupons stock_movements cancellations"
        " outbox sales_hours sales_days",
    ),
    _update("balances", "balance_minor entry_count"),
    _update("products", "stock movement_count"),
    _update("coupons", "claim_count"),
    _update("user_coupons", "order_id redeemed_at"),
    _update(
        "sales_hours",
        "units revenue_minor order_count sold_units gross_minor discount_minor refunded_minor",
    ),
    _update("sales_days", "units revenue_minor"),
    _on("EXECUTE", ORDER_PROCEDURE),
)

_RELAY = _OPENING.union(
    _on(
        "SELECT",
        "shop_settings outbox outbox_totals delivery_attempts platform_endpoint relays"
        " admin_changes",
    ),
    _on("INSERT", "outbox_totals delivery_attempts platform_endpoint relays"),
    _update(
        "outbox",
        "state attempt_count failure_count next_attempt_at settled_at last_error lease_owner"
        " leased_at leased_until_at",
    ),
    _update("outbox_totals", "delivered_count"),
    _update("platform_endpoint", "breaker failure_count next_try_at changed_at last_error"),
    _update("relays", "heartbeat_at"),
    _on("DELETE", "relays"),
)

_READER = _on("SELECT", " ".join(TABLES))

_OPERATOR = _READER.union(
    _TILL,
    _RELAY,
    _on(
        "INSERT",
        "users balances products product_codes coupons shop_settings admin_changes reversals"
        " reversed_entries cash_moves reversed_cash_moves closes close_marks refunds refund_lines",
    ),
    _update("users", "name"),
    _update("balances", "state"),
    _update("products", "name price_minor on_sale category barcode low_stock search_text"),
    _update("product_codes", "place"),
    _update("coupons", "claim_limit closes_at disabled"),
    # Who numbers cash moves locks this row, and the right to lock is that to update some column:
    # this one can have no other value.
    _update("shop", "singleton"),
    _update("shop_settings", "value"),
    _update("shop_copy", "held_reason held_at"),
    _update("outbox", "body due_again_at"),
    _on("DELETE", "product_codes shop_settings"),
)

RIGHTS: Mapping[LoginKind, frozenset[Right]] = {
    "till": _TILL,
    "relay": _RELAY,
    "operator": _OPERATOR,
    "reader": _READER,
}
"""The rights of each kind."""


class Place(NamedTuple):
    """Where the tables of a shop are."""

    database: str
    schema: str
    """As SQL writes it, quoted where it has to be."""
    owner: str
    functions: tuple[str, ...]
    """The shop's functions, as SQL names them, without a schema."""


_PLACE = """
SELECT current_database(), pg_catalog.quote_ident(current_schema()),
       pg_catalog.pg_get_userbyid(c.relowner)
FROM pg_catalog.pg_class c WHERE c.oid = CAST('shop' AS regclass)
"""
_FUNCTIONS = """
SELECT p.proname || CASE WHEN count(*) OVER (PARTITION BY p.proname) = 1 THEN ''
       ELSE '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' END
FROM pg_catalog.pg_proc p
WHERE p.pronamespace = pg_catalog.quote_ident(current_schema())::regnamespace
  AND p.proname LIKE 'shop\\_%'
ORDER BY 1
"""


def place(session: Session) -> Place:
    """Where the tables of the open shop are."""
    row = session.row(_PLACE)
    assert row is not None, "the shop is open"  # noqa: S101  # for the type checker
    database, schema, owner = map(str, row)
    functions = tuple(str(name) for (name,) in session.rows(_FUNCTIONS))
    return Place(database, schema, owner, functions)


def statements(kind: LoginKind, role: str, where: Place) -> Iterator[str]:
    """The statements that leave a role with the rights of a kind, and no others of the shop.

    They belong into one transaction, so that nobody who works is refused in between.

    Args:
        kind: The kind of login.
        role: Its name; any text that Postgres takes for a name.
        where: Where the shop is.
    """
    name, schema = quoted(role), where.schema
    tables = _listed(f"{schema}.{table}" for table in TABLES)
    functions = _listed(f"{schema}.{function}" for function in where.functions)
    yield "SET LOCAL search_path = pg_catalog, pg_temp"
    yield _refusal(role, where)
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC"
    yield f"REVOKE ALL ON TABLE {tables} FROM PUBLIC"
    yield f"REVOKE ALL ON FUNCTION {functions} FROM PUBLIC"
    yield f"REVOKE ALL ON SCHEMA {schema} FROM {name}"
    yield f"REVOKE ALL ON TABLE {tables} FROM {name}"
    yield f"REVOKE ALL ON FUNCTION {functions} FROM {name}"
    yield f"GRANT CONNECT ON DATABASE {quoted(where.database)} TO {name}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {name}"
    for granted, on in _grouped(RIGHTS[kind], where):
        yield f"GRANT {granted} ON {on} TO {name}"


def _grouped(rights: Iterable[Right], where: Place) -> Iterator[tuple[str, str]]:
    """Privileges, and what they are on: few statements of many tables."""
    ordered = sorted(rights)
    for privilege in ("SELECT", "INSERT", "DELETE"):
        tables = [f"{where.schema}.{right.on}" for right in ordered if right.privilege == privilege]
        if tables:
            yield privilege, f"TABLE {_listed(tables)}"
    columns: dict[str, list[str]] = {}
    for right in ordered:
        if right.column:
            columns.setdefault(right.on, []).append(right.column)
        elif right.privilege == "EXECUTE":
            for function in where.functions:
                if function.partition("(")[0] == right.on:
                    yield "EXECUTE", f"FUNCTION {where.schema}.{function}"
    for table, names in columns.items():
        yield f"UPDATE ({_listed(names)})", f"TABLE {where.schema}.{table}"


def _listed(names: Iterable[str]) -> str:
    """Names in lines of a width that can be read."""
    lines = [""]
    for name in names:
        if lines[-1] and len(lines[-1]) + len(name) > _WIDTH:
            lines.append("")
        lines[-1] += f"{name}, "
    return "\n    ".join(lines).removesuffix(", ").replace(", \n", ",\n")


def _refusal(role: str, where: Place) -> str:
    """What stops the statements for a role that no grant can limit."""
    told = "% owns the tables, or can become who does: no grant limits it"
    body = (
        f"BEGIN IF pg_has_role({literal(role)}, {literal(where.owner)}, 'MEMBER')\n"
        f"THEN RAISE EXCEPTION {literal(told)},\n    {literal(role)}; END IF; END"
    )
    return f"DO {literal(body)}"


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    r"""A text as SQL writes it, whether the server takes `\` for an escape or not."""
    doubled = text.replace("'", "''")
    return "E'" + doubled.replace("\\", "\\\\") + "'" if "\\" in text else f"'{doubled}'"


_LOGINS = """
SELECT DISTINCT CAST(r.rolname AS text) FROM pg_catalog.pg_class c
CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) AS granted
JOIN pg_catalog.pg_roles r ON r.oid = granted.grantee
WHERE c.relnamespace = pg_catalog.quote_ident(current_schema())::regnamespace
  AND c.relname = 'shop' AND granted.grantee <> c.relowner
ORDER BY 1
"""
_OWN = """
SELECT CAST(current_user AS text),
       pg_catalog.pg_has_role(current_user, c.relowner, 'MEMBER')
FROM pg_catalog.pg_class c WHERE c.oid = CAST('shop' AS regclass)
"""
_CHECKS = {
    "table": "pg_catalog.has_table_privilege(place.name, place.privilege)",
    "column": "pg_catalog.has_column_privilege(place.name, place.part, place.privilege)",
}
_HELD = {
    what: f"""
SELECT place.privilege, place.name, place.part
FROM unnest(CAST(:privileges AS text[]), CAST(:names AS text[]), CAST(:parts AS text[]))
     AS place(privilege, name, part)
WHERE {check}
"""
    for what, check in _CHECKS.items()
}
_EXECUTED = """
SELECT CAST(p.proname AS text) FROM pg_catalog.pg_proc p
WHERE p.pronamespace = pg_catalog.quote_ident(current_schema())::regnamespace
  AND p.proname = :name AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
"""
_MAKES = """
SELECT 1 WHERE pg_catalog.has_schema_privilege(CAST(current_schema() AS text), 'CREATE')
"""


class Login(NamedTuple):
    """What the login of a session may do."""

    name: str
    is_owner: bool
    """Whether it owns the tables, or can become who does: then nothing limits it."""
    rights: frozenset[Right]


def login(session: Session) -> Login:
    """What the login of a session may do with the shop's tables."""
    row = session.row(_OWN)
    assert row is not None, "the shop is open"  # noqa: S101  # for the type checker
    of_tables = [
        Right(privilege, table)
        for table in TABLES
        for privilege in ("SELECT", "INSERT", "DELETE", "TRUNCATE", "TRIGGER")
    ]
    of_columns = [
        Right("UPDATE", table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
    ]
    held = {*_held(session, "table", of_tables), *_held(session, "column", of_columns)}
    if session.row(_EXECUTED, {"name": ORDER_PROCEDURE}) is not None:
        held.add(Right("EXECUTE", ORDER_PROCEDURE))
    if session.row(_MAKES) is not None:
        held.add(Right("CREATE", "tables"))
    return Login(str(row[0]), bool(row[1]), frozenset(held))


def _held(session: Session, what: str, rights: list[Right]) -> Iterator[Right]:
    privileges, names, parts = map(list, zip(*rights, strict=True))
    given = {"privileges": privileges, "names": names, "parts": parts}
    return map(Right._make, session.rows(_HELD[what], given))


def fitting(rights: frozenset[Right]) -> list[LoginKind]:
    """The kinds whose rights are all there; none whose rights are among those of another."""
    all_there = [kind for kind in LOGIN_KINDS if RIGHTS[kind] <= rights]
    return [
        kind for kind in all_there if not any(RIGHTS[kind] < RIGHTS[other] for other in all_there)
    ]


def beyond(rights: frozenset[Right], kinds: Iterable[LoginKind]) -> list[str]:
    """The rights that none of some kinds has, as people write them."""
    needed = frozenset[Right]().union(*(RIGHTS[kind] for kind in kinds))
    return sorted(map(str, rights - needed))


def granted_logins(session: Session) -> list[str]:
    """The roles that were granted something on the shop, without the owner."""
    return [str(name) for (name,) in session.rows(_LOGINS)]
