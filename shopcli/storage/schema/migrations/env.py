"""What Alembic runs: the migrations, on the open transaction it is handed; never opens one."""

from __future__ import annotations

from alembic import context

from shopcli.storage.schema.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite rewrites a table to alter it.
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
