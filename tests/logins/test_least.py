"""What is granted is the least: without any single right of it some work cannot be done."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest

from shopcli import Shop
from shopcli.domain.errors import NotAllowed
from shopcli.domain.rights import LOGIN_KINDS, LoginKind
from shopcli.storage.postgres.connections import PostgresSession
from shopcli.storage.postgres.grants import RIGHTS, Right
from tests.clocks import SettableClock
from tests.logins.conftest import ACTOR, Door
from tests.logins.deeds import World
from tests.logins.work import Task, work_of

pytestmark = pytest.mark.postgres

LARGE: tuple[LoginKind, ...] = tuple(kind for kind in LOGIN_KINDS if kind != "relay")
DEAR = pytest.mark.proof

READ_ALL = ("verify", "maintenance.back_up", "maintenance.copy")
"""Verbs that read everything, and so are tried last."""


class Texts:
    """What each task sends, noted while it is done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now: list[str] = []
        for name in ("rows", "row", "change", "stream", "change_many"):
            send = getattr(PostgresSession, name)

            def noting(session, statement, *given, send=send):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN002, ANN202  # passed on
                self.now.append(statement)
                return send(session, statement, *given)

            monkeypatch.setattr(PostgresSession, name, noting)

    def take(self) -> str:
        """What was sent since the last time."""
        sent, self.now = " ".join(self.now), []
        return sent


def _about(right: Right) -> list[str]:
    """Words that a statement has which may need a right, the most telling ones first."""
    named = [right.column] if right.column else []
    return [*named, right.on]


def _likely(tasks: dict[int, str], right: Right) -> Iterator[int]:
    """The tasks in the order in which they are tried: those that name what the right is on."""

    def rank(number: int) -> tuple[bool, int]:
        words = set(re.findall(r"\w+", tasks[number]))
        hits = sum(word in words for word in _about(right))
        return (tasks[number].startswith(READ_ALL), -hits)

    yield from sorted(tasks, key=rank)


def _on(right: Right) -> str:
    column = f"({right.column})" if right.column else ""
    kind = "FUNCTION" if right.privilege == "EXECUTE" else "TABLE"
    return f"{right.privilege}{column} ON {kind} {right.on}"


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=[] if kind == "relay" else pytest.mark.proof)
        for kind in LOGIN_KINDS
    ],
)
def test_no_right_can_be_left_out(
    door: Door,
    world: World,
    clock: SettableClock,
    kind: LoginKind,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each single right that is taken away is missed by some verb, or by who opens the shop."""
    door.grant(kind)
    texts = Texts(monkeypatch)
    with (
        Shop.open(door.login_url, clock=clock, actor=ACTOR) as shop,
        psycopg.connect(door.url, autocommit=True) as owner,
    ):
        tasks = list(work_of(kind))
        sent: dict[int, str] = {}
        for number, task in enumerate(tasks):
            texts.take()
            task.deed.do(task.bind(shop), world)
            sent[number] = f"{task.deed.verb} {texts.take()}"

        def is_missed(right: Right) -> bool:
            return any(_is_refused(tasks[number], shop, world) for number in _likely(sent, right))

        idle = []
        for right in sorted(RIGHTS[kind] - TRIED_BY_OTHERS[kind]):
            owner.execute(f'REVOKE {_on(right)} FROM "{door.role}"'.encode())
            if not (_is_opened_by(right, door, clock) or is_missed(right)):
                idle.append(str(right))
            owner.execute(f'GRANT {_on(right)} TO "{door.role}"'.encode())
    assert idle == WHERE_ELSE[kind]


TRIED_BY_OTHERS: dict[LoginKind, frozenset[Right]] = {
    "till": frozenset(),
    "relay": frozenset(),
    "reader": frozenset(),
    # An operator also does what they do, so their rights are needed.
    "operator": RIGHTS["till"] | RIGHTS["relay"] | RIGHTS["reader"],
}
"""Rights that need not be tried again for a kind."""

WHERE_ELSE: dict[LoginKind, list[str]] = {
    # The event of its order is told to a relay that runs, and a retired shop tells where it is:
    # failures of the one are passed over, and the other has a test of its own.
    "till": ["SELECT relays", "SELECT shop_copy"],
    "relay": [],
    "operator": [],
    "reader": [],
}
"""Rights whose lack shows elsewhere, in `test_work`."""


def _is_opened_by(right: Right, door: Door, clock: SettableClock) -> bool:
    if right.on not in {"shop", "alembic_version"} or right.privilege != "SELECT":
        return False
    try:
        Shop.open(door.login_url, clock=clock).close()
    except NotAllowed:
        return True
    return False


def _is_refused(task: Task, shop: Shop, world: World) -> bool:
    try:
        task.deed.do(task.bind(shop), world)
    except NotAllowed:
        return True
    return False
