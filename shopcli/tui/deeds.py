"""What was sent to the shop and must be told of, however the storefront ends: payments, charges.

A worker thread notes here what it learnt, so that it is known even where no screen is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from shopcli.domain.errors import OutcomeUnknown, ShopError, TryLater

Result = TypeVar("Result")


@dataclass(slots=True)
class Deed:
    """One payment or charge with its idempotency key."""

    key: str
    what: str
    """For people, as the beginning of a sentence: "The payment"."""
    look: str
    """The command line that learns what became of it."""
    is_payment: bool
    is_done: bool = False
    refusal: ShopError | None = None
    """Why it was certainly not done."""
    in_doubt: bool = False
    """Whether it was sent and not answered."""

    def carry_out(
        self, work: Callable[[], Result], does_it: Callable[[Result], bool] = lambda _: True
    ) -> Result:
        """Do it, and note what is known of it afterwards.

        Args:
            work: What to do.
            does_it: Whether an answer means that it was done.

        Raises:
            ShopError: As the work does.
        """
        self.refusal = None
        try:
            result = work()
        except OutcomeUnknown:
            self.in_doubt = True
            raise
        except TryLater as error:
            self.refusal = None if self.in_doubt else error
            raise
        except ShopError as error:
            self.refusal = error
            raise
        self.is_done = does_it(result)
        return result
