"""Statements about coupons and who holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.moments import DAY_MICROSECONDS, LAST_MICROSECOND
from shopcli.storage.failures import GuardFailed
from shopcli.storage.inserts import COUPONS, USER_COUPONS
from shopcli.storage.session import if_found

if TYPE_CHECKING:
    from shopcli.storage.session import Parameters, Reader, Session

COLUMNS = (
    "c.code, c.percent, c.amount_minor, c.cap_minor, c.claim_limit, c.claim_count,"
    " c.min_order_minor, c.opens_at, c.closes_at, c.use_by_at, c.valid_days, c.disabled"
)
"""The columns of a coupon's terms, from `coupons c`."""


class TermsRow(NamedTuple):
    """A coupon's own columns, as `COLUMNS` reads them; times in microseconds."""

    code: str
    percent: int | None
    amount_minor: int | None
    cap_minor: int | None
    claim_limit: int
    claim_count: int
    min_order_minor: int | None
    opens_at: int | None
    closes_at: int | None
    use_by_at: int | None
    valid_days: int | None
    disabled: int


class CouponRow(NamedTuple):
    """A coupon's own columns, and how many claims have been redeemed."""

    code: str
    percent: int | None
    amount_minor: int | None
    cap_minor: int | None
    claim_limit: int
    claim_count: int
    min_order_minor: int | None
    opens_at: int | None
    closes_at: int | None
    use_by_at: int | None
    valid_days: int | None
    disabled: int
    redeemed_count: int


class TakenRow(NamedTuple):
    """A claim's number, the limit, and the last instant at which it can be used."""

    number: int
    claim_limit: int
    usable_until_at: int | None


class MadeRow(NamedTuple):
    """The claim made with an idempotency key."""

    code: str
    number: int
    claim_limit: int
    claimed_at: int
    usable_until_at: int | None
    fingerprint: str


class Standing(NamedTuple):
    """All that can explain why a claim failed; None for what does not exist."""

    state: str | None
    """The user's state."""
    number: int | None
    """The number of the claim that the user already has."""
    made: MadeRow | None
    terms: TermsRow | None


class HeldRow(NamedTuple):
    """A user's coupon; `order_id` is the order that redeemed it."""

    number: int
    usable_until_at: int | None
    order_id: str | None


class UserCouponRow(NamedTuple):
    """One of a user's coupons."""

    code: str
    number: int
    claimed_at: int
    usable_until_at: int | None
    order_id: str | None
    disabled: int


_REDEEMED = "(SELECT COUNT(*) FROM user_coupons h WHERE h.code = c.code AND h.order_id IS NOT NULL)"

_ONE = f"SELECT {COLUMNS}, {_REDEEMED} FROM coupons c WHERE c.code = :code"
_LIST = f"SELECT {COLUMNS}, {_REDEEMED} FROM coupons c ORDER BY c.code LIMIT :row_limit"
_LOCK = "SELECT claim_count FROM coupons WHERE code = :code"

_INSERT = COUPONS.single(created_at=":recorded_at")
_UPDATE = """
UPDATE coupons SET claim_limit = :claim_limit, closes_at = :closes_at, disabled = :disabled
WHERE code = :code AND claim_count <= :claim_limit
"""
_LAST_DAY = f":claimed_at + valid_days * {DAY_MICROSECONDS}"
_LAST_DAY = (
    f"CASE WHEN {_LAST_DAY} > {LAST_MICROSECOND} THEN {LAST_MICROSECOND} ELSE {_LAST_DAY} END"
)
_USABLE_UNTIL = f"{{least}}(COALESCE(use_by_at, {_LAST_DAY}), COALESCE({_LAST_DAY}, use_by_at))"
"""The same rule as `domain.couponing.usable_until`."""
_COUNT = f"""
UPDATE coupons SET claim_count = claim_count + 1
WHERE code = :code{{queue}} AND disabled = 0 AND claim_count < claim_limit
  AND COALESCE(opens_at, :claimed_at) <= :claimed_at
  AND COALESCE(closes_at, :claimed_at) >= :claimed_at
  AND COALESCE(use_by_at, :claimed_at) >= :claimed_at
  AND EXISTS (SELECT 1 FROM balances b WHERE b.username = :username AND b.state = 'active')
RETURNING claim_count, claim_limit, {_USABLE_UNTIL} AS usable_until_at
"""
_COUNT_CLAIM = _COUNT.format(queue="", least="min")
_INSERT_CLAIM = USER_COUPONS.single()
# An advisory lock makes claims first come, first served: without it Postgres wakes all who wait for
# a coupon's row, and any of them may lock it. It only keeps the order; the row lock is the guard.
_QUEUE = 0x5348_4F53
_TAKEN = {
    **{name: f":{name}" for name in USER_COUPONS.columns},
    "number": "claim_count",
    "claim_limit": "claim_limit",
    "usable_until_at": "usable_until_at",
}
_TAKE_POSTGRES = f"""
WITH queue (passed) AS MATERIALIZED (
    SELECT pg_advisory_xact_lock({_QUEUE}, hashtext(CAST(:code AS text))) IS NOT NULL
), counted AS ({_COUNT.format(queue=" AND (SELECT passed FROM queue)", least="LEAST")})
{USER_COUPONS.text(_TAKEN, "counted")}
RETURNING number, claim_limit, usable_until_at
"""
_STANDING = f"""
SELECT b.state, h.number,
       k.code, k.number, k.claim_limit, k.claimed_at, k.usable_until_at, k.fingerprint,
       {COLUMNS}
FROM (SELECT 1 AS one) anchor
LEFT JOIN balances b ON b.username = :username
LEFT JOIN coupons c ON c.code = :code
LEFT JOIN user_coupons h ON h.username = :username AND h.code = :code
LEFT JOIN user_coupons k ON k.key = :key
"""
_HELD = """
SELECT number, usable_until_at, order_id FROM user_coupons WHERE username = :username
  AND code = :code
"""
_HELD_BY = """
SELECT h.code, h.number, h.claimed_at, h.usable_until_at, h.order_id, c.disabled
FROM user_coupons h JOIN coupons c ON c.code = h.code
WHERE h.username = :username ORDER BY h.claimed_at DESC, h.code
"""
_REDEEM = """
UPDATE user_coupons SET order_id = :order_id, redeemed_at = :redeemed_at
WHERE username = :username AND code = :code AND order_id IS NULL
  AND COALESCE(usable_until_at, :redeemed_at) >= :redeemed_at
  AND EXISTS (SELECT 1 FROM coupons c WHERE c.code = :code AND c.disabled = 0)
"""
_RESTORE = """
UPDATE user_coupons SET order_id = NULL, redeemed_at = NULL
WHERE username = :username AND code = :code AND order_id = :order_id
"""


def coupon(session: Session, code: str) -> CouponRow | None:
    """One coupon with its counts."""
    return if_found(CouponRow._make, session.row(_ONE, {"code": code}))


def coupons(session: Reader, row_limit: int) -> list[CouponRow]:
    """Coupons by code."""
    return list(map(CouponRow._make, session.rows(_LIST, {"row_limit": row_limit})))


def lock(session: Session, code: str) -> None:
    """Lock a coupon's row until the transaction ends."""
    if session.dialect == "postgres":
        session.row(f"{_LOCK} FOR NO KEY UPDATE", {"code": code})


def insert_coupon(session: Session, values: Parameters) -> None:
    """Add a coupon without claims."""
    session.change(_INSERT, values)


def update_coupon(session: Session, values: Parameters) -> bool:
    """Replace what an operator may change; False where there are more claims than the limit."""
    return session.change(_UPDATE, values) == 1


def take(session: Session, values: Parameters) -> TakenRow:
    """Count one more claim and add its user coupon.

    Raises:
        GuardFailed: The coupon's terms or the user's state do not allow it.
    """
    remote = session.dialect == "postgres"
    found = session.row(_TAKE_POSTGRES if remote else _COUNT_CLAIM, values)
    if found is None:
        raise GuardFailed("claim")
    taken = TakenRow._make(found)
    if not remote:
        session.change(_INSERT_CLAIM, {**values, **taken._asdict()})
    return taken


def standing(session: Reader, username: str, code: str, key: str) -> Standing:
    """A user's state and coupon, its terms, and the claim made with a key, in one snapshot."""
    found = session.row(_STANDING, {"username": username, "code": code, "key": key})
    width = len(MadeRow._fields)
    state, number, *rest = found or [None] * (2 + width + len(TermsRow._fields))
    made, terms = rest[:width], rest[width:]
    return Standing(
        state,
        number,
        None if made[0] is None else MadeRow._make(made),
        None if terms[0] is None else TermsRow._make(terms),
    )


def held(session: Session, username: str, code: str) -> HeldRow | None:
    """A user's coupon of this code."""
    return if_found(HeldRow._make, session.row(_HELD, {"username": username, "code": code}))


def held_by(session: Session, username: str) -> list[UserCouponRow]:
    """A user's coupons, newest first."""
    return list(map(UserCouponRow._make, session.rows(_HELD_BY, {"username": username})))


def redeem(session: Session, username: str, code: str, order_id: str, redeemed_at: int) -> bool:
    """Redeem a user's coupon in an order; False where it cannot be used."""
    return (
        session.change(
            _REDEEM,
            {"username": username, "code": code, "order_id": order_id, "redeemed_at": redeemed_at},
        )
        == 1
    )


def restore(session: Session, username: str, code: str, order_id: str) -> bool:
    """Restore a coupon that an order redeemed; False where the order did not."""
    return session.change(_RESTORE, {"username": username, "code": code, "order_id": order_id}) == 1
