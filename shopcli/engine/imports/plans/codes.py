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


class CodeChange(NamedTuple):
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

    def refused(
        self, session: Session, code_changes: Sequence[CodeChange]
    ) -> dict[str, BarcodeExists]:
        """The errors, by SKU, of products whose codes belong to other products."""
        new = {change.sku for change in code_changes if change.is_new}
        wanted = {code for change in code_changes for code in change.claims} | new
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
            more = self._judge(code_changes, holders, skus, refused)
            if not more:
                return refused
            refused.update(more)

    def _judge(
        self,
        code_changes: Sequence[CodeChange],
        holders: dict[str, set[str]],
        skus: set[str],
        refused: dict[str, BarcodeExists],
    ) -> dict[str, BarcodeExists]:
        asked = [change for change in code_changes if change.sku not in refused]
        skus = set(skus)
        left = {code: set(several) for code, several in holders.items()}
        for code, sku in self._released:
            left.get(code, set()).discard(sku)
        for change in asked:
            for code in change.releases:
                left.get(code, set()).discard(change.sku)
        more: dict[str, BarcodeExists] = {}
        for change in sorted(asked):
            own = (*change.claims, change.sku) if change.is_new else change.claims
            for code in own:
                others = left.get(code, set()) - {change.sku}
                if code in skus and code != change.sku:
                    others.add(code)
                if others:
                    more[change.sku] = taken(code, min(others), change.sku, change.barcode)
                    break
            else:
                if change.is_new:
                    skus.add(change.sku)
                for code in change.claims:
                    left.setdefault(code, set()).add(change.sku)
        return more

    def write(self, session: Session, new: Sequence[Code], changed: Sequence[CodeChange]) -> None:
        """Write codes judged free; if the primary key refuses one, the batch is retried."""
        claims = [*new, *((code, change.sku) for change in changed for code in change.claims)]
        table.release(
            session, [(code, change.sku) for change in changed for code in change.releases]
        )
        if claims:
            # Stays set if the insert fails, so that the retried batch is judged one by one.
            was_careful, self._is_careful = self._is_careful, True
            writing.insert(session, PRODUCT_CODES, ("code", "sku"), sorted(claims), {})
            self._is_careful = was_careful

    def remember(self, code_changes: Iterable[CodeChange]) -> None:
        """Remember what a dry run would have written, as far as later rows depend on it."""
        for change in code_changes:
            for code in change.claims:
                if hash(code) in self._repeated:
                    self._claimed[code] = change.sku
            if change.is_new and hash(change.sku) in self._repeated:
                self._new_skus.add(change.sku)
            self._released.update((code, change.sku) for code in change.releases)


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


def code_change_of(line: int, sku: str, before: str | None, after: str | None) -> CodeChange:
    """The codes that a change of its barcode adds to a product and removes from it."""
    had, has = codes_of(sku, before), codes_of(sku, after)
    claims = tuple(code for code in has if code not in had)
    releases = tuple(code for code in had if code not in has)
    return CodeChange(line, sku, after, claims, releases, is_new=False)
