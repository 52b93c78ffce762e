"""A copy that ends while it is being committed may be there: nobody says that it is not."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shopcli import Shop
from shopcli.domain.errors import DatabaseUnreachable, OutcomeUnknown, ShopError
from shopcli.engine.moving import copying
from shopcli.storage.addresses import parse_address
from shopcli.storage.schema import making
from shopcli.storage.schema.making import Filling
from tests.cli.conftest import Prompt
from tests.moving.test_copy import code_of

LOST = OutcomeUnknown("The connection was lost during COMMIT.")


def _end_after_commit(monkeypatch: pytest.MonkeyPatch, end: BaseException) -> None:
    real = making.filling

    @contextmanager
    def ending(to: str) -> Iterator[Filling]:
        with real(to) as target:
            yield target
        raise end

    monkeypatch.setattr(copying, "filling", ending)


@pytest.mark.parametrize("end", [LOST, KeyboardInterrupt()], ids=["lost", "interrupted"])
@pytest.mark.parametrize("retires", [False, True], ids=["copy", "move"])
def test_a_copy_that_may_be_there_is_not_denied(
    shop: Shop,
    target_url: str,
    monkeypatch: pytest.MonkeyPatch,
    end: BaseException,
    retires: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """The outcome is unknown, and a shop that moves stays retired, so never two sell."""
    _end_after_commit(monkeypatch, end)
    with pytest.raises(ShopError) as unknown:
        shop.maintenance.copy(target_url, then_retire=retires)

    reason = "move_unknown" if retires else "copy_unknown"
    assert code_of(unknown) == ("outcome_unknown", reason)
    assert (shop.maintenance.retired_to() is not None) == retires
    with Shop.open(target_url) as there:
        assert there.verify().ok


def test_a_copy_that_was_refused_at_its_end_is_taken_back(
    shop: Shop, target_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database says that it did not commit, the old shop goes on."""
    _end_after_commit(monkeypatch, DatabaseUnreachable("The disk is full."))
    with pytest.raises(DatabaseUnreachable):
        shop.maintenance.copy(target_url, then_retire=True)

    assert shop.maintenance.retired_to() is None


def test_what_to_do_about_an_unknown_move_can_be_typed(
    prompt: Prompt, target_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It exits 6, and names a command for either case."""
    with monkeypatch.context() as broken:
        _end_after_commit(broken, LOST)
        answer = prompt("db", "copy", target_url, "--then", "retire")

    assert answer.code == 6
    assert "shop db unretire" in answer.err
    assert f"shop db status --db {shlex.quote(parse_address(target_url).display)}" in answer.err
    assert prompt("charge", "1", "-u", "kim").code == 2
    prompt.done("db", "unretire")
    prompt.done("charge", "1", "-u", "kim")
