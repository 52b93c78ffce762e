"""Sending from the desk, which the database ends: told is what is known of it."""

from __future__ import annotations

from typing import Never

import pytest

from shopcli import Shop
from shopcli.domain.errors import Busy, DatabaseUnreachable, OutcomeUnknown, ShopError
from shopcli.engine import Deliveries
from shopcli.tui.app import make_app
from tests.relay.hostile import OK, HostilePlatform, answering
from tests.tui.stage import Stage, perform

ENDINGS = (
    (DatabaseUnreachable("The server does not answer."), "the database did not answer."),
    (Busy("Other processes kept the database busy."), "Other processes kept the database busy."),
    (OutcomeUnknown("The connection was lost."), "The connection was lost."),
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def dialect(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    name: str = request.param
    return name


@pytest.mark.parametrize(("error", "why"), ENDINGS)
def test_what_was_sent_before_it_ended_is_not_told_as_nothing(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch, error: ShopError, why: str
) -> None:
    """It was sent and could not be noted: that is said, also at the end and after an outage."""

    def lost(*_: object, **__: object) -> Never:
        raise error

    async def play(stage: Stage) -> None:
        monkeypatch.setattr(Deliveries, "settle", lost)
        await stage.press("f6", "f")
        await stage.reads(f"Sending ended early: {why} What stands as delivered was sent; what")
        assert "nothing was changed" not in stage.prose
        stage.app.show_trouble(error)  # as a look that fails does
        stage.app._polled(None)  # noqa: SLF001  # as one that is answered does
        await stage.reads(f"Sending ended early: {why}")
        (sent,) = stage.app.visit.unread()
        assert sent.told.startswith(f"Sending ended early: {why}")
        assert sent.is_done

    with HostilePlatform(answering(OK)) as platform:
        stocked.set_setting("platform.url", platform.url)
        perform(make_app(stocked, desk=True), play)
        assert len(platform.requests) == 1


def test_what_never_began_has_changed_nothing(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is away before anything is leased: that nothing was changed is certain."""

    def away(*_: object, **__: object) -> Never:
        raise DatabaseUnreachable("The server does not answer.")

    async def play(stage: Stage) -> None:
        monkeypatch.setattr(Deliveries, "refuse_retired", away)
        await stage.press("f6", "f")
        await stage.reads("was not made: The server does not answer; nothing was changed.")

    with HostilePlatform(answering(OK)) as platform:
        stocked.set_setting("platform.url", platform.url)
        perform(make_app(stocked, desk=True), play)


def test_what_another_sends_waits_for_no_next_try(stocked: Shop) -> None:
    """What is leased is told as being sent, apart from what is pending."""
    assert len(stocked.outbox.deliveries.lease("another", 1)) == 1

    async def play(stage: Stage) -> None:
        await stage.press("f6", "f")
        await stage.reads("0 sent. 1 is being sent.")
        assert "next try" not in stage.prose

    with HostilePlatform(answering(OK)) as platform:
        stocked.set_setting("platform.url", platform.url)
        perform(make_app(stocked, desk=True), play)
