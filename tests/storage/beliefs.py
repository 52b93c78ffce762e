"""What a Postgres server may believe of a shop's tables, which decides its plans."""

from __future__ import annotations

BELIEFS = {
    "analysed": "ANALYZE",
    "unknown": "SELECT 1",
    # So they are after a VACUUM that found no row in a table which had some before.
    "believed to be empty": (
        "UPDATE pg_class SET relpages = 1, reltuples = 0"
        " WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace"
    ),
}
"""What makes the server believe something of the tables."""
