"""Statements about delivery: the breaker of each endpoint, the heartbeats of relays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.deliveries.values import HELD, EndpointState
from shopcli.storage.outbox.holding import NOT_HELD, UNKNOWN_COPY

if TYPE_CHECKING:
    from shopcli.storage.session import Parameters, Session

_CLOCK = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)",
    "postgres": "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)",
}
_STATE = """
SELECT breaker, failure_count, next_try_at, last_error, changed_at
FROM platform_endpoint WHERE url = :url
"""
_STATE_LOCKED = {"sqlite": _STATE, "postgres": f"{_STATE} FOR NO KEY UPDATE"}
# As if the breaker had one more state, so that everybody who asks whether to send knows of a hold.
_STANDING = f"""
SELECT '{HELD}', 0, 0, (SELECT held_reason FROM shop_copy), 0 WHERE NOT {NOT_HELD}
UNION ALL {_STATE}
"""
_ENSURE = """
INSERT INTO platform_endpoint (url, breaker, failure_count, next_try_at, changed_at, last_error)
VALUES (:url, 'closed', 0, 0, :now, NULL) ON CONFLICT (url) DO NOTHING
"""
_SAVE = """
UPDATE platform_endpoint
SET breaker = :breaker, failure_count = :failure_count, next_try_at = :next_try_at,
    changed_at = :now, last_error = :last_error
WHERE url = :url
"""
_TAKE_PROBE = """
UPDATE platform_endpoint SET next_try_at = :next_try_at, changed_at = :now
WHERE url = :url AND breaker = 'open' AND (next_try_at <= :now OR next_try_at > :beyond)
"""
# One clock wrote both times, so their difference is the length of the wait.
_RESTART_WAIT = """
UPDATE platform_endpoint
SET next_try_at = :now + CASE WHEN next_try_at > changed_at THEN next_try_at - changed_at
                         ELSE 0 END,
    changed_at = :now
WHERE url = :url AND changed_at > :now AND next_try_at > :now
"""
_RESUME = """
UPDATE platform_endpoint
SET breaker = 'closed', failure_count = 0, next_try_at = 0, changed_at = :now, last_error = NULL
WHERE breaker <> 'closed' OR failure_count > 0 OR next_try_at > :now
RETURNING url
"""
# An address in the environment is on record once it was tried, one in the settings at once.
_EVER_SET = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM delivery_attempts)
    OR EXISTS (SELECT 1 FROM admin_changes
               WHERE subject_kind = 'setting' AND subject = 'platform.url' AND action = 'set')
"""
_BEAT = {
    dialect: f"""
INSERT INTO relays (relay_id, actor, host, process_id, started_at, heartbeat_at)
VALUES (:relay_id, :actor, :host, :process_id, :now, {clock})
ON CONFLICT (relay_id) DO UPDATE SET heartbeat_at = {clock}
"""
    for dialect, clock in _CLOCK.items()
}
_SIGN_OFF = "DELETE FROM relays WHERE relay_id = :relay_id"
_FORGET_OTHERS = "DELETE FROM relays WHERE relay_id <> :relay_id"
_FORGET_SILENT = {
    dialect: f"DELETE FROM relays WHERE heartbeat_at < {clock} - :microseconds"
    for dialect, clock in _CLOCK.items()
}


class EndpointRow(NamedTuple):
    """An endpoint's stored state, and when it was written by the writer's clock."""

    breaker: str
    failure_count: int
    next_try_at: int
    last_error: str | None
    changed_at: int

    @property
    def state(self) -> EndpointState:
        """The endpoint's state without the time of its change."""
        return EndpointState(self.breaker, self.failure_count, self.next_try_at, self.last_error)


class RelayRow(NamedTuple):
    """A relay that has signed in, and how long ago its last heartbeat was."""

    relay_id: str
    actor: str
    host: str
    process_id: int
    started_at: int
    silence_microseconds: int


_RELAYS = {
    dialect: f"""
SELECT relay_id, actor, host, process_id, started_at, {clock} - heartbeat_at FROM relays
ORDER BY heartbeat_at DESC LIMIT 100
"""
    for dialect, clock in _CLOCK.items()
}
_NOTIFY = "SELECT pg_notify('shopcli_outbox', '')"
WAKE_CHANNEL = "shopcli_outbox"


def state(session: Session, url: str, *, lock: bool = False) -> EndpointState | None:
    """An endpoint's state; None where no delivery to it ever failed."""
    found = row(session, url, lock=lock)
    return None if found is None else found.state


def row(session: Session, url: str, *, lock: bool = False) -> EndpointRow | None:
    """An endpoint's state with the time of its last change."""
    found = session.row(_STATE_LOCKED[session.dialect] if lock else _STATE, {"url": url})
    return None if found is None else EndpointRow._make(found)


def standing(session: Session, url: str) -> EndpointRow | None:
    """An endpoint as `row` returns it, or as `HELD` with the reason while deliveries are held."""
    rows = [EndpointRow._make(found) for found in session.rows(_STANDING, {"url": url})]
    held = next((one for one in rows if one.breaker == HELD), None)
    if held is not None:
        return held._replace(last_error=held.last_error or UNKNOWN_COPY)
    return rows[0] if rows else None


def was_ever_set(session: Session) -> bool:
    """Whether there is, or was, an endpoint: the setting was changed, or an event was sent."""
    return session.row(_EVER_SET) is not None


def restart_wait(session: Session, url: str, now: int) -> None:
    """Start a wait again, at its full length, that a clock ahead of this one started."""
    session.change(_RESTART_WAIT, {"url": url, "now": now})


def ensure(session: Session, url: str, now: int) -> None:
    """Insert the endpoint's row if it is missing, so that it can be locked."""
    session.change(_ENSURE, {"url": url, "now": now})


def save(session: Session, parameters: Parameters) -> None:
    """Write an endpoint's state: url, breaker, failure_count, next_try_at, last_error, now."""
    session.change(_SAVE, parameters)


def take_probe(session: Session, parameters: Parameters) -> bool:
    """Take the right to send one probe through an open breaker; one relay at a time gets it.

    Args:
        session: A write transaction.
        parameters: url, now, next_try_at (the next probe, if this one is taken), and beyond: a
            stored time later than this counts as due.
    """
    return session.change(_TAKE_PROBE, parameters) == 1


def resume(session: Session, now: int) -> list[str]:
    """Close every breaker; return the endpoints whose breaker was not closed or that had failed."""
    return [row[0] for row in session.rows(_RESUME, {"now": now})]


def beat(session: Session, parameters: Parameters) -> None:
    """Sign a relay in, or write its heartbeat: relay_id, actor, host, process_id, now."""
    session.change(_BEAT[session.dialect], parameters)


def sign_off(session: Session, relay_id: str) -> None:
    """Remove a relay that stops."""
    session.change(_SIGN_OFF, {"relay_id": relay_id})


def forget_others(session: Session, relay_id: str) -> None:
    """Remove all other relays."""
    session.change(_FORGET_OTHERS, {"relay_id": relay_id})


def forget_silent(session: Session, microseconds: int) -> None:
    """Remove relays whose last heartbeat is older than this."""
    session.change(_FORGET_SILENT[session.dialect], {"microseconds": microseconds})


def relays(session: Session) -> list[RelayRow]:
    """The relays that have signed in, the latest heartbeat first."""
    return list(map(RelayRow._make, session.rows(_RELAYS[session.dialect])))


def notify(session: Session) -> None:
    """Wake the relays that listen (Postgres only)."""
    session.rows(_NOTIFY)
