"""Converts records to JSON values: the same keys, times as RFC 3339, amounts as integers."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from shopcli.domain.moments import rfc3339


def public_key(field: str) -> str:
    """The key of a field: its name, without the `_` that keeps it from being a word of Python."""
    return field.removesuffix("_")


def as_json(value: Any) -> Any:  # noqa: ANN401  # any record, or part of one
    """Convert a record, a list of records or a plain value to what `json.dumps` accepts."""
    if is_dataclass(value):
        return {
            public_key(field.name): as_json(getattr(value, field.name)) for field in fields(value)
        }
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, datetime):
        return rfc3339(value)
    return value
