"""Somebody at the gate: gives a command to ssh, and sees what comes back."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from unittest import mock

import pytest

from shopcli import Shop
from shopcli.cli.main import perform
from tests import factories
from tests.cli.conftest import Answer, Screen
from tests.clocks import SettableClock
from tests.conftest import Filling

NOTHING: Mapping[str, str] = MappingProxyType({})


class Gate:
    """The gate of one shop, in this process.

    Args:
        url: Address of the shop.
        home: The home folder that the system has for the account.
    """

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self.home = home

    def __call__(
        self,
        command: str | None,
        *,
        user: str = "kim",
        terminal: bool = False,
        sent: Mapping[str, str] = NOTHING,
        line: tuple[str, ...] | None = None,
    ) -> Answer:
        """Come with a key.

        Args:
            command: What the client asks for; None for nothing.
            user: Whose key it is.
            terminal: Whether a person sees the answer.
            sent: Variables that the client sends.
            line: What sshd runs, instead of the usual.
        """
        out, err = Screen(terminal=terminal), Screen(terminal=False)
        asked = {} if command is None else {"SSH_ORIGINAL_COMMAND": command}
        argv = list(line or ("member", "--user", user, "--db", self.url))
        with (
            mock.patch.dict(os.environ, {**sent, **asked}),
            mock.patch("pwd.getpwuid", return_value=mock.Mock(pw_dir=str(self.home))),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = perform(argv)
        return Answer(code, out.getvalue(), err.getvalue())

    def refused(self, command: str, *, user: str = "kim") -> str:
        """Ask for what is refused; answers with the code, and checks the exit code."""
        answer = self(f"{command} --json", user=user)
        assert (answer.out, answer.code) == ("", EXIT[answer.error["code"]]), answer
        return str(answer.error["code"])


EXIT = {
    "insufficient_balance": 1,
    "invalid_input": 2,
    "key_conflict": 1,
    "not_allowed": 1,
    "order_not_cancellable": 1,
    "out_of_stock": 1,
    "unknown_coupon": 4,
    "unknown_order": 4,
    "unknown_product": 4,
    "unknown_user": 4,
}
"""Exit codes of what a member is told here."""


@pytest.fixture
def filling() -> Filling:
    """The shops of these tests have two members."""
    return _two_members


def _two_members(shop: Shop, _clock: SettableClock) -> None:
    factories.user(shop, "kim", balance=50_000)
    factories.user(shop, "lee", balance=50_000)
    factories.product(shop, "LATTE")
    factories.coupon(shop, "TENTH")


@pytest.fixture
def gate(shop_url: str, tmp_path: Path) -> Gate:
    """The gate of a shop with kim and lee in it, on both databases."""
    home = tmp_path / "home-of-account"
    home.mkdir()
    return Gate(shop_url, home)
