"""All errors of the shop: one class for each code, grouped by exit code; no formatting.

The tree (the exit code of the command line in brackets):

    ShopError
    ├── Refused [1]          a rule forbids it; nothing changed
    ├── Usage [2]            invalid value or configuration, or no usable shop
    ├── TryLater [3]         nothing changed; the same call may succeed later
    ├── NotFound [4]         no such thing
    ├── PartlyDone [5]       some of the work was done
    ├── OutcomeUnknown [6]   repeat with the same key
    └── Internal [70]        a bug in the shop

Source of codes and exit codes: the contract in `shopcli/help/exit-codes.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from shopcli.domain.facts import Say


class ShopError(Exception):
    """Base of all errors of the shop.

    The advice (what to type next) is not part of it: `shopcli/wording/` has it, by code.

    Args:
        fact: What happened and why, as an English sentence; `{name}` stands for a detail, and
            `{cause}` for the sentence of the error that caused this one.
        details: Machine-readable facts; amounts are integers in minor units. `reason` tells the
            situations apart that share one code.
    """

    code: ClassVar[str] = "internal"
    exit_code: ClassVar[int] = 70

    def __init__(self, fact: str, *, details: dict[str, Any] | None = None) -> None:
        super().__init__(fact)
        self.fact = fact
        self.details: dict[str, Any] = details or {}

    def sentence(self, say: Say = str) -> str:
        """The fact with its details filled in: in English, or as `say` translates it."""
        from shopcli.domain.facts import filled  # only if the sentence is needed

        cause = self.__cause__
        if isinstance(cause, ShopError) and "{cause}" in self.fact:
            return filled(say(self.fact), {**self.details, "cause": cause.sentence(say)}, say)
        return filled(say(self.fact), self.details, say)

    @property
    def message(self) -> str:
        """The fact in English."""
        return self.sentence()

    def __str__(self) -> str:
        return self.sentence()


class Refused(ShopError):
    """A rule of the shop forbids it; nothing changed."""

    exit_code = 1


class Usage(ShopError):
    """The request, the configuration or the database is not usable as given."""

    exit_code = 2


class TryLater(ShopError):
    """Nothing changed; the same request may succeed later."""

    exit_code = 3


class NotFound(ShopError):
    """The named thing does not exist."""

    exit_code = 4


class InsufficientBalance(Refused):
    """The balance is smaller than what the request takes."""

    code = "insufficient_balance"


class OutOfStock(Refused):
    """At least one product has fewer units left than requested; details name all such products."""

    code = "out_of_stock"


class ProductOffSale(Refused):
    """The product exists but is not sold at present."""

    code = "product_off_sale"


class UserBlocked(Refused):
    """The user is blocked, and may not charge, claim or order until made active again."""

    code = "user_blocked"


class UserClosed(Refused):
    """The user is closed; only making the user active again is possible."""

    code = "user_closed"


class BalanceLimit(Refused):
    """The balance would exceed the largest amount that the shop can store."""

    code = "balance_limit"


class ChargeLimit(Refused):
    """The charge is larger than the setting `charge_max` allows."""

    code = "charge_limit"


class CouponSoldOut(Refused):
    """Every coupon of this code has been claimed."""

    code = "coupon_sold_out"


class CouponAlreadyClaimed(Refused):
    """The user already holds, or has used, a coupon of this code."""

    code = "coupon_already_claimed"


class CouponNotOpen(Refused):
    """Claiming has not begun."""

    code = "coupon_not_open"


class CouponClosed(Refused):
    """Claiming has ended."""

    code = "coupon_closed"


class CouponDisabled(Refused):
    """The coupon was switched off by the operator."""

    code = "coupon_disabled"


class CouponExpired(Refused):
    """The coupon can no longer be used."""

    code = "coupon_expired"


class CouponNotHeld(Refused):
    """The user has not claimed this coupon."""

    code = "coupon_not_held"


class CouponAlreadyUsed(Refused):
    """The user's coupon was redeemed by another order."""

    code = "coupon_already_used"


class CouponMinimumNotMet(Refused):
    """The order's subtotal is below the coupon's minimum."""

    code = "coupon_minimum_not_met"


class ShopExists(Refused):
    """A shop is where another was to be put."""

    code = "shop_exists"


class NothingToClose(Refused):
    """Nothing was booked since the last close, and no cash was counted."""

    code = "nothing_to_close"


class EntryNotReversible(Refused):
    """The balance entry is a payment, a refund or itself a reversal."""

    code = "entry_not_reversible"


class OrderNotCancellable(Refused):
    """The time in which the order may be cancelled is over."""

    code = "order_not_cancellable"


class RefundExceedsOrder(Refused):
    """More is asked back than is left of the order; details name each such product."""

    code = "refund_exceeds_order"


class KeyConflict(Refused):
    """The idempotency key was used before for another request."""

    code = "key_conflict"


class UserExists(Refused):
    """The user name is taken."""

    code = "user_exists"


class ProductExists(Refused):
    """The SKU is taken."""

    code = "product_exists"


class CouponExists(Refused):
    """The coupon code is taken."""

    code = "coupon_exists"


class CurrencyMismatch(Refused):
    """The shop has another currency."""

    code = "currency_mismatch"


class VerifyFailed(Refused):
    """At least one invariant does not hold."""

    code = "verify_failed"


class TotalChanged(Refused):
    """The total is not the one the buyer expected; details hold both."""

    code = "total_changed"


class NotAllowed(Refused):
    """The role, or the database login, may not do this; details hold role and verb."""

    code = "not_allowed"


class BarcodeExists(Refused):
    """Another product has this code as its barcode or SKU; details name it."""

    code = "barcode_exists"


class BalanceNotZero(Refused):
    """A user with a balance cannot be closed."""

    code = "balance_not_zero"


class LimitBelowClaimed(Refused):
    """More coupons have been claimed than the new limit allows."""

    code = "limit_below_claimed"


class InvalidInput(Usage):
    """A value, option or file is invalid."""

    code = "invalid_input"


class NoUser(Usage):
    """No user was named."""

    code = "no_user"


class NoShop(Usage):
    """There is no shop at the address."""

    code = "no_shop"


class NotAShop(Usage):
    """What the address names is not a usable shop."""

    code = "not_a_shop"


class SchemaOld(Usage):
    """An older release made the shop; it needs an upgrade."""

    code = "schema_old"


class SchemaNew(Usage):
    """A newer release made the shop."""

    code = "schema_new"


class ReadOnly(Usage):
    """The database is read-only."""

    code = "read_only"


class Busy(TryLater):
    """Other processes locked the database for longer than the longest wait allowed."""

    code = "busy"


class DatabaseUnreachable(TryLater):
    """The database server or file could not be reached; nothing changed."""

    code = "database_unreachable"


class UnknownUser(NotFound):
    """No user has that name."""

    code = "unknown_user"


class UnknownProduct(NotFound):
    """No product has that SKU."""

    code = "unknown_product"


class UnknownCoupon(NotFound):
    """No coupon has that code."""

    code = "unknown_coupon"


class UnknownOrder(NotFound):
    """No order has that id."""

    code = "unknown_order"


class UnknownClosing(NotFound):
    """There is no close of this number."""

    code = "unknown_closing"


class UnknownEntry(NotFound):
    """There is no such balance entry or cash move."""

    code = "unknown_entry"


class UnknownEvent(NotFound):
    """No event has that id."""

    code = "unknown_event"


class PartlyDone(ShopError):
    """Some rows or deliveries were done, others were not."""

    code = "partly_done"
    exit_code = 5


class OutcomeUnknown(ShopError):
    """The connection was lost during a commit; details hold the key to repeat the request."""

    code = "outcome_unknown"
    exit_code = 6


class Internal(ShopError):
    """A bug in the shop."""

    code = "internal"
    exit_code = 70
