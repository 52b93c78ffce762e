"""The facade's verbs, a class a noun; each hands its words to the use case and holds no rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.engine.judging import Judged
from shopcli.engine.relay_notices import waker

if TYPE_CHECKING:
    from shopcli.engine.runtime import Runtime


class Verbs(Judged):
    """What all verbs share: the runtime they hand on."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._waker = waker(runtime)
