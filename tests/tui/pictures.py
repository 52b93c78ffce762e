"""Takes the pictures of README from the running storefront: `python -m tests.tui.pictures FOLDER`.

The shop is the sample with a week of made-up sales by a clock of its own, so that two runs draw the
same.
"""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from html import escape, unescape
from pathlib import Path

from rich.cells import cell_len

from shopcli import Shop
from shopcli.cli.sample import load_sample
from shopcli.domain.ids import Ids
from shopcli.tui.app import make_app
from tests.clocks import SettableClock
from tests.tui.stage import Stage, counting_bytes, perform

WIDE = (110, 30)
DARK, LIGHT = "shop-dark", "shop-light"
SALES_COUNT = 60
RESTOCKED = 200

_BLANK, _BLANK_WRITTEN = "\xa0", "&#160;"
_TEXT = re.compile(
    r'<text((?: [^>]*)? )x="([0-9.]+)"( [^>]*)textLength="([0-9.]+)"([^>]*)>([^<]*)</text>'
)
_PART = re.compile(r"\S+(?: \S+)*")
"""What stands in one column: words with one blank between them."""

SCENES: dict[str, tuple[tuple[int, int], str, tuple[str, ...]]] = {
    "shop": (WIDE, DARK, ("down", "down", "plus", "down", "down", "plus", "plus")),
    "shop-light": (WIDE, LIGHT, ("down", "down", "plus", "down", "down", "plus", "plus")),
    "shop-narrow": ((40, 20), DARK, ("down", "plus")),
    "checkout": (WIDE, DARK, ("plus", "down", "plus", "plus", "c")),
    "receipt": ((80, 24), DARK, ("plus", "plus", "c", "enter")),
    "me": (WIDE, DARK, ("3", "down")),
    "best": (WIDE, DARK, ("4", "down")),
    "desk": (WIDE, DARK, ("5",)),
    "till": ((80, 24), DARK, ("L", "A", "T", "T", "E", "enter")),
}


def take(folder: Path) -> None:
    """Take every picture.

    Args:
        folder: Where to put them, as NAME.svg.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, (size, theme, keys) in SCENES.items():
        with tempfile.TemporaryDirectory() as place:
            picture = _picture(Path(place), name, size, theme, keys)
        (folder / f"{name}.svg").write_text(apart(picture), encoding="utf-8")
        sys.stdout.write(f"{folder / name}.svg\n")


def apart(picture: str) -> str:
    """A picture whose columns are drawn one by one.

    A viewer takes each line for one text: it turns an Arabic name round with the price behind it,
    and presses a line with Korean in it into half of its width.

    Args:
        picture: As Textual exports it, in cells of one width.
    """
    return _TEXT.sub(_columns, picture)


def _columns(found: re.Match[str]) -> str:
    before, x, after, length, rest, content = found.groups()
    text = unescape(content).replace(_BLANK, " ")
    cell = float(length) / len(text)  # Rich counts characters here, of two cells as well
    parts = [
        f'<text{before}x="{float(x) + cell_len(text[: part.start()]) * cell:g}"{after}'
        f'textLength="{cell_len(part.group()) * cell:g}"{rest}>'
        f"{escape(part.group(), quote=False).replace(' ', _BLANK_WRITTEN)}</text>"
        for part in _PART.finditer(text)
    ]
    return "".join(parts)


def _picture(
    place: Path, name: str, size: tuple[int, int], theme: str, keys: tuple[str, ...]
) -> str:
    clock = SettableClock()
    drawn: list[str] = []

    async def play(stage: Stage) -> None:
        stage.app.theme = theme
        for key in keys:
            await stage.press(key)
        drawn.append(stage.app.export_screenshot(title="shop tui"))

    with Shop.create(str(place / "shop.db"), timezone="Asia/Seoul", clock=clock) as made:
        shop = Shop(replace(made.runtime, ids=Ids(clock, counting_bytes())))
        load_sample(shop)
        _sell(shop, clock)
        kiosk = name == "till"
        perform(
            make_app(shop, user=None if kiosk else "kim", kiosk=kiosk, sort="category"),
            play,
            size=size,
        )
    return drawn[0]


def _sell(shop: Shop, clock: SettableClock) -> None:
    """Three days of sales, more of some products than of others."""
    skus = [product.sku for product in shop.products()]
    for sku in skus[::2]:
        shop.restock(sku, RESTOCKED)
    for user in ("kim", "sato", "amelie"):
        shop.charge(user, 2_000_000)
    for number in range(SALES_COUNT):
        clock.advance(timedelta(minutes=67 + 13 * (number % 5)))
        sku = skus[(number * number) % 11 * 2]
        user = ("kim", "sato", "amelie")[number % 3]
        shop.order(user, {sku: 1 + number % 3})
    shop.claim("kim", "WELCOME10")
    for user in ("sato", "amelie", "noor"):
        shop.claim(user, "FIRST3")
    for sku in ("ECLAIR", "SCONE"):
        shop.adjust_stock(sku, to=2, reason="counted")


if __name__ == "__main__":
    take(Path(sys.argv[1]))
