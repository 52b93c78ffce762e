"""Use cases about coupons: add, change, show, list, claim, list a user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shopcli.domain import errors
from shopcli.domain.couponing import (
    VALID_DAYS_MAX,
    check_claimable,
    check_opens_before_closes,
    held_state,
    limit_below_claimed,
    terms_state,
)
from shopcli.domain.errors import CouponAlreadyClaimed, CouponSoldOut
from shopcli.domain.fingerprints import fingerprint
from shopcli.domain.ledger.accounts import check_state
from shopcli.domain.moments import from_microseconds
from shopcli.domain.money import AMOUNT_MAX, checked_amount
from shopcli.domain.records import Claim, Coupon, UserCoupon
from shopcli.domain.text import checked_code
from shopcli.engine.audit import origin_values, record_change
from shopcli.engine.coupon_terms import terms_of
from shopcli.engine.expectations import check_disabled, check_limit, check_switched
from shopcli.engine.lookups import checked_user, coupon_row, unknown_coupon, unknown_user, user_row
from shopcli.engine.requests import (
    checked_limit,
    checked_moment,
    key_conflict,
    key_or_new,
    optional_reason,
)
from shopcli.engine.runtime import retried
from shopcli.storage import coupons as table
from shopcli.storage.failures import ConstraintViolated, GuardFailed

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.domain.records import Change
    from shopcli.engine.recent_refusals import Subject
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.coupons import (
        CouponRow,
        MadeRow,
        Standing,
        TakenRow,
        UserCouponRow,
    )
    from shopcli.storage.session import Reader, Session

_TO_CLAIM = frozenset({"open", "not_open"})
"""States of coupons that can be claimed, now or once they open."""


@retried
def add(
    runtime: Runtime,
    code: str,
    *,
    percent: int | None = None,
    amount: int | None = None,
    cap: int | None = None,
    limit: int,
    min_order: int | None = None,
    opens: datetime | None = None,
    closes: datetime | None = None,
    use_by: datetime | None = None,
    valid_days: int | None = None,
) -> Coupon:
    """Add a coupon of which `limit` can be claimed, first come, first served.

    Args:
        runtime: What every use case is given.
        code: 1 to 64 letters, digits, `.`, `_` or `-`; stored in upper case.
        percent: Percentage off, 1 to 100; give either this or `amount`.
        amount: Minor units off, at least 1.
        cap: Largest reduction by a percentage, in minor units, at least 1.
        limit: Number of claims, at least 1.
        min_order: Smallest subtotal it can be used on, in minor units, at least 0.
        opens: First instant of claiming.
        closes: Last instant of claiming, after `opens`.
        use_by: Last instant of use.
        valid_days: Days of 24 hours in which it can be used after its claim, 1 to 36,500.

    Raises:
        CouponExists: The code is taken.
        InvalidInput: An argument is out of bounds, or arguments contradict one another.
    """
    currency = runtime.identity.currency
    values: dict[str, Any] = {
        "code": checked_code(code),
        "percent": _within(percent, "Percent", most=100),
        "amount_minor": _within(amount, "Amount", currency=currency),
        "cap_minor": _within(cap, "Cap", currency=currency),
        "claim_limit": checked_amount(limit, "Limit", least=1),
        "min_order_minor": None
        if min_order is None
        else checked_amount(min_order, "Minimum order", currency=currency),
        "opens_at": checked_moment(runtime, opens, "Opens"),
        "closes_at": checked_moment(runtime, closes, "Closes"),
        "use_by_at": checked_moment(runtime, use_by, "Use by"),
        "valid_days": _within(valid_days, "Valid days", most=VALID_DAYS_MAX),
    }
    if (percent is None) == (amount is None):
        raise errors.InvalidInput(
            "A coupon takes off a percentage or an amount.", details={"reason": "takes_nothing_off"}
        )
    if cap is not None and percent is None:
        raise errors.InvalidInput(
            "A cap belongs to a percentage.", details={"reason": "cap_of_an_amount"}
        )
    check_opens_before_closes(values["opens_at"], values["closes_at"])
    with runtime.writing() as session:
        if table.coupon(session, values["code"]) is not None:
            raise errors.CouponExists(
                "There is already a coupon {coupon}.", details={"coupon": values["code"]}
            )
        now = runtime.now()
        table.insert_coupon(session, {**values, **origin_values(runtime, now)})
        return _record(runtime, coupon_row(session, values["code"]), now)


@retried
def change(
    runtime: Runtime,
    code: str,
    *,
    limit: int | None = None,
    closes: datetime | None = None,
    disabled: bool | None = None,
    reason: str | None = None,
    expected_limit: int | None = None,
    expected_disabled: bool | None = None,
    expected_change: Change | None = None,
) -> Coupon:
    """Change a coupon's limit or end of claiming, or switch it off or on; None leaves a value.

    Args:
        runtime: What every use case is given.
        code: Code of the coupon, in any case.
        limit: New number of claims, at least 1.
        closes: New last instant of claiming. Without a zone, the shop's is meant.
        disabled: True switches it off, so that it can be neither claimed nor used; False on.
        reason: Text for the audit record, up to 500 characters.
        expected_limit: The limit as it was looked at: nothing is changed where it is another. Any
            if None.
        expected_disabled: Whether it was switched off as it was looked at: nothing is changed
            where it is otherwise. Either if None.
        expected_change: The change that had switched it so: nothing is changed where another one
            has since. Any if None.

    Raises:
        UnknownCoupon: No such coupon.
        TotalChanged: The limit is not the expected one, or it is switched otherwise.
        LimitBelowClaimed: More than `limit` have been claimed.
        InvalidInput: An argument is out of bounds, or it would close before it opens.
    """
    code, reason = checked_code(code), optional_reason(reason)
    if limit is not None:
        checked_amount(limit, "Limit", least=1)
    closes_at = checked_moment(runtime, closes, "Closes")
    with runtime.writing() as session:
        table.lock(session, code)
        row = coupon_row(session, code)
        check_limit(code, row.claim_limit, expected_limit)
        check_disabled(code, is_disabled=bool(row.disabled), is_expected=expected_disabled)
        _check_switched(runtime, session, code, expected_change)
        current = {
            "claim_limit": row.claim_limit,
            "closes_at": row.closes_at,
            "disabled": row.disabled,
        }
        wanted = {
            "claim_limit": current["claim_limit"] if limit is None else limit,
            "closes_at": current["closes_at"] if closes_at is None else closes_at,
            "disabled": current["disabled"] if disabled is None else int(disabled),
        }
        check_opens_before_closes(row.opens_at, wanted["closes_at"])
        changed = [name for name in current if current[name] != wanted[name]]
        if changed:
            if not table.update_coupon(session, {"code": code, **wanted}):
                raise limit_below_claimed(code, row.claim_count, row.claim_limit, limit)
            record_change(
                runtime,
                session,
                subject_kind="coupon",
                subject=code,
                action="set",
                before={name: current[name] for name in changed},
                after={name: wanted[name] for name in changed},
                reason=reason,
            )
        return _record(runtime, coupon_row(session, code), runtime.now())


def _check_switched(runtime: Runtime, session: Session, code: str, expected: Change | None) -> None:
    if expected is not None:
        from shopcli.engine.use_cases.changes import last_change  # only where one was looked at

        made = last_change(runtime, session, "coupon", code, "disabled")
        check_switched(code, is_as_made=made == expected)


@retried
def get(runtime: Runtime, code: str) -> Coupon:
    """Read one coupon; a member sees only those to be claimed now or later, or that they hold.

    Raises:
        UnknownCoupon: No such coupon, or none that this member may see.
    """
    code = checked_code(code)
    now = runtime.now()
    with runtime.reading() as session:
        found = _record(runtime, coupon_row(session, code), now)
        if not _seen(runtime, session, [found]):
            raise unknown_coupon(session, code)
        return found


@retried
def listing(runtime: Runtime, limit: int | None = None) -> tuple[Coupon, ...]:
    """List coupons by code; a member sees only those to be claimed now or later, or that they hold.

    Args:
        runtime: What every use case is given.
        limit: Largest number of coupons, at least 1; all if None.
    """
    row_limit = checked_limit(limit)
    now = runtime.now()
    # A member may not see some of the first rows, so all are read.
    most = row_limit if runtime.holder.username is None else AMOUNT_MAX
    with runtime.reading() as session:
        found = [_record(runtime, row, now) for row in table.coupons(session, most)]
        return tuple(_seen(runtime, session, found)[:row_limit])


def _seen(runtime: Runtime, session: Session, found: list[Coupon]) -> list[Coupon]:
    """Those of these coupons that the holder of the shop may see."""
    member = runtime.holder.username
    if member is None:
        return found
    held = {row.code for row in table.held_by(session, member)}
    return [coupon for coupon in found if coupon.state in _TO_CLAIM or coupon.code in held]


def claim(runtime: Runtime, user: str, code: str, key: str | None = None) -> Claim:
    """Claim a coupon for a user: first come, first served, one for each user.

    Args:
        runtime: What every use case is given.
        user: Name of the user.
        code: Code of the coupon, in any case.
        key: Idempotency key, 1 to 200 printable ASCII characters; generated if None.

    Raises:
        UnknownUser: No such user.
        UserBlocked: The user is blocked.
        UserClosed: The user is closed.
        UnknownCoupon: No such coupon.
        CouponAlreadyClaimed: The user has claimed it before; details hold that claim's number.
        CouponDisabled: The coupon is switched off.
        CouponNotOpen: Claiming has not begun.
        CouponClosed: Claiming has ended.
        CouponExpired: It can no longer be used.
        CouponSoldOut: The limit is reached.
        KeyConflict: The key was used for another request.
    """
    username, code = checked_user(user), checked_code(code)
    request = _Claiming(
        username, code, key_or_new(runtime, key), fingerprint("claim", username, code)
    )
    if runtime.refusals.hold_any(request.needs()):
        made = _look(runtime, request)
        if made is not None:
            return made
        runtime.refusals.discard(request.needs())
    try:
        return _claim(runtime, request)
    except CouponSoldOut:
        runtime.refusals.add([("coupon", code)])
        raise
    except CouponAlreadyClaimed:
        runtime.refusals.add([("coupon", code, username)])
        raise


class _Claiming(NamedTuple):
    """A checked request to claim a coupon."""

    username: str
    code: str
    key: str
    fingerprint: str

    def needs(self) -> list[Subject]:
        """What may run out: the coupon, for all or for this user."""
        return [("coupon", self.code), ("coupon", self.code, self.username)]


@retried
def _look(runtime: Runtime, request: _Claiming) -> Claim | None:
    """The claim that the key has made; else None where every rule holds."""
    with runtime.reading_at_once() as session:
        reading = session.reading
        found = table.standing(reading, request.username, request.code, request.key)
        if found.made is not None:
            return _replay(runtime, request, found.made)
        _check(reading, request, found, runtime.now())
    return None


@retried
def _claim(runtime: Runtime, request: _Claiming) -> Claim:
    """Claim the coupon if every rule holds; else replay what the key made, or raise."""
    now = runtime.now()
    values = {**request._asdict(), "claimed_at": now, **origin_values(runtime, now)}
    try:
        with runtime.writing_at_once(request.key) as session:
            taken = table.take(session, values)
    except (GuardFailed, ConstraintViolated):
        made = _look(runtime, request)
        if made is not None:
            return made
        raise  # every rule holds by now: `retried` runs this again
    return _answer(request, taken, now, replayed=False)


def _check(session: Reader, request: _Claiming, found: Standing, now: int) -> None:
    if found.state is None:
        raise unknown_user(session, request.username)
    check_state(request.username, found.state)
    if found.terms is None:
        raise unknown_coupon(session, request.code)
    check_claimable(request.username, terms_of(found.terms), found.number, now)


def _replay(runtime: Runtime, request: _Claiming, made: MadeRow) -> Claim:
    """The record of the claim that the key made, as first returned."""
    if made.fingerprint != request.fingerprint:
        raise key_conflict(request.key, runtime.details_of_others({"coupon": made.code}))
    return _answer(request, made, made.claimed_at, replayed=True)


def _answer(
    request: _Claiming, taken: TakenRow | MadeRow, claimed_at: int, *, replayed: bool
) -> Claim:
    return Claim(
        coupon=request.code,
        user=request.username,
        number=taken.number,
        limit=taken.claim_limit,
        state="claimed",
        claimed_at=from_microseconds(claimed_at),
        usable_until=_moment(taken.usable_until_at),
        key=request.key,
        replayed=replayed,
    )


@retried
def held_by(runtime: Runtime, user: str) -> tuple[UserCoupon, ...]:
    """List the coupons a user has claimed, newest first, with the state of each.

    Raises:
        UnknownUser: No such user.
    """
    username = checked_user(user)
    now = runtime.now()
    with runtime.reading() as session:
        user_row(session, username)
        return tuple(_held_record(row, now) for row in table.held_by(session, username))


def _held_record(row: UserCouponRow, now: int) -> UserCoupon:
    state = held_state(row.order_id, row.usable_until_at, now)
    return UserCoupon(
        coupon=row.code,
        number=row.number,
        state=state,
        claimed_at=from_microseconds(row.claimed_at),
        usable_until=_moment(row.usable_until_at),
        order=row.order_id,
        usable=state == "claimed" and not row.disabled,
    )


def _record(runtime: Runtime, row: CouponRow, now: int) -> Coupon:
    return Coupon(
        code=row.code,
        percent=row.percent,
        amount=row.amount_minor,
        cap=row.cap_minor,
        limit=row.claim_limit,
        claimed=row.claim_count,
        redeemed=row.redeemed_count,
        min_order=row.min_order_minor,
        opens=_moment(row.opens_at),
        closes=_moment(row.closes_at),
        use_by=_moment(row.use_by_at),
        valid_days=row.valid_days,
        state=terms_state(terms_of(row), now),
        currency=runtime.identity.currency,
    )


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else from_microseconds(microseconds)


def _within(
    value: int | None, what: str, *, most: int = AMOUNT_MAX, currency: str | None = None
) -> int | None:
    if value is None:
        return None
    return checked_amount(value, what, least=1, most=most, currency=currency)
