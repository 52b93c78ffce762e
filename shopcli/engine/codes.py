"""Product codes: each SKU or barcode names one product; assigned, looked up, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.barcodes import as_read, canonical_code, codes_of, split_word
from shopcli.domain.errors import BarcodeExists, InvalidInput
from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.showing import excerpt, inert
from shopcli.engine.runtime import retried
from shopcli.storage import codes as table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.codes import CodeRow
    from shopcli.storage.products import ProductRow
    from shopcli.storage.session import Reader, Session

SHARED_COUNT_MAX = 200
_HOLDERS_SHOWN_MAX = 10
WORD_LENGTH_MAX = 100


def bind_codes(session: Session, sku: str, barcode: str | None) -> None:
    """Assign the codes of its SKU and barcode to a new product; the caller holds the codes' lock.

    Raises:
        BarcodeExists: A code belongs to another product, or is its SKU.
    """
    codes = codes_of(sku, barcode)
    _check_free(session, sku, barcode, {*codes, sku})
    table.claim(session, [(code, sku) for code in codes])


def exchange_codes(session: Session, sku: str, before: str | None, after: str | None) -> None:
    """Replace the code of a product's old barcode; the caller holds the codes' lock.

    Raises:
        BarcodeExists: The new code belongs to another product, or is its SKU.
    """
    had, has = codes_of(sku, before), codes_of(sku, after)
    _check_free(session, sku, after, {code for code in has if code not in had})
    table.release(session, [(code, sku) for code in had if code not in has])
    table.claim(session, [(code, sku) for code in has if code not in had])


def _check_free(session: Session, sku: str, barcode: str | None, codes: set[str]) -> None:
    for code, holder in table.holders(session, codes):
        if holder != sku:
            raise taken(code, holder, sku, barcode)
    if barcode in (None, sku) or canonical_code(barcode) not in codes:
        return
    if table.existing_skus(session, {barcode}):
        raise taken(barcode, barcode, sku, barcode)


def taken(code: str, holder: str, sku: str, barcode: str | None) -> BarcodeExists:
    """The error for a code that belongs to another product."""
    is_barcode = barcode is not None and canonical_code(as_read(barcode)) == canonical_code(code)
    return BarcodeExists(
        "The barcode '{barcode}' belongs to the product {sku}."
        if is_barcode
        else "The SKU {of} is the barcode of the product {sku}.",
        details={
            "sku": holder,
            "code": code,
            "of": sku,
            "barcode": None if barcode is None else excerpt(barcode),
        },
    )


def scanned(session: Reader, word: str) -> ProductRow | None:
    """The row of the product with this SKU or code, or None.

    Raises:
        InvalidInput: Several products have the code, from before codes were unique.
    """
    text = as_read(word)
    if not _may_be_code(text):
        return None
    rows = table.scanned(session, text, canonical_code(text), _HOLDERS_SHOWN_MAX)
    if len(rows) > 1:
        raise ambiguous(text, [row.sku for row in rows])
    return rows[0] if rows else None


def ambiguous(word: str, skus: list[str]) -> InvalidInput:
    """The error for a code that several products have."""
    return InvalidInput(
        "'{code:short}' is the code of {count} products: {skus}.",
        details={
            "code": inert(word)[:WORD_LENGTH_MAX],
            "skus": skus,
            "count": len(skus),
            "last": skus[-1],
            "reason": "shared_code",
        },
    )


def lines(runtime: Runtime, words: Iterable[str]) -> list[tuple[str, int]]:
    """Read typed or scanned words (`LATTE`, `LATTE:2`, a barcode) as pairs of SKU and quantity.

    The whole word is tried as SKU, then as barcode; then the part before its last colon is, and
    the rest is the quantity. A name that no product has is kept, so that the order refuses it.

    Raises:
        InvalidInput: A word has no such form, or is the code of several products.
    """
    given = list(words)
    splits = {word: split_word(word) for word in given}
    before_colons = (name for name, _ in filter(None, splits.values()))
    asked = {as_read(name) for name in (*given, *before_colons)}
    asked = set(filter(_may_be_code, asked))
    known = _known(runtime, asked)
    return [_line(word, splits[word], known) for word in given]


@retried
def _known(runtime: Runtime, names: set[str]) -> _Known:
    with runtime.reading() as session:
        codes = set(map(canonical_code, names))
        return _Known(table.existing_skus(session, names), table.holders(session, codes))


class _Known:
    """Which of some names are SKUs or codes of products."""

    def __init__(self, skus: set[str], holders: Iterable[CodeRow]) -> None:
        self._skus = skus
        self._by_code: dict[str, list[str]] = {}
        for code, sku in holders:
            self._by_code.setdefault(code, []).append(sku)

    def sku(self, name: str) -> str | None:
        """The SKU of the product with this SKU or barcode, or None."""
        text = as_read(name)
        if text in self._skus:
            return text
        found = self._by_code.get(canonical_code(text), [])
        if len(found) > 1:
            raise ambiguous(text, sorted(found))
        return found[0] if found else None


def _line(word: str, split: tuple[str, int] | None, known: _Known) -> tuple[str, int]:
    whole = known.sku(word)
    if whole is not None:
        return whole, 1
    if split is not None:
        name, quantity = split
        return known.sku(name) or name, quantity
    if ":" in word or not word:
        raise InvalidInput(
            "'{value}' is not SKU or SKU:QTY with a quantity of 1 to {most}.",
            details={
                "line": inert(word)[:WORD_LENGTH_MAX],
                "value": excerpt(word),
                "most": AMOUNT_MAX,
                "reason": "line",
            },
        )
    return word, 1


def _may_be_code(text: str) -> bool:
    """Whether a text may be a SKU or barcode; Postgres raises on some other texts."""
    return 1 <= len(text) <= WORD_LENGTH_MAX and text.isprintable()


def shared(session: Reader) -> list[str]:
    """One line of text for each code that several products have, naming their SKUs."""
    by_code: dict[str, list[str]] = {}
    for code, sku in table.shared(session, SHARED_COUNT_MAX):
        by_code.setdefault(code, []).append(sku)
    return [f"{code}: {', '.join(skus)}" for code, skus in by_code.items()]


def astray(session: Reader) -> list[str]:
    """One line of text for each code that is missing in its table or is no product's."""
    wanted = {(code, sku) for sku, had in table.of_products(session) for code in codes_of(sku, had)}
    claimed = {(code, sku) for code, sku in table.claimed(session)}
    found = [f"{code}: the code of {sku} is not claimed" for code, sku in wanted - claimed]
    found += [f"{code}: claimed by {sku}, whose code it is not" for code, sku in claimed - wanted]
    return sorted(found)[:SHARED_COUNT_MAX]
