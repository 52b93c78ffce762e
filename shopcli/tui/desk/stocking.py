"""Restocking a product, its price, and whether it is on sale."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from shopcli.domain.amounts import format_major
from shopcli.domain.errors import TotalChanged
from shopcli.domain.facts import filled
from shopcli.domain.records.changes import RECENT_COUNT
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.desk.deeds import (
    Changed,
    Deed,
    Done,
    as_listed,
    changed_by,
    confirm,
    is_own,
    last_change,
    named,
    read_quantity,
)
from shopcli.tui.journal.before import Before, changed_before, done_before
from shopcli.tui.screens.dialogs import EntryDialog
from shopcli.tui.widgets.typed import read_amount

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.domain.records import Product
    from shopcli.tui.desk.view import DeskView
    from shopcli.tui.wording import Wording

RESTOCK_UNASKED_MAX = 10_000
"""Units that are added without asking once more."""

_FAR_TIMES = 100


def restock(view: DeskView, product: Product, news: str = "", typed: str = "") -> None:
    """Ask how many units came in, and add them: only a quantity is asked for.

    Args:
        view: Where it is asked.
        product: The product, as it is shown.
        news: What has changed since it was asked before.
        typed: What was typed then.
    """
    say, sku = view.say, product.sku

    def entered(box: EntryDialog[int], quantity: int) -> None:
        facts = {"sku": sku, "quantity": f"{quantity:,}"}
        what = filled(say("The restock of {sku} by {quantity}"), facts)
        operation = named(view, what, commands.stock_history(sku))

        def done(now: Product | Changed[Product]) -> Done:
            if isinstance(now, Changed):
                found = now.found
                facts = {"stock": f"{found.stock:,}", "before": f"{product.stock:,}"}
                told = filled(
                    say("Nothing was restocked: {stock} are left by now, not {before}"), facts
                )
                why = say("Nothing was restocked: more came in meanwhile")
                news = changed_before(why, now.before, view.visit.wording)
                view.open_next(lambda: restock(view, found, news, str(quantity)))
                told = changed_before(told, now.before, view.visit.wording)
                return Done(told, "", tone="warn")
            told = filled(
                say("{name}: {stock} in stock now."), {"name": now.name, "stock": f"{now.stock:,}"}
            )
            again = say("typed again it restocks again")
            mends = filled(
                say("Wrong? {command}"), {"command": commands.take_from_stock(sku, quantity)}
            )
            told = view.visit.wording.pasted(inert(f"{told} {mends}"))
            return Done(told, commands.restock(sku, quantity), again)

        deed = Deed(view.desk, operation, lambda shop: _restock(shop, product, quantity), done)
        if quantity <= RESTOCK_UNASKED_MAX:
            deed._replace(box=box).send()
            return
        title = filled(say("Restock {quantity} units of {name}?"), {**facts, "name": product.name})
        body = Content(say("That is a lot: look whether it is a barcode, or a digit too many."))
        back = partial(restock, view, product, typed=f"{quantity}")
        view.open_next(lambda: confirm(deed, title, body, say("Restock"), back))
        box.close()

    asks = filled(
        say("Restock {sku}: {name}, {stock} left"),
        {"sku": sku, "name": product.name, "stock": f"{product.stock:,}"},
    )
    view.store.forget_answers()  # what they say is of before
    view.app.push_screen(
        EntryDialog(
            filled(say("The restock of {sku}"), {"sku": inert(sku)}),
            f"{news} {asks}".lstrip(),
            say("how many came in"),
            read_quantity,
            explain=view.visit.wording.explained,
            send=entered,
            value=typed,
        )
    )


def _restock(shop: Shop, shown: Product, quantity: int) -> Product | Changed[Product]:
    """Add units, unless there are more than were shown: these may have come in already."""
    try:
        return shop.restock(shown.sku, quantity, expected_stock=shown.stock)
    except TotalChanged:
        return Changed(shop.product(shown.sku), _came_in(shop, shown.sku))


def _came_in(shop: Shop, sku: str) -> Before | None:
    """Who put units in stock last, when and why."""
    movements = reversed(shop.product_history(sku, limit=RECENT_COUNT))
    last = next((one for one in movements if one.quantity > 0), None)
    return None if last is None else Before(last.at, f"{last.actor}@{last.host}", last.reason)


def change_price(view: DeskView, product: Product, typed: str = "") -> None:
    """Ask for the new price, then whether it is to take the place of the old one.

    Args:
        view: Where it is asked.
        product: The product, as it is shown.
        typed: What was typed before.
    """
    say, wording = view.say, view.visit.wording
    example = format_major(product.price, wording.exponent)

    def entered(box: EntryDialog[int], price: int) -> None:
        view.open_with(
            lambda shop: _look_again(shop, product),
            lambda now: _ask_price_anew(view, product, now, price),
        )
        box.close()

    view.store.forget_answers()  # what they say is of before
    view.app.push_screen(
        EntryDialog(
            filled(say("The new price of {sku}"), {"sku": inert(product.sku)}),
            filled(
                say("New price of {name}, now {price}"),
                {"name": product.name, "price": wording.price(product.price)},
            ),
            filled(
                say("amount in {currency}, like {example}"),
                {"currency": wording.currency, "example": example},
            ),
            lambda text: read_amount(text, wording, example),
            explain=wording.explained,
            send=entered,
            value=typed,
        )
    )


def _look_again(shop: Shop, shown: Product) -> Changed[Product]:
    """Read a product again, with who has changed its price last."""
    change = last_change(shop, "product", shown.sku, "price")
    return Changed(shop.product(shown.sku), changed_by(change))


def _other_price(shown: Product, now: Changed[Product], wording: Wording) -> str:
    """That a product costs something else than was shown; empty where it does not."""
    found, say = now.found, wording.catalogue.text
    if found.price == shown.price:
        return ""
    facts = {
        "name": found.name,
        "price": wording.price(found.price),
        "before": wording.money(shown.price),
    }
    told = filled(say("{name} costs {price} by now, not {before}"), facts)
    return changed_before(told, now.before, wording)


def _ask_price_anew(view: DeskView, shown: Product, now: Changed[Product], price: int) -> None:
    """Ask about the price that was typed, unless somebody else has set it meanwhile."""
    if now.found.price == price != shown.price:
        view.tell(_priced_before(now, view.visit.wording), "warn")
        view.reload()
        return
    _ask_price(view, now.found, price, _other_price(shown, now, view.visit.wording))


def _priced_before(now: Changed[Product], wording: Wording) -> str:
    """That somebody else has set a price before this was sent."""
    facts = {"name": now.found.name, "price": wording.price(now.found.price)}
    told = filled(wording.catalogue.text("{name} was set to {price} before"), facts)
    return done_before(told, now.before, "", wording)


def _priced_as_shown(
    shop: Shop, shown: Product, price: int, *, is_sent_again: bool
) -> Product | Changed[Product]:
    """Replace the price that was shown and confirmed; where it is another by now, look again.

    One that somebody else has set to just that is another by now, too.
    """
    began = shop.now()
    try:
        made = shop.set_product(shown.sku, price=price, expected_price=shown.price)
    except TotalChanged:
        return _look_again(shop, shown)
    change = last_change(shop, "product", shown.sku, "price")
    is_of_now = is_sent_again or (change is not None and change.at >= began)
    return made if is_own(shop, change) and is_of_now else Changed(made, changed_by(change))


def _ask_price(view: DeskView, product: Product, price: int, news: str = "") -> None:
    say, wording, sku = view.say, view.visit.wording, product.sku
    if price == product.price:
        facts = {"name": product.name, "price": wording.price(price)}
        view.tell(inert(filled(say("{name} costs {price} already."), facts)))
        return
    typed = format_major(price, wording.exponent)
    command = commands.set_price(sku, typed)
    what = filled(say("The new price of {sku}"), {"sku": sku})

    def done(now: Product | Changed[Product]) -> Done:
        if isinstance(now, Changed) and now.found.price == price:
            return Done(_priced_before(now, wording), "", tone="warn")
        if isinstance(now, Changed):
            facts = {"why": _other_price(product, now, wording)}
            told = filled(say("Nothing was changed: {why}"), facts)
            view.open_next(lambda: _ask_price(view, now.found, price, told))
            return Done(told, "", tone="warn")
        facts = {"name": now.name, "price": wording.price(now.price)}
        is_so = as_listed(view, sku, lambda listed: listed.price == now.price)
        return Done(inert(filled(say("{name} costs {price} now."), facts)), command, is_so=is_so)

    facts = {"before": wording.price(product.price), "after": wording.price(price)}
    body = Content.assemble(
        inert(news) + "\n" if news else "",
        (inert(filled(say("{before} → {after}"), facts)), "bold $text-accent"),
        "\n",
        say("That is far from the old price: look whether a point or a digit is wrong.") + "\n"
        if _is_far(product.price, price)
        else "",
        say("Orders keep the price that they were sold at."),
    )
    operation = named(view, what, command, is_repeatable=True)
    confirm(
        Deed(
            view.desk,
            operation,
            lambda shop: _priced_as_shown(shop, product, price, is_sent_again=operation.in_doubt),
            done,
        ),
        filled(say("Change the price of {name}?"), {"name": product.name}),
        body,
        say("Change the price"),
        partial(change_price, view, product, typed),
    )


def _is_far(before_minor: int, after_minor: int) -> bool:
    """Whether a new price is so far from the old one that it may be a mistake in typing."""
    less, more = sorted((before_minor, after_minor))
    return less * _FAR_TIMES <= more


def switch_sale(view: DeskView, product: Product) -> None:
    """Take a product off sale, asked once, or put it back on sale, which hurts nobody."""
    say, sku, is_off = view.say, product.sku, not product.on_sale
    command = commands.set_on_sale(sku, is_on_sale=is_off)
    facts = {"sku": sku, "name": product.name}
    what = filled(
        say("The return of {sku} on sale") if is_off else say("The taking of {sku} off sale"), facts
    )

    def done(now: Product | Changed[Product]) -> Done:
        if isinstance(now, Changed):
            told = (
                say("{name} was put on sale before")
                if now.found.on_sale
                else say("{name} was taken off sale before")
            )
            told = filled(told, {"name": now.found.name})
            return Done(done_before(told, now.before, "", view.visit.wording), "", tone="warn")
        told = say("{name} is on sale again.") if now.on_sale else say("{name} is off sale now.")
        is_so = as_listed(view, sku, lambda listed: listed.on_sale == now.on_sale)
        return Done(inert(filled(told, {"name": now.name})), command, is_so=is_so)

    operation = named(view, what, command, is_repeatable=True)
    deed = Deed(
        view.desk,
        operation,
        lambda shop: _switched(shop, product, is_sent_again=operation.in_doubt),
        done,
    )
    if is_off:
        deed.send()
        return
    body = Content(say("Nobody can order it until it is put on sale again. Its stock stays."))
    confirm(deed, filled(say("Take {name} off sale?"), facts), body, say("Take it off sale"))


def _switched(shop: Shop, shown: Product, *, is_sent_again: bool) -> Product | Changed[Product]:
    """Put a product on sale, or off, that is as it was shown; sent again it may be so already."""
    try:
        return shop.set_product(
            shown.sku, on_sale=not shown.on_sale, expected_on_sale=shown.on_sale
        )
    except TotalChanged:
        now, change = shop.product(shown.sku), last_change(shop, "product", shown.sku, "on_sale")
        if is_sent_again and is_own(shop, change):
            return now
        return Changed(now, changed_by(change))
