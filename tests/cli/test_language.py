"""A catalogue in another language words facts and advice; where it says nothing, it is English."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from shopcli import ShopError
from shopcli.domain.errors import CouponSoldOut, OutOfStock, UnknownUser
from shopcli.wording import catalogue as module
from shopcli.wording.advice import advice
from shopcli.wording.catalogue import Catalogue
from tests.cli.conftest import Prompt

KOREAN = {
    "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n",
    "There is no user {user}.{suggestions:meant}": "{user}: 없는 사용자입니다.{suggestions:meant}",
    "Add one: shop user add {user:word}": "추가하려면: shop user add {user:word}",
    "Not enough in stock: {items:shortages}.": "재고 부족: {items:shortages}.",
    "{sku} ({requested} wanted, {available} left)": "{sku} ({requested}개 중 {available}개 남음)",
    "{fact}; nothing was changed.": "{fact}; 바뀐 것은 없습니다.",
    "{count} event\0{count} events": "이벤트 {count}개",
}


@pytest.fixture
def korean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a Korean catalogue, which the shop then uses."""
    folder = tmp_path / "locales"
    file = folder / "ko" / "LC_MESSAGES" / "shopcli.mo"
    file.parent.mkdir(parents=True)
    file.write_bytes(compiled(KOREAN))
    monkeypatch.setattr(module, "LOCALES", str(folder))
    return folder


@pytest.mark.parametrize("beginning", ["/", "../"])
def test_a_language_is_no_path(korean: Path, beginning: str) -> None:
    """What leads to a catalogue elsewhere is no language: it may have come over ssh."""
    elsewhere = {"/": str(korean / "ko"), "../": f"../{korean.name}/ko"}[beginning]

    assert Catalogue.of({"LANG": elsewhere}).text("{fact}; nothing was changed.") == (
        "{fact}; nothing was changed."
    )


@pytest.mark.parametrize(
    ("variables", "is_korean"),
    [
        ({"LANG": "ko_KR.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ko_KR.UTF-8"}, True),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C.UTF-8"}, False),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": ""}, True),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "xx:ko"}, True),
        ({"LANG": "ko_KR.UTF-8", "LANGUAGE": "en:ko"}, False),
        ({"LANG": "xx_XX.UTF-8"}, False),
        ({}, False),
    ],
)
def test_the_environment_chooses(
    korean: Path, variables: dict[str, str], *, is_korean: bool
) -> None:
    """LANGUAGE, LC_ALL, LC_MESSAGES and LANG choose, in that order; English ends the choice."""
    error = UnknownUser(
        "There is no user {user}.{suggestions:meant}", details={"user": "kim", "suggestions": []}
    )

    told = error.sentence(Catalogue.of(variables).text)

    assert ("사용자" in told) == is_korean
    assert str(error) == "There is no user kim."


def test_words_within_a_fact_are_translated(korean: Path) -> None:
    """What a fact is made of is said in the language of the whole."""
    catalogue = Catalogue(["ko"])
    short = {"sku": "LATTE", "requested": 3, "available": 1}
    error = OutOfStock("Not enough in stock: {items:shortages}.", details={"items": [short]})

    assert error.sentence(catalogue.text) == "재고 부족: LATTE (3개 중 1개 남음)."
    assert advice(error, catalogue).startswith("Order fewer")
    assert [catalogue.counted(n, "{count} event", "{count} events") for n in (1, 2)] == [
        "이벤트 {count}개"
    ] * 2


def test_scripts_read_english(
    korean: Path, prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People read their language, what `--json` answers is the same everywhere."""
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    line = ("balance", "-u", "kim")

    told, answered = prompt(*line).err, prompt(*line, "--json").error

    assert told.startswith("error: kim: 없는 사용자입니다.\n  추가하려면: shop user add kim")
    assert answered["message"] == "There is no user kim."
    assert answered["fix"].startswith("Add one: shop user add kim")


def test_what_a_detail_holds_is_not_filled_in() -> None:
    """Places that stand in a value are text: whoever types them sees them again."""
    error = CouponSoldOut(
        "{coupon} is sold out ({limit} of {limit} claimed).",
        details={"coupon": "{limit}{coupon:money}", "limit": 3},
    )

    assert str(error) == "{limit}{coupon:money} is sold out (3 of 3 claimed)."


def test_an_error_says_what_it_was_raised_from() -> None:
    """A cause is told as part of what it caused, and its advice with that of the other."""
    cause = UnknownUser("There is no user {user}.", details={"user": "kim"})
    error = ShopError("Line {line}: {cause}", details={"line": 3})
    error.__cause__ = cause

    assert str(error) == "Line 3: There is no user kim."


def compiled(texts: dict[str, str]) -> bytes:
    """Translations as gettext reads them (`.mo`): sorted texts, then what they come to."""
    names = [name.encode() for name in sorted(texts, key=str.encode)]
    words = [texts[name.decode()].encode() for name in names]
    start, place = 7 * 4, 7 * 4 + 16 * len(names)
    table, body = b"", b""
    for text in (*names, *words):
        table += struct.pack("<II", len(text), place + len(body))
        body += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(names), start, start + 8 * len(names), 0, place)
    return head + table + body
