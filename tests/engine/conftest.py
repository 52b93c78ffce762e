"""Fixtures of the engine's tests: a refusal that must leave every table as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest

from shopcli import ShopError
from tests.factories import refusal
from tests.raw_rows import dump


class Refuse(Protocol):
    """Makes a call that must be refused with a code and change nothing at all."""

    def __call__(
        self, code: str, call: Callable[..., object], *values: object, **named: object
    ) -> ShopError:
        """Answer with the refusal."""


@pytest.fixture
def refuse(shop_url: str) -> Refuse:
    """Make a call that must be refused, and compare all rows of all tables before and after."""

    def made(code: str, call: Callable[..., object], *values: object, **named: object) -> ShopError:
        before = dump(shop_url)
        refused = refusal(code, call, *values, **named)
        assert dump(shop_url) == before
        return refused

    return made
