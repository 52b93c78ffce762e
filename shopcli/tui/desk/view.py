"""A view of the desk: what it asks the shop, what it shows, what its keys do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeVar, cast

from textual import on
from textual.containers import Vertical

from shopcli.tui.screens.screen import Asking
from shopcli.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.tui.store import Store
    from shopcli.tui.visit import Visit

Result = TypeVar("Result")

NAMES = {
    "needs": "Needs you",
    "today": "Today",
    "products": "Products",
    "members": "Members",
    "deliveries": "Deliveries",
    "sales": "Sales",
}
"""The views, in the order of their keys from f2 on, and how they are named."""


class Read(NamedTuple):
    """What a view asked for."""

    view: str
    value: object


class KeyOf(NamedTuple):
    """A key of a view."""

    key: str
    name: str
    """What it does, in a word or two."""
    action: str = ""
    """What a click on it does: the name of an action of the view."""
    does: str = ""
    """What it does, as the help says it; its name where empty."""


def in_column(made: RowList, side: str) -> RowList:
    """Put a list into the main column, or into the one beside it.

    Args:
        made: The list.
        side: "main" or "side"; that one is shown where there is room.
    """
    made.add_class(f"desk--{side}")
    return made


class DeskView(Vertical):
    """A view of the desk; a subclass composes it.

    Each deed says what it does before it is done, and what it did; a key that can do nothing here
    says why.
    """

    NAME: ClassVar[str]
    """As in `NAMES`."""

    def __init__(self) -> None:
        super().__init__(id=f"desk-{self.NAME}", classes="desk--view")

    @property
    def desk(self) -> Asking[None]:
        """The screen that this is a view of."""
        return cast("Asking[None]", self.screen)

    @property
    def store(self) -> Store:
        """The application, as screens see it."""
        return cast("Store", self.app)

    @property
    def visit(self) -> Visit:
        """The state of this visit."""
        return self.store.visit

    @property
    def say(self) -> Callable[[str], str]:
        """Translates a text."""
        return self.visit.wording.catalogue.text

    @property
    def is_wide(self) -> bool:
        """Whether there is room for a second column."""
        return self.screen.has_class("-wide")

    @property
    def is_settled(self) -> bool:
        """Whether what is listed is what was asked for last."""
        return True

    @property
    def main(self) -> RowList:
        """The list that has the focus first."""
        return self.query(RowList).first()

    def question(self) -> Callable[[Shop], object]:
        """What to read, in a thread; `shown` gets the answer."""
        raise NotImplementedError

    def shown(self, value: object) -> None:
        """Show an answer to a question of this view."""
        raise NotImplementedError

    def record(self, key: str) -> object | None:  # noqa: ARG002  # subclasses look
        """What is listed by a key; None where it is not, or this view does not keep it."""
        return None

    def key_list(self) -> Iterable[KeyOf]:
        """The keys of this view and what they do, as they are now."""
        return ()

    def reload(self) -> None:
        """Ask again for what is shown: it may have changed."""
        self.ask(self.NAME, self.question())

    def ask(self, about: str, work: Callable[[Shop], object]) -> None:
        """Ask the shop in a thread; `shown` gets the answer."""
        name = self.NAME
        self.desk.ask(about, lambda shop: Read(name, work(shop)))

    def open_with(self, work: Callable[[Shop], Result], opens: Callable[[Result], object]) -> None:
        """Read something, and open a box or a screen with it; as of the desk."""
        self.desk.open_with(work, opens)

    def open_next(self, opens: Callable[[], object]) -> None:
        """Open a box behind the one that closes now; as of the desk."""
        self.desk.open_next(opens)

    def tell(self, text: str, tone: str = "warn") -> None:
        """Say why a key does nothing, or what is done."""
        self.desk.say(text, tone)

    def is_read(self) -> bool:
        """Whether the list shows what there is; says that it does not yet."""
        if self.is_listed:
            return True
        told = self.say("That is still being read: press it again in a moment.")
        self._tell_while(told, lambda: not self.is_listed)
        return False

    @property
    def is_listed(self) -> bool:
        """Whether the list shows what there is."""
        return self.main.is_told and self.is_settled

    def tell_empty(self, told: str, tone: str = "warn") -> None:
        """Say that a list has no row for a key, until it has one."""
        focused = self.screen.focused
        rows = focused if isinstance(focused, RowList) else self.main
        self._tell_while(told, lambda: not rows.current_key, tone)

    def _tell_while(self, told: str, is_so: Callable[[], bool], tone: str = "warn") -> None:
        self.tell(told, tone)
        self.desk.hold_to(told, is_so)
        self.desk.forget_untrue()  # it is so by now, and goes once it is not

    def action_enter(self) -> None:
        """Do what Enter does with the row under the cursor."""

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.moved()
        self.screen.refresh_bindings()

    def moved(self) -> None:
        """Show what belongs to the row under the cursor."""

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_enter()
