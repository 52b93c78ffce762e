"""A prompt in a shop of the test's own: types a line, answers with what came out."""

from __future__ import annotations

import contextlib
import io
import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest

from shopcli import Shop
from shopcli.cli.main import perform
from tests.clocks import SettableClock
from tests.conftest import Filling


class Screen(io.StringIO):
    """A stream that remembers what was written and says what it is."""

    encoding = "utf-8"

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        """Whether a person looks at it."""
        return self.terminal


@dataclass(frozen=True)
class Answer:
    """What a line came to."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401 - any JSON
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:  # noqa: ANN401 - any JSON
        """The one JSON document on standard error."""
        return json.loads(self.err)["error"]

    @property
    def table(self) -> list[dict[str, str]]:
        """The TSV on standard output."""
        header, *lines = self.out.splitlines()
        keys = header.split("\t")
        return [dict(zip(keys, line.split("\t"), strict=True)) for line in lines]


class Prompt:
    """Carries out lines in this process, on one shop and one clock."""

    def __init__(self, url: str, clock: SettableClock) -> None:
        self.url = url
        self.clock = clock

    def __call__(self, *words: str, terminal: bool = False, db: bool = True) -> Answer:
        """Type a line; `terminal` is whether a person sees the answer."""
        out, err = Screen(terminal=terminal), Screen(terminal=False)
        argv = [*words, "--db", self.url] if db else list(words)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = perform(argv, lend=self._lend)
        return Answer(code, out.getvalue(), err.getvalue())

    def done(self, *words: str) -> Any:  # noqa: ANN401 - any JSON
        """Type a line with `--json` that must succeed; answers with its document."""
        answer = self(*words, "--json")
        assert (answer.code, answer.err) == (0, "")
        return answer.document

    def refused(self, *words: str) -> tuple[int, str]:
        """Type a line with `--json` that must fail; answers with exit code and error code."""
        answer = self(*words, "--json")
        assert answer.out == ""
        assert set(answer.error) == {"code", "message", "fix", "details"}
        assert answer.error["message"]
        return answer.code, answer.error["code"]

    def _lend(self, address: str) -> AbstractContextManager[Shop]:
        return Shop.open(address, clock=self.clock, channel="cli")


@pytest.fixture
def prompt(shop_url: str, clock: SettableClock) -> Prompt:
    """A prompt in an empty shop, on both databases."""
    return Prompt(shop_url, clock)


def stock(shop: Shop, _clock: SettableClock) -> None:
    """Fill a shop with a user, two products and a coupon."""
    shop.add_user("kim", name="김민지")
    shop.charge("kim", 50_000)
    shop.add_product("LATTE", name="Latte", price=4500, stock=20)
    shop.add_product("BAGEL", name="Bagel", price=3300, stock=2)
    shop.add_coupon("TENTH", percent=10, limit=2)


@pytest.fixture
def filling(request: pytest.FixtureRequest) -> Filling | None:
    """Some goods, where a test asks for a prompt in a shop that has some."""
    return stock if "stocked" in request.fixturenames else None


@pytest.fixture
def stocked(prompt: Prompt) -> Prompt:
    """A prompt in a shop with a user, two products and a coupon."""
    return prompt
