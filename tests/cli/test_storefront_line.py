"""The usual lines of the storefront are read without the parser, and mean what they mean to it."""

from __future__ import annotations

import pytest

from shopcli.cli.call import Call
from shopcli.cli.main import perform
from shopcli.cli.storefront import at_once
from shopcli.cli.storefront.line import StorefrontLine, read_storefront_line

USUAL = (
    "tui",
    "tui --kiosk",
    "tui --desk --db=other.db",
    "tui -u kim --db shop.db",
    "tui --user kim",
    "tui --user=kim --kiosk",
    "tui --db sqlite:////tmp/a=b.db",
    "tui --db postgresql://shop@host/shop?sslmode=require --kiosk --desk",
    "tui -u tui",
)
OTHERS = (
    "",
    "products",
    "--db shop.db tui",
    "tui --help",
    "tui --web --kiosk",
    "tui --json",
    "tui -ukim",
    "tui -u",
    "tui -u=kim",
    "tui -u --user=kim",
    "tui --db",
    "tui --db=",
    "tui --db -u kim",
    "tui -u -kim",
    "tui --kiosk=yes",
    "tui --kiosk --kiosk",
    "tui -u kim --user lee",
    "tui --us kim",
    "tui --kios",
    "tui -- kim",
    "tui kim",
)


def said(call: Call, *, kiosk: bool, desk: bool) -> tuple[object, ...]:
    """What reached the storefront."""
    return (call.settings.database(), call.typed_user, call.argv, call.as_json, kiosk, desk)


@pytest.mark.parametrize("line", USUAL)
def test_a_usual_line_means_what_the_parser_says(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its shop, its user and its kind reach the storefront as by the parser."""
    told: list[tuple[object, ...]] = []

    def opened(call: Call, *, kiosk: bool, desk: bool) -> int:
        told.append(said(call, kiosk=kiosk, desk=desk))
        return 7

    def whose(call: Call, **_asked: bool) -> tuple[str | None, bool]:
        return call.typed_user, True

    monkeypatch.setattr("shopcli.cli.commands.tui.open_storefront", opened)
    monkeypatch.setattr("shopcli.cli.commands.tui.whose", whose)
    monkeypatch.setattr("shopcli.cli.storefront.at_once.open_storefront", opened)
    monkeypatch.setattr("shopcli.cli.storefront.at_once.as_process", lambda act: act())
    read = read_storefront_line(line.split())
    assert read is not None

    codes = at_once.run(read, line.split()), perform(line.split())

    assert codes == (7, 7)
    assert told[0] == told[1]


@pytest.mark.parametrize("line", OTHERS)
def test_any_other_line_is_the_parsers(line: str) -> None:
    """It says what is wrong, or knows more options."""
    assert read_storefront_line(line.split()) is None
    assert read_storefront_line(["tui", "--user", ""]) is None


def test_the_words_of_a_line_are_its_own() -> None:
    """A value is taken as it was typed."""
    assert read_storefront_line(["tui", "-u", "Ann Lee", "--db=a b.db", "--desk"]) == (
        StorefrontLine("a b.db", "Ann Lee", desk=True)
    )
