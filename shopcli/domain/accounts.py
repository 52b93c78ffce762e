"""Rules for users and balances: who may act, and which changes of a balance are allowed."""

from __future__ import annotations

from shopcli.domain import errors
from shopcli.domain.money import AMOUNT_MAX


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
