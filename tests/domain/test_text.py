"""The grammar of texts, and the sanitiser at the display edge."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcli.domain.showing import IGNORABLE, inert, shown
from shopcli.domain.text import BLANKS, checked_code, checked_identifier, checked_key, checked_name
from shopcli.wording.advice import advice
from tests.factories import accepted, refusal

HOSTILE = {
    "NUL": "a\x00b",
    "newline": "a\nb",
    "carriage return": "a\rb",
    "tab": "a\tb",
    "backspace": "a\bb",
    "DEL": "a\x7fb",
    "escape": "a\x1b[2Jb",
    "title": "\x1b]0;owned\x07",
    "C1 control": "a\x9bb",
    "next line": "a\x85b",
    "line separator": "a\u2028b",
    "right-to-left override": "a\u202eb",
    "right-to-left mark": "a\u200fb",
    "isolate": "a\u2066b\u2069",
    "arabic letter mark": "a\u061cb",
    "zero width space": "a\u200bb",
    "byte order mark": "\ufeffab",
    "soft hyphen": "a\u00adb",
    "lone surrogate": "a\ud800b",
    "private use": "a\ue000b",
    "noncharacter": "a\uffffb",
}
BIDIRECTIONAL_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_ANY_TEXT = st.text(st.characters(), max_size=80)
_IDENTIFIER_LIKE = st.text(
    st.characters(categories=("L", "M", "N"), include_characters="._-"), min_size=1, max_size=20
)


def _name(value: object) -> str:
    return checked_name(value, "Name")


def _sku(value: object) -> str:
    return checked_identifier(value, "SKU")


@pytest.mark.parametrize("check", [_name, _sku, checked_code, checked_key])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_text_that_could_act_on_a_terminal_is_refused(
    check: Callable[[object], str], text: str
) -> None:
    """Control, bidirectional, invisible and unassigned characters enter by no text."""
    refusal("invalid_input", check, text)


@pytest.mark.parametrize("check", [_name, _sku, checked_code, checked_key])
@pytest.mark.parametrize("value", [None, 1, b"abc", ["a"], "", 1.5, True], ids=repr)
def test_what_is_no_text_or_empty_is_refused(check: Callable[[object], str], value: object) -> None:
    """Only texts with at least one character are texts."""
    refusal("invalid_input", check, value)


@pytest.mark.parametrize("text", ["LATTE", "a", "7", "latte.large_2-x", "라떼", "café", "ñ" * 64])
def test_a_sku_has_letters_of_any_script_digits_and_three_marks(text: str) -> None:
    """Letters, digits, dot, underscore and hyphen make a SKU, up to 64 of them."""
    assert _sku(text) == text


@pytest.mark.parametrize(
    "text",
    ["a b", "a:b", "a/b", "../a", "a%b", "a'b", '"a"', "[a]", "=a", "@a", "a,b", "a" * 65, "€",
     "😀",
     "a\u034fb"],
)  # fmt: skip
def test_other_characters_make_no_sku(text: str) -> None:
    """Blanks, colons, slashes, quotes, symbols and a 65th character are refused."""
    refusal("invalid_input", _sku, text)


def test_identifiers_are_stored_in_one_form() -> None:
    """The decomposed and the composed spelling of a name are the same name."""
    assert _sku("cafe\u0301") == _sku("caf\u00e9") == "caf\u00e9"
    assert checked_code("cafe\u0301") == "CAF\u00c9"


def test_case_matters_for_skus_and_not_for_coupons() -> None:
    """SKUs match exactly, coupon codes are upper-cased."""
    assert _sku("latte") != _sku("LATTE")
    assert checked_code("welcome10") == checked_code("Welcome10") == "WELCOME10"


@given(_ANY_TEXT)
def test_any_text_is_an_identifier_or_refused(text: str) -> None:
    """An accepted identifier is canonical, short, shown as it is, and accepted again unchanged."""
    for check in (_sku, checked_code):
        stored = accepted(check, text)
        if stored is not None:
            assert check(stored) == stored == unicodedata.normalize("NFC", stored)
            assert 1 <= len(stored) <= 64
            assert ":" not in stored
            assert inert(stored) == stored


@given(_IDENTIFIER_LIKE)
def test_identifiers_of_any_script_hold_nothing_invisible(text: str) -> None:
    """What is accepted of letters, marks and digits is shown as it is."""
    stored = accepted(_sku, text)

    assert stored is None or inert(stored) == stored


@pytest.mark.parametrize("key", ["a", "till1-0042", "! ~", "x" * 200, "=cmd|'/c calc'!A1"])
def test_a_key_is_printable_ascii(key: str) -> None:
    """Keys have 1 to 200 printable ASCII characters, kept as they are."""
    assert checked_key(key) == key


@pytest.mark.parametrize("key", ["x" * 201, "ключ", "a\u00a0b", "é", " a", "a ", " "])
def test_other_keys_are_refused(key: str) -> None:
    """A key of 201 characters, with a blank at an end or anything beyond ASCII is refused."""
    refusal("invalid_input", checked_key, key)


@pytest.mark.parametrize(
    "name",
    [
        "Kim",
        "김철수",
        "[bold]x[/bold]",
        "=1+1",
        "'; DROP TABLE users; --",
        "😀",
        "x" * 200,
        "%s {0}",
    ],
)
def test_markup_and_formulas_are_names_like_any_other(name: str) -> None:
    """Names are data: what means something elsewhere is kept as it is."""
    assert _name(name) == name


def test_names_lose_blanks_around_them_only() -> None:
    """Blanks around a name are dropped, a name of blanks or of 201 characters is refused."""
    assert _name("  Flat  white ") == "Flat  white"
    refusal("invalid_input", _name, "   ")
    refusal("invalid_input", _name, "x" * 201)
    refusal("invalid_input", _name, "x" * 1_000_000)


@given(_ANY_TEXT)
def test_an_accepted_name_is_canonical_and_inert(text: str) -> None:
    """What is accepted as a name is shown as it is and accepted again unchanged."""
    stored = accepted(_name, text)

    if stored is not None:
        assert _name(stored) == stored == unicodedata.normalize("NFC", stored)
        assert inert(stored) == stored
        assert stored.encode()


@given(st.text(st.characters(categories=("Cc", "Cf", "Cs", "L", "Zl", "Zp", "Zs")), max_size=60))
def test_what_is_shown_cannot_act_on_a_terminal(text: str) -> None:
    """The sanitiser's answer holds no control, bidirectional or surrogate character, ever."""
    shown = inert(text)

    shown.encode()  # no lone surrogate
    for character in shown:
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(character) not in BIDIRECTIONAL_CONTROLS
        assert character not in "\u061c\u200e\u200f"
    assert inert(shown) == shown


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_shown_visibly(text: str) -> None:
    """What could act on a terminal is shown as its code point instead."""
    shown = inert(text)

    assert "\\u{" in shown
    assert all(character.isprintable() for character in shown)


def test_anything_can_be_shown() -> None:
    """Values that are no texts are shown as Python writes them."""
    assert inert(12) == "12"
    assert inert(None) == "None"


_INVISIBLE = [chr(code) for first, last in IGNORABLE for code in range(first, last + 1)]


@pytest.mark.parametrize("form", ["kim{0}", "{0}"])
def test_what_is_shown_as_nothing_enters_by_no_text(form: str) -> None:
    """No character that Unicode calls ignorable can make a second user, SKU, code or name."""
    for character in _INVISIBLE:
        text = form.format(character)
        for check in (_name, _sku, checked_code):
            assert accepted(check, text) is None, ascii(text)
        assert "\\u{" in inert(text)


@pytest.mark.parametrize(
    "name", ["☕️ Latte", "👩‍🍳", "❤️‍🔥", "3️⃣", "می‌خواهم", "क्‍ष", "👍🏽", "日本語 メニュー"]
)
def test_joiners_stay_where_they_change_what_is_seen(name: str) -> None:
    """Emoji and letters of joining scripts keep what draws them as they are meant."""
    assert _name(name) == unicodedata.normalize("NFC", name)
    assert inert(_name(name)) == _name(name)


@pytest.mark.parametrize("blank", BLANKS)
def test_a_name_is_seen(blank: str) -> None:
    """Blanks of any kind around a name are dropped, and alone they are no name."""
    assert _name(f"{blank}Kim{blank}") == "Kim"
    refusal("invalid_input", _name, blank * 3)
    refusal("invalid_input", _sku, f"kim{blank}")
    refusal("invalid_input", _name, "\u0301")


@pytest.mark.parametrize(
    ("check", "value", "meant"),
    [
        (_sku, " A1", "A1"),
        (_sku, "A1\u00a0", "A1"),
        (_sku, "D\u200b", "D"),
        (checked_key, "1 ", "1"),
        (checked_code, "welcome ", "welcome"),
        (checked_code, "w%", "WELCOME10"),
    ],
)
def test_a_refusal_repeats_the_value_and_says_what_to_type(
    check: Callable[[object], str], value: str, meant: str
) -> None:
    """What was given is in the message, and what was plainly meant in the advice."""
    refused = refusal("invalid_input", check, value)
    assert shown(value) in refused.message
    assert meant in advice(refused)


def test_a_value_is_repeated_inert_and_cut() -> None:
    """A message stays short and harmless whatever was typed."""
    assert shown("\x1b[2J") == "'\\u{1b}[2J'"
    assert len(shown("x" * 10_000)) < 50
    assert shown(5) == "'5'"
