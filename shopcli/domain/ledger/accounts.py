"""Rules for users and balances: who may act, and which changes of a balance are allowed."""

from __future__ import annotations

import re
from typing import NamedTuple

from shopcli.domain import errors
from shopcli.domain.money import AMOUNT_MAX, parse_major
from shopcli.domain.showing import excerpt

METHODS = "cash,transfer,card"
"""How money comes and goes where the shop says nothing else; the first is meant unless said."""

METHOD = r"(?!(?:none|unknown)(?:,|$))[a-z0-9_-]{1,32}"
"""The grammar of a method; reports call money `none` or `unknown` that has no method."""


def refuse_reserved(value: object) -> None:
    """Refuse a name that reports and closes have for what came without a method.

    Raises:
        InvalidInput: It is one.
    """
    if value in {"none", "unknown"}:
        raise errors.InvalidInput(
            "'{value}' is no name for a method: it stands for what has none.",
            details={"field": "method", "value": value, "reason": "reserved_method"},
        )


def checked_method(value: object) -> str:
    """A method that a shop can have.

    Raises:
        InvalidInput: It breaks the grammar.
    """
    refuse_reserved(value)
    if not isinstance(value, str) or re.fullmatch(METHOD, value) is None:
        raise errors.InvalidInput(
            "'{value}' is no method: that is 1 to 32 of a-z, 0-9, _ and -.",
            details={"field": "method", "value": excerpt(str(value)), "reason": "method_form"},
        )
    return value


class MoneyTerms(NamedTuple):
    """What the shop's settings say of money that comes in and goes out; None is the default."""

    methods: str | None = None
    """Names with commas between."""
    charge_max: str | None = None
    """The largest charge, in major units."""

    def method(self, given: str | None) -> str:
        """The method of a charge or payout, which is the first unless one is given.

        Raises:
            InvalidInput: The shop has no such method.
        """
        known = (self.methods or METHODS).split(",")
        if given is None:
            return known[0]
        if given not in known:
            raise errors.InvalidInput(
                "'{value}' is no method of this shop: that is one of {choices}.",
                details={
                    "field": "method",
                    "value": excerpt(given),
                    "choices": known,
                    "reason": "method",
                },
            )
        return given

    def check_charge(self, amount_minor: int, exponent: int, currency: str) -> None:
        """Refuse a charge that is larger than the shop allows.

        Raises:
            ChargeLimit: It is; details hold the amount and the limit.
        """
        if self.charge_max is None:
            return
        limit = parse_major(self.charge_max, exponent, currency)
        if amount_minor > limit:
            raise errors.ChargeLimit(
                "{amount:money} is more than one charge may be here, {limit:money}.",
                details={"amount": amount_minor, "limit": limit, "currency": currency},
            )


def check_state(user: str, state: str) -> None:
    """Refuse a user who is not active.

    Raises:
        UserBlocked: The user is blocked.
        UserClosed: The user is closed.
    """
    if state == "active":
        return
    if state == "blocked":
        raise errors.UserBlocked("User {user} is blocked.", details={"user": user})
    if state == "closed":
        raise errors.UserClosed("User {user} is closed.", details={"user": user})


def check_balance(
    user: str, balance_minor: int, required_minor: int, currency: str, instead: str | None = None
) -> None:
    """Refuse to take more than the balance holds.

    Args:
        user: Name of the user, for messages.
        balance_minor: The balance in minor units.
        required_minor: The amount to take, in minor units.
        currency: Currency of both.
        instead: The `reason` in the details, which selects the advice; None for an order, whose
            buyer is advised to charge what is missing.

    Raises:
        InsufficientBalance: The balance is too small; details hold it and the amount required.
    """
    if balance_minor < required_minor:
        raise errors.InsufficientBalance(
            "{user} has {balance:money} and needs {required:money}: {missing:money} are missing.",
            details={
                "balance": balance_minor,
                "required": required_minor,
                "currency": currency,
                "user": user,
                "missing": required_minor - balance_minor,
                **({} if instead is None else {"reason": instead}),
            },
        )


def check_limit(username: str, balance_minor: int, added_minor: int, currency: str) -> None:
    """Refuse an addition that takes a balance above the largest amount.

    Raises:
        BalanceLimit: The sum is too large; details hold the balance and the limit.
    """
    if balance_minor + added_minor > AMOUNT_MAX:
        raise errors.BalanceLimit(
            "{user} has {balance:money}; with {added:money} more that would pass the largest"
            " balance, {limit:money}.",
            details={
                "balance": balance_minor,
                "limit": AMOUNT_MAX,
                "currency": currency,
                "user": username,
                "added": added_minor,
            },
        )
