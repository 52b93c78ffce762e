"""Statements about the codes of products: claim, release and find them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.storage.inserts import PRODUCT_CODES
from shopcli.storage.lists import among, listed
from shopcli.storage.products import COLUMNS, ProductRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from shopcli.storage.session import Reader, Row, Session


class CodeRow(NamedTuple):
    """A code and a product that has it."""

    code: str
    sku: str


class BarcodeRow(NamedTuple):
    """A product's barcode, which with the SKU decides its codes."""

    sku: str
    barcode: str | None


_LOCK = "LOCK TABLE product_codes IN SHARE ROW EXCLUSIVE MODE"
_HOLDERS = "SELECT c.code, c.sku FROM product_codes c WHERE c.code {among}"
_SKUS = "SELECT p.sku FROM products p WHERE p.sku {among}"
_BETWEEN = "SELECT 1 FROM product_codes WHERE code BETWEEN :first AND :last LIMIT 1"
_CLAIM = PRODUCT_CODES.text({"code": ":code", "sku": ":sku"})
_RELEASE = "DELETE FROM product_codes WHERE code = :code AND sku = :sku"
# Where several products shared a code before schema 0002, one of them must be its holder (place 0),
# so that no other product can claim it.
_PROMOTE = """
UPDATE product_codes SET place = 0
WHERE code = :code AND place = (SELECT MIN(c.place) FROM product_codes c WHERE c.code = :code)
"""
_SCANNED = f"""
SELECT {COLUMNS} FROM products
WHERE sku IN (SELECT CAST(:word AS TEXT)
              UNION ALL SELECT sku FROM product_codes WHERE code = :code)
ORDER BY sku LIMIT :row_limit
"""
_SHARED = """
SELECT code, sku FROM product_codes
WHERE code IN (SELECT code FROM product_codes WHERE place > 0)
UNION
SELECT c.code, c.sku FROM product_codes c JOIN products p ON p.sku = c.code AND p.sku <> c.sku
UNION
SELECT c.code, p.sku FROM product_codes c JOIN products p ON p.sku = c.code AND p.sku <> c.sku
ORDER BY 1, 2 LIMIT :row_limit
"""
_OF_PRODUCTS = """
SELECT sku, barcode FROM products WHERE barcode IS NOT NULL OR (sku >= '0' AND sku < ':')
"""
_CLAIMED = "SELECT code, sku FROM product_codes"


def keep_others_out(session: Session) -> None:
    """Lock out other claims of codes until the transaction ends; reads and orders go on."""
    if session.dialect == "postgres":
        session.change(_LOCK)


def holders(session: Reader, codes: Collection[str]) -> list[CodeRow]:
    """The products that hold these codes."""
    return list(map(CodeRow._make, _find(session, _HOLDERS, codes)))


def existing_skus(session: Reader, skus: Collection[str]) -> set[str]:
    """Those of these SKUs that exist."""
    return {row[0] for row in _find(session, _SKUS, skus)}


def any_between(session: Reader, first: str, last: str) -> bool:
    """Whether any product's code lies in [first, last]."""
    return session.row(_BETWEEN, {"first": first, "last": last}) is not None


def claim(session: Session, claims: Iterable[tuple[str, str]]) -> None:
    """Claim codes for products, as (code, SKU); the database refuses a code with a holder."""
    for code, sku in claims:
        session.change(_CLAIM, {"code": code, "sku": sku})


def release(session: Session, claims: Iterable[tuple[str, str]]) -> None:
    """Release codes of products, as (code, SKU)."""
    for code, sku in claims:
        session.change(_RELEASE, {"code": code, "sku": sku})
        session.change(_PROMOTE, {"code": code})


def scanned(session: Reader, word: str, code: str, row_limit: int) -> list[ProductRow]:
    """The products with this word as SKU or with this code, by SKU."""
    found = session.rows(_SCANNED, {"word": word, "code": code, "row_limit": row_limit})
    return list(map(ProductRow._make, found))


def shared(session: Reader, row_limit: int) -> list[CodeRow]:
    """Codes that several products have shared since before schema 0002."""
    return list(map(CodeRow._make, session.rows(_SHARED, {"row_limit": row_limit})))


def of_products(session: Reader) -> list[BarcodeRow]:
    """The products that can have codes, with what decides them."""
    return list(map(BarcodeRow._make, session.rows(_OF_PRODUCTS)))


def claimed(session: Reader) -> list[CodeRow]:
    """Every code and its product."""
    return list(map(CodeRow._make, session.rows(_CLAIMED)))


def _find(session: Reader, statement: str, values: Collection[str]) -> list[Row]:
    if not values:
        return []
    text = statement.format(among=among(session, "listed"))
    return session.rows(text, {"listed": listed(session, values)})
