"""Whatever is pressed, clicked, pasted and resized: no fault, no exit, no money lost, no secret."""

from __future__ import annotations

import os
import random
from typing import Final, NamedTuple, TypeVar

import pytest
from textual import events
from textual.geometry import Size

from shopcli import Shop
from shopcli.domain.records import Order
from shopcli.tui.app import make_app
from tests.tui.stage import Stage, perform

Value = TypeVar("Value")

WAYS = ("operator", "member", "till")
SIZES = ((40, 12), (40, 20), (80, 24), (120, 36), (200, 60))
SEEDS: Final = "SHOP_TEST_KEY_SEEDS"
"""A variable with seeds, apart by blanks, that are tried instead of the run's own."""

LETTERS = "12345678+-*=:./mxysruc?pRjkwlnaofghNOAeitLATEMUGkim,_[]<>&'\"한é🎉"
NAMED = (
    *("tab", "shift+tab", "enter", "escape", "up", "down", "left", "right", "home", "end"),
    *("pageup", "pagedown", "ctrl+p", "space", "backspace", "delete", "ctrl+a", "ctrl+u"),
    *(
        "f1",
        "f2",
        "f3",
        "f4",
        "f5",
        "f6",
        "f7",
        "f8",
        "f9",
        "ctrl+c",
        "ctrl+k",
        "ctrl+w",
        "insert",
        "f12",
    ),
)
FREQUENT = ("enter", "enter", "enter", "down", "escape", "tab", "+", "+", "c", "p")
"""Without these nothing would ever be bought."""
PASTES = (
    *("LATTE\nMUG:2\n", "kim\n", "3*", "[b]x[/b]", "\x1b[31mred", "한글 커피", "9" * 40, "\n" * 9),
    *("LATTE:9999999999999999999", "-1", "0", "\u202e", "/", "LATTE\r\n\r\nkim\r\n\r\n"),
)
WORDS = (
    "LATTE\r",
    "MUG:2\r",
    "\r",
    "kim\r",
    "\r",
    "P1\r",
    "3*",
    "1000\r",
    "LATTE\r\rkim\r\r",
    "jo\r",
)
"""Typed at once, as by a scanner."""
QUITS = ("q", "ctrl+q")
FEW, MANY = 100, 10_000
QUIT_SHARE, WORD_SHARE, PASTE_SHARE, CLICK_SHARE, RESIZE_SHARE = 0.002, 0.05, 0.01, 0.05, 0.005

NEIGHBOUR, NEIGHBOUR_NAME, NEIGHBOUR_BALANCE = "zzyzx-neighbour", "Quixotic Neighbour", 8_765_432


class Odd(NamedTuple):
    """A shop with odd names, and what one of its users bought."""

    shop: Shop
    order: Order


@pytest.fixture
def odd(stocked: Shop) -> Odd:
    """Odd names, many categories and coupons, and a neighbour whose affairs are nobody's."""
    names = (
        *("[red]not red[/red]", "a, b; c|d", "🏳️‍🌈" * 12, "e\u0301" * 40, "W" * 120),
        *("한국어로 된 아주 긴 상품 이름" * 4, "' OR 1=1 --", "مرحبا بالعالم"),
    )
    for number, name in enumerate(names):
        stocked.add_product(
            f"ODD{number}.{'X' * number * 7}",
            name=name,
            price=10**number + 1,
            stock=number * 3,
            category=f"shelf {number} [b]",
        )
    for number in range(20):
        stocked.add_product(
            f"P{number}", name=f"Plain {number}", price=100, stock=9, category=f"category {number}"
        )
    for number in range(12):
        stocked.add_coupon(f"MANY{number}", amount=100 + number, limit=5)
        stocked.claim("kim", f"MANY{number}")
    stocked.charge("kim", 3_000_000, key="rich")
    stocked.add_user(NEIGHBOUR, name=NEIGHBOUR_NAME)
    stocked.charge(NEIGHBOUR, NEIGHBOUR_BALANCE + 12_000, key="neighbour")
    return Odd(stocked, stocked.order(NEIGHBOUR, {"MUG": 1}, key="neighbour-order"))


class Fingers:
    """Presses, clicks, pastes and resizes at random.

    Args:
        way: Whose storefront it is.
        seed: Of all choices.
    """

    def __init__(self, way: str, seed: int) -> None:
        self._chosen = random.Random(f"{way} {seed}")  # noqa: S311  # the same keys for a seed
        self.pressed: list[str] = []

    def choice(self, *choices: Value) -> Value:
        """One of these."""
        return self._chosen.choice(choices)

    async def play(self, stage: Stage, count: int, secrets: tuple[str, ...]) -> None:
        """Press up to so many keys, until one of them quits; look at the screen now and then."""
        chosen = self._chosen
        until = len(self.pressed) + count
        while len(self.pressed) < until and stage.app.is_running:
            for _ in range(min(chosen.choice((1, 1, 1, 2, 5)), until - len(self.pressed))):
                self._press_one(stage)
            await stage.pilot.pause()
            if not stage.app.screen_stack:
                break
            shown = stage.text
            for secret in secrets:
                assert secret not in shown, f"{secret} after {self.pressed[-30:]}:\n{shown}"
        if stage.app.is_running and stage.app.screen_stack:
            await stage.settle()

    def _press_one(self, stage: Stage) -> None:
        """Press a key, or do what counts as one."""
        chosen, app = self._chosen, stage.app
        driver = app._driver  # noqa: SLF001  # the pilot waits after each key
        assert driver is not None
        drawn = chosen.random()
        width, height = app.size
        if (drawn := drawn - QUIT_SHARE) < 0:
            key = chosen.choice(QUITS)
        elif (drawn := drawn - WORD_SHARE) < 0:
            word = chosen.choice(WORDS)
            self.pressed.append(word)
            stage.burst(word)
            return
        elif (drawn := drawn - PASTE_SHARE) < 0:
            text = chosen.choice(PASTES)
            self.pressed.append(f"paste {text!r}")
            driver.send_message(events.Paste(text))
            return
        elif (drawn := drawn - CLICK_SHARE) < 0:
            self._click(stage, chosen.randrange(width), chosen.randrange(height))
            return
        elif drawn - RESIZE_SHARE < 0:
            size = Size(*chosen.choice(SIZES))
            self.pressed.append(f"resize {size}")
            driver.send_message(events.Resize(size, size))
            return
        else:
            key = chosen.choice(chosen.choice((LETTERS, NAMED, FREQUENT)))
        self.pressed.append(key)
        driver.send_message(events.Key(_KEYS.get(key, key), key if len(key) == 1 else None))

    def _click(self, stage: Stage, x: int, y: int) -> None:
        self.pressed.append(f"click {x}, {y}")
        driver = stage.app._driver  # noqa: SLF001  # as above
        assert driver is not None
        for kind, button in ((events.MouseMove, 0), (events.MouseDown, 1), (events.MouseUp, 1)):
            driver.send_message(
                kind(
                    widget=None,
                    x=x,
                    y=y,
                    delta_x=0,
                    delta_y=0,
                    button=button,
                    shift=False,
                    meta=False,
                    ctrl=False,
                    screen_x=x,
                    screen_y=y,
                )
            )


_KEYS = {" ": "space", "-": "minus", ":": "colon", ".": "full_stop", "+": "plus", "/": "slash"} | {
    "?": "question_mark",
    "=": "equals_sign",
}


def _press_at_random(odd: Odd, way: str, seed: int, count: int) -> None:
    """Press so many keys, beginning anew behind those that quit; then everything must be right."""
    shop, is_member = odd.shop, way == "member"
    money = f"{NEIGHBOUR_BALANCE:,}"
    secrets = (NEIGHBOUR, NEIGHBOUR_NAME, money, str(odd.order.order)) if is_member else ()
    before = _affairs_of_the_neighbour(shop)
    fingers = Fingers(way, seed)
    while (left := count - len(fingers.pressed)) > 0:
        user = fingers.choice(None, "kim") if way == "operator" else "kim" if is_member else None
        app = make_app(shop, user=user, bound=is_member, kiosk=way == "till")
        size = fingers.choice(*SIZES)

        async def play(stage: Stage, left: int = left) -> None:
            await fingers.play(stage, left, secrets)

        try:
            perform(app, play, size=size)
        except BaseException as error:
            last = fingers.pressed[-60:]
            error.add_note(f"{way}, seed {seed}, the last of {len(fingers.pressed)}: {last}")
            raise
        assert (app.fault, app.return_code) == (None, 0)
    assert shop.verify().ok
    if is_member:
        assert _affairs_of_the_neighbour(shop) == before


def _affairs_of_the_neighbour(shop: Shop) -> tuple[object, ...]:
    return shop.history(NEIGHBOUR), shop.orders(NEIGHBOUR), shop.coupons(NEIGHBOUR)


@pytest.mark.parametrize("way", WAYS)
def test_keys_at_random_end_nothing_and_show_nobody_elses_affairs(odd: Odd, way: str) -> None:
    """Some hundred keys, clicks, pastes and sizes, the same ones in each run."""
    _press_at_random(odd, way, seed=18, count=FEW)


@pytest.mark.proof
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("way", WAYS)
def test_ten_thousand_keys_at_random(odd: Odd, way: str, seed: int) -> None:
    """New ones in each run, whose seed is printed; or those of the variable."""
    for one in map(int, os.environ.get(SEEDS, str(seed)).split()):
        _press_at_random(odd, way, one, count=MANY)
