"""Chooses the user who shops: type a name, choose one, or add a new one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.events import Key

from shopcli.domain.errors import InvalidInput, ShopError, UnknownUser
from shopcli.domain.facts import filled
from shopcli.domain.records import User
from shopcli.domain.showing import inert
from shopcli.domain.text import checked_identifier
from shopcli.tui import commands
from shopcli.tui.messages import Told
from shopcli.tui.operations import Operation
from shopcli.tui.screens.dialogs import ConfirmDialog
from shopcli.tui.screens.searching import SearchDialog
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.field import Field
from shopcli.tui.widgets.rows import Cell, Row, RowList

if TYPE_CHECKING:
    from shopcli import Shop

USER_COUNT_MAX = 500
"""Most users listed: where there are others, what is typed finds them."""

_NEW = ":new"


@dataclass(frozen=True, slots=True)
class Added:
    """A user who was added just now."""

    user: User


@dataclass(frozen=True, slots=True)
class Found:
    """The users with a text in their names, or some of them."""

    typed: str
    users: tuple[User, ...]


class UsersScreen(SearchDialog[str | None]):
    """Ends with the name of a user, or None."""

    OPENING = frozenset({"user"})
    TOO_SOON = "That enter came before the users were shown. Choose one: the next one counts."

    def __init__(self) -> None:
        super().__init__()
        self._users: tuple[User, ...] = ()
        self._typed_name = ""
        self._has_all = False  # else the shop is asked for what is typed
        self._listed: str | None = None  # what was typed by the time that the list was read
        self._read_at = 0.0
        self._is_adding = False

    def holds(self, key: Key) -> bool:
        """Let Enter wait for the users, among whom it chooses, and all keys until one is added.

        This closes then, and they are for the screen below; Escape closes it sooner.
        """
        if self._is_adding:
            return key.key != "escape"
        return key.key == "enter" and self._listed != self._typed_name

    def takes(self, key: Key) -> bool:
        """Drop an Enter that was pressed before there were users, with no name before it."""
        return key.key != "enter" or bool(self._typed_name) or key.time >= self._read_at

    def compose(self) -> ComposeResult:
        """Compose a field and the list of users."""
        say = self.visit.wording.catalogue.text
        columns = (Column("USER", 18, whole=True), Column("NAME", leave_out=1))
        yield from self.parts(
            say("Who is shopping?"),
            Field(say("type a user name"), id="user", length_max=64),
            RowList(columns, empty=say("No users yet: type a name and press Enter."), id="users"),
        )

    def on_mount(self) -> None:
        """Ask for the users."""
        self._ask_for_users()

    def told(self, value: object) -> None:
        """Show the users, or end with the user found or added."""
        match value:
            case Found(typed, users):
                self._has_all = not typed and len(users) < USER_COUNT_MAX
                self._users = users
                if self._has_all or typed == self._typed_name:
                    self._filter()
                else:
                    self._ask_for_users()
            case Added(user):
                self._is_adding = False
                self.store.done(commands.add_user(user.user))
                if self.is_active:
                    self.dismiss(user.user)
                else:
                    say = self.visit.wording.catalogue.text
                    told = filled(say("Added the user {user}."), {"user": inert(user.user)})
                    self.tell(told, "good")
            case User() as user:
                self.dismiss(user.user)

    def on_told(self, answer: Told) -> None:
        """Keep since when there are users to choose; `told` shows them."""
        if answer.about == "users":
            self._read_at = answer.time

    def not_done(self, about: str, error: ShopError) -> None:
        """Show why no user was added."""
        self._is_adding = False
        super().not_done(about, error)

    def refused(self, about: str, error: ShopError) -> None:
        """Show why; no key waits any longer for users who cannot be read."""
        self._listed = self._typed_name
        super().refused(about, error)

    def narrow(self, typed: str) -> None:
        """List the users with a text in their names, and offer to add one of that name."""
        self._typed_name = typed
        if self._has_all:
            self._filter()
        elif self._listed is not None:  # else it is asked for once the first ones are there
            self._ask_for_users()

    def _ask_for_users(self) -> None:
        typed = self._typed_name
        self.ask("users", lambda shop: _find(shop, typed))

    def action_choose(self) -> None:
        """End with the user under the cursor, or add a user of the name typed."""
        key = self.rows.current_key
        typed = self._typed_name
        if key == _NEW:
            self._ask_to_add(typed)
        elif key:
            self.dismiss(key)
        elif typed:
            self.ask("user", lambda shop: shop.user(typed))

    def _ask_to_add(self, name: str) -> None:
        try:
            checked_identifier(name, "user name")
        except InvalidInput as error:
            self.say(self.visit.wording.refusal(error), "bad")
            return
        say = self.visit.wording.catalogue.text
        what = filled(say("The new user {user}"), {"user": inert(name)})
        operation = Operation(self.visit.new_key(), what, commands.show_user(name))
        self.visit.asked[operation.key] = operation.what

        def confirmed(yes: bool | None) -> None:  # noqa: FBT001  # it is the answer
            self.visit.asked.pop(operation.key, None)
            if yes:
                self._is_adding = True
                self.carry_out(operation, lambda shop: Added(shop.add_user(name)))

        title = filled(say("Add the new user {user}?"), {"user": inert(name)})
        body = Content(say("A user stays for ever: nobody can be deleted or renamed."))
        self.app.push_screen(ConfirmDialog(title, body, say("Add")), confirmed)

    def _filter(self) -> None:
        """List who has what was typed in their names; the one who is called so has the cursor."""
        self._listed = self._typed_name
        typed, say = self._typed_name.casefold(), self.visit.wording.catalogue.text
        rows = [
            Row(user.user, (Cell(user.user), Cell(user.name or "", "muted")))
            for user in self._users
            if user.state != "closed"
            and (typed in user.user.casefold() or typed in (user.name or "").casefold())
        ]
        if typed and self._typed_name not in {user.user for user in self._users}:
            rows.append(
                Row(_NEW, (Cell(self._typed_name, "accent"), Cell(say("add this new user"))))
            )
        self.rows.show(rows)
        self.rows.go_to(self._typed_name)


def _find(shop: Shop, typed: str) -> Found:
    """The users with a text in their names, and in any case the one who is called so."""
    users = shop.users(USER_COUNT_MAX, query=typed or None)
    if typed and len(users) == USER_COUNT_MAX and typed not in {user.user for user in users}:
        with suppress(UnknownUser, InvalidInput):
            users = (shop.user(typed), *users)
    return Found(typed, users)
