"""Charging a member at the desk: how much, by which method, and what was sent of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from shopcli.domain.amounts import format_major
from shopcli.domain.errors import ShopError
from shopcli.domain.facts import filled
from shopcli.domain.records import BalanceChange, User
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.desk.refusals import not_made_at_desk
from shopcli.tui.journal.charges import (
    Account,
    ChargedByOthers,
    charged_since,
    read_account,
    told_of_others,
)
from shopcli.tui.screens.charging import (
    ChargeBox,
    amount_reader,
    is_large_charge,
    usual_charge,
)
from shopcli.tui.screens.dialogs import ConfirmDialog, EntryDialog
from shopcli.tui.wording import charged_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shopcli import Shop
    from shopcli.tui.desk.view import DeskView
    from shopcli.tui.screens.screen import Asking
    from shopcli.tui.visit import Deposit


class _Charge(NamedTuple):
    """Gets the answer to a charge."""

    view: DeskView
    deposit: Deposit
    shown: Account
    """The account as it was shown."""
    again: Callable[[ChargedByOthers], object]
    """Asks again, where others were first."""
    box: EntryDialog[int] | None

    @property
    def desk(self) -> Asking[None]:
        """The screen that asks."""
        return self.view.desk

    def send(self) -> None:
        """Send it; from here on it may be booked."""
        visit, deposit = self.desk.visit, self.deposit
        say = visit.wording.catalogue.text
        deposit.is_sent = True
        visit.deposits[deposit.user] = deposit
        told = filled(say("{what} is on its way…"), {"what": deposit.operation.what})
        (self.desk if self.box is None else self.box).say(told)
        self.desk.store.carry_out(
            self,
            deposit.operation,
            self._carry_out,
        )

    def _carry_out(self, shop: Shop) -> BalanceChange | ChargedByOthers:
        """Charge, unless others have charged since: it may be the same money."""
        deposit = self.deposit
        others = None if deposit.operation.in_doubt else charged_since(shop, self.shown)
        return others or shop.charge(
            deposit.user, deposit.amount, key=deposit.operation.key, method=deposit.method
        )

    def told(self, value: object) -> None:
        """Say that it is booked, and the balance."""
        if self.box is not None:
            self.box.close()
        self.desk.visit.deposits.pop(self.deposit.user, None)
        if isinstance(value, ChargedByOthers):
            self.view.open_next(lambda: self.again(value))
            self.desk.store.say(told_of_others(value, self.desk.visit.wording), "warn")
            return
        if not isinstance(value, BalanceChange):
            return
        visit, store = self.desk.visit, self.desk.store
        wording, say = visit.wording, visit.wording.catalogue.text
        visit.note_balance(value.user, value.balance)
        store.wallet_changed()
        amount = format_major(value.amount, wording.exponent)
        store.done(commands.charge(value.user, amount, value.key, self.deposit.method))
        mends = filled(say("Wrong? {command}"), {"command": commands.undo(value.entry)})
        store.say(f"{charged_text(wording, value)} {wording.pasted(inert(mends))}", "good")

    def not_done(self, about: str, error: ShopError) -> None:  # noqa: ARG002  # as of a `Sender`
        """Say why not; where it is not known, keep it with its key."""
        visit, deposit = self.desk.visit, self.deposit
        operation = deposit.operation
        deposit.is_sent = False
        if operation.stays_in_doubt(error):
            if self.box is not None:
                self.box.close()
            visit.command, visit.happens_again = operation.look, ""
            self.desk.store.say(_doubt_text(self.desk, deposit), "bad")
            return
        visit.deposits.pop(deposit.user, None)
        why = not_made_at_desk(error, visit.wording)
        if self.box is None or operation.in_doubt:
            if self.box is not None:
                self.box.close()
            why = visit.wording.named_refusal(operation.what, why)  # another view may be shown
            self.desk.store.say(why, "bad")
        else:
            self.box.refuse(why, operation.what)


def charge(view: DeskView, user: User, methods: Sequence[str]) -> None:
    """Ask how much to charge; a charge in doubt is sent again with its key instead."""
    say, visit, name = view.say, view.visit, user.user
    open_one = visit.deposits.get(name)
    if open_one is None:
        view.open_with(
            lambda shop: read_account(shop, name), lambda account: _ask(view, account, methods)
        )
        return
    if open_one.is_sent:
        view.tell(say("That charge is on its way."))
        return
    account = Account(user, None)  # not looked at: it may be booked already
    _Charge(view, open_one, account, lambda _: None, None).send()
    view.tell(say("Sending it again with its key: it is made once in any case…"))


class _Typed(NamedTuple):
    """What stands in the box at first, and what has changed since it was there before."""

    method: str | None = None
    amount: str = ""
    news: str = ""


_NOTHING = _Typed()


def _ask(
    view: DeskView, account: Account, methods: Sequence[str], before: _Typed = _NOTHING
) -> None:
    say, visit = view.say, view.visit
    wording, user = visit.wording, account.user
    name = user.user

    def entered(_: EntryDialog[int], amount: int) -> None:
        deposit = visit.new_deposit(name, amount, box.method)
        typed = _Typed(box.method, format_major(amount, wording.exponent))

        def news(found: ChargedByOthers) -> None:
            told = told_of_others(found, wording)
            _ask(view, found.account, box.methods, typed._replace(news=told))

        charge = _Charge(view, deposit, account, news, box)
        if not is_large_charge(amount, wording.exponent):
            charge.send()
            return
        again = partial(_ask, view, account, box.methods, typed)
        view.open_next(lambda: _ask_large(charge._replace(box=None), again))
        box.close()

    facts = {"user": name, "balance": wording.price(user.balance)}
    example = format_major(usual_charge(wording.exponent), wording.exponent)
    asks = filled(say("Charge {user}, who has {balance}"), facts)
    box = ChargeBox(
        filled(say("The charge for {user}"), {"user": inert(name)}),
        f"{before.news} {asks}".lstrip(),
        filled(
            say("amount in {currency}, like {example}"),
            {"currency": wording.currency, "example": example},
        ),
        amount_reader(wording),
        methods=methods,
        explain=wording.explained,
        send=entered,
        method=before.method,
        value=before.amount,
    )
    view.store.forget_answers()  # what they say is of before
    view.app.push_screen(box)


def _ask_large(charge: _Charge, again: Callable[[], object]) -> None:
    """Ask once more; esc goes back to the box, with what was typed there."""
    view, deposit = charge.view, charge.deposit
    say, visit, operation = view.say, view.visit, deposit.operation
    facts = {
        "amount": visit.wording.price(deposit.amount),
        "user": deposit.user,
        "method": deposit.method or "",
    }
    title = (
        say("Charge {user} {amount}, by {method}?")
        if deposit.method
        else say("Charge {user} {amount}?")
    )
    visit.asked[operation.key] = operation.what

    def answered(is_yes: bool | None) -> None:  # noqa: FBT001  # it is the answer
        visit.asked.pop(operation.key, None)
        if is_yes:
            charge.send()
        elif is_yes is False:
            view.open_next(again)

    view.app.push_screen(
        ConfirmDialog(
            filled(title, facts),
            Content(say("That is a lot: look whether a point or a digit is wrong.")),
            say("Charge"),
        ),
        answered,
    )


def _doubt_text(desk: Asking[None], deposit: Deposit) -> str:
    wording = desk.visit.wording
    say = wording.catalogue.text
    facts = {
        "amount": wording.price(deposit.amount),
        "user": inert(deposit.user),
        "key": inert(deposit.operation.key),
    }
    told = say(
        "It is not known whether {amount} of {user} are charged. m at their line (f5 Members)"
        " sends it again with the same key, {key}: it is charged once."
    )
    return filled(told, facts)
