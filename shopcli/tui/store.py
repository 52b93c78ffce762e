"""The storefront as its screens see it: the visit, questions to the shop, shared actions.

Screens import this, and the application imports the screens; so neither needs the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar, cast

from textual.message_pump import MessagePump

from shopcli.domain.errors import DatabaseUnreachable, Internal, ShopError
from shopcli.tui import messages
from shopcli.tui.first_paint import PaintedOnce

if TYPE_CHECKING:
    from textual.widget import Widget

    from shopcli import Shop
    from shopcli.tui.operations import Operation
    from shopcli.tui.visit import Visit

Result = TypeVar("Result")

PAGES = {"shop": "Shop", "coupons": "Coupons", "me": "Me", "best": "Best", "desk": "Desk"}
"""The tabs, in order: names of modes, and their labels."""

MEDIUM_CELLS = 64
"""From this width on a screen is not narrow."""

FLAT_ROWS = 15
"""Up to this height a screen has no room for borders and blank lines."""

SENT = "sent"
"""`about` of the answer to a change that a screen sent."""


class Sender(Protocol):
    """A screen that changes the shop and must learn the outcome."""

    def told(self, value: object) -> None:
        """Handle the answer: the change was made."""

    def not_done(self, about: str, error: ShopError) -> None:
        """Handle a refusal: the change was not made, or that is not known."""


class Store(PaintedOnce):
    """What every screen may call on the application; `Storefront` implements it."""

    kiosk: ClassVar[bool] = False
    """Whether this is a shared till."""

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self.visit = visit
        self._trouble: ShopError | None = None
        self.outage: DatabaseUnreachable | None = None
        """The last error by which a change or a question met a database that was away."""
        self._senders: dict[int, tuple[Sender, str]] = {}
        self._operations: dict[int, Operation] = {}
        self._sent_count = 0

    @property
    def trouble(self) -> ShopError | None:
        """Why the database does not answer; None while it does."""
        return self._trouble

    @property
    def awaits_answer(self) -> bool:
        """Whether a change was sent and is not answered yet."""
        return bool(self._senders)

    @property
    def pages(self) -> dict[str, str]:
        """The tabs that this user may open."""
        if self.kiosk:
            return {}
        return {mode: name for mode, name in PAGES.items() if mode != "desk" or self.visit.has_desk}

    def ask(
        self,
        asker: MessagePump,
        about: str,
        work: Callable[[Shop], Result],
        *,
        number: int = 0,
    ) -> None:
        """Do database work in a thread and post `Told` or `Refused` to the asker.

        Args:
            asker: Receives the message.
            about: Names the question in the message.
            work: Runs in a thread, and must not touch anything that is shown.
            number: Comes back with the answer, to tell a late one from the newest.
        """
        asking = self._answering(asker, about, work, number)
        self.run_worker(asking, thread=True, group="database", exit_on_error=False)

    def _answering(
        self, asker: MessagePump, about: str, work: Callable[[Shop], Result], number: int
    ) -> Callable[[], None]:
        """What does the work, in a thread, and posts its answer."""
        shop = self.visit.shop

        def answer() -> None:
            try:
                value = work(shop)
            except ShopError as error:
                asker.post_message(messages.Refused(error, about, number))
            except Exception as error:  # noqa: BLE001  # a bug must not end the storefront
                asker.post_message(messages.Refused(_bug(error), about, number))
            else:
                asker.post_message(messages.Told(about, number, value))

        return answer

    def send(self, sender: Sender, about: str, work: Callable[[Shop], Result]) -> None:
        """Change the shop in a thread; the sender gets the outcome even if its screen is closed.

        It is carried out also where the storefront ends right behind this.

        Args:
            sender: Gets the outcome.
            about: Names the change.
            work: As of `ask`.
        """
        self._sent_count += 1
        self._senders[self._sent_count] = (sender, about)
        sending = self._answering(self, SENT, work, self._sent_count)
        # The end cancels all workers, also one whose thread has not begun, which would do nothing.
        sent = asyncio.get_running_loop().run_in_executor(None, sending)
        self.run_worker(asyncio.shield(sent), group="database", exit_on_error=False)

    def carry_out(
        self, sender: Sender, operation: Operation, work: Callable[[Shop], Result]
    ) -> None:
        """Send a change whose outcome is told however the storefront ends, until it was shown.

        Args:
            sender: Gets the outcome, as of `send`.
            operation: Names the change; it notes the outcome.
            work: As of `ask`.
        """
        self.visit.operations[operation.key] = operation
        self.visit.asked.pop(operation.key, None)
        self.send(sender, operation.what, lambda shop: operation.carry_out(lambda: work(shop)))
        self._operations[self._sent_count] = operation

    def on_told(self, answer: messages.Told) -> None:
        """Pass the answer to a change on to its sender."""
        if answer.about == SENT:
            self.visit.settle(self._operations.pop(answer.number, None))
            sender, _ = self._senders.pop(answer.number)
            sender.told(answer.value)

    def on_refused(self, refusal: messages.Refused) -> None:
        """Pass the refusal of a change on to its sender."""
        if refusal.about == SENT:
            operation = self._operations.pop(refusal.number, None)
            if operation is not None and not operation.stays_in_doubt(refusal.error):
                self.visit.settle(operation)
            self.note_outage(refusal.error)
            sender, about = self._senders.pop(refusal.number)
            sender.not_done(about, refusal.error)

    def show_trouble(self, error: ShopError | None) -> None:
        """Show, on every open screen, why the shop is not read; all is read again once it can be.

        Args:
            error: Why; None where it is read.
        """
        raise NotImplementedError

    def note_outage(self, error: ShopError) -> None:
        """Keep an error that tells of a database which is away: what it says ends with that."""
        if isinstance(error, DatabaseUnreachable):
            self.outage = error

    def done(self, command: str, happens_again: str = "") -> None:
        """Keep the command line of the change just made, and poll the shop at once.

        Args:
            command: The line that repeats it.
            happens_again: What happens where it is typed again; empty if nothing is done twice.
        """
        self.visit.command, self.visit.happens_again = command, happens_again
        self.forget_answers()
        self.refresh_soon()

    def await_command(self) -> None:
        """Let keys wait for the command that was chosen in the palette, which closes first."""
        raise NotImplementedError

    def command_follows(self) -> None:
        """Let keys go on behind the command, if any, that Textual calls once the palette closed."""
        raise NotImplementedError

    def refresh_soon(self) -> None:
        """Poll the shop at once: this process changed it."""
        raise NotImplementedError

    def forget_answers(self) -> None:
        """Clear the answer line of every open screen: what it says is of before."""
        raise NotImplementedError

    def wallet_changed(self) -> None:
        """Show the user, the balance and the cart anew on every open screen."""
        raise NotImplementedError

    def read_balance(self) -> None:
        """Read the balance in the top bar again, where one is shown."""
        raise NotImplementedError

    def with_user(self, then: Callable[[], object]) -> None:
        """Call `then` once a user is chosen; ask for one where none is."""
        raise NotImplementedError

    def say(self, text: str, tone: str = "") -> None:
        """Show a text in the answer line of the topmost screen that has one."""
        raise NotImplementedError

    def action_go(self, mode: str) -> None:
        """Open a tab."""
        raise NotImplementedError

    def action_cart(self) -> None:
        """Open the checkout."""
        raise NotImplementedError

    def action_user(self) -> None:
        """Ask which user shops."""
        raise NotImplementedError

    def action_copy_command(self) -> None:
        """Copy the command line that repeats the last change."""
        raise NotImplementedError

    def action_help(self) -> None:
        """List the keys that are active on this screen."""
        raise NotImplementedError


def translation(widget: Widget) -> Callable[[str], str]:
    """What translates a text for who looks at a widget."""
    return cast("Store", widget.app).visit.wording.catalogue.text


def _bug(error: Exception) -> Internal:
    return Internal(
        "The shop met a bug ({type}). Look before you repeat it.",
        details={"type": type(error).__name__},
    )
