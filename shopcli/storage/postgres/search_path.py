"""Pins the schema in which a connection looks for tables: the shop's, and no other before it.

Whoever may make schemas in a database could else make one that is searched first (by default that
is one named like the login), and with tables of the shop's names in it set what the shop believes:
settings, balances. What the search path names is only looked through for the schema that holds the
shop. Temporary tables come last, where they are searched first unless told otherwise.

All that runs before the pin names its schema, and takes arguments that fit to the letter: among
functions and operators of one name Postgres takes the one that fits best, wherever it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.errors import NotAShop

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

NAME_IN_ADDRESS = "?options=-csearch_path%3DSCHEMA"

_PIN = """
SELECT pg_catalog.set_config('search_path', found.path, {locally}), found.path, found.holders,
       found.holder_count
FROM (SELECT pg_catalog.quote_ident(COALESCE(
                 pg_catalog.min(CAST(searched.name AS text)),
                 CAST(pg_catalog.current_schema() AS text))) || ', pg_temp' AS path,
             pg_catalog.string_agg(CAST(searched.name AS text), ', ') AS holders,
             pg_catalog.count(*) AS holder_count
      FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) AS searched(name)
      WHERE EXISTS (SELECT FROM pg_catalog.pg_class c
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = searched.name AND c.relname = 'shop' AND c.relkind = 'r'
                      AND c.relpersistence <> 't')) AS found
"""


def pin(*, locally: str) -> str:
    """The statement that pins it; `pinned` reads its answer.

    Where no schema holds a shop yet, that is the one in which tables are made.

    Args:
        locally: A condition in SQL, whether only for the transaction.
    """
    return _PIN.format(locally=locally)


def pinned(answer: PGresult, display: str) -> str:
    """The search path that was pinned, as SQL writes it.

    Raises:
        NotAShop: No schema can be searched, or several that are hold a shop.
    """
    _, path, holders, count = ((answer.get_value(0, n) or b"").decode() for n in range(4))
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
    if not path:
        raise NotAShop(
            "In {database} there is no schema that is searched and that the login may use.",
            details={"database": display, "example": NAME_IN_ADDRESS, "reason": "no_schema"},
        )
    return path
