"""Any member by search: balance, charge, block and unblock, journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from shopcli.domain.facts import filled
from shopcli.domain.records import Change, User
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.desk import crediting
from shopcli.tui.desk.deeds import Deed, Done, named, read_reason
from shopcli.tui.desk.history import ENTRY_COUNT_MAX, Journal, read_journal, told, whose
from shopcli.tui.desk.search import SearchView
from shopcli.tui.desk.view import KeyOf
from shopcli.tui.journal.before import before_of, done_before
from shopcli.tui.screens.dialogs import EntryDialog
from shopcli.tui.widgets.columns import Column, folded
from shopcli.tui.widgets.rows import Cell, Row
from shopcli.wording.kinds import USERS, worded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult

    from shopcli import Shop
    from shopcli.tui.wording import Wording

ROW_COUNT_MAX = 100
"""Most members listed: a search finds the others."""

CHANGE_COUNT_MAX = 50
"""So many of the newest changes of a member are looked at for who blocked them."""

_STATES = {"active": "muted", "blocked": "bad", "closed": "muted"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found; one more than is shown tells that there are others."""

    query: str
    users: tuple[User, ...]
    methods: tuple[str, ...]


class MembersView(SearchView[User]):
    """Lists the members that a search finds."""

    NAME = "members"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "charge", show=False),
        Binding("b", "block", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(read_journal, whose, _drawn)
        self._methods: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Compose the field, the list, and whether there are others."""
        say = self.say
        columns = (
            Column(say("MEMBER"), 12, whole=True),
            Column(say("NAME"), leave_out=2),
            Column(say("BALANCE"), 8, right=True),
            Column(say("STATE"), 7, leave_out=1),
        )
        yield from self.parts(
            say("search user or name"), columns, say("No member is called like that.")
        )

    def question(self) -> Callable[[Shop], object]:
        """Read what the search finds."""
        query = self.typed

        def read(shop: Shop) -> Found:
            users = shop.users(ROW_COUNT_MAX + 1, query=query or None)
            return Found(query, users, shop.browsing.charge_terms().methods)

        return read

    def row_keys(self) -> Iterable[KeyOf]:
        """The keys of a member."""
        say, user = self.say, self.under_cursor
        is_closed = user is not None and user.state == "closed"
        if user is None or not is_closed or user.user in self.visit.deposits:
            yield KeyOf("m", say("Charge"), "charge", say("Charge the balance of that member"))
        if not is_closed:
            is_blocked = user is not None and user.state == "blocked"
            name = say("Unblock") if is_blocked else say("Block")
            yield KeyOf("b", name, "block", say("Block that member, or end that"))
        yield KeyOf("enter", say("Journal"), "enter", say("Show what happened on the balance"))

    def no_row(self) -> str:
        """That no member is under the cursor."""
        return self.say("No member is chosen: / searches.")

    def action_charge(self) -> None:
        """Ask how much to charge."""
        say = self.say
        if (user := self.wanted()) is None:
            return
        if user.state != "active" and user.user not in self.visit.deposits:
            is_blocked = user.state == "blocked"
            told = (
                say("{user} is blocked: nothing can be charged until b ends that.")
                if is_blocked
                else say("{user} is closed: nothing can be charged. To reopen: {command}")
            )
            self._tell_closed(told, user)
            return
        crediting.charge(self, user, self._methods)

    def action_block(self) -> None:
        """Ask why, and block the member, or end that."""
        say = self.say
        if (user := self.wanted()) is None:
            return
        if user.state == "closed":
            self._tell_closed(
                say("{user} is closed, and cannot be blocked. To reopen: {command}"), user
            )
            return
        self._ask_reason(user)

    def _tell_closed(self, told: str, user: User) -> None:
        """Say what a user's state does not allow, and the command that ends it."""
        facts = {"user": user.user, "command": commands.set_user_state(user.user, "active", "")}
        self.tell(self.visit.wording.pasted(inert(filled(told, facts))))

    def _ask_reason(self, user: User) -> None:
        say, name, blocks = self.say, user.user, user.state == "active"
        facts = {"user": inert(name)}
        what = filled(
            say("The block of {user}") if blocks else say("The end of the block of {user}"), facts
        )
        asks = (
            say("Block {user}? They can then not charge, claim or order")
            if blocks
            else say("Let {user} charge, claim and order again?")
        )
        state = "blocked" if blocks else "active"

        def entered(box: EntryDialog[str], reason: str) -> None:
            command = commands.set_user_state(name, state, reason)

            def done(now: User | Change) -> Done:
                if isinstance(now, Change):
                    return Done(self._told_before(now, reason), "", tone="warn")
                told = say("{user} is blocked.") if blocks else say("{user} is blocked no longer.")
                return Done(inert(filled(told, {"user": now.user})), command)

            operation = named(self, what, command, is_repeatable=True)
            Deed(
                self.desk,
                operation,
                lambda shop: _set_state(shop, name, state, reason or None),
                done,
                box,
            ).send()

        self.store.forget_answers()
        self.app.push_screen(
            EntryDialog(
                what,
                filled(asks, {"user": name}),
                say("why, for the record") if blocks else say("why, or nothing"),
                read_reason if blocks else str,
                explain=self.visit.wording.explained,
                send=entered,
            )
        )

    def _told_before(self, change: Change, typed: str) -> str:
        """That somebody else has blocked a member, or ended that, before this was sent."""
        say = self.say
        is_blocked = change.after is not None and change.after.get("state") == "blocked"
        told = (
            say("{user} was blocked before")
            if is_blocked
            else say("The block of {user} was ended before")
        )
        facts = {"user": change.name}
        return done_before(filled(told, facts), before_of(change), typed, self.visit.wording)

    def show_found(self, value: Found) -> None:
        """Show the members who were found."""
        say, money, self._methods = self.say, self.visit.wording.money, value.methods
        shown = value.users[:ROW_COUNT_MAX]
        rows = [
            Row(
                user.user,
                (
                    Cell(user.user, "" if user.state == "active" else "muted"),
                    Cell(user.name or "", "muted"),
                    Cell(money(user.balance), "bad" if user.balance < 0 else ""),
                    Cell(worded(user.state, USERS, say), _STATES.get(user.state, "")),
                ),
            )
            for user in shown
        ]
        told = filled(
            say("The first {shown}: type to find the others"), {"shown": f"{len(shown):,}"}
        )
        users = {user.user: user for user in shown}
        self.list_found(value.query, users, rows, told if len(value.users) > len(shown) else "")

    def open_page(self, journal: Journal) -> None:
        """Open the journal of a member."""
        from shopcli.tui.desk.entries import JournalScreen  # only where one is opened

        self.app.push_screen(JournalScreen(journal))


def _set_state(shop: Shop, name: str, state: str, reason: str | None) -> User | Change:
    """Set the state of a member; where it was so before, answer who had set it, and why."""
    now = shop.set_user(name, state=state, reason=reason)
    changes = shop.changes("user", name, limit=CHANGE_COUNT_MAX)
    last = next((one for one in changes if one.after and "state" in one.after), None)
    origin = shop.runtime.origin
    if last is None or last.after is None or last.after["state"] != state:
        return now  # it is another by now
    made = (last.actor, last.host, last.channel, last.reason)
    return now if made == (origin.actor, origin.host, origin.channel, reason) else last


def _drawn(journal: Journal, wording: Wording, width: int) -> Content:
    say = wording.catalogue.text
    parts: list[str | tuple[str, str]] = []
    for entry in journal.entries:
        amount = f"{wording.signed(entry.amount)} → {wording.money(entry.balance_after)}"
        tone = "$text-success" if entry.amount > 0 else ""
        parts += [(f"{wording.moment(entry.at)}  ", "$foreground-muted"), (f"{amount}\n", tone)]
        parts += [f"    {line}\n" for line in folded(inert(told(journal, entry, say)), width - 4)]
    if not journal.entries:
        parts.append(say("No entries yet."))
    if len(journal.entries) == ENTRY_COUNT_MAX:
        parts.append((say("Older ones are not shown."), "$foreground-muted"))
    return Content.assemble(*parts).rstrip()


def open_view() -> MembersView:
    """Make this view."""
    return MembersView()
