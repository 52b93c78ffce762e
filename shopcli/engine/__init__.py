"""The engine's public names, each imported on first use; front ends import nothing else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.later import names_of

if TYPE_CHECKING:
    from shopcli.engine.filters import Filters
    from shopcli.engine.imports.importing import ImportSummary
    from shopcli.engine.imports.plan import Choices
    from shopcli.engine.imports.reading.source import format_of
    from shopcli.engine.shop import Shop
    from shopcli.engine.use_cases.browsing import (
        BEST_DAYS,
        PAGE_SIZE_MAX,
        SORTED_COUNT_MAX,
        Category,
        ChargeTerms,
        ProductPage,
    )
    from shopcli.engine.use_cases.changes import CHANGED_KINDS
    from shopcli.engine.use_cases.completion import Kind, beginning_with
    from shopcli.engine.use_cases.deliveries import HEARTBEAT_SECONDS, Deliveries
    from shopcli.engine.use_cases.maintenance import lasting_address
    from shopcli.engine.use_cases.outbox import EVENT_STATES
    from shopcli.engine.use_cases.receipts import ORDER_STATES
    from shopcli.engine.use_cases.settings import SETTINGS, check_form, check_reach, microseconds
    from shopcli.engine.use_cases.users import USER_STATES

__all__ = [
    "BEST_DAYS", "CHANGED_KINDS", "EVENT_STATES", "HEARTBEAT_SECONDS", "ORDER_STATES",
    "PAGE_SIZE_MAX", "SETTINGS", "SORTED_COUNT_MAX", "USER_STATES", "Category", "ChargeTerms",
    "Choices", "Deliveries", "Filters", "ImportSummary", "Kind", "ProductPage", "Shop",
    "beginning_with", "check_form", "check_reach", "format_of", "lasting_address", "microseconds",
]  # fmt: skip

__getattr__ = names_of(
    __name__,
    {
        "use_cases.browsing": (
            "BEST_DAYS",
            "PAGE_SIZE_MAX",
            "SORTED_COUNT_MAX",
            "Category",
            "ChargeTerms",
            "ProductPage",
        ),
        "use_cases.changes": ("CHANGED_KINDS",),
        "use_cases.completion": ("Kind", "beginning_with"),
        "use_cases.deliveries": ("HEARTBEAT_SECONDS", "Deliveries"),
        "filters": ("Filters",),
        "imports.importing": ("ImportSummary",),
        "imports.plan": ("Choices",),
        "imports.reading.source": ("format_of",),
        "use_cases.maintenance": ("lasting_address",),
        "use_cases.outbox": ("EVENT_STATES",),
        "use_cases.receipts": ("ORDER_STATES",),
        "use_cases.users": ("USER_STATES",),
        "use_cases.settings": ("SETTINGS", "check_form", "check_reach", "microseconds"),
        "shop": ("Shop",),
    },
)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
