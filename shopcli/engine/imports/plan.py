"""What every kind of import shares: the caller's choices, counts, refused rows, differences."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt
from shopcli.domain.text import checked_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli.domain.batch import Value
    from shopcli.domain.errors import ShopError
    from shopcli.storage.session import Session

OnExisting = Literal["error", "skip", "update"]
ON_EXISTING: tuple[OnExisting, ...] = ("error", "skip", "update")
STOCK_MODES = ("set", "add")
EVENT_MODES = ("send", "skip")

SKIPPED = "skipped at import"
"""Why an event of history is not sent; its state is `skipped`, and it holds up no later one."""

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
    "unknown_coupon": "coupon",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """How an import goes about what it finds.

    Attributes:
        on_existing: What becomes of users, products and coupons that exist and differ.
        stock: set or add changes the stock of existing products; None leaves it alone.
        batch: What binds stock movements, so that a repeat changes nothing.
        key_prefix: Put in front of every key.
        historical: Orders of the past.
        events: send, or skip the events of history.
        dry_run: Decide everything and change nothing.
        same_key_once: Rows of charges or claims with the same key and contents are one.
        ignore_state: Take rows whatever the underscore columns of an export say became of them.
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
        """Refuse choices that do not go together.

        Raises:
            InvalidInput: One is none of its kind, or does not belong to this import.
        """
        if self.on_existing not in ON_EXISTING:
            raise InvalidInput(
                "'{value}' is no way to treat what exists: that is one of {choices}.",
                details={
                    "field": "on_existing",
                    "value": excerpt(self.on_existing),
                    "choices": list(ON_EXISTING),
                },
            )
        if self.stock is not None and self.stock not in STOCK_MODES:
            raise InvalidInput(
                "'{value}' is no way to treat stock: that is one of {choices}.",
                details={
                    "field": "stock",
                    "value": excerpt(self.stock),
                    "choices": list(STOCK_MODES),
                },
            )
        if self.stock is not None and kind != "products":
            raise InvalidInput(
                "Only an import of products changes stock.", details={"field": "stock"}
            )
        if self.events not in EVENT_MODES:
            raise InvalidInput(
                "'{value}' is no way to treat events: that is one of {choices}.",
                details={
                    "field": "events",
                    "value": excerpt(self.events),
                    "choices": list(EVENT_MODES),
                },
            )
        if self.historical and kind != "orders":
            raise InvalidInput(
                "Only orders are booked as historical ones.", details={"field": "historical"}
            )
        if self.events == "skip" and not self.historical:
            raise InvalidInput(
                "Only the events of past orders can be skipped.",
                details={"field": "events", "reason": "events_of_now"},
            )
        if self.same_key_once and kind not in {"charges", "claims"}:
            raise InvalidInput(
                "Only charges and claims may share a key.", details={"field": "same_key_once"}
            )
        if self.key_prefix:
            checked_key(self.key_prefix)
        if self.batch is not None:
            checked_key(self.batch)


@dataclass(slots=True)
class Reject:
    """A row that a rule refused; for orders every row of the order."""

    line: int
    error: ShopError
    values: Sequence[Value]
    where: str | None = None
    """The column, where the code alone does not tell it."""

    @property
    def column(self) -> str | None:
        """The column the refusal is about, where it is about one."""
        code = self.error.code
        if self.where is not None:
            return self.where
        if code.startswith("coupon_") and code != "coupon_exists":
            return "coupon"
        return _COLUMN_OF_CODE.get(code)


@dataclass(slots=True)
class Outcome:
    """What became of some rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    replayed: int = 0
    rejects: list[Reject] = field(default_factory=list)
    differences: list[dict[str, Any]] = field(default_factory=list)


class Plan(ABC):
    """Decides about batches of rows and writes what was decided; one for each kind of import."""

    def prepare(self, rows: Any) -> Any:  # noqa: ANN401  # the kind's own
        """What can be done about a batch without the database; what `apply` is given."""
        return rows

    @abstractmethod
    def apply(self, session: Session, rows: Any) -> Outcome:  # noqa: ANN401  # the kind's own
        """Read, decide and, unless in a dry run, write a batch; may run again after a rollback."""
