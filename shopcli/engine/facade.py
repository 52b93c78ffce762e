"""Makes use cases methods of the facade ("verbs"), each authorised by the table of rights.

`charge = verb(balances.charge)` in a class of the facade is enough: the verb has the use case's
signature, without the runtime, and its docstring. Other public methods and properties of such a
class are authorised too. One without a row in the table is refused to members and tills.
"""

from __future__ import annotations

from functools import wraps
from importlib import import_module
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from shopcli.domain.errors import NotAllowed, UnknownCoupon, UnknownUser
from shopcli.domain.rights import judged, name_verb, not_allowed, right_to
from shopcli.engine.verifying.damage import refuse_if_damaged

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli.engine.runtime import Runtime

Words = ParamSpec("Words")
Answer = TypeVar("Answer")

_OF_RUNTIME = "runtime: What every use case is given."


class UseCases:
    """Stands for a module of use cases, and imports it when one of them is first used.

    For type checkers it is the module itself: see `shopcli.engine.shop`.

    Args:
        module: Name of the module in `shopcli.engine`.
    """

    def __init__(self, module: str) -> None:
        self.module = module

    def __getattr__(self, name: str) -> Callable[[], Callable[..., Any]]:
        """A function that imports the module and returns its use case of this name."""
        return lambda: getattr(import_module(f"shopcli.engine.{self.module}"), name)


class Facade:
    """Base of the facade's classes; `part` is the prefix of its verbs in the table of rights.

    Args:
        runtime: The open shop's runtime.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def __init_subclass__(cls, *, part: str = "", **rest: object) -> None:
        super().__init_subclass__(**rest)
        for name, member in list(vars(cls).items()):
            if name.startswith("_"):
                continue
            right = part + name
            if isinstance(member, Verb):
                member.right = right
            elif isinstance(member, FunctionType):
                setattr(cls, name, _judging_method(right, member))
            elif isinstance(member, property) and member.fget is not None:
                setattr(cls, name, property(_judging_method(right, member.fget)))


class Verb(Generic[Words, Answer]):
    """A use case as a method of the facade; replaces itself with a plain function on first use."""

    def __init__(
        self,
        find: Callable[[], Callable[Concatenate[Runtime, Words], Answer]],
        *,
        emits: bool,
    ) -> None:
        self.right = ""
        self._find = find
        self._emits = emits

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner = owner
        self._name = name

    @overload
    def __get__(self, shop: None, owner: type) -> Callable[Concatenate[Any, Words], Answer]: ...

    @overload
    def __get__(self, shop: Facade, owner: type) -> Callable[Words, Answer]: ...

    def __get__(self, shop: Facade | None, owner: type) -> Callable[..., Answer]:
        use_case = self._find()
        if self._emits:
            use_case = _notifying(use_case)
        function = _judging_use_case(self.right, use_case)
        _describe(function, self._owner, self._name)
        # A plain function is found and called faster than through this object.
        setattr(self._owner, self._name, function)
        return function if shop is None else MethodType(function, shop)


def verb(
    use_case: Callable[Concatenate[Runtime, Words], Answer], *, emits: bool = False
) -> Verb[Words, Answer]:
    """Make a use case a verb: same docstring, same signature without the runtime, authorised.

    Args:
        use_case: A function of a module that `UseCases` stands for.
        emits: Whether it writes an event, so that listening relays are notified after it.
    """
    find: Any = use_case
    return Verb(find, emits=emits)


def may(runtime: Runtime, right: str) -> bool:
    """Whether the holder of the shop may use a verb, at least for their own user."""
    try:
        judge(runtime, right, {})
    except NotAllowed:
        return False
    return True


def judge(runtime: Runtime, right: str, arguments: dict[str, object]) -> dict[str, object]:
    """Authorise a call, and return the arguments to make it with (a member's own user filled in).

    Raises:
        NotAllowed: The holder of the shop may not make this call.
    """
    holder = runtime.holder
    granted = judged(holder, right, arguments)
    setting = right_to(right).member_setting
    if holder.role == "member" and setting is not None and not _is_on(runtime, setting):
        raise not_allowed(holder, right)
    return granted


def _is_on(runtime: Runtime, setting: str) -> bool:
    from shopcli.engine.use_cases.settings import everything  # few calls need it

    return everything(runtime)[setting] == "yes"


def _judging_use_case(right: str, use_case: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(use_case)
    def judging(self: Facade, *values: object, **named: object) -> object:
        runtime = self._runtime  # its own, as `self`
        change_count = runtime.database.change_count
        # An operator's call costs nothing but this comparison.
        try:
            if runtime.holder.role == "operator":
                return use_case(runtime, *values, **named)
            return _judged(runtime, right, use_case, runtime, values, named)
        except NotAllowed as error:
            name_verb(error, right)
            raise
        except Exception as error:
            refuse_if_damaged(runtime.database, error, change_count)
            raise

    return judging


def _notifying(use_case: Callable[..., Any]) -> Callable[..., Any]:
    from shopcli.engine.relay_notices import send  # most verbs emit nothing

    @wraps(use_case)
    def notifying(runtime: Runtime, *values: object, **named: object) -> object:
        answer = use_case(runtime, *values, **named)
        send(runtime)
        return answer

    return notifying


def _judging_method(right: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def judging(self: Facade, *values: object, **named: object) -> object:
        runtime = self._runtime
        change_count = runtime.database.change_count
        try:
            if runtime.holder.role == "operator":  # as above
                return method(self, *values, **named)
            return _judged(runtime, right, method, self, values, named)
        except NotAllowed as error:
            name_verb(error, right)
            raise
        except Exception as error:
            refuse_if_damaged(runtime.database, error, change_count)
            raise

    return judging


def _judged(
    runtime: Runtime,
    right: str,
    function: Callable[..., Any],
    first: object,
    values: tuple[object, ...],
    named: dict[str, object],
) -> object:
    """Authorise a call and make it; `first` is the function's first argument, not judged."""
    from inspect import signature  # commands at the prompt are an operator's

    given = signature(function).bind(first, *values, **named)
    given.apply_defaults()
    arguments = dict(given.arguments)
    del arguments[next(iter(arguments))]
    granted = judge(runtime, right, arguments)
    try:
        return function(first, **granted)
    except (UnknownCoupon, UnknownUser) as error:
        # Suggestions would tell a member codes of other coupons, and who else buys here.
        raise _plain(error, runtime) from None


def _plain(error: UnknownCoupon | UnknownUser, runtime: Runtime) -> UnknownCoupon | UnknownUser:
    """The error without suggestions, where the holder of the shop is a member."""
    from shopcli.engine.lookups import no_coupon, no_user

    if runtime.holder.role != "member":
        return error
    if isinstance(error, UnknownUser):
        return no_user(error.details["user"])
    return no_coupon(error.details["coupon"])


def _describe(function: Any, owner: type, name: str) -> None:  # noqa: ANN401  # attributes are set
    """Make `help` and `inspect` show the use case as a method of this name."""
    from inspect import Parameter, signature

    original = signature(function)
    _runtime, *words = original.parameters.values()
    self = Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)
    function.__signature__ = original.replace(parameters=[self, *words])
    function.__annotations__.pop("runtime", None)
    lines = (function.__doc__ or "").splitlines(keepends=True)
    function.__doc__ = "".join(line for line in lines if line.strip() != _OF_RUNTIME)
    function.__name__ = name
    function.__qualname__ = f"{owner.__qualname__}.{name}"
    function.__module__ = owner.__module__
