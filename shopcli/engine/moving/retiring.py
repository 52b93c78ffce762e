"""Use cases that retire a shop which has moved, and take that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.engine.runtime import retried
from shopcli.storage.schema import retirement

if TYPE_CHECKING:
    from shopcli.engine.runtime import Runtime


@retried
def retire(runtime: Runtime, to: str) -> None:
    """Let nobody change the shop any more, whoever has it open; it can be read.

    Args:
        runtime: What every use case is given.
        to: Where it is from now on, without a password.
    """
    with runtime.writing() as session:
        retirement.retire(session, to, runtime.now())


@retried
def unretire(runtime: Runtime, *, only_from: str | None = None) -> str | None:
    """Let the shop be changed again after it was retired; deliveries go on as well.

    Args:
        runtime: What every use case is given.
        only_from: Only if it has moved there.

    Returns:
        Where it had moved; None where it was not retired, and nothing was changed.
    """
    if retired_to(runtime) is None:
        return None
    with runtime.writing() as session:
        to = retirement.retired_to(session)
        if to is None or only_from not in {None, to}:
            return None
        retirement.unretire(session)
        return to


@retried
def retired_to(runtime: Runtime) -> str | None:
    """Where the shop has moved, without a password; None where it is not retired."""
    with runtime.reading() as session:
        return retirement.retired_to(session)
