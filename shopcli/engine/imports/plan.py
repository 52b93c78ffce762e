"""What all imports share: options (`Choices`), counts, refused rows, and the base of plans."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt
from shopcli.domain.text import checked_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli.domain.batch.grammar import Value
    from shopcli.domain.errors import ShopError
    from shopcli.storage.session import Session

OnExisting = Literal["error", "skip", "update"]
ON_EXISTING: tuple[OnExisting, ...] = ("error", "skip", "update")
STOCK_MODES = ("set", "add")
EVENT_MODES = ("send", "skip")

SKIPPED = "skipped at import"
"""Reason stored with an imported event in state `skipped`, which is not sent and blocks none."""

_CLOCKS_DIFFER_MICROSECONDS = 300_000_000
"""Tolerance for clocks that differ, the same as the platform's for a signature's time."""

_COLUMN_OF_CODE = {
    "unknown_user": "user",
    "user_blocked": "user",
    "user_closed": "user",
    "unknown_product": "sku",
    "product_off_sale": "sku",
    "product_exists": "sku",
    "barcode_exists": "barcode",
    "out_of_stock": "quantity",
    "key_conflict": "key",
    "user_exists": "user",
    "coupon_exists": "code",
    "balance_limit": "amount",
    "limit_below_claimed": "limit",
    "unknown_coupon": "coupon",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """Options of an import.

    Attributes:
        on_existing: error, skip or update users, products and coupons that exist and differ.
        stock: set or add changes the stock of existing products; None leaves it alone.
        batch: Name of this batch of stock movements: repeating it changes nothing. By default the
            hash of the input.
        key_prefix: Prefix added to every key.
        historical: The orders are past ones, and change no stock.
        events: send or skip the events of historical orders.
        dry_run: Decide everything and change nothing.
        same_key_once: Treat rows of charges or claims with equal keys and contents as one.
        ignore_state: Import rows even if state columns of an export (`_order`, `_disabled`) say
            that something has happened to them since.
    """

    on_existing: OnExisting = "error"
    stock: str | None = None
    batch: str | None = None
    key_prefix: str = ""
    historical: bool = False
    events: str = "send"
    dry_run: bool = False
    same_key_once: bool = False
    ignore_state: bool = False

    def check(self, kind: str) -> None:
        """Check the options of an import of this kind.

        Raises:
            InvalidInput: An option has no such value, or does not apply to this import.
        """
        if self.on_existing not in ON_EXISTING:
            raise InvalidInput(
                "'{value}' is no way to treat what exists: that is one of {choices}.",
                details={
                    "field": "on_existing",
                    "value": excerpt(self.on_existing),
                    "choices": list(ON_EXISTING),
                    "reason": "choice",
                },
            )
        self._check_stock(kind)
        if self.events not in EVENT_MODES:
            raise InvalidInput(
                "'{value}' is no way to treat events: that is one of {choices}.",
                details={
                    "field": "events",
                    "value": excerpt(self.events),
                    "choices": list(EVENT_MODES),
                    "reason": "choice",
                },
            )
        if self.historical and kind != "orders":
            raise InvalidInput(
                "Only orders are booked as historical ones.",
                details={"field": "historical", "reason": "other_import"},
            )
        if self.events == "skip" and not self.historical:
            raise InvalidInput(
                "Only the events of past orders can be skipped.",
                details={"field": "events", "reason": "events_of_now"},
            )
        if self.same_key_once and kind not in {"charges", "claims"}:
            raise InvalidInput(
                "Only charges and claims may share a key.",
                details={"field": "same_key_once", "reason": "other_import"},
            )
        if self.key_prefix:
            checked_key(self.key_prefix)

    def _check_stock(self, kind: str) -> None:
        if self.stock is not None and self.stock not in STOCK_MODES:
            raise InvalidInput(
                "'{value}' is no way to treat stock: that is one of {choices}.",
                details={
                    "field": "stock",
                    "value": excerpt(self.stock),
                    "choices": list(STOCK_MODES),
                    "reason": "choice",
                },
            )
        if self.stock is not None and kind != "products":
            raise InvalidInput(
                "Only an import of products changes stock.",
                details={"field": "stock", "reason": "other_import"},
            )
        if self.batch is not None:
            checked_key(self.batch)
            if self.stock is None:
                raise InvalidInput(
                    "Only a change of stock has a batch.",
                    details={"field": "batch", "reason": "batch_without_stock"},
                )


@dataclass(slots=True)
class Reject:
    """A row that a rule refused; of a refused order, each row is one."""

    line: int
    error: ShopError
    values: Sequence[Value]
    where: str | None = None
    """The column, if it does not follow from the error's code."""

    @property
    def column(self) -> str | None:
        """The column that caused the error, if one did."""
        code = self.error.code
        if self.where is not None:
            return self.where
        if code.startswith("coupon_") and code != "coupon_exists":
            return "coupon"
        return _COLUMN_OF_CODE.get(code) or self.error.details.get("field")


@dataclass(slots=True)
class Outcome:
    """Counts and refused rows of one batch, or of all.

    `future` counts the lines that were taken with a time to come: allowed, but possibly a slip.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    replayed: int = 0
    stock_left: int = 0
    first_stock_left_line: int | None = None
    future: int = 0
    first_future_line: int | None = None
    rejects: list[Reject] = field(default_factory=list)
    differences: list[dict[str, Any]] = field(default_factory=list)

    def take_future(self, count: int, first_line: int | None) -> None:
        """Count lines that were taken with a time to come."""
        self.future += count
        lines = (line for line in (self.first_future_line, first_line) if line is not None)
        self.first_future_line = min(lines, default=None)


def latest_at(now: int) -> int:
    """The last instant, in microseconds, that is not said to be to come: clocks differ."""
    return now + _CLOCKS_DIFFER_MICROSECONDS


class Plan(ABC):
    """Decides batches of rows and writes the decisions; one for each kind of import."""

    def prepare(self, rows: Any) -> Any:  # noqa: ANN401  # the kind's own
        """Prepare a batch without the database; the result is passed to `apply`."""
        return rows

    @abstractmethod
    def apply(self, session: Session, rows: Any) -> Outcome:  # noqa: ANN401  # the kind's own
        """Read, decide and (unless a dry run) write a batch; may be run again after a rollback."""
