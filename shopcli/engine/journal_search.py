"""What finds events of a journal: words in their texts, and whole amounts and times.

`5` in a text would be in nearly every amount and time, so these are compared, not looked into.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.amounts import EXPONENTS
from shopcli.domain.errors import InvalidInput
from shopcli.domain.moments import from_microseconds, zone
from shopcli.domain.money import parse_major
from shopcli.engine.journal_events import CouponEvent, kind_of
from shopcli.engine.use_cases.products import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shopcli.engine.journal_events import Event
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.reading.journal import EntryRow

_WHEN = re.compile(r"[0-9]{2}[:-][0-9]{2}", re.ASCII)
_AMOUNT = re.compile(r"([+-]?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?", re.ASCII)
_TODAY = "today"


class _Word(NamedTuple):
    """A word of a search."""

    alike: tuple[str, ...]
    """Itself and others that stand for it: one of them must be in the text."""
    facts: frozenset[str]
    """Or one of these must be a fact of the event."""


class Search:
    """Finds events; false where all are wanted.

    Args:
        words: Each must be in an event; folded.
        meant: Others that stand for words.
        runtime: Of the shop, whose zone and currency those of the events are.
    """

    def __init__(
        self, words: Sequence[str], meant: Mapping[str, Sequence[str]], runtime: Runtime
    ) -> None:
        self._zone = zone(runtime.identity.timezone)
        self._currency = fold(runtime.identity.currency)
        self._exponent = EXPONENTS[runtime.identity.currency]
        self._today = from_microseconds(runtime.now()).astimezone(self._zone).date()
        others = {fold(word): tuple(map(fold, told)) for word, told in meant.items()}
        self._words = [self._word((word, *others.get(word, ()))) for word in words]
        facts = frozenset[str]().union(*(word.facts for word in self._words))
        self._names_facts = bool(facts)
        self._names_times = any(one == _TODAY or _WHEN.fullmatch(one) for one in facts)

    def __bool__(self) -> bool:
        return bool(self._words)

    def may_be_among(self, events: Sequence[Event]) -> bool:
        """Whether each word is in one of these events; in it, where it is one alone."""
        if not self._words:
            return True
        text = fold("\n".join(map(_text, events)))
        facts = set(self._facts_of(events)) if self._names_facts else frozenset()
        return all(
            any(one in text for one in word.alike) or not word.facts.isdisjoint(facts)
            for word in self._words
        )

    def _word(self, alike: tuple[str, ...]) -> _Word:
        return _Word(alike, frozenset(filter(None, map(self._fact, alike))))

    def _fact(self, word: str) -> str:
        """The fact that a word is, as `_facts_of` writes it; empty where it is none."""
        if word in {_TODAY, self._currency} or _WHEN.fullmatch(word):
            return word
        amount = _AMOUNT.fullmatch(word)
        if amount is None:
            return ""
        try:
            typed = f"{amount[2].replace(',', '')}{amount[3] or ''}"
            return f"{amount[1]}{parse_major(typed, self._exponent)}"
        except InvalidInput:
            return ""

    def _facts_of(self, events: Iterable[Event]) -> Iterator[str]:
        """What a word is as a whole or not at all: when an event was, and its amount."""
        for event in events:
            if self._names_times:
                yield from self._times_of(event)
            if not isinstance(event, CouponEvent):
                yield self._currency
                after = event.amount_minor + (event.back_minor or 0)
                for amount_minor in (event.amount_minor, after):
                    yield f"{abs(amount_minor)}"
                    yield f"{amount_minor:+}"

    def _times_of(self, event: Event) -> Iterator[str]:
        local = from_microseconds(event.at).astimezone(self._zone)
        yield f"{local.hour:02}:{local.minute:02}"
        yield f"{local.month:02}-{local.day:02}"
        if local.date() == self._today:
            yield _TODAY


def _is_given(row: EntryRow) -> bool:
    """Whether a transfer, or the one that a reversal takes back, was given by the user."""
    return (row.amount_minor < 0) == (row.kind == "transfer")


def _text(event: Event) -> str:
    if isinstance(event, CouponEvent):
        return f"coupon {event.kind} {event.claim.code} {event.claim.key}"
    parts = (
        event.kind,
        kind_of(event),
        event.reason,
        event.method and f"by {event.method}",
        event.key,
        event.reversed_kind,
        event.other_username and ("sent" if _is_given(event) else "received"),
        event.other_username,
        event.order_text,
    )
    return " ".join(filter(None, parts))
