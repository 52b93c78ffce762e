"""Statements about shop settings and the record of operator changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.ledger.accounts import MoneyTerms
from shopcli.storage.inserts import ADMIN_CHANGES

if TYPE_CHECKING:
    from shopcli.storage.session import Parameters, Reader, Session

_ALL = "SELECT name, value FROM shop_settings ORDER BY name"
_TERMS = "SELECT name, value FROM shop_settings WHERE name IN ('methods', 'charge_max')"
_SET = """
INSERT INTO shop_settings (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
_UNSET = "DELETE FROM shop_settings WHERE name = :name"
_INSERT_CHANGE = ADMIN_CHANGES.single(at=":recorded_at")


class ChangeRow(NamedTuple):
    """One recorded change by an operator."""

    change_id: str
    at: int
    subject_kind: str
    subject: str
    action: str
    before: str | None
    after: str | None
    actor: str
    host: str
    channel: str
    reason: str | None


_CHANGES = """
SELECT change_id, at, subject_kind, subject, action, before, after, actor, host, channel, reason
FROM admin_changes WHERE at >= :since_at AND at < :until_at{condition}
ORDER BY at DESC, change_id DESC LIMIT :row_limit
"""


def all_settings(session: Session) -> dict[str, str]:
    """The values of the settings that are not at their default, by name."""
    return {name: value for name, value in session.rows(_ALL)}  # noqa: C416  # rows, not pairs


def money_terms(session: Reader) -> MoneyTerms:
    """The shop's terms of money that comes in and goes out."""
    return MoneyTerms(**{str(name): str(value) for name, value in session.rows(_TERMS)})


def set_value(session: Session, name: str, value: str | None) -> None:
    """Set a setting; None returns it to its default."""
    if value is None:
        session.change(_UNSET, {"name": name})
    else:
        session.change(_SET, {"name": name, "value": value})


def insert_change(session: Session, values: Parameters) -> None:
    """Record an operator's change."""
    session.change(_INSERT_CHANGE, values)


def changes(
    session: Session,
    subject_kind: str | None,
    subject: str | None,
    since_at: int,
    until_at: int,
    row_limit: int,
) -> list[ChangeRow]:
    """The newest changes within a window, of all, of a kind or of one subject; newest first."""
    given = {"subject_kind": subject_kind, "subject": subject}
    chosen = {name: value for name, value in given.items() if value is not None}
    condition = "".join(f" AND {name} = :{name}" for name in chosen)
    found = session.rows(
        _CHANGES.format(condition=condition),
        {**chosen, "since_at": since_at, "until_at": until_at, "row_limit": row_limit},
    )
    return list(map(ChangeRow._make, found))
