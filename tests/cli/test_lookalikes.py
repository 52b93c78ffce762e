"""Names that look alike: both are taken, and the second is told."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Prompt


@pytest.mark.parametrize("name", ["Kim", "KIM", "k\u0456m", "\u043aim", "klm"])
def test_a_user_that_looks_like_another_is_told(stocked: Prompt, name: str) -> None:
    """Another case, or a letter of another alphabet, makes another user, which is said."""
    answer = stocked("user", "add", name)
    assert answer.code == 0
    assert ("kim" in answer.err) is (name != "\u043aim")
    assert stocked("user", "add", "ana").err == ""


def test_a_product_that_looks_like_another_is_told(stocked: Prompt) -> None:
    """A SKU in other cases is another product, which is said."""
    answer = stocked("product", "add", "latte", "--name", "L", "--price", "1")
    assert (answer.code, "LATTE" in answer.err) == (0, True)
