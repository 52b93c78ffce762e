"""Paths that are plain at a glance are plain by every rule."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from shopcli.domain import addresses

PLAIN = st.from_regex(addresses.PLAIN_PATH, fullmatch=True)


@given(PLAIN)
def test_a_plain_path_breaks_no_rule(path: str) -> None:
    """What is let through without asking the rules is let through by each of them."""
    assert [why for pattern, why in addresses.NO_PATHS if re.search(pattern, path)] == []
    assert addresses.fault_of_path(path) is None


def test_a_scheme_with_two_slashes_is_not_plain() -> None:
    """Only words between single slashes are."""
    assert addresses.fault_of_path("postgres//kim") is not None
    assert addresses.fault_of_path("/srv/shop/shop.db") is None
