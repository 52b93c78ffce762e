"""Charging a balance: one question, and one key until the outcome is known.

Shared by the screens that offer it. None of them gets the answer, because it may be closed.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key, Mount
from textual.widgets import Static

from shopcli.domain.amounts import format_major
from shopcli.domain.errors import InvalidInput, ShopError
from shopcli.domain.facts import filled
from shopcli.domain.records import BalanceChange
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.journal.charges import (
    Account,
    ChargedByOthers,
    charged_since,
    read_account,
    told_of_others,
)
from shopcli.tui.screens.dialogs import EntryDialog
from shopcli.tui.screens.screen import Asking
from shopcli.tui.trigger import Trigger
from shopcli.tui.widgets.typed import read_amount
from shopcli.tui.wording import charged_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from shopcli import Shop
    from shopcli.engine import ChargeTerms
    from shopcli.tui.store import Store
    from shopcli.tui.till.charging import Charging
    from shopcli.tui.visit import Deposit
    from shopcli.tui.wording import Wording


_LARGE_TIMES = 50
"""A charge of so many times the one in the hint, or more, is asked about as a slip."""


def usual_charge(exponent: int) -> int:
    """The amount of the hint, in minor units of a currency with so many decimals."""
    return 10 * 10**exponent if exponent else 10_000


def is_large_charge(amount_minor: int, exponent: int) -> bool:
    """Whether a point or a digit may be wrong in an amount, or it is another number."""
    return amount_minor >= _LARGE_TIMES * usual_charge(exponent)


class ChargeBox(EntryDialog[int]):
    """Asks for an amount; a key takes the next method.

    Args:
        what: As of `EntryDialog`, as are the others.
        title: What is asked for.
        hint: How to write it.
        read: Parses the amount.
        methods: How money may come, the usual one first.
        explain: Puts a refusal into words.
        send: Sends the amount.
        method: The one to begin with, where it is one of them; else the usual one.
        value: The text in the field at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "next_method", show=False)]

    def __init__(
        self,
        what: str,
        title: str,
        hint: str,
        read: Callable[[str], int],
        *,
        methods: Sequence[str],
        explain: Callable[[ShopError], str],
        send: Callable[[EntryDialog[int], int], object],
        method: str | None = None,
        value: str = "",
    ) -> None:
        super().__init__(what, title, hint, read, explain=explain, send=send, value=value)
        self.methods = methods
        """As last read, the usual one first."""
        self.method = method or next(iter(methods), None)
        """How the money comes; None is the shop's first method."""
        self._trigger = Trigger(self.visit.steady_clock)

    def on_mount(self, event: Mount) -> None:  # noqa: ARG002  # Textual calls that of a box, too
        """Say where the method to begin with is not taken any more."""
        self._keep_to(self.methods)

    def reload(self) -> None:
        """Read anew how money may come: what is shown is what is booked."""
        self.ask("terms", lambda shop: shop.browsing.charge_terms().methods)

    def told(self, value: object) -> None:
        """Keep the methods; one that is not taken any more is told, and no enter counts then."""
        if isinstance(value, tuple) and not self._is_sent:
            self._keep_to(value)

    def _keep_to(self, methods: Sequence[str]) -> None:
        self.methods = methods
        if self.method not in methods and methods:
            self.method, say = methods[0], self.visit.wording.catalogue.text
            told = filled(say("Changed: it comes by {method}."), {"method": inert(self.method)})
            self._trigger.disarm(told)
            self.say(told, "warn")
        self.query_one("#method", Static).update(self._method_text)
        self.refresh_bindings()

    def refused(self, about: str, error: ShopError) -> None:
        """Show why; what nobody asked for is read again."""
        if about != "terms":
            super().refused(about, error)

    def refuse(self, why: str, what: str = "") -> None:
        """Stay open; it may be the method that is not taken any more."""
        super().refuse(why, what)
        self.reload()

    def takes(self, key: Key) -> bool:
        """Drop an Enter also where it is not shown long enough that the method is another."""
        if key.key == "enter" and not self._trigger.press():
            return False
        return super().takes(key)

    def told_too_soon(self) -> str:
        """Why an Enter does not count yet."""
        if self._trigger.is_calm:
            return super().told_too_soon()
        return self._trigger.too_soon_text(self.visit.wording.catalogue.text)

    def below(self) -> ComposeResult:
        """Compose the method."""
        yield Static(self._method_text, id="method", markup=False)

    def key_hints(self) -> Iterable[tuple[str, str]]:
        """What Enter does, and the key of the next method where there are several."""
        say = self.visit.wording.catalogue.text
        yield "enter", say("Charge")
        if len(self.methods) > 1:
            yield "f4", say("Method")

    def action_next_method(self) -> None:
        """Take the next method."""
        say = self.visit.wording.catalogue.text
        if self._is_sent:
            return
        if len(self.methods) < 2 or self.method not in self.methods:  # noqa: PLR2004  # there is no other
            self.say(say("The shop takes no other method."), "warn")
            return
        self.method = self.methods[(self.methods.index(self.method) + 1) % len(self.methods)]
        self.query_one("#method", Static).update(self._method_text)

    @property
    def _method_text(self) -> str:
        say = self.visit.wording.catalogue.text
        told = say("It comes by {method}.")
        return inert(filled(told, {"method": self.method or ""}))


class _Asked(NamedTuple):
    """What was read when it was asked how much."""

    terms: ChargeTerms
    account: Account | None
    """Of an operator's question; a member's own charges are nobody else's."""


class _Sent(NamedTuple):
    """Gets the answer to a charge that was sent."""

    store: Store
    user: str
    box: EntryDialog[int] | None
    """Where the amount was typed; None where a charge in doubt is asked for."""
    note: Callable[[Account], object] = lambda _: None
    """Keeps the account as it is by now, where others have charged it."""

    def told(self, value: object) -> None:
        """Show that it was booked."""
        if isinstance(value, ChargedByOthers):
            deposit = self.store.visit.deposits.pop(self.user)
            self.store.visit.settle(deposit.operation)
            self.note(value.account)
            if self.box is not None:
                told = told_of_others(value, self.store.visit.wording)
                self.box.refuse(told, deposit.operation.what)
            return
        if self.box is not None:
            self.box.close()
        if isinstance(value, BalanceChange):
            _charged(self.store, value)

    def not_done(self, about: str, error: ShopError) -> None:  # noqa: ARG002  # as of a `Sender`
        """Show why it was refused; where the outcome is unknown, keep its key."""
        _not_charged(self.store, self.user, error, self.box)


def amount_reader(wording: Wording) -> Callable[[str], int]:
    """What reads a typed amount to charge, and refuses 0."""
    example = format_major(usual_charge(wording.exponent), wording.exponent)

    def read(text: str) -> int:
        amount = read_amount(text, wording, example)
        if amount == 0:
            raise InvalidInput("A charge is more than 0.")
        return amount

    return read


def charge(store: Store, charging: Charging | None = None, missing: int = 0) -> None:
    """Ask for an amount and charge it; a charge in doubt is sent again with its key instead.

    Args:
        store: Asks.
        charging: The method to begin with is taken from it, and the one that is chosen put there.
        missing: What a bill is short of, in minor units: that much is in the field at first.
    """
    visit, user = store.visit, store.visit.user
    if not visit.may_charge:
        store.say(visit.wording.catalogue.text(visit.wording.how_to_charge))
        return
    if user is None:
        store.with_user(lambda: charge(store))
        return
    deposit = visit.deposits.get(user)
    screen = store.screen
    if deposit is not None:
        _settle(store, deposit)
    elif isinstance(screen, Asking):
        screen.open_with(
            lambda shop: _read_asked(shop, user),
            partial(_open_box, store, user, charging, missing),
        )


def _read_asked(shop: Shop, user: str) -> _Asked:
    account = read_account(shop, user) if shop.role == "operator" else None
    return _Asked(shop.browsing.charge_terms(), account)


def _open_box(
    store: Store, user: str, charging: Charging | None, missing: int, asked: _Asked
) -> None:
    """Open the box that asks for the amount, which names the method."""
    visit, (terms, account) = store.visit, asked
    if user != visit.user or not visit.may_charge:
        return
    say, wording, exponent = visit.wording.catalogue.text, visit.wording, visit.wording.exponent
    example = format_major(usual_charge(exponent), exponent)

    def entered(_: EntryDialog[int], amount: int) -> None:
        if charging is not None:
            charging.take(box.method)
        _send(store, visit.new_deposit(user, amount, box.method), box, account, note)

    def note(now: Account) -> None:
        nonlocal account
        account = now

    store.forget_answers()  # what it says is of before
    facts = {
        "user": inert(user),
        "currency": wording.currency,
        "example": example,
        "missing": wording.money(missing),
    }
    title = (
        say("Charge the balance of {user}, {missing} short")
        if missing
        else say("Charge the balance of {user}")
    )
    at_first = missing if terms.charge_max is None else min(missing, terms.charge_max)
    box = ChargeBox(
        filled(say("The charge for {user}"), facts),
        filled(title, facts),
        filled(say("amount in {currency}, like {example}"), facts),
        amount_reader(wording),
        methods=terms.methods,
        explain=wording.explained,
        send=entered,
        method=None if charging is None else charging.method,
        value=format_major(at_first, exponent) if missing else "",
    )
    store.push_screen(box)


def _charged(store: Store, change: BalanceChange) -> None:
    visit = store.visit
    deposit = visit.deposits.pop(change.user, None)
    visit.settle(None if deposit is None else deposit.operation)
    if not change.replayed:  # else the balance is that of then
        visit.note_balance(change.user, change.balance)
    store.wallet_changed()
    amount = format_major(change.amount, visit.wording.exponent)
    method = change.method if deposit is None else deposit.method
    store.done(commands.charge(change.user, amount, change.key, method))
    store.say(charged_text(visit.wording, change), "good")


def _not_charged(store: Store, user: str, error: ShopError, box: EntryDialog[int] | None) -> None:
    deposit = store.visit.deposits.get(user)
    if deposit is None:
        return
    if box is not None and deposit.operation.in_doubt:
        box.close()
    if deposit.operation.stays_in_doubt(error):
        deposit.is_sent = False
        store.visit.command, store.visit.happens_again = deposit.operation.look, ""
        store.say(doubt_text(store, deposit), "warn")
        return
    del store.visit.deposits[user]
    store.visit.settle(deposit.operation)
    wording = store.visit.wording
    refusal = wording.not_made(error)
    if box is None or deposit.operation.in_doubt:
        store.say(wording.named_refusal(deposit.operation.what, refusal), "bad")
    else:
        box.refuse(refusal, deposit.operation.what)


def doubt_text(store: Store, deposit: Deposit) -> str:
    """The sentence about a charge in doubt, and how to learn its outcome."""
    wording = store.visit.wording
    told = wording.catalogue.text(
        "The database was lost: it is not known whether {amount} of {user} are charged."
        " m at Me or at the bill sends it again with the same key, {key}: it is charged once."
    )
    facts = {
        "amount": wording.price(deposit.amount),
        "user": inert(deposit.user),
        "key": deposit.operation.key,
    }
    return filled(told, facts)


def _settle(store: Store, deposit: Deposit) -> None:
    say = store.visit.wording.catalogue.text
    if deposit.is_sent:
        store.say(say("The charge is on its way."))
        return
    told = say("Sending the charge again with its key, {key}: it is made once in any case…")
    store.say(filled(told, {"key": deposit.operation.key}), "warn")
    _send(store, deposit, None)


def _send(
    store: Store,
    deposit: Deposit,
    box: EntryDialog[int] | None,
    account: Account | None = None,
    note: Callable[[Account], object] = lambda _: None,
) -> None:
    deposit.is_sent = True
    user, amount, operation = deposit.user, deposit.amount, deposit.operation
    store.visit.deposits[user] = deposit  # from here on it may be booked
    store.visit.operations[operation.key] = operation
    if not operation.in_doubt:
        say = store.visit.wording.catalogue.text
        store.say(filled(say("{what} is on its way…"), {"what": operation.what}))
    store.send(
        _Sent(store, user, box, note),
        "charge",
        lambda shop: operation.carry_out(
            lambda: (
                (None if account is None else charged_since(shop, account))
                or shop.charge(user, amount, key=operation.key, method=deposit.method)
            )
        ),
    )
