"""Which deeds are whose: what each kind of login has to be able to do, and what it must not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from shopcli import Shop
from shopcli.domain.rights import RIGHTS, LoginKind, Reach
from tests.logins.deeds import CHANGING, DELIVERING, READING, Deed, dry_run

LIKE_SALES = frozenset({"payout", "adjust", "restock", "adjust_stock", "book", "imports.run"})
"""Verbs that write the rows which a sale, a charge or a cancellation writes.

The engine keeps them from a till that is bound as one; the database cannot tell them apart.
"""


class Task(NamedTuple):
    """A deed, and who does it: the login as it is, or what a front end binds it to."""

    deed: Deed
    bind: Callable[[Shop], Shop]


def _as_it_is(shop: Shop) -> Shop:
    return shop


def _as_till(shop: Shop) -> Shop:
    return shop.as_till()


def _as_kim(shop: Shop) -> Shop:
    return shop.as_member("kim")


def work_of(kind: LoginKind) -> Iterator[Task]:
    """All that a login of a kind has to be able to do.

    A till's login also serves front ends that are bound to members.
    """
    deeds = {
        "till": (),
        "relay": DELIVERING,
        "operator": (*READING, *CHANGING, *DELIVERING),
        "reader": READING,
    }[kind]
    yield from (Task(deed, _as_it_is) for deed in deeds)
    if kind == "till":
        yield from _of_till()


def _of_till() -> Iterator[Task]:
    for deed in (*READING, *CHANGING):
        right = RIGHTS[deed.verb]
        if right.till is not Reach.NOTHING:
            yield Task(deed, _as_till)
        if right.member is not Reach.NOTHING:
            yield Task(deed, _as_kim)


def not_of(kind: LoginKind) -> Iterator[Deed]:
    """Changes that a login of a kind must be refused, though no front end is bound."""
    allowed = {task.deed.verb for task in work_of(kind)} | (LIKE_SALES if kind == "till" else set())
    for deed in (*CHANGING, *DELIVERING):
        if deed.verb not in allowed and deed.do is not dry_run:
            yield deed
