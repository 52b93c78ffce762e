"""The plans of users and coupons: rows that exist and differ are refused, skipped or updated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shopcli.domain.batch.grammar import CLEAR, LEAVE
from shopcli.domain.couponing import check_opens_before_closes, limit_below_claimed
from shopcli.domain.errors import (
    CouponExists,
    ShopError,
    UnknownCoupon,
    UserExists,
)
from shopcli.engine.audit import as_text, origin_values
from shopcli.engine.imports.plan import Choices, Outcome, Plan, Reject
from shopcli.storage.bulk import locking_reads, writing
from shopcli.storage.inserts import ADMIN_CHANGES, BALANCES, COUPONS, USERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shopcli.domain.batch.grammar import Value
    from shopcli.engine.imports.reading.rows import Rows
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.coupons import TermsRow
    from shopcli.storage.session import Session

_CHANGE = ("change_id", "subject", "before", "after")
_USER = ("username", "user_id", "name")
_COUPON = (
    "code",
    "percent",
    "amount_minor",
    "claim_limit",
    "cap_minor",
    "min_order_minor",
    "opens_at",
    "closes_at",
    "use_by_at",
    "valid_days",
)


class Record:
    """Collects rows of the audit record, to be written with the changes themselves."""

    def __init__(self, runtime: Runtime, kind: str) -> None:
        self._runtime = runtime
        self._kind = kind
        self._rows: list[tuple[Any, ...]] = []
        self.same = origin_values(runtime, runtime.now())

    def add(self, subject: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
        """Add one change."""
        self._rows.append((self._runtime.ids.new(), subject, as_text(before), as_text(after)))

    def write(self, session: Session) -> None:
        """Write the collected rows."""
        if self._rows:
            same: dict[str, Any] = {
                "subject_kind": self._kind,
                "action": "set",
                "reason": None,
                "at": self.same["recorded_at"],
            }
            writing.insert(session, ADMIN_CHANGES, _CHANGE, self._rows, {**same, **self.same})


def wanted(current: Value, given: Value) -> Value:
    """The new value of a column: the current one, none, or the one given."""
    if given is LEAVE:
        return current
    return None if given is CLEAR else given


class UserPlan(Plan):
    """Imports users and their names."""

    def __init__(self, runtime: Runtime, choices: Choices) -> None:
        self._runtime = runtime
        self._choices = choices

    def apply(self, session: Session, rows: Rows) -> Outcome:
        """Add or rename a batch of users."""
        usernames, (_, column) = rows.texts(0), rows.columns
        names: Any = column or [LEAVE] * len(usernames)
        writes = not self._choices.dry_run
        existing = {
            row.username: row.name for row in locking_reads.users(session, usernames, lock=writes)
        }
        outcome, record = Outcome(), Record(self._runtime, "user")
        added: list[tuple[Any, ...]] = []
        renamed: list[tuple[Any, ...]] = []
        for line, username, given in zip(rows.lines, usernames, names, strict=True):
            name = wanted(existing.get(username), given)
            if username not in existing:
                added.append((username, self._runtime.ids.new(), name))
            elif name == existing[username] or self._choices.on_existing == "skip":
                outcome.unchanged += 1
            elif self._choices.on_existing == "error":
                outcome.rejects.append(Reject(line, user_differs(username), (username, given)))
            else:
                outcome.updated += 1
                renamed.append((name, username))
                record.add(username, None, {"name": "forgotten" if name is None else "set"})
        outcome.created = len(added)
        if writes:
            if added:
                same: dict[str, Any] = {"created_at": record.same["recorded_at"], **record.same}
                writing.insert(session, USERS, _USER, added, same)
                empty = [(username,) for username, *_ in added]
                writing.insert(session, BALANCES, ("username",), empty, {})
            writing.update(
                session, "users", [("username", writing.TEXT)], [("name", writing.TEXT)], renamed
            )
            record.write(session)
        return outcome


def user_differs(username: str) -> UserExists:
    """The error for a user that exists with another name."""
    return UserExists(
        "There is already a user {user}, with another name.",
        details={"user": username, "reason": "other_name"},
    )


class CouponPlan(Plan):
    """Imports coupons; of existing ones only the limit and the end of claiming can change."""

    def __init__(self, runtime: Runtime, choices: Choices) -> None:
        self._runtime = runtime
        self._choices = choices

    def apply(self, session: Session, rows: Rows) -> Outcome:
        """Add or change a batch of coupons."""
        codes = rows.texts(0)
        writes = not self._choices.dry_run
        existing = {row.code: row for row in locking_reads.coupons(session, codes, lock=writes)}
        outcome, record = Outcome(), Record(self._runtime, "coupon")
        added: list[tuple[Any, ...]] = []
        changed: list[tuple[Any, ...]] = []
        columns = [column or [LEAVE] * len(codes) for column in rows.columns]
        for line, code, *values in zip(rows.lines, codes, *columns, strict=True):
            row = existing.get(code)
            if row is None and _can_be_added(values):
                added.append(tuple(values))
                continue
            if row is None:
                outcome.rejects.append(Reject(line, _cannot_be_added(code), values, "code"))
                continue
            try:
                new = self._changed(row, values)
            except ShopError as error:
                outcome.rejects.append(Reject(line, error, values))
                continue
            if new is None:
                outcome.unchanged += 1
                continue
            outcome.updated += 1
            changed.append((*new, code))
            before = {"claim_limit": row.claim_limit, "closes_at": row.closes_at}
            after = dict(zip(before, new, strict=True))
            names = [name for name in before if before[name] != after[name]]
            record.add(
                code,
                {name: before[name] for name in names},
                {name: after[name] for name in names},
            )
        outcome.created = len(added)
        if writes:
            if added:
                same = {"created_at": record.same["recorded_at"], **record.same}
                writing.insert(session, COUPONS, _COUPON, added, same)
            writing.update(
                session,
                "coupons",
                [("code", writing.TEXT)],
                [("claim_limit", writing.COUNT), ("closes_at", writing.COUNT)],
                changed,
            )
            record.write(session)
        return outcome

    def _changed(self, row: TermsRow, values: list[Value]) -> tuple[int, int | None] | None:
        """The new (limit, closes) of an existing coupon; None if it does not change."""
        code, percent, amount, limit, cap, min_order, opens, closes, use_by, valid_days = values
        current = (
            row.percent,
            row.amount_minor,
            row.cap_minor,
            row.min_order_minor,
            row.opens_at,
            row.use_by_at,
            row.valid_days,
        )
        given = (percent, amount, cap, min_order, opens, use_by, valid_days)
        # Percent and amount exclude each other: giving one says that the other is empty.
        fixed = tuple(wanted(had, has) for had, has in zip(current, given, strict=True))
        is_same_kind = (percent, amount) in ((row.percent, row.amount_minor), (LEAVE, LEAVE))
        same_terms = fixed == current and is_same_kind
        new_limit, new_closes = new = (
            wanted(row.claim_limit, limit),
            wanted(row.closes_at, closes),
        )
        is_same = same_terms and new == (row.claim_limit, row.closes_at)
        if self._choices.on_existing == "skip" or is_same:
            return None
        if self._choices.on_existing == "error" or not same_terms:
            raise CouponExists(
                "There is already a coupon {coupon}, with other terms.",
                details={"coupon": str(code), "reason": "other_terms"},
            )
        if isinstance(new_limit, int) and new_limit < row.claim_count:
            raise limit_below_claimed(str(code), row.claim_count, row.claim_limit, new_limit)
        if isinstance(new_closes, int):
            check_opens_before_closes(row.opens_at, new_closes)
        return new  # type: ignore[return-value]  # neither is a text


def _can_be_added(values: Sequence[Value]) -> bool:
    _, percent, amount, limit, *_ = values
    return limit is not LEAVE and (percent, amount) != (LEAVE, LEAVE)


def _cannot_be_added(code: Value) -> UnknownCoupon:
    return UnknownCoupon(
        "There is no coupon {coupon}, and a new one needs a limit and a percentage or an amount.",
        details={"coupon": str(code), "reason": "new_needs_more"},
    )
