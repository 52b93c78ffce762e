"""Checks that the audit record of products, coupons, users and settings leads to present values.

Hosts with different clocks may record changes out of order, so only what holds in any order is
checked: each value after a change is the value before another change, or the present one.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from shopcli.engine.use_cases.products import search_text
from shopcli.engine.use_cases.settings import SETTINGS
from shopcli.engine.verifying.findings import Findings, values_of
from shopcli.storage.verifying import pages
from shopcli.storage.verifying.attempts import attempt

if TYPE_CHECKING:
    from shopcli.domain.records import Check
    from shopcli.storage.session import Session
    from shopcli.storage.verifying.pages import ChangeRow, ProductRow

_CHANGES = "changes_lead_to_the_present"
_SEARCH = "products_are_found_by_their_names"
_FIELDS = {
    "product": ("name", "price_minor", "on_sale", "category", "barcode", "low_stock"),
    "coupon": ("claim_limit", "closes_at", "disabled"),
    "user": ("state",),
}
_INITIAL = {("user", "state"): "active", ("coupon", "disabled"): 0}
"""The initial value of fields for which it is always the same."""


def checks(session: Session) -> list[Check]:
    """Check the audit record, and the texts that search looks in."""
    findings = Findings(_CHANGES, _SEARCH)
    with attempt(session, lambda told: findings.add(_CHANGES, told)):
        _judge_changes(session, findings)
    with attempt(session, lambda told: findings.add(_SEARCH, told)):
        for products in pages.products(session):
            for product in products:
                if not _is_found(product):
                    findings.add(_SEARCH, f"{product.sku}: is not found by its name")
    return findings.checks()


def _judge_changes(session: Session, findings: Findings) -> None:
    rows = chain.from_iterable(pages.changes(session))
    for _, some in groupby(rows, attrgetter("subject_kind", "subject")):
        subject = _Subject()
        for row in some:
            subject.add(row)
        subject.judge(findings)
    for name, value in pages.settings_nobody_set(session):
        if name in SETTINGS and value != SETTINGS[name].default:
            findings.add(_CHANGES, f"setting {name}: nobody made it what it is")


class _Subject:
    """The changes of one product, coupon, user or setting."""

    def __init__(self) -> None:
        self._latest: ChangeRow | None = None
        self._left: dict[str, Counter[Any]] = {}
        """By field and value: changes from the value minus changes to it."""
        self._settings: set[Any] = set()
        self._was_unset = False
        self._name_changes: set[Any] = set()
        self._is_readable = True

    def add(self, row: ChangeRow) -> None:
        self._latest = row
        before, after = values_of(row.before), values_of(row.after)
        if before is None or after is None:
            self._is_readable = False
            return
        try:
            self._add(row, before, after)
        except TypeError:
            # A list or an object is no value of a field.
            self._is_readable = False

    def _add(self, row: ChangeRow, before: dict[str, Any], after: dict[str, Any]) -> None:
        if row.subject_kind == "setting":
            self._settings.add(after.get("value"))
            self._was_unset = self._was_unset or row.action == "unset"
        if row.subject_kind == "user" and "name" in after:
            self._name_changes.add(after["name"])
        for field in _FIELDS.get(row.subject_kind, ()):
            for values, step in ((before, 1), (after, -1)):
                if field in values:
                    self._count(field, values[field], step)

    def _count(self, field: str, value: object, step: int) -> None:
        left = self._left.setdefault(field, Counter())
        left[value] += step
        # Drop counts of 0, so that memory stays small however many changes there are.
        if not left[value]:
            del left[value]

    def judge(self, findings: Findings) -> None:
        row = self._latest
        if row is None:
            return
        for problem in self._problems(row):
            findings.add(_CHANGES, f"{row.subject_kind} {row.subject}: {problem}")

    def _problems(self, row: ChangeRow) -> list[str]:
        if not self._is_readable:
            return ["a recorded change cannot be read"]
        if row.subject_kind == "setting":
            return self._problems_of_setting(row)
        present = {"product": row.product, "coupon": row.coupon, "user": row.user}
        if row.subject_kind not in present:
            return []
        if present[row.subject_kind] is None:
            return ["was changed, and does not exist"]
        problems = [
            f"{field} is not what the recorded changes led to"
            for field, left in self._left.items()
            if not _leads_to(row, field, left)
        ]
        if self._name_changes == {"forgotten"} and row.user_name is not None:
            problems.append("has a name that was forgotten")
        return problems

    def _problems_of_setting(self, row: ChangeRow) -> list[str]:
        if row.subject not in SETTINGS:
            return []
        value = SETTINGS[row.subject].default if row.value is None else row.value
        if (row.value is None and self._was_unset) or value in self._settings:
            return []
        return ["nobody made it what it is"]


def _leads_to(row: ChangeRow, field: str, left: Counter[Any]) -> bool:
    """Whether the changes lead from one initial value to the present one.

    A chain of changes goes from each value once for every time it went to it, but for its first and
    last value. Counting the present value as left once more leaves only the first, counted once.
    """
    total = left.copy()
    total[getattr(row, field)] += 1
    rest = {value: count for value, count in total.items() if count}
    if list(rest.values()) != [1]:
        return False
    kind_and_field = (row.subject_kind, field)
    return kind_and_field not in _INITIAL or _INITIAL[kind_and_field] in rest


def _is_found(product: ProductRow) -> bool:
    parts = product.sku, product.name, product.barcode
    try:
        if product.search_text == search_text(*parts):
            return True
    except (AttributeError, TypeError):
        return False
    # A newer Python on another host may fold letters that are unassigned in this one's Unicode.
    return any(unicodedata.category(c) == "Cn" for part in parts for c in part or "")
