"""What one user leaves unpaid in the cart: nobody else pays it without a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from shopcli.tui.cart import Cart, CartLine
    from shopcli.tui.payment import Intent, Lines
    from shopcli.wording.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Whose payment was refused, or whose bill was short, and what was to be bought."""

    user: str
    quantities: Mapping[str, int]
    """By SKU."""
    is_refused: bool = True
    """Whether it was to be paid; else its bill could not be paid as it was."""
    agreed: str = ""
    """Who said that they pay it, too: that counts for nobody else."""

    @classmethod
    def of(cls, intent: Intent) -> LeftOver:
        """What this payment was to buy."""
        return cls(intent.user, dict(intent.lines))

    @classmethod
    def of_bill(cls, user: str, lines: Lines) -> LeftOver:
        """What is on the bill of this user, which cannot be paid as it is."""
        return cls(user, dict(lines), is_refused=False)

    def by(self, user: str) -> LeftOver:
        """The same, once a user said that they pay it, too; nobody did where it is empty."""
        return replace(self, agreed=user)

    def is_settled_with(self, user: str) -> bool:
        """Whether this user pays it without a question: it is theirs, or they said so."""
        return user in {self.user, self.agreed}

    def lines(self, cart: Cart) -> list[tuple[CartLine, int]]:
        """The lines of the cart that are of it still, and how many units of each."""
        return [
            (line, min(line.quantity, self.quantities[line.product.sku]))
            for line in cart.lines
            if line.product.sku in self.quantities
        ]

    def text(self, cart: Cart, catalogue: Catalogue) -> str:
        """What to say as long as any of it is in the cart; empty where none is."""
        count = sum(units for _, units in self.lines(cart))
        if not count:
            return ""
        form = (
            catalogue.counted(
                count,
                "{count:,} thing is left from the refused sale of {user}.",
                "{count:,} things are left from the refused sale of {user}.",
            )
            if self.is_refused
            else catalogue.counted(
                count,
                "{count:,} thing is left from the unpaid bill of {user}.",
                "{count:,} things are left from the unpaid bill of {user}.",
            )
        )
        return filled(form, {"count": count, "user": inert(self.user)})
