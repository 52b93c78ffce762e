"""Statements about shop settings and the record of operator changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.storage.inserts import ADMIN_CHANGES

if TYPE_CHECKING:
    from shopcli.storage.session import Parameters, Row, Session

_ALL = "SELECT name, value FROM shop_settings ORDER BY name"
_SET = """
INSERT INTO shop_settings (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
_UNSET = "DELETE FROM shop_settings WHERE name = :name"
_INSERT_CHANGE = ADMIN_CHANGES.single(at=":recorded_at")
_CHANGES = """
SELECT change_id, at, subject_kind, subject, action, before, after, actor, host, channel, reason
FROM admin_changes WHERE subject_kind = :subject_kind AND subject = :subject ORDER BY change_id
"""


def all_settings(session: Session) -> list[Row]:
    """(name, value) of every setting that was set."""
    return session.rows(_ALL)


def set_value(session: Session, name: str, value: str | None) -> None:
    """Set a setting, or return it to its default with None."""
    if value is None:
        session.change(_UNSET, {"name": name})
    else:
        session.change(_SET, {"name": name, "value": value})


def insert_change(session: Session, values: Parameters) -> None:
    """Add the record of an operator's change."""
    session.change(_INSERT_CHANGE, values)


def changes(session: Session, subject_kind: str, subject: str) -> list[Row]:
    """The recorded changes of one thing, oldest first."""
    return session.rows(_CHANGES, {"subject_kind": subject_kind, "subject": subject})
