"""Names that look alike: both are taken, and the second is told."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Prompt


@pytest.mark.parametrize("name", ["Kim", "KIM", "k\u0456m", "\u043aim", "klm"])
def test_a_user_that_looks_like_another_is_told(stocked: Prompt, name: str) -> None:
    """Another case, or a letter of another alphabet, makes another user, which is said."""
    answer = stocked("user", "add", name)
    assert answer.code == 0
    assert "kim" in answer.err
    assert stocked("user", "add", "ana").err == ""


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("balance", "-u", "\u043aim"), "kim"),
        (("product", "show", "L\u0410\u0422T\u0415"), "LATTE"),
        (("order", "L\u0410TTE", "-u", "kim"), "LATTE"),
    ],
)
def test_an_unknown_name_that_looks_like_a_known_one(
    stocked: Prompt, words: tuple[str, ...], meant: str
) -> None:
    """The name it looks like is named, and that it is written with other letters."""
    answer = stocked(*words)
    assert answer.code == 4
    assert f"Did you mean {meant}" in answer.err
    assert "other letters" in answer.err


def test_capitals_are_no_other_letters(stocked: Prompt) -> None:
    """A name that differs by capitals alone is suggested without a word about its letters."""
    answer = stocked("balance", "-u", "KIM")
    assert (answer.code, "Did you mean kim" in answer.err) == (4, True)
    assert "other letters" not in answer.err


def test_a_coupon_that_looks_like_another_is_told(stocked: Prompt) -> None:
    """A code with a digit for a letter is another coupon, which is said."""
    assert stocked("coupon", "add", "T00", "--percent", "5", "--limit", "1").err == ""
    answer = stocked("coupon", "add", "TOO", "--percent", "5", "--limit", "1")
    assert (answer.code, "T00" in answer.err) == (0, True)


@pytest.mark.parametrize("name", ["\u0301", "\u0301\u0302", "\u20dd"])
def test_accents_alone_are_no_name(stocked: Prompt, name: str) -> None:
    """A user, SKU or code needs something to put an accent on."""
    for words in (
        ("user", "add", name),
        ("product", "add", name, "--name", "x", "--price", "1"),
        ("coupon", "add", name, "--percent", "5", "--limit", "1"),
    ):
        assert stocked(*words).code == 2
    assert stocked("user", "add", f"e{name}").code == 0


def test_a_product_that_looks_like_another_is_told(stocked: Prompt) -> None:
    """A SKU in other cases is another product, which is said."""
    answer = stocked("product", "add", "latte", "--name", "L", "--price", "1")
    assert (answer.code, "LATTE" in answer.err) == (0, True)
