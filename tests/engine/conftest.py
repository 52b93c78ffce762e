"""Fixtures of the engine's tests: a refusal that must leave every table as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import pytest

from shopcli import ShopError
from tests.factories import refusal
from tests.raw_rows import raw_database


class Refuse(Protocol):
    """Makes a call that must be refused with a code and change nothing at all."""

    def __call__(
        self, code: str, call: Callable[..., object], *values: object, **named: object
    ) -> ShopError:
        """Answer with the refusal."""


@pytest.fixture
def refuse(shop_url: str) -> Iterator[Refuse]:
    """Make a call that must be refused, and compare all rows of all tables before and after."""
    with raw_database(shop_url) as raw:

        def made(
            code: str, call: Callable[..., object], *values: object, **named: object
        ) -> ShopError:
            before = raw.dump()
            refused = refusal(code, call, *values, **named)
            assert raw.dump() == before
            return refused

        yield made
