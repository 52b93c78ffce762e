"""Listings of products in other orders than by SKU, the same on both databases."""

from __future__ import annotations

import pytest

from shopcli import Shop
from shopcli.domain.errors import InvalidInput
from shopcli.engine.use_cases import browsing
from shopcli.storage.reading import browsing as table
from shopcli.storage.session import Session

PRODUCTS = (
    ("A", "bagel", 300, "food"),
    ("B", "Tea", 100, None),
    ("C", "Apple", 100, "food"),
    ("D", "라떼", 200, "coffee"),
)
ORDERED = {
    "sku": "ABCD",
    "category": "DCAB",
    "name": "CABD",
    "price": "BCDA",
    "sold": "DABC",
}


@pytest.fixture
def listed(shop: Shop) -> Shop:
    """A shop that sold one of four products."""
    shop.add_user("kim")
    shop.charge("kim", 10_000, key="c")
    for sku, name, price, category in PRODUCTS:
        shop.add_product(sku, name=name, price=price, stock=9, category=category)
    shop.order("kim", {"D": 2}, key="o")
    return shop


@pytest.mark.parametrize(("sort", "skus"), ORDERED.items())
def test_products_are_listed_in_each_order(listed: Shop, sort: str, skus: str) -> None:
    """In pages, too: each begins where the one before it ended."""
    page = listed.browsing.products(sort=sort)
    assert "".join(one.sku for one in page.products) == skus
    assert (page.sort, page.total) == (sort, 4)
    parts = [listed.browsing.products(sort=sort, offset=at, limit=2) for at in (0, 2)]
    assert "".join(one.sku for part in parts for one in part.products) == skus


def test_a_listing_by_category_counts_each(listed: Shop) -> None:
    """The categories of what is listed, in their order; those without one come last."""
    assert listed.browsing.products(sort="category").groups == (
        ("coffee", 1),
        ("food", 2),
        (None, 1),
    )
    assert listed.browsing.products("apple", sort="category").groups == (("food", 1),)
    assert listed.browsing.products(sort="name").groups == ()


def test_what_has_no_category_is_listed_as_one(listed: Shop) -> None:
    """Counted behind the others, listed by the empty name; where none is used, there is none."""
    counts = [(one.category, one.count) for one in listed.browsing.categories()]
    assert counts == [("coffee", 1), ("food", 2), ("", 1)]
    for sort in ORDERED:
        page = listed.browsing.products(sort=sort, category="")
        assert [one.category for one in page.products] == [None]
        assert page.total == 1
    assert listed.browsing.products("apple", category="").products == ()
    for product in listed.products():
        listed.set_product(product.sku, category="")
    assert listed.browsing.categories() == ()


def test_too_many_products_are_listed_by_sku(listed: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says so; what a search leaves is sorted."""
    monkeypatch.setattr(browsing, "SORTED_COUNT_MAX", 3)
    page = listed.browsing.products(sort="category")
    assert (page.sort, page.groups) == ("sku", ())
    assert "".join(one.sku for one in page.products) == "ABCD"
    assert listed.browsing.products(sort="price", category="food").sort == "price"


def test_too_many_products_are_counted_and_not_grouped(
    listed: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To group all of them takes ten times as long, and nobody sees the groups."""
    monkeypatch.setattr(browsing, "SORTED_COUNT_MAX", 3)
    grouped: list[str] = []
    original = table.groups

    def groups(session: Session, query: str, category: str | None) -> list[tuple[str | None, int]]:
        grouped.append(query)
        return original(session, query, category)

    monkeypatch.setattr(table, "groups", groups)
    listed.browsing.products(sort="category")
    assert grouped == []
    listed.browsing.products("apple", sort="category")
    assert grouped == ["apple"]


def test_a_sort_that_there_is_not_is_refused(listed: Shop) -> None:
    """With those that there are."""
    with pytest.raises(InvalidInput) as refused:
        listed.browsing.products(sort="colour")
    assert refused.value.details["sorts"] == list(ORDERED)
