"""Pictures of the screens, compared to the ones kept; a difference is looked at, then accepted.

Accept with `pytest tests/tui/test_snapshots.py --snapshot-update` and look at each changed SVG.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from shopcli import Shop
from shopcli.tui.app import Storefront, make_app
from shopcli.tui.widgets.field import FUNCTION_KEYS
from shopcli.tui.wording import ORDER_ENDING_LENGTH
from tests.tui.stage import Play, Stage, perform

# Another minor release of Textual may draw the same screen by other bytes.
BASELINE = "8.2"

pytestmark = pytest.mark.skipif(
    not version("textual").startswith(f"{BASELINE}."),
    reason=f"the pictures were taken with Textual {BASELINE}",
)

SIZES = {"80x24": (80, 24), "120x36": (120, 36)}
SCENES = {
    "shop": ("down", "down", "down", "plus", "plus"),
    "coupons": ("2",),
    "me": ("3",),
    "best": ("4",),
    "desk": ("5",),
    "checkout": ("down", "down", "down", "plus", "plus", "c"),
    "receipt": ("plus", "c", "enter"),
    "help": ("question_mark",),
}


class SvgExtension(SingleFileSnapshotExtension):
    """Keeps each picture as an SVG file."""

    _write_mode = WriteMode.TEXT
    file_extension = "svg"


@pytest.fixture
def pictures(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """The pictures kept."""
    return snapshot.use_extension(SvgExtension)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("keys", SCENES.values(), ids=SCENES)
def test_a_screen_looks_as_it_did(
    stocked: Shop, pictures: SnapshotAssertion, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    """The screen is drawn as in its picture."""
    stocked.claim("kim", "WELCOME10")
    app = make_app(stocked, user="kim")

    assert _drawn(app, stocked, _pressing(keys), size) == pictures


@pytest.mark.parametrize("size", [(80, 24), (40, 20)], ids=["80x24", "40x20"])
@pytest.mark.parametrize("keys", [("3", "down"), ("3", "s")], ids=["journal", "statement"])
def test_the_journal_looks_as_it_did(
    stocked: Shop, pictures: SnapshotAssertion, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    """An order with its details beside or below it, and the statement of the month."""
    stocked.claim("kim", "FIRST3")
    mug = stocked.order("kim", {"MUG": 1}, key="gift")
    stocked.order("kim", {"LATTE": 2, "BAGEL": 1}, coupon="FIRST3", key="breakfast")
    stocked.cancel(mug.order or "", reason="wrong colour")
    stocked.transfer("sato", "kim", 300, reason="lunch")
    app = make_app(stocked, user="kim")

    assert _drawn(app, stocked, _pressing(keys), size) == pictures


TILL_SIZES = {"40x12": (40, 12), "80x24": (80, 24), "120x36": (120, 36)}
TILL_SCENES = {
    "who": ("2*LATTE", ""),
    "bill": ("2*LATTE", "MUG", "", "kim"),
    "short": ("2*LATTE", "MUG", "", "jo"),
    "charge": ("2*LATTE", "MUG", "", "jo", "f5"),
    "undo": ("2*LATTE", "MUG", "", "kim", "", "f8"),
    "which": ("MUG", "3*te"),
    "deposit": ("f7", "kim", "5000"),
}


@pytest.mark.parametrize("size", TILL_SIZES.values(), ids=TILL_SIZES)
@pytest.mark.parametrize("lines", TILL_SCENES.values(), ids=TILL_SCENES)
def test_the_till_looks_as_it_did(
    stocked: Shop, pictures: SnapshotAssertion, lines: tuple[str, ...], size: tuple[int, int]
) -> None:
    """The till is drawn as in its picture."""
    app = make_app(stocked, kiosk=True)

    async def enter(stage: Stage) -> None:
        for line in lines:
            if line in FUNCTION_KEYS:
                await stage.press(line)
                continue
            await stage.type(line)
            await stage.press("enter")

    assert _drawn(app, stocked, enter, size) == pictures


DESK_SIZES = {"40x20": (40, 20), "80x24": (80, 24)}
DESK_SCENES = {"needs": ("f2",), "today": ("f3",), "close": ("f3", "d"), "deliveries": ("f6",)}


@pytest.mark.parametrize("size", DESK_SIZES.values(), ids=DESK_SIZES)
@pytest.mark.parametrize("keys", DESK_SCENES.values(), ids=DESK_SCENES)
def test_the_desk_looks_as_it_did(
    stocked: Shop, pictures: SnapshotAssertion, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    """The desk is drawn as in its picture."""
    app = make_app(stocked, desk=True, platform_variables={})

    assert _drawn(app, stocked, _pressing(keys), size) == pictures


REFUND_SCENES = {
    "entries": (),
    "lines": ("f",),
    "why": ("f", "enter", "enter"),
    "refund": ("f", "enter", "enter", "c", "o", "l", "d", "enter"),
    "undo": ("end", "x"),
}


@pytest.mark.parametrize("size", DESK_SIZES.values(), ids=DESK_SIZES)
@pytest.mark.parametrize("keys", REFUND_SCENES.values(), ids=REFUND_SCENES)
def test_taking_back_looks_as_it_did(
    stocked: Shop, pictures: SnapshotAssertion, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    """The journal of a member at the desk, and what it asks, are drawn as in their pictures."""
    stocked.order("kim", {"LATTE": 2, "MUG": 1}, key="mine")
    stocked.charge("kim", 700, method="card")
    app = make_app(stocked, desk=True, platform_variables={})
    on_entries = _pressing(("f5", "down", "enter", "down", *keys))

    assert _drawn(app, stocked, on_entries, size) == pictures


def _pressing(keys: Sequence[str]) -> Play:
    async def press(stage: Stage) -> None:
        for key in keys:
            await stage.press(key)

    return press


def _drawn(app: Storefront, shop: Shop, play: Play, size: tuple[int, int]) -> str:
    """The picture of a storefront once it was played on."""
    pictures: list[str] = []

    async def draw(stage: Stage) -> None:
        await play(stage)
        pictures.append(_steady(stage, shop))

    perform(app, draw, size=size, draws=True)
    (picture,) = pictures
    return picture


def _steady(stage: Stage, shop: Shop) -> str:
    """The picture without what depends on how often a price was asked: ids, and a hash of them."""
    picture = stage.app.export_screenshot(title="shop")
    for order in shop.orders("kim"):
        order_id = str(order.order)
        picture = picture.replace(order_id, "o" * len(order_id))
        picture = picture.replace(order_id[-ORDER_ENDING_LENGTH:], "o" * ORDER_ENDING_LENGTH)
    return re.sub(r"terminal-\d+", "terminal", picture)
