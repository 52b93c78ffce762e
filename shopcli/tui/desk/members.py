"""Any member by search: balance, charge, block and unblock, journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.content import Content

from shopcli.domain.errors import TotalChanged
from shopcli.domain.facts import filled
from shopcli.domain.records import User
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.desk import crediting
from shopcli.tui.desk.deeds import Changed, Deed, Done, as_listed, is_own, named, read_reason
from shopcli.tui.desk.history import ENTRY_COUNT_MAX, Journal, read_journal, told, whose
from shopcli.tui.desk.search import SearchView
from shopcli.tui.desk.view import KeyOf
from shopcli.tui.journal.standing import Standing, read_standing, set_before, told_standing
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

_STATES = {"active": "muted", "blocked": "bad", "closed": "muted"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found; one more than is shown tells that there are others."""

    query: str
    users: tuple[User, ...]
    methods: tuple[str, ...]


class _Page(NamedTuple):
    """What belongs to a member."""

    journal: Journal
    standing: Standing


class MembersView(SearchView[User]):
    """Lists the members that a search finds."""

    NAME = "members"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "charge", show=False),
        Binding("b", "block", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(_read_page, lambda page, wording: whose(page.journal, wording), _drawn)
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
        """Ask how much to charge; who cannot be charged as listed is looked at anew before."""
        if (user := self.wanted()) is None:
            return
        if user.state == "active" or user.user in self.visit.deposits:
            crediting.charge(self, user, self._methods)
        else:
            self.open_with(lambda shop: shop.user(user.user), self._charge_if_active)

    def _charge_if_active(self, user: User) -> None:
        say = self.say
        if user.state == "active":  # somebody else has ended it
            crediting.charge(self, user, self._methods)
            return
        told = (
            say("{user} is blocked: nothing can be charged until b ends that.")
            if user.state == "blocked"
            else say("{user} is closed: nothing can be charged. To reopen: {command}")
        )
        self._tell_closed(told, user)

    def action_block(self) -> None:
        """Ask why, and block the member, or end that; who is closed is looked at anew before."""
        if (user := self.wanted()) is None:
            return
        if user.state == "closed":
            self.open_with(lambda shop: shop.user(user.user), self._block_if_open)
        else:
            self._ask_block(user)

    def _block_if_open(self, user: User) -> None:
        if user.state == "closed":
            told = self.say("{user} is closed, and cannot be blocked. To reopen: {command}")
            self._tell_closed(told, user)
        else:
            self._ask_block(user)

    def _tell_closed(self, told: str, user: User) -> None:
        """Say what a user's state does not allow, and the command that ends it."""
        facts = {"user": user.user, "command": commands.set_user_state(user.user, "active", "")}
        self.tell(self.visit.wording.pasted(inert(filled(told, facts))))

    def _ask_block(self, shown: User) -> None:
        """Ask why, and block a member, or end that, if their state is as listed."""

        def opens(now: Standing) -> None:
            if now.user.state == shown.state:
                self._ask_reason(now)
                return
            self.tell(set_before(now, "", self.visit.wording))
            self.reload()

        self.open_with(lambda shop: read_standing(shop, shown.user), opens)

    def _ask_reason(self, shown: Standing, news: str = "", typed: str = "") -> None:
        say, name, blocks = self.say, shown.user.user, shown.user.state == "active"
        what = filled(
            say("The block of {user}") if blocks else say("The end of the block of {user}"),
            {"user": inert(name)},
        )
        asks = (
            say("Block {user}? They can then not charge, claim or order")
            if blocks
            else say("Let {user} charge, claim and order again?")
        )
        why = "" if blocks else told_standing(shown, self.visit.wording)
        asked = (
            news,
            filled(asks, {"user": name}),
            why,
        )  # only the end of a long reason may be cut
        state = "blocked" if blocks else "active"

        def done(now: User | Changed[Standing], reason: str, command: str) -> Done:
            if isinstance(now, User):
                told = say("{user} is blocked.") if blocks else say("{user} is blocked no longer.")
                is_so = as_listed(self, name, lambda listed: listed.state == now.state)
                return Done(inert(filled(told, {"user": now.user})), command, is_so=is_so)
            if now.found.user.state != shown.user.state:
                return Done(set_before(now.found, reason, self.visit.wording), "", tone="warn")
            told = say("Nothing was changed: that is another block than the one that was shown.")
            self.open_next(lambda: self._ask_reason(now.found, told, reason))
            return Done(told, "", tone="warn")

        def entered(box: EntryDialog[str], reason: str) -> None:
            command = commands.set_user_state(name, state, reason)
            Deed(
                self.desk,
                named(self, what, command, is_repeatable=True),
                lambda shop: _set_state(shop, shown, state, reason or None),
                lambda now: done(now, reason, command),
                box,
            ).send()

        self.store.forget_answers()
        self.app.push_screen(
            EntryDialog(
                what,
                " ".join(filter(None, asked)),
                say("why, for the record") if blocks else say("why, or nothing"),
                read_reason if blocks else str,
                explain=self.visit.wording.explained,
                send=entered,
                value=typed,
            )
        )

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

    def open_page(self, page: _Page) -> None:
        """Open the journal of a member."""
        from shopcli.tui.desk.entries import JournalScreen  # only where one is opened

        self.app.push_screen(JournalScreen(page.journal))


def _set_state(
    shop: Shop, shown: Standing, state: str, reason: str | None
) -> User | Changed[Standing]:
    """Set the state of a member who is as they were shown; sent again they are so already."""
    name, before = shown.user.user, shown.user.state
    made = None if before == "active" else shown.change  # another block is another matter
    try:
        return shop.set_user(
            name, state=state, reason=reason, expected_state=before, expected_change=made
        )
    except TotalChanged:
        now = read_standing(shop, name)
        change = now.change
        if now.user.state == state and is_own(shop, change) and change and change.reason == reason:
            return now.user
        return Changed(now)


def _read_page(shop: Shop, name: str) -> _Page:
    return _Page(read_journal(shop, name), read_standing(shop, name))


def _drawn(page: _Page, wording: Wording, width: int) -> Content:
    say, journal = wording.catalogue.text, page.journal
    parts: list[str | tuple[str, str]] = []
    if page.standing.user.state != "active":
        lines = folded(told_standing(page.standing, wording), width)
        parts += [*((f"{line}\n", "$text-error") for line in lines), "\n"]
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
