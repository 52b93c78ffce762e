"""Verbs about users and their balances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.engine import balances, users
from shopcli.engine.verbs import Verbs

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.domain import records


class PeopleVerbs(Verbs):
    """Users and balances."""

    def add_user(self, user: str, name: str | None = None) -> records.User:
        """Add a user with an empty balance."""
        return users.add(self._runtime, user, name)

    def user(self, user: str) -> records.User:
        """One user."""
        return users.get(self._runtime, user)

    def users(self, limit: int | None = None) -> tuple[records.User, ...]:
        """Users by name."""
        return users.listing(self._runtime, limit)

    def set_user(
        self,
        user: str,
        *,
        name: str | None = None,
        forget_name: bool = False,
        state: str | None = None,
        reason: str | None = None,
    ) -> records.User:
        """Rename, forget the name of, block, close or make active again."""
        return users.change(
            self._runtime, user, name=name, forget_name=forget_name, state=state, reason=reason
        )

    def charge(
        self,
        user: str,
        amount: int,
        key: str | None = None,
        at: datetime | None = None,
        reason: str | None = None,
    ) -> records.BalanceChange:
        """Add money to a balance."""
        return balances.charge(self._runtime, user, amount, key, at, reason)

    def payout(
        self, user: str, amount: int | None = None, *, reason: str, key: str | None = None
    ) -> records.BalanceChange:
        """Pay money out; all of it where no amount is given."""
        return balances.payout(self._runtime, user, amount, reason, key)

    def adjust(
        self, user: str, by: int, *, reason: str, key: str | None = None
    ) -> records.BalanceChange:
        """Correct a balance by a signed amount."""
        return balances.adjust(self._runtime, user, by, reason, key)

    def balance(self, user: str) -> records.Balance:
        """What a user can spend."""
        return balances.balance(self._runtime, user)

    def history(
        self, user: str, limit: int | None = None, since: datetime | None = None
    ) -> tuple[records.BalanceEntry, ...]:
        """A user's balance entries in recording order."""
        return balances.history(self._runtime, user, limit, since)
