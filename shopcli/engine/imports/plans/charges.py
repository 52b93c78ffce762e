"""The plan of charges: reads all balances, judges each charge in order, writes all at once."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from shopcli.domain.errors import ShopError
from shopcli.domain.fingerprints import fingerprint
from shopcli.domain.ledger.accounts import MoneyTerms, check_limit, check_state
from shopcli.domain.ledger.entries import entry_id
from shopcli.engine.audit import origin_values
from shopcli.engine.imports.plan import Choices, Outcome, Plan, Reject, latest_at
from shopcli.engine.lookups import no_user
from shopcli.engine.requests import key_conflict
from shopcli.storage.bulk import locking_reads, writing
from shopcli.storage.inserts import BALANCE_ENTRIES
from shopcli.storage.settings import money_terms

if TYPE_CHECKING:
    from shopcli.engine.imports.reading.rows import Rows
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.bulk.locking_reads import AccountRow
    from shopcli.storage.session import Session

_ENTRY = (
    "username",
    "sequence",
    "amount_minor",
    "balance_after_minor",
    "at",
    "key",
    "fingerprint",
    "reason",
    "method",
)

_Made = tuple[str, str, int]
"""(fingerprint, user, sequence) of the charge that a key made."""


class Account:
    """A user's balance after the rows judged so far; `user_id` is the id that events carry."""

    __slots__ = ("balance_minor", "entry_count", "state", "user_id")

    def __init__(self, row: AccountRow) -> None:
        self.user_id = row.user_id
        self.state = row.state
        self.balance_minor = row.balance_minor
        self.entry_count = row.entry_count


class Accounts:
    """Users and their balances after the rows judged so far.

    Args:
        dry_run: Keep them from batch to batch, as nothing is written that could be read again.
    """

    def __init__(self, *, dry_run: bool) -> None:
        self.dry_run = dry_run
        self.known: dict[str, Account | None] = {}
        self.changed: set[str] = set()

    def load(self, session: Session, usernames: set[str]) -> None:
        """Read the users that are not loaded yet, and lock them unless in a dry run."""
        if not self.dry_run:
            self.known.clear()
            self.changed.clear()
        wanted = usernames - self.known.keys()
        self.known.update(dict.fromkeys(wanted))
        for row in locking_reads.accounts(session, wanted, lock=not self.dry_run):
            self.known[row.username] = Account(row)

    def active(self, username: str) -> Account:
        """The account of a user who is active.

        Raises:
            UnknownUser: No such user.
            UserBlocked: The user is blocked.
            UserClosed: The user is closed.
        """
        account = self.known[username]
        if account is None:
            raise no_user(username)
        if account.state != "active":
            check_state(username, account.state)
        return account

    def write(self, session: Session) -> None:
        """Write the changed balances."""
        rows = []
        for username in sorted(self.changed):
            account = self.known[username]
            if account is not None:
                rows.append((account.balance_minor, account.entry_count, username))
        writing.update(
            session,
            "balances",
            [("username", writing.TEXT)],
            [("balance_minor", writing.COUNT), ("entry_count", writing.COUNT)],
            rows,
        )


class _Batch(NamedTuple):
    """Rows with their keys and the fingerprints of their requests."""

    rows: Rows
    keys: list[str]
    requests: list[str]
    """Fingerprints."""
    usernames: set[str]


class ChargePlan(Plan):
    """Imports charges; `at` is part of a charge's fingerprint if it is given.

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
        self._accounts = Accounts(dry_run=choices.dry_run)
        self._made: dict[str, _Made] = {}
        self._now = 0
        self._terms = MoneyTerms()

    def prepare(self, rows: Rows) -> _Batch:
        """Add the prefix to the keys, and compute the fingerprints."""
        prefix, usernames = self._prefix, rows.texts(1)
        keys = [prefix + key for key in rows.texts(0)] if prefix else rows.texts(0)
        _, _, amounts, moments, *_ = rows.columns
        several = zip(usernames, amounts or (), moments or repeat(None, len(keys)), strict=True)
        requests = [fingerprint("charge", user, amount, at) for user, amount, at in several]
        return _Batch(rows, keys, requests, set(usernames))

    def apply(self, session: Session, batch: _Batch) -> Outcome:
        """Apply a batch of charges."""
        self._now = self._runtime.now()
        self._terms = money_terms(session)
        keys = batch.keys
        self._accounts.load(session, batch.usernames)
        made = {
            row.key: (row.fingerprint, row.username, row.sequence)
            for row in locking_reads.charges(session, keys)
        }
        if self._dry_run:
            made = {**made, **{key: self._made[key] for key in keys if key in self._made}}
        outcome = Outcome()
        entries = self._decide(batch, made, outcome)
        if not self._dry_run and entries:
            self._accounts.write(session)
            same = {
                "kind": "charge",
                "order_id": None,
                **origin_values(self._runtime, self._now),
            }
            # Sorted by primary key, so that neighbouring rows go to the same page.
            writing.insert(session, BALANCE_ENTRIES, _ENTRY, sorted(entries), same)
        return outcome

    def _decide(
        self, batch: _Batch, made: dict[str, _Made], outcome: Outcome
    ) -> list[tuple[Any, ...]]:
        latest = latest_at(self._now)
        now, rows, keys, terms = self._now, batch.rows, batch.keys, self._terms
        exponent, currency = self._runtime.identity.exponent, self._runtime.identity.currency
        _, usernames, amounts, moments, methods, reasons = rows.columns
        nothing = [None] * len(keys)
        changed = self._accounts.changed
        entries: list[tuple[Any, ...]] = []
        several: Any = zip(
            keys,
            usernames or (),
            amounts or (),
            moments or nothing,
            methods or nothing,
            reasons or nothing,
            batch.requests,
            strict=True,
        )
        for index, (key, username, amount, at, given, reason, request) in enumerate(several):
            try:
                if key in made:
                    request_made, user_made, sequence = made[key]
                    if request_made != request:
                        raise key_conflict(key, {"entry": entry_id(user_made, sequence)})
                    outcome.replayed += 1
                    continue
                method = terms.method(given)
                account = self._accounts.active(username)
                had = account.balance_minor
                balance = had + amount
                terms.check_charge(amount, exponent, currency)
                check_limit(username, had, amount, currency)
            except ShopError as error:
                values = [None if column is None else column[index] for column in rows.columns]
                outcome.rejects.append(Reject(rows.lines[index], error, values))
                continue
            account.balance_minor = balance
            account.entry_count = sequence = account.entry_count + 1
            changed.add(username)
            made[key] = (request, username, sequence)
            if at is not None and at > latest:
                outcome.take_future(1, rows.lines[index])
            entries.append(
                (
                    username,
                    sequence,
                    amount,
                    balance,
                    now if at is None else at,
                    key,
                    request,
                    reason,
                    method,
                )
            )
        outcome.created += len(entries)
        if self._dry_run:
            self._made.update((key, made[key]) for key in keys if key in self._repeated)
        return entries
