"""A real browser for the storefront: what it shows, and clicks on what is read there."""

from __future__ import annotations

import base64
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pyte
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.1
OPTIONS = (
    "--headless=new",
    "--disable-dev-shm-usage",  # which is small in containers
    "--window-size=1100,700",
    "--lang=en",
)


def lacks() -> str | None:
    """Why no browser can be run here; None where one can."""
    if "CI" in os.environ:
        return "no browser is started in CI"
    if CHROMIUM is None or DRIVER is None:
        return "Chromium, Debian packages chromium and chromium-driver, is absent"
    return None


class Page:
    """A page with a storefront in a running browser.

    Args:
        driver: Drives the browser, and keeps what its page is sent.
    """

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver
        self._sent = b""

    def open(self, url: str) -> None:
        """Open a page."""
        self._sent = b""
        self.driver.get(url)

    @property
    def text(self) -> str:
        """What its terminal shows, drawn once more by another emulator from what it was sent."""
        for entry in self._log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.webSocketFrameReceived":
                frame = message["params"]["response"]
                if frame["opcode"] == 2:  # binary; the rest is not drawn
                    self._sent += base64.b64decode(frame["payloadData"])
        cells = self.cells
        if cells is None:
            return ""
        screen = pyte.Screen(*cells)
        pyte.ByteStream(screen).feed(self._sent)
        return "\n".join(screen.display)

    @property
    def cells(self) -> tuple[int, int] | None:
        """Columns and rows of its terminal; None before anything is drawn."""
        width, height = self._cell
        if not width:
            return None
        drawn = self._terminal.size
        return round(drawn["width"] / width), round(drawn["height"] / height)

    @property
    def notice(self) -> str:
        """What the page says instead of its storefront; empty while it shows one."""
        return str(self.driver.find_element(By.CSS_SELECTOR, ".notice").text)

    def sees(self, *texts: str) -> None:
        """Wait until its terminal shows all of these."""

        def says() -> bool:
            shown = self.text
            return all(text in shown for text in texts)

        self.until(says)

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; fail with what is shown if it never does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < deadline, f"{self.notice}\n{self.text}"
            time.sleep(LOOK_SECONDS)

    def click(self, text: str) -> None:
        """Click on the first letter of a text, with the mouse, once it is there."""
        self.sees(text)
        lines = self.text.split("\n")
        row = next(number for number, line in enumerate(lines) if text in line)
        column = lines[row].index(text)
        width, height = self._cell
        terminal = self._terminal
        # Selenium counts from the middle of what is pointed at.
        right = (column + 0.5) * width - terminal.size["width"] / 2
        down = (row + 0.5) * height - terminal.size["height"] / 2
        mouse = ActionChains(self.driver)
        mouse.move_to_element_with_offset(terminal, round(right), round(down)).click().perform()

    @property
    def _terminal(self) -> webdriver.remote.webelement.WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, ".xterm-screen")

    @property
    def _cell(self) -> tuple[float, float]:
        """Width and height of a letter in pixels; 0 before any is drawn."""
        cursor = self.driver.find_element(By.CSS_SELECTOR, ".xterm-helper-textarea")
        style = cursor.get_attribute("style") or ""
        sizes = dict(part.strip().split(": ") for part in style.split(";") if ": " in part)
        width, height = (sizes.get(side, "0").rstrip("px") for side in ("width", "height"))
        return float(width), float(height)

    def _log(self, kind: str) -> list[dict[str, str]]:
        """What the browser noted since it was asked last."""
        read: Any = self.driver.get_log  # selenium has no types for it
        noted: list[dict[str, str]] = read(kind)
        return noted

    def complaints(self) -> list[str]:
        """What the browser complained of since it was asked last."""
        told = self._log("browser")
        return [entry["message"] for entry in told if entry["level"] == "SEVERE"]


@contextmanager
def browser() -> Iterator[Page]:
    """Run a browser without a window."""
    options = Options()
    for option in OPTIONS:
        options.add_argument(option)
    if os.getuid() == 0:
        options.add_argument("--no-sandbox")  # which root cannot have
    options.binary_location = str(CHROMIUM)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        yield Page(driver)
    finally:
        driver.quit()
