"""Parses SQL conditions into a normal form in which equivalent ones are equal; knows no table.

Postgres stores a condition as a tree and prints it with casts and brackets, and with other words
for BETWEEN and IN, which differ between releases; so texts cannot be compared.
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
    """The text is not a condition that the parser supports."""


@lru_cache(maxsize=4096)  # what is expected and what is found are mostly the same texts
def tokens(text: str) -> tuple[str, ...]:
    """The tokens of a text; names are lower case and without quotes."""
    return tuple(_plain(match["kept"]) for match in _TOKEN.finditer(text) if match["kept"])


def _plain(word: str) -> str:
    if word.startswith('"'):
        return word[1:-1].replace('""', '"').lower()
    if word == "!=":
        return "<>"
    return word if word.startswith("'") else word.lower()


@lru_cache(maxsize=1024)
def condition(text: str) -> Form:
    """The normal form of a condition, without brackets and casts.

    A condition that the parser does not support stays a list of tokens.
    """
    found = tokens(text)
    parser = _Parser(found)
    try:
        form = parser.disjunction()
    except (_NoConditionError, IndexError):
        return found
    return form if parser.is_at_end else found


class _Parser:
    """A recursive descent parser, one method for each level of precedence."""

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
        """Skip these words if they come next; False if they do not."""
        end = self._place + len(words)
        if self._tokens[self._place : end] != words:
            return False
        self._place = end
        return True

    def _expect(self, word: str) -> None:
        if not self._skip(word):
            raise _NoConditionError

    def disjunction(self) -> Form:
        parts = [self._conjunction()]
        while self._skip("or"):
            parts.append(self._conjunction())
        return _joined("or", parts)

    def _conjunction(self) -> Form:
        parts = [self._negation()]
        while self._skip("and"):
            parts.append(self._negation())
        return _joined("and", parts)

    def _negation(self) -> Form:
        return ("not", self._negation()) if self._skip("not") else self._comparison()

    def _comparison(self) -> Form:
        left = self._sum()
        while True:
            if self._next() in _COMPARISONS:
                left = self._right_side(left, self._take())
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

    def _right_side(self, left: Form, mark: str) -> Form:
        if mark == "=" and self._skip("any"):
            return _in(left, self._any())
        return (mark, left, self._sum())

    def _any(self) -> list[Form]:
        self._expect("(")
        self._expect("array")
        self._expect("[")
        items = self._list("]")
        self._casts()
        self._expect(")")
        return items

    def _between(self, left: Form) -> Form:
        least = self._sum()
        self._expect("and")
        return ("and", (">=", left, least), ("<=", left, self._sum()))

    def _among(self, left: Form) -> Form:
        self._expect("(")
        return _in(left, self._list(")"))

    def _list(self, end: str) -> list[Form]:
        items: list[Form] = []
        while not self._skip(end):
            items.append(self.disjunction())
            if self._next() != end:
                self._expect(",")
        return items

    def _sum(self) -> Form:
        left = self._product()
        while self._next() in {"+", "-", "||"}:
            left = (self._take(), left, self._product())
        return left

    def _product(self) -> Form:
        left = self._unary()
        while self._next() in {"*", "/", "%"}:
            left = (self._take(), left, self._unary())
        return left

    def _unary(self) -> Form:
        if self._skip("-"):
            value = self._unary()
            return f"-{value}" if isinstance(value, str) and value.isdigit() else ("-", value)
        if self._skip("("):
            form = self.disjunction()
            self._expect(")")
        else:
            form = self._operand()
        self._casts()
        return form

    def _operand(self) -> Form:
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
                self._expect("]")


def _joined(word: str, parts: list[Form]) -> Form:
    if len(parts) == 1:
        return parts[0]
    flat: list[Form] = []
    for part in parts:
        flat.extend(part[1:] if isinstance(part, tuple) and part[0] == word else (part,))
    return (word, *flat)


def _in(left: Form, items: list[Form]) -> Form:
    return ("=", left, items[0]) if len(items) == 1 else ("in", left, *items)
