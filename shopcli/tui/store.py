"""The storefront as its screens see it: the sitting, questions to the shop, what else it can do.

Screens import this, and the application imports the screens; so neither needs the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from textual.message_pump import MessagePump

from shopcli.domain.errors import Internal, ShopError
from shopcli.tui import messages
from shopcli.tui.first_paint import PaintedOnce

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.tui.visit import Visit

Result = TypeVar("Result")

PAGES = {"shop": "Shop", "coupons": "Coupons", "me": "Me", "best": "Best", "desk": "Desk"}
"""The tabs, in order; the names of modes and what people read."""


MEDIUM_CELLS = 64
"""From this width on a screen is not narrow."""

SENT = "sent"
"""What the store itself is told the answer under to whatever a screen sent."""


class Sender(Protocol):
    """Whoever changes the shop and must learn what came of it."""

    def told(self, value: object) -> None:
        """It was done."""

    def not_done(self, about: str, error: ShopError) -> None:
        """It was not done, or that is not known."""


class Store(PaintedOnce):
    """What every screen may ask of the application; `Storefront` carries it out."""

    kiosk: ClassVar[bool] = False
    """Whether this is a till for everybody."""

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self.visit = visit
        self._trouble: ShopError | None = None
        self._senders: dict[int, tuple[Sender, str]] = {}
        self._sent_count = 0

    @property
    def trouble(self) -> ShopError | None:
        """Why the database does not answer, while it does not."""
        return self._trouble

    @property
    def pages(self) -> dict[str, str]:
        """The tabs that whoever shops may open."""
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
        """Do database work in a thread; the asker gets `Told`, or `Refused`.

        Args:
            asker: Who wants to know.
            about: What the answer is about.
            work: Runs in a thread, and must not touch anything that is shown.
            number: Comes back with the answer, to tell a late one from the newest.
        """
        shop = self.visit.shop

        def carry_out() -> None:
            try:
                value = work(shop)
            except ShopError as error:
                asker.post_message(messages.Refused(error, about, number))
            except Exception as error:  # noqa: BLE001  # a bug must not end the sitting
                asker.post_message(messages.Refused(_bug(error), about, number))
            else:
                asker.post_message(messages.Told(about, number, value))

        self.run_worker(carry_out, thread=True, group="database", exit_on_error=False)

    def send(self, sender: Sender, about: str, work: Callable[[Shop], Result]) -> None:
        """Change the shop in a thread; the sender is told, also where its screen is gone by then.

        Args:
            sender: Learns what came of it.
            about: What it is about.
            work: As of `ask`.
        """
        self._sent_count += 1
        self._senders[self._sent_count] = (sender, about)
        self.ask(self, SENT, work, number=self._sent_count)

    def on_told(self, answer: messages.Told) -> None:
        """Tell whoever sent something that it was done."""
        if answer.about == SENT:
            sender, _ = self._senders.pop(answer.number)
            sender.told(answer.value)

    def on_refused(self, refusal: messages.Refused) -> None:
        """Tell whoever sent something that it was not done."""
        if refusal.about == SENT:
            sender, about = self._senders.pop(refusal.number)
            sender.not_done(about, refusal.error)

    def done(self, command: str) -> None:
        """Remember the command line of what was just done, and look at the shop at once."""
        self.visit.command = command
        self.refresh_soon()

    def refresh_soon(self) -> None:
        """Look at the shop at once: this process changed it."""
        raise NotImplementedError

    def wallet_changed(self) -> None:
        """Show who shops with what on the screen that is open."""
        raise NotImplementedError

    def with_user(self, then: Callable[[], object]) -> None:
        """Do something once it is known who shops."""
        raise NotImplementedError

    def say(self, text: str, tone: str = "") -> None:
        """Answer on the screen that is open."""
        raise NotImplementedError

    def action_go(self, mode: str) -> None:
        """Open a tab."""
        raise NotImplementedError

    def action_cart(self) -> None:
        """Open the checkout."""
        raise NotImplementedError

    def action_user(self) -> None:
        """Say who shops."""
        raise NotImplementedError

    def action_copy_command(self) -> None:
        """Copy the command line of what was done last."""
        raise NotImplementedError

    def action_help(self) -> None:
        """Explain the keys that are live here."""
        raise NotImplementedError


def _bug(error: Exception) -> Internal:
    return Internal(
        "The shop met a bug ({type}). Look before you repeat it.",
        details={"type": type(error).__name__},
    )
