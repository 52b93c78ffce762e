"""Brings SQL conditions into a form in which two of one meaning are equal; knows no table.

Postgres keeps a condition as a tree and writes it out anew, with casts, brackets and other words
for BETWEEN and IN, not the same in every release; so texts cannot be compared.
"""

from __future__ import annotations

import re
from functools import lru_cache

Form = tuple["Form", ...] | str

_TOKEN = re.compile(
    r"""\s+|--[^\n]*|/\*.*?\*/
    |(?P<kept>'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|::|<>|!=|<=|>=|\|\||.)""",
    re.DOTALL | re.VERBOSE,
)
_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_NUMBER = re.compile(r"'(-?\d+)'")


class _NoConditionError(Exception):
    """The text is not one of the conditions that are understood here."""


def tokens(text: str) -> tuple[str, ...]:
    """Words, marks and literals of a text; names small and without quotes."""
    return tuple(_plain(match["kept"]) for match in _TOKEN.finditer(text) if match["kept"])


def _plain(word: str) -> str:
    if word.startswith('"'):
        return word[1:-1].replace('""', '"').lower()
    if word == "!=":
        return "<>"
    return word if word.startswith("'") else word.lower()


@lru_cache(maxsize=1024)
def condition(text: str) -> Form:
    """A condition without brackets, casts and other ways to say the same.

    What is not understood is compared by its tokens.
    """
    found = tokens(text)
    parser = _Parser(found)
    try:
        form = parser.either()
    except (_NoConditionError, IndexError):
        return found
    return form if parser.is_at_end else found


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, found: tuple[str, ...]) -> None:
        self._tokens = found
        self._place = 0

    @property
    def is_at_end(self) -> bool:
        return self._place == len(self._tokens)

    def _next(self) -> str:
        return "" if self.is_at_end else self._tokens[self._place]

    def _take(self) -> str:
        word = self._tokens[self._place]
        self._place += 1
        return word

    def _skip(self, *words: str) -> bool:
        """Go past words that come next; False where they do not."""
        end = self._place + len(words)
        if self._tokens[self._place : end] != words:
            return False
        self._place = end
        return True

    def _need(self, word: str) -> None:
        if not self._skip(word):
            raise _NoConditionError

    def either(self) -> Form:
        parts = [self._both()]
        while self._skip("or"):
            parts.append(self._both())
        return _joined("or", parts)

    def _both(self) -> Form:
        parts = [self._maybe_not()]
        while self._skip("and"):
            parts.append(self._maybe_not())
        return _joined("and", parts)

    def _maybe_not(self) -> Form:
        return ("not", self._maybe_not()) if self._skip("not") else self._compared()

    def _compared(self) -> Form:
        left = self._sum()
        while True:
            if self._next() in _COMPARISONS:
                left = self._after_mark(left, self._take())
            elif self._skip("is", "not", "null"):
                left = ("not null", left)
            elif self._skip("is", "null"):
                left = ("null", left)
            elif self._skip("is", "distinct", "from") or self._skip("is", "not"):
                left = ("differs", left, self._sum())
            elif self._skip("not", "between"):
                left = ("not", self._between(left))
            elif self._skip("between"):
                left = self._between(left)
            elif self._skip("not", "in"):
                left = ("not", self._among(left))
            elif self._skip("in"):
                left = self._among(left)
            else:
                return left

    def _after_mark(self, left: Form, mark: str) -> Form:
        if mark == "=" and self._skip("any"):
            return _in(left, self._any())
        return (mark, left, self._sum())

    def _any(self) -> list[Form]:
        self._need("(")
        self._need("array")
        self._need("[")
        items = self._list("]")
        self._casts()
        self._need(")")
        return items

    def _between(self, left: Form) -> Form:
        least = self._sum()
        self._need("and")
        return ("and", (">=", left, least), ("<=", left, self._sum()))

    def _among(self, left: Form) -> Form:
        self._need("(")
        return _in(left, self._list(")"))

    def _list(self, end: str) -> list[Form]:
        items: list[Form] = []
        while not self._skip(end):
            items.append(self.either())
            if self._next() != end:
                self._need(",")
        return items

    def _sum(self) -> Form:
        left = self._product()
        while self._next() in {"+", "-", "||"}:
            left = (self._take(), left, self._product())
        return left

    def _product(self) -> Form:
        left = self._single()
        while self._next() in {"*", "/", "%"}:
            left = (self._take(), left, self._single())
        return left

    def _single(self) -> Form:
        if self._skip("-"):
            value = self._single()
            return f"-{value}" if isinstance(value, str) and value.isdigit() else ("-", value)
        if self._skip("("):
            form = self.either()
            self._need(")")
        else:
            form = self._named()
        self._casts()
        return form

    def _named(self) -> Form:
        word = self._take()
        number = _NUMBER.fullmatch(word)
        if number:
            return number[1]
        if not (word[0] == "'" or word[0].isalnum() or word[0] == "_"):
            raise _NoConditionError
        while self._skip("."):
            word = f"{word}.{self._take()}"
        if self._skip("("):
            return ("call", word, *self._list(")"))
        return word

    def _casts(self) -> None:
        while self._skip("::"):
            self._take()
            if self._skip("["):
                self._need("]")


def _joined(word: str, parts: list[Form]) -> Form:
    if len(parts) == 1:
        return parts[0]
    flat: list[Form] = []
    for part in parts:
        flat.extend(part[1:] if isinstance(part, tuple) and part[0] == word else (part,))
    return (word, *flat)


def _in(left: Form, items: list[Form]) -> Form:
    return ("=", left, items[0]) if len(items) == 1 else ("in", left, *items)
