"""Computes every close again, from the rows that it covers."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput
from shopcli.domain.fingerprints import fingerprint
from shopcli.domain.ledger.closing import Before
from shopcli.domain.money import AMOUNT_MAX, checked_amount
from shopcli.domain.records import Verification
from shopcli.domain.showing import excerpt
from shopcli.engine.runtime import retried
from shopcli.engine.use_cases.closing import (
    before_next,
    by_method,
    digest_of_close,
    read,
    unknown_closing,
)
from shopcli.engine.verifying.findings import Findings
from shopcli.storage.ledger import closes as table
from shopcli.storage.ledger.closes import CloseRow, Covered
from shopcli.storage.verifying.attempts import attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.domain.records import Check
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session

_CLOSES = "closes_are_what_they_cover"
_DIGEST = "closing_is_what_was_printed"
_MISTYPED_MAX = 16
"""Digests of other rows differ in about 60 of their digits."""


def checks(session: Session) -> list[Check]:
    """Check all closes."""
    return _examined(session, AMOUNT_MAX, _CLOSES).checks()


@retried
def verify(runtime: Runtime, number: int, digest: str) -> Verification:
    """Prove that a close, and all that it and those before it cover, is what it was.

    Args:
        runtime: What every use case is given.
        number: The number of the close.
        digest: Its digest, as it was printed or kept: 64 hexadecimal digits.

    Raises:
        UnknownClosing: There is no close of this number.
        InvalidInput: The digest is none.
    """
    checked_amount(number, "Number", least=1)
    kept = str(digest).strip().lower()
    if re.fullmatch(r"[0-9a-f]{64}", kept) is None:
        raise InvalidInput(
            "'{value}' is no digest: that is 64 hexadecimal digits.",
            details={"field": "digest", "value": excerpt(str(digest)), "reason": "digest"},
        )
    with runtime.reading(long=True) as session:
        row = table.by_number(session, number)
        if row is None:
            raise unknown_closing(number)
        findings = _examined(session, number, _CLOSES, _DIGEST)
        if row.digest != kept:
            findings.add(_DIGEST, _other_digest(row, kept))
        found = tuple(findings.checks())
    return Verification(ok=all(check.ok for check in found), checks=found)


def _other_digest(row: CloseRow, kept: str) -> str:
    differing = sum(one != other for one, other in zip(row.digest, kept, strict=True))
    told = f"close {row.number}: has the digest {row.digest}, and not {kept}"
    if differing > _MISTYPED_MAX:
        return told
    return f"{told}: {differing} of 64 digits differ, so it may be mistyped"


def unreadable(session: Session) -> list[str]:
    """What no close can be read by; quicker than to compute any again."""
    found = list[str]()
    for number, stored in table.methods(session):
        try:
            by_method(stored)
        except (LookupError, TypeError, ValueError):
            found.append(f"close {number}: its methods cannot be read")
    return found


def _examined(session: Session, number: int, *names: str) -> Findings:
    """What is wrong with the closes from the first to this one."""
    findings = Findings(*names)
    with attempt(session, partial(findings.add, _CLOSES)):
        before, of_shop = Before(), table.currency_and_timezone(session)
        for row in table.from_first(session, number):
            for problem in _problems(session, before, row, of_shop):
                findings.add(_CLOSES, f"close {row.number}: {problem}")
            before = before_next(row)
    return findings


def _problems(
    session: Session, before: Before, row: CloseRow, of_shop: tuple[str, str]
) -> Iterator[str]:
    if row.number != before.number + 1:
        yield f"comes after close {before.number}"
    if row.from_at != before.until_at:
        yield "does not begin where the close before ended"
    if row.until_at < row.recorded_at:
        yield "ended before it was made"
    if (row.currency, row.timezone) != of_shop:
        yield "has another currency or time zone than the shop"
    if row.fingerprint != fingerprint("close", row.cash_counted_minor):
        yield "is not what was asked for"
    covered = Covered(row.number, before.cash_move_number, row.cash_move_number)
    found = read(session, before, covered)
    for name, value in found.columns.items():
        if getattr(row, name) != value:
            yield f"has {name} {getattr(row, name)}, its rows come to {value}"
    if row.digest != digest_of_close(before, row, found):
        yield "has a digest that is not that of its rows"
