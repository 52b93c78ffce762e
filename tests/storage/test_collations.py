"""Texts sort and compare by their code points, whatever the database would do by itself."""

from __future__ import annotations

from tests.raw_rows import raw_database

SORTED_OTHERWISE = {
    # Without a word on it a text sorts by its bytes here, which is by its code points.
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql LIKE '%COLLATE%'",
    # Without a word on it a text sorts here as whoever made the database chose.
    "postgres": """
SELECT c.relname, a.attname, l.collname
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i') AND l.collname <> 'C'
  AND c.relname NOT LIKE 'alembic_version%'
""",
}


def test_no_text_sorts_as_the_database_happens_to(shop_url: str, dialect: str) -> None:
    """Every column and every index compares texts by their code points."""
    with raw_database(shop_url) as raw:
        assert raw.run(SORTED_OTHERWISE[dialect]) == []
