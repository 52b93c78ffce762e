"""The audit record: every change an operator makes, with old and new values, who, where and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shopcli.storage import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session


def origin_values(runtime: Runtime, recorded_at: int) -> dict[str, Any]:
    """The columns that every written row has: time of recording, actor, host and channel."""
    origin = runtime.origin
    return {
        "recorded_at": recorded_at,
        "actor": origin.actor,
        "host": origin.host,
        "channel": origin.channel,
    }


def record_change(
    runtime: Runtime,
    session: Session,
    *,
    subject_kind: str,
    subject: str,
    action: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    reason: str | None,
) -> None:
    """Add one row to the audit record, in the transaction of the change itself.

    Args:
        runtime: Clock, ids and origin.
        session: The open transaction.
        subject_kind: user, product, coupon, setting or outbox.
        subject: Its name, SKU, code or id.
        action: What was done, as one verb.
        before: The changed values before; None if there were none.
        after: The changed values after; None if there are none.
        reason: The reason given, if any.
    """
    settings.insert_change(
        session,
        {
            "change_id": runtime.ids.new(),
            "subject_kind": subject_kind,
            "subject": subject,
            "action": action,
            "before": as_text(before),
            "after": as_text(after),
            "reason": reason,
            **origin_values(runtime, runtime.now()),
        },
    )


def as_text(values: Mapping[str, Any] | None) -> str | None:
    """The values of a change as stored: JSON with sorted keys."""
    return None if values is None else json.dumps(values, ensure_ascii=False, sort_keys=True)
