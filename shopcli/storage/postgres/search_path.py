"""Pins the search path of a connection to the shop's schema, so that no other comes before it.

Otherwise a login that may create schemas could create one that is searched first (by default one
named like the login) with tables of the shop's names, and so forge settings and balances. The
configured search path is used only to find the schema that holds the shop. Temporary tables, which
Postgres searches first by default, come last.

Everything that runs before the pin is qualified with its schema, and its arguments have exactly
the declared types: Postgres takes the best match among functions and operators of all schemas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.errors import NotAShop
from shopcli.storage.postgres.failures import denied

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

NAME_IN_ADDRESS = "?options=-csearch_path%3DSCHEMA"

_PIN = """
SELECT pg_catalog.set_config('search_path', found.path, {locally}), found.path, found.holders,
       found.holder_count, hidden.holders
FROM (SELECT pg_catalog.quote_ident(COALESCE(
                 pg_catalog.min(CAST(searched.name AS text)),
                 CAST(pg_catalog.current_schema() AS text))) || ', pg_temp' AS path,
             pg_catalog.string_agg(CAST(searched.name AS text), ', ') AS holders,
             pg_catalog.count(*) AS holder_count
      FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) AS searched(name)
      WHERE EXISTS (SELECT FROM pg_catalog.pg_class c
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = searched.name AND c.relname = 'shop' AND c.relkind = 'r'
                      AND c.relpersistence <> 't')) AS found,
     (SELECT pg_catalog.string_agg(CAST(n.nspname AS text), ', ') AS holders
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relname = 'shop' AND c.relkind = 'r'
        AND NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')) AS hidden
"""


def pin(*, locally: str) -> str:
    """The statement that pins the search path; `pinned` reads its result.

    Where no schema holds a shop yet, it pins the schema in which tables are created.

    Args:
        locally: An SQL condition: whether to pin it for the transaction only.
    """
    return _PIN.format(locally=locally)


def pinned(answer: PGresult, display: str, login: str) -> str:
    """The search path that was pinned, as SQL writes it.

    Raises:
        NotAShop: The search path has no schema, or several of its schemas hold a shop.
        NotAllowed: The login may use no schema that is searched, nor the one that holds a shop.
    """
    _, path, holders, count, hidden = ((answer.get_value(0, n) or b"").decode() for n in range(5))
    if int(count) > 1:
        raise NotAShop(
            "In {database} several schemas that are searched hold a shop: {schemas}.",
            details={
                "schemas": holders,
                "database": display,
                "example": NAME_IN_ADDRESS,
                "reason": "several_schemas",
            },
        )
    if not path and hidden:
        raise denied(f"permission denied for schema {hidden}", login)
    if not path:
        raise NotAShop(
            "In {database} there is no schema that is searched and that the login may use.",
            details={"database": display, "example": NAME_IN_ADDRESS, "reason": "no_schema"},
        )
    return path
