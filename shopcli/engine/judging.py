"""Judges each public verb of the facade by the table of rights before it is done.

Whatever public method or property a class of the facade has or gets is judged, without a word in
it: a verb that nobody thought of is refused to members and tills, as it has no row.
"""

from __future__ import annotations

from functools import wraps
from types import FunctionType
from typing import TYPE_CHECKING, Any

from shopcli.domain.errors import NotAllowed, UnknownCoupon
from shopcli.domain.rights import judged, not_allowed, right_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli.engine.runtime import Runtime


class Judged:
    """Base of the facade's classes; `part` is what the table puts before the names of its verbs."""

    __slots__ = ()
    _runtime: Runtime

    def __init_subclass__(cls, *, part: str = "", **rest: object) -> None:
        super().__init_subclass__(**rest)
        for name, member in list(vars(cls).items()):
            if name.startswith("_"):
                continue
            verb = part + name
            if isinstance(member, FunctionType):
                setattr(cls, name, _judging(verb, member))
            elif isinstance(member, property) and member.fget is not None:
                setattr(cls, name, property(_judging(verb, member.fget)))


def may(runtime: Runtime, verb: str) -> bool:
    """Whether whoever holds the shop may do this at all, for themselves at least."""
    try:
        judge(runtime, verb, {})
    except NotAllowed:
        return False
    return True


def judge(runtime: Runtime, verb: str, arguments: dict[str, object]) -> dict[str, object]:
    """The arguments a verb is done with.

    Raises:
        NotAllowed: It may not be done with them by whoever holds the shop.
    """
    holder = runtime.holder
    granted = judged(holder, verb, arguments)
    setting = right_to(verb).member_setting
    if holder.role == "member" and setting is not None and not _is_on(runtime, setting):
        raise not_allowed(holder, verb)
    return granted


def _is_on(runtime: Runtime, setting: str) -> bool:
    from shopcli.engine.settings import everything  # which loads what few commands need

    return everything(runtime)[setting] == "yes"


def _plain(error: UnknownCoupon, runtime: Runtime) -> UnknownCoupon:
    """The error as it is told to whoever holds the shop."""
    from shopcli.engine.lookups import no_coupon

    return no_coupon(error.details["coupon"]) if runtime.holder.role == "member" else error


def _judging(verb: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def asked(self: Judged, *values: object, **named: object) -> object:
        # An operator's call costs nothing but this comparison.
        if self._runtime.holder.role == "operator":  # its own, as `self`
            return function(self, *values, **named)
        from inspect import signature  # commands at the prompt are an operator's

        given = signature(function).bind(self, *values, **named)
        given.apply_defaults()
        arguments = dict(given.arguments)
        del arguments[next(iter(arguments))]
        granted = judge(self._runtime, verb, arguments)
        try:
            return function(self, **granted)  # as above
        except UnknownCoupon as error:
            # A guess must not teach a code: what is suggested comes from products alone.
            raise _plain(error, self._runtime) from None

    return asked
