"""A user's journal as far as it was read: the newest events, and older ones that were asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shopcli.tui.opening import may_charge
from shopcli.wording.kinds import meant_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli import Shop
    from shopcli.domain.records import JournalEntry, JournalPage, JournalPlace, User

FOUND_COUNT = 200
"""How many events a search finds before it waits to be asked for older ones."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user with the journal, read anew as far as it was shown before."""

    user: User
    may_charge: bool
    entries: tuple[JournalEntry, ...]
    older: JournalPlace | None
    total: int
    entry_count: int
    cancel_within_microseconds: int
    """How long orders may be cancelled."""
    is_as_known: bool
    """Whether nothing has changed for this user: then `entries` are the newest alone."""


@dataclass(frozen=True, slots=True)
class Older:
    """A page behind a place."""

    user: str
    query: str
    place: JournalPlace | None
    page: JournalPage


@dataclass(frozen=True, slots=True)
class Known:
    """What is shown, for a thread that reads it again."""

    entries: tuple[JournalEntry, ...] = ()
    entry_count: int = 0


@dataclass(slots=True)
class Loaded:
    """The events of a user that were read, newest first: all, or those that were found."""

    user: str
    query: str = ""
    """What was searched; empty for the whole journal."""
    entries: list[JournalEntry] = field(default_factory=list)
    older: JournalPlace | None = None
    """Where older ones begin; None at the end."""
    total: int = 0
    """Events of the whole journal."""
    entry_count: int = 0
    looked_through: int = 0
    """Events that a search has looked through."""
    is_read: bool = False
    """Whether a first answer has come."""
    wanted: int = FOUND_COUNT
    """How many events a search goes on for by itself."""

    @property
    def known(self) -> Known:
        """What is shown."""
        return Known(tuple(self.entries), self.entry_count)

    @property
    def goes_on(self) -> bool:
        """Whether a search looks on by itself: it was asked for more than it has found."""
        return bool(self.query) and self.older is not None and len(self.entries) < self.wanted

    def renew(self, account: Account) -> None:
        """Take what was read anew."""
        self.total, self.is_read = account.total, True
        if not account.is_as_known:
            self.entries, self.older = [*account.entries], account.older
            self.entry_count = account.entry_count

    def add(self, answer: Older) -> bool:
        """Add an older page.

        Returns:
            Whether it continues what is shown; else it is of something else, and left out.
        """
        here = (self.user, self.query, self.older if self.is_read else None)
        if here != (answer.user, answer.query, answer.place):
            return False
        self.entries += answer.page.entries
        self.older = answer.page.older
        self.looked_through += answer.page.looked_through
        self.is_read = True
        return True

    def entry(self, entry_id: str, place: int) -> JournalEntry | None:
        """The event with this id; None where it is not shown.

        Args:
            entry_id: Its id.
            place: Where it is, unless it was moved since it was drawn.
        """
        if place < len(self.entries) and self.entries[place].id == entry_id:
            return self.entries[place]
        return next((entry for entry in self.entries if entry.id == entry_id), None)


def read_account(shop: Shop, user: str, known: Known) -> Account:
    """Read a user and the newest events; all that was shown again only where something is new.

    Args:
        shop: An open shop.
        user: Name of the user.
        known: What is shown.
    """
    page = shop.browsing.journal(user)
    entries, older = page.entries, page.older
    is_as_known = known.entry_count == page.entry_count and known.entries[: len(entries)] == entries
    while not is_as_known and older is not None and len(entries) < len(known.entries):
        next_page = shop.browsing.journal(user, older_than=older)
        entries, older = entries + next_page.entries, next_page.older
    return Account(
        user=shop.user(user),
        may_charge=may_charge(shop),
        entries=entries,
        older=older,
        total=page.total or 0,
        entry_count=page.entry_count,
        cancel_within_microseconds=shop.browsing.cancel_within_microseconds(),
        is_as_known=is_as_known,
    )


def read_older(
    shop: Shop, user: str, query: str, place: JournalPlace | None, say: Callable[[str], str]
) -> Older:
    """Read the events behind a place, or the first ones of a search.

    Args:
        shop: An open shop.
        user: Name of the user.
        query: What is searched; empty for the whole journal.
        place: Where they begin; None for the newest.
        say: Translates a text: kinds are found as they are shown, too.
    """
    meant = meant_by(query, say)
    page = shop.browsing.journal(user, query or None, older_than=place, meant=meant)
    return Older(user, query, place, page)
