"""Recomputes the fingerprints of balance entries and claims, and checks claims by their terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.couponing import Terms, usable_until
from shopcli.domain.fingerprints import fingerprint
from shopcli.engine.verifying.findings import Findings
from shopcli.engine.verifying.known_values import KnownValues
from shopcli.storage.verifying import pages
from shopcli.storage.verifying.attempts import attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.domain.records import Check
    from shopcli.storage.session import Session
    from shopcli.storage.verifying.pages import ClaimRow, EntryRow

_ENTRIES = "entries_are_as_requested"
_CLAIMS = "claims_follow_terms"


def checks(session: Session) -> list[Check]:
    """Check all balance entries and claims."""
    findings = Findings(_ENTRIES, _CLAIMS)
    with attempt(session, lambda told: findings.add(_ENTRIES, told)):
        for entries in pages.entries(session):
            for entry in entries:
                if not _is_as_requested(entry):
                    named = f"{entry.username}: entry {entry.sequence}"
                    findings.add(_ENTRIES, f"{named} is not what was asked for")
    known = KnownValues(session, "coupon")
    with attempt(session, lambda told: findings.add(_CLAIMS, told)):
        for claims in pages.claims(session):
            for claim in claims:
                for problem in _problems(claim, known):
                    findings.add(_CLAIMS, f"{claim.code}: number {claim.number} {problem}")
    return findings.checks()


def _is_as_requested(entry: EntryRow) -> bool:
    kind, username, amount = entry.kind, entry.username, entry.amount_minor
    if kind == "charge":
        possible = [fingerprint(kind, username, amount, entry.at)]
        if entry.at == entry.recorded_at:
            possible.append(fingerprint(kind, username, amount, None))
    elif kind == "payout":
        possible = [fingerprint(kind, username, -amount)]
        if entry.balance_after_minor == 0:
            possible.append(fingerprint(kind, username, "all"))
    elif kind == "adjustment":
        possible = [fingerprint(kind, username, amount)]
    elif kind == "transfer":
        possible = [fingerprint(kind, username, entry.to_username, -amount)]
    else:
        return True
    return entry.fingerprint in possible


def _problems(claim: ClaimRow, known: KnownValues) -> Iterator[str]:
    possible = [fingerprint("claim", claim.username, claim.code, claim.claimed_at)]
    if claim.claimed_at == claim.recorded_at:
        possible.append(fingerprint("claim", claim.username, claim.code))
    if claim.fingerprint not in possible:
        yield "is not what was asked for"
    if claim.usable_until_at != usable_until(_terms(claim), claim.claimed_at):
        yield "is not usable as long as its terms say"
    if claim.number > claim.claim_limit:
        yield f"is beyond the limit of then, {claim.claim_limit}"
    limit = claim.claim_limit
    if limit != claim.present_limit and not known.was(claim.code, "claim_limit", limit):
        yield f"was claimed under a limit that never was, {limit}"
    if claim.opens_at is not None and claim.claimed_at < claim.opens_at:
        yield "was claimed before claiming began"
    if claim.use_by_at is not None and claim.claimed_at > claim.use_by_at:
        yield "was claimed when it could no longer be used"
    ends = [claim.closes_at, *known.former(claim.code, "closes_at")] if _is_late(claim) else [None]
    if not any(end is None or claim.claimed_at <= end for end in ends):
        yield "was claimed after claiming had ended"


def _is_late(claim: ClaimRow) -> bool:
    return claim.closes_at is not None and claim.claimed_at > claim.closes_at


def _terms(claim: ClaimRow) -> Terms:
    return Terms(
        code=claim.code,
        claim_limit=claim.present_limit,
        claim_count=claim.claim_count,
        opens_at=claim.opens_at,
        closes_at=claim.closes_at,
        use_by_at=claim.use_by_at,
        valid_days=claim.valid_days,
        disabled=False,
    )
