"""The table of rights: which role may call which verb. The engine checks each call against it.

Front ends hide what is not allowed, but decide nothing. A verb without a row is for operators only.
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, get_args

from shopcli.domain.errors import InvalidInput, NotAllowed
from shopcli.domain.showing import inert
from shopcli.domain.text import checked_identifier

if TYPE_CHECKING:
    from collections.abc import Mapping

Role: TypeAlias = Literal["operator", "member", "till"]

LoginKind: TypeAlias = Literal["till", "relay", "operator", "reader"]
"""What a login of a database server is for, beside the owner of the tables."""

LOGIN_KINDS: tuple[LoginKind, ...] = get_args(LoginKind)

_LOGIN_BYTES_MAX = 63
"""Postgres cuts what is longer, and would take another role."""

_NO_LOGINS = frozenset({"public", "none"})


class Reach(Enum):
    """The data that a verb reaches for a role."""

    NOTHING = "nothing"
    OWN = "own"
    """For a member, the member's own data; for a till, the orders that it sold."""
    ALL = "all"


class Right(NamedTuple):
    """A row: the reach of a verb for members and tills. For operators it is always `ALL`."""

    member: Reach
    till: Reach
    operator_only: frozenset[str] = frozenset()
    """Arguments that only an operator may pass."""
    member_setting: str | None = None
    """A setting of the shop that must be `yes` for members to be allowed."""


class Member(NamedTuple):
    """A member, as the owner of data."""

    username: str


class Seller(NamedTuple):
    """A till, as the owner of its orders: one login on one host is one till."""

    actor: str
    host: str
    channel: str


Owner: TypeAlias = Member | Seller


class Holder(NamedTuple):
    """The role in which a shop was opened; a member also has a name."""

    role: Role = "operator"
    username: str | None = None


OPERATOR = Holder()

_ANYONE = Right(Reach.ALL, Reach.ALL)
_OPERATOR = Right(Reach.NOTHING, Reach.NOTHING)
_TILL = Right(Reach.NOTHING, Reach.ALL)
_SELF = Right(Reach.OWN, Reach.ALL)
_OWN = Right(Reach.OWN, Reach.OWN)

RIGHTS: Mapping[str, Right] = MappingProxyType(
    {
        # The shop itself
        "id": _ANYONE,
        "currency": _ANYONE,
        "exponent": _ANYONE,
        "timezone": _ANYONE,
        "url": _ANYONE,
        "now": _ANYONE,
        "moment": _ANYONE,
        "window": _ANYONE,
        "role": _ANYONE,
        "member": _ANYONE,
        "may": _ANYONE,
        "close": _ANYONE,
        "runtime": _OPERATOR,
        "change_count": _OPERATOR,
        "server_ahead_seconds": _OPERATOR,
        "as_member": _OPERATOR,
        "as_till": _OPERATOR,
        "changes": _OPERATOR,
        "settings": _OPERATOR,
        "setting_sources": _OPERATOR,
        "set_setting": _OPERATOR,
        "verify": _OPERATOR,
        # People
        "add_user": _OPERATOR,
        "set_user": _OPERATOR,
        "users": _TILL,
        "user": _SELF,
        "balance": _SELF,
        "history": Right(Reach.OWN, Reach.NOTHING),
        "statement": Right(Reach.OWN, Reach.NOTHING),
        "charge": Right(
            Reach.OWN,
            Reach.ALL,
            operator_only=frozenset({"at"}),
            member_setting="members_charge",
        ),
        "transfer": Right(Reach.OWN, Reach.NOTHING, member_setting="transfers"),
        "payout": _OPERATOR,
        "adjust": _OPERATOR,
        "undo": _OPERATOR,
        # The drawer
        "cash_in": _OPERATOR,
        "cash_out": _OPERATOR,
        "cash_moves": _OPERATOR,
        # The books
        "close_books": _OPERATOR,
        "closings": _OPERATOR,
        "closing": _OPERATOR,
        "verify_closing": _OPERATOR,
        # Products
        "products": _ANYONE,
        "product": _ANYONE,
        "add_product": _OPERATOR,
        "set_product": _OPERATOR,
        "restock": _OPERATOR,
        "adjust_stock": _OPERATOR,
        "product_history": _OPERATOR,
        "browsing": _ANYONE,
        "browsing.products": _ANYONE,
        "browsing.named": _ANYONE,
        "read_lines": _ANYONE,
        "browsing.scanned": _ANYONE,
        "browsing.categories": _ANYONE,
        "browsing.trend": _ANYONE,
        "browsing.revision": _ANYONE,
        "browsing.low_stock": _OPERATOR,
        "browsing.low_stock_mark": _ANYONE,
        "browsing.cancel_within_microseconds": _ANYONE,
        "browsing.goes_to_stock": _OWN,
        "browsing.charge_terms": _ANYONE,
        "browsing.charged": _OWN,
        "browsing.called": _TILL,
        "browsing.sold_by": _OPERATOR,
        "browsing.booked_by": _OPERATOR,
        "browsing.journal": Right(Reach.OWN, Reach.NOTHING),
        "browsing.bindings": Right(Reach.OWN, Reach.NOTHING),
        "browsing.usual": Right(Reach.OWN, Reach.NOTHING),
        "browsing.is_recorded_before": Right(Reach.OWN, Reach.NOTHING),
        "top": _ANYONE,
        # Reports
        "report_sales": _OPERATOR,
        "report_money": _OPERATOR,
        "report_stock": _OPERATOR,
        # Coupons
        "coupon_list": _ANYONE,
        "coupon": _ANYONE,
        "add_coupon": _OPERATOR,
        "set_coupon": _OPERATOR,
        "coupons": _SELF,
        "claim": _SELF,
        # Orders
        "order": _SELF,
        "orders": _OWN,
        "receipt": _OWN,
        "refund": _OPERATOR,
        "cancel": Right(Reach.OWN, Reach.OWN, operator_only=frozenset({"force"})),
        "book": _OPERATOR,
        # Files
        "imports": _OPERATOR,
        "imports.run": _OPERATOR,
        "exports": _OPERATOR,
        "exports.write": _OPERATOR,
        "exports.save": _OPERATOR,
        # The database
        "maintenance": _OPERATOR,
        "maintenance.back_up": _OPERATOR,
        "maintenance.copy_id": _OPERATOR,
        "maintenance.facts": _OPERATOR,
        "maintenance.clock_difference_seconds": _OPERATOR,
        "maintenance.shared_codes": _OPERATOR,
        "maintenance.copy": _OPERATOR,
        "maintenance.unretire": _OPERATOR,
        "maintenance.retired_to": _OPERATOR,
        "maintenance.grants": _OPERATOR,
        "maintenance.granted": _OPERATOR,
        "maintenance.login": _OPERATOR,
        # Deliveries
        "outbox": _OPERATOR,
        "outbox.deliveries": _OPERATOR,
        "outbox.status": _OPERATOR,
        "outbox.list": _OPERATOR,
        "outbox.show": _OPERATOR,
        "outbox.retry": _OPERATOR,
        "outbox.retryable": _OPERATOR,
        "outbox.discard": _OPERATOR,
        "outbox.replay": _OPERATOR,
        "outbox.replayable": _OPERATOR,
        "outbox.hold": _OPERATOR,
        "outbox.resume": _OPERATOR,
        "outbox.prune": _OPERATOR,
    }
)
"""Every public verb of the engine's facade; verbs of a part are named `part.verb`."""


def right_to(verb: str) -> Right:
    """The row of a verb; a verb without a row is for operators only."""
    return RIGHTS.get(verb, _OPERATOR)


def reach(holder: Holder, verb: str) -> Reach:
    """The reach of a verb for a role; settings of the shop are not considered."""
    if holder.role == "operator":
        return Reach.ALL
    right = right_to(verb)
    return right.member if holder.role == "member" else right.till


def judged(holder: Holder, verb: str, arguments: Mapping[str, object]) -> dict[str, object]:
    """Check a call, and return the arguments to make it with; `user` becomes the member.

    Args:
        holder: The role of the caller.
        verb: A name in `RIGHTS`.
        arguments: All arguments by name, including defaults.

    Raises:
        NotAllowed: The role may not call the verb, pass these arguments, or act for this user.
        InvalidInput: The user's name breaks its grammar.
    """
    granted = dict(arguments)
    if holder.role == "operator":
        return granted
    how_far = reach(holder, verb)
    if how_far is Reach.NOTHING:
        raise not_allowed(holder, verb)
    if any(arguments.get(name) for name in right_to(verb).operator_only):
        raise not_allowed(holder, verb)
    if holder.role == "member" and how_far is Reach.OWN and "user" in arguments:
        named = arguments["user"]
        if named is not None and checked_identifier(named, "user name") != holder.username:
            raise not_allowed(holder, verb)
        granted["user"] = holder.username
    return granted


def not_allowed(holder: Holder, verb: str) -> NotAllowed:
    """Make the error for a verb that a role may not call."""
    return NotAllowed(
        "A {role:noun} may not do this: {verb:verb}.", details={"role": holder.role, "verb": verb}
    )


def name_verb(error: NotAllowed, verb: str) -> None:
    """Let an error of the database, which knows no verbs, say which one was not allowed."""
    if error.details.get("verb") is None:
        error.details["verb"] = verb


def checked_login_kind(value: object) -> LoginKind:
    """The kind of login that a word names.

    Raises:
        InvalidInput: There is no such kind.
    """
    for kind in LOGIN_KINDS:
        if value == kind:
            return kind
    raise InvalidInput(
        "There is no kind of login called {given}.",
        details={"given": inert(value)[:40], "choices": list(LOGIN_KINDS), "reason": "choice"},
    )


def checked_login(value: object) -> str:
    """The name of a role of Postgres.

    Raises:
        InvalidInput: It is empty, longer than 63 bytes, holds a character that is not seen, or is a
            name that Postgres keeps for itself.
    """
    if not isinstance(value, str) or not _is_login(value):
        raise InvalidInput(
            "{given} is not a name that a login of the database can have.",
            details={"given": inert(value)[:80], "reason": "role"},
        )
    return value


def _is_login(name: str) -> bool:
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return False
    return (
        0 < size <= _LOGIN_BYTES_MAX
        and name.isprintable()
        and name == name.strip()
        and name not in _NO_LOGINS
        and not name.startswith("pg_")
    )
