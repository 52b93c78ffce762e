"""Many processes at once: rates, longest waits and fairness, beside the floor under that load."""

from __future__ import annotations

import multiprocessing
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from typing import NamedTuple, Self, TypeVar

from shopcli import Shop
from shopcli.domain.errors import Busy
from tests.bench import floors_postgres, floors_sqlite
from tests.bench.shops import Request, Requests, user

Answer = TypeVar("Answer")
Work = Callable[[str, int], Callable[[], object]]
"""Given an address and the number of the process: one operation, to be called again and again."""


class Done(NamedTuple):
    """What one process did: how long each operation took, and how many were told `busy`."""

    waits: list[float]
    busy_count: int


Waits = list[Done]
"""One of each process."""

USER_COUNT = 10_000
COUPON_COUNT = 30
WARMING = 10
"""Operations of each process that are not counted: the first prepare statements and plans."""


class Share(NamedTuple):
    """Which process of how many; each waits for all others at the barrier."""

    number: int
    process_count: int
    barrier: Barrier


@dataclass(frozen=True, slots=True)
class Load:
    """What a crowd of processes achieved together."""

    rate: float
    longest_wait_seconds: float
    p50_seconds: float
    p99_seconds: float
    busiest_by_idlest: float
    busy_count: int


class Crowd:
    """Processes that wait for work; each opens a shop once for each kind of it.

    Args:
        process_count: How many.
        url: The address of the shop.
    """

    def __init__(self, process_count: int, url: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.process_count = process_count
        self._numbers = range(process_count)
        self._pool = context.Pool(
            process_count,
            initializer=_remember,
            initargs=(url, process_count, context.Barrier(process_count), context.Value("i", 0)),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.terminate()
        self._pool.join()

    def run(self, work: Work, duration_seconds: float) -> Waits:
        """How long each operation took in each process, all started at the same moment."""
        # Each process takes one task, for it waits there for all others.
        results = self._pool.starmap(
            _repeat, [(work, duration_seconds) for _ in self._numbers], chunksize=1
        )
        return [done for _, done in sorted(results)]

    def share(self, work: Callable[..., Answer], *given: object) -> list[Answer]:
        """What each process made of its share, the last argument of `work`."""
        return self._pool.starmap(_share, [(work, given) for _ in self._numbers], chunksize=1)


def load(rounds: list[Waits], duration_seconds: float) -> Load:
    """All rounds of a crowd as one: the median rate, the longest wait, the waits of all."""
    everybody = [done for results in rounds for done in results]
    waits = sorted(wait for done in everybody for wait in done.waits)
    counts = [[len(done.waits) for done in results] for results in rounds]
    return Load(
        statistics.median(sum(of_round) / duration_seconds for of_round in counts),
        waits[-1],
        waits[len(waits) // 2],
        waits[int(len(waits) * 0.99)],
        statistics.median(max(of_round) / max(1, min(of_round)) for of_round in counts),
        sum(done.busy_count for done in everybody),
    )


class _Process:
    """What one process of a crowd keeps from one run to the next."""

    def __init__(self, url: str, share: Share) -> None:
        self._url, self.share = url, share
        self._operations: dict[Work, Callable[[], object]] = {}

    def operation(self, work: Work) -> Callable[[], object]:
        """The operation of some work, ready to be repeated when all processes are there."""
        if work not in self._operations:
            self._operations[work] = work(self._url, self.share.number)
            for _ in range(WARMING):
                self._operations[work]()
        self.share.barrier.wait(60)
        return self._operations[work]


_process: _Process


def _remember(url: str, process_count: int, barrier: Barrier, taken: Synchronized[int]) -> None:
    global _process  # noqa: PLW0603  # the only way into a pool's process
    with taken.get_lock():
        number = taken.value
        taken.value += 1
    _process = _Process(url, Share(number, process_count, barrier))


def _share(work: Callable[..., Answer], given: tuple[object, ...]) -> Answer:
    return work(*given, _process.share)


def _repeat(work: Work, duration_seconds: float) -> tuple[int, Done]:
    operation = _process.operation(work)
    spent: list[float] = []
    busy_count = 0
    now = time.perf_counter
    started = before = now()
    while before - started < duration_seconds:
        try:
            operation()
        except Busy:
            busy_count += 1
        after = now()
        spent.append(after - before)
        before = after
    return _process.share.number, Done(spent, busy_count)


def _requests(number: int, *, hot: bool = False) -> Callable[[], Request]:
    requests = Requests(1000 + number, hot=hot)
    return lambda: requests.take(1)[0]


def order(url: str, number: int) -> Callable[[], object]:
    """Orders through the public API."""
    shop, request = Shop.open(url), _requests(number)

    def place() -> object:
        wanted = request()
        return shop.order(wanted.user, wanted.lines)

    return place


def hot_order(url: str, number: int) -> Callable[[], object]:
    """Orders that all hold the same product."""
    shop, request = Shop.open(url), _requests(number, hot=True)

    def place() -> object:
        wanted = request()
        return shop.order(wanted.user, wanted.lines)

    return place


def bare_order_sqlite(url: str, number: int) -> Callable[[], object]:
    """The floor of orders on SQLite."""
    floor, request = floors_sqlite.Floor(url), _requests(number)
    return lambda: floor.order(request())


def bare_order_postgres(url: str, number: int) -> Callable[[], object]:
    """The floor of orders on Postgres."""
    floor, request = floors_postgres.Floor(url), _requests(number)
    return lambda: floor.order(request())


def bare_hot_order_postgres(url: str, number: int) -> Callable[[], object]:
    """The floor of orders on Postgres that all hold the same product."""
    floor, request = floors_postgres.Floor(url), _requests(number, hot=True)
    return lambda: floor.order(request())


def charge(url: str, number: int) -> Callable[[], object]:
    """Charges, each of another user than the one before."""
    shop, members = Shop.open(url), cycle(range(number, USER_COUNT))
    return lambda: shop.charge(user(next(members)), 5)


def line_of_a_script(url: str, number: int) -> Callable[[], object]:
    """The same by lines of `shop run`, each sent once the one before it is answered."""
    script = subprocess.Popen(
        [sys.executable, "-m", "shopcli", "run", "-", "--json", "--db", url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    members = cycle(range(number, USER_COUNT))
    lines, answers = script.stdin, script.stdout
    assert lines is not None
    assert answers is not None

    def send() -> object:
        lines.write(f"charge 5 -u {user(next(members))}\n")
        lines.flush()
        answer = answers.readline()
        if '"entry"' not in answer:  # `busy` ends a script: exit 3, and the reason on stderr
            script.wait(10)
            raise Busy("A script of charges has ended.")
        return answer

    return send


def claim_of_many(url: str, number: int) -> Callable[[], object]:
    """The same as `claim`, for a crowd of any size."""
    shop, mine = Shop.open(url), places(number, CLAIMED, _process.share.process_count)

    def take() -> object:
        code, name = next(mine)
        return shop.claim(name, code)

    return take


def claim(url: str, number: int) -> Callable[[], object]:
    """Claims of one coupon after another, each by every user once."""
    shop, mine = Shop.open(url), places(number, CLAIMED)

    def take() -> object:
        code, name = next(mine)
        return shop.claim(name, code)

    return take


def bare_claim_sqlite(url: str, number: int) -> Callable[[], object]:
    """The floor of claims on SQLite."""
    floor, mine = floors_sqlite.Floor(url), places(number, CLAIMED_BARE)
    return lambda: floor.claim(*reversed(next(mine)))


def bare_claim_postgres(url: str, number: int) -> Callable[[], object]:
    """The floor of claims on Postgres."""
    floor, mine = floors_postgres.Floor(url), places(number, CLAIMED_BARE)
    return lambda: floor.claim(*reversed(next(mine)))


CLAIMING = 4
"""Processes that share the users of a coupon among them."""

CLAIMED, CLAIMED_BARE = (
    tuple(f"{prefix}{number}" for number in range(COUPON_COUNT)) for prefix in ("CROWD", "BARE")
)
"""Coupons of the candidate and of the floor, for every user each."""


def places(
    number: int,
    codes: tuple[str, ...],
    process_count: int = CLAIMING,
    user_count: int = USER_COUNT,
) -> Iterator[tuple[str, str]]:
    """(code, user), each once in the whole crowd."""
    for code in codes:
        for member in range(number, user_count, process_count):
            yield code, user(member)
    # Not the end of an iterator: a pool takes that for the end of the tasks it was given.
    raise RuntimeError("Everybody has claimed every coupon: the bench needs more of them.")
