"""Conditions that a column is in a list of texts, in each database's form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from shopcli.storage.session import Reader


def among(session: Reader, name: str) -> str:
    """The condition that a column is in the list that `listed` binds as `name`."""
    if session.dialect == "sqlite":
        return f"IN (SELECT value FROM json_each(:{name}))"
    return f"= ANY(CAST(:{name} AS text[]))"


def listed(session: Reader, values: Collection[str]) -> Any:  # noqa: ANN401  # what the driver binds
    """The parameter of `among`: the texts, each once, in code point order."""
    ordered = sorted(set(values))
    return json.dumps(ordered) if session.dialect == "sqlite" else ordered
