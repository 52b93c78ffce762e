"""Every way the shop says no: a class per code, grouped by exit code; never formats for a screen.

The tree, one level per meaning (the exit code of the command line in brackets):

    ShopError
    ├── Refused [1]          a rule said no, nothing changed
    ├── Usage [2]            bad value, bad configuration, not a usable shop
    ├── TryLater [3]         nothing changed, the same call may work later
    ├── NotFound [4]         no such thing
    ├── PartlyDone [5]       some of it was done
    ├── OutcomeUnknown [6]   repeat with the same key
    └── Internal [70]        a bug in the shop

Source of codes and exit codes: the contract in `shopcli/help/exit-codes.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from shopcli.domain.facts import Say


class ShopError(Exception):
    """Base of everything the shop refuses or fails with.

    What to type next is not said here: front ends word that, by code (`shopcli/wording/`).

    Args:
        fact: What happened and why, an English sentence of plain text; `{name}` stands for a
            detail, and `{cause}` for what the error says that it was raised from.
        details: Machine-readable facts; amounts are integers in minor units. `reason` tells apart
            what one code has several of.
    """

    code: ClassVar[str] = "internal"
    exit_code: ClassVar[int] = 70

    def __init__(self, fact: str, *, details: dict[str, Any] | None = None) -> None:
        super().__init__(fact)
        self.fact = fact
        self.details: dict[str, Any] = details or {}

    def sentence(self, say: Say = str) -> str:
        """The fact in words: in English, or in the language in which `say` gives texts."""
        from shopcli.domain.facts import filled  # only once something is said

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
    """A rule of the shop said no; nothing changed."""

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
    """At least one product has fewer units left than asked; details name all of them."""

    code = "out_of_stock"


class ProductOffSale(Refused):
    """The product exists but is not sold at present."""

    code = "product_off_sale"


class UserBlocked(Refused):
    """The user may not charge, claim or order until made active again."""

    code = "user_blocked"


class UserClosed(Refused):
    """The user has left; only making the user active again is possible."""

    code = "user_closed"


class BalanceLimit(Refused):
    """The balance would pass the largest amount the shop can hold."""

    code = "balance_limit"


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


class OrderNotCancellable(Refused):
    """The time in which the user may cancel is over."""

    code = "order_not_cancellable"


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
    """The shop was made with another currency."""

    code = "currency_mismatch"


class VerifyFailed(Refused):
    """At least one invariant does not hold."""

    code = "verify_failed"


class TotalChanged(Refused):
    """An order costs something else than its buyer was shown; details hold both totals."""

    code = "total_changed"


class NotAllowed(Refused):
    """Whoever calls, or the login at the database, may not do this; details hold role and verb."""

    code = "not_allowed"


class BarcodeExists(Refused):
    """Another product is found by this barcode or SKU; details name it."""

    code = "barcode_exists"


class BalanceNotZero(Refused):
    """A user with a balance cannot be closed."""

    code = "balance_not_zero"


class LimitBelowClaimed(Refused):
    """More coupons have been claimed than the new limit would allow."""

    code = "limit_below_claimed"


class InvalidInput(Usage):
    """A value, option or file does not follow the rules for it."""

    code = "invalid_input"


class NoUser(Usage):
    """No user was named."""

    code = "no_user"


class NoShop(Usage):
    """There is no shop at the address."""

    code = "no_shop"


class NotAShop(Usage):
    """There is something at the address, but it is not a shop."""

    code = "not_a_shop"


class SchemaOld(Usage):
    """The shop was made by an older release and wants an upgrade."""

    code = "schema_old"


class SchemaNew(Usage):
    """The shop was made by a newer release than this one."""

    code = "schema_new"


class ReadOnly(Usage):
    """The database cannot be written."""

    code = "read_only"


class Busy(TryLater):
    """Others held the database for longer than the bound on waiting."""

    code = "busy"


class DatabaseUnreachable(TryLater):
    """The database server or file could not be reached; nothing changed."""

    code = "database_unreachable"


class UnknownUser(NotFound):
    """No user of that name."""

    code = "unknown_user"


class UnknownProduct(NotFound):
    """No product of that SKU."""

    code = "unknown_product"


class UnknownCoupon(NotFound):
    """No coupon of that code."""

    code = "unknown_coupon"


class UnknownOrder(NotFound):
    """No order of that id."""

    code = "unknown_order"


class UnknownEvent(NotFound):
    """No event of that id."""

    code = "unknown_event"


class PartlyDone(ShopError):
    """Some rows or deliveries were done, others were not."""

    code = "partly_done"
    exit_code = 5


class OutcomeUnknown(ShopError):
    """The database was lost while it committed: details hold the key to repeat with."""

    code = "outcome_unknown"
    exit_code = 6


class Internal(ShopError):
    """A bug in the shop."""

    code = "internal"
    exit_code = 70
