"""Judges the codes of imported products: each belongs to one product, as the first row decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.barcodes import GTIN_LENGTH, canonical_code, codes_of, is_gtin
from shopcli.engine.codes import taken
from shopcli.storage import codes as table
from shopcli.storage.bulk import writing
from shopcli.storage.inserts import PRODUCT_CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shopcli.domain.errors import BarcodeExists
    from shopcli.storage.session import Session

Code = tuple[str, str]
"""(code, SKU)."""


class Wish(NamedTuple):
    """The codes that a row adds to its product and removes from it."""

    line: int
    sku: str
    barcode: str | None
    claims: tuple[str, ...]
    releases: tuple[str, ...]
    is_new: bool


class ProductCodes:
    """Judges and writes the codes of one import.

    Args:
        dry_run: Remember here what was decided, as nothing is written that could be read again.
        repeated: Hashes of the codes that occur more than once in the input.
    """

    def __init__(self, *, dry_run: bool, repeated: set[int]) -> None:
        self._dry_run = dry_run
        self._repeated = repeated
        self._claimed: dict[str, str] = {}
        self._new_skus: set[str] = set()
        self._released: set[Code] = set()
        self._is_careful = dry_run

    def begin(self, session: Session) -> None:
        """Lock the codes until the batch is committed."""
        if not self._dry_run:
            table.keep_others_out(session)

    def may_collide(self, session: Session, skus: Sequence[str], claims: Sequence[Code]) -> bool:
        """Whether products that are all new must be judged one by one.

        If not, their codes differ from one another and from every SKU, so only a code in the
        database can collide. The primary key refuses that; the batch is then retried and judged.
        """
        codes = [code for code, _ in claims]
        return (
            self._is_careful
            or len(set(codes)) < len(codes)
            or any(len(code) != GTIN_LENGTH or not code.isdigit() for code in codes)
            or table.any_between(session, min(skus), max(skus))
        )

    def refused(self, session: Session, wishes: Sequence[Wish]) -> dict[str, BarcodeExists]:
        """The errors, by SKU, of products whose codes belong to other products."""
        new = {wish.sku for wish in wishes if wish.is_new}
        wanted = {code for wish in wishes for code in wish.claims} | new
        holders: dict[str, set[str]] = {}
        for code, sku in table.holders(session, wanted):
            holders.setdefault(code, set()).add(sku)
        for code in wanted & self._claimed.keys():
            holders.setdefault(code, set()).add(self._claimed[code])
        plain = {code for code in wanted if not is_gtin(code)}
        skus = table.existing_skus(session, plain) | (plain & self._new_skus)
        refused: dict[str, BarcodeExists] = {}
        while True:
            # A refused product keeps its old codes, which another may have wanted: judge again.
            more = self._judge(wishes, holders, skus, refused)
            if not more:
                return refused
            refused.update(more)

    def _judge(
        self,
        wishes: Sequence[Wish],
        holders: dict[str, set[str]],
        skus: set[str],
        refused: dict[str, BarcodeExists],
    ) -> dict[str, BarcodeExists]:
        asked = [wish for wish in wishes if wish.sku not in refused]
        skus = set(skus)
        left = {code: set(several) for code, several in holders.items()}
        for code, sku in self._released:
            left.get(code, set()).discard(sku)
        for wish in asked:
            for code in wish.releases:
                left.get(code, set()).discard(wish.sku)
        more: dict[str, BarcodeExists] = {}
        for wish in sorted(asked):
            own = (*wish.claims, wish.sku) if wish.is_new else wish.claims
            for code in own:
                others = left.get(code, set()) - {wish.sku}
                if code in skus and code != wish.sku:
                    others.add(code)
                if others:
                    more[wish.sku] = taken(code, min(others), wish.sku, wish.barcode)
                    break
            else:
                if wish.is_new:
                    skus.add(wish.sku)
                for code in wish.claims:
                    left.setdefault(code, set()).add(wish.sku)
        return more

    def write(self, session: Session, new: Sequence[Code], changed: Sequence[Wish]) -> None:
        """Write codes judged free; if the primary key refuses one, the batch is retried."""
        claims = [*new, *((code, wish.sku) for wish in changed for code in wish.claims)]
        table.release(session, [(code, wish.sku) for wish in changed for code in wish.releases])
        if claims:
            # Stays set if the insert fails, so that the retried batch is judged one by one.
            was_careful, self._is_careful = self._is_careful, True
            writing.insert(session, PRODUCT_CODES, ("code", "sku"), sorted(claims), {})
            self._is_careful = was_careful

    def remember(self, wishes: Iterable[Wish]) -> None:
        """Remember what a dry run would have written, as far as later rows depend on it."""
        for wish in wishes:
            for code in wish.claims:
                if hash(code) in self._repeated:
                    self._claimed[code] = wish.sku
            if wish.is_new and hash(wish.sku) in self._repeated:
                self._new_skus.add(wish.sku)
            self._released.update((code, wish.sku) for code in wish.releases)


def claims_of(skus: Sequence[str], barcodes: Sequence[str | None] | None) -> list[Code]:
    """The codes of new products."""
    claims: list[Code] = []
    if barcodes is not None:
        claims = [
            (canonical_code(barcode), sku)
            for sku, barcode in zip(skus, barcodes, strict=True)
            if barcode is not None
        ]
    digits = [sku for sku in skus if sku.isdigit() and is_gtin(sku)]
    if digits:
        claims += {(canonical_code(sku), sku) for sku in digits} - set(claims)
    return claims


def wish_of_change(line: int, sku: str, before: str | None, after: str | None) -> Wish:
    """The codes that a change of its barcode adds to a product and removes from it."""
    had, has = codes_of(sku, before), codes_of(sku, after)
    claims = tuple(code for code in has if code not in had)
    releases = tuple(code for code in had if code not in has)
    return Wish(line, sku, after, claims, releases, is_new=False)
