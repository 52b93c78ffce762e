"""Payments and other changes whose outcome is reported however the storefront ends.

A worker thread writes the outcome here, so that it is known even where no screen is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from shopcli.domain.errors import KeyConflict, OutcomeUnknown, ShopError, TryLater

Result = TypeVar("Result")


class NotDone:
    """An answer which tells that nothing was changed, as it was not what was shown any more."""

    __slots__ = ()


def _does_it(answer: object) -> bool:
    return not isinstance(answer, NotDone)


@dataclass
class Operation:
    """A payment, charge, claim, restock or other change, with its key and its outcome."""

    key: str
    """The idempotency key; a name in this visit only, where the change takes none."""
    what: str
    """Its name, to begin a sentence with: "The payment"."""
    look: str
    """The command line that shows its outcome or, with its key, does it once in any case."""
    again: str = ""
    """A further command line, which does a payment once in any case; empty where it is too long."""
    is_payment: bool = False
    is_given_up: bool = False
    """Whether nothing asks any more for the outcome of a payment in doubt."""
    is_put_down: bool = False
    """Whether the cart of a payment in doubt was put down, and the cart is another's."""
    is_repeatable: bool = False
    """Whether that line does it, once in any case, rather than shows it."""
    is_done: bool = False
    refusal: ShopError | None = None
    """Why it was not done; None where it was done or that is not known."""
    in_doubt: bool = False
    """Whether it was sent and not answered."""
    outlives_refusal: bool = False
    """Whether it stays in doubt where it is refused once sent again: the first may still arrive."""
    told: str = ""
    """What became of it, as the screen said; empty where its name and its outcome say it."""

    def carry_out(
        self, work: Callable[[], Result], does_it: Callable[[Result], bool] = _does_it
    ) -> Result:
        """Run it and note the outcome.

        Args:
            work: Makes the change.
            does_it: Whether an answer of `work` means that it was done; one `NotDone` does not.

        Raises:
            ShopError: As the work does.
        """
        self.refusal = None
        try:
            result = work()
        except ShopError as error:
            self.in_doubt = self.in_doubt or isinstance(error, OutcomeUnknown)
            if not self.stays_in_doubt(error):
                self.refusal = error
            raise
        except Exception:
            self.in_doubt = True  # a bug, which may have come after the change
            raise
        self.is_done = self.is_done or does_it(result)  # another try may know more
        return result

    def stays_in_doubt(self, error: ShopError) -> bool:
        """Whether it is still not known, after this error, if it was done; its key tells."""
        if self.outlives_refusal and not isinstance(error, KeyConflict):  # which means: it arrived
            return self.in_doubt
        return self.in_doubt and isinstance(error, OutcomeUnknown | TryLater)
