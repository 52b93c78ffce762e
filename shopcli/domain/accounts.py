"""Whether a user may act and a balance may change: pure rules of everything that moves money."""

from __future__ import annotations

from shopcli.domain import errors
from shopcli.domain.money import AMOUNT_MAX


def check_state(user: str, state: str) -> None:
    """Refuse what a blocked or closed user may not do.

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
    """Refuse to take more than there is.

    Args:
        user: Whose balance, for messages.
        balance_minor: What there is.
        required_minor: What is to be taken.
        currency: Of both.
        instead: What else could be taken (the `reason` in the details); None: an order's buyer adds
            what is missing.

    Raises:
        InsufficientBalance: With the balance and what was required.
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
    """Refuse what would take a balance past the largest amount.

    Raises:
        BalanceLimit: With the balance and the limit.
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
