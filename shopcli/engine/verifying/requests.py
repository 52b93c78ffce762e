"""Recomputes the fingerprints of balance entries and claims, and checks claims by their terms."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from shopcli.domain.couponing import Terms, usable_until
from shopcli.domain.fingerprints import fingerprint
from shopcli.domain.ledger.entries import cash_move_id, entry_id
from shopcli.engine.verifying.findings import Findings
from shopcli.engine.verifying.known_values import KnownValues
from shopcli.storage.verifying import pages
from shopcli.storage.verifying.attempts import attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.domain.records import Check
    from shopcli.storage.session import Session
    from shopcli.storage.verifying.pages import ClaimRow, EntryRow, UndoneRow

_ENTRIES = "entries_are_as_requested"
_CLAIMS = "claims_follow_terms"


def checks(session: Session) -> list[Check]:
    """Check all balance entries, requests to undo, cash moves and claims."""
    findings = Findings(_ENTRIES, _CLAIMS)
    for name, problems in ((_ENTRIES, _wrong_requests), (_CLAIMS, _wrong_claims)):
        with attempt(session, partial(findings.add, name)):
            for problem in problems(session):
                findings.add(name, problem)
    return findings.checks()


def _wrong_requests(session: Session) -> Iterator[str]:
    for entry in chain.from_iterable(pages.entries(session)):
        if not _is_as_requested(entry):
            yield f"{entry.username}: entry {entry.sequence} is not what was asked for"
    for request in chain.from_iterable(pages.undone(session)):
        if request.fingerprint != fingerprint("undo", _undone_id(request)):
            yield f"key {request.key}: undid what was not asked for"
    for move in chain.from_iterable(pages.cash_moves(session)):
        if move.fingerprint != fingerprint("cash", move.kind, abs(move.amount_minor)):
            yield f"{cash_move_id(move.number)} is not what was asked for"


def _wrong_claims(session: Session) -> Iterator[str]:
    known = KnownValues(session, "coupon")
    for claim in chain.from_iterable(pages.claims(session)):
        for problem in _problems(claim, known):
            yield f"{claim.code}: number {claim.number} {problem}"


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


def _undone_id(request: UndoneRow) -> str:
    """The id of what was undone; empty where that is missing, which another check finds."""
    if request.reversed_number is not None:
        return cash_move_id(request.reversed_number)
    if request.username is None or request.reversed_sequence is None:
        return ""
    return entry_id(request.username, request.reversed_sequence)


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
