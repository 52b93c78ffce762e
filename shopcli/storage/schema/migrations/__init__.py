"""Schema versions of the shop, run by Alembic; a version once released is never edited."""
