"""The use case that recomputes every invariant from the rows, in one snapshot; changes nothing."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from shopcli.domain.records import Check, Verification
from shopcli.domain.text import inert
from shopcli.storage import verification as table
from shopcli.storage.guards import missing_guards

if TYPE_CHECKING:
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session


def verify(runtime: Runtime) -> Verification:
    """Check every invariant; violations are listed, nothing is mended."""

    def work(session: Session) -> list[Check]:
        checks = [_check(name, table.violations(session, name)) for name in table.CHECKS]
        checks.append(_check("event_bodies_are_frozen", _changed_bodies(session)))
        checks.append(_check("constraints_and_triggers_exist", missing_guards(session)))
        return checks

    checks = tuple(runtime.read(work))
    return Verification(ok=all(check.ok for check in checks), checks=checks)


def _check(name: str, violations: list[str]) -> Check:
    return Check(name, not violations, tuple(inert(violation) for violation in violations))


def _changed_bodies(session: Session) -> list[str]:
    violations: list[str] = []
    last_id = ""
    while len(violations) < table.VIOLATION_COUNT_MAX:
        rows = table.event_bodies(session, last_id)
        if not rows:
            break
        for event_id, order_id, sequence, event_type, body, body_sha256, total in rows:
            # An emptied body of a delivered event is what pruning leaves.
            if body and not _is_frozen(
                bytes(body), body_sha256, event_id, order_id, sequence, event_type, total
            ):
                violations.append(f"{event_id}: its body is not what was written with the order")
        last_id = rows[-1][0]
    return violations


def _is_frozen(
    body: bytes,
    body_sha256: str,
    event_id: str,
    order_id: str,
    sequence: int,
    event_type: str,
    total_minor: int,
) -> bool:
    if hashlib.sha256(body).hexdigest() != body_sha256:
        return False
    try:
        event = json.loads(body)
        return bool(
            event["id"] == event_id
            and event["subject"] == order_id
            and event["sequence"] == str(sequence)
            and event["type"] == event_type
            and event["data"]["total"] == total_minor
        )
    except (ValueError, LookupError, TypeError):
        # Whoever replaced the body replaced its hash as well, but by something that is no event.
        return False
