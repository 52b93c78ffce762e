"""Putting money in: one question, one key, said once; shared by the screens that offer it."""

from __future__ import annotations

from shopcli.domain.errors import InvalidInput
from shopcli.domain.money import format_major, parse_major
from shopcli.domain.records import BalanceChange
from shopcli.tui import commands
from shopcli.tui.screens.dialogs import EntryDialog
from shopcli.tui.screens.frame import StoreScreen


def charge(screen: StoreScreen) -> None:
    """Ask how much, then charge; the screen is told the `BalanceChange`."""
    visit, user = screen.visit, screen.visit.user
    if user is None:
        screen.store.with_user(lambda: charge(screen))
        return
    exponent = visit.wording.exponent
    key = visit.new_key()
    example = format_major(10_000 * 10**exponent, exponent)

    def read(text: str) -> int:
        amount = parse_major(text, exponent)
        if amount == 0:
            raise InvalidInput("A charge is more than 0.")
        return amount

    def entered(amount: int | None) -> None:
        if amount is not None:
            screen.ask("charge", lambda shop: shop.charge(user, amount, key=key))

    screen.app.push_screen(
        EntryDialog(
            f"Charge the balance of {user}",
            f"amount in {visit.wording.currency}, like {example}",
            read,
        ),
        entered,
    )


def charged(screen: StoreScreen, change: BalanceChange) -> None:
    """Say what came of it."""
    visit = screen.visit
    visit.note_balance(change.user, change.balance)
    amount = format_major(change.amount, visit.wording.exponent)
    screen.store.done(commands.charge(change.user, amount))
    screen.say(
        f"Charged {visit.wording.price(change.amount)}: "
        f"the balance is {visit.wording.price(change.balance)}.",
        "good",
    )
    screen.show_wallet()
