"""The plan of claims: reads all coupons, judges each claim in order, writes all at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shopcli.domain.couponing import check_claimable, usable_until
from shopcli.domain.errors import CouponAlreadyUsed, ShopError
from shopcli.domain.fingerprints import fingerprint
from shopcli.engine.audit import origin_values
from shopcli.engine.coupon_terms import terms_of
from shopcli.engine.imports.plan import Choices, Outcome, Plan, Reject, latest_at
from shopcli.engine.imports.plans.charges import Accounts
from shopcli.engine.lookups import no_coupon
from shopcli.engine.requests import key_conflict
from shopcli.storage.bulk import locking_reads, writing
from shopcli.storage.inserts import USER_COUPONS

if TYPE_CHECKING:
    from shopcli.domain.couponing import Terms
    from shopcli.engine.imports.reading.rows import Rows
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session

_CLAIM = (
    "code",
    "number",
    "claim_limit",
    "username",
    "claimed_at",
    "usable_until_at",
    "key",
    "fingerprint",
)

_Made = tuple[str, int]
"""(fingerprint, instant) of the claim that a key made."""


class _Coupon:
    """A coupon's terms, with its number of claims after the rows judged so far."""

    __slots__ = ("claim_count", "terms")

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.claim_count = terms.claim_count


class ClaimPlan(Plan):
    """Imports claims; a claim with `at` is judged by the coupon's terms at that instant.

    Args:
        runtime: What every use case is given.
        choices: Options of the import.
        repeated: Keys that occur more than once in the input, always with the same request.
    """

    def __init__(self, runtime: Runtime, choices: Choices, repeated: set[str]) -> None:
        self._runtime = runtime
        self._repeated = repeated
        self._prefix = choices.key_prefix
        self._dry_run = choices.dry_run
        self._ignores_state = choices.ignore_state
        self._accounts = Accounts(dry_run=choices.dry_run)
        self._coupons: dict[str, _Coupon | None] = {}
        self._held: dict[tuple[str, str], int] = {}
        self._made: dict[str, _Made] = {}
        self._now = 0

    def apply(self, session: Session, rows: Rows) -> Outcome:
        """Apply a batch of claims."""
        self._now = self._runtime.now()
        keys = [f"{self._prefix}{key}" for key in rows.texts(0)]
        usernames, codes = set(rows.texts(1)), set(rows.texts(2))
        self._accounts.load(session, usernames)
        self._load(session, usernames, codes)
        made = {
            row.key: (row.fingerprint, row.claimed_at)
            for row in locking_reads.claims(session, keys)
        }
        made.update((key, self._made[key]) for key in keys if key in self._made)
        outcome = Outcome()
        claims = self._decide(rows, keys, made, outcome)
        if self._dry_run:
            self._made.update(
                (key, made[key]) for key in keys if key in self._repeated & made.keys()
            )
        elif claims:
            counts = [
                (coupon.claim_count, code)
                for code, coupon in sorted(self._coupons.items())
                if coupon is not None and coupon.claim_count != coupon.terms.claim_count
            ]
            writing.update(
                session,
                "coupons",
                [("code", writing.TEXT)],
                [("claim_count", writing.COUNT)],
                counts,
            )
            same = origin_values(self._runtime, self._now)
            writing.insert(session, USER_COUPONS, _CLAIM, claims, same)
        return outcome

    def _load(self, session: Session, usernames: set[str], codes: set[str]) -> None:
        if not self._dry_run:
            self._coupons.clear()
            self._held.clear()
        wanted = codes - self._coupons.keys()
        self._coupons.update(dict.fromkeys(wanted))
        for row in locking_reads.coupons(session, wanted, lock=not self._dry_run):
            self._coupons[row.code] = _Coupon(terms_of(row))
        for held in locking_reads.held(session, usernames, codes, lock=False):
            self._held[held.username, held.code] = held.number

    def _decide(
        self,
        rows: Rows,
        keys: list[str],
        made: dict[str, _Made],
        outcome: Outcome,
    ) -> list[tuple[Any, ...]]:
        now = self._now
        _, usernames, codes, moments, orders = rows.columns
        claims: list[tuple[Any, ...]] = []
        several: Any = zip(
            keys,
            usernames or (),
            codes or (),
            moments or [None] * len(keys),
            orders or [None] * len(keys),
            strict=True,
        )
        for index, (key, username, code, at, order) in enumerate(several):
            request = fingerprint("claim", username, code, *(() if at is None else (at,)))
            where = None
            try:
                if key in made:
                    if not is_same_claim(made[key], request, username, code, at):
                        raise key_conflict(key, {"coupon": code})
                    outcome.replayed += 1
                    continue
                if order is not None and not self._ignores_state:
                    where = "_order"
                    raise _used(code, order)
                self._accounts.active(username)
                claimed_at = now if at is None else at
                number, limit, usable_until_at = self._take(username, code, claimed_at)
            except ShopError as error:
                values = [None if column is None else column[index] for column in rows.columns]
                outcome.rejects.append(Reject(rows.lines[index], error, values, where))
                continue
            made[key] = (request, claimed_at)
            if claimed_at > latest_at(now):
                outcome.take_future(1, rows.lines[index])
            claims.append(
                (
                    code,
                    number,
                    limit,
                    username,
                    claimed_at,
                    usable_until_at,
                    key,
                    request,
                )
            )
        outcome.created += len(claims)
        return claims

    def _take(self, username: str, code: str, claimed_at: int) -> tuple[int, int, int | None]:
        coupon = self._coupons[code]
        if coupon is None:
            raise no_coupon(code)
        terms = replace(coupon.terms, claim_count=coupon.claim_count)
        check_claimable(username, terms, self._held.get((username, code)), claimed_at)
        coupon.claim_count = number = coupon.claim_count + 1
        self._held[username, code] = number
        return number, terms.claim_limit, usable_until(terms, claimed_at)


def _used(code: str, order: str) -> CouponAlreadyUsed:
    """The error for a claim used in another shop, which could be used again if imported."""
    return CouponAlreadyUsed(
        "This coupon {coupon} was used, in order {order}; imported, it could be used again.",
        details={"coupon": code, "order": order, "reason": "imported"},
    )


def is_same_claim(made: _Made, request: str, username: str, code: str, at: int | None) -> bool:
    """Whether a row is the claim that its key made.

    A claim made without `at` is the same as a row that gives the instant of that claim.
    """
    request_made, _ = made
    if request_made == request:
        return True
    return at is not None and made == (fingerprint("claim", username, code), at)
