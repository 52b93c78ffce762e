"""How the storefront writes amounts, times, coupon terms and refusals; every text here is inert."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from shopcli.domain.amounts import format_major
from shopcli.domain.errors import DatabaseUnreachable, TryLater
from shopcli.domain.facts import filled
from shopcli.domain.moments import local, zone
from shopcli.domain.showing import inert
from shopcli.wording.advice import advice, explained
from shopcli.wording.catalogue import ENGLISH, Catalogue
from shopcli.wording.members import commands_in
from shopcli.wording.members import fact as fact_for_members

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shopcli import Shop
    from shopcli.domain.errors import ShopError
    from shopcli.domain.records import BalanceChange, Coupon, Order, Product

ORDER_ENDING_LENGTH = 6
"""Characters of an order's id that people are shown; commands take any unique ending."""

_ADVICE = {
    "busy": "Try again in a moment.",
    "charge_limit": "Charge less at once.",
    "coupon_already_used": "Choose another, or none.",
    "outcome_unknown": "Look first whether it was done; the same key again does it once.",
    "coupon_already_claimed": "Choose it when you pay, unless it is used.",
    "coupon_sold_out": "",
    "coupon_not_open": "",
    "coupon_closed": "",
    "coupon_expired": "",
    "coupon_disabled": "",
    "coupon_disabled.in_order": "Choose another, or none.",
    "coupon_expired.in_order": "Choose another, or none.",
    "coupon_not_held": "Claim it first: 2 shows all coupons.",
    "unknown_user": "",
    "unknown_product": "",
    "unknown_coupon": "",
    "unknown_order": "",
    "not_allowed": "Ask whoever runs the shop.",
    "order_not_cancellable": "Ask whoever runs the shop.",
}
"""Advice by error code, or by code and reason, where that of the command line does not fit."""

_ADVICE_OF_OPERATORS = {
    "order_not_cancellable": "f on its receipt gives it back all the same.",
}
"""The same, before the others, for who may do everything."""

_NOT_OF_OPERATORS = frozenset({"not_allowed"})
"""Where they are told what the command line tells: it is a right of the database."""

_ADVICE_WITHOUT_COMMANDS = {
    "balance_limit": "Type a smaller amount.",
    "invalid_input": "Type it again.",
}
"""Advice where only commands would help an operator: who typed it types it again."""

_LEVELS = "▁▂▃▄▅▆▇█"


class Wording:
    """Writes values of one shop.

    Args:
        currency: ISO 4217 code.
        exponent: Decimals of the currency.
        timezone: The zone in which times are shown.
        catalogue: Texts in the language of the user.
    """

    def __init__(
        self,
        currency: str,
        exponent: int,
        timezone: tzinfo,
        catalogue: Catalogue = ENGLISH,
    ) -> None:
        self.catalogue = catalogue
        self.how_to_charge = "Press m to charge it."
        """What to do about a balance that is too small, by what this user may do."""
        self.how_to_take_out = "At its line, - takes some out."
        self.how_to_remove = "At its line, d takes it out."
        """What to do about a line of which nothing can be had."""
        self.name_of: Callable[[str], str] = str
        """The name of a product by its SKU, as far as it is shown; else its SKU."""
        self.pasted: Callable[[str], str] = str
        """Completes the commands in a text, so that they are for this shop wherever pasted."""
        self.advises_commands = True
        """Whether the commands that help are for this user to type; else the operator is named."""
        self.currency = currency
        self.exponent = exponent
        self.timezone = timezone

    @classmethod
    def of(cls, shop: Shop, catalogue: Catalogue = ENGLISH) -> Wording:
        """Make the wording for the currency and zone of a shop."""
        return cls(shop.currency, shop.exponent, zone(shop.timezone), catalogue)

    def money(self, amount_minor: int) -> str:
        """An amount in major units with thousands separators, without its currency."""
        sign = "-" if amount_minor < 0 else ""
        whole, point, decimals = format_major(abs(amount_minor), self.exponent).partition(".")
        return f"{sign}{int(whole):,}{point}{decimals}"

    def price(self, amount_minor: int) -> str:
        """An amount with its currency."""
        return f"{self.money(amount_minor)} {self.currency}"

    def signed(self, amount_minor: int) -> str:
        """An amount with a plus sign where it is above 0, as in a history."""
        return f"{'+' if amount_minor > 0 else ''}{self.money(amount_minor)}"

    def instant(self, moment: datetime) -> str:
        """A time to the second in the shop's zone, as of a limit that has passed."""
        return moment.astimezone(self.timezone).strftime("%Y-%m-%d %H:%M:%S")

    def moment(self, moment: datetime) -> str:
        """A time to the minute in the shop's zone."""
        return moment.astimezone(self.timezone).strftime("%Y-%m-%d %H:%M")

    def end(self, moment: datetime) -> str:
        """When something opens or ends: to the second, unless it does so with a minute."""
        is_whole = not (moment.second or moment.microsecond)
        return self.moment(moment) if is_whole else self.instant(moment)

    def short_moment(self, moment: datetime) -> str:
        """The same without the year, for narrow columns."""
        return moment.astimezone(self.timezone).strftime("%m-%d %H:%M")

    def takes_off(self, coupon: Coupon) -> str:
        """The discount of a coupon in words."""
        say = self.catalogue.text
        if coupon.percent is None:
            return filled(say("{amount} off"), {"amount": self.money(coupon.amount or 0)})
        if coupon.cap is None:
            return f"{coupon.percent} %"
        facts = {"percent": coupon.percent, "cap": self.money(coupon.cap)}
        return filled(say("{percent} %, at most {cap}"), facts)

    def saves(self, coupon: Coupon, saved: int) -> str:
        """What a coupon saves on a cart, and of how much where the rest of it is lost.

        Args:
            coupon: The coupon.
            saved: What it takes off that cart, in minor units.
        """
        say, facts = self.catalogue.text, {"amount": self.money(saved)}
        if coupon.amount is None or saved >= coupon.amount:
            return filled(say("saves {amount}"), facts)
        facts["whole"] = self.money(coupon.amount)
        return filled(say("saves {amount} of {whole}"), facts)

    def conditions(self, coupon: Coupon) -> str:
        """The conditions of a coupon in words, first for which orders it is."""
        say, counted = self.catalogue.text, self.catalogue.counted
        least, days = coupon.min_order, coupon.valid_days
        told = [
            filled(say("orders from {least}"), {"least": self.money(least)})
            if least
            else say("any order")
        ]
        if days is not None:
            form = counted(days, "{days} day after its claim", "{days} days after its claim")
            told.append(filled(form, {"days": days}))
        if coupon.use_by is not None:
            told.append(filled(say("until {until}"), {"until": self.end(coupon.use_by)}))
        return ", ".join(told)

    def explained(self, error: ShopError) -> str:
        """Why a typed value is refused, and how to type it."""
        return self.pasted(explained(error, self.catalogue))

    def not_made(self, error: ShopError) -> str:
        """Why a change was not made, where that is certain; that is said where it could be doubted.

        Args:
            error: What the change ended with; nothing is in doubt any more.
        """
        if not isinstance(error, TryLater):
            return self.refusal(error)
        say = self.catalogue.text
        fact = local(self.fact(error), self.instant).removesuffix(".")
        told = filled(say("{fact}; nothing was changed."), {"fact": fact})
        return inert(f"{told} {self._advice(error)}".strip())

    def named_refusal(self, what: str, why: str) -> str:
        """Why a change was not made, where it is not seen which one is meant.

        Args:
            what: Its name, to begin a sentence with; empty where it has none.
            why: As of `not_made`.
        """
        facts = {"what": what, "why": why}
        return filled(self.catalogue.text("{what} was not made: {why}"), facts) if what else why

    def after_outage(self, told: str, outage: ShopError) -> str:
        """What is left of what was said, once a database that did not answer does.

        Args:
            told: What stands there, of whatever it is.
            outage: By what something met the database that was away.
        """
        say, not_made = self.catalogue.text, self.not_made(outage)
        if told == self.refusal(outage):
            return ""
        if told == not_made:
            return say("Nothing was changed: the database did not answer then. It answers again.")
        if told.endswith(f" {not_made}"):  # with the name of what was not made
            past = say("the database did not answer then. It answers again.")
            return f"{told.removesuffix(not_made)}{past}"
        return told

    def refusal(self, error: ShopError) -> str:
        """Why something was refused and what to do, amounts in major units."""
        details, say = error.details, self.catalogue.text
        if error.code == "insufficient_balance":
            missing = details["required"] - details["balance"]
            facts = {"missing": self.money(missing), "advice": say(self.how_to_charge)}
            return filled(say("The balance is {missing} short. {advice}"), facts)
        if error.code == "out_of_stock":
            each = say("{name} ({available} left, {requested} wanted)")
            short = ", ".join(
                inert(filled(each, {**item, "name": self.name_of(item["sku"])}))
                for item in details["items"]
            )
            is_any_left = any(item["available"] for item in details["items"])
            advice = say(self.how_to_take_out) if is_any_left else say(self.how_to_remove)
            facts = {"short": short, "advice": advice}
            return filled(say("Not enough in stock: {short}. {advice}"), facts)
        if error.code == "product_off_sale":
            names = ", ".join(inert(self.name_of(item["sku"])) for item in details["items"])
            facts = {"names": names, "advice": say(self.how_to_remove)}
            return filled(say("Not on sale at present: {names}. {advice}"), facts)
        if error.code == "coupon_minimum_not_met":
            more = details["min_order"] - details["subtotal"]
            facts = {"least": self.money(details["min_order"]), "more": self.money(more)}
            return filled(say("For orders from {least}: {more} more."), facts)
        next_step = self._advice(error)
        key = details.get("key")
        if error.code == "outcome_unknown" and key:
            next_step = f"{next_step} {filled(say('Its key is {key}.'), {'key': key})}"
        return inert(f"{local(self.fact(error), self.instant)} {next_step}".strip())

    def fact(self, error: ShopError) -> str:
        """What has happened; where the database is, is told to the operator only."""
        say = self.catalogue.text
        return error.sentence(say) if self.advises_commands else fact_for_members(error, say)

    def _advice(self, error: ShopError) -> str:
        for situation in (f"{error.code}.{error.details.get('reason')}", error.code):
            if self.advises_commands and situation in _ADVICE_OF_OPERATORS:
                return self.catalogue.text(_ADVICE_OF_OPERATORS[situation])
            if self.advises_commands and situation in _NOT_OF_OPERATORS:
                break
            if situation in _ADVICE:
                return self.catalogue.text(_ADVICE[situation])
        if isinstance(error, DatabaseUnreachable) and not self.advises_commands:
            return self.catalogue.text(_ADVICE["busy"])
        text = advice(error, self.catalogue)
        if not self.advises_commands and commands_in(text):
            others = _ADVICE["not_allowed"]
            return self.catalogue.text(_ADVICE_WITHOUT_COMMANDS.get(error.code, others))
        return self.pasted(text)


def counted(quantity: int, name: str = "") -> str:
    """A quantity as bills write it."""
    return f"{quantity:,} × {name}" if name else f"×{quantity:,}"  # noqa: RUF001  # the sign for it


def charged_text(wording: Wording, change: BalanceChange) -> str:
    """The sentence that a charge is booked, by which method, and the balance with it."""
    say, price = wording.catalogue.text, wording.price
    told = (
        say("Charged {amount} by {method} before, and only once: {user} had {balance}.")
        if change.replayed
        else say("Charged {amount} by {method}: {user} has {balance}.")
    )
    facts = {
        "amount": price(change.amount),
        "user": inert(change.user),
        "balance": price(change.balance),
        "method": inert(change.method or ""),
    }
    return filled(told, facts)


def fate(order: Order, say: Callable[[str], str]) -> str:
    """What became of an order, in a word or two; empty where nothing did."""
    if order.state == "cancelled":
        return say("cancelled")
    back = sum(line.quantity for refund in order.refunds for line in refund.lines)
    if not back:
        return ""
    if back == sum(line.quantity for line in order.lines):
        return say("given back")
    return filled(say("{count} given back"), {"count": f"{back:,}"})


def with_fate(became: str, what: str, say: Callable[[str], str]) -> str:
    """What was ordered, behind what became of it, if anything did."""
    return filled(say("{fate}: {what}"), {"fate": became, "what": what}) if became else what


def things_in_cart(count: int, catalogue: Catalogue = ENGLISH) -> str:
    """The number of units in a cart, in words."""
    form = catalogue.counted(count, "{count:,} thing in the cart", "{count:,} things in the cart")
    return filled(form, {"count": count})


def stock_text(product: Product, say: Callable[[str], str], *, is_low: bool) -> str:
    """What is left of a product, in words."""
    if not product.on_sale:
        return say("Not on sale")
    if product.stock == 0:
        return say("Sold out")
    told = say("Only {count} left") if is_low else say("{count} left")
    return filled(told, {"count": f"{product.stock:,}"})


def ending(order_id: str | None) -> str:
    """The last characters of an order's or event's id, as people read it out."""
    return "" if order_id is None else inert(order_id[-ORDER_ENDING_LENGTH:])


def bar(value: int, most: int, width: int) -> str:
    """A horizontal line of halves of a cell, at least one half where there is anything.

    Blocks as high as a cell would grow into one with those of the rows around them.
    """
    if most <= 0 or value <= 0:
        return ""
    whole, half = divmod(max(1, round(value * width * 2 / most)), 2)
    return "━" * whole + "╸" * half


def trend_line(values: Sequence[int]) -> str:
    """A line of block characters, one cell a value; 0 is a dot."""
    most = max(values, default=0)
    if most == 0:
        return "·" * len(values)
    steps = len(_LEVELS) - 1
    return "".join(
        _LEVELS[max(1, round(value * steps / most))] if value else "·" for value in values
    )
