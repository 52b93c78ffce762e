"""Statements about closes: what one covers, its sums and its rows, and the closes themselves.

What a close covers is a set of entries by user and number: those after the user's mark of the close
before, up to that of this one. What is not closed yet is covered in the same way up to now.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.ledger.closing import Moved
from shopcli.storage.bulk.writing import insert as insert_many
from shopcli.storage.inserts import CLOSE_MARKS, CLOSES
from shopcli.storage.session import STREAMED_COUNT, if_found

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shopcli.storage.session import Dialect, Parameters, Row, Session


class Covered(NamedTuple):
    """What a close covers: its number, or None for all that is not closed yet."""

    number: int | None
    after_cash_move: int
    last_cash_move: int

    @property
    def parameters(self) -> dict[str, int]:
        """The parameters of the statements below."""
        moves = {"after_move": self.after_cash_move, "last_move": self.last_cash_move}
        return moves if self.number is None else {**moves, "number": self.number}


# The entries of a user between the mark before and the last one, of users who have any.
_SPANS = """
WITH spans AS MATERIALIZED (
    SELECT * FROM ({spans}) u WHERE last_sequence > after_sequence ORDER BY username
)
"""
_MARK_BEFORE = """
COALESCE((SELECT MAX(p.sequence) FROM close_marks p WHERE p.username = {of}{earlier}), 0)
"""
_OPEN = f"""
SELECT b.username, {_MARK_BEFORE.format(of="b.username", earlier="")} AS after_sequence,
       b.entry_count AS last_sequence
FROM balances b
"""
_OF_CLOSE = f"""
SELECT m.username,
       {_MARK_BEFORE.format(of="m.username", earlier=" AND p.sequence < m.sequence")}
       AS after_sequence, m.sequence AS last_sequence
FROM close_marks m WHERE m.number = :number
"""
_WITHIN_SPAN = """
e.username = s.username AND e.sequence > s.after_sequence AND e.sequence <= s.last_sequence
"""
# By look-ups, a user at a time: neither planner can know how few of all entries are covered.
_ENTRIES = {
    "sqlite": f"spans s CROSS JOIN balance_entries e ON {_WITHIN_SPAN}",
    "postgres": f"""
spans s CROSS JOIN LATERAL (SELECT * FROM balance_entries e WHERE {_WITHIN_SPAN} OFFSET 0) e
""",
}
_REFUND_OF = "r.username = e.username AND r.entry_sequence = e.sequence"
_MARKS = "SELECT username, last_sequence FROM spans"
# Of what was taken back, by the entry that does so; few, so they are found from their own table.
_REVERSED_KINDS = """
SELECT r.username, r.sequence, o.kind
FROM spans s JOIN reversed_entries r
ON r.username = s.username AND r.sequence > s.after_sequence AND r.sequence <= s.last_sequence
JOIN balance_entries o ON o.username = r.username AND o.sequence = r.reversed_sequence
"""
_COVERED_MOVES = "c.number > :after_move AND c.number <= :last_move"
_MOVED = f"""
SELECT c.kind, o.kind, CAST(SUM(c.amount_minor) AS bigint)
FROM cash_moves c
LEFT JOIN reversed_cash_moves r ON r.number = c.number
LEFT JOIN cash_moves o ON o.number = r.reversed_number
WHERE {_COVERED_MOVES} GROUP BY c.kind, o.kind
"""
_LAST_MOVE = "SELECT COALESCE(MAX(number), 0) FROM cash_moves"
_DELIVERIES = """
SELECT COALESCE(SUM(CASE WHEN state = 'dead' THEN 0 ELSE 1 END), 0),
       COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0)
FROM outbox WHERE state IN ('pending', 'leased', 'dead')
"""


def _listed(columns: str, alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in columns.split())


_ORIGIN = "recorded_at actor host channel reason"
DIGESTED = {
    "balance_entries": "username sequence kind amount_minor balance_after_minor order_id at key"
    f" fingerprint {_ORIGIN} method",
    "orders": "order_id username subtotal_minor discount_minor total_minor coupon_code"
    f" balance_after_minor placed_at key fingerprint historical {_ORIGIN}",
    "order_lines": "order_id position sku name quantity unit_price_minor line_total_minor"
    " discount_minor",
    "cancellations": "order_id refunded_minor coupon_restored balance_after_minor cancelled_at key"
    f" fingerprint {_ORIGIN}",
    "refunds": "order_id number username entry_sequence refunded_minor lost balance_after_minor"
    f" refunded_at key fingerprint {_ORIGIN}",
    "refund_lines": "order_id number sku quantity refunded_minor restocked",
    "cash_moves": f"number kind amount_minor drawer_after_minor key fingerprint {_ORIGIN}",
}
"""The columns that a digest takes of each table, in their order; never changed, only added to."""

_PAID = "SELECT e.order_id FROM {entries} WHERE e.kind = 'payment'"
# A sorted array searches the index once for all orders, and its rows come in the right order.
_OF_PAID = {"sqlite": f"IN ({_PAID})", "postgres": f"= ANY(ARRAY({_PAID}))"}
_CANCELLED = f"""
{{entries}} JOIN cancellations c ON c.order_id = e.order_id
WHERE e.kind = 'refund' AND NOT EXISTS (SELECT 1 FROM refunds r WHERE {_REFUND_OF})
"""
_GIVEN_BACK = f"{{entries}} JOIN refunds r ON {_REFUND_OF}"
_GIVEN_BACK_LINES = f"""
{_GIVEN_BACK} JOIN refund_lines l ON l.order_id = r.order_id AND l.number = r.number
"""
_ROWS = {
    "balance_entries": ("e", "{entries} ORDER BY e.username, e.sequence"),
    "orders": ("o", "orders o WHERE o.order_id {of_paid} ORDER BY o.order_id"),
    "order_lines": (
        "l",
        "order_lines l WHERE l.order_id {of_paid} ORDER BY l.order_id, l.position",
    ),
    "cancellations": ("c", f"{_CANCELLED} ORDER BY c.order_id"),
    "refunds": ("r", f"{_GIVEN_BACK} ORDER BY r.order_id, r.number"),
    "refund_lines": ("l", f"{_GIVEN_BACK_LINES} ORDER BY l.order_id, l.number, l.sku"),
    "cash_moves": ("c", f"cash_moves c WHERE {_COVERED_MOVES} ORDER BY c.number"),
}


def _covered(dialect: Dialect) -> dict[str, str]:
    entries = _ENTRIES[dialect]
    of_paid = _OF_PAID[dialect].format(entries=entries)
    return {
        name: f"SELECT {_listed(DIGESTED[name], alias)} FROM "
        + source.format(entries=entries, of_paid=of_paid)
        for name, (alias, source) in _ROWS.items()
    }


_COVERED = {"sqlite": _covered("sqlite"), "postgres": _covered("postgres")}


class CloseRow(NamedTuple):
    """A close as it is stored."""

    number: int
    from_at: int | None
    until_at: int
    entry_count: int
    first_entry: str | None
    last_entry: str | None
    cash_move_number: int
    opening_minor: int
    methods: str
    adjusted_minor: int
    sold_minor: int
    refunded_minor: int
    closing_minor: int
    order_count: int
    unit_count: int
    discount_count: int
    discount_minor: int
    cancel_count: int
    cancel_minor: int
    refund_count: int
    refund_minor: int
    cash_opening_minor: int
    cash_in_minor: int
    cash_out_minor: int
    cash_expected_minor: int
    cash_counted_minor: int | None
    grand_sales_minor: int
    grand_refunds_minor: int
    pending_count: int
    dead_count: int
    currency: str
    timezone: str
    digest: str
    key: str
    fingerprint: str
    recorded_at: int
    actor: str
    host: str
    channel: str
    reason: str | None


OWN = tuple(name for name in CLOSES.columns if name != "digest")
"""The fields of a close that its digest takes, in their order: all others that are written."""

_SELECT = f"SELECT {', '.join(CloseRow._fields)} FROM closes"
_LAST = f"{_SELECT} ORDER BY number DESC LIMIT 1"
_BY_NUMBER = f"{_SELECT} WHERE number = :number"
_BY_KEY = f"{_SELECT} WHERE key = :key"
_NEWEST = (
    f"{_SELECT} WHERE until_at >= :since_at AND until_at < :before_at"
    " ORDER BY number DESC LIMIT :row_limit"
)
_FROM_FIRST = f"{_SELECT} WHERE number <= :number ORDER BY number"
_METHODS = "SELECT number, methods FROM closes ORDER BY number"
_OF_SHOP = "SELECT currency, timezone FROM shop"
_INSERT = CLOSES.single()


def last(session: Session) -> CloseRow | None:
    """The newest close."""
    return if_found(CloseRow._make, session.row(_LAST))


def by_number(session: Session, number: int) -> CloseRow | None:
    """One close."""
    return if_found(CloseRow._make, session.row(_BY_NUMBER, {"number": number}))


def by_key(session: Session, key: str) -> CloseRow | None:
    """The close that was made with a key."""
    return if_found(CloseRow._make, session.row(_BY_KEY, {"key": key}))


def newest(session: Session, since_at: int, before_at: int, row_limit: int) -> list[CloseRow]:
    """The newest closes that were made within a window, newest first."""
    values = {"since_at": since_at, "before_at": before_at, "row_limit": row_limit}
    return list(map(CloseRow._make, session.rows(_NEWEST, values)))


def from_first(session: Session, number: int) -> list[CloseRow]:
    """The closes up to a number, from the first on."""
    return list(map(CloseRow._make, session.rows(_FROM_FIRST, {"number": number})))


def methods(session: Session) -> list[tuple[int, str]]:
    """The number of each close, and what it stored of the methods."""
    return [(number, text) for number, text in session.rows(_METHODS)]


def currency_and_timezone(session: Session) -> tuple[str, str]:
    """What the shop has of these, to compare with what its closes have."""
    ((currency, timezone),) = session.rows(_OF_SHOP)
    return currency, timezone


def last_cash_move(session: Session) -> int:
    """The number of the newest cash move; 0 before the first."""
    return int(session.rows(_LAST_MOVE)[0][0])


def marks(session: Session) -> list[Row]:
    """(user, number of the last entry) of each user with entries that are not closed yet."""
    return session.rows(_with_spans(_MARKS, None))


def reversed_kinds(session: Session, covered: Covered) -> dict[tuple[str, int], str]:
    """The kind that each covered reversal takes back, by its user and number."""
    rows = session.rows(_with_spans(_REVERSED_KINDS, covered.number), covered.parameters)
    return {(username, sequence): kind for username, sequence, kind in rows}


def moved(session: Session, covered: Covered) -> list[Moved]:
    """The sums of the covered cash moves."""
    return list(map(Moved._make, session.rows(_MOVED, covered.parameters)))


def deliveries(session: Session) -> tuple[int, int]:
    """How many events wait, and how many were given up."""
    ((pending, dead),) = session.rows(_DELIVERIES)
    return int(pending), int(dead)


def covered_rows(session: Session, covered: Covered, table_name: str) -> Iterator[list[Row]]:
    """The covered rows of a table, some at a time, in the order in which a digest takes them."""
    statement = _with_spans(_COVERED[session.dialect][table_name], covered.number)
    stream = iter(session.stream(statement, covered.parameters))
    while rows := list(islice(stream, STREAMED_COUNT)):
        yield rows


def insert(session: Session, values: Parameters, last_entries: Sequence[Row]) -> None:
    """Add a close, and the marks of what it covers."""
    session.change(_INSERT, values)
    rows = [(username, sequence) for username, sequence in last_entries]
    same = {"number": values["number"]}
    insert_many(session, CLOSE_MARKS, ("username", "sequence"), rows, same)


def _with_spans(statement: str, number: int | None) -> str:
    # Materialized: a mark is asked for once for each user, not for each of their entries.
    return _SPANS.format(spans=_OPEN if number is None else _OF_CLOSE) + statement
