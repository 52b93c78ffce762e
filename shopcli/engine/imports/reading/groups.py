"""Groups the rows of each order, adjacent or not, and finds duplicate identities.

Memory is bounded: rows that are not adjacent are sorted through temporary files, part by part.
"""

from __future__ import annotations

import heapq
from array import array
from contextlib import ExitStack
from itertools import chain, islice, repeat
from operator import attrgetter, lt
from typing import TYPE_CHECKING, Any, NamedTuple

from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.ordering import LINE_COUNT_MAX
from shopcli.engine.imports.reading.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from shopcli.engine.imports.reading.rows import Rows

Row = tuple[int, str, int, int | None]
"""(line, SKU, quantity, unit price)."""


class Group(NamedTuple):
    """The rows of an order; `line` is the line of the first."""

    line: int
    rows: list[Row]
    key: str
    username: str
    coupon: str | None
    ordered_at: int | None
    discount_minor: int | None
    quantities: dict[str, int]
    """Quantities by SKU; `unit_prices` are by SKU too."""
    unit_prices: dict[str, int | None]


_LINE_OF = attrgetter("line")
_PART_COUNT = 100_000
_CHUNK_COUNT = 1000
_HASHES_AT_ONCE = 1_000_000

Disagreement = tuple[int, str, str]
"""(line, column, message)."""


class Grouper:
    """Groups adjacent rows of orders by key.

    Args:
        refuse: Called with the pieces of an order whose rows contradict one another, and how.
    """

    def __init__(self, refuse: Callable[[list[Group], Disagreement], None]) -> None:
        self._refuse = refuse
        self._open: Group | None = None
        self._wrong: tuple[list[Group], Disagreement] | None = None

    def take(self, rows: Rows) -> list[Group]:
        """Add rows, and return the orders completed by them."""
        done: list[Group] = []
        count = len(rows.lines)
        columns: list[Any] = [
            repeat(None, count) if column is None else column for column in rows.columns
        ]
        for row in zip(rows.lines, *columns, strict=True):
            current = self._open
            _, key, *_ = row
            if current is None or current.key != key:
                self._close(done)
                self._open = _group_of(row)
            elif self._wrong is not None:
                pieces, _ = self._wrong
                pieces.append(_group_of(row))
            else:
                more = _group_of(row)
                disagreement = join(current, more)
                if disagreement is not None:
                    self._wrong = ([current, more], disagreement)
        return done

    def finish(self) -> list[Group]:
        """Return the last order."""
        done: list[Group] = []
        self._close(done)
        return done

    def _close(self, done: list[Group]) -> None:
        if self._wrong is not None:
            self._refuse(*self._wrong)
        elif self._open is not None:
            done.append(self._open)
        self._open = self._wrong = None


def _group_of(row: tuple[Any, ...]) -> Group:
    line, key, user, sku, quantity, coupon, ordered_at, unit_price, discount = row
    rows = [(line, sku, quantity, unit_price)]
    quantities, unit_prices = {sku: quantity}, {sku: unit_price}
    return Group(line, rows, key, user, coupon, ordered_at, discount, quantities, unit_prices)


def join(group: Group, more: Group) -> Disagreement | None:
    """Add the rows of `more` to an order; if they contradict it, change nothing and return how."""
    line, key = more.line, group.key
    column = _differing(group, more)
    if column is not None:
        message = f"The rows of the key {key} disagree: line {group.line} has another {column}."
        if column == "discount":
            message += " It is the whole order's, and repeated on each of its rows."
        return line, column, message
    quantities, prices = group.quantities, group.unit_prices
    for sku, quantity in more.quantities.items():
        if sku in quantities and prices[sku] != more.unit_prices[sku]:
            return line, "unit_price", f"The rows of the key {key} disagree on the price of {sku}."
        if quantities.get(sku, 0) + quantity > AMOUNT_MAX:
            return line, "quantity", f"The quantity of {sku} passes {AMOUNT_MAX}."
    if len(quantities.keys() | more.quantities.keys()) > LINE_COUNT_MAX:
        return line, "sku", f"An order has at most {LINE_COUNT_MAX} different products."
    for sku, quantity in more.quantities.items():
        quantities[sku] = quantities.get(sku, 0) + quantity
        prices[sku] = more.unit_prices[sku]
    group.rows.extend(more.rows)
    return None


def _differing(group: Group, more: Group) -> str | None:
    """The first column that must be equal in all rows of an order and is not."""
    if group.username != more.username:
        return "user"
    if group.coupon != more.coupon:
        return "coupon"
    if group.ordered_at != more.ordered_at:
        return "ordered_at"
    return None if group.discount_minor == more.discount_minor else "discount"


def kept(groups: Iterable[Group]) -> list[tuple[Any, ...]]:
    """Groups as plain tuples, for a spool."""
    return list(map(tuple, groups))


def groups_of(chunk: Iterable[tuple[Any, ...]]) -> list[Group]:
    """Groups from the plain tuples of a spool."""
    return list(map(Group._make, chunk))


class Identities:
    """Finds duplicate identities; while they ascend, as in a sorted file, nothing is stored."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._last = ""
        self._is_rising = True

    def take(self, several: list[str], earlier: Callable[[], Iterable[list[str]]]) -> None:
        """Add the identities of a chunk.

        Args:
            several: The identities, in the order of the input.
            earlier: Returns all identities added before; called at most once.
        """
        if self._is_rising:
            if self._last < several[0] and all(map(lt, several, islice(several, 1, None))):
                self._last = several[-1]
                return
            self._is_rising = False
            for chunk in earlier():
                self._hashes.extend(map(hash, chunk))
        self._hashes.extend(map(hash, several))

    def repeated(self) -> set[int]:
        """Hashes of identities that occur more than once."""
        return repeated(self._hashes)


def repeated(hashes: array[int]) -> set[int]:
    """The hashes that occur more than once; sorts them into parts to bound memory."""
    found: set[int] = set()
    part_count = len(hashes) // _HASHES_AT_ONCE + 1
    for part in range(part_count):
        mine = hashes if part_count == 1 else [h for h in hashes if h % part_count == part]
        seen = set(mine)
        if len(seen) == len(mine):
            continue
        for one in mine:
            if one in seen:
                seen.remove(one)
            else:
                found.add(one)
    return found


def regrouped(
    spool: Spool, apart: set[int], count: int, refuse: Callable[[list[Group], Disagreement], None]
) -> Spool:
    """Join the groups of equal keys, and return all orders sorted by their first lines.

    Args:
        spool: Chunks of groups.
        apart: Hashes of keys with more than one group.
        count: Number of groups in the spool.
        refuse: Called with the pieces of an order whose rows contradict one another, and how.
    """
    with ExitStack() as stack:
        parts = [stack.enter_context(Spool()) for _ in range(1 + count // _PART_COUNT)]
        straight = stack.enter_context(Spool())
        for chunk in spool.chunks():
            rest = []
            for group in groups_of(chunk):
                place = hash(group.key)
                if place in apart:
                    parts[place % len(parts)].write(tuple(group))
                else:
                    rest.append(group)
            straight.write(kept(rest))
        runs = [stack.enter_context(_merged(part, refuse)) for part in parts]
        whole = Spool()
        ordered = heapq.merge(*map(_groups_in, (straight, *runs)), key=_LINE_OF)
        for groups in _chunked(ordered):
            whole.write(kept(groups))
        return whole


def _merged(part: Spool, refuse: Callable[[list[Group], Disagreement], None]) -> Spool:
    by_key: dict[str, Group] = {}
    wrong: dict[str, tuple[list[Group], Disagreement]] = {}
    for group in map(Group._make, part.chunks()):
        key = group.key
        if key not in by_key:
            by_key[key] = group
        elif key in wrong:
            pieces, _ = wrong[key]
            pieces.append(group)
        else:
            disagreement = join(by_key[key], group)
            if disagreement is not None:
                wrong[key] = ([by_key[key], group], disagreement)
    for key, (pieces, disagreement) in wrong.items():
        del by_key[key]
        refuse(pieces, disagreement)
    run = Spool()
    for groups in _chunked(sorted(by_key.values(), key=_LINE_OF)):
        run.write(kept(groups))
    return run


def _groups_in(spool: Spool) -> Iterator[Group]:
    return map(Group._make, chain.from_iterable(spool.chunks()))


def _chunked(groups: Iterable[Group]) -> Iterator[list[Group]]:
    chunk: list[Group] = []
    for group in groups:
        chunk.append(group)
        if len(chunk) == _CHUNK_COUNT:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
