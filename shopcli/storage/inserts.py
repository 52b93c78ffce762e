"""The columns of each row that is written, once; single, bulk and procedure forms come from them.

A column is either given by the caller, or the same in every new row. Too few or too many columns
are refused when the text is made, so no caller can forget a new column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Constant = str | int | None


def literal(value: Constant) -> str:
    """A value as an SQL literal; quotes in a text are doubled."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(int(value))
    return "'" + value.replace("\x00", "").replace("'", "''") + "'"


class Insert(NamedTuple):
    """The columns of a new row of a table."""

    table: str
    columns: tuple[str, ...]
    """Given by the caller."""
    constants: Mapping[str, Constant]
    """The same in every new row."""

    def text(self, values: Mapping[str, str], source: str | None = None) -> str:
        """The statement that inserts the values of expressions.

        Args:
            values: The expression of each column.
            source: The FROM of the expressions; without it they are one row.
        """
        self.check(values)
        # A column without a value is NULL, so a constant NULL is left out of the statement.
        written = {
            **values,
            **{name: literal(value) for name, value in self.constants.items()},
        }
        names = [name for name, value in written.items() if value != "NULL"]
        listed = ", ".join(written[name] for name in names)
        rows = f"VALUES ({listed})" if source is None else f"SELECT {listed} FROM {source}"
        return f"INSERT INTO {self.table} ({', '.join(names)}) {rows}"

    def single(self, **values: str) -> str:
        """The statement that inserts one row; a column without an expression is `:column`."""
        return self.text({**{name: f":{name}" for name in self.columns}, **values})

    def rest(self, varying: Iterable[str], same: Mapping[str, Constant]) -> dict[str, Constant]:
        """The columns that are the same in all rows and not NULL."""
        self.check([*varying, *same])
        together = {**same, **self.constants}
        return {name: value for name, value in together.items() if value is not None}

    def check(self, given: Iterable[str]) -> None:
        """Check that every column to be given is given, once, and no other.

        Raises:
            ValueError: A column is missing, unknown or given twice.
        """
        if sorted(given) != sorted(self.columns):
            message = f"{self.table}: {sorted(given)} are given, not {sorted(self.columns)}"
            raise ValueError(message)


class Adding(NamedTuple):
    """Sales that are added to the buckets of an hour or a day."""

    table: str
    sums: tuple[str, ...]
    """The columns that are added up."""

    @property
    def key(self) -> tuple[str, ...]:
        """The key columns of a bucket."""
        return ("bucket_start_at", "sku")

    def text(self, rows: str) -> str:
        """The statement that adds rows of (key, sums): `VALUES …` or `SELECT …`."""
        names, key = ", ".join(self.key + self.sums), ", ".join(self.key)
        adding = ", ".join(f"{name} = had.{name} + excluded.{name}" for name in self.sums)
        return (
            f"INSERT INTO {self.table} AS had ({names}) {rows}"
            f" ON CONFLICT ({key}) DO UPDATE SET {adding}"
        )


def _insert(table: str, columns: str, **constants: Constant) -> Insert:
    return Insert(table, tuple(columns.split()), constants)


_ORIGIN = "recorded_at actor host channel"

USERS = _insert("users", f"username user_id name created_at {_ORIGIN}", reason=None)
BALANCES = _insert("balances", "username", state="active", balance_minor=0, entry_count=0)
BALANCE_ENTRIES = _insert(
    "balance_entries",
    "username sequence kind amount_minor balance_after_minor order_id at key fingerprint"
    f" {_ORIGIN} reason method",
)
TRANSFERS = _insert("transfers", "username sequence to_username to_sequence")
REVERSALS = _insert("reversals", "key fingerprint")
REVERSED_ENTRIES = _insert("reversed_entries", "username sequence reversed_sequence key")
CASH_MOVES = _insert(
    "cash_moves",
    f"number kind amount_minor drawer_after_minor key fingerprint {_ORIGIN} reason",
)
REVERSED_CASH_MOVES = _insert("reversed_cash_moves", "number reversed_number key")
CLOSES = _insert(
    "closes",
    "number from_at until_at entry_count first_entry last_entry cash_move_number opening_minor"
    " methods adjusted_minor sold_minor refunded_minor closing_minor order_count unit_count"
    " discount_count discount_minor cancel_count cancel_minor refund_count refund_minor"
    " cash_opening_minor cash_in_minor cash_out_minor cash_expected_minor cash_counted_minor"
    f" grand_sales_minor grand_refunds_minor pending_count dead_count currency timezone digest key"
    f" fingerprint {_ORIGIN} reason",
)
CLOSE_MARKS = _insert("close_marks", "username sequence number")
PRODUCTS = _insert(
    "products",
    "sku name price_minor stock movement_count on_sale category barcode low_stock search_text"
    f" created_at {_ORIGIN}",
    reason=None,
)
PRODUCT_CODES = _insert("product_codes", "code sku", place=0)
STOCK_MOVEMENTS = _insert(
    "stock_movements",
    f"sku sequence kind quantity stock_after order_id batch at {_ORIGIN} reason",
)
COUPONS = _insert(
    "coupons",
    "code percent amount_minor cap_minor claim_limit min_order_minor opens_at closes_at use_by_at"
    f" valid_days created_at {_ORIGIN}",
    claim_count=0,
    disabled=0,
    reason=None,
)
USER_COUPONS = _insert(
    "user_coupons",
    f"code number claim_limit username claimed_at usable_until_at key fingerprint {_ORIGIN}",
    order_id=None,
    redeemed_at=None,
    reason=None,
)
ORDERS = _insert(
    "orders",
    "order_id username subtotal_minor discount_minor total_minor coupon_code balance_after_minor"
    f" placed_at key fingerprint historical {_ORIGIN}",
    reason=None,
)
ORDER_LINES = _insert(
    "order_lines",
    "order_id position sku name quantity unit_price_minor line_total_minor discount_minor",
)
CANCELLATIONS = _insert(
    "cancellations",
    "order_id refunded_minor coupon_restored balance_after_minor cancelled_at key fingerprint"
    f" {_ORIGIN} reason",
)
REFUNDS = _insert(
    "refunds",
    "order_id number username entry_sequence refunded_minor lost balance_after_minor refunded_at"
    f" key fingerprint {_ORIGIN} reason",
)
REFUND_LINES = _insert("refund_lines", "order_id number sku quantity refunded_minor restocked")
OUTBOX = _insert(
    "outbox",
    "event_id order_id sequence type body body_sha256 created_at state settled_at last_error",
    attempt_count=0,
    failure_count=0,
    next_attempt_at=0,
    lease_owner=None,
    leased_at=None,
    leased_until_at=None,
    due_again_at=None,
)
"""A new event is due since 1970, not since now: a clock that is ahead must not delay it."""

DELIVERY_ATTEMPTS = _insert(
    "delivery_attempts",
    "event_id attempt_number relay_id started_at duration_microseconds outcome status_code reason"
    " answer",
)
ADMIN_CHANGES = _insert(
    "admin_changes",
    f"change_id subject_kind subject action before after at {_ORIGIN} reason",
)

SALES_HOURS = Adding(
    "sales_hours",
    (
        "units",
        "revenue_minor",
        "order_count",
        "sold_units",
        "gross_minor",
        "discount_minor",
        "refunded_minor",
    ),
)
SALES_DAYS = Adding("sales_days", ("units", "revenue_minor"))
