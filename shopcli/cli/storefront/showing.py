"""Opens the storefront of a line on its terminal, and reports at the end what nobody has read.

Nothing of the parser is loaded here: where the line needs none, the storefront is there sooner.
"""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from shopcli.cli import problems
from shopcli.cli.call import Call, at_most_one_of
from shopcli.cli.configuration import write_setting
from shopcli.cli.environment import VARIABLES, is_shown_elsewhere
from shopcli.domain.errors import (
    CouponAlreadyClaimed,
    InvalidInput,
    OutcomeUnknown,
    ShopError,
    UnknownOrder,
)
from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.domain.text import checked_identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shopcli import Shop
    from shopcli.tui.app import Storefront
    from shopcli.tui.operations import Operation
    from shopcli.tui.visit import Visit

_REASONS = {
    (False, False): "storefront_ended",
    (False, True): "storefront_ended_payment",
    (True, False): "storefront_ended_repeatable",
}
"""Why an outcome is not known, by whether the line repeats the change, and whether another does."""

_NO_SCREEN = frozenset({"dumb", "unknown"})
"""Values of TERM without cursor movement: escape sequences would be shown as text."""

_DRAWN = "│▌█…· é콜شاي🎉"
"""Of what is drawn: lines, bars, and letters of names."""


def whose(call: Call, *, kiosk: bool, desk: bool) -> tuple[str | None, bool]:
    """The user who shops, and whether the line named it, which binds the storefront to it.

    Raises:
        InvalidInput: It is to be the storefront of several at once, or the line names nobody, as
            from a variable that is empty: bound to nobody it would be the operator's.
    """
    (user,) = (one for one in call.settings.settings() if one.name == "user")
    is_bound = user.source == "command line"
    at_most_one_of({"reason": "one_of_storefronts"}, user=is_bound, kiosk=kiosk, desk=desk)
    if is_bound:
        return checked_identifier(user.value or "", "user name"), True
    return user.value, False


def open_storefront(call: Call, *, kiosk: bool, desk: bool) -> int:
    """Run the storefront that a line asks for; return the exit code."""
    user, is_bound = whose(call, kiosk=kiosk, desk=desk)
    keeps_theme = not is_shown_elsewhere()  # else whoever opens the page would choose for others
    return show(call, user, is_bound=is_bound, kiosk=kiosk, desk=desk, keeps_theme=keeps_theme)


def show(
    call: Call,
    user: str | None,
    *,
    is_bound: bool = False,
    kiosk: bool = False,
    desk: bool = False,
    keeps_theme: bool = False,
) -> int:
    """Run the storefront of the shop of a call.

    Args:
        call: The context of the line.
        user: The user who shops; None asks for one.
        is_bound: Whether it has that member's rights and no others.
        kiosk: Whether it is a till.
        desk: Whether it begins at the operator's desk.
        keeps_theme: Whether a theme that is chosen in it is written to the configuration file.

    Returns:
        The exit code.
    """
    from shopcli import Shop  # the engine is loaded once a command needs it

    wait_max = call.settings.wait_max_seconds()
    address = call.address()
    with _loading(), Shop.open(address, channel="tui", wait_max=wait_max) as shop:
        _check_terminal(call)  # what does without one is advised, so there must be a shop
        if user is not None:
            shop.user(user)

        def deliver(order_id: str) -> None:
            from shopcli.relay.prompt_delivery import deliver_after  # HTTP only where it is sent

            deliver_after(shop, order_id, environment=call.settings.platform_variables())

        from shopcli.tui.app import make_app  # 170 ms that no other command pays

        storefront = make_app(
            shop,
            user=None if kiosk else user,
            bound=is_bound,
            kiosk=kiosk,
            desk=desk,
            deliver=deliver if call.delivers else _leave_to_relay,
            platform_variables=call.settings.platform_variables(),
            catalogue=call.catalogue,
            pasted=call.pasted_elsewhere(shop),
            wait_max=wait_max,
            sort="category",
            theme=call.settings.theme(),
            rings=call.settings.rings(),
        )
        if keeps_theme:
            storefront.keep_theme = _theme_keeper(call)
        storefront.is_loaded = _keep_what_is_loaded
        _run(call, shop, storefront)
    return storefront.return_code or 0


def _theme_keeper(call: Call) -> Callable[[str], str]:
    """What writes a theme to the configuration file, from any thread."""
    settings, lock = call.settings, Lock()

    def keep(theme: str) -> str:
        with lock:
            write_setting(settings.file_path(), "theme", theme)
        variable = VARIABLES["theme"]
        return variable if settings.environment.get(variable) else ""

    return keep


@contextmanager
def _loading() -> Iterator[None]:
    """Look for no garbage: while the storefront is loaded there is none, and it takes a tenth."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _keep_what_is_loaded() -> None:
    """Look for garbage from now on, and never among what is loaded: a key would wait for that."""
    gc.freeze()
    gc.enable()


def _leave_to_relay(_order_id: str) -> None:
    """Send nothing."""


def _run(call: Call, shop: Shop, storefront: Storefront) -> None:
    """Run the storefront and, however it ends, report the outcome of what was sent."""
    from shopcli.tui.ending import Ending  # as the app

    def report_outcomes(*, may_ask: bool) -> int | None:
        try:
            _report_operations(call, shop if may_ask else None, storefront, are_over=False)
        except ShopError as error:
            return problems.tell(call.worded(error), as_json=False)
        return None

    def report_wait() -> None:
        if storefront.awaits_answer:
            call.remark(call.catalogue.text("What was sent is not answered yet: wait…"))

    ending = Ending(storefront.end, report_outcomes, report_wait)
    storefront.when_left = ending.left
    with ending.watching():
        storefront.run()
        if storefront.fault is not None:
            report_outcomes(may_ask=True)
            raise storefront.fault
        _report_operations(call, shop, storefront, are_over=True)


def _check_terminal(call: Call) -> None:
    """Refuse where there is no terminal: the storefront would wait for input for ever."""
    if is_shown_elsewhere():
        return
    # Textual draws on standard error, so it must be a terminal, too.
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if call.as_json or not all(stream.isatty() for stream in streams):
        raise InvalidInput(
            "The storefront needs a terminal for input, output and errors.",
            details={"reason": "no_terminal"},
        )
    kind = call.settings.environment.get("TERM", "")
    if kind in _NO_SCREEN:
        raise InvalidInput(
            "The storefront needs a terminal with a screen, not TERM={kind}.",
            details={"kind": kind, "reason": "no_terminal"},
        )
    _check_encoding(call)


def _check_encoding(call: Call) -> None:
    """Refuse where names would be drawn as escapes, which are wider than the room left for them."""
    encoding = sys.stderr.encoding or "ascii"
    try:
        _DRAWN.encode(encoding)
    except UnicodeEncodeError:
        # Python obeys this variable before the other one.
        is_named = bool(call.settings.environment.get("PYTHONIOENCODING"))
        setting = "PYTHONIOENCODING=utf-8" if is_named else "PYTHONUTF8=1"
        raise InvalidInput(
            "The storefront needs a terminal that shows letters of all scripts; the encoding here"
            " is {encoding}.",
            details={"encoding": encoding, "setting": setting, "reason": "no_unicode"},
        ) from None


def _report_operations(
    call: Call, shop: Shop | None, storefront: Storefront, *, are_over: bool
) -> None:
    """Report all operations whose outcome nobody can have read when the storefront ended.

    Args:
        call: Prints the remarks.
        shop: Asked about payments; None where it did not answer in time.
        storefront: The storefront that ended or is being ended.
        are_over: Whether no operation is running any more.

    Raises:
        OutcomeUnknown: The outcome of one of them is not known.
    """
    from shopcli.tui.wording import things_in_cart  # as the app

    say, visit = call.catalogue.text, storefront.visit
    operations = visit.unread()
    unknown = [
        one for one in operations if not _report_operation(call, shop, one, visit, is_over=are_over)
    ]
    # A user who pressed Enter just before the end should know that nothing was done.
    told = {one.what for one in operations if not one.is_done}  # one that is asked about anew
    for what in visit.asked.values():
        if what not in told:
            call.remark(_not_made(call, what))
    if visit.cart.count and _is_unpaid(visit.payment, unknown) and _is_news(storefront, operations):
        things = things_in_cart(visit.cart.count, call.catalogue)
        call.remark(filled(say("Not paid, and not kept: {things}."), {"things": things}))
    for operation in unknown[1:]:
        facts = {"what": operation.what, "advice": call.advice(_not_known(operation))}
        call.remark(filled(say("{what} may have been made or not. {advice}"), facts))
    if unknown:
        raise _not_known(unknown[0])


def _is_unpaid(payment: Operation | None, unknown: Sequence[Operation]) -> bool:
    """Whether the cart is not paid for certain: its payment, if one was under way, is told."""
    return payment is None or not (payment.is_done or payment in unknown)


def _is_news(storefront: Storefront, operations: Sequence[Operation]) -> bool:
    """Whether an unpaid cart is to be told: by `q` it was, except beside what was not made."""
    is_beside = bool(storefront.visit.asked) or any(
        one.is_payment and not (one.is_done or one.is_put_down) for one in operations
    )
    return is_beside or not storefront.was_left


def _not_known(operation: Operation) -> OutcomeUnknown:
    """The error that an operation was not answered before the storefront ended."""
    has_key = operation.is_payment or operation.key in operation.look
    return OutcomeUnknown(
        "The storefront ended before it was known: {what} may have been made or not.",
        details={
            **({"key": operation.key} if has_key else {}),
            "what": operation.what,
            "look": operation.look,
            **({"again": operation.again} if operation.again else {}),
            "reason": _REASONS[operation.is_repeatable, bool(operation.again)],
        },
    )


def _report_operation(
    call: Call, shop: Shop | None, operation: Operation, visit: Visit, *, is_over: bool
) -> bool:
    """Report the outcome of one operation; return whether it is known."""
    refusal = operation.refusal
    if isinstance(refusal, CouponAlreadyClaimed):
        call.remark(_claimed_before(call, refusal))
        return True
    if refusal is not None:
        facts = {"what": operation.what, "why": visit.wording.fact(refusal)}
        call.remark(filled(call.catalogue.text("{what} was not made: {why}"), facts))
        return True
    if operation.is_payment:
        return _report_payment(call, shop, operation, is_over=is_over)
    facts = {"what": operation.what, "told": operation.told, "why": operation.told}
    if operation.is_done:
        told = "{what}: {told}" if operation.told else call.catalogue.text("{what} was made.")
        call.remark(filled(told, facts))
    elif operation.told:
        call.remark(filled(call.catalogue.text("{what} was not made: {why}"), facts))
        return True
    elif is_over and not operation.in_doubt:
        call.remark(_not_made(call, operation.what))
        return True
    return operation.is_done


def _report_payment(call: Call, shop: Shop | None, operation: Operation, *, is_over: bool) -> bool:
    """Report the outcome of a payment that was not refused, and keep whether it was made."""
    if shop is None:
        return _told_as_made(call, operation)
    try:
        order = shop.receipt(key=operation.key)
    except UnknownOrder:
        # A payment without an answer may still be committed by the database.
        if operation.in_doubt or not is_over:
            return False
        call.remark(_not_made(call, operation.what))
    except ShopError:
        return _told_as_made(call, operation)
    else:
        operation.is_done = True
        facts = {"what": operation.what, "order": order.order}
        call.remark(filled(call.catalogue.text("{what} was made: order {order}."), facts))
    return True


def _told_as_made(call: Call, operation: Operation) -> bool:
    """Report that an operation was made, where its answer said so; return whether it did."""
    if operation.is_done:
        call.remark(filled(call.catalogue.text("{what} was made."), {"what": operation.what}))
    return operation.is_done


def _not_made(call: Call, what: str) -> str:
    return filled(call.catalogue.text("{what} was not made."), {"what": what})


def _claimed_before(call: Call, refusal: CouponAlreadyClaimed) -> str:
    """That a coupon was claimed by an earlier claim, which may be told in the line above."""
    told = call.catalogue.text(
        "{coupon} is {user}'s, from the claim before: number {number:,} of {limit:,}."
    )
    return inert(filled(told, refusal.details))
