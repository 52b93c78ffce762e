"""The triggers that guard history, as one list for both databases; must be complete.

They are created again after every migration, because Alembic's batch mode drops the triggers of a
table it rewrites. A trigger's message is its own name, which identifies it as a constraint's does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli.storage.schema.tables import APPEND_ONLY, NEVER_DELETED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.storage.session import Dialect

_OUTBOX_FROZEN = ("event_id", "order_id", "sequence", "type", "body_sha256", "created_at")

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION shop_refuse() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
    MESSAGE = TG_NAME, CONSTRAINT = TG_NAME;
END $$
"""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A change that the database refuses.

    `event` is UPDATE, DELETE or TRUNCATE, or UPDATE OF columns; `condition` compares OLD and NEW.
    """

    name: str
    table: str
    event: str
    condition: str = ""
    moment: str = "BEFORE"

    def statement(self, dialect: Dialect) -> str:
        """The statement that creates it."""
        when = f" WHEN ({self.condition})" if self.condition else ""
        head = f"CREATE TRIGGER {self.name} {self.moment} {self.event} ON {self.table}"
        if dialect == "sqlite":
            return f"{head} FOR EACH ROW{when} BEGIN SELECT RAISE(ABORT, '{self.name}'); END"
        level = "STATEMENT" if self.event == "TRUNCATE" else "ROW"
        return f"{head} FOR EACH {level}{when} EXECUTE FUNCTION shop_refuse()"


def triggers(dialect: Dialect) -> Iterator[Trigger]:
    """Every trigger of the shop."""
    for table in APPEND_ONLY:
        yield Trigger(f"tr_{table.name}_no_update", table.name, "UPDATE")
    for table in (*APPEND_ONLY, *NEVER_DELETED):
        yield Trigger(f"tr_{table.name}_no_delete", table.name, "DELETE")
        if dialect == "postgres":
            yield Trigger(f"tr_{table.name}_no_truncate", table.name, "TRUNCATE")
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    length = "length(NEW.body)"
    changed = [f"NEW.{column} {differs} OLD.{column}" for column in _OUTBOX_FROZEN]
    rewritten = f"NEW.body {differs} OLD.body AND NOT (NEW.state = 'delivered' AND {length} = 0)"
    yield Trigger(
        "tr_outbox_frozen",
        "outbox",
        f"UPDATE OF {', '.join((*_OUTBOX_FROZEN, 'body'))}",
        " OR ".join((*changed, f"({rewritten})")),
        # With a BEFORE trigger Postgres locks each row of every update, whatever its columns:
        # a tenth of the cost of a delivery.
        moment="AFTER",
    )


def functions(dialect: Dialect) -> Iterator[str]:
    """The statements that create or replace the functions that triggers call."""
    if dialect == "postgres":
        yield _POSTGRES_FUNCTION


def statements(dialect: Dialect) -> Iterator[str]:
    """The statements that create every trigger, replacing those that exist."""
    yield from functions(dialect)
    for trigger in triggers(dialect):
        on_table = f" ON {trigger.table}" if dialect == "postgres" else ""
        yield f"DROP TRIGGER IF EXISTS {trigger.name}{on_table}"
        yield trigger.statement(dialect)
